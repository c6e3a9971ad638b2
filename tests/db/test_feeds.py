from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from db.claims import ClaimLostError, claim, stalled
from db.feed_list import FeedSettings, add_feed, apply_list, list_feeds, poll_now, remove_feed, settings_of
from db.feeds import (
    PollStart,
    claim_due,
    load_for_reading,
    postpone_poll,
    start_poll,
    store_feed_reading,
    store_poll,
)
from db.models import Feed, Fetch, Payload, Source
from db.session import session_scope
from tests.db.stored import LEASE, MINUTE, NOW, a_feed, fetched
from worker.errors import InputError
from worker.feeds.batches import Due
from worker.records import FeedHints, FetchClass, NextPoll, Validators

LATER = NextPoll(NOW + timedelta(hours=1), 3600, "Every hour: nothing new.")


@pytest.fixture
def feed_id(engine: Engine) -> int:
    with session_scope(engine) as session:
        return a_feed(session)


def begin(engine: Engine, feed_id: int, at: timedelta = timedelta(0)) -> PollStart | None:
    with session_scope(engine) as session:
        return start_poll(session, feed_id, NOW + at, LEASE)


def started(engine: Engine, feed_id: int) -> PollStart:
    poll = begin(engine, feed_id)
    assert poll is not None
    return poll


def count(engine: Engine, table: type) -> int:
    with session_scope(engine) as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_due_feeds_are_leased_once(engine: Engine, feed_id: int) -> None:
    with session_scope(engine) as session:
        a_feed(session, "https://example.org/later.xml")
        add_feed(session, FeedSettings("https://example.org/future.xml", "Example"), NOW + MINUTE)
    with session_scope(engine) as one, session_scope(engine) as other:
        assert len(claim_due(one, NOW, LEASE)) == 2
        assert claim_due(other, NOW, LEASE) == []
    with session_scope(engine) as session:
        assert claim_due(session, NOW + LEASE, LEASE) == [Due(3, failing=False)]
        assert claim_due(session, NOW + LEASE + MINUTE, LEASE, limit=1) == [Due(feed_id, failing=False)]


def test_a_poll_is_begun_by_one_of_two_messages(engine: Engine, feed_id: int) -> None:
    with session_scope(engine) as session:
        claim_due(session, NOW, LEASE)
    assert begin(engine, feed_id) is not None
    assert begin(engine, feed_id) is None
    assert begin(engine, feed_id, LEASE + MINUTE) is not None


@pytest.mark.parametrize("at", [-MINUTE, timedelta(0)], ids=["not yet due", "removed"])
def test_no_poll_begins(engine: Engine, feed_id: int, at: timedelta) -> None:
    with session_scope(engine) as session:
        if not at:
            remove_feed(session, "https://example.org/feed.xml", NOW)
    assert begin(engine, feed_id, at) is None


def test_what_a_poll_taught_comes_back_whole(engine: Engine, feed_id: int) -> None:
    poll = started(engine, feed_id)
    taught = replace(
        poll.state,
        validators=Validators('W/"ä"', "Tue, 04 Mar 2025 10:00:00 GMT"),
        validators_trusted=False,
        body_sha256=b"\1" * 32,
        unconditional_at=NOW,
        failures=2,
        failure_class=FetchClass.TLS,
        gone_since=NOW,
        gone_count=1,
        permanent_redirect_to="https://example.org/new.xml",
        permanent_redirect_since=NOW,
        interval_seconds=1200,
        hints=FeedHints(60, 30, 900),
        new_counts=(3, 0),
        entry_counts=(20, 20),
        recent_published=(NOW, NOW - MINUTE),
    )
    with session_scope(engine) as session:
        store_poll(session, poll, taught, fetched(), LATER, NOW, new_bytes=False)
    with session_scope(engine) as session:
        again = start_poll(session, feed_id, LATER.at, LEASE)
    assert again is not None
    assert again.state == taught


