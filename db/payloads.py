"""Rows of requests and of the raw bytes they brought."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Fetch, Payload, Reservations, Robots
from db.session import WHOLE_ROWS
from db.text import storable, storable_or_none
from worker.records import FetchClass, Fetched, NextPoll
from worker.urls import without_login

COMPRESSION = 6
"""zlib's own default: level 9 saves 1 % more on news pages for twice the time."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request was for: one feed, one article, or (with neither) a host's robots.txt or tdmrep.json."""

    feed_id: int | None = None
    article_id: int | None = None

    @property
    def purpose(self) -> str:
        """Return the value of ``fetch.purpose``."""
        if self.feed_id is not None:
            return "feed"
        return "article" if self.article_id is not None else "robots"


@dataclass(frozen=True, slots=True)
class StoredPayload:
    """Raw bytes as they were received."""

    body: bytes
    headers: dict[str, str]  # names in lower case
    final_url: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class StoredRobots:
    """A host's robots.txt as cached; the fields are those of ``worker.fetch.robots.RobotsFile``."""

    text: str
    status: int | None
    fetched_at: datetime
    expires_at: datetime
    forbids_all: bool
    note: str


@dataclass(frozen=True, slots=True)
class StoredReservations:
    """A host's tdmrep.json as cached; the fields are those of ``worker.fetch.reservations.ReservationsFile``."""

    text: str
    status: int | None
    fetched_at: datetime
    expires_at: datetime


def store_fetch(
    session: Session,
    subject: Subject,
    fetched: Fetched,
    *,
    new_bytes: bool,
    next_poll: NextPoll | None = None,
    task_id: UUID | None = None,
) -> None:
    """Store the row of one request, whatever it brought."""
    row = fetch_row(subject, fetched, new_bytes=new_bytes, next_poll=next_poll, task_id=task_id)
    # Not as an object of the session: an insert of a ready row takes a third of the time.
    session.execute(insert(Fetch), [row], execution_options=WHOLE_ROWS)


def fetch_row(
    subject: Subject, fetched: Fetched, *, new_bytes: bool, next_poll: NextPoll | None, task_id: UUID | None
) -> dict[str, Any]:
    """Return the columns of the row of one request."""
    return {
        "purpose": subject.purpose,
        "feed_id": subject.feed_id,
        "article_id": subject.article_id,
        "url": storable(without_login(fetched.url)),
        "final_url": storable(without_login(fetched.final_url)),
        "started_at": fetched.started_at,
        "elapsed_ms": fetched.elapsed_ms,
        "outcome": fetched.outcome.value,
        "status": fetched.status,
        "detail": storable(fetched.detail),
        "wire_bytes": fetched.wire_bytes,
        "body_bytes": len(fetched.body),
        "new_bytes": new_bytes,
        "etag": storable_or_none(fetched.validators.etag),
        "last_modified": storable_or_none(fetched.validators.last_modified),
        "hops": [asdict(hop) for hop in fetched.hops],
        "next_at": next_poll.at if next_poll else None,
        "next_reason": next_poll.reason if next_poll else None,
        "interval_seconds": next_poll.interval_seconds if next_poll else None,
        "task_id": task_id,
    }


def recent_attempts(session: Session, since: datetime) -> tuple[tuple[str, FetchClass], ...]:
    """Return address and outcome of every request since then: what tells a bad site from a bad network of our own."""
    rows = session.execute(select(Fetch.url, Fetch.outcome).where(Fetch.started_at >= since))
    return tuple((url, FetchClass(outcome)) for url, outcome in rows)


def store_payload(session: Session, subject: Subject, fetched: Fetched) -> None:
    """Store the bytes of an answer, compressed; it becomes the current payload of its feed or article."""
    session.execute(insert(Payload), [payload_row(subject, fetched)], execution_options=WHOLE_ROWS)


def payload_row(subject: Subject, fetched: Fetched) -> dict[str, Any]:
    """Return the columns of the row of an answer's bytes."""
    return {
        "feed_id": subject.feed_id,
        "article_id": subject.article_id,
        "received_at": fetched.started_at,
        "final_url": storable(fetched.final_url),
        "headers": {storable(name): storable(value) for name, value in fetched.headers.items()},
        "sha256": fetched.sha256,
        "size": len(fetched.body),
        "body": zlib.compress(fetched.body, COMPRESSION),
    }


def load_payload(session: Session, subject: Subject) -> StoredPayload | None:
    """Return the current bytes of a feed or article; None when there are none, or when they were pruned."""
    row = session.execute(
        select(Payload.body, Payload.headers, Payload.final_url, Payload.received_at)
        .where(_of(subject))
        .order_by(Payload.payload_id.desc())
        .limit(1)
    ).one_or_none()
    return unpacked(row) if row else None


def unpacked(row: Row[*tuple[Any, ...]]) -> StoredPayload:
    """Return the bytes of a row that has the columns body, headers, final_url and received_at."""
    return StoredPayload(zlib.decompress(row.body), row.headers, row.final_url, row.received_at)


def load_host_files(session: Session, origin: str, now: datetime) -> tuple[StoredRobots | None, str | None]:
    """Return the robots.txt of a host (``https://example.org``) and the text of its tdmrep.json.

    None stands for one that must be fetched first; a host without a tdmrep.json has an empty one.
    """
    row = session.execute(_HOST_FILES, {"host": origin, "now": now}).one()
    return (StoredRobots(*row[:6]) if row.fetched_at else None), row.reserved


def store_robots(session: Session, origin: str, robots: StoredRobots) -> None:
    """Keep the robots.txt of a host; one that another worker fetched at the same moment is replaced."""
    columns = {
        "rules": storable(robots.text),
        "status": robots.status,
        "fetched_at": robots.fetched_at,
        "expires_at": robots.expires_at,
        "forbids_all": robots.forbids_all,
        "note": storable(robots.note),
    }
    statement = insert(Robots).values(origin=storable(origin), **columns)
    session.execute(statement.on_conflict_do_update(index_elements=[Robots.origin], set_=columns))


def store_reservations(session: Session, origin: str, file: StoredReservations) -> None:
    """Keep the tdmrep.json of a host; one that another worker fetched at the same moment is replaced."""
    columns = {
        "rules": storable(file.text),
        "status": file.status,
        "fetched_at": file.fetched_at,
        "expires_at": file.expires_at,
    }
    statement = insert(Reservations).values(origin=storable(origin), **columns)
    session.execute(statement.on_conflict_do_update(index_elements=[Reservations.origin], set_=columns))


_HOST_FILES = text(
    """
    select robots.rules, robots.status, robots.fetched_at, robots.expires_at, robots.forbids_all, robots.note,
      reservations.rules as reserved
    from (select cast(:host as text) as origin) as host
    left join robots on robots.origin = host.origin and robots.expires_at > :now
    left join reservations on reservations.origin = host.origin and reservations.expires_at > :now
    """
)


def _of(subject: Subject) -> ColumnElement[bool]:
    if subject.feed_id is not None:
        return Payload.feed_id == subject.feed_id
    return Payload.article_id == subject.article_id
