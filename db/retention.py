"""What goes by its age alone, in batches so small that nobody waits for them: raw bytes, rows of requests, texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

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
    Payload,
    Quote,
)

Keep = Literal["quotes", "none"]

ROWS = 5000
"""Rows of requests, or raw bytes, deleted in one transaction: a few hundred milliseconds."""

TEXTS = 500
"""Texts erased in one transaction: each is a new row version and a new list of words to search by."""


def prune_payloads(session: Session, now: datetime, keep: timedelta, limit: int = ROWS) -> int:
    """Delete raw bytes that are older than their days; returns how many rows went: call it until that is 0.

    The current bytes of a row whose reading is still due stay.
    """
    still_due = or_(
        exists().where(Article.article_id == Payload.article_id, Article.state == "fetched"),
        exists().where(Feed.feed_id == Payload.feed_id, Feed.state == "fetched"),
    )
    old = (
        select(Payload.payload_id)
        .where(Payload.received_at < now - keep, ~still_due)
        .order_by(Payload.received_at)
        .limit(limit)
    )
    gone = session.execute(delete(Payload).where(Payload.payload_id.in_(old)).returning(Payload.payload_id))
    return len(gone.all())


def prune_fetches(session: Session, now: datetime, keep: timedelta, limit: int = ROWS) -> int:
    """Delete rows of requests that are older than their days; returns how many: call it until that is 0.

    Keys rise with time, so only the first rows by key are looked at, however many there are.
    """
    first = select(Fetch.fetch_id, Fetch.started_at).order_by(Fetch.fetch_id).limit(limit).subquery()
    old = select(first.c.fetch_id).where(first.c.started_at < now - keep)
    gone = session.execute(delete(Fetch).where(Fetch.fetch_id.in_(old)).returning(Fetch.fetch_id))
    return len(gone.all())


def erase_old_texts(session: Session, before: datetime, keep: Keep, now: datetime, limit: int = TEXTS) -> int:
    """Erase bodies that were read before an instant, with all that repeats them; returns how many texts.

    Headlines, and what was read out of a text, stay: parties, places, days and numbers with the offsets of their words.

    Args:
        session: The transaction; call it, each time in its own one, until it returns 0.
        before: Texts read before this instant go.
        keep: ``quotes`` leaves the sentences that tell events; ``none`` leaves offsets and figures alone.
        now: The present instant.
        limit: Texts at most.
    """
    erased = ArticleText.erased_at if keep == "quotes" else ArticleText.words_erased_at
    old = (
        select(ArticleText.text_id, ArticleText.article_id)
        .where(ArticleText.created_at < before, erased.is_(None))
        .order_by(ArticleText.created_at)
        .limit(limit)
    )
    rows = session.execute(old).all()
    if not rows:
        return 0
    texts, articles = [row.text_id for row in rows], [row.article_id for row in rows]
    if keep == "none":
        _erase_words(session, texts, now)
    session.execute(
        update(ArticleText)
        .where(ArticleText.text_id.in_(texts), ArticleText.erased_at.is_(None))
        .values(body=None, cut_lines=[], erased_at=now)
    )
    session.execute(update(Article).where(Article.article_id.in_(articles)).values(feed_summary="", feed_content=""))
    session.execute(delete(Payload).where(Payload.article_id.in_(articles)))
    return len(texts)


def _erase_words(session: Session, texts: Sequence[int], now: datetime) -> None:
    mentions = select(Mention.mention_id).join(Extraction).where(Extraction.text_id.in_(texts))
    for table in (Quote, MentionParty, Attribution, Casualty):
        session.execute(update(table).where(table.mention_id.in_(mentions)).values(words=None))
    session.execute(update(Casualty).where(Casualty.mention_id.in_(mentions)).values(who=""))
    session.execute(update(Mention).where(Mention.mention_id.in_(mentions)).values(place_text=None, date_text=None))
    session.execute(update(ArticleText).where(ArticleText.text_id.in_(texts)).values(words_erased_at=now))