def test_unchanged_bytes_cost_a_row_of_a_request_and_no_payload(engine: Engine, feed_id: int) -> None:
    poll = started(engine, feed_id)
    with session_scope(engine) as session:
        answer = fetched(b"", outcome=FetchClass.NOT_MODIFIED, status=304)
        store_poll(session, poll, poll.state, answer, LATER, NOW, new_bytes=False)
    assert (count(engine, Fetch), count(engine, Payload)) == (1, 0)
    with session_scope(engine) as session:
        feed = session.get(Feed, feed_id)
        assert feed is not None
        assert (feed.state, feed.next_poll_at, feed.lease_until, feed.last_ok_at) == ("idle", LATER.at, None, NOW)


def test_new_bytes_wait_to_be_read(engine: Engine, feed_id: int) -> None:
    poll = started(engine, feed_id)
    body = bytes(range(256)) * 40
    with session_scope(engine) as session:
        store_poll(session, poll, poll.state, fetched(body), LATER, NOW, new_bytes=True)
    with session_scope(engine) as session:
        read = load_for_reading(session, feed_id)
        assert read is not None
        assert (read.payload.body, read.payload.headers) == (body, {"content-type": "application/rss+xml"})
        assert [p.row_id for p in stalled(session, Feed, NOW + 11 * MINUTE, 5).announce] == [feed_id]
        held = claim(session, Feed, feed_id, "fetched", LEASE, NOW + 11 * MINUTE)
        assert held is not None
        sooner = NextPoll(NOW + 20 * MINUTE, 1200, "Every 20 minutes.")
        store_feed_reading(session, held, replace(read.state, new_counts=(5,)), sooner, NOW, title="Example\0 News")
    with session_scope(engine) as session:
        feed = session.get(Feed, feed_id)
        assert feed is not None
        assert (feed.state, feed.title, feed.new_counts, feed.next_poll_at) == ("idle", "Example News", [5], sooner.at)


def test_a_failure_shows_its_sentence_until_a_success(engine: Engine, feed_id: int) -> None:
    poll = started(engine, feed_id)
    failed = fetched(b"", outcome=FetchClass.DNS, status=None, detail="example.org has no address.")
    with session_scope(engine) as session:
        store_poll(session, poll, replace(poll.state, failures=1), failed, LATER, NOW, new_bytes=False)
    with session_scope(engine) as session:
        assert list_feeds(session)[0].failure_detail == "example.org has no address."
        poll_now(session, "https://example.org/feed.xml", NOW)
    poll = started(engine, feed_id)
    with session_scope(engine) as session:
        store_poll(session, poll, replace(poll.state, failures=0), fetched(), LATER, NOW, new_bytes=True)
        assert list_feeds(session)[0].failure_detail is None


def test_the_answer_to_a_lost_poll_is_dropped(engine: Engine, feed_id: int) -> None:
    late = started(engine, feed_id)
    assert begin(engine, feed_id, LEASE + MINUTE) is not None
    with pytest.raises(ClaimLostError), session_scope(engine) as session:
        store_poll(session, late, late.state, fetched(), LATER, NOW, new_bytes=True)
    assert (count(engine, Fetch), count(engine, Payload)) == (0, 0)


def test_a_postponed_poll_is_free_and_due_later(engine: Engine, feed_id: int) -> None:
    poll = started(engine, feed_id)
    with session_scope(engine) as session:
        postpone_poll(session, poll, NOW + MINUTE, "Its host's turn comes then.")
        assert claim_due(session, NOW, LEASE) == []
        assert claim_due(session, NOW + MINUTE, LEASE) == [Due(feed_id, failing=False)]


