"""Sketches and anchors: finding the articles that share text with a new one.

Anchors live in a plain table and not in a GIN index over arrays: the lookup of one anchor can then stop after fifty
rows, so that a phrase which every page carries costs the same as a rare one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.partitions import WINDOW, week_of
from db.straight import rows_of
from db.text import bigint_array
from worker.stories.duplicates import SHARED_ANCHORS, ArticleSketch
from worker.stories.fingerprint import Sketch

CROWDED = 50
"""An anchor carried by more articles is a phrase of the trade, or boilerplate: it tells nothing, and following it would
make a decision cost more with every article of the archive."""

CLOCKS_APART = timedelta(hours=1)
"""How far ahead another worker's clock may be: weeks made ahead are left out of the search, as they are empty."""

CANDIDATES = 100
"""Articles compared with a new one at most, those that share most first: comparing takes 30 microseconds each."""

FEW = 3
"""First articles with exactly the same words that are compared: the others hang together with these."""

# Candidates come with their sketches in one answer: a placement is made of few statements, since each costs as much as
# the work in it.
_CANDIDATES = """
    with near as (
      select a.article_id
      from unnest(cast(%(anchors)s as bigint[])) as h(anchor)
      cross join lateral (
        select array_agg(x.article_id) as articles
        from (
          select article_id from anchor
          where anchor = h.anchor and week between %(oldest)s and %(newest)s limit %(enough)s
        ) as x
      ) as found
      cross join lateral unnest(found.articles) as a(article_id)
      where cardinality(found.articles) < %(enough)s and a.article_id <> %(itself)s
      group by a.article_id
      having count(*) >= %(shared)s
      order by count(*) desc, a.article_id
      limit %(most)s
    ),
    same_words as (
      select s.article_id from sketch s join article a using (article_id)
      where s.body_sha256 = %(body_sha256)s and a.found_at >= %(since)s and s.article_id <> %(itself)s
      order by s.article_id limit %(few)s
    )
    select s.article_id, s.version, s.hashes, s.shingles, s.words, s.body_sha256, s.numbers, s.wire,
      a.source_id, a.published_at, a.url_key, a.title
    from sketch s join article a using (article_id)
    where s.article_id in (
      select article_id from near union select article_id from same_words
      union select unnest(cast(%(also)s as bigint[]))
    )
    order by s.article_id
    """


def candidates(
    session: Session, article_id: int, sketch: Sketch, now: datetime, *, also: Iterable[int] = ()
) -> tuple[ArticleSketch, ...]:
    """Return the articles of the last 30 days that share at least two anchors with a text, or all its words.

    Args:
        session: The transaction; hold the locks of :func:`db.stories.lock_neighbourhood` in it.
        article_id: The article that the text is of; never returned.
        sketch: The text's sketch.
        now: The present instant.
        also: Articles to compare in any case, such as those that an older text of the article was tied to.
    """
    oldest = week_of(now - WINDOW)
    rows = rows_of(
        session,
        _CANDIDATES,
        {
            "anchors": bigint_array(sketch.anchors),
            "oldest": oldest,
            "newest": week_of(now + CLOCKS_APART),
            "enough": CROWDED + 1,
            "itself": article_id,
            "shared": SHARED_ANCHORS,
            "most": CANDIDATES,
            # Short texts have few anchors: they are known by all their words. An empty text is like no other.
            "body_sha256": sketch.body_sha256 if sketch.shingles else None,
            "since": _start_of(oldest),
            "few": FEW,
            "also": list(also),
        },
    )
    return tuple(_article_sketch(row) for row in rows)


_ALIKE = text(
    """
    select article_id, a.url, a.title from article a join sketch s using (article_id)
    where s.body_sha256 = :body_sha256 and a.source_id = :source order by article_id limit 10
    """
)


def bodies_alike(session: Session, source_id: int, body_sha256: bytes) -> tuple[tuple[int, str, str | None], ...]:
    """Return (article, url, title) of an outlet's articles with exactly these words: many are a consent wall."""
    rows = session.execute(_ALIKE, {"source": source_id, "body_sha256": body_sha256})
    return tuple((row[0], row[1], row[2]) for row in rows)


_SKETCHES = """
    select s.article_id, s.version, s.hashes, s.shingles, s.words, s.body_sha256, s.numbers, s.wire,
      a.source_id, a.published_at, a.url_key, a.title
    from sketch s join article a using (article_id)
    where s.article_id = any(cast(%(wanted)s as bigint[])) order by s.article_id
    """


def load_sketches(session: Session, article_ids: Iterable[int]) -> tuple[ArticleSketch, ...]:
    """Return the sketches of articles, by key; those that have none are left out."""
    wanted = list(article_ids)
    if not wanted:
        return ()
    return tuple(_article_sketch(row) for row in rows_of(session, _SKETCHES, {"wanted": wanted}))


def _article_sketch(row: tuple[Any, ...]) -> ArticleSketch:
    article_id, version, hashes, shingles, words, body_sha256, numbers, wire, source_id, published, url_key, title = row
    return ArticleSketch(
        article_id=article_id,
        sketch=Sketch(version, tuple(hashes), shingles, words, body_sha256, frozenset(numbers)),
        source=str(source_id),
        published=published,
        url_key=url_key,
        wire=wire,
        title=title or "",
    )


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
