"""Sketches, anchors and ties: finding the articles that share text with a new one, and keeping their groups.

Anchors live in a plain table and not in a GIN index over arrays: the lookup of one anchor can then stop after fifty
rows, so that a phrase which every page carries costs the same as a rare one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Anchor, Article, NearDuplicate, TextSketch
from db.partitions import WINDOW, week_of
from db.session import WHOLE_ROWS
from worker.errors import InputError
from worker.stories.duplicates import SHARED_ANCHORS, ArticleSketch, Edge, groups
from worker.stories.fingerprint import ANCHORS, Sketch

CROWDED = 50
"""An anchor carried by more articles is a phrase of the trade, or boilerplate: it tells nothing, and following it would
make a decision cost more with every article of the archive."""

CANDIDATES = 100
"""Articles compared with a new one at most, those that share most first: comparing takes 30 microseconds each."""

FEW = 3
"""First articles with exactly the same words that are compared: the others hang together with these."""

SAME_TEXT = 0.95
"""From this containment on, at nearly the same length, a text is found by the anchors of the one it copies: its own are
not indexed. Else the fiftieth copy of a wire report would make its anchors crowded, and the fifty-first be missed."""

SAME_LENGTH = 0.9

# Candidates come with their sketches in one answer: a placement is made of few statements, since each costs as much as
# the work in it.
_CANDIDATES = text(
    """
    with near as (
      select a.article_id
      from unnest(cast(:anchors as bigint[])) as h(anchor)
      cross join lateral (
        select array_agg(x.article_id) as articles
        from (select article_id from anchor where anchor = h.anchor and week >= :oldest limit :enough) as x
      ) as found
      cross join lateral unnest(found.articles) as a(article_id)
      where cardinality(found.articles) < :enough and a.article_id <> :itself
      group by a.article_id
      having count(*) >= :shared
      order by count(*) desc, a.article_id
      limit :most
    ),
    same_words as (
      select s.article_id from sketch s join article a using (article_id)
      where s.body_sha256 = :body_sha256 and a.found_at >= :since and s.article_id <> :itself
      order by s.article_id limit :few
    )
    select s.article_id, s.version, s.hashes, s.shingles, s.words, s.body_sha256, s.numbers, s.wire,
      a.source_id, a.published_at, a.url_key, a.title
    from sketch s join article a using (article_id)
    where s.article_id in (
      select article_id from near union select article_id from same_words union select unnest(cast(:also as bigint[]))
    )
    order by s.article_id
    """
)

# Everything that hangs together with some articles by ties that join and were not taken back.
_COMPONENT = text(
    """
    with recursive member(article_id) as (
      select unnest(cast(:start as bigint[]))
      union
      select case when n.first_id = m.article_id then n.second_id else n.first_id end
      from member m join near_duplicate n on m.article_id in (n.first_id, n.second_id)
      where n.joins and n.undone_at is null
    )
    select article_id from member order by article_id
    """
)


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
    rows = session.execute(
        _CANDIDATES,
        {
            "anchors": list(sketch.anchors),
            "oldest": oldest,
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


def bodies_alike(session: Session, source_id: int, body_sha256: bytes) -> tuple[tuple[int, str, str | None], ...]:
    """Return (article, url, title) of an outlet's articles with exactly these words: many are a consent wall."""
    rows = session.execute(
        select(Article.article_id, Article.url, Article.title)
        .join(TextSketch, TextSketch.article_id == Article.article_id)
        .where(TextSketch.body_sha256 == body_sha256, Article.source_id == source_id)
        .order_by(Article.article_id)
        .limit(10)
    )
    return tuple((row[0], row[1], row[2]) for row in rows)


def load_sketches(session: Session, article_ids: Iterable[int]) -> tuple[ArticleSketch, ...]:
    """Return the sketches of articles, by key; those that have none are left out."""
    wanted = list(article_ids)
    if not wanted:
        return ()
    rows = session.execute(
        select(
            TextSketch.article_id,
            TextSketch.version,
            TextSketch.hashes,
            TextSketch.shingles,
            TextSketch.words,
            TextSketch.body_sha256,
            TextSketch.numbers,
            TextSketch.wire,
            Article.source_id,
            Article.published_at,
            Article.url_key,
            Article.title,
        )
        .join(Article, Article.article_id == TextSketch.article_id)
        .where(TextSketch.article_id.in_(wanted))
        .order_by(TextSketch.article_id)
    )
    return tuple(_article_sketch(row) for row in rows)


