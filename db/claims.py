"""Claiming a row's work, finishing it, and finding what was left lying.

Whatever is killed at whatever moment, a row is worked on by one worker at a time and its results are stored once:

1. :func:`claim` marks the row with a fresh token and a lease, in a short transaction.
2. The work is done with no transaction open.
3. :func:`finish` stores the results and advances the state where the token still stands, in one transaction.
4. :func:`stalled` finds what was never announced, or whose lease ran out.

Every function takes ``now`` (aware, UTC) and never commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql import TableClause

from db.models import Article, Feed
from db.models.articles import PENDING
from worker.errors import DatelineError

Table = type[Article] | type[Feed]

MAX_ATTEMPTS = 5
"""Tries of one stage: with the backoff of the tasks these span about a day, longer than most outages."""

ANNOUNCE_AGAIN = timedelta(minutes=10)
"""After this long an announced row that nobody claimed is announced once more: a broker may lose everything. Twice the
visibility timeout, so that a mere backlog is not announced over and over."""

_PENDING: dict[Table, tuple[str, ...]] = {Article: PENDING, Feed: ("fetched",)}
_GIVEN_UP: dict[Table, str] = {Article: "failed", Feed: "idle"}
_KEY: dict[Table, str] = {Article: "article_id", Feed: "feed_id"}


class ClaimLostError(DatelineError):
    """The lease ran out and somebody else took the row: nothing of this try may be stored."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one row until the lease runs out."""

    table: Table
    row_id: int
    state: str  # the row was claimed in: the stage before the one that is due
    token: UUID
    attempt: int  # 1 at the first try of the stage
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """A row whose next stage must be announced."""

    row_id: int
    state: str


@dataclass(frozen=True, slots=True)
class Stalled:
    """What the sweeper found."""

    announce: tuple[Pending, ...]  # already marked as announced: send these after the commit
    given_up: tuple[int, ...]  # rows whose attempts were exhausted


def claim(
    session: Session,
    table: Table,
    row_id: int,
    from_state: str,
    lease: timedelta,
    now: datetime,
    *,
    max_attempts: int = MAX_ATTEMPTS,
) -> Claim | None:
    """Take the row for the stage that follows ``from_state``, in a single statement.

    Its commit does not wait for the disk: all that a crash of the server takes of a claim is that the row is free
    again. So nothing that must last may be stored in the same transaction.

    Returns:
        None when there is nothing to do: the row is past the state, held by somebody else, not yet due, or out of
        attempts.
    """
    token = uuid4()
    given = {"its_id": row_id, "due_in": from_state, "now": now, "most": max_attempts, "its_token": token}
    taken = session.connection().execute(_claim(table), {**given, "until": now + lease}).scalar()
    return Claim(table, row_id, from_state, token, taken, now + lease) if taken is not None else None


@lru_cache(maxsize=2)
def _claim(table: Table) -> Select[Any]:
    """The statement that claims a row of a table, made once: making it takes longer than running it."""
    row = _columns(table)
    now: Any = bindparam("now", type_=row.next_attempt_at.type)
    taken = (
        update(cast("TableClause", table.__table__))
        .where(
            row[_KEY[table]] == bindparam("its_id"),
            row.state == bindparam("due_in"),
            row.next_attempt_at <= now,
            row.attempts < bindparam("most"),
            is_free(row, now),
        )
        .values(attempts=row.attempts + 1, token=bindparam("its_token"), lease_until=bindparam("until"))
        .returning(row.attempts.label("attempt"))
        .cte("taken")
    )
    return select(taken.c.attempt, func.set_config("synchronous_commit", "off", true()))


def finish(
    session: Session, held: Claim, new_state: str, now: datetime, *, announced: bool = True, **columns: Any
) -> None:
    """Advance the row and let it go, in the transaction that stores the results.

    Args:
        session: The transaction that also holds the results.
        held: The claim.
        new_state: State that the work led to.
        now: The present instant.
        announced: The next stage's message is sent right after the commit; False leaves that to the sweeper.
        **columns: Further columns of the row to set.

    Raises:
        ClaimLostError: Somebody else holds the row now; roll back.
    """
    _set_where_held(session, held, **columns_of_finish(new_state, now, announced=announced, **columns))


def columns_of_finish(new_state: str, now: datetime, *, announced: bool = True, **columns: Any) -> dict[str, Any]:
    """Return the columns that :func:`finish` sets, for a statement that does more at once."""
    return {
        "state": new_state,
        "state_since": now,
        "attempts": 0,
        "next_attempt_at": now,
        "announced_at": now if announced else None,
        "failed_in": None,
        "last_error": None,
        **columns,
    }


def retry_later(
    session: Session,
    held: Claim,
    at: datetime,
    error: str,
    now: datetime,
    *,
    counts_as_attempt: bool = True,
    announced: bool = False,
    max_attempts: int = MAX_ATTEMPTS,
) -> bool:
    """Let the row go until ``at``; the sweeper announces it then.

    Args:
        session: The transaction.
        held: The claim.
        at: When to try again.
        error: Why, as a sentence.
        now: The present instant.
        counts_as_attempt: False where nothing was tried, as when a host's turn has to be waited for.
        announced: A message with a countdown to ``at`` is sent right after the commit.
        max_attempts: Attempts after which the row is given up instead.

    Returns:
        False when the attempts are exhausted and the row was given up.

    Raises:
        ClaimLostError: Somebody else holds the row now; roll back.
    """
    if counts_as_attempt and held.attempt >= max_attempts:
        give_up(session, held, f"{error} This was attempt {held.attempt} of {max_attempts}.", now)
        return False
    attempts = held.attempt if counts_as_attempt else held.attempt - 1
    told_at = now if announced else None
    _set_where_held(session, held, attempts=attempts, next_attempt_at=at, announced_at=told_at, last_error=error)
    return True


