"""The facts of the seed article told in other words: an own article of the corpus, read as the same table says."""

import pytest

from tests.events.reading import english, names
from tests.gold.corpus import article
from worker.records import ArticleText, CodedText, Event

ARMED_OPPOSITION = {"fighters", "rebels", "insurgents", "opposition", "Syrian opposition", "armed groups"}


@pytest.fixture(scope="module")
def coded() -> CodedText:
    told = article("levant-chronicle/aleppo-counter-offensive")
    return english().code(ArticleText(told.text, title=told.title, published=told.published, language="en"))


def told_by(coded: CodedText, word: str) -> Event:
    """The one event that a trigger with this word tells of."""
    found = [event for event in coded.events if any(word in trigger.text for trigger in event.triggers)]
    assert len(found) == 1, [(e.type, e.mode, [t.text for t in e.triggers]) for e in coded.events]
    return found[0]


def kind(event: Event) -> tuple[str, str | None]:
    return event.type, event.mode


def days(event: Event) -> tuple[str, str]:
    return str(event.date_start), str(event.date_end)


def where(event: Event) -> tuple[str, int] | None:
    return (event.place.name, event.place.precision) if event.place else None


WEEKEND = ("2024-11-30", "2024-12-01")


def test_the_air_strikes_are_two_events_by_two_air_forces(coded: CodedText) -> None:
    strikes = [e for e in coded.events if kind(e) == ("ASSAULT", "aerial")]
    assert {e.place.name for e in strikes if e.place} == {"Aleppo", "Idlib"}
    assert len(strikes) == 2
    for strike in strikes:
        assert names(strike.actors) == {"Military of Syria", "Military of Russia"}
        assert strike.status == "asserted"
        assert days(strike) == ("2024-12-01", "2024-12-01")


def test_the_dead_of_the_strikes_are_those_of_aleppo_on_the_word_of_residents(coded: CodedText) -> None:
    tolls = {e.place.name: e.tolls for e in coded.events if kind(e) == ("ASSAULT", "aerial") and e.place}
    assert [(t.measure, t.low, t.high, t.status) for t in tolls["Aleppo"]] == [("killed", 4, None, "claimed")]
    assert [s.name for s in tolls["Aleppo"][0].sources] == ["residents", "Reuters"]
    assert tolls["Idlib"] == ()


def test_aleppo_falls_the_day_before(coded: CodedText) -> None:
    event = told_by(coded, "fell")
    assert event is told_by(coded, "captured")
    assert kind(event) == ("COERCE", "seize")
    assert where(event) == ("Aleppo", 1)
    assert days(event) == ("2024-11-30", "2024-11-30")
    assert event.status == "asserted"
    assert names(event.actors) <= ARMED_OPPOSITION
    assert event.actors


def test_land_around_aleppo_is_taken_over_two_days(coded: CodedText) -> None:
    event = told_by(coded, "overran")
    assert kind(event) == ("COERCE", "seize")
    assert where(event) == ("Aleppo", 2)
    assert days(event) == WEEKEND
    assert event.status in {"asserted", "disputed"}
    assert names(event.actors) & ARMED_OPPOSITION


def test_the_push_goes_south_to_hama(coded: CodedText) -> None:
    event = told_by(coded, "drove")
    assert event.type in {"MOBILIZE", "COERCE"}
    assert where(event) == ("Hama", 1)
    assert days(event) == WEEKEND
    assert event.status in {"asserted", "disputed"}
    assert names(event.actors) & ARMED_OPPOSITION


def test_the_push_back_is_claimed_by_two_sources(coded: CodedText) -> None:
    event = told_by(coded, "thrown")
    assert event.type in {"ASSAULT", "COERCE"}
    assert names(event.actors) == {"Military of Syria"}
    assert names(event.recipients) <= ARMED_OPPOSITION
    assert event.recipients
    assert event.status == "claimed"
    assert {s.name for s in event.attribution} == {"SANA", "Syrian Observatory for Human Rights"}
    assert days(event) == WEEKEND


@pytest.mark.parametrize("word", ["fallen", "in their hands"])
def test_the_quarter_and_the_bases_are_claimed_by_those_who_took_them(coded: CodedText, word: str) -> None:
    event = told_by(coded, word)
    assert kind(event) == ("COERCE", "seize")
    assert where(event) == ("Aleppo", 2)
    assert event.status == "claimed"
    assert names(event.actors) <= ARMED_OPPOSITION
    assert event.actors
    assert {s.name for s in event.attribution} <= ARMED_OPPOSITION
    assert event.attribution
    assert days(event) == WEEKEND


def test_the_thousand_dead_are_unverified_and_in_no_sum(coded: CodedText) -> None:
    event = told_by(coded, "killed")
    assert event.type == "ASSAULT"
    assert names(event.actors) == {"Military of Syria"}
    assert event.recipients
    assert (event.status, event.happened) == ("unverified", False)
    assert [(t.low, t.high, t.approximate, t.status) for t in event.tolls] == [(1000, 1000, True, "unverified")]
    assert [s.kind for s in event.attribution] == ["belligerent", "state_media"]
    assert str(event.date_end) == "2024-12-01"


def test_the_soldiers_taken_are_dozens(coded: CodedText) -> None:
    event = told_by(coded, "prisoner")
    assert kind(event) == ("ASSAULT", "abduct")
    assert names(event.actors) <= ARMED_OPPOSITION
    assert names(event.recipients) == {"Military of Syria"}
    assert event.status == "claimed"
    assert [(t.measure, t.low, t.high, t.approximate) for t in event.tolls] == [("captured", 24, 99, True)]


def test_the_march_on_damascus_is_planned(coded: CodedText) -> None:
    event = told_by(coded, "march on")
    assert kind(event) in {("THREATEN", "territory"), ("COERCE", "seize")}
    assert where(event) == ("Damascus", 1)
    assert names(event.actors) == {"armed groups"}
    assert (event.status, event.happened) == ("planned", False)


def test_the_coup_did_not_happen(coded: CodedText) -> None:
    event = told_by(coded, "topple")
    assert where(event) == ("Damascus", 1)
    assert (event.status, event.happened) == ("denied", False)
    assert days(event) == ("2024-11-30", "2024-11-30")


def test_families_are_driven_out_and_nobody_drives_them_by_name(coded: CodedText) -> None:
    event = told_by(coded, "driven out")
    assert kind(event) == ("SANCTION", "expel")
    assert names(event.recipients) == {"civilians"}
    assert event.actors == ()
    assert where(event) == ("Aleppo", 1)
    assert days(event) == WEEKEND
    assert event.status == "asserted"


def test_background_is_not_news(coded: CodedText) -> None:
    news = [e for e in coded.events if e.status not in {"hypothetical", "historical"}]
    told = " ".join(trigger.text for event in news for trigger in event.triggers)
    assert not {"governed", "held", "moved", "confessed", "barely"} & set(told.split())
    assert all("Kurdish" not in p.name and "Tahrir" not in p.name for e in news for p in (*e.actors, *e.recipients))
    assert len(news) <= 13
