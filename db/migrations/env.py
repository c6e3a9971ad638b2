"""How Alembic runs: one transaction under a lock; views, lookups and rights are renewed after it."""

from __future__ import annotations

import os
from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from db.models import Base
from db.partitions import make_anchor_partitions
from db.roles import grant_rights
from db.schema import LOCK_SECONDS, MIGRATING, STATEMENT_MINUTES, version
from db.session import engine_for
from db.views import create_views, digest, drop_views
from db.vocabulary import store_vocabulary

# A dump carries numbers of another server's transactions; what lies ahead of this server's would hide its new changes.
RENUMBER = (
    "update event set change_no = pg_current_xact_id()::text::bigint "
    "where change_no > pg_current_xact_id()::text::bigint"
)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out what is no part of the models: the partitions that a task makes week by week."""
    return not (kind == "table" and name is not None and name.startswith("anchor_"))


def run(connection: Connection) -> None:
    """Run what Alembic was asked for on an open transaction."""
    connection.execute(text(f"set local lock_timeout = '{LOCK_SECONDS}s'"))
    connection.execute(text(f"set local statement_timeout = '{STATEMENT_MINUTES}min'"))
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        compare_server_default=True,
    )
    before = version(connection)
    moving = before != _destination()
    if moving or _views_differ(connection):
        drop_views(connection)
    with context.begin_transaction():
        context.run_migrations()
    if version(connection) == context.get_head_revision() is not None:
        _renew(connection)


def _destination() -> Any:
    try:
        return context.get_revision_argument()
    except KeyError:  # a command without a destination, such as check
        return context.get_head_revision()


def _views_differ(connection: Connection) -> bool:
    noted = connection.execute(
        text("select obj_description(to_regclass('public.alembic_version'), 'pg_class')")
    ).scalar()
    return noted is not None and digest() not in noted


def _renew(connection: Connection) -> None:
    if connection.execute(text("select to_regclass('public.events')")).scalar() is None:
        create_views(connection)
        connection.exec_driver_sql(
            "comment on table alembic_version is "
            f"'Revision of the schema that this database is at; its views are those of {digest()}.'"
        )
        connection.exec_driver_sql("comment on column alembic_version.version_num is 'Key of the revision.'")
    store_vocabulary(connection)
    connection.exec_driver_sql(RENUMBER)
    make_anchor_partitions(connection)
    grant_rights(connection)


def main() -> None:
    """Run on the connection that was handed over, else on the database that the environment names."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        run(connection)
        return
    url = os.environ.get("DATELINE_DATABASE_URL")
    if not url:
        raise SystemExit("DATELINE_DATABASE_URL is unset: set it to the database to migrate, then try again.")
    engine = engine_for(url, pooled=False)
    with engine.begin() as opened:
        run(opened)


main()
