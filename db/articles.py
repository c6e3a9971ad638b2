"""Articles on their way through fetching, reading and coding."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from db.claims import Claim, finish, give_up, retry_later
from db.models import Article, ArticleText, Extraction, Feed, Mention, Quote, Source, TextSketch
from db.payloads import StoredPayload, Subject, load_payload, store_fetch, store_payload
from db.text import storable, storable_or_none
from worker.records import ArticleText as TextToCode
from worker.records import Fetched, Reading
from worker.stories.changes import Version

BOILERPLATE_ARTICLES = 200
"""Latest articles of an outlet whose lines are compared: enough to see what recurs, and soon over a redesign."""


@dataclass(frozen=True, slots=True)
class ArticleToFetch:
    """An article whose page is due to be fetched."""

    article_id: int
    url: str
    feed_id: int | None
    source_id: int
    headers: Mapping[str, str]  # of its feed: header name -> name of the secret


@dataclass(frozen=True, slots=True)
class FeedSaid:
    """What the feed said about an article."""

    title: str
    published: datetime | None  # in the offset the feed gave
    summary: str
    content: str
    authors: tuple[str, ...]
    language: str | None  # the entry's, else the one the user set for the feed
    time_zone: str | None  # the one the user set for the feed


@dataclass(frozen=True, slots=True)
class CodedBefore:
    """The version of an article whose events stand."""

    version: Version
    evidence: tuple[str, ...]  # the sentences that its events were read from


@dataclass(frozen=True, slots=True)
class ArticleToRead:
    """An article whose page is due to be read."""

    article_id: int
    url: str
    url_key: bytes
    source_id: int
    outlet: str
    outlet_kind: str
    feed_said: FeedSaid
    payload: StoredPayload | None  # None: the bytes were pruned
    coded_before: CodedBefore | None  # what was read and coded before; None when nothing was


@dataclass(frozen=True, slots=True)
class ArticleToCode:
    """An article whose text is due to be coded."""

    article_id: int
    text_id: int
    story_id: int | None
    text: TextToCode


@dataclass(frozen=True, slots=True)
class StoredText:
    """Which text an article has now."""

    text_id: int
    is_new: bool  # False: the same headline and body as before


def load_for_fetch(session: Session, article_id: int) -> ArticleToFetch:
    """Return what fetching an article needs."""
    row = session.execute(
        select(Article.article_id, Article.url, Article.feed_id, Article.source_id, Feed.headers)
        .select_from(Article)
        .outerjoin(Feed, Feed.feed_id == Article.feed_id)
        .where(Article.article_id == article_id)
    ).one()
    return ArticleToFetch(row[0], row[1], row[2], row[3], row[4] or {})


def known_at(session: Session, url_key: bytes) -> int | None:
    """Return the key of the article at an address; None when there is none."""
    return session.execute(select(Article.article_id).where(Article.url_key == url_key)).scalar()


def store_article_fetch(
    session: Session, held: Claim, fetched: Fetched, now: datetime, *, task_id: UUID | None = None
) -> None:
    """Store a page that was fetched: the request, the bytes, state ``fetched``.

    Raises:
        ClaimLostError: Somebody else took the article over; roll back.
    """
    subject = Subject(article_id=held.row_id)
    store_fetch(session, subject, fetched, new_bytes=True, task_id=task_id)
    store_payload(session, subject, fetched)
    finish(session, held, "fetched", now, fetched_at=fetched.started_at)


def store_failed_fetch(
    session: Session,
    held: Claim,
    fetched: Fetched,
    now: datetime,
    *,
    retry_at: datetime | None,
    max_attempts: int,
    task_id: UUID | None = None,
) -> bool:
    """Store a page that could not be fetched: tried again at ``retry_at``, or given up when that is None.

    Returns:
        True when it will be tried again.

    Raises:
        ClaimLostError: Somebody else took the article over; roll back.
    """
    store_fetch(session, Subject(article_id=held.row_id), fetched, new_bytes=False, task_id=task_id)
    detail = storable(fetched.detail)
    if retry_at is None:
        give_up(session, held, detail, now)
        return False
    return retry_later(session, held, retry_at, detail, now, max_attempts=max_attempts)


def load_for_reading(session: Session, article_id: int) -> ArticleToRead:
    """Return what reading an article needs: the bytes of its page, and what its feed said."""
    row = session.execute(
        select(Article, Source.name, Source.kind, Feed.language, Feed.time_zone)
        .select_from(Article)
        .join(Source, Source.source_id == Article.source_id)
        .outerjoin(Feed, Feed.feed_id == Article.feed_id)
        .where(Article.article_id == article_id)
        .execution_options(populate_existing=True)
    ).one()
    article: Article = row[0]
    said = FeedSaid(
        title=article.feed_title,
        published=in_offset(article.feed_published_at, article.feed_offset_minutes),
        summary=article.feed_summary,
        content=article.feed_content,
        authors=tuple(article.authors),
        language=article.feed_language or row[3],
        time_zone=row[4],
    )
    return ArticleToRead(
        article_id=article_id,
        url=article.url,
        url_key=article.url_key,
        source_id=article.source_id,
        outlet=row[1],
        outlet_kind=row[2],
        feed_said=said,
        payload=load_payload(session, Subject(article_id=article_id)),
        coded_before=_coded_before(session, article) if article.read_at else None,
    )


def _coded_before(session: Session, article: Article) -> CodedBefore | None:
    """Return the version whose reading by the coder stands; None when none does, or its text was erased."""
    row = session.execute(
        select(ArticleText.title, ArticleText.body, Extraction.extraction_id)
        .join(Extraction, Extraction.text_id == ArticleText.text_id)
        .where(ArticleText.article_id == article.article_id, Extraction.superseded_at.is_(None))
        .order_by(Extraction.extraction_id.desc())
        .limit(1)
    ).first()
    if row is None or row.body is None:
        return None
    quoted = session.execute(
        select(Quote.words)
        .join(Mention, Mention.mention_id == Quote.mention_id)
        .where(Mention.extraction_id == row.extraction_id, Quote.words.is_not(None))
    ).scalars()
    published = in_offset(article.published_at, article.published_offset_minutes)
    version = Version(row.body, row.title, published, article.language)
    return CodedBefore(version, tuple(words for words in quoted if words))


def store_text(session: Session, article_id: int, reading: Reading, now: datetime) -> StoredText:
    """Keep headline and body as a new version, unless the article has had just these already.

    A new headline over an old body is a version too: the coder reads both, and a toll rises in the headline first.
    """
    title, body = storable(reading.title), storable(reading.text)
    sha256 = hashlib.sha256(f"{title}\n{body}".encode()).digest()
    row = {
        "article_id": article_id,
        "title": title,
        "body": body,
        "cut_lines": [storable(line) for line in reading.cut],
        "sha256": sha256,
        "reader": reading.reader,
        "created_at": now,
    }
    new = insert(ArticleText).values(row).on_conflict_do_nothing().returning(ArticleText.text_id)
    text_id = session.execute(new).scalar()
    if text_id is not None:
        return StoredText(text_id, is_new=True)
    known = select(ArticleText.text_id).where(ArticleText.article_id == article_id, ArticleText.sha256 == sha256)
    return StoredText(session.execute(known).scalar_one(), is_new=False)


def store_reading(
    session: Session, held: Claim, reading: Reading, new_state: str, now: datetime, **columns: Any
) -> None:
    """Store what a page says about itself, and advance the article.

    Args:
        session: The transaction that also stores text, sketch and story.
        held: The claim.
        reading: The page as read.
        new_state: ``read``, ``duplicate`` or ``rejected``.
        now: The present instant.
        **columns: Further columns of the article, such as ``story_id``, ``duplicate_of`` or ``last_error``.

    Raises:
        ClaimLostError: Somebody else took the article over; roll back.
    """
    if reading.published is not None:
        columns |= {"published_at": reading.published, "published_offset_minutes": _offset(reading.published)}
    finish(
        session,
        held,
        new_state,
        now,
        read_at=now,
        title=storable(reading.title) or Article.title,
        authors=[storable(author) for author in reading.authors],
        language=reading.language,
        canonical_url=storable_or_none(reading.canonical_url),
        body_source=reading.body_source,
        body_status=reading.body_status,
        accessible_for_free=reading.accessible_for_free,
        rights=list(reading.rights),
        date_candidates=[
            {
                "origin": candidate.origin,
                "value": candidate.value.isoformat() if candidate.value else None,
                "raw": storable(candidate.raw),
            }
            for candidate in reading.date_candidates
        ],
        **columns,
    )


def load_for_coding(session: Session, article_id: int) -> ArticleToCode | None:
    """Return the current text of an article with what the coder must know; None when it has none or it was erased."""
    row = session.execute(
        select(Article, ArticleText.text_id, ArticleText.title, ArticleText.body, Feed.section)
        .select_from(Article)
        .join(ArticleText, ArticleText.text_id == _current_text(Article.article_id))
        .outerjoin(Feed, Feed.feed_id == Article.feed_id)
        .where(Article.article_id == article_id, ArticleText.body.is_not(None))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    article: Article = row[0]
    text = TextToCode(
        text=row[3] or "",
        title=row[2],
        published=in_offset(article.published_at, article.published_offset_minutes),
        language=article.language,
        url=article.url,
        section=row[4],
    )
    return ArticleToCode(article_id, row[1], article.story_id, text)


def texts_of(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    """Return the current bodies of articles; erased ones are empty."""
    newest = select(func.max(ArticleText.text_id)).where(ArticleText.article_id.in_(article_ids))
    latest = select(ArticleText.article_id, ArticleText.body).where(
        ArticleText.text_id.in_(newest.group_by(ArticleText.article_id))
    )
    return {article_id: body or "" for article_id, body in session.execute(latest)}


def urls_of(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    """Return the addresses of articles, for the labels that a person sees beside their keys."""
    rows = session.execute(select(Article.article_id, Article.url).where(Article.article_id.in_(article_ids)))
    return dict(rows.all())


def recent_bodies(
    session: Session, source_id: int, *, limit: int = BOILERPLATE_ARTICLES
) -> tuple[tuple[int, str, str, str], ...]:
    """Return (article, url, title, body) of an outlet's latest articles, newest first: what boilerplate is found in.

    Copies are left out, since their lines recur by themselves; lines that were cut are back: they go on counting.
    """
    rows = session.execute(
        select(Article.article_id, Article.url, ArticleText.title, ArticleText.body, ArticleText.cut_lines)
        .select_from(Article)
        .join(ArticleText, ArticleText.text_id == _current_text(Article.article_id))
        .where(Article.source_id == source_id, Article.duplicate_of.is_(None), ArticleText.body.is_not(None))
        .order_by(Article.found_at.desc())
        .limit(limit)
    )
    return tuple((article_id, url, title, "\n".join([body or "", *cut])) for article_id, url, title, body, cut in rows)


def in_offset(moment: datetime | None, minutes: int | None) -> datetime | None:
    """Return an instant on the clock it was written by: the database keeps UTC and the offset apart."""
    if moment is None:
        return None
    return moment.astimezone(UTC if minutes is None else timezone(timedelta(minutes=minutes)))


def _current_text(article_id: Any) -> Any:
    """The text that was placed last, which is not the newest when a page went back to older words; else the newest."""
    text, placed = aliased(ArticleText), aliased(TextSketch)
    newest = select(func.max(text.text_id)).where(text.article_id == article_id).correlate_except(text)
    last = select(placed.text_id).where(placed.article_id == article_id).correlate_except(placed)
    return func.coalesce(last.scalar_subquery(), newest.scalar_subquery())


def _offset(moment: datetime) -> int | None:
    offset = moment.utcoffset()
    return None if offset is None else round(offset.total_seconds() / 60)
