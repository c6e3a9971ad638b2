"""Which entries are new, which are known, which cannot be used."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.identity import (
    MOST_REVISIONS,
    EntryDecision,
    EntryKind,
    KnownEntries,
    KnownEntry,
    clamp,
    fold_title,
    sort_entries,
    wanted,
)
from worker.records import Entry, ParsedFeed
from worker.urls import url_key

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=5)
TITLE = "Ferry sinks off Samar, twelve missing"
ENTRY = Entry(
    guid="id-1", url="https://example.org/ferry", title=TITLE, published=BEFORE, updated=None, summary="", content=""
)
KNOWN = KnownEntry(
    7, url_key("https://example.org/ferry"), TITLE, first_seen=BEFORE + timedelta(minutes=5), published=BEFORE
)


def feed(*entries: Entry) -> ParsedFeed:
    return ParsedFeed("", None, None, "rss", entries)


def known(*entries: KnownEntry, guid: str | None = "id-1", title: bool = True) -> KnownEntries:
    return KnownEntries(
        by_guid={guid: entries[0]} if guid and entries else {},
        by_key={entry.url_key: entry for entry in entries},
        by_title={fold_title(entry.title): entry for entry in entries} if title else {},
    )


def decide(entry: Entry, stored: KnownEntries) -> EntryDecision:
    return sort_entries(feed(entry), stored, NOW)[0]


NOTHING = KnownEntries()
MOVED = "https://example.org/other-address"


@pytest.mark.parametrize(
    ("entry", "stored", "kind", "article"),
    [
        (ENTRY, NOTHING, EntryKind.NEW, None),
        (ENTRY, known(KNOWN), EntryKind.KNOWN, 7),
        # another id, the same address: a feed that makes its ids anew at every poll
        (replace(ENTRY, guid="id-2"), known(KNOWN), EntryKind.KNOWN, 7),
        # the same address in another dress
        (
            replace(ENTRY, guid="id-2", url="http://www.example.org/ferry/?utm_source=rss"),
            known(KNOWN),
            EntryKind.KNOWN,
            7,
        ),
        # the same id, another address, the same title: it moved
        (replace(ENTRY, url=MOVED), known(KNOWN), EntryKind.KNOWN, 7),
        # the same id, another address and title, the same date: it was renamed
        (replace(ENTRY, url=MOVED, title="Ferry sinks off Samar, thirteen dead"), known(KNOWN), EntryKind.UPDATE, 7),
        # the same id, all else different: the id was used again
        (
            replace(ENTRY, url=MOVED, title="Something else altogether", published=NOW),
            known(KNOWN),
            EntryKind.NEW,
            None,
        ),
        (
            replace(ENTRY, url=MOVED, title="Something else altogether", published=None),
            known(KNOWN),
            EntryKind.NEW,
            None,
        ),
        # neither id nor address known, but title and date are
        (replace(ENTRY, guid="x", url=MOVED), known(KNOWN), EntryKind.KNOWN, 7),
        (
            replace(ENTRY, guid="x", url=MOVED, title="FERRY sinks off Samar - twelve missing"),
            known(KNOWN),
            EntryKind.KNOWN,
            7,
        ),
        (replace(ENTRY, guid="x", url=MOVED, published=None), known(KNOWN), EntryKind.KNOWN, 7),
        # a title that recurs on another day is another article
        (replace(ENTRY, guid="x", url=MOVED, published=NOW), known(KNOWN), EntryKind.NEW, None),
        # a short title says nothing
        (replace(ENTRY, guid="x", url=MOVED, title="Live"), known(replace(KNOWN, title="Live")), EntryKind.NEW, None),
        # updates
        (replace(ENTRY, updated=NOW), known(KNOWN), EntryKind.UPDATE, 7),
        (replace(ENTRY, updated=NOW), known(replace(KNOWN, updated=NOW)), EntryKind.KNOWN, 7),
        (replace(ENTRY, title="Ferry sinks off Samar, twenty missing"), known(KNOWN), EntryKind.UPDATE, 7),
        (replace(ENTRY, title=""), known(KNOWN), EntryKind.KNOWN, 7),
        (replace(ENTRY, updated=NOW), known(replace(KNOWN, revisions=MOST_REVISIONS)), EntryKind.KNOWN, 7),
        # what cannot be fetched
        (replace(ENTRY, url=None), known(KNOWN), EntryKind.REFUSED, None),
        (replace(ENTRY, url="https://example.org/" + "x" * 9000), NOTHING, EntryKind.REFUSED, None),
        (replace(ENTRY, url="ftp://example.org/"), NOTHING, EntryKind.REFUSED, None),
    ],
)
def test_entries_are_sorted(entry: Entry, stored: KnownEntries, kind: EntryKind, article: int | None) -> None:
    decision = decide(entry, stored)
    assert (decision.kind, decision.article_id) == (kind, article), decision.reason
    assert decision.reason.endswith(".")
    assert (decision.url_key is None) is (kind is EntryKind.REFUSED)


def test_an_id_shared_within_a_document_identifies_nothing() -> None:
    entries = (
        replace(ENTRY, url="https://example.org/a", title="A"),
        replace(ENTRY, url="https://example.org/b", title="B"),
    )
    assert [decision.kind for decision in sort_entries(feed(*entries), known(KNOWN, title=False), NOW)] == [
        EntryKind.NEW,
        EntryKind.NEW,
    ]


def test_an_article_that_stands_twice_is_taken_once() -> None:
    twice = sort_entries(feed(ENTRY, replace(ENTRY, guid="id-2", url="https://www.example.org/ferry")), NOTHING, NOW)
    assert [decision.kind for decision in twice] == [EntryKind.NEW, EntryKind.REFUSED]
    assert "earlier in the same document" in twice[1].reason


@pytest.mark.parametrize(
    ("published", "updated", "stored", "expected", "raw"),
    [
        (BEFORE, None, NOTHING, BEFORE, BEFORE),
        (NOW + timedelta(days=3), None, NOTHING, NOW, NOW + timedelta(days=3)),
        (None, BEFORE, NOTHING, BEFORE, BEFORE),
        (None, None, NOTHING, NOW, None),
        (NOW + timedelta(days=3), None, known(KNOWN), KNOWN.first_seen, NOW + timedelta(days=3)),
        (None, None, known(KNOWN), BEFORE, None),
    ],
)
def test_dates_are_never_in_the_future_and_the_stated_one_is_kept(
    published: datetime | None, updated: datetime | None, stored: KnownEntries, expected: datetime, raw: datetime | None
) -> None:
    decision = decide(replace(ENTRY, published=published, updated=updated), stored)
    assert (decision.published, decision.published_raw) == (expected, raw)


def test_what_has_to_be_looked_up_is_named() -> None:
    named = wanted(feed(ENTRY, replace(ENTRY, guid="id-2", url=None, title="Live")))
    assert named.guids == {"id-1", "id-2"}
    assert named.url_keys == {KNOWN.url_key}
    assert named.titles == {"ferry sinks off samar twelve missing"}


def test_clamping() -> None:
    assert clamp(None, NOW) == NOW
    assert clamp(NOW + timedelta(seconds=1), NOW) == NOW
    assert clamp(BEFORE, NOW) == BEFORE


ENTRIES = st.builds(
    Entry,
    guid=st.sampled_from(["a", "b", "c"]),
    url=st.sampled_from(
        [None, "https://example.org/1", "https://www.example.org/1/", "https://example.org/2", "nonsense"]
    ),
    title=st.sampled_from(["", "Live", TITLE, "Another title of some length"]),
    published=st.sampled_from([None, BEFORE, NOW + timedelta(days=1)]),
    updated=st.sampled_from([None, NOW]),
    summary=st.just(""),
    content=st.just(""),
)


@given(st.lists(ENTRIES, max_size=12))
def test_a_feed_read_twice_brings_nothing_new_the_second_time(entries: list[Entry]) -> None:
    first = sort_entries(feed(*entries), NOTHING, NOW)
    assert len(first) == len(entries)
    taken = [decision for decision in first if decision.kind is EntryKind.NEW]
    keys = [decision.url_key for decision in taken]
    assert len(set(keys)) == len(keys)
    stored = [
        KnownEntry(
            n, decision.url_key or b"", decision.entry.title, NOW, decision.published_raw, decision.entry.updated
        )
        for n, decision in enumerate(taken)
    ]
    again = KnownEntries(
        by_guid={decision.entry.guid: entry for decision, entry in zip(taken, stored, strict=True)},
        by_key={entry.url_key: entry for entry in stored},
    )
    later = sort_entries(feed(*entries), again, NOW + timedelta(minutes=10))
    assert not any(decision.kind is EntryKind.NEW for decision in later)
    assert all(decision.published <= NOW + timedelta(minutes=10) for decision in later)