def store_sketch(
    session: Session,
    new: ArticleSketch,
    text_id: int,
    ties: Sequence[Edge],
    now: datetime,
    *,
    known_before: bool,
) -> None:
    """Store a text's sketch, its anchors and its ties to others.

    Args:
        session: The transaction.
        new: The text's sketch with what is known of its article.
        text_id: The text.
        ties: What :func:`worker.stories.duplicates.edges` found.
        now: The present instant.
        known_before: An older text of the article was stored: what it left is replaced.
    """
    article_id = new.article_id
    if known_before:
        forget_sketch(session, article_id)
    indexed = not _is_same_text(session, new, ties)
    columns = {
        "text_id": text_id,
        "version": new.sketch.version,
        "hashes": list(new.sketch.hashes),
        "shingles": new.sketch.shingles,
        "words": new.sketch.words,
        "body_sha256": new.sketch.body_sha256,
        "numbers": sorted(new.sketch.numbers),
        "wire": new.wire,
        "indexed": indexed,
    }
    statement = insert(TextSketch).values(article_id=article_id, **columns)
    session.execute(statement.on_conflict_do_update(index_elements=[TextSketch.article_id], set_=columns))
    if indexed:
        _index(session, new, now)
    if ties:
        # A tie that the user took back stays taken back.
        rows = [_tie_row(tie, now) for tie in ties]
        session.execute(insert(NearDuplicate).on_conflict_do_nothing(), rows, execution_options=WHOLE_ROWS)


def was_sketched(session: Session, article_id: int) -> bool:
    """Was an older text of an article placed before?"""
    return session.execute(select(TextSketch.version).where(TextSketch.article_id == article_id)).first() is not None


def ties_of(session: Session, article_id: int) -> tuple[int, ...]:
    """Return the articles that an article is tied to, whether or not the tie was taken back."""
    other = case((NearDuplicate.first_id == article_id, NearDuplicate.second_id), else_=NearDuplicate.first_id)
    return tuple(session.execute(select(other).where(_names(article_id))).scalars())


def forget_sketch(session: Session, article_id: int) -> None:
    """Delete an article's anchors and ties; those ties that the user took back stay, so that they stay taken back."""
    hashes = session.execute(select(TextSketch.hashes).where(TextSketch.article_id == article_id)).scalar()
    if hashes:
        # Found by what the sketch says they are: the index of anchors leads from anchors to articles only.
        session.execute(delete(Anchor).where(Anchor.anchor.in_(hashes[:ANCHORS]), Anchor.article_id == article_id))
    session.execute(delete(NearDuplicate).where(_names(article_id), NearDuplicate.undone_at.is_(None)))


def index_left_alone(session: Session, article_ids: Iterable[int], now: datetime) -> None:
    """Index the anchors of articles that had none of their own, since the text they copied has changed."""
    left_alone = list(article_ids)
    if not left_alone:
        return
    rows = session.execute(
        update(TextSketch)
        .where(TextSketch.article_id.in_(left_alone), ~TextSketch.indexed)
        .values(indexed=True)
        .returning(TextSketch.article_id)
    ).scalars()
    for left in load_sketches(session, rows.all()):
        _index(session, left, now)


def regroup(session: Session, article_ids: Iterable[int], now: datetime) -> dict[int, int | None]:
    """Decide anew who stands for the groups that some articles hang together with.

    A copy that was not coded and now stands for itself is handed on to the coder by way of the sweeper.

    Returns:
        For every article whose place changed, the article that stands for it now; None when it stands for itself.
    """
    start = list(article_ids)
    if not start:
        return {}
    members = list(session.execute(_COMPONENT, {"start": start}).scalars())
    ties = session.execute(
        select(NearDuplicate).where(
            NearDuplicate.first_id.in_(members), NearDuplicate.joins, NearDuplicate.undone_at.is_(None)
        )
    ).scalars()
    stands = groups(load_sketches(session, members), [_edge(tie) for tie in ties])
    before = session.execute(
        select(Article.article_id, Article.duplicate_of)
        .where(Article.article_id.in_(members))
        .order_by(Article.article_id)
    )
    changed: dict[int, int | None] = {}
    for article_id, duplicate_of in before.all():
        standing = stands.get(article_id, article_id)
        now_of = None if standing == article_id else standing
        if now_of != duplicate_of:
            changed[article_id] = now_of
            session.execute(update(Article).where(Article.article_id == article_id).values(duplicate_of=now_of))
    _hand_on(session, [article_id for article_id, now_of in changed.items() if now_of is None], now)
    return changed


