"""What placing one article costs at different sizes of the archive.

    python -m bench.archive [ARTICLES ...] [--keep FOLDER] [--months N]

Fills a server with made-up articles of the last 30 days: words with the frequencies of a language (Zipf, Mandelbrot),
one article in three with its outlet's footer. Then it places fresh ones as the line does, one in four of them an edited
copy, and prints the median and the 95th percentile of each part: on the clock, and in processor time of this process
and the server's together (on a busy machine the clock counts the others' work too). The targets are 2 ms for the
decision on a copy and 5 ms for that on a story, at every size. ``--keep`` leaves the server's files there, and a later
run goes on from them. ``--months`` fills month after month, with upkeep in between, and prints what the indexes take.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.filled_archive import DAYS, Filler, at_once, connect
from bench.zipf_words import Places, edited, made_up_text, made_up_words
from db.articles import store_text
from db.frequencies import load_frequencies
from db.models import Article
from db.partitions import drop_anchor_partitions, make_anchor_partitions
from db.schema import upgrade
from db.session import engine_for, session_scope
from db.sketches import candidates
from db.sources import put_outlet
from db.stories import place, story_candidates
from db.story_nights import Change, changed_stories, possible_merges, prune_terms
from worker.embedded.postgres import EmbeddedPostgres
from worker.records import Reading
from worker.stories.duplicates import ArticleSketch, decide, edges
from worker.stories.fingerprint import sketch
from worker.stories.place import DEFAULT_LIMITS, choose_story
from worker.stories.terms import features
from worker.stories.weights import rare_terms, weighed
from worker.urls import url_key

NOW = datetime(2025, 3, 30, tzinfo=UTC)
WARM_UP, PLACED = 60, 300
MONTH = timedelta(days=35)
"""The step of --months: weeks are dropped whole, so that a step of five of them leaves nothing over."""

_SIZES = {
    "anchors": "select coalesce(sum(pg_total_relation_size(inhrelid)), 0) from pg_inherits "
    "where inhparent = 'anchor'::regclass",
    "terms of stories": "select pg_total_relation_size('story_term')",
    "sketches, for ever": "select pg_total_relation_size('sketch')",
}


class Stopwatch:
    """Times of the parts in milliseconds: on the clock, and of this process and the server's for it."""

    def __init__(self, backend: int) -> None:
        self.spent: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        self.examined: list[int] = []
        self.backend = Path(f"/proc/{backend}/schedstat")  # nanoseconds on a processor are its first figure (Linux)

    @contextmanager
    def time(self, part: str) -> Iterator[None]:
        """Take the time of the block."""
        clock, own = time.perf_counter(), self._processor()
        yield
        self.spent[part].append((1000 * (time.perf_counter() - clock), 1000 * (self._processor() - own)))

    def report(self, console: Console, size: int) -> None:
        """Print medians and percentiles."""
        table = Table("milliseconds", "median", "95 % under", "processor, median", "processor, 95 % under")
        for part, times in self.spent.items():
            columns = [sorted(column) for column in zip(*times, strict=True)]
            figures = [f(column) for column in columns for f in (statistics.median, _p95)]
            table.add_row(part, *(f"{figure:.2f}" for figure in figures))
        console.print(f"\n{size:,} articles in the window")
        console.print(table)
        console.print(
            f"candidates examined: {statistics.mean(self.examined):.2f} on average, {_p95(sorted(self.examined))} "
            f"at the 95th percentile, {max(self.examined)} at most"
        )

    def _processor(self) -> float:
        server = int(self.backend.read_text().split()[0]) / 1e9 if self.backend.exists() else 0.0
        return time.process_time() + server


def _p95(ordered: list[float]) -> float:
    return ordered[int(len(ordered) * 0.95)]


def measure(engine: Engine, console: Console, size: int) -> None:
    """Place fresh articles and print what it took."""
    _warm(engine, console)
    rng = np.random.default_rng()
    earlier: list[Places] = []
    with engine.connect() as connection:
        backend = connection.execute(text("select pg_backend_pid()")).scalar_one()
    watch = Stopwatch(backend)
    for number in range(WARM_UP + PLACED):
        if number == WARM_UP:
            gc.collect()
            watch = Stopwatch(backend)
        if number % 4 == 0 and earlier:
            places = edited(earlier[int(rng.integers(len(earlier)))], rng)
        else:
            places = made_up_words(rng)
        earlier.append(places)
        _place_one(engine, made_up_text(places), watch)
    watch.report(console, size)
    _night(engine, console)


def _warm(engine: Engine, console: Console) -> None:
    """Read the indexes once, as the articles of a day do: what the server's buffers hold of them is in there then."""
    with engine.begin() as connection:
        for option in ("statement_timeout = 0", "enable_seqscan = off", "max_parallel_workers_per_gather = 0"):
            connection.execute(text(f"set local {option}"))
        for column in ("anchor.anchor", "story_term.term", "term_frequency.term", "sketch.body_sha256"):
            connection.execute(text(f"select count({column}) from {column.partition('.')[0]}"))
        buffers = connection.execute(text("show shared_buffers")).scalar_one()
    console.print(f"{buffers} of shared buffers; load of the machine {os.getloadavg()[0]:.1f}")


