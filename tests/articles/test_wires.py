from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from worker.articles.wires import _SIGNS, credited_agency

SOURCES = Path(__file__).parents[2] / "worker" / "events" / "data" / "sources.toml"


@pytest.mark.parametrize(
    ("authors", "text", "agency"),
    [
        (["Reuters"], "", "Reuters"),
        (["Jane Roe, AP"], "", "Associated Press"),
        (["AFP/Kigali"], "", "Agence France-Presse"),
        (["AP Staff"], "", "Associated Press"),
        (["AP Singh"], "", None),
        (["Michael Bloomberg"], "", None),
        (["Ada Papadopoulos"], "", None),
        ([], "NAIROBI, March 4 (Reuters) - Shells hit a camp on Tuesday.", "Reuters"),
        ([], "KYIV, Ukraine (AP) \u2014 Drones struck the port overnight.", "Associated Press"),
        ([], "The army told Reuters that the village had been taken.\nIt gave no toll.", None),
        ([], "The ministry denied it.\nReuters could not verify the claim.", None),
        ([], "The ministry denied it.\n(Reporting by Ana Roe; Editing by Sam Doe)", "Reuters"),
        ([], "The ministry denied it.\n\u00a9 AFP 2025", "Agence France-Presse"),
        ([], "The ministry denied it.\n(dpa)", "DPA"),
        ([], "He left.\nAssociated Press writer Jo Poe in Lima contributed to this report.", "Associated Press"),
        ([], "", None),
    ],
)
def test_an_agency_is_credited_and_not_merely_quoted(authors: list[str], text: str, agency: str | None) -> None:
    assert credited_agency(authors, text) == agency


def test_agencies_bear_the_names_that_the_coder_knows_them_by() -> None:
    listed = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
    names = {
        spelling: entry["name"]
        for entries in listed.values()
        for entry in entries
        for spelling in (entry["name"], *entry.get("names", []))
    }
    wrong = {name: names[sign] for name, signs in _SIGNS.items() for sign in signs if names.get(sign, name) != name}
    assert wrong == {}
