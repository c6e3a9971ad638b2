"""One real article, coded as its table of expected events says; the text is open data and is not part of the project."""

import os
from pathlib import Path

import pytest

from tests.events.reading import code, names
from worker.records import CodedText, Event

DATA = os.environ.get("DATELINE_OPEN_DATA")
TEXTS = sorted(Path(DATA, "seed").glob("*.txt")) if DATA else []

pytestmark = [
    pytest.mark.open_data,
    pytest.mark.skipif(not TEXTS, reason="DATELINE_OPEN_DATA is unset or holds no seed article"),
]


@pytest.fixture(scope="module")
def coded() -> CodedText:
    title, _, body = TEXTS[0].read_text().partition("\n")
    return code(body, title)


def pick(coded: CodedText, kind: str, mode: str | None, word: str, *, exactly: bool = False) -> Event:
    """The event of a type and mode one of whose triggers holds a word, or is it."""
    found = [
        e
        for e in coded.events
        if (e.type, e.mode) == (kind, mode) and any(word == t.text if exactly else word in t.text for t in e.triggers)
    ]
    assert len(found) == 1, [(e.type, e.mode, [t.text for t in e.triggers]) for e in coded.events]
    return found[0]


def days(event: Event) -> tuple[str, str]:
    return str(event.date_start), str(event.date_end)


def test_the_air_strikes_are_two_events(coded: CodedText) -> None:
    strikes = [e for e in coded.events if (e.type, e.mode) == ("ASSAULT", "aerial")]
    by_place = {e.place.name: e for e in strikes if e.place}
    assert by_place.keys() == {"Aleppo", "Idlib"}
    aleppo, idlib = by_place["Aleppo"], by_place["Idlib"]
    assert names(aleppo.actors) == {"Military of Syria", "Military of Russia"}
    assert "Military of Syria" in names(idlib.actors)
    assert {aleppo.status, idlib.status} == {"asserted"}
    assert days(aleppo) == days(idlib) == ("2024-12-01", "2024-12-01")
    assert [(t.measure, t.low, t.high) for t in aleppo.tolls] == [("killed", 4, None)]
    assert [s.name for s in aleppo.tolls[0].sources] == ["local sources", "Reuters"]
    assert idlib.tolls == ()


def test_aleppo_is_taken_the_day_before(coded: CodedText) -> None:
    event = pick(coded, "COERCE", "seize", "gained control")
    assert event.place is not None
    assert event.place.name == "Aleppo"
    assert days(event) == ("2024-11-30", "2024-11-30")
    assert event.status == "asserted"
    assert names(event.actors) & {"armed groups", "opposition"}


def test_ground_around_aleppo_is_taken_over_the_weekend(coded: CodedText) -> None:
    event = pick(coded, "COERCE", "seize", "seized")
    assert event.place is not None
    assert (event.place.name, event.place.precision) == ("Aleppo", 2)
    assert days(event) == ("2024-11-30", "2024-12-01")
    assert event.status in {"asserted", "disputed"}


def test_the_push_back_is_claimed_by_two_sources(coded: CodedText) -> None:
    event = pick(coded, "ASSAULT", None, "counter")
    assert names(event.actors) == {"Military of Syria"}
    assert names(event.recipients) == {"armed groups"}
    assert event.status == "claimed"
    assert {s.name for s in event.attribution} == {"SANA", "Syrian Observatory for Human Rights"}


def test_the_industrial_area_is_claimed_and_its_precision_says_so(coded: CodedText) -> None:
    event = pick(coded, "COERCE", "seize", "capture")
    assert event.place is not None
    assert event.place.precision == 2
    assert "Sheikh Najjar" in event.place.text
    assert event.status == "claimed"
    assert names(event.actors) == {"opposition"}


def test_the_thousand_dead_are_unverified(coded: CodedText) -> None:
    event = pick(coded, "ASSAULT", None, "killed")
    assert names(event.actors) == {"Military of Syria"}
    assert (event.status, event.happened) == ("unverified", False)
    assert [(t.low, t.high, t.approximate, t.status) for t in event.tolls] == [(1000, 1000, True, "unverified")]
    assert [s.kind for s in event.attribution] == ["belligerent", "state_media"]


def test_the_soldiers_taken_are_dozens(coded: CodedText) -> None:
    event = pick(coded, "ASSAULT", "abduct", "capturing")
    assert names(event.actors) == {"opposition"}
    assert names(event.recipients) == {"Military of Syria"}
    assert event.status == "claimed"
    assert [(t.measure, t.low, t.high, t.approximate) for t in event.tolls] == [("captured", 24, 99, True)]


def test_the_way_to_damascus_is_planned(coded: CodedText) -> None:
    event = pick(coded, "COERCE", "seize", "advance", exactly=True)
    assert event.place is not None
    assert event.place.name == "Damascus"
    assert names(event.actors) == {"armed groups"}
    assert (event.status, event.happened) == ("planned", False)


def test_the_coup_did_not_happen(coded: CodedText) -> None:
    event = pick(coded, "COERCE", "seize", "coup")
    assert event.place is not None
    assert event.place.name == "Damascus"
    assert (event.status, event.happened) == ("denied", False)
    assert days(event) == ("2024-11-30", "2024-11-30")


def test_civilians_flee_and_nobody_drives_them_by_name(coded: CodedText) -> None:
    event = pick(coded, "SANCTION", "expel", "flee")
    assert names(event.recipients) == {"civilians"}
    assert event.actors == ()
    assert event.place is not None
    assert event.place.name == "Aleppo"
    assert event.status == "asserted"


def test_background_is_not_news(coded: CodedText) -> None:
    news = [e for e in coded.events if e.status not in {"hypothetical", "historical"}]
    told = " ".join(t.text for e in news for t in e.triggers)
    assert "occupied" not in told
    assert "astonished" not in told
    assert all("Kurdish" not in p.name for e in news for p in e.actors)