def _night(engine: Engine, console: Console) -> None:
    """Print what the pass over the stories of one day takes."""
    with engine.connect() as connection:
        backend = connection.execute(text("select pg_backend_pid()")).scalar_one()
    watch, last, looked_at, possible = Stopwatch(backend), Change(NOW - timedelta(days=1), 0), 0, 0
    with watch.time("night"):
        while True:
            with session_scope(engine) as session:
                if not (changed := changed_stories(session, last, NOW)):
                    break
                possible += len(possible_merges(session, [change.story_id for change in changed]))
            last, looked_at = changed[-1], looked_at + len(changed)
    [(clock, processor)] = watch.spent["night"]
    console.print(
        f"the night after: {looked_at:,} stories that changed that day compared in {clock / 1000:.1f} s, "
        f"{processor / 1000:.1f} s of processor time; {possible} merges possible"
    )


def _place_one(engine: Engine, body: str, watch: Stopwatch) -> None:
    url, title = f"https://fresh.example/{uuid.uuid4()}", body[:60]
    with session_scope(engine) as session:
        article = Article(source_id=1, state="fetched", url=url, url_key=url_key(url), found_at=NOW, published_at=NOW)
        session.add(article)
        session.flush()
        new = ArticleSketch(article.article_id, sketch(body), "1", NOW, url_key(url), title=title)
    told = features(body, title, NOW, "en")
    with session_scope(engine) as session:
        session.execute(text("select 1"))  # the transaction is begun
        with watch.time("decision on copies"):
            near = candidates(session, new.article_id, new.sketch, NOW)
            decide(new, near, edges(new, near, texts=lambda _: body))
        watch.examined.append(len(near))
        with watch.time("decision on the story"):
            frequencies = load_frequencies(session, told.all_terms)
            report = weighed(told, frequencies)
            rare = rare_terms(report)
            choose_story(report, story_candidates(session, rare, frequencies, NOW, DEFAULT_LIMITS.window))
    reading = Reading(title, body, NOW, (), "en", None, "extracted", "full", reader="bench")
    with watch.time("both, with all that is stored"), session_scope(engine) as session:
        stored = store_text(session, new.article_id, reading, NOW)
        place(session, new, stored.text_id, told, NOW, title=title)


def sizes_on_disk(engine: Engine, console: Console, size: int) -> None:
    """Print what an article takes, indexes included."""
    with engine.connect() as connection:
        for name, question in _SIZES.items():
            console.print(
                f"{name}: {int(connection.execute(text(question)).scalar_one()) / size:,.0f} bytes an article"
            )


def months(engine: Engine, url: str, console: Console, count: int, articles: int) -> None:
    """Fill month after month, with the upkeep of each, and print what the indexes take: only sketches may grow."""
    table = Table("month", "articles", *(f"{name}, MB" for name in _SIZES))
    for month in range(1, count + 1):
        now = NOW + (month - 1) * MONTH
        with engine.begin() as connection:
            drop_anchor_partitions(connection, (now - timedelta(days=1)).date())
        _make_weeks(engine, now)
        with session_scope(engine) as session:
            while prune_terms(session, now - timedelta(days=1)):
                pass
        with connect(url) as connection:
            with at_once(connection):
                connection.execute("vacuum story_term")  # as the server does by itself
            Filler(connection, now, console).fill(month * articles)
        with engine.connect() as connection:
            taken = [connection.execute(text(question)).scalar_one() for question in _SIZES.values()]
        table.add_row(f"{month}", f"{month * articles:,}", *(f"{int(size) / 1e6:.1f}" for size in taken))
    console.print(table)


def _make_weeks(engine: Engine, now: datetime) -> None:
    with engine.begin() as connection:
        for weeks in reversed(range(DAYS // 7 + 2)):
            make_anchor_partitions(connection, (now - timedelta(weeks=weeks)).date())


def main() -> None:
    """Measure at each size that was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("sizes", type=int, nargs="*", default=[100_000, 1_000_000])
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--months", type=int, default=0, help="fill so many months of the first size each instead")
    chosen = asked.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres((chosen.keep or Path(folder)).absolute() / "postgres")
        url = server.start()
        try:
            upgrade(url)
            engine = engine_for(url)
            with session_scope(engine) as session:
                put_outlet(session, "Bench")
            if chosen.months:
                months(engine, url, console, chosen.months, chosen.sizes[0])
            else:
                _at_sizes(engine, url, console, sorted(chosen.sizes))
            engine.dispose()
        finally:
            server.stop()


def _at_sizes(engine: Engine, url: str, console: Console, sizes: list[int]) -> None:
    _make_weeks(engine, NOW)
    for size in sizes:
        started = time.perf_counter()
        with connect(url) as connection:
            Filler(connection, NOW, console).fill(size)
        console.print(f"filled up to {size:,} articles in {time.perf_counter() - started:.0f} s")
        measure(engine, console, size)
        sizes_on_disk(engine, console, size)


if __name__ == "__main__":
    main()
