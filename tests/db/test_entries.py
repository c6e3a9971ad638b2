from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, select, update

from db.entries import insert_found, known_entries
from db.models import Article, Source
from db.session import session_scope
from tests.db.stored import NOW, a_feed
from worker.feeds.identity import EntryKind, sort_entries, wanted
from worker.records import Entry, ParsedFeed
from worker.urls import url_key

NAIROBI = timezone(timedelta(hours=3))


def entry(number: int = 1, **fields: object) -> Entry:
    values: dict[str, object] = {
        "guid": f"guid-{number}",
        "url": f"https://example.org/story/{number}",
        "title": f"Shelling kills seven in camp, part {number}",
        "published": datetime(2025, 3, 5, 14, 30, tzinfo=NAIROBI),
        "updated": None,
        "summary": "<p>Seven people\0 died.</p>",
        "content": "",
    } | fields
    return Entry(**values)  # type: ignore[arg-type]


def read(engine: Engine, feed_id: int, *entries: Entry, at: datetime = NOW) -> tuple[tuple[int, ...], list[EntryKind]]:
    """What ``read_feed`` does with a parsed feed: look up, decide, insert."""
    parsed = ParsedFeed("Example", None, None, "rss", entries)
    with session_scope(engine) as session:
        decisions = sort_entries(parsed, known_entries(session, feed_id, wanted(parsed), at), at)
        return insert_found(session, feed_id, decisions, at), [decision.kind for decision in decisions]


@pytest.fixture
def feed_id(engine: Engine) -> int:
    with session_scope(engine) as session:
        return a_feed(session)


def article(engine: Engine, article_id: int) -> Article:
    with session_scope(engine) as session:
        return session.execute(select(Article).where(Article.article_id == article_id)).scalar_one()


def test_a_new_entry_becomes_an_article_in_state_found(engine: Engine, feed_id: int) -> None:
    (found,), kinds = read(engine, feed_id, entry())
    assert kinds == [EntryKind.NEW]
    stored = article(engine, found)
    assert (stored.state, stored.url, stored.guid) == ("found", "https://example.org/story/1", "guid-1")
    assert stored.url_key == url_key("https://www.example.org/story/1/")
    assert stored.published_at == datetime(2025, 3, 5, 11, 30, tzinfo=UTC)
    assert stored.published_offset_minutes == 180
    assert stored.feed_summary == "<p>Seven people died.</p>"
    assert stored.announced_at == NOW


def test_the_same_feed_again_inserts_nothing(engine: Engine, feed_id: int) -> None:
    entries = [entry(number) for number in range(50)]
    assert len(read(engine, feed_id, *entries)[0]) == 50
    again, kinds = read(engine, feed_id, *entries)
    assert (again, set(kinds)) == ((), {EntryKind.KNOWN})


@pytest.mark.parametrize(
    "changed",
    [
        {"guid": "another"},
        {"url": "https://example.org/moved/1"},
        {"guid": "another", "url": "https://example.org/moved/1"},
        {"guid": "another", "url": "https://amp.example.org/story/1?utm_source=rss"},
    ],
    ids=["guid", "address", "guid and address", "guid and dressing of the address"],
)
def test_an_article_is_known_by_any_of_its_marks(engine: Engine, feed_id: int, changed: dict[str, object]) -> None:
    read(engine, feed_id, entry())
    assert read(engine, feed_id, entry(**changed)) == ((), [EntryKind.KNOWN])


def test_a_title_is_forgotten_after_seven_days(engine: Engine, feed_id: int) -> None:
    read(engine, feed_id, entry())
    moved = entry(guid="another", url="https://example.org/moved/1")
    assert read(engine, feed_id, moved, at=NOW + timedelta(days=8))[1] == [EntryKind.NEW]


def test_another_feed_brings_the_same_article_once(engine: Engine, feed_id: int) -> None:
    with session_scope(engine) as session:
        other = a_feed(session, "https://example.org/other.xml")
    read(engine, feed_id, entry())
    assert read(engine, other, entry(guid="of the other feed")) == ((), [EntryKind.KNOWN])


def test_two_feeds_at_the_same_moment_insert_each_article_once(engine: Engine, feed_id: int) -> None:
    with session_scope(engine) as session:
        feeds = [feed_id, *(a_feed(session, f"https://example.org/{n}.xml") for n in range(3))]
    entries = [entry(number) for number in range(40)]
    start, found = threading.Barrier(len(feeds)), []

    def work(which: int) -> None:
        ordered = entries if which % 2 else entries[::-1]
        start.wait()
        found.extend(read(engine, which, *ordered)[0])

    threads = [threading.Thread(target=work, args=(which,)) for which in feeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(set(found)) == 40


def test_an_update_opens_a_finished_article_again(engine: Engine, feed_id: int) -> None:
    (found,), _ = read(engine, feed_id, entry())
    newer = entry(updated=datetime(2025, 3, 5, 18, tzinfo=NAIROBI))
    assert read(engine, feed_id, newer) == ((), [EntryKind.UPDATE])
    assert article(engine, found).revisions == 1
    with session_scope(engine) as session:
        session.execute(update(Article).values(state="coded"))
    newest = entry(updated=datetime(2025, 3, 5, 19, tzinfo=NAIROBI))
    assert read(engine, feed_id, newest) == ((found,), [EntryKind.UPDATE])
    assert (article(engine, found).state, article(engine, found).revisions) == ("found", 2)


def test_nothing_comes_in_from_a_forgotten_outlet(engine: Engine, feed_id: int) -> None:
    with session_scope(engine) as session:
        session.execute(update(Source).values(forgotten_at=NOW))
    assert read(engine, feed_id, entry())[0] == ()


def test_a_guid_of_a_whole_article_is_cut_and_still_known(engine: Engine, feed_id: int) -> None:
    endless = "x" * 50_000
    read(engine, feed_id, entry(guid=endless))
    moved = entry(guid=endless, url="https://example.org/moved", title="Another headline altogether")
    assert read(engine, feed_id, moved)[1] == [EntryKind.UPDATE]
