"""Erasing what the user wants gone: one article or a whole outlet now, old texts by the retention setting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from db.duplicates import forget_sketch, regroup
from db.events import merge_stories
from db.models import (
    Article,
    ArticleText,
    Attribution,
    Casualty,
    Extraction,
    Feed,
    Fetch,
    Mention,
    MentionParty,
    NearDuplicate,
    Payload,
    Quote,
    Source,
    Story,
    TextSketch,
)
from worker.errors import InputError

BATCH = 200
"""Articles erased in one transaction: their stories are locked and merged again meanwhile."""

Keep = Literal["quotes", "none"]


def forget_article(session: Session, url_key: bytes, now: datetime) -> int:
    """Erase one article and return its key: text, quotes, raw bytes and addresses, and what was read out of it.

    Events are merged again without it. Its key stays, so that no feed brings it back.

    Raises:
        InputError: There is no such article.
    """
    article_id = session.execute(select(Article.article_id).where(Article.url_key == url_key)).scalar()
    if article_id is None:
        raise InputError("No article has this address: nothing was erased.")
    _forget(session, [article_id], now)
    return article_id


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
        raise InputError(f"No outlet is called {name!r}: `dateline feeds list` shows those that there are.")
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


def erase_old_texts(session: Session, before: datetime, keep: Keep, now: datetime, limit: int = 1000) -> int:
    """Erase bodies that were read before an instant, under the retention setting; returns how many.

    Args:
        session: The transaction; call it, each time in its own one, until it returns 0.
        before: Texts read before this instant go.
        keep: ``quotes`` leaves the sentences that tell events; ``none`` leaves offsets and figures alone.
        now: The present instant.
        limit: Texts at most.
    """
    old = (
        select(ArticleText.text_id, ArticleText.article_id)
        .where(ArticleText.created_at < before, ArticleText.erased_at.is_(None))
        .order_by(ArticleText.created_at)
        .limit(limit)
    )
    rows = session.execute(old).all()
    texts = [row.text_id for row in rows]
    if not texts:
        return 0
    if keep == "none":
        mentions = select(Mention.mention_id).join(Extraction).where(Extraction.text_id.in_(texts))
        for table in (Quote, MentionParty, Attribution, Casualty):
            session.execute(update(table).where(table.mention_id.in_(mentions)).values(words=None))
        session.execute(update(Mention).where(Mention.mention_id.in_(mentions)).values(place_text=None, date_text=None))
    session.execute(update(ArticleText).where(ArticleText.text_id.in_(texts)).values(body=None, erased_at=now))
    articles = [row.article_id for row in rows]
    session.execute(update(Article).where(Article.article_id.in_(articles)).values(feed_summary="", feed_content=""))
    session.execute(delete(Payload).where(Payload.article_id.in_(articles)))
    return len(texts)


def _forget(session: Session, articles: Sequence[int], now: datetime) -> None:
    stories = _stories_of(session, articles)
    near = _neighbours(session, articles)
    texts = select(ArticleText.text_id).where(ArticleText.article_id.in_(articles))
    # What hangs on these rows, mentions and quotes above all, goes with them.
    session.execute(delete(Extraction).where(Extraction.text_id.in_(texts)))
    session.execute(delete(NearDuplicate).where(_of_pair(articles)))
    for article_id in articles:
        forget_sketch(session, article_id)
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


def _feeds_of(source_id: int) -> Any:
    return select(Feed.feed_id).where(Feed.source_id == source_id)
