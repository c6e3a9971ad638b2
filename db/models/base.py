"""What all tables share: the naming of constraints, column types, and the columns of work state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Identity,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Alembic can only drop or alter what has a name that it can foresee.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
"""A key that the database gives; never used again and never changed."""


class Base(DeclarativeBase):
    """Root of all tables: instants are timestamptz, strings are text, bytes are bytea."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text(), bytes: LargeBinary()}  # noqa: RUF012


def one_of(column: str, allowed: Iterable[str]) -> CheckConstraint:
    """Return the check that keeps a text column to a closed list: readable in psql, unlike a number or an enum type."""
    listed = ", ".join(f"'{value}'" for value in allowed)
    return CheckConstraint(f"{column} in ({listed})", name=column)


class WorkState:
    """Columns of a row that passes through stages. The row's state is the truth; the queue is only the bell.

    "Running" is no state but a live ``lease_until``: a worker that dies needs nobody to clean up after it.
    """

    state: Mapped[str] = mapped_column(comment="Last finished stage, or how the work ended.")
    state_since: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When this state was reached (UTC)."
    )
    attempts: Mapped[int] = mapped_column(
        SmallInteger, server_default=text("0"), comment="Tries of the stage that is due; starts again at each stage."
    )
    token: Mapped[UUID | None] = mapped_column(
        Uuid, comment="Mark of the worker that holds the row; results are only taken from the holder of this mark."
    )
    lease_until: Mapped[datetime | None] = mapped_column(
        comment="Until when the holder may work on the row (UTC); null or past: nobody holds it."
    )
    next_attempt_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"),
        comment="Not to be tried before this instant (UTC): backoff and politeness wait here.",
    )
    announced_at: Mapped[datetime | None] = mapped_column(
        comment="When a message for the stage that is due was last sent (UTC); null: to be sent by the sweeper."
    )
    failed_in: Mapped[str | None] = mapped_column(
        comment="State it was in when it was given up, to which it can be put back; null otherwise."
    )
    last_error: Mapped[str | None] = mapped_column(
        comment="Why the last try failed, as a sentence; null after a success."
    )
