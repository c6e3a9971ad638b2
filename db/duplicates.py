"""Ties between articles that share text: storing them with their sketches, and keeping the groups of copies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, case, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from db.models import Anchor, Article, NearDuplicate, TextSketch
from db.partitions import week_of
from db.session import WHOLE_ROWS
from db.sketches import load_sketches
from db.text import bigint_array
from worker.errors import InputError
from worker.stories.duplicates import ArticleSketch, Edge
from worker.stories.fingerprint import ANCHORS, Sketch
from worker.stories.groups import groups

SAME_TEXT = 0.95
"""From this containment on, at nearly the same length, a text is found by the anchors of the one it copies: its own are
not indexed. Else the fiftieth copy of a wire report would make its anchors crowded, and the fifty-first be missed."""

SAME_LENGTH = 0.9

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


@dataclass(frozen=True, slots=True)
class Before:
    """How an older text of an article was placed."""

    sketch: Sketch
    story_id: int | None
    tied: frozenset[int]  # articles that it shares text with
    taken_back: frozenset[int]  # articles that the user took it apart from


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
    row = {
        "article_id": article_id,
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
    session.connection().execute(_keep_sketch(), row)
    if indexed:
        _index(session, new, now)
    if ties:
        # A tie that the user took back stays taken back.
        rows = [_tie_row(tie, now) for tie in ties]
        session.execute(insert(NearDuplicate).on_conflict_do_nothing(), rows, execution_options=WHOLE_ROWS)


@lru_cache(maxsize=1)
def _keep_sketch() -> Insert:
    """The statement that keeps a sketch in place of an older one, made once: making it takes longer than running it."""
    table = cast("Table", TextSketch.__table__)
    new = insert(table)
    kept = {column.name: new.excluded[column.name] for column in table.c if not column.primary_key}
    return new.on_conflict_do_update(index_elements=[table.c.article_id], set_=kept)


def placed_before(session: Session, article_id: int) -> Before | None:
    """Return how an older text of an article was placed; None when none was."""
    sketches = load_sketches(session, [article_id])
    if not sketches:
        return None
    story_id = session.execute(select(Article.story_id).where(Article.article_id == article_id)).scalar()
    other = case((NearDuplicate.first_id == article_id, NearDuplicate.second_id), else_=NearDuplicate.first_id)
    ties = session.execute(select(other, NearDuplicate.undone_at.is_not(None)).where(_names(article_id))).all()
    return Before(
        sketch=sketches[0].sketch,
        story_id=story_id,
        tied=frozenset(article for article, undone in ties if not undone),
        taken_back=frozenset(article for article, undone in ties if undone),
    )


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
    ties = _ties_among(session, members)
    apart = [(tie.first_id, tie.second_id) for tie in ties if tie.undone_at is not None]
    stands = groups(load_sketches(session, members), [_edge(t) for t in ties if t.undone_at is None], apart)
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


def take_apart(session: Session, article_id: int, other_id: int | None, now: datetime) -> dict[int, int | None]:
    """Take back, for good, that an article reproduces another one, or any of its group; returns as :func:`regroup`.

    No later copy that is tied to both brings the two together again, and neither does reading either of them anew.

    Args:
        session: The transaction.
        article_id: The article that is no copy.
        other_id: The one that it was taken for; None takes it out of its whole group.
        now: The present instant.

    Raises:
        InputError: The two are not tied, or the article is in no group.
    """
    group = _group_of(session, article_id)
    tied = _tied_to(session, article_id)
    others = {other_id} if other_id is not None else group | tied
    if not others or not others <= group | tied:
        named = f"article {other_id}" if other_id is not None else "any other"
        raise InputError(
            f"Article {article_id} is not tied to {named}: `dateline duplicates show {article_id}` lists what it is."
        )
    _mark_taken_back(session, article_id, others, now)
    index_left_alone(session, [article_id, *others], now)
    return regroup(session, {article_id, *others, *group}, now)


def _group_of(session: Session, article_id: int) -> set[int]:
    standing = (
        select(func.coalesce(Article.duplicate_of, Article.article_id))
        .where(Article.article_id == article_id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Article.article_id).where(or_(Article.article_id == standing, Article.duplicate_of == standing))
    ).scalars()
    return set(rows) - {article_id}


def _tied_to(session: Session, article_id: int) -> set[int]:
    rows = session.execute(
        select(NearDuplicate.first_id, NearDuplicate.second_id).where(
            _names(article_id), NearDuplicate.undone_at.is_(None)
        )
    )
    return {other for pair in rows for other in pair} - {article_id}


def _mark_taken_back(session: Session, article_id: int, others: Collection[int], now: datetime) -> None:
    """Mark the ties; two of one group that had none between them get one, so that nothing else unites them."""
    rows = [
        {
            "first_id": min(article_id, other),
            "second_id": max(article_id, other),
            "kind": "copy",
            "containment": 0.0,
            "joins": False,
            "decided_at": now,
            "undone_at": now,
        }
        for other in sorted(others)
    ]
    statement = insert(NearDuplicate).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[NearDuplicate.first_id, NearDuplicate.second_id], set_={"undone_at": now}
        )
    )


def _ties_among(session: Session, members: Collection[int]) -> list[NearDuplicate]:
    """Ties that join and stand, and all that were taken back."""
    among = NearDuplicate.first_id.in_(members), NearDuplicate.second_id.in_(members)
    wanted = or_(NearDuplicate.joins, NearDuplicate.undone_at.is_not(None))
    statement = select(NearDuplicate).where(*among, wanted).execution_options(populate_existing=True)
    return list(session.execute(statement).scalars())


_INDEX = text(
    "insert into anchor (anchor, article_id, week) "
    "select h, :article, :week from unnest(cast(:anchors as bigint[])) as h on conflict do nothing"
)


def _index(session: Session, article: ArticleSketch, now: datetime) -> None:
    session.execute(
        _INDEX,
        {"article": article.article_id, "week": week_of(now), "anchors": bigint_array(article.sketch.anchors)},
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
