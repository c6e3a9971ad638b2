"""The page on exports names every format, every added column and every column of ACLED's shape."""

from __future__ import annotations

import re

from tests.documents import ROOT
from worker.cli.export import FORMATS
from worker.exports.acled import ACLED_COLUMNS
from worker.exports.flat import ADDED
from worker.exports.json_lines import NESTED
from worker.exports.parquet import SCHEMA

PAGE = (ROOT / "docs" / "exports.md").read_text()


def _first_cells(heading: str) -> set[str]:
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section is not None
    return {
        name for row in re.findall(r"^\| (`.*?) \|", section[1], re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }


def test_every_format_is_explained() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \| [^|]+ \| [^|]+ \|$", PAGE.partition("\n## ")[0], re.MULTILINE)) == set(
        FORMATS
    )


def test_every_added_column_is_explained() -> None:
    assert _first_cells("CSV") == set(ADDED)


def test_every_column_of_acled_is_explained() -> None:
    assert _first_cells("ACLED's columns") == set(ACLED_COLUMNS)


def test_every_list_and_its_fields_are_explained() -> None:
    assert _first_cells("JSON lines and Parquet") == set(NESTED)
    for name in ("reports", "tolls", "copies", "actors"):
        fields = {field.name for field in SCHEMA.field(name).type.value_type}
        row = next(row for row in PAGE.splitlines() if row.startswith("| `") and f"`{name}`" in row.split("|")[1])
        assert fields <= set(re.findall(r"`(\w+)`", row))
