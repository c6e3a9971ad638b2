"""The coder's knowledge and the lookup tables must not part: what the one names, the other must hold."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from db.models.coding import STATUSES
from db.models.fetching import SOURCE_KINDS
from db.vocabulary import MODE_WORDS, SECTORS, acled_sub_events, countries, event_modes, event_types
from worker.events.ontology import ACLED_TYPE_OF, STATUS_ORDER, TYPES
from worker.events.sameness import CIVILIAN_SECTORS, IRREGULAR_SECTORS, LIKE_MODES, STATE_SECTORS

EVENTS = files("worker.events")


def named(key: str) -> set[str]:
    """Every value that the data files of the coder give to a key, as ``sector = "MIL"``."""
    found: set[str] = set()
    folders = [EVENTS / "data", *(pack for pack in (EVENTS / "packs").iterdir() if pack.is_dir())]
    for folder in folders:
        for path in folder.iterdir():
            if path.name.endswith(".toml"):
                found |= set(re.findall(rf'\b{key}\s*=\s*"([^"]*)"', path.read_text(encoding="utf-8")))
    return found - {""}


def test_every_sector_and_country_of_the_coder_has_a_row() -> None:
    assert len(named("sector")) > 15
    assert named("sector") - set(SECTORS) == set()
    known = {row["iso3"] for row in countries()}
    coded = {code for code in named("country") if re.fullmatch(r"[A-Z]{3}", code)}
    assert len(coded) > 100
    assert coded - known - {"XKX"} == set()


def test_types_modes_and_sub_events_are_the_coders() -> None:
    assert {row["code"] for row in event_types()} == set(TYPES)
    assert {(row["type_code"], row["code"]) for row in event_modes()} == {
        (code, mode) for code, facts in TYPES.items() for mode in facts.modes
    }
    names = {row["name"] for row in acled_sub_events()}
    assert names == set(ACLED_TYPE_OF)
    assert {row["acled_sub_event"] for row in event_modes()} - {None} <= names


def test_every_mode_is_described_and_no_other() -> None:
    assert set(MODE_WORDS) == {mode for facts in TYPES.values() for mode in facts.modes}
    assert set().union(*LIKE_MODES) <= set(MODE_WORDS)


def test_statuses_are_the_coders_but_for_what_did_not_happen_now() -> None:
    assert set(STATUSES) == set(STATUS_ORDER) - {"hypothetical", "historical"}


def test_kinds_of_sectors_do_not_overlap() -> None:
    kinds = (STATE_SECTORS, CIVILIAN_SECTORS, IRREGULAR_SECTORS)
    assert sum(map(len, kinds)) == len(set().union(*kinds))
    assert set().union(*kinds) <= set(SECTORS)


@pytest.mark.parametrize(
    ("sub_event", "disorder"),
    [
        ("Armed clash", "Political violence"),
        ("Mob violence", "Political violence"),
        ("Violent demonstration", "Demonstrations"),
        ("Peaceful protest", "Demonstrations"),
        ("Arrests", "Strategic developments"),
    ],
)
def test_disorder_types(sub_event: str, disorder: str) -> None:
    assert next(row["disorder_type"] for row in acled_sub_events() if row["name"] == sub_event) == disorder


def test_kinds_of_sources_are_those_that_the_coder_gives() -> None:
    book = tomllib.loads((EVENTS / "data" / "sources.toml").read_text(encoding="utf-8"))
    assert len(book) > 5
    assert set(book) <= set(SOURCE_KINDS)
