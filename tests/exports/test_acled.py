"""ACLED's shape: what each of its columns gets from an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from db.vocabulary import countries
from worker.exports.acled import ACLED_COLUMNS, acled_row, interaction, regions
from worker.exports.stored import COLUMNS, Party, StoredEvent

DAY = date(2025, 3, 5)
GIVEN: Mapping[str, Any] = {
    "event_id": 7,
    "event_date": DAY,
    "date_start": DAY,
    "date_end": DAY,
    "date_precision": "day",
    "status": "asserted",
    "independent_sources": 1,
    "contexts": [],
    "summary": "A line",
    "iso3": "SDN",
    "updated_at": datetime(2025, 3, 6, tzinfo=UTC),
}


def an_event(actors: tuple[Party, ...] = (), recipients: tuple[Party, ...] = (), **facts: object) -> StoredEvent:
    return StoredEvent({**dict.fromkeys(COLUMNS), **GIVEN, **facts}, actors, recipients, (), (), (), ())


def test_every_column_is_there_in_order() -> None:
    assert tuple(acled_row(an_event())) == ACLED_COLUMNS


@pytest.mark.parametrize(
    ("facts", "precision"),
    [
        ({}, 1),
        ({"date_precision": "range", "date_end": date(2025, 3, 11)}, 2),
        ({"date_precision": "range", "date_end": date(2025, 3, 12)}, 3),
        ({"date_precision": "range", "date_end": None}, 3),
        ({"date_precision": "unknown", "event_date": None, "date_start": None, "date_end": None}, None),
    ],
)
def test_time_precision(facts: Mapping[str, Any], precision: int | None) -> None:
    assert acled_row(an_event(**facts))["time_precision"] == precision


@pytest.mark.parametrize(("grade", "precision"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 3), (7, 3), (None, None)])
def test_geo_precision(grade: int | None, precision: int | None) -> None:
    assert acled_row(an_event(place_precision=grade))["geo_precision"] == precision


@pytest.mark.parametrize(
    ("party", "facts", "kind"),
    [
        (Party("Sudanese Armed Forces", "SDN", "MIL"), {}, "State forces"),
        (Party("Ethiopian army", "ETH", "MIL"), {}, "External/Other forces"),
        (Party("Ethiopian army", "ETH", "MIL"), {"iso3": None}, "State forces"),
        (Party("Rapid Support Forces", "SDN", "PRM"), {}, "Political militia"),
        (Party("M23", "COD", "REB"), {}, "Rebel group"),
        (Party("traders", None, "BUS"), {}, "Civilians"),
        (Party("somebody", None, None), {}, None),
        (Party("teachers", None, "EDU"), {"acled_event_type": "Protests"}, "Protesters"),
        (Party("a crowd", None, None), {"acled_event_type": "Riots"}, "Rioters"),
    ],
)
def test_kinds_of_actors(party: Party, facts: Mapping[str, Any], kind: str | None) -> None:
    assert acled_row(an_event((party,), **facts))["inter1"] == kind


def test_in_a_protest_only_those_who_protest_are_protesters() -> None:
    teachers, police = Party("teachers", None, "EDU"), Party("police", "SDN", "COP")
    row = acled_row(an_event((teachers,), (police,), acled_event_type="Protests"))
    assert (row["inter1"], row["inter2"], row["interaction"]) == (
        "Protesters",
        "State forces",
        "State forces-Protesters",
    )


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("Civilians", "Rebel group"), "Rebel group-Civilians"),
        (("State forces", "State forces"), "State forces-State forces"),
        (("Protesters", None), "Protesters only"),
        ((None, None), None),
    ],
)
def test_interactions(kinds: tuple[str | None, str | None], words: str | None) -> None:
    assert interaction(*kinds) == words


def test_a_party_of_unknown_kind_is_not_nobody() -> None:
    row = acled_row(an_event((Party("somebody", None, None),), (Party("traders", None, "BUS"),)))
    assert (row["inter2"], row["interaction"]) == ("Civilians", None)


def test_associates_are_the_others_of_a_side() -> None:
    side = tuple(Party(name, None, None) for name in ("A", "B", "C"))
    row = acled_row(an_event(side))
    assert (row["actor1"], row["assoc_actor_1"], row["actor2"], row["assoc_actor_2"]) == ("A", "B; C", None, None)


def test_an_unknown_toll_stays_unknown_and_doubt_goes_into_tags() -> None:
    row = acled_row(an_event(status="disputed", fatalities_high=30, contexts=["election"]))
    assert row["fatalities"] is None
    assert row["tags"] == "status=disputed; independent sources=1; fatalities=?-30; context=election"


def test_every_country_of_the_database_is_in_one_region() -> None:
    assert {country["iso3"] for country in countries()} == set(regions())
