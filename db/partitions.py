"""The partitions of the anchor index: made ahead, dropped when old.

Dropping a partition costs nothing and leaves no dead rows behind, so the index that every new article is looked up in
keeps its size whatever the archive grows to. A partition is as long as the days that are looked back: there are never
more than two to look an anchor up in. Shorter ones would be dropped sooner, and each of them costs every article 24
look-ups, in pages that are not in memory as a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

AHEAD = timedelta(weeks=3)
"""How long before it is needed a partition is made: three weeks without the upkeep task cost nothing."""

LONGEST = 5
"""Weeks of a partition at most: the 30 days looked back lie in six weeks at most, and those in two partitions."""

PATIENCE_MS = 200
"""Longest wait for the parent table, in milliseconds: only long readers hold it for more than a fraction of that."""

WINDOW = timedelta(days=30)
"""How far back copies are looked for: syndication happens within days, reprints after a month are news again."""

REST = "anchor_rest"
"""Partition for weeks that have none of their own: an insert never fails for want of one."""

_SPANS = text(
    """
    select name, cast(bound[1] as date), cast(bound[2] as date)
    from (
      select oid::regclass::text as name,
        regexp_match(pg_get_expr(relpartbound, oid), $$FROM \\('(.*)'\\) TO \\('(.*)'\\)$$) as bound
      from pg_class join pg_inherits on inhrelid = oid where inhparent = 'anchor'::regclass
    ) as part
    where bound is not null order by 2
    """
)

_LOCK = 7_305_221_940_116
"""Key of the advisory lock under which partitions are made: two at once would make the same one."""


def tend_anchor_partitions(engine: Engine, today: date, keep: timedelta = WINDOW) -> str:
    """Make the partitions to come and drop the old ones, unless the index is in use; returns what was done, in words.

    Either needs the parent table for itself for an instant. A lock that waits for one long reader, as a backup is,
    would let every placement of an article wait behind it: so it is asked for briefly, and again at the next round.
    """
    try:
        with _not_waiting_long(engine) as connection:
            made = make_anchor_partitions(connection, today, keep)
        with _not_waiting_long(engine) as connection:
            dropped = drop_anchor_partitions(connection, today, keep)
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        return "anchors in use: their partitions wait for the next round"
    return f"{len(made)} partitions of anchors made, {len(dropped)} dropped"


@contextmanager
def _not_waiting_long(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(text(f"set local lock_timeout = '{PATIENCE_MS}ms'"))
        yield connection


def week_of(moment: datetime | date) -> date:
    """Return the Monday of the week that ``moment`` lies in."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Span:
    """The weeks that one partition holds."""

    name: str
    first: date  # a Monday
    after: date  # the Monday after the last week


def make_anchor_partitions(
    connection: Connection, today: date | None = None, keep: timedelta = WINDOW
) -> tuple[str, ...]:
    """Make the partitions of this week and the next ones, as far as there are none; returns their names.

    Args:
        connection: A connection of the role that owns the tables.
        today: Day to count from; None asks the database.
        keep: How long anchors are kept: partitions are as long, in whole weeks, and five weeks at most.
    """
    day = today or connection.execute(text("select (now() at time zone 'UTC')::date")).scalar_one()
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    wanted = missing_spans(_spans(connection), week_of(day), min(-(-keep.days // 7), LONGEST))
    for span in wanted:
        _make(connection, span)
    return tuple(span.name for span in wanted)


def missing_spans(there: Iterable[Span], week: date, weeks: int) -> tuple[Span, ...]:
    """Return the partitions that ``week`` and the next three still need, each of so many weeks where there is room."""
    taken = sorted(there, key=lambda span: span.first)
    missing = []
    start = week
    while start <= week + AHEAD:
        holding = next((span for span in taken if span.first <= start < span.after), None)
        if holding is None:
            next_one = min((span.first for span in taken if span.first > start), default=date.max)
            after = min(start + timedelta(weeks=weeks), next_one)
            holding = Span(f"anchor_{start:%Y_%m_%d}", start, after)
            missing.append(holding)
        start = holding.after
    return tuple(missing)


def drop_anchor_partitions(connection: Connection, today: date, keep: timedelta = WINDOW) -> tuple[str, ...]:
    """Drop the partitions that lie before the days to keep as a whole; returns their names."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    oldest = week_of(today - keep)
    old = tuple(span.name for span in _spans(connection) if span.after <= oldest)
    for name in old:
        connection.exec_driver_sql(f"drop table {name}")
    connection.execute(text(f"delete from {REST} where week < :oldest"), {"oldest": oldest})  # noqa: S608 - our own name
    return old


def _spans(connection: Connection) -> tuple[Span, ...]:
    return tuple(Span(*row) for row in connection.execute(_SPANS))


def _make(connection: Connection, span: Span) -> None:
    name, weeks = span.name, f"week >= '{span.first}' and week < '{span.after}'"
    connection.exec_driver_sql(f"create table {name} (like anchor including defaults including constraints)")
    connection.exec_driver_sql(
        f"comment on table {name} is 'Anchors of the weeks from {span.first} to before {span.after}; see table anchor.'"
    )
    # Rows of these weeks that came before they had their partition must leave the default one, else attaching is
    # refused.
    connection.exec_driver_sql(
        f"with moved as (delete from {REST} where {weeks} returning *) insert into {name} select * from moved"  # noqa: S608
    )
    # Attaching an existing table locks the parent far less than creating a partition does.
    connection.exec_driver_sql(
        f"alter table anchor attach partition {name} for values from ('{span.first}') to ('{span.after}')"
    )