def undo_tie(session: Session, first: int, second: int, now: datetime) -> dict[int, int | None]:
    """Take back that two articles share text, for good, and regroup; returns what :func:`regroup` returns.

    Raises:
        InputError: There is no such tie.
    """
    low, high = sorted((first, second))
    undone = session.execute(
        update(NearDuplicate)
        .where(NearDuplicate.first_id == low, NearDuplicate.second_id == high, NearDuplicate.undone_at.is_(None))
        .values(undone_at=now)
        .returning(NearDuplicate.first_id)
    ).scalar()
    if undone is None:
        raise InputError(f"Articles {low} and {high} are not tied: see the view duplicates for those that are.")
    return regroup(session, (low, high), now)


def copies_of(session: Session, article_id: int) -> int:
    """Return how many articles the group of an article has, itself included."""
    standing = select(func.coalesce(Article.duplicate_of, Article.article_id)).where(Article.article_id == article_id)
    return session.execute(
        select(func.count())
        .select_from(Article)
        .where(
            or_(Article.article_id == standing.scalar_subquery(), Article.duplicate_of == standing.scalar_subquery())
        )
    ).scalar_one()


def _index(session: Session, article: ArticleSketch, now: datetime) -> None:
    session.execute(
        text(
            "insert into anchor (anchor, article_id, week) "
            "select h, :article, :week from unnest(cast(:anchors as bigint[])) as h on conflict do nothing"
        ),
        {"article": article.article_id, "week": week_of(now), "anchors": list(article.sketch.anchors)},
    )


def _names(article_id: int) -> ColumnElement[bool]:
    return or_(NearDuplicate.first_id == article_id, NearDuplicate.second_id == article_id)


def _hand_on(session: Session, standing: Collection[int], now: datetime) -> None:
    if standing:
        session.execute(
            update(Article)
            .where(Article.article_id.in_(standing), Article.state == "duplicate", Article.forgotten_at.is_(None))
            .values(state="read", state_since=now, attempts=0, next_attempt_at=now, announced_at=None)
        )


def _is_same_text(session: Session, new: ArticleSketch, ties: Sequence[Edge]) -> bool:
    near = [tie for tie in ties if tie.joins and tie.containment >= SAME_TEXT]
    others = {tie.second if tie.first == new.article_id else tie.first for tie in near}
    if not others:
        return False
    longest = select(func.max(TextSketch.shingles)).where(TextSketch.article_id.in_(others), TextSketch.indexed)
    shingles = session.execute(longest.where(TextSketch.shingles * SAME_LENGTH <= new.sketch.shingles)).scalar()
    return shingles is not None and new.sketch.shingles * SAME_LENGTH <= shingles


def _tie_row(tie: Edge, now: datetime) -> dict[str, Any]:
    return {
        "first_id": tie.first,
        "second_id": tie.second,
        "kind": tie.kind,
        "containment": tie.containment,
        "joins": tie.joins,
        "leaf_id": tie.leaf,
        "decided_at": now,
    }


def _edge(tie: NearDuplicate) -> Edge:
    return Edge(tie.first_id, tie.second_id, tie.kind, tie.containment, tie.joins, tie.leaf_id)


def _article_sketch(row: Any) -> ArticleSketch:
    return ArticleSketch(
        article_id=row.article_id,
        sketch=Sketch(
            version=row.version,
            hashes=tuple(row.hashes),
            shingles=row.shingles,
            words=row.words,
            body_sha256=row.body_sha256,
            numbers=frozenset(row.numbers),
        ),
        source=str(row.source_id),
        published=row.published_at,
        url_key=row.url_key,
        wire=row.wire,
        title=row.title or "",
    )


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
