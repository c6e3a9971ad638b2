"""What each stage of an article costs, and what within it: processor time of one process that runs the stages in turn.

    python -m bench.stages [--houses N] [--pages N] [--archive N ...]

The tasks themselves on servers of their own, called without a worker. So what Celery takes besides (receiving,
acknowledging, Flower's events; see bench.whole_line) is left out, and everything else is there. With ``--archive`` the
same is measured beside made-up articles of the last month, once for each size, each with its share of the pages.
"""

from __future__ import annotations

import contextlib
import functools
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import text

from bench.filled_archive import DAYS, Filler, at_once, connect
from bench.newsstand import newsstand
from bench.processes import cpu_seconds
from db.partitions import make_anchor_partitions
from db.schema import upgrade
from db.session import engine_for, session_scope
from tests.site.settings import environment_for
from worker import logs
from worker.cli.feeds import apply_file
from worker.embedded.postgres import EmbeddedPostgres
from worker.embedded.valkey import EmbeddedValkey

WARMING = 20
"""Articles that go through first: connections, prepared statements, and all that is loaded at first use."""


class Meter:
    """Processor time by what it was spent on: what is measured within something else is taken off that."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._within: list[float] = []

    def watch(self, owner: Any, name: str, what: str) -> None:
        """Measure a function from now on, under the name of ``what``."""
        inner = getattr(owner, name)

        @functools.wraps(inner)
        def measured(*args: Any, **named: Any) -> Any:
            self._within.append(0.0)
            began = time.thread_time()
            try:
                return inner(*args, **named)
            finally:
                took = time.thread_time() - began
                self.spent[what] += took - self._within.pop()
                self.calls[what] += 1
                if self._within:
                    self._within[-1] += took

        setattr(owner, name, measured)


@click.command()
@click.option("--houses", default=5, show_default=True, help="Sites, each with a feed.")
@click.option("--pages", default=40, show_default=True, help="Articles of each.")
@click.option("--archive", "sizes", multiple=True, type=int, help="Articles that are there before, ascending.")
def main(houses: int, pages: int, sizes: tuple[int, ...]) -> None:
    """Measure and print."""
    with newsstand(houses, pages) as stand, tempfile.TemporaryDirectory() as folder, _servers(Path(folder)) as servers:
        feeds = Path(folder) / "stand.toml"
        stand.write_feed_list(feeds)
        with contextlib.redirect_stdout(None):
            apply_file(os.environ["DATELINE_DATABASE_URL"], feeds)
        for table in _stages(servers, sizes):
            Console(width=110).print(table)


@contextlib.contextmanager
def _servers(folder: Path) -> Iterator[Mapping[str, int]]:
    """Servers that this process's settings name; their process ids."""
    postgres, valkey = EmbeddedPostgres(folder / "postgres"), EmbeddedValkey(folder / "valkey")
    own = {"DATELINE_DATABASE_URL": postgres.start(), "DATELINE_REDIS_URL": valkey.start()}
    try:
        upgrade(own["DATELINE_DATABASE_URL"])
        os.environ.update(environment_for(home=str(folder / "home"), log_level="WARNING") | own)
        logs.configure("WARNING", "console")
        yield {"PostgreSQL": postgres.pid or 0, "Valkey": valkey.pid or 0}
    finally:
        valkey.stop()
        postgres.stop()


def _stages(servers: Mapping[str, int], sizes: Sequence[int]) -> Iterator[Table | str]:
    # Their settings are read when they are loaded.
    from tasks import enter, extract, fetch, poll, read  # noqa: PLC0415

    meter = _watching(read)
    stages: Sequence[Callable[..., str]] = (fetch.fetch_article, read.read_article, extract.extract_events)
    for part, size in enumerate(sizes or (0,)):
        if size:
            _fill(size)
        if part == 0:  # after the first filling, which takes the lower keys
            for feed_id in _keys("select feed_id from feed"):
                poll.poll_feed(feed_id=feed_id)
                enter.read_feed(feed_id=feed_id)
            articles = _keys("select article_id from article where state = 'found' order by random()")
        share = articles[part :: len(sizes) or 1]
        for stage in stages:
            for article_id in share[:WARMING]:
                stage(article_id=article_id)
        yield f"\n{size:,} articles there before" if size else ""
        for stage in stages:
            yield _measured(stage, share[WARMING:], meter, servers)


def _fill(articles: int) -> None:
    url, now = os.environ["DATELINE_DATABASE_URL"], datetime.now(UTC)
    engine = engine_for(url)
    with engine.begin() as connection:
        for week in range(DAYS // 7 + 2):
            make_anchor_partitions(connection, (now - timedelta(weeks=week)).date())
    engine.dispose()
    with connect(url) as filling:
        Filler(filling, now, Console()).fill(articles)
        with at_once(filling):
            filling.execute("checkpoint")  # else the server writes what was filled while it is measured


def _watching(read: Any) -> Meter:
    from psycopg import Connection, Cursor  # noqa: PLC0415 - beside the tasks
    from sqlalchemy import engine  # noqa: PLC0415

    from tasks import asking  # noqa: PLC0415
    from worker.app import app  # noqa: PLC0415
    from worker.events.extract import Coder  # noqa: PLC0415

    meter = Meter()
    for owner, name, what in (
        (Cursor, "execute", "statements: the driver"),
        (Cursor, "executemany", "statements: the driver"),
        (Connection, "commit", "statements: the driver"),
        (engine.Connection, "execute", "statements: SQLAlchemy"),
        (app, "send_task", "the message to the next stage"),
        (asking, "turn", "turns at hosts"),
        (asking, "give_back", "turns at hosts"),
        (asking.client(), "get", "work: fetching"),
        (read, "read_page", "work: reading the page"),
        (read, "sketch", "work: sketch and words"),
        (read, "features", "work: sketch and words"),
        (Coder, "code", "work: coding"),
    ):
        meter.watch(owner, name, what)
    return meter


def _measured(stage: Callable[..., str], articles: Sequence[int], meter: Meter, servers: Mapping[str, int]) -> Table:
    meter.spent.clear()
    meter.calls.clear()
    before = {name: cpu_seconds(pid) for name, pid in servers.items()}
    began = time.thread_time()
    name = getattr(stage, "name", "")
    for article_id in track(articles, name, transient=True):
        stage(article_id=article_id)
    whole = time.thread_time() - began
    spent = {**meter.spent, "all else": whole - meter.spent.total()}
    spent |= {name: cpu_seconds(pid) - before[name] for name, pid in servers.items()}
    table = Table(title=f"{name}: {1000 * whole / len(articles):.1f} ms of processor an article", title_justify="left")
    table.add_column("spent on")
    table.add_column("ms", justify="right")
    table.add_column("times", justify="right")
    for what, seconds in spent.items():
        times = f"{meter.calls[what] / len(articles):.1f}" if what in meter.calls else ""
        table.add_row(what, f"{1000 * seconds / len(articles):.2f}", times)
    return table


def _keys(query: str) -> list[int]:
    from tasks.stage import engine  # noqa: PLC0415 - its settings are read when it is first used

    with session_scope(engine()) as session:
        return list(session.execute(text(query)).scalars())


if __name__ == "__main__":
    main()
