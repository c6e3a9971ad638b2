"""Upkeep that is done once a night or once a week, however often it is rung for, and how far it has come."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Chore

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""How far a chore has come that was never done: before the first feed."""


def is_due(session: Session, chore: str, since: datetime, now: datetime) -> bool:
    """Take a chore on, unless it was begun at or after ``since``; of several workers that ask, one is told yes.

    Until the transaction ends the others wait: what belongs into it is then done exactly once.
    """
    statement = insert(Chore).values(name=chore, done_at=now)
    taken = session.execute(
        statement.on_conflict_do_update(
            index_elements=[Chore.name], set_={"done_at": now}, where=Chore.done_at < since
        ).returning(Chore.name)
    ).scalar()
    return taken is not None


def done_until(session: Session, chore: str) -> datetime:
    """Return the instant up to which a chore has seen everything."""
    return session.execute(select(Chore.done_at).where(Chore.name == chore)).scalar() or NEVER


def note_done(session: Session, chore: str, until: datetime) -> None:
    """Remember the instant up to which a chore has seen everything."""
    statement = insert(Chore).values(name=chore, done_at=until)
    session.execute(statement.on_conflict_do_update(index_elements=[Chore.name], set_={"done_at": until}))


def make_due(session: Session, chore: str) -> None:
    """Make a chore due at the next ring: it was begun, and something of it is left."""
    session.execute(delete(Chore).where(Chore.name == chore))
