"""Erasing what the user wants gone: one article, or a whole outlet batch by batch.

What goes by its age alone goes by :mod:`db.retention`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db.duplicates import forget_sketch, regroup
from db.events import merge_stories
from db.models import (
    Article,
    ArticleText,
    Extraction,
    Feed,
    Fetch,
    Mention,
    NearDuplicate,
    Payload,
    Quote,
    Source,
    Story,
    TextSketch,
)
from worker.errors import InputError
from worker.urls import url_key

UNKNOWN_OUTLET = "No outlet is called {!r}: `dateline feeds list` shows those that there are."

BATCH = 200
"""Articles erased in one transaction: their stories are locked and merged again meanwhile."""


@dataclass(frozen=True, slots=True)
class Going:
    """What would be erased: shown before anybody agrees to it."""

    what: str  # a title, or the name of an outlet
    articles: int
    texts: int  # versions of their bodies
    quotes: int
    payloads: int  # raw bytes of their pages
    events_alone: int  # told by nothing else: they are retracted
    events_others: int  # told by others as well: they are merged again
    copies: int  # articles of others that copy these: they stand for themselves then


def find_article(session: Session, url: str) -> int:
    """Return the key of the article at an address: as a feed gave it, or as its page calls itself.

    Raises:
        InputError: There is no such article, or it was erased already.
    """
    by_key = select(Article.article_id, Article.forgotten_at).where(Article.url_key == url_key(url))
    by_page = select(Article.article_id, Article.forgotten_at).where(Article.canonical_url == url)
    found = session.execute(by_key).first() or session.execute(by_page).first()
    if found is None:
        raise InputError(f"No article has the address {url}: nothing was erased.")
    if found.forgotten_at is not None:
        raise InputError(f"The article at {url} was erased already, on {found.forgotten_at:%d %B %Y}.")
    return int(found.article_id)


def article_going(session: Session, article_id: int) -> Going:
    """Return what erasing an article would erase."""
    title = session.execute(
        select(func.coalesce(Article.title, Article.feed_title, Article.url)).where(Article.article_id == article_id)
    ).scalar_one()
    return _going(session, title, Article.article_id == article_id)


def outlet_going(session: Session, name: str) -> Going:
    """Return what erasing an outlet would erase.

    Raises:
        InputError: There is no such outlet.
    """
    source_id = session.execute(select(Source.source_id).where(Source.name == name)).scalar()
    if source_id is None:
        raise InputError(UNKNOWN_OUTLET.format(name))
    return _going(session, name, (Article.source_id == source_id) & Article.forgotten_at.is_(None))


def forget_article(session: Session, article_id: int, now: datetime) -> None:
    """Erase one article: text, quotes, raw bytes and addresses, and what was read out of it.

    Events are merged again without it. Its key stays, so that no feed brings it back.
    """
    _forget(session, [article_id], now)


def forget_outlet(session: Session, name: str, now: datetime) -> int:
    """Erase a batch of an outlet's articles, and stop its feeds; call it, each time in its own transaction, until 0.

    Returns:
        How many articles were erased.

    Raises:
        InputError: There is no such outlet.
    """
    source_id = session.execute(
        update(Source).where(Source.name == name).values(forgotten_at=now).returning(Source.source_id)
    ).scalar()
    if source_id is None:
        raise InputError(UNKNOWN_OUTLET.format(name))
    session.execute(
        update(Feed)
        .where(Feed.source_id == source_id, Feed.removed_at.is_(None))
        .values(removed_at=now, active=False, next_poll_reason="Its outlet was erased.")
    )
    left = select(Article.article_id).where(Article.source_id == source_id, Article.forgotten_at.is_(None))
    batch = session.execute(left.order_by(Article.article_id).limit(BATCH)).scalars().all()
    if batch:
        _forget(session, batch, now)
    else:
        session.execute(delete(Payload).where(Payload.feed_id.in_(_feeds_of(source_id))))
    return len(batch)


def _going(session: Session, what: str, of: ColumnElement[bool]) -> Going:
    articles = select(Article.article_id).where(of)
    texts = select(ArticleText.text_id).where(ArticleText.article_id.in_(articles))
    mentions = select(Mention.mention_id).join(Extraction).where(Extraction.text_id.in_(texts))
    told = select(Mention.event_id).where(Mention.mention_id.in_(mentions)).distinct()
    others = select(Mention.event_id).where(Mention.event_id.in_(told), Mention.mention_id.not_in(mentions)).distinct()

    def count(statement: Any) -> int:
        return session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()

    copies = select(Article.article_id).where(Article.duplicate_of.in_(articles), Article.article_id.not_in(articles))
    return Going(
        what,
        articles=count(articles),
        texts=count(texts),
        quotes=count(select(Quote.mention_id).where(Quote.mention_id.in_(mentions))),
        payloads=count(select(Payload.payload_id).where(Payload.article_id.in_(articles))),
        events_alone=count(told) - count(others),
        events_others=count(others),
        copies=count(copies),
    )


def _forget(session: Session, articles: Sequence[int], now: datetime) -> None:
    stories = _stories_of(session, articles)
    near = _neighbours(session, articles)
    texts = select(ArticleText.text_id).where(ArticleText.article_id.in_(articles))
    # What hangs on these rows, mentions and quotes above all, goes with them.
    session.execute(delete(Extraction).where(Extraction.text_id.in_(texts)))
    session.execute(delete(NearDuplicate).where(_of_pair(articles)))
    for article_id in articles:
        forget_sketch(session, article_id)
    session.execute(delete(Payload).where(Payload.feed_id.in_(_feeds_that_were_read(articles))))
    for table in (TextSketch, ArticleText, Payload, Fetch):
        session.execute(delete(table).where(_article_of(table).in_(articles)))
    session.execute(update(Article).where(Article.article_id.in_(articles)).values(**_blank(now)))
    # Copies of what is gone stand for themselves, or for each other.
    regroup(session, near, now)
    _retitle(session, stories)
    merge_stories(session, stories, now)


def _blank(now: datetime) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(("url", "feed_title", "feed_summary", "feed_content"), "")
    unknown = dict.fromkeys(("canonical_url", "guid", "title", "title_key", "duplicate_of", "token", "lease_until"))
    return (
        empty
        | unknown
        | {"authors": [], "date_candidates": [], "state": "rejected", "state_since": now, "forgotten_at": now}
        | {"last_error": "It was erased at the user's wish.", "failed_in": None}
    )


def _retitle(session: Session, stories: Sequence[int]) -> None:
    """Give stories the headline of their first article that is left: theirs may be an erased one's."""
    first = (
        select(Article.title)
        .where(Article.story_id == Story.story_id, Article.title.is_not(None))
        .order_by(Article.published_at.nulls_last(), Article.article_id)
        .limit(1)
        .scalar_subquery()
    )
    for story_id in stories:
        title = session.execute(select(first).where(Story.story_id == story_id)).scalar()
        session.execute(update(Story).where(Story.story_id == story_id).values(title=title or ""))


