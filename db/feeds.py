"""Polling: claiming the feeds that are due, and keeping what a poll and its reading taught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Insert, Row, Table, Text, Update, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from db.claims import Claim, ClaimLostError, finish, is_free
from db.models import Feed, Fetch
from db.payloads import StoredPayload, Subject, fetch_row, load_payload, store_payload
from db.text import storable, storable_or_none
from worker.feeds.batches import Due
from worker.records import FeedHints, FeedState, FetchClass, Fetched, NextPoll, Validators

GOOD = frozenset({FetchClass.OK, FetchClass.NOT_MODIFIED})


@dataclass(frozen=True, slots=True)
class Bounds:
    """Shortest and longest interval of feeds for which the user chose none, in seconds."""

    floor_seconds: int = 600
    ceiling_seconds: int = 86400


DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class PollStart:
    """A poll that may begin: the feed's state and the mark under which its outcome is stored."""

    state: FeedState
    token: UUID
    headers: Mapping[str, str]  # header name -> name of the secret


@dataclass(frozen=True, slots=True)
class FeedToRead:
    """A feed whose new bytes wait to be read."""

    state: FeedState
    payload: StoredPayload
    language: str | None  # as the user set it
    time_zone: str | None


def claim_due(session: Session, now: datetime, lease: timedelta, limit: int | None = None) -> list[Due]:
    """Lease every feed that is due, and return them longest due first, to be announced.

    Rows that another dispatcher is looking at are skipped, so two beats do no harm. A lease whose message is lost, or
    whose worker dies, runs out by itself and the feed is due again. A feed whose last bytes still wait for the reader
    is not asked before they were read: newer bytes would take their place, and what they alone showed would be lost.
    """
    due = (
        select(Feed.feed_id)
        .where(Feed.active, Feed.state == "idle", Feed.next_poll_at <= now, is_free(Feed, now))
        .order_by(Feed.next_poll_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    leased = session.execute(
        update(Feed)
        .where(Feed.feed_id.in_(due))
        .values(lease_until=now + lease, token=None)
        .returning(Feed.feed_id, Feed.next_poll_at, Feed.failures)
    ).all()
    ordered = sorted(leased, key=lambda row: (row.next_poll_at, row.feed_id))
    return [Due(row.feed_id, failing=row.failures > 0) for row in ordered]


def polls_per_second(session: Session) -> float:
    """Return how many polls a second all active feeds together ask for by their intervals."""
    rate = select(func.sum(1.0 / func.greatest(Feed.interval_seconds, 1))).where(Feed.active)
    return float(session.execute(rate).scalar() or 0.0)


def start_poll(
    session: Session, feed_id: int, now: datetime, lease: timedelta, bounds: Bounds = DEFAULT_BOUNDS
) -> PollStart | None:
    """Begin a poll: claims and loads in one statement.

    Returns:
        None when there is nothing to do: not due any more, removed, its last bytes not read yet, or already being
        polled by another worker that was sent the same message.
    """
    token = uuid4()
    given = {"this_feed": feed_id, "now": now, "its_token": token, "until": now + lease}
    feed = session.connection().execute(_start(), given).one_or_none()
    return PollStart(_state(feed, bounds), token, feed.headers) if feed is not None else None


@lru_cache(maxsize=1)
def _start() -> Update:
    """The statement that starts a poll, made once: making it takes longer than PostgreSQL takes to run it."""
    now: Any = bindparam("now", type_=_FEED.c.next_poll_at.type)
    nobody = or_(_FEED.c.token.is_(None), _FEED.c.lease_until.is_(None), _FEED.c.lease_until < now)
    return (
        update(_FEED)
        .where(_FEED.c.feed_id == bindparam("this_feed"), _FEED.c.active, _FEED.c.state == "idle")
        .where(_FEED.c.next_poll_at <= now, nobody)
        .values(token=bindparam("its_token"), lease_until=bindparam("until"))
        .returning(*(_FEED.c[name] for name in _OF_A_POLL))
    )


def postpone_poll(session: Session, poll: PollStart, at: datetime, reason: str) -> None:
    """Let a feed go unasked until ``at``, as when its host's turn comes later; not a failure.

    Raises:
        ClaimLostError: Another worker took the feed over.
    """
    _store_where_polled(session, poll, next_poll_at=at, next_poll_reason=reason)


def store_poll(
    session: Session,
    poll: PollStart,
    state: FeedState,
    fetched: Fetched,
    next_poll: NextPoll,
    now: datetime,
    *,
    new_bytes: bool,
    gone: bool = False,
    task_id: UUID | None = None,
) -> None:
    """Store one poll: the row of the request, the bytes if they are new, the feed's new state, and when it is next due.

    Without new bytes that is a single statement, since most polls end so.

    Args:
        session: The transaction.
        poll: What :func:`start_poll` returned.
        state: The feed's state after the poll. A changed ``url`` is a permanent redirect that is taken.
        fetched: What the request brought.
        next_poll: When it is asked next, and why.
        now: The present instant.
        new_bytes: The body is to be read: the feed goes to state ``fetched``, announced as sent.
        gone: It is no longer asked until somebody says so.
        task_id: The task that did it.

    Raises:
        ClaimLostError: Another worker took the feed over; roll back.
    """
    subject = Subject(feed_id=state.feed_id)
    # A poll mostly changes a few columns of many, and what is left out costs nothing to send, to check and to log.
    before = _columns_of_state(poll.state)
    columns = {name: value for name, value in _columns_of_state(state).items() if value != before[name]}
    columns |= _moved(session, poll.state, state)
    columns |= {"last_polled_at": now, "next_poll_at": next_poll.at, "next_poll_reason": storable(next_poll.reason)}
    if fetched.outcome in GOOD:
        columns |= {"last_ok_at": now, "failure_detail": None}
    else:
        columns["failure_detail"] = storable(fetched.detail)
    if new_bytes:
        columns |= {"state": "fetched", "state_since": now, "attempts": 0, "next_attempt_at": now}
        columns |= {"announced_at": now, "last_changed_at": now, "last_error": None, "failed_in": None}
        store_payload(session, subject, fetched)
    if gone:
        columns["active"] = False
    row = fetch_row(subject, fetched, new_bytes=new_bytes, next_poll=next_poll, task_id=task_id)
    _store_where_polled(session, poll, row, **columns)


def load_for_reading(session: Session, feed_id: int, bounds: Bounds = DEFAULT_BOUNDS) -> FeedToRead | None:
    """Return a feed with its current bytes; None when there are no bytes."""
    payload = load_payload(session, Subject(feed_id=feed_id))
    feed = session.get(Feed, feed_id, populate_existing=True)
    if payload is None or feed is None:
        return None
    return FeedToRead(_state(feed, bounds), payload, feed.language, feed.time_zone)


def store_feed_reading(
    session: Session,
    held: Claim,
    state: FeedState,
    next_poll: NextPoll | None,
    now: datetime,
    *,
    title: str = "",
    home_url: str | None = None,
    problems: Sequence[str] = (),
) -> None:
    """Store what reading a feed's bytes taught, and let the feed go to state ``idle``.

    Args:
        session: The transaction that also inserts the articles found.
        held: The claim on the feed.
        state: The feed's state with the new counts, hints and publication times.
        next_poll: When it is asked next now that its entries are known; None leaves what the poll decided.
        now: The present instant.
        title: The feed's own title.
        home_url: The page it says it belongs to.
        problems: What was wrong with it.

    Raises:
        ClaimLostError: Somebody else took the feed over; roll back.
    """
    columns = {name: value for name, value in _columns_of_state(state).items() if name in _LEARNT_BY_READING}
    if next_poll is not None:
        columns |= {
            "next_poll_at": next_poll.at,
            "next_poll_reason": storable(next_poll.reason),
            "interval_seconds": next_poll.interval_seconds,
        }
    columns |= {
        "title": storable(title) or None,
        "home_url": storable_or_none(home_url),
        "problems": [storable(problem) for problem in problems],
    }
    if state.failure_class is not None and problems:  # it was no feed at all
        columns["failure_detail"] = storable(problems[0])
    finish(session, held, "idle", now, announced=False, **columns)


_FEED = cast("Table", Feed.__table__)
_FETCH = cast("Table", Fetch.__table__)
_OF_A_POLL = (
    *("feed_id", "url", "headers", "etag", "last_modified", "validators_trusted", "body_sha256", "unconditional_at"),
    *("failures", "failure_class", "gone_since", "gone_count", "permanent_redirect_to", "permanent_redirect_since"),
    *("interval_seconds", "floor_seconds", "ttl_minutes", "update_minutes", "max_age_seconds"),
    *("new_counts", "entry_counts", "recent_published"),
)
"""Columns that make a feed's state."""

_LEARNT_BY_READING = frozenset(
    {
        "failures",
        "failure_class",
        "interval_seconds",
        "ttl_minutes",
        "update_minutes",
        "max_age_seconds",
        "new_counts",
        "entry_counts",
        "recent_published",
    }
)


def _state(feed: Feed | Row[Any], bounds: Bounds) -> FeedState:
    return FeedState(
        feed_id=feed.feed_id,
        url=feed.url,
        validators=Validators(feed.etag, feed.last_modified),
        validators_trusted=feed.validators_trusted,
        body_sha256=feed.body_sha256,
        unconditional_at=feed.unconditional_at,
        failures=feed.failures,
        failure_class=FetchClass(feed.failure_class) if feed.failure_class else None,
        gone_since=feed.gone_since,
        gone_count=feed.gone_count,
        permanent_redirect_to=feed.permanent_redirect_to,
        permanent_redirect_since=feed.permanent_redirect_since,
        interval_seconds=feed.interval_seconds,
        floor_seconds=feed.floor_seconds or bounds.floor_seconds,
        ceiling_seconds=max(feed.floor_seconds or 0, bounds.ceiling_seconds),
        hints=FeedHints(feed.ttl_minutes, feed.update_minutes, feed.max_age_seconds),
        new_counts=tuple(feed.new_counts),
        entry_counts=tuple(feed.entry_counts),
        recent_published=tuple(feed.recent_published),
    )


def _columns_of_state(state: FeedState) -> dict[str, Any]:
    return {
        "etag": storable_or_none(state.validators.etag),
        "last_modified": storable_or_none(state.validators.last_modified),
        "validators_trusted": state.validators_trusted,
        "body_sha256": state.body_sha256,
        "unconditional_at": state.unconditional_at,
        "failures": state.failures,
        "failure_class": state.failure_class.value if state.failure_class else None,
        "gone_since": state.gone_since,
        "gone_count": state.gone_count,
        "permanent_redirect_to": storable_or_none(state.permanent_redirect_to),
        "permanent_redirect_since": state.permanent_redirect_since,
        "interval_seconds": state.interval_seconds,
        "ttl_minutes": state.hints.ttl_minutes,
        "update_minutes": state.hints.update_minutes,
        "max_age_seconds": state.hints.max_age_seconds,
        "new_counts": list(state.new_counts),
        "entry_counts": list(state.entry_counts),
        "recent_published": list(state.recent_published),
    }


def _moved(session: Session, before: FeedState, after: FeedState) -> dict[str, Any]:
    """Return the columns of a new address, unless another feed has it already."""
    if after.url == before.url:
        return {}
    if session.execute(select(Feed.feed_id).where(Feed.url == storable(after.url))).first() is not None:
        return {}
    return {"url": storable(after.url), "previous_urls": before.url}  # appended


def _store_where_polled(
    session: Session, poll: PollStart, request: Mapping[str, Any] | None = None, **columns: Any
) -> None:
    """Set columns of the feed and let it go; with the row of a request, both or neither are stored."""
    given = {f"set_{name}": value for name, value in columns.items()}
    given |= {f"row_{name}": value for name, value in (request or {}).items()}
    given |= {"this_feed": poll.state.feed_id, "its_token": poll.token}
    # On the connection: the session's bookkeeping of objects takes as long as the statement, and there are none.
    stored = session.connection().execute(
        _store(tuple(sorted(columns)), tuple(request or ())), given, execution_options={"preserve_rowcount": True}
    )
    if stored.rowcount != 1:
        raise ClaimLostError(
            f"The lease on the poll of {poll.state.url} ran out and another worker took it; this answer is dropped."
        )


@lru_cache(maxsize=256)
def _store(columns: tuple[str, ...], request: tuple[str, ...]) -> Update | Insert:
    """The statement that stores a poll which changed these columns, of which a few dozen sets come up."""
    values: dict[str, Any] = {name: bindparam(f"set_{name}", type_=_FEED.c[name].type) for name in columns}
    if "previous_urls" in values:
        values["previous_urls"] = func.array_append(_FEED.c.previous_urls, bindparam("set_previous_urls", type_=Text))
    let_go = (
        update(_FEED)
        .where(_FEED.c.feed_id == bindparam("this_feed"), _FEED.c.token == bindparam("its_token"))
        .values(token=None, lease_until=None, **values)
    )
    if not request:
        return let_go
    held = let_go.returning(_FEED.c.feed_id).cte("held")
    row = [bindparam(f"row_{name}", type_=_FETCH.c[name].type) for name in request]
    return insert(_FETCH).from_select(list(request), select(*row).select_from(held))
