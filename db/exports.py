"""Reading stored events out, however many: a server-side cursor over one snapshot, with all that hangs on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, RowMapping, text

from worker.errors import InputError
from worker.exports.stored import COLUMNS, Copy, Party, Quote, Report, StoredEvent, Toll

BATCH = 500
"""Events in memory at a time: with twenty reports each some megabytes; a query for 500 costs little more than for 5."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which events: every part narrows the choice, an empty one does not."""

    since: date | None = None  # first day, by event_date; leaves out events without a day
    until: date | None = None  # last day, likewise
    countries: tuple[str, ...] = ()  # ISO 3166 alpha-3
    types: tuple[str, ...] = ()  # of PLOVER
    stories: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    happened: bool = False
    one_version: bool = False  # of rival versions of one happening only the one that counts
    with_acled_type: bool = False  # only those that ACLED's scheme has a type for


_PARTS: Mapping[str, str] = {
    "since": "event_date >= :since",
    "until": "event_date <= :until",
    "countries": "iso3 = any(:countries)",
    "types": "type = any(:types)",
    "stories": "story_id = any(:stories)",
    "statuses": "status = any(:statuses)",
    "happened": "happened",
    "one_version": "version_of is null",
    "with_acled_type": "acled_event_type is not null",
}

_PARTIES = text(
    """
    select ea.event_id, ea.role, a.name, a.iso3, a.sector
    from event_actor ea join actor a using (actor_id)
    where ea.event_id = any(:ids) order by ea.event_id, ea.role, ea.ord
    """
)

_RIVALS = text(
    """
    select event_id, other_id from event_dispute where event_id = any(:ids)
    union all
    select other_id, event_id from event_dispute where other_id = any(:ids)
    order by 1, 2
    """
)

_SENTENCES = text(
    """
    select event_id, mention_id, article_id, outlet, outlet_kind, agency, title, url, published_at, status,
      according_to, confidence, coder_version, quote, char_start, char_end
    from event_sources where event_id = any(:ids)
    order by event_id, published_at nulls last, article_id, mention_id, sentence
    """
)

_TOLLS = text(
    """
    select event_id, measure, low, high, approximate, who, side, subset, cumulative, status, claimed_by, according_to,
      outlet, url, published_at, quote
    from claims where event_id = any(:ids) order by event_id, measure, published_at nulls last, casualty_id
    """
)

_COPIES = text(
    """
    select event_id, article_id, duplicate_of as copy_of, outlet, title, url, published_at
    from event_articles where event_id = any(:ids) and duplicate_of is not null
    order by event_id, published_at nulls last, article_id
    """
)


@contextmanager
def one_snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees all tables as they are now however long it lasts."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        # A reader may be as slow as the disk or the pipe that it writes to: the time limits of tasks are not for it.
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"set local {limit} = 0"))
        # What hangs on a batch is looked up by its keys. Left alone, the planner joins it to whole tables, with helpers
        # started anew for every batch: the larger the archive, the dearer each event.
        for way in ("enable_hashjoin", "enable_mergejoin"):
            connection.execute(text(f"set local {way} = off"))
        connection.execute(text("set local max_parallel_workers_per_gather = 0"))
        connection.execute(text("set transaction read only"))
        yield connection


def must_be_known(connection: Connection, chosen: Chosen) -> None:
    """Say so when a country or a story that is asked for does not exist, rather than find no event.

    Raises:
        InputError: names the first that is unknown.
    """
    for code in chosen.countries:
        if not connection.execute(text("select 1 from country where iso3 = :code"), {"code": code}).scalar():
            raise InputError(f"{code} is no country here: give its ISO 3166 alpha-3 code, such as SDN (KOS is Kosovo).")
    for story in chosen.stories:
        if not connection.execute(text("select 1 from story where story_id = :id"), {"id": story}).scalar():
            raise InputError(f"There is no story {story}: the view `stories` lists those that there are.")


