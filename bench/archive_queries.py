"""What the documented queries, a refresh of the counts and the writing of an event cost in an archive of any size.

    python -m bench.archive_queries [--events 1000000] [--small 10000] [--folder FOLDER]

Loads a made-up archive (``bench.made_up_archive``: three mentions an event) by COPY into a server of its own, with the
settings that ``dateline up`` gives it. Every query of docs/views.md and some filters are run again and again; the first
run of each, which warms the cache, is not counted. Then articles are stored through ``db.events.store_coding``, as the
line does, into this archive and into a small one by turns. With ``--folder`` the servers' data are kept, and a second
call only grows them to the size asked for. Days are spread over the archive at random, where a grown one has those of a
week side by side: so queries over a span of days are shown dearer here than they are.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg
from rich.console import Console
from rich.table import Table

from bench.loaded_archive import connect, load, settle
from bench.made_up_archive import BLOCK, world
from bench.written_articles import write_articles
from db.schema import upgrade
from worker.embedded.postgres import EmbeddedPostgres

RUNS = 15
LONGEST_SECONDS = 5.0
"""A query is run no longer than this: what takes seconds has shown what it takes after a few runs."""

DRAWN = 7
"""Events that a query about one event is asked of, in turn: most are told once, every third of these by dozens."""

QUERY = re.compile(r"^## ([^\n]+)\n(?:(?!## |```).*\n)*```sql\n([\s\S]*?)^```$", re.MULTILINE)
PAGE = Path(__file__).parent.parent / "docs" / "views.md"

FILTERS = {
    "filter: a country's week": "select * from events where iso3 = '{country}' and happened "
    "and event_date between '2025-03-03' and '2025-03-09' order by event_date, event_id",
    "filter: type and day": "select * from events where type = 'PROTEST' and event_date = '2025-03-05' and happened",
    "filter: deadliest of a month": "select * from events where event_date between '2025-03-01' and '2025-03-31' "
    "and happened and fatalities_best >= 20 order by fatalities_best desc limit 100",
    "filter: by ten independent sources, latest": "select * from events where independent_sources >= 10 and happened "
    "order by event_date desc, event_id desc limit 100",
    "filter: by fifty articles, a country's": "select * from events where articles >= 50 and iso3 = '{country}' "
    "and happened order by event_date desc, event_id desc limit 100",
    "filter: latest events of one party": "select e.* from (select event_id from event_actor "
    "join actor using (actor_id) "
    "where name = 'Party 50' order by event_id desc limit 100) as its join events e using (event_id) "
    "order by e.event_id desc",
    "filter: the latest 30": "select * from events where happened order by event_date desc nulls last, event_id desc "
    "limit 30",
    "a country's month, counted": "select count(*) from events where iso3 = '{country}' and happened "
    "and event_date between '2025-03-01' and '2025-03-31'",
    "a country's month by day and type": "select event_date, type, count(*), sum(fatalities_best) from events "
    "where iso3 = '{country}' and happened and event_date between '2025-03-01' and '2025-03-31' "
    "group by event_date, type order by 1, 2",
}
"""Asked beside the queries of the page; ``{country}`` is the country with most events: the dearest case."""

PARTS = ("queries", "refresh", "writing")
TARGETS_MS = {"filter": 50, "a country": 200}
TARGETS_MS |= dict.fromkeys(("All articles", "Every quote", "Rival tolls", "What an event"), 50)


@click.command()
@click.option("--events", default=1_000_000, show_default=True, help=f"Events, in steps of {BLOCK}.")
@click.option("--small", default=10_000, show_default=True, help="Events of the archive that writing is compared with.")
@click.option("--articles", default=300, show_default=True, help="Articles written into each of the two.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the servers' data here.")
@click.option("--explain", help="Print the plan of the queries whose name contains this.")
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, default=PARTS, help="Measure only this.")
@click.option("--only-load", is_flag=True, help="Measure nothing.")
def main(
    events: int,
    small: int,
    articles: int,
    folder: Path | None,
    explain: str | None,
    parts: tuple[str, ...],
    only_load: bool,  # noqa: FBT001 - click's way
) -> None:
    """Measure and print."""
    console = Console()
    with (
        tempfile.TemporaryDirectory() as temporary,
        an_archive((folder or Path(temporary)) / "full", events, console) as full,
    ):
        if only_load:
            return
        print_sizes(full, console)
        if "queries" in parts:
            print_queries(full, console, explain)
        if "refresh" in parts:
            print_refresh(full, console)
        if "writing" in parts:
            with an_archive((folder or Path(temporary)) / "small", small, console) as little:
                print_writing({small: little, events: full}, articles, console)


@contextmanager
def an_archive(folder: Path, events: int, console: Console) -> Iterator[str]:
    """Run a server with an archive of a size; yields its URL."""
    with a_server(folder) as url:
        upgrade(url)
        if load(url, world(), events, console):
            settle(url)
        yield url


@contextmanager
def a_server(folder: Path) -> Iterator[str]:
    """Run PostgreSQL as ``dateline up`` does; yields its URL."""
    server = EmbeddedPostgres(folder / "postgres")
    try:
        yield server.start()
    finally:
        server.stop()


# --- measuring -----------------------------------------------------------------------------------------------


def timed(act: Callable[[], object]) -> list[float]:
    """Return milliseconds of each run; the first one warms the cache and is left out."""
    act()
    spent: list[float] = []
    began = time.perf_counter()
    while len(spent) < RUNS and time.perf_counter() - began < LONGEST_SECONDS:
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def p95(values: list[float]) -> float:
    """Return the 95th percentile, the highest of few."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def drawn_events(connection: psycopg.Connection) -> list[int]:
    """Return keys of events that are asked about: from those told once to the one that most articles tell."""
    steps = connection.execute(
        "select event_id from event where event_id < %s order by articles, event_id", (20 * BLOCK,)
    ).fetchall()
    return [steps[int((len(steps) - 1) * (n / (DRAWN - 1)) ** 0.2)][0] for n in range(DRAWN)]


