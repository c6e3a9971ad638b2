"""Frozen pages, each beside the reading that a careful person expects of it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from worker.articles.body import FeedContext, read_page
from worker.records import Reading

PAGES = sorted(Path(__file__).parent.glob("*.html"))
NOW = datetime(2025, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture(params=PAGES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> tuple[Reading, dict[str, Any]]:
    path: Path = request.param
    expected = expectation(path)
    entry = FeedContext(time_zone=expected.get("zone"), **expected.get("feed", {}))
    return read_page(path.read_bytes(), url=expected["url"], headers={}, entry=entry, now=NOW), expected


def expectation(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))


def test_every_way_to_a_body_has_a_page_that_needs_it() -> None:
    """A way is only tried while all before it gave too little, so what names it as its source needs it."""
    assert {expectation(path)["source"] for path in PAGES} >= {
        "extracted",
        "json-ld",
        "recall",
        "readability",
        "feed-content",
        "feed-summary",
    }


def test_a_page_is_read_as_expected(case: tuple[Reading, dict[str, Any]]) -> None:
    reading, expected = case
    assert reading.text == expected["text"].strip()
    assert reading.title == expected["title"]
    assert reading.authors == tuple(expected["authors"])
    assert (reading.language, reading.body_source, reading.body_status) == (
        expected["language"],
        expected["source"],
        expected["status"],
    )
    assert reading.rights == tuple(expected.get("rights", ()))
    assert reading.accessible_for_free is expected.get("free", reading.accessible_for_free)
    assert reading.canonical_url == expected.get("canonical")


def test_the_moment_of_publication_keeps_its_offset(case: tuple[Reading, dict[str, Any]]) -> None:
    reading, expected = case
    assert reading.published is not None
    assert reading.published.isoformat() == expected["published"].isoformat()
