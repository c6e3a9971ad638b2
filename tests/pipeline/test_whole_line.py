"""The labelled corpus through the whole line: every article reaches an end, and every event leads to its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.gold.corpus import GoldArticle, articles
from tests.pipeline.conftest import RunningLine, run_line
from tests.site.news_site import NewsSite

pytestmark = pytest.mark.timeout(600)
ALL = articles("dev")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLine]:
    """The line after it has read the whole development part of the corpus."""
    home = tmp_path_factory.mktemp("home")
    with NewsSite(ALL, first=20) as site, run_line(site, home) as running:
        running.wait_until_over(len(ALL))
        yield running


def test_every_article_reaches_a_good_end(line: RunningLine) -> None:
    bad = line.rows("select url, state, last_error from article where state not in ('coded', 'duplicate')")
    assert bad == []
    assert line.value("select count(*) from article") == len(ALL)


def test_nobody_holds_a_lease_when_all_is_done(line: RunningLine) -> None:
    assert line.value("select count(*) from article where lease_until is not null or token is not null") == 0


def test_titles_and_texts_are_those_of_the_corpus(line: RunningLine) -> None:
    stored = {row["url"].rpartition("/")[2]: row for row in line.rows(
        "select a.url, a.title, t.body, a.published_at, a.published_offset_minutes, s.name as outlet "
        "from article a join article_text t using (article_id) join source s using (source_id)"
    )}  # fmt: skip
    by_name = {(row["outlet"], slug): row for slug, row in stored.items()}
    for article in ALL:
        row = by_name.get((article.outlet.name, article.slug))
        if row is None:  # the same slug at another outlet
            continue
        assert row["title"] == article.title
        assert row["published_at"] == article.published
        # A stamp in UTC says nothing of the outlet's own clock; the feed's zone does.
        clock = article.published if article.published.utcoffset() else _at_home(article)
        assert clock.utcoffset() == timedelta(minutes=row["published_offset_minutes"])
        assert _words(row["body"]) == _words(article.text)


def _at_home(article: GoldArticle) -> datetime:
    return article.published.astimezone(ZoneInfo(article.outlet.timezone))


def _words(text: str) -> list[str]:
    return text.split()


def test_wire_copies_are_found_and_not_coded(line: RunningLine) -> None:
    found = {
        (_slug(row["copy"]), _slug(row["original"]))
        for row in line.rows(
            "select c.url as copy, o.url as original from article c join article o on o.article_id = c.duplicate_of"
        )
    }
    copies = [article for article in ALL if article.copy_of and article.kind == "wire-copy"]
    missed = [a.id for a in copies if (a.slug, str(a.copy_of).partition("/")[2]) not in found]
    assert missed == []
    assert line.value("select count(*) from mention m join extraction using (extraction_id) "
                      "join article_text using (text_id) join article a using (article_id) "
                      "where a.state = 'duplicate' and m.event_id is not null") == 0  # fmt: skip


def _slug(url: str) -> str:
    return url.rpartition("/")[2]


def test_every_event_leads_down_to_the_words_of_its_articles(line: RunningLine) -> None:
    assert line.value("select count(*) from events") > 100
    without = line.rows("select event_id, summary from events e where not exists "
                        "(select from event_sources s where s.event_id = e.event_id and s.quote is not null)")  # fmt: skip
    assert without == []
    wrong = line.rows(
        "select s.event_id, s.quote from event_sources s join article_text t using (text_id) "
        "where s.char_start is not null and s.quote <> substring(t.body from s.char_start + 1 for s.char_end - s.char_start) "
        "and s.quote <> substring(t.title from s.char_start + 1 for s.char_end - s.char_start)"
    )
    assert wrong == []


def test_what_did_not_happen_is_there_and_not_counted(line: RunningLine) -> None:
    statuses = {row["status"]: row["happened"] for row in line.rows("select distinct status, happened from events")}
    assert {"asserted", "claimed", "planned"} <= set(statuses)
    assert all(happened == (status in {"asserted", "claimed", "disputed"}) for status, happened in statuses.items())


def test_feeds_are_asked_again_and_answer_that_nothing_changed(line: RunningLine) -> None:
    line.wait_for("select count(*) >= 12 from fetch_attempt where purpose = 'feed' and outcome = 'not_modified'")
    again = line.value(
        "select count(*) from fetch_attempt where purpose = 'feed' and outcome = 'not_modified' and new_bytes"
    )
    assert again == 0
    unpolite = line.rows(
        "select url, count(*) from fetch_attempt where purpose = 'article' group by url having count(*) > 1"
    )
    assert unpolite == [], "an article is fetched once"


def test_the_analyst_reads_everything_and_changes_nothing(line: RunningLine) -> None:
    with line.engine.connect() as connection:
        connection.exec_driver_sql("set role analyst")
        assert connection.exec_driver_sql("select count(*) from events").scalar_one() > 0
        with pytest.raises(Exception, match="permission denied"):
            connection.exec_driver_sql("delete from mention")


RETOLD = {
    ("ASSAULT", "aerial", "asserted", True, "Aleppo", 4, "2024-12-01"),
    ("ASSAULT", "aerial", "asserted", True, "Idlib", None, "2024-12-01"),
    ("COERCE", "seize", "asserted", True, "Aleppo", None, "2024-11-30"),  # the city
    ("COERCE", "seize", "asserted", True, "Aleppo", None, "2024-12-01"),  # the land around it
    ("COERCE", "seize", "asserted", True, "Hama", None, "2024-12-01"),
    ("COERCE", "seize", "claimed", True, "Aleppo", None, "2024-12-01"),  # the factory quarter and the bases
    ("ASSAULT", None, "claimed", True, "Aleppo", None, "2024-12-01"),  # pushed back, by the word of two sources
    ("ASSAULT", None, "unverified", False, "Aleppo", None, "2024-12-01"),  # a thousand dead that count in no sum
    ("ASSAULT", "abduct", "claimed", True, "Aleppo", None, "2024-12-01"),
    ("THREATEN", "territory", "planned", False, "Damascus", None, None),
    ("COERCE", "seize", "denied", False, "Damascus", None, "2024-11-30"),  # the rumour of a coup
    ("SANCTION", "expel", "asserted", True, "Aleppo", None, "2024-12-01"),
}


def test_a_real_article_retold_comes_out_of_the_line_as_its_table_says(line: RunningLine) -> None:
    rows = line.rows(
        "select distinct e.event_id, e.type, e.mode, e.status, e.happened, e.place, e.fatalities_low, e.date_end "
        "from events e join event_sources s using (event_id) where s.url like '%/aleppo-counter-offensive'"
    )
    told = [
        (
            r["type"],
            r["mode"],
            r["status"],
            r["happened"],
            r["place"],
            r["fatalities_low"],
            r["date_end"] and str(r["date_end"]),
        )
        for r in rows
    ]
    assert len(told) == len(RETOLD)
    assert set(told) == RETOLD