def _neighbours(session: Session, articles: Sequence[int]) -> list[int]:
    rows = session.execute(select(NearDuplicate.first_id, NearDuplicate.second_id).where(_of_pair(articles)))
    copies = session.execute(select(Article.article_id).where(Article.duplicate_of.in_(articles))).scalars()
    return sorted({article for pair in rows for article in pair}.union(copies) - set(articles))


def _stories_of(session: Session, articles: Sequence[int]) -> list[int]:
    rows = session.execute(
        select(Article.story_id).where(Article.article_id.in_(articles), Article.story_id.is_not(None)).distinct()
    ).scalars()
    return sorted(story_id for story_id in rows if story_id is not None)


def _of_pair(articles: Sequence[int]) -> Any:
    return or_(NearDuplicate.first_id.in_(articles), NearDuplicate.second_id.in_(articles))


def _article_of(table: Any) -> Any:
    return table.article_id


def _feeds_that_were_read(articles: Sequence[int]) -> Any:
    """Feeds whose stored bytes may name the articles; bytes that wait to be read go by their days."""
    found_in = select(Article.feed_id).where(Article.article_id.in_(articles))
    return select(Feed.feed_id).where(Feed.feed_id.in_(found_in), Feed.state != "fetched")


def _feeds_of(source_id: int) -> Any:
    return select(Feed.feed_id).where(Feed.source_id == source_id)
