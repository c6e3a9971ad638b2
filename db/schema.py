"""Bringing a database to a version of the schema, and back."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from db.session import engine_for

LOCK_SECONDS = 10
"""Longest wait for a table that others use: a migration gives up rather than queue every reader behind it."""

STATEMENT_MINUTES = 30
"""Longest statement of a migration: an index on ten million rows takes a few minutes."""

MIGRATING = 7_305_221_940_115
"""Key of the advisory lock that lets one migration run at a time; any number that nobody else uses."""


_ONE_AT_A_TIME = Lock()
"""Alembic keeps what it is doing in module globals: threads of one process take turns."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` (a SQLAlchemy URL) up to ``revision``, in one transaction.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: The database refused; nothing was changed.
    """
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database back to ``revision``; ``base`` drops every table with all its rows.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: The database refused; nothing was changed.
    """
    _run(url, lambda config: command.downgrade(config, revision))


def version(connection: Connection) -> str | None:
    """Return the revision that the database is at; None when it holds no schema."""
    if connection.execute(text("select to_regclass('public.alembic_version')")).scalar() is None:
        return None
    found = connection.execute(text("select version_num from alembic_version")).scalar()
    return str(found) if found is not None else None


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for this package, with the connection it shall run on."""
    config = Config()
    # Found by package, so that it works from a wheel as from the source tree.
    config.set_main_option("script_location", "db:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _run(url: str, act: Callable[[Config], None]) -> None:
    engine = engine_for(url, pooled=False)
    try:
        with _ONE_AT_A_TIME, engine.begin() as connection:
            act(configuration(connection))
    finally:
        engine.dispose()
