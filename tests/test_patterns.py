"""Regular expressions that every supported Python reads alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WORKER = Path(__file__).parent.parent / "worker"
POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)[*+?]\+")


@pytest.mark.parametrize(
    "file", sorted({*WORKER.rglob("*.py"), *WORKER.rglob("packs/**/*.toml")}), ids=lambda f: f.name
)
def test_no_group_is_possessive(file: Path) -> None:
    # Python before 3.11.5 forgets to go back when the last turn of a possessive group fails half-way, so "27, 2023"
    # gave the token "27,"; Debian 12 has 3.11.2. An atomic group, (?>(?:...)*), means the same and is right everywhere.
    assert POSSESSIVE_GROUP.findall(file.read_text()) == []
