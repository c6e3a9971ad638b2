"""What placing one article costs at different sizes of the archive.

    python bench/archive.py [ARTICLES ...]

Fills a temporary server with made-up articles of the last 30 days (random hashes: what real texts' hashes look like;
one in twenty carries a phrase that every other such article carries too), then places fresh articles as the line does
and prints the median and the 95th percentile of its parts, in milliseconds: finding candidates for copies, finding
candidates for stories, and the whole placement with all its writes. The target is 2 ms for the decision on a
duplicate and 5 ms for that on a story, at every size.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from db import sketches
from db.articles import store_text
from db.frequencies import load_frequencies
from db.models import Article
from db.partitions import make_anchor_partitions
from db.schema import upgrade
from db.session import engine_for, session_scope
from db.sources import put_outlet
from db.stories import all_terms, place, story_candidates
from worker.embedded.postgres import EmbeddedPostgres
from worker.records import Reading
from worker.stories.duplicates import ArticleSketch
from worker.stories.fingerprint import VERSION, sketch
from worker.stories.place import rare_terms
from worker.stories.terms import features
from worker.urls import url_key

NOW = datetime(2025, 3, 30, tzinfo=UTC)
PLACED = 200
VOCABULARY = 30_000

FILL = """
insert into article (source_id, state, url, url_key, found_at, published_at, story_id, title)
select 1, 'coded', 'https://example.org/' || n, sha256(n::text::bytea), :now - random() * interval '29 days',
  :now - random() * interval '29 days', 1, 'A title'
from generate_series(cast(:first as bigint), cast(:last as bigint)) as n;
insert into article_text (article_id, title, body, sha256, reader)
select article_id, 'A title', 'Body', sha256('Body'), 'bench' from article where article_id > :floor;
insert into sketch (article_id, text_id, version, hashes, shingles, words, body_sha256, numbers, wire, indexed)
select t.article_id, t.text_id, :version,
  (select array_agg(h order by h) from (select ((random() - .5) * 2e18)::bigint + t.text_id * 0 as h
   from generate_series(1, 128)) x), 400, 450, sha256(t.text_id::text::bytea), '{}', false, true
from article_text t where t.article_id > :floor;
insert into anchor (anchor, article_id, week)
select h, s.article_id, date_trunc('week', a.found_at at time zone 'UTC')::date
from sketch s join article a using (article_id) cross join lateral unnest(s.hashes[1:24]) as h
where s.article_id > :floor;
insert into anchor (anchor, article_id, week)
select h, a.article_id, date_trunc('week', a.found_at at time zone 'UTC')::date
from article a cross join generate_series(1, 3) as h where a.article_id > :floor and a.article_id % 20 = 0
"""

FILL_STORIES = """
insert into story (title, first_published_at, last_published_at, created_at, language)
select 'A story', :now - n * interval '29 days' / :stories, :now - n * interval '29 days' / :stories, :now, 'en'
from generate_series(1, cast(:stories as int)) as n;
insert into story_term (term, day, story_id)
select distinct w, (s.last_published_at at time zone 'UTC')::date, s.story_id
from story s
cross join lateral (
  select 'w' || floor(power(random(), 3) * :vocabulary + s.story_id * 0)::int as w from generate_series(1, 16)) as x;
insert into term_frequency
select 'w' || n, greatest(1, :stories / (n + 1)) from generate_series(0, cast(:vocabulary as int)) as n;
insert into term_frequency values ('', :stories)
"""


def fill(engine: Engine, first: int, last: int) -> None:
    """Add made-up articles so that there are ``last`` of them."""
    with session_scope(engine) as session:
        session.execute(text("set local statement_timeout = 0"))
        floor = session.execute(text("select coalesce(max(article_id), 0) from article")).scalar_one()
        for statement in FILL.split(";"):
            values = {"first": first, "last": last, "now": NOW, "floor": floor, "version": VERSION}
            session.execute(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("set statement_timeout = 0"))
        connection.execute(text("vacuum analyze"))


def fill_stories(engine: Engine, stories: int) -> None:
    """Make stories with rare terms, some rarer than others."""
    with session_scope(engine) as session:
        session.execute(text("set local statement_timeout = 0"))
        for statement in FILL_STORIES.split(";"):
            values = {"stories": stories, "now": NOW, "vocabulary": VOCABULARY}
            session.execute(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})


def measure(engine: Engine, size: int, rng: random.Random) -> None:
    """Place fresh articles and print what it took."""
    spent: dict[str, list[float]] = {"copies": [], "stories": [], "whole": []}
    for _ in range(PLACED):
        words = [f"w{int(rng.random() ** 3 * VOCABULARY)}" for _ in range(400)]
        body = ". ".join(" ".join(words[at : at + 12]) for at in range(0, 400, 12))
        url = f"https://fresh.example/{rng.random()}"
        with session_scope(engine) as session:
            article = Article(
                source_id=1, state="fetched", url=url, url_key=url_key(url), found_at=NOW, published_at=NOW
            )
            session.add(article)
            session.flush()
            new_id = article.article_id
        new = ArticleSketch(new_id, sketch(body), "1", NOW, url_key(url))
        told = features(body, body[:60], NOW, "en")
        with session_scope(engine) as session:
            started = time.perf_counter()
            sketches.candidates(session, new_id, new.sketch, NOW)
            spent["copies"].append(time.perf_counter() - started)
            started = time.perf_counter()
            frequencies = load_frequencies(session, all_terms(told))
            story_candidates(session, rare_terms(told, frequencies), frequencies, NOW, timedelta(days=4))
            spent["stories"].append(time.perf_counter() - started)
        with session_scope(engine) as session:
            reading = Reading(body[:60], body, NOW, (), "en", None, "extracted", "full", reader="bench")
            started = time.perf_counter()
            stored = store_text(session, new_id, reading, NOW)
            place(session, new, stored.text_id, told, NOW, title=body[:60])
            session.commit()
            spent["whole"].append(time.perf_counter() - started)
    for name, seconds in spent.items():
        ranked = sorted(1000 * second for second in seconds)
        middle, most = statistics.median(ranked), ranked[int(len(ranked) * 0.95)]
        print(f"{size:>9,}  {name:8} median {middle:6.2f} ms   p95 {most:6.2f} ms")


def main() -> None:
    """Measure at each size that was asked for."""
    sizes = [int(word) for word in sys.argv[1:]] or [10_000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        url = server.start()
        try:
            upgrade(url)
            engine = engine_for(url)
            with engine.begin() as connection:
                for weeks in range(6):
                    make_anchor_partitions(connection, (NOW - timedelta(weeks=weeks)).date())
            with session_scope(engine) as session:
                put_outlet(session, "Bench")
            fill_stories(engine, max(sizes) // 4)
            there = 0
            for size in sorted(sizes):
                fill(engine, there + 1, size)
                there = size
                measure(engine, size, random.Random(size))
            with engine.connect() as connection:
                size_of = "select pg_size_pretty(sum(pg_total_relation_size(inhrelid))) from pg_inherits"
                anchors = connection.execute(text(f"{size_of} where inhparent = 'anchor'::regclass"))
                print("anchors take", anchors.scalar_one())
            engine.dispose()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
