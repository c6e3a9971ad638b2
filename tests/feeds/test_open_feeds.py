"""Feeds from public test suites: feedparser's own and the W3C feed validator's."""

import io
import os
import re
import tarfile
import time
from datetime import UTC, datetime
from pathlib import Path

import feedparser  # type: ignore[import-untyped]
import pytest

from worker.feeds.parse import parse_feed

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FOLDER = os.environ.get("DATELINE_OPEN_DATA")
NOT_FEEDS = {"kml", "opensearch", "opml"}

pytestmark = [
    pytest.mark.open_data,
    pytest.mark.skipif(not FOLDER, reason="set DATELINE_OPEN_DATA to the folder of open test data to run these"),
]


def files(archive: str) -> dict[str, bytes]:
    found = {}
    with tarfile.open(Path(FOLDER or "", "data", "feeds", archive)) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None and Path(member.name).suffix in {".xml", ".json", ".html", ".opml"}:
                found[member.name] = content.read()
    return found


@pytest.mark.parametrize("archive", ["feedparser-tests.tar.xz", "w3c-feedvalidator-testcases.tar.xz"])
def test_every_file_gives_an_answer_soon(archive: str) -> None:
    slowest = 0.0
    for name, body in files(archive).items():
        began = time.process_time()
        feed = parse_feed(body, url="https://example.org/feed", now=NOW)
        slowest = max(slowest, time.process_time() - began)
        assert feed.kind or feed.problems, name
    assert slowest < 1


def test_valid_feeds_are_read_without_a_complaint() -> None:
    """A test case whose expectation is that some fault is absent ("!Error", "!UndefinedElement") is a valid feed.

    Four of 549 are not: two are not well-formed XML, one is no feed, one refers to a character that XML does not know.
    """
    valid = {
        name: body
        for name, body in files("w3c-feedvalidator-testcases.tar.xz").items()
        if name.endswith(".xml") and re.search(rb"Expect: +!", body) and Path(name).parts[1] not in NOT_FEEDS
    }
    complained = [name for name, body in valid.items() if (feed := parse_feed(body, now=NOW)).problems or not feed.kind]
    assert len(valid) == 549
    assert len(complained) <= 4, complained


def test_no_entry_is_lost_that_the_lenient_parser_finds() -> None:
    """The repair before the strict parser stands in for feedparser's lenient one: it must not find fewer entries."""
    for archive in ("feedparser-tests.tar.xz", "w3c-feedvalidator-testcases.tar.xz"):
        for name, body in files(archive).items():
            if not name.endswith(".xml"):
                continue
            lenient = feedparser.parse(
                io.BytesIO(body),
                response_headers={"content-type": "application/xml"},
                sanitize_html=False,
                resolve_relative_uris=False,
            )
            if lenient.bozo:
                feed = parse_feed(body, url="https://example.org/feed", now=NOW)
                assert len(feed.entries) >= len(lenient.entries), name
