"""What placing one article costs at different sizes of the archive.

    python -m bench.archive [ARTICLES ...] [--keep FOLDER]

Fills a server with made-up articles of the last 30 days: words with the frequencies of a language (Zipf, Mandelbrot),
one article in three with its outlet's footer. Then it places fresh ones as the line does, one in four of them an edited
copy, and prints the median and the 95th percentile of each part, on the clock and in this process's own time (on a busy
machine the clock counts the others' work too). The targets are 2 ms for the decision on a copy and 5 ms for that on a
story, at every size. ``--keep`` leaves the server's files there, and a later run goes on from them.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from rich.progress import track
from sqlalchemy import Engine, text

from db.articles import store_text
from db.frequencies import load_frequencies
from db.models import Article
from db.partitions import drop_anchor_partitions, make_anchor_partitions, week_of
from db.schema import upgrade
from db.session import engine_for, session_scope
from db.sketches import candidates
from db.sources import put_outlet
from db.stories import place, story_candidates
from worker.embedded.postgres import EmbeddedPostgres
from worker.records import Reading
from worker.stories.duplicates import ArticleSketch, decide, edges
from worker.stories.fingerprint import ANCHORS, SHINGLE_WORDS, SKETCH_SIZE, VERSION, combined, sketch, unit_hash
from worker.stories.place import DEFAULT_LIMITS, choose_story, founded
from worker.stories.terms import Frequencies, features
from worker.stories.weights import rare_terms, weighed
from worker.urls import url_key

NOW = datetime(2025, 3, 30, tzinfo=UTC)
DAYS = 29
WARM_UP, PLACED = 60, 300
VOCABULARY = 60_000
WORDS = 400  # the middle of news articles
FOOTERS, FOOTER_WORDS = 40, 30
STORY_SHARE = 4  # articles a story
PROFILES = 40  # different profiles that stories are given, each of a made-up report
BATCH = 20_000


@cache
def vocabulary() -> tuple[list[str], npt.NDArray[np.uint64], npt.NDArray[np.float64]]:
    """Words of letters, the hash of each, and how probable each is: Zipf's law with Mandelbrot's shift."""
    rng = random.Random(1)
    words = list(dict.fromkeys("".join(rng.choices("etaoinshrdlucmfw", k=rng.randint(2, 10))) for _ in range(90_000)))
    words = words[:VOCABULARY]
    weights = 1 / (np.arange(len(words)) + 2.7) ** 1.05
    return words, np.array([unit_hash(word) for word in words], dtype=np.uint64), weights / weights.sum()


@cache
def _summed() -> npt.NDArray[np.float64]:
    return np.cumsum(vocabulary()[2])


def made_up_words(rng: np.random.Generator, count: int = WORDS) -> npt.NDArray[np.int64]:
    """Places in the vocabulary of the words of one article."""
    words = np.searchsorted(_summed(), rng.random(count)).clip(max=VOCABULARY - 1)
    if rng.random() < 1 / 3:
        footer = np.random.default_rng(int(rng.integers(FOOTERS))).integers(0, 5000, FOOTER_WORDS)
        words = np.concatenate([words, footer])
    return words.astype(np.int64)


def made_up_text(places: npt.NDArray[np.int64]) -> str:
    words = vocabulary()[0]
    sentences = (
        " ".join(words[i].title() if i > 20_000 else words[i] for i in places[at : at + 14])
        for at in range(0, len(places), 14)
    )
    return ".\n".join(sentence[:1].upper() + sentence[1:] for sentence in sentences) + "."


@dataclass(frozen=True, slots=True)
class Filler:
    """Writes made-up rows by COPY."""

    connection: psycopg.Connection[Any]

    def articles(self, first: int, last: int) -> None:
        """Add articles so that there are ``last`` of them."""
        starts = range(first, last, BATCH)
        for start in track(starts, f"{first:,} to {last:,} articles"):
            rng = np.random.default_rng(start)
            made = [self._sketch(rng) for _ in range(start, min(start + BATCH, last))]
            moments = [NOW - timedelta(seconds=int(s)) for s in rng.integers(0, DAYS * 86400, len(made))]
            ids = range(start + 1, start + 1 + len(made))
            self._copy(
                "article (article_id, source_id, state, url, url_key, found_at, published_at, title)",
                (
                    (i, 1, "coded", f"https://example.org/{i}", i.to_bytes(32, "big"), at, at, "A title")
                    for i, at in zip(ids, moments, strict=True)
                ),
            )
            self._copy(
                "article_text (text_id, article_id, title, body, sha256, reader)",
                ((i, i, "A title", "Body", i.to_bytes(32, "big"), "bench") for i in ids),
            )
            self._copy(
                "sketch (article_id, text_id, version, hashes, shingles, words, body_sha256, numbers, wire, indexed)",
                (
                    (i, i, VERSION, hashes, size, size + 2, i.to_bytes(32, "big"), [], False, True)
                    for i, (hashes, size) in zip(ids, made, strict=True)
                ),
            )
            self._copy(
                "anchor (anchor, article_id, week)",
                # In the order of the index, which then is written page by page.
                iter(
                    sorted(
                        (h, i, week_of(at))
                        for i, at, (hashes, _) in zip(ids, moments, made, strict=True)
                        for h in hashes[:ANCHORS]
                    )
                ),
            )
            self.connection.commit()

    def stories(self, first: int, last: int) -> None:
        """Add stories, spread over the days, each known by a profile and sixteen words that are not common."""
        rng = np.random.default_rng(first)
        known = [
            founded(0, weighed(features(made_up_text(made_up_words(rng)), "", NOW, "en"), FAMILIAR))
            for _ in range(PROFILES)
        ]
        profiles = [tuple(json.dumps(dict(part)) for part in (s.terms, s.title, s.marks)) for s in known]
        moments = [NOW - timedelta(seconds=int(s)) for s in rng.integers(0, DAYS * 86400, last - first)]
        ids = range(first + 1, last + 1)
        self._copy(
            "story (story_id, title, first_published_at, last_published_at, created_at, language, "
            "terms, title_terms, marks)",
            ((i, "A story", at, at, at, "en", *profiles[i % PROFILES]) for i, at in zip(ids, moments, strict=True)),
        )
        words, _, weights = vocabulary()
        rare = np.where(np.arange(VOCABULARY) > 500, weights, 0)
        terms = rng.choice(VOCABULARY, size=(last - first, 16), p=rare / rare.sum())
        rows = {
            (words[t][:5], at.date(), i) for i, at, own in zip(ids, moments, terms, strict=True) for t in own.tolist()
        }
        self._copy("story_term (term, day, story_id)", iter(rows))
        self.connection.commit()

    def frequencies(self, articles: int) -> None:
        """In how many articles each word occurs, as it follows from how probable it is."""
        words, _, weights = vocabulary()
        counts: defaultdict[str, float] = defaultdict(float)
        for word, weight in zip(words, weights, strict=True):
            counts[word[:5]] += articles * float(1 - (1 - weight) ** WORDS)
        self.connection.execute("truncate term_frequency")
        rows = [("", float(articles)), *((word, min(count, articles)) for word, count in counts.items())]
        self._copy("term_frequency (term, articles)", iter(rows))
        self.connection.commit()

    def _sketch(self, rng: np.random.Generator) -> tuple[list[int], int]:
        distinct = np.unique(combined(vocabulary()[1][made_up_words(rng)], SHINGLE_WORDS))
        return distinct[:SKETCH_SIZE].tolist(), len(distinct)

    def _copy(self, into: str, rows: Iterator[tuple[Any, ...]]) -> None:
        with self.connection.cursor().copy(f"copy {into} from stdin") as copy:  # type: ignore[arg-type]
            for row in rows:
                copy.write_row(row)


FAMILIAR = Frequencies(100_000, {})


def fill(url: str, size: int) -> None:
    """Bring the archive to ``size`` articles."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=False) as connection:
        connection.execute("set statement_timeout = 0")
        filler = Filler(connection)
        # Given keys stay below, whatever the measured placements add above.
        there = connection.execute("select coalesce(max(article_id), 0) from article where article_id < 1e9").fetchone()
        told = connection.execute("select coalesce(max(story_id), 0) from story where story_id < 1e9").fetchone()
        assert there is not None
        assert told is not None
        if there[0] < size:
            filler.articles(there[0], size)
        if told[0] < size // STORY_SHARE:
            filler.stories(told[0], size // STORY_SHARE)
        filler.frequencies(size)
        for table in ("article", "story", "article_text"):
            key = "text_id" if table == "article_text" else f"{table}_id"
            sequence = f"pg_get_serial_sequence('{table}', '{key}')"
            connection.execute(f"select setval({sequence}, greatest(1000000000, max({key}))) from {table}")
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze")


class Stopwatch:
    """Times of the parts in milliseconds, on the clock and of this process."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        self.examined: list[int] = []

    @contextmanager
    def time(self, part: str) -> Iterator[None]:
        """Take the time of the block."""
        clock, own = time.perf_counter(), time.process_time()
        yield
        self.spent[part].append((1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - own)))

    def report(self, size: int) -> None:
        """Print medians and percentiles."""
        for part, times in self.spent.items():
            clock, own = (sorted(column) for column in zip(*times, strict=True))
            at = int(len(times) * 0.95)
            print(
                f"{size:>9,}  {part:<32} median {statistics.median(clock):6.2f} ms   p95 {clock[at]:6.2f} ms   "
                f"of this process {statistics.median(own):6.2f} and {own[at]:6.2f} ms"
            )
        examined = sorted(self.examined)
        print(f"{size:>9,}  {'candidates examined':<32} mean {statistics.mean(examined):.2f}, most {examined[-1]}")


def measure(engine: Engine, size: int) -> None:
    """Place fresh articles and print what it took."""
    rng = np.random.default_rng()
    earlier: list[npt.NDArray[np.int64]] = []
    watch = Stopwatch()
    for number in range(WARM_UP + PLACED):
        places = made_up_words(rng)
        if number % 4 == 0 and earlier:
            places = earlier[int(rng.integers(len(earlier)))].copy()
            places[:: int(rng.integers(15, 60))] = rng.integers(0, VOCABULARY)
        earlier.append(places)
        if number == WARM_UP:
            watch = Stopwatch()
        _place_one(engine, made_up_text(places), watch)
    watch.report(size)


def _place_one(engine: Engine, body: str, watch: Stopwatch) -> None:
    url, title = f"https://fresh.example/{random.random()}", body[:60]
    with session_scope(engine) as session:
        article = Article(source_id=1, state="fetched", url=url, url_key=url_key(url), found_at=NOW, published_at=NOW)
        session.add(article)
        session.flush()
        new = ArticleSketch(article.article_id, sketch(body), "1", NOW, url_key(url), title=title)
    told = features(body, title, NOW, "en")
    with session_scope(engine) as session:
        with watch.time("decision on copies"):
            near = candidates(session, new.article_id, new.sketch, NOW)
            if edges(new, near, texts=lambda _: body):
                decide(new, near, texts=lambda _: body)
        watch.examined.append(len(near))
        with watch.time("decision on the story"):
            frequencies = load_frequencies(session, told.all_terms)
            report = weighed(told, frequencies)
            rare = rare_terms(report)
            choose_story(report, story_candidates(session, rare, frequencies, NOW, DEFAULT_LIMITS.window))
    reading = Reading(title, body, NOW, (), "en", None, "extracted", "full", reader="bench")
    with watch.time("whole placement, stored"), session_scope(engine) as session:
        stored = store_text(session, new.article_id, reading, NOW)
        place(session, new, stored.text_id, told, NOW, title=title)


def sizes_on_disk(engine: Engine, size: int) -> None:
    """Print what an article takes, and that the index of anchors is empty once its window has passed."""
    anchors = "select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'anchor'::regclass"
    with engine.begin() as connection:
        held = {
            "anchors, for 30 days": connection.execute(text(anchors)).scalar_one(),
            "sketch, for ever": connection.execute(text("select pg_total_relation_size('sketch')")).scalar_one(),
            "terms of stories, for 30 days": connection.execute(
                text("select pg_total_relation_size('story_term')")
            ).scalar_one(),
        }
    for name, taken in held.items():
        print(f"{size:>9,}  {name:<32} {int(taken) / size:8.0f} bytes an article")
    with engine.connect() as connection, connection.begin() as transaction:
        drop_anchor_partitions(connection, (NOW + timedelta(days=60)).date())
        left = connection.execute(text(anchors)).scalar_one()
        print(f"{size:>9,}  {'anchors two months later':<32} {int(left) / 1024:8.0f} kB in all")
        transaction.rollback()


def main() -> None:
    """Measure at each size that was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("sizes", type=int, nargs="*", default=[100_000, 1_000_000])
    asked.add_argument("--keep", type=Path)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres((chosen.keep or Path(folder)).absolute() / "postgres")
        url = server.start()
        try:
            upgrade(url)
            engine = engine_for(url)
            with engine.begin() as connection:
                for weeks in range(6):
                    make_anchor_partitions(connection, (NOW - timedelta(weeks=weeks)).date())
            with session_scope(engine) as session:
                put_outlet(session, "Bench")
            for size in sorted(chosen.sizes):
                fill(url, size)
                measure(engine, size)
                sizes_on_disk(engine, size)
            engine.dispose()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
