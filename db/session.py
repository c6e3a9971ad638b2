"""Connections and transactions. Only :func:`session_scope` commits."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import OperationalError
from pydantic_core import from_json
from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

STATEMENT_SECONDS = 30
"""Longest statement of a task: the longest stage has a lease of 50 s, and what takes longer would outlive it."""

IDLE_SECONDS = 60
"""Longest pause inside a transaction: a worker that hangs in one would hold its locks, and vacuum, for ever."""

LOCK_SECONDS = 20
"""Longest wait for a row or an advisory lock: all of them are held for milliseconds."""

POOL = 5
"""Connections kept open by one process: its threads hold one for milliseconds, around a fetch of seconds."""

OVERFLOW = 20
"""Further connections when all are in use at once; closed again afterwards."""

RESTED_SECONDS = 1.0
"""A connection that rested longer is tried before it is used: a server that was restarted leaves dead ones behind. One
in steady use is not, since that would make every transaction of a busy worker a tenth dearer."""

WHOLE_ROWS = {"render_nulls": True}
"""Option of inserts of many rows: they go with their nulls, else each pattern of nulls is a statement of its own."""


def engine_for(url: str, *, pooled: bool = True, application: str = "dateline") -> Engine:
    """Return an engine on PostgreSQL.

    Args:
        url: SQLAlchemy URL; ``postgresql://`` is read as psycopg 3.
        pooled: False opens a connection for each transaction: for commands that run once, and before a fork.
        application: Shown in ``pg_stat_activity``.
    """
    options = (
        f"-c timezone=UTC -c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s "
        f"-c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
    )
    arguments = {"connect_timeout": 10, "application_name": application, "options": options}
    driven = url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)
    if not pooled:
        return create_engine(
            driven, poolclass=NullPool, hide_parameters=True, json_deserializer=from_json, connect_args=arguments
        )
    engine = create_engine(
        driven,
        pool_size=POOL,
        max_overflow=OVERFLOW,
        pool_recycle=1800,
        # Errors are logged: whole articles as parameters would drown the sentence that says what is wrong.
        hide_parameters=True,
        # Profiles of stories are JSON of some kilobytes, six to an article: read in a third of the time.
        json_deserializer=from_json,
        connect_args=arguments,
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ping_after_rest)
    return engine


def _note_use(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _ping_after_rest(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
    """Replace a connection that a restarted server left dead; SQLAlchemy opens another for a DisconnectionError."""
    if time.monotonic() - record.info.get("used_at", -math.inf) < RESTED_SECONDS:
        return
    try:
        connection.cursor().execute("select 1")
        connection.rollback()
    except OperationalError as error:
        raise DisconnectionError from error


@contextmanager
def session_scope(engine: Engine) -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back when it raises.

    Objects stay readable after the commit.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
