"""Filling the tables that a placement looks into with made-up articles and stories of some days, by COPY."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
import psycopg
from rich.console import Console
from rich.progress import track

from bench.zipf_words import WORDS, made_up_text, made_up_words, vocabulary
from db.partitions import week_of
from worker.stories.fingerprint import ANCHORS, SHINGLE_WORDS, SKETCH_SIZE, VERSION, combined
from worker.stories.place import founded
from worker.stories.terms import STEM, Frequencies, features
from worker.stories.weights import RARE_TERMS, weighed

DAYS = 29
STORY_SHARE = 4  # articles a story
PROFILES = 40  # different profiles that stories are given, each of a made-up report
BATCH = 20_000
OWN_KEYS = 1_000_000_000
"""Keys from here on are given by the database, to what is placed while it is measured."""

FAMILIAR = Frequencies(100_000, {})


@dataclass(frozen=True, slots=True)
class Filler:
    """Writes made-up rows of the days before ``now``."""

    connection: psycopg.Connection[Any]
    now: datetime
    console: Console

    def fill(self, articles: int) -> None:
        """Bring the archive to so many articles, and a story for every four of them."""
        first, stories = self._highest("article"), self._highest("story")
        if first < articles:
            self._articles(first, articles)
        if stories < articles // STORY_SHARE:
            self._stories(stories, articles // STORY_SHARE)
        self._frequencies(articles)
        for table, key in (("article", "article_id"), ("story", "story_id"), ("article_text", "text_id")):
            sequence = f"pg_get_serial_sequence('{table}', '{key}')"
            self.connection.execute(f"select setval({sequence}, greatest({OWN_KEYS}, max({key}))) from {table}")
        self.connection.commit()
        with at_once(self.connection):
            self.connection.execute("vacuum analyze")

    def _highest(self, table: str) -> int:
        found = self.connection.execute(f"select max({table}_id) from {table} where {table}_id < {OWN_KEYS}").fetchone()
        return (found and found[0]) or 0

    def _articles(self, first: int, last: int) -> None:
        batches = range(first, last, BATCH)
        for start in track(batches, f"{first:,} to {last:,} articles", console=self.console):
            rng = np.random.default_rng(start)
            ids = range(start + 1, min(start + BATCH, last) + 1)
            made = [self._sketch(rng) for _ in ids]
            moments = self._moments(rng, len(made))
            self._copy(
                "article (article_id, source_id, state, url, url_key, found_at, published_at, title)",
                (
                    f"{i}\t1\tcoded\thttps://example.org/{i}\t{_digest(i)}\t{at}\t{at}\tA title\n"
                    for i, at in zip(ids, moments, strict=True)
                ),
            )
            self._copy(
                "article_text (text_id, article_id, title, body, sha256, reader)",
                (f"{i}\t{i}\tA title\tBody\t{_digest(i)}\tbench\n" for i in ids),
            )
            self._copy(
                "sketch (article_id, text_id, version, hashes, shingles, words, body_sha256, numbers, wire, indexed)",
                (
                    f"{i}\t{i}\t{VERSION}\t{_array(hashes)}\t{size}\t{size + 2}\t{_digest(i)}\t{{}}\tf\tt\n"
                    for i, (hashes, size) in zip(ids, made, strict=True)
                ),
            )
            weeks = [str(week_of(at)) for at in moments]
            anchors = sorted(
                (h, i, week) for i, week, (hashes, _) in zip(ids, weeks, made, strict=True) for h in hashes[:ANCHORS]
            )
            # In the order of the index, which then is written page by page.
            self._copy("anchor (anchor, article_id, week)", (f"{h}\t{i}\t{week}\n" for h, i, week in anchors))
            self.connection.commit()

    def _stories(self, first: int, last: int) -> None:
        """Stories spread over the days, each known by a profile and the rarest words of a made-up report."""
        rng = np.random.default_rng(first)
        reports = [features(made_up_text(made_up_words(rng)), "", self.now, "en") for _ in range(PROFILES)]
        known = [founded(0, weighed(report, FAMILIAR)) for report in reports]
        profiles = ["\t".join(json.dumps(dict(part)) for part in (s.terms, s.title, s.marks)) for s in known]
        ids = range(first + 1, last + 1)
        moments = self._moments(rng, len(ids))
        self._copy(
            "story (story_id, title, first_published_at, last_published_at, created_at, changed_at, language, "
            "terms, title_terms, marks)",
            (
                f"{i}\tA story\t{at}\t{at}\t{at}\t{at}\ten\t{profiles[i % PROFILES]}\n"
                for i, at in zip(ids, moments, strict=True)
            ),
        )
        words = vocabulary()[0]
        rows = (
            (words[place][:STEM], at.astimezone(UTC).date(), i)
            for i, at in zip(ids, moments, strict=True)
            for place in np.unique(made_up_words(rng))[-RARE_TERMS:].tolist()
        )
        self._copy("story_term (term, day, story_id)", (f"{w}\t{day}\t{i}\n" for w, day, i in sorted(set(rows))))
        self.connection.commit()

    def _frequencies(self, articles: int) -> None:
        """In how many articles each word occurs, as it follows from how probable it is."""
        words, _, weights = vocabulary()
        counts: defaultdict[str, float] = defaultdict(float)
        for word, weight in zip(words, weights, strict=True):
            counts[word[:STEM]] += articles * float(1 - (1 - weight) ** WORDS)
        self.connection.execute("truncate term_frequency")
        rows = [f"{word}\t{min(count, articles)}\n" for word, count in {"": float(articles), **counts}.items()]
        self._copy("term_frequency (term, articles)", rows)
        self.connection.commit()

    def _sketch(self, rng: np.random.Generator) -> tuple[list[int], int]:
        distinct = np.unique(combined(vocabulary()[1][made_up_words(rng)], SHINGLE_WORDS))
        return distinct[:SKETCH_SIZE].tolist(), len(distinct)

    def _moments(self, rng: np.random.Generator, count: int) -> list[datetime]:
        return [self.now - timedelta(seconds=int(seconds)) for seconds in rng.integers(0, DAYS * 86400, count)]

    def _copy(self, into: str, lines: Iterable[str]) -> None:
        with self.connection.cursor().copy(f"copy {into} from stdin") as copy:  # type: ignore[arg-type]
            for some in batched(lines, 5_000):
                copy.write("".join(some))


def batched(lines: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """Cut lines into groups of so many."""
    left = iter(lines)
    while some := tuple(islice(left, size)):
        yield some


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def _digest(number: int) -> str:
    """A made-up SHA-256 as COPY reads it."""
    return rf"\\x{number:064x}"


def connect(url: str) -> psycopg.Connection[Any]:
    """Open a connection that has no time limit."""
    connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1))
    connection.execute("set statement_timeout = 0")
    connection.commit()
    return connection


@contextmanager
def at_once(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Let statements of the block commit by themselves, as VACUUM must."""
    connection.autocommit = True
    yield
    connection.autocommit = False