def count_events(connection: Connection, chosen: Chosen) -> int:
    """How many events are chosen."""
    condition, values = _where(chosen)
    # The names come from this module, the values are bound.
    return int(connection.execute(text(f"select count(*) from events {condition}"), values).scalar_one())  # noqa: S608


def read_events(connection: Connection, chosen: Chosen, *, latest: int | None = None) -> Iterator[StoredEvent]:
    """Read the chosen events in the order of their keys, in memory that does not grow with their number.

    Args:
        connection: From :func:`one_snapshot`.
        chosen: Which events.
        latest: Only so many, those that happened last.
    """
    condition, values = _where(chosen)
    columns = ", ".join(COLUMNS)
    query = f"select {columns} from events {condition} order by event_id"  # noqa: S608 - as above
    if latest is not None:
        last = f"order by event_date desc nulls last, event_id desc limit {latest:d}"
        query = f"select * from (select {columns} from events {condition} {last}) as latest order by event_id"  # noqa: S608
    streamed = connection.execution_options(stream_results=True).execute(text(query), values)
    for rows in streamed.mappings().partitions(BATCH):
        yield from _with_all_that_hangs_on_them(connection, rows)


def _where(chosen: Chosen) -> tuple[str, dict[str, Any]]:
    given = {name: getattr(chosen, name) for name in _PARTS if getattr(chosen, name) not in (None, (), False)}
    condition = " and ".join(_PARTS[name] for name in given)
    return (f"where {condition}" if given else ""), {
        name: list(value) if isinstance(value, tuple) else value for name, value in given.items()
    }


def _with_all_that_hangs_on_them(connection: Connection, rows: Sequence[RowMapping]) -> Iterator[StoredEvent]:
    ids = [row["event_id"] for row in rows]
    sides: defaultdict[tuple[int, str], list[Party]] = defaultdict(list)
    for row in _rows(connection, _PARTIES, ids):
        sides[row["event_id"], row["role"]].append(Party(row["name"], row["iso3"], row["sector"]))
    rivals = _by_event(connection, _RIVALS, ids, lambda row: int(row["other_id"]))
    tolls = _by_event(connection, _TOLLS, ids, lambda row: Toll(**_but(row, "event_id")))
    copies = _by_event(connection, _COPIES, ids, lambda row: Copy(**_but(row, "event_id")))
    reports = _reports(connection, ids)
    for row in rows:
        key = row["event_id"]
        yield StoredEvent(
            facts=dict(row),
            actors=tuple(sides[key, "actor"]),
            recipients=tuple(sides[key, "recipient"]),
            rivals=rivals.get(key, ()),
            reports=reports.get(key, ()),
            tolls=tolls.get(key, ()),
            copies=copies.get(key, ()),
        )


def _reports(connection: Connection, ids: list[int]) -> dict[int, tuple[Report, ...]]:
    told: dict[int, dict[int, tuple[dict[str, Any], list[Quote]]]] = {}
    for row in _rows(connection, _SENTENCES, ids):
        of_event = told.setdefault(row["event_id"], {})
        said = _but(row, "event_id", "quote", "char_start", "char_end")
        _, quotes = of_event.setdefault(row["mention_id"], (said, []))
        if row["char_start"] is not None:
            quotes.append(Quote(row["quote"], row["char_start"], row["char_end"]))
    return {
        event_id: tuple(Report(**said, quotes=tuple(quotes)) for said, quotes in mentions.values())
        for event_id, mentions in told.items()
    }


def _by_event(
    connection: Connection, query: Any, ids: list[int], make: Callable[[RowMapping], Found]
) -> dict[int, tuple[Found, ...]]:
    found: dict[int, list[Found]] = {}
    for row in _rows(connection, query, ids):
        found.setdefault(row["event_id"], []).append(make(row))
    return {event_id: tuple(made) for event_id, made in found.items()}


def _rows(connection: Connection, query: Any, ids: list[int]) -> Sequence[RowMapping]:
    return connection.execution_options(stream_results=False).execute(query, {"ids": ids}).mappings().all()


def _but(row: RowMapping, *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
