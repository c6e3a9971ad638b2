"""The weekly partitions of the anchor index: made ahead, dropped when old.

Dropping a partition costs nothing and leaves no dead rows behind, so the index that every new article is looked up in
keeps its size whatever the archive grows to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

WEEKS_AHEAD = 3
"""Partitions made before they are needed: three weeks without the upkeep task cost nothing."""

PATIENCE_MS = 200
"""Longest wait for the parent table, in milliseconds: only long readers hold it for more than a fraction of that."""

WINDOW = timedelta(days=30)
"""How far back copies are looked for: syndication happens within days, reprints after a month are news again."""

REST = "anchor_rest"
"""Partition for weeks that have none of their own: an insert never fails for want of one."""

_LOCK = 7_305_221_940_116
"""Key of the advisory lock under which partitions are made: two at once would make the same one."""


def tend_anchor_partitions(engine: Engine, today: date, keep: timedelta = WINDOW) -> str:
    """Make the weeks to come and drop the old ones, unless the index is in use; returns what was done, in words.

    Either needs the parent table for itself for an instant. A lock that waits for one long reader, as a backup is,
    would let every placement of an article wait behind it: so it is asked for briefly, and again at the next round.
    """
    try:
        with _not_waiting_long(engine) as connection:
            made = make_anchor_partitions(connection, today)
        with _not_waiting_long(engine) as connection:
            dropped = drop_anchor_partitions(connection, today, keep)
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        return "anchors in use: their weeks wait for the next round"
    return f"{len(made)} weeks of anchors made, {len(dropped)} dropped"


@contextmanager
def _not_waiting_long(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(text(f"set local lock_timeout = '{PATIENCE_MS}ms'"))
        yield connection


def week_of(moment: datetime | date) -> date:
    """Return the Monday of the week that ``moment`` lies in."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return day - timedelta(days=day.weekday())


def make_anchor_partitions(connection: Connection, today: date | None = None) -> tuple[str, ...]:
    """Make the partitions of this week and the next ones; returns the names of those that were missing.

    Args:
        connection: A connection of the role that owns the tables.
        today: Day to count from; None asks the database.
    """
    day = today or connection.execute(text("select (now() at time zone 'UTC')::date")).scalar_one()
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    first = week_of(day)
    made = [_make(connection, first + timedelta(weeks=ahead)) for ahead in range(WEEKS_AHEAD + 1)]
    return tuple(name for name in made if name)


def drop_anchor_partitions(connection: Connection, today: date, keep: timedelta = WINDOW) -> tuple[str, ...]:
    """Drop the partitions whose whole week lies before the days to keep; returns their names."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    oldest = week_of(today - keep)
    children = connection.execute(
        text("select inhrelid::regclass::text from pg_inherits where inhparent = 'anchor'::regclass")
    )
    old = sorted(name for name in children.scalars() if name != REST and name < _name(oldest))
    for name in old:
        connection.exec_driver_sql(f"drop table {name}")
    connection.execute(text(f"delete from {REST} where week < :oldest"), {"oldest": oldest})  # noqa: S608 - our own name
    return tuple(old)


def _name(week: date) -> str:
    return f"anchor_{week:%Y_%m_%d}"


def _make(connection: Connection, week: date) -> str | None:
    name = _name(week)
    if connection.execute(text("select to_regclass(:name)"), {"name": f"public.{name}"}).scalar() is not None:
        return None
    after = week + timedelta(weeks=1)
    connection.exec_driver_sql(f"create table {name} (like anchor including defaults including constraints)")
    connection.exec_driver_sql(f"comment on table {name} is 'Anchors of the week from {week}; see table anchor.'")
    # Rows of this week that came before it had its partition must leave the default one, else attaching is refused.
    connection.exec_driver_sql(
        f"with moved as (delete from {REST} where week >= '{week}' and week < '{after}' returning *) "  # noqa: S608
        f"insert into {name} select * from moved"
    )
    # Attaching an existing table locks the parent far less than creating a partition does.
    connection.exec_driver_sql(f"alter table anchor attach partition {name} for values from ('{week}') to ('{after}')")
    return name