@pytest.mark.parametrize("taken", [False, True], ids=["a free address", "the address of another feed"])
def test_a_permanent_redirect_is_taken_unless_it_is_another_feed(engine: Engine, feed_id: int, taken: bool) -> None:
    new = "https://example.org/new.xml"
    if taken:
        with session_scope(engine) as session:
            a_feed(session, new)
    poll = started(engine, feed_id)
    with session_scope(engine) as session:
        store_poll(session, poll, replace(poll.state, url=new), fetched(), LATER, NOW, new_bytes=False)
        feed = session.get(Feed, feed_id, populate_existing=True)
        assert feed is not None
        assert (feed.url == new, feed.previous_urls == ["https://example.org/feed.xml"]) == (not taken, not taken)


def test_a_feed_that_is_gone_is_not_asked_until_somebody_says_so(engine: Engine, feed_id: int) -> None:
    poll = started(engine, feed_id)
    with session_scope(engine) as session:
        gone = fetched(b"", outcome=FetchClass.GONE, status=410)
        store_poll(session, poll, poll.state, gone, LATER, NOW, new_bytes=False, gone=True)
        assert claim_due(session, NOW + timedelta(days=9), LEASE) == []
        assert poll_now(session, "https://example.org/feed.xml", NOW) == feed_id
        assert claim_due(session, NOW, LEASE) == [Due(feed_id, failing=False)]


# --- the list ---

ONE = FeedSettings("https://one.example/rss", "One", section="world", time_zone="Africa/Nairobi", floor_seconds=300)
TWO = FeedSettings(
    "https://two.example/rss",
    "Two",
    kind="news_agency",
    family="Two Group",
    country="KEN",
    headers={"X-Key": "two_key"},
)


def apply(engine: Engine, *chosen: FeedSettings, at: datetime = NOW) -> dict[str, tuple[str, ...]]:
    with session_scope(engine) as session:
        done = apply_list(session, chosen, at, {})
    return {name: getattr(done, name) for name in ("added", "changed", "removed", "unchanged")}


def test_a_list_changes_only_what_differs(engine: Engine) -> None:
    by_hand = "https://example.org/feed.xml"
    with session_scope(engine) as session:
        a_feed(session, by_hand)
    assert apply(engine, ONE, TWO)["added"] == (ONE.url, TWO.url)
    assert apply(engine, ONE, TWO)["unchanged"] == (ONE.url, TWO.url)
    told = apply(engine, replace(ONE, section="politics"), TWO)
    assert (told["changed"], told["unchanged"]) == ((ONE.url,), (TWO.url,))
    assert apply(engine, TWO)["removed"] == (ONE.url,)
    with session_scope(engine) as session:
        assert {feed.url for feed in list_feeds(session)} == {by_hand, TWO.url}
        assert TWO in settings_of(session)
    assert apply(engine, ONE, TWO)["added"] == (ONE.url,)


def test_a_known_feed_keeps_its_rhythm_when_its_settings_change(engine: Engine) -> None:
    apply(engine, ONE)
    poll = started(engine, 1)
    with session_scope(engine) as session:
        store_poll(session, poll, poll.state, fetched(), LATER, NOW, new_bytes=False)
    apply(engine, replace(ONE, section="politics"), at=NOW + MINUTE)
    with session_scope(engine) as session:
        assert list_feeds(session)[0].next_poll_at == LATER.at


def test_the_list_decides_about_an_outlet(engine: Engine) -> None:
    apply(engine, TWO)
    apply(engine, replace(TWO, family="Other Group"))
    with session_scope(engine) as session:
        source = session.execute(select(Source).where(Source.name == "Two")).scalar_one()
        assert (source.kind, source.family, source.iso3) == ("news_agency", "Other Group", "KEN")


@pytest.mark.parametrize("act", [remove_feed, poll_now])
def test_an_unknown_feed_is_named(engine: Engine, act: object) -> None:
    with pytest.raises(InputError, match=r"https://nowhere\.example"), session_scope(engine) as session:
        act(session, "https://nowhere.example", NOW)  # type: ignore[operator]
