"""Articles on their way through fetching, reading and coding."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Insert, Row, Table, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from db.claims import Claim, columns_of_finish, finish, for_letting_go, give_up, let_go, lost, retry_later
from db.models import Article, ArticleText, Extraction, Fetch, Mention, Payload, Quote, TextSketch
from db.payloads import StoredPayload, Subject, fetch_row, payload_row, store_fetch, unpacked
from db.text import storable, storable_or_none
from worker.records import ArticleText as TextToCode
from worker.records import Fetched, Reading
from worker.stories.versions import Version

_ARTICLE, _TEXT, _FETCH, _PAYLOAD = (cast("Table", table.__table__) for table in (Article, ArticleText, Fetch, Payload))

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


_TO_FETCH = text(
    """
    select a.article_id, a.url, a.feed_id, a.source_id, coalesce(f.headers, '{}') as headers
    from article a left join feed f using (feed_id) where a.article_id = :article
    """
)


def load_for_fetch(session: Session, article_id: int) -> ArticleToFetch:
    """Return what fetching an article needs, in one statement."""
    return ArticleToFetch(*session.connection().execute(_TO_FETCH, {"article": article_id}).one())


def known_at(session: Session, url_key: bytes) -> int | None:
    """Return the key of the article at an address; None when there is none."""
    return session.execute(select(Article.article_id).where(Article.url_key == url_key)).scalar()


def store_article_fetch(
    session: Session, held: Claim, fetched: Fetched, now: datetime, *, task_id: UUID | None = None
) -> None:
    """Store a page that was fetched, in one statement: the request, the bytes, state ``fetched``.

    Raises:
        ClaimLostError: Somebody else took the article over; roll back.
    """
    subject = Subject(article_id=held.row_id)
    columns = columns_of_finish("fetched", now, fetched_at=fetched.started_at)
    request = fetch_row(subject, fetched, new_bytes=True, next_poll=None, task_id=task_id)
    payload = payload_row(subject, fetched)
    given = {f"request_{name}": value for name, value in request.items()}
    given |= {f"payload_{name}": value for name, value in payload.items()}
    done = session.connection().execute(
        _store_page(tuple(columns), tuple(request), tuple(payload)),
        {**given, **for_letting_go(held, columns)},
        execution_options={"preserve_rowcount": True},
    )
    if done.rowcount != 1:
        raise lost(held)


@lru_cache(maxsize=1)
def _store_page(columns: tuple[str, ...], request: tuple[str, ...], payload: tuple[str, ...]) -> Insert:
    """The statement that stores a page: where the article is held, its columns, its bytes and the request's row."""
    held = let_go(Article, columns).returning(_ARTICLE.c.article_id).cte("held")

    def rows(table: Table, names: tuple[str, ...], prefix: str) -> Insert:
        values = [bindparam(f"{prefix}_{name}", type_=table.c[name].type) for name in names]
        return insert(table).from_select(list(names), select(*values).select_from(held))

    return rows(_FETCH, request, "request").add_cte(rows(_PAYLOAD, payload, "payload").cte("kept"))


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


_TO_READ = text(
    """
    select a.url, a.url_key, a.source_id, a.title, a.feed_title, a.feed_published_at, a.feed_offset_minutes,
      a.feed_summary, a.feed_content, a.authors, a.read_at, a.published_at, a.published_offset_minutes, a.language,
      coalesce(a.feed_language, f.language) as said_language, f.time_zone, s.name as outlet, s.kind as outlet_kind,
      p.body, p.headers, p.final_url, p.received_at
    from article a join source s using (source_id) left join feed f using (feed_id)
    left join lateral (
      select body, headers, final_url, received_at from payload
      where payload.article_id = a.article_id order by payload_id desc limit 1
    ) as p on true
    where a.article_id = :article
    """
)


def load_for_reading(session: Session, article_id: int) -> ArticleToRead:
    """Return what reading an article needs: the bytes of its page, and what its feed said. One statement, as a rule."""
    row = session.connection().execute(_TO_READ, {"article": article_id}).one()
    return ArticleToRead(
        article_id=article_id,
        url=row.url,
        url_key=row.url_key,
        source_id=row.source_id,
        outlet=row.outlet,
        outlet_kind=row.outlet_kind,
        feed_said=FeedSaid(
            title=row.feed_title,
            published=in_offset(row.feed_published_at, row.feed_offset_minutes),
            summary=row.feed_summary,
            content=row.feed_content,
            authors=tuple(row.authors),
            language=row.said_language,
            time_zone=row.time_zone,
        ),
        payload=unpacked(row) if row.body is not None else None,
        coded_before=_coded_before(session, article_id, row) if row.read_at else None,
    )


def _coded_before(session: Session, article_id: int, article: Row[Any]) -> CodedBefore | None:
    """Return the version whose reading by the coder stands; None when none does, or its text was erased."""
    row = session.execute(
        select(ArticleText.title, ArticleText.body, Extraction.extraction_id)
        .join(Extraction, Extraction.text_id == ArticleText.text_id)
        .where(ArticleText.article_id == article_id, Extraction.superseded_at.is_(None))
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


_NEW_TEXT = insert(_TEXT).on_conflict_do_nothing().returning(_TEXT.c.text_id)


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
    text_id = session.connection().execute(_NEW_TEXT, row).scalar()
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
    if title := storable(reading.title):  # else the feed's headline stays
        columns["title"] = title
    if reading.published is not None:
        columns |= {"published_at": reading.published, "published_offset_minutes": _offset(reading.published)}
    finish(
        session,
        held,
        new_state,
        now,
        read_at=now,
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


_TO_CODE = text(
    """
    select t.text_id, a.story_id, t.body, t.title, a.published_at, a.published_offset_minutes, a.language, a.url,
      f.section
    from article a left join feed f using (feed_id)
    join article_text t on t.text_id = coalesce(
      (select text_id from sketch where sketch.article_id = a.article_id),
      (select max(text_id) from article_text newest where newest.article_id = a.article_id)
    )
    where a.article_id = :article and t.body is not null
    """
)


def load_for_coding(session: Session, article_id: int) -> ArticleToCode | None:
    """Return the current text of an article with what the coder must know; None when it has none or it was erased.

    Current is the text that was placed last, which is not the newest when a page went back to older words.
    """
    row = session.connection().execute(_TO_CODE, {"article": article_id}).one_or_none()
    if row is None:
        return None
    published = in_offset(row.published_at, row.published_offset_minutes)
    told = TextToCode(row.body, row.title, published, row.language, row.url, row.section)
    return ArticleToCode(article_id, row.text_id, row.story_id, told)


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