def give_up(session: Session, held: Claim, reason: str, now: datetime) -> None:
    """End the row's work for good, with the reason; :func:`put_back` undoes it.

    Raises:
        ClaimLostError: Somebody else holds the row now; roll back.
    """
    _set_where_held(
        session,
        held,
        state=_GIVEN_UP[held.table],
        state_since=now,
        attempts=0,
        failed_in=held.state,
        last_error=reason,
    )


def stalled(
    session: Session,
    table: Table,
    now: datetime,
    limit: int,
    *,
    again_after: timedelta = ANNOUNCE_AGAIN,
    max_attempts: int = MAX_ATTEMPTS,
) -> Stalled:
    """Find pending rows that are due and were not announced, or whose worker's lease ran out.

    Rows out of attempts are given up with a reason. The others are marked as announced and freed, oldest first; two
    sweepers at once find different rows.

    Args:
        session: The transaction; send the messages only after it was committed.
        table: Article or Feed.
        now: The present instant.
        limit: Rows at most.
        again_after: How long an announced row may wait to be claimed before it is announced once more.
        max_attempts: Attempts after which a row is given up.
    """
    given_up = _give_up_exhausted(session, table, now, max_attempts)
    unclaimed = or_(table.announced_at.is_(None), table.announced_at < now - again_after, table.token.is_not(None))
    due = (
        select(key(table))
        .where(_is_pending(table), table.next_attempt_at <= now, is_free(table, now), unclaimed)
        .order_by(table.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(
        update(table)
        .where(key(table).in_(due))
        .values(announced_at=now, token=None, lease_until=None)
        .returning(key(table), table.state)
    ).all()
    return Stalled(tuple(sorted((Pending(*row) for row in rows), key=lambda p: p.row_id)), given_up)


def put_back(session: Session, table: Table, row_ids: Iterable[int], now: datetime) -> tuple[int, ...]:
    """Put rows that were given up back to the stage they failed in, with fresh attempts; returns those put back."""
    rows = session.execute(
        update(table)
        .where(key(table).in_(list(row_ids)), table.failed_in.is_not(None))
        .values(
            state=table.failed_in,
            state_since=now,
            attempts=0,
            next_attempt_at=now,
            announced_at=None,
            failed_in=None,
        )
        .returning(key(table))
    ).scalars()
    return tuple(sorted(rows))


def key(table: Table) -> InstrumentedAttribute[int]:
    """Return the key column of a table with work state."""
    return cast("InstrumentedAttribute[int]", getattr(table, _KEY[table]))


def is_free(table: Table | Any, now: datetime | Any) -> ColumnElement[bool]:
    """Is the row held by nobody? A lease that ran out holds nothing. The table may be given by its columns."""
    return or_(table.lease_until.is_(None), table.lease_until < now)


def _is_pending(table: Table) -> ColumnElement[bool]:
    # Written out, not bound: only then can PostgreSQL use the partial index of pending rows.
    return table.state.in_(bindparam(None, _PENDING[table], expanding=True, literal_execute=True))


def _set_where_held(session: Session, held: Claim, **columns: Any) -> None:
    # On the connection: the session's bookkeeping of objects takes as long as the statement, and there are none.
    done = session.connection().execute(let_go(held.table, tuple(sorted(columns))), for_letting_go(held, columns))
    if done.rowcount != 1:
        raise lost(held)


def for_letting_go(held: Claim, columns: Mapping[str, Any]) -> dict[str, Any]:
    """What :func:`let_go` is run with."""
    return {"its_id": held.row_id, "its_token": held.token, **{f"set_{name}": columns[name] for name in columns}}


@lru_cache(maxsize=64)
def let_go(table: Table, columns: tuple[str, ...]) -> Update:
    """The statement that sets some columns of a row that is held and lets it go; a dozen sets of columns come up."""
    row = _columns(table)
    return (
        update(cast("TableClause", table.__table__))
        .where(row[_KEY[table]] == bindparam("its_id"), row.token == bindparam("its_token"))
        .values(
            token=None, lease_until=None, **{name: bindparam(f"set_{name}", type_=row[name].type) for name in columns}
        )
    )


def _columns(table: Table) -> Any:
    """The columns of a table by name, without those of its objects: a statement of these alone is run faster."""
    return table.__table__.c


def lost(held: Claim) -> ClaimLostError:
    """What to raise when the row of a claim is held by somebody else."""
    return ClaimLostError(
        f"The lease on {held.table.__tablename__} {held.row_id} ran out at {held.lease_until:%H:%M:%S} UTC and "
        "somebody else took it; the results of this try are dropped."
    )


def _give_up_exhausted(session: Session, table: Table, now: datetime, max_attempts: int) -> tuple[int, ...]:
    reason = func.concat(
        "Given up after ",
        table.attempts,
        " attempts: ",
        case((table.token.is_not(None), "the worker did not come back from the last one. "), else_=""),
        func.coalesce(table.last_error, ""),
    )
    rows = session.execute(
        update(table)
        .where(_is_pending(table), table.attempts >= max_attempts, is_free(table, now))
        .values(
            failed_in=table.state,
            last_error=func.rtrim(reason),
            state=_GIVEN_UP[table],
            state_since=now,
            attempts=0,
            token=None,
            lease_until=None,
        )
        .returning(key(table))
    ).scalars()
    return tuple(sorted(rows))