def documented() -> dict[str, str]:
    """Return the queries of docs/views.md by their headings, and the filters."""
    return dict(QUERY.findall(PAGE.read_text(encoding="utf-8"))) | FILTERS


def print_queries(url: str, console: Console, explain: str | None) -> None:
    """Run each query and print its times."""
    table = Table("query", "rows", "median ms", "p95 ms", "target ms", title="Queries, warm", title_justify="left")
    with connect(url) as connection:
        events = drawn_events(connection)
        country = connection.execute(
            "select iso3 from place p join event e using (place_id) where e.event_id < %s group by 1 order by count(*) "
            "desc limit 1", (5 * BLOCK,)
        ).fetchone()  # fmt: skip
        assert country is not None
        for name, query in documented().items():
            query = query.replace("{country}", country[0])  # noqa: PLW2901 - the same query, filled in
            if explain and explain in name:
                print_plan(connection, query, console)
            asked = [query.replace("event_id = 1\n", f"event_id = {event}\n")
                          .replace("event_id = 1 ", f"event_id = {event} ") for event in events]  # fmt: skip
            table.add_row(*measured(connection, name, asked))
    console.print(table)


def measured(connection: psycopg.Connection, name: str, asked: list[str]) -> tuple[str, ...]:
    """Return the row of a query; one about an event is asked of several, and the slowest of them is shown."""
    worst: tuple[list[float], int] = ([0.0], 0)
    for query in dict.fromkeys(asked):
        rows = len(connection.execute(query).fetchall())
        spent = timed(lambda query=query: connection.execute(query).fetchall())  # type: ignore[misc]
        if statistics.median(spent) > statistics.median(worst[0]):
            worst = (spent, rows)
    target = next((ms for start, ms in TARGETS_MS.items() if name.startswith(start)), None)
    spent, rows = worst
    return name, f"{rows:,}", f"{statistics.median(spent):,.1f}", f"{p95(spent):,.1f}", str(target or "")


def print_plan(connection: psycopg.Connection, query: str, console: Console) -> None:
    """Print how the server runs a query."""
    for (line,) in connection.execute(f"explain (analyze, buffers) {query}").fetchall():
        console.print(line, highlight=False, markup=False)


def print_sizes(url: str, console: Console) -> None:
    """Print what the archive holds."""
    table = Table("table", "rows", "with indexes", title="The archive", title_justify="left")
    with connect(url) as connection:
        for name in ("event", "mention", "quote", "article", "story"):
            row = connection.execute(
                f"select count(*), pg_size_pretty(pg_total_relation_size('{name}')) from {name}"
            ).fetchone()
            assert row is not None
            table.add_row(name, f"{row[0]:,}", row[1])
        whole = connection.execute("select pg_size_pretty(pg_database_size(current_database()))").fetchone()
        assert whole is not None
        table.add_row("everything", "", whole[0])
    console.print(table)


def print_refresh(url: str, console: Console) -> None:
    """Refresh the counts while somebody reads them, and print what both took."""
    done, waits = threading.Event(), [0.0]

    def read() -> None:
        with connect(url) as reader:
            while not done.is_set():
                start = time.perf_counter()
                reader.execute("select sum(events) from daily_counts where day = '2025-03-05'").fetchall()
                waits.append((time.perf_counter() - start) * 1000)

    with connect(url) as connection:
        connection.execute("refresh materialized view concurrently daily_counts")
        thread = threading.Thread(target=read)
        thread.start()
        start = time.perf_counter()
        connection.execute("refresh materialized view concurrently daily_counts")
        seconds = time.perf_counter() - start
        done.set()
        thread.join()
    console.print(
        f"Refresh of daily_counts: {seconds:.1f} s (target 30); {len(waits):,} reads meanwhile, "
        f"the slowest {max(waits):,.0f} ms, the median {statistics.median(waits):,.1f} ms."
    )


def print_writing(urls: dict[int, str], articles: int, console: Console) -> None:
    """Store coded articles in two archives by turns, so that both see the same machine, and print what each cost."""
    costs = write_articles(urls, articles)
    table = Table("events", "articles", "median ms", "p95 ms", "pages touched", title="Writing", title_justify="left")
    for size, cost in costs.items():
        table.add_row(
            f"{size:,}", str(len(cost.milliseconds)), f"{statistics.median(cost.milliseconds):.2f}",
            f"{p95(cost.milliseconds):.2f}", f"{cost.pages:.0f}",
        )  # fmt: skip
    console.print(table)
    small, large = (statistics.median(cost.milliseconds) for cost in costs.values())
    console.print(f"The larger archive costs {large / small:.2f} times as much (target 1.10).")


if __name__ == "__main__":
    main()
