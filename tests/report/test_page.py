"""The page as it is written: all that it says is in it, nothing in it is run, and it asks nobody for anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html

from db.models.coding import STATUSES
from tests.exports.conftest import HOSTILE_SENTENCE, HOSTILE_TITLE, Run
from tests.report.conftest import HOSTILE_HEADING
from worker.errors import InputError
from worker.exports.stored import StoredEvent
from worker.reports.certainty import GROUP_OF, GROUPS
from worker.reports.page import Heading, render


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def row(document: html.HtmlElement, event_id: int) -> html.HtmlElement:
    return document.get_element_by_id(f"event-{event_id}")


def test_every_status_is_in_one_group() -> None:
    assert sorted(status for group in GROUPS for status in group.statuses) == sorted(STATUSES)
    assert set(GROUP_OF) == set(STATUSES)


def test_facts_claims_and_the_rest_stand_apart(document: html.HtmlElement) -> None:
    told = {
        body.get("data-group"): [int(event.get("data-id")) for event in body.cssselect("tr.event")]
        for body in document.cssselect("tbody[data-group]")
    }
    assert told == {"fact": [4, 8, 5, 3], "claim": [2, 1], "open": [6]}  # the latest first in each
    figures = [words(dd) for dd in document.cssselect(".figures dd:not(.meaning)")]
    assert figures == ["4", "2", "1", "37"]
    assert "between 32 and 47, in 3 events with a number" in words(document.cssselect(".figures .killed")[0])


def test_a_row_says_who_what_where_when_with_what_toll_according_to_whom(document: html.HtmlElement) -> None:
    camp = row(document, 1)
    assert words(camp.cssselect(".when")[0]) == "5 March 2025"
    assert words(camp.cssselect(".line")[0]) == "disputed Assault, heavy weapons M23 → civilians"
    assert words(camp.cssselect("td.where")[0]) == "Goma, North Kivu, Congo - Kinshasa"
    assert words(camp.cssselect("td.killed > b")[0]) == "12 (7-12)"
    assert words(camp.cssselect("td.sources")[0]) == "2 independent, 4 articles"
    said = words(camp.cssselect("blockquote")[0])
    assert said.startswith("Seven people were killed when M23 shelled a camp in Goma, the hospital said.")
    assert said.endswith("Great Lakes Wire, according to Hospital of Goma")


def test_rival_tolls_stand_side_by_side(document: html.HtmlElement) -> None:
    assert [words(li) for li in row(document, 1).cssselect("ul.claims li")] == [
        "7 Hospital of Goma",
        "12+ Military of the Congo",
    ]
    assert [cell.text_content() for cell in row(document, 1).cssselect(".tolls td:first-child")] == ["7", "12+"]
    assert row(document, 3).cssselect("ul.claims") == []  # one number is no rival of itself


def test_every_report_with_its_status_and_sentence_is_there(document: html.HtmlElement) -> None:
    reports = [words(li) for li in row(document, 1).cssselect(".reports li")]
    assert [report.split()[0] for report in reports] == ["claimed", "claimed", "denied"]
    assert "M23 said on Wednesday that it did not shell any camp in Goma." in reports[2]
    assert "Morning Post" in words(row(document, 1).cssselect(".copies")[0])


def test_the_rival_version_is_linked(document: html.HtmlElement) -> None:
    assert [a.get("href") for a in row(document, 1).cssselect(".rival a")] == ["#event-2"]


def test_what_is_known_vaguely_is_said_so(document: html.HtmlElement, data: dict[str, Any]) -> None:
    assert words(row(document, 4).cssselect("td.where")[0]) == "somewhere in North Darfur, Sudan"
    assert {event["id"]: event["vague"] for event in data["events"]} == {
        1: False,
        2: False,
        3: False,
        4: True,
        5: False,
        6: False,
        8: True,
    }
    assert words(row(document, 5).cssselect("td.killed")[0]) == "not known"
    assert "1 event without a place on the map" in words(document.cssselect("figcaption")[0])
    assert "Only the latest 7 events are shown; 2 earlier ones were left out." in words(document.cssselect(".cut")[0])


def test_hostile_words_are_words(page: str, document: html.HtmlElement) -> None:
    assert document.cssselect("title")[0].text_content() == HOSTILE_HEADING
    assert HOSTILE_TITLE in [a.text_content() for a in row(document, 8).cssselect(".reports a")]
    assert row(document, 8).cssselect("blockquote")[0].text_content().startswith(HOSTILE_SENTENCE.replace("\r\n", "\n"))
    assert len(document.cssselect("script")) == 3  # data, plotly, the page's own
    assert document.cssselect("img, iframe, object, embed, [onerror], [onmouseover], [onclick]") == []
    assert "</script><script>document" not in page


def test_only_web_addresses_are_linked(events: list[StoredEvent]) -> None:
    from dataclasses import replace  # noqa: PLC0415 - used here alone

    event = events[0]
    bad = replace(event.reports[0], url="javascript:alert(1)", title="Read me")
    read = html.document_fromstring(
        render([replace(event, reports=(bad,))], Heading("T", "C", datetime(2025, 4, 1, tzinfo=UTC)))
    )
    assert "Read me" in words(read.cssselect(".reports li")[0])
    assert read.cssselect(".reports a") == []


def test_the_page_loads_nothing(document: html.HtmlElement) -> None:
    assert [node.get("src") for node in document.cssselect("[src]")] == []
    assert [link.get("href") for link in document.cssselect("link")] == ["data:,"]
    policy = document.cssselect("meta[http-equiv='Content-Security-Policy']")[0].get("content")
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy
    assert {a.get("rel") for a in document.cssselect("a[href^=http]")} == {"noopener noreferrer nofollow"}


def test_the_map_has_outlines_of_the_countries_around(data: dict[str, Any]) -> None:
    ground, *points, names = data["map"]["data"]
    drawn = {feature["id"] for feature in ground["geojson"]["features"]}
    assert {"COD", "SDN", "KEN", "RWA", "ETH"} <= drawn
    assert not {"JPN", "BRA"} & drawn  # France is there: with Mayotte
    assert set(ground["locations"]) == drawn
    assert {"Sudan", "Kenya"} <= set(names["text"])
    assert [trace["name"] for trace in points] == [group.title for group in GROUPS]
    assert data["map"]["layout"]["geo"]["visible"] is False  # else plotly would ask its own site for a map


def test_credits_are_given(document: html.HtmlElement) -> None:
    assert all(name in words(document.cssselect("footer")[0]) for name in ("GeoNames", "CC BY 4.0", "Natural Earth"))


def test_the_command_writes_one_file(run: Run, tmp_path: Any) -> None:
    file = tmp_path / "sudan.html"
    done = run("report", "--country", "SDN", "-o", file)
    assert "2 events on" in done.stderr
    read = html.document_fromstring(file.read_text(encoding="utf-8"))
    assert words(read.cssselect("h1")[0]) == "Events in Sudan"
    assert words(read.cssselect(".chosen")[0]).startswith("Events in SDN. Made on ")
    with pytest.raises(InputError, match="is there already"):
        run("report", "-o", file)
    assert run("report", "--story", "1", "-o", file, "--overwrite").exit_code == 0
    assert words(html.document_fromstring(file.read_text(encoding="utf-8")).cssselect("h1")[0]) == "Goma"


def test_a_page_about_nothing_is_refused(run: Run, tmp_path: Any) -> None:
    with pytest.raises(InputError, match="There is no such event"):
        run("report", "--country", "FRA", "-o", tmp_path / "nothing.html")
    assert list(tmp_path.iterdir()) == []
