"""What a feed shows against what is stored: looking up known entries, and inserting new articles."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.claims import is_free
from db.models import Article, Feed, Source
from db.models.articles import PENDING
from db.session import WHOLE_ROWS
from db.text import storable, storable_or_none
from worker.feeds.identity import TITLE_WINDOW, EntryDecision, EntryKind, KnownEntries, KnownEntry, Wanted, fold_title

GUID_LENGTH = 2048
"""Characters of a guid that are kept: some feeds put a whole article there."""


def known_entries(session: Session, feed_id: int, wanted: Wanted, now: datetime) -> KnownEntries:
    """Look up what is stored of the entries that a feed shows.

    Args:
        session: The transaction.
        feed_id: The feed.
        wanted: What ``worker.feeds.identity.wanted`` names.
        now: The present instant; titles count for seven days before it.
    """
    guids = {_guid(guid): guid for guid in wanted.guids}
    titles = {title_key(title): title for title in wanted.titles}
    by_guid = _look_up(
        session,
        Article.feed_id == feed_id,
        func.md5(Article.guid).in_([hashlib.md5(g.encode(), usedforsecurity=False).hexdigest() for g in guids]),
    )
    by_key = _look_up(session, Article.url_key.in_(list(wanted.url_keys)))
    by_title = _look_up(
        session,
        Article.feed_id == feed_id,
        Article.title_key.in_(list(titles)),
        Article.found_at >= now - TITLE_WINDOW,
    )
    return KnownEntries(
        by_guid={guids[row.guid]: _known(row) for row in by_guid if row.guid in guids},
        by_key={row.url_key: _known(row) for row in by_key},
        by_title={titles[row.title_key]: _known(row) for row in by_title},
    )


def insert_found(
    session: Session, feed_id: int, decisions: Collection[EntryDecision], now: datetime
) -> tuple[int, ...]:
    """Insert new articles in state ``found`` and reopen updated ones; returns the keys of all to be fetched.

    An article that another feed brings at the same moment is inserted once, by whoever comes first. Nothing is
    inserted for an outlet that the user had erased. The rows are marked as announced: send their messages after the
    commit.
    """
    source_id, forgotten = session.execute(
        select(Source.source_id, Source.forgotten_at)
        .join(Feed, Feed.source_id == Source.source_id)
        .where(Feed.feed_id == feed_id)
    ).one()
    if forgotten is not None:
        return ()
    found = _insert_new(session, feed_id, source_id, (d for d in decisions if d.kind is EntryKind.NEW), now)
    updated = _reopen(session, [d for d in decisions if d.kind is EntryKind.UPDATE], now)
    return (*found, *updated)


def title_key(folded_title: str) -> bytes:
    """Return what a folded headline is looked up by."""
    return hashlib.sha256(folded_title.encode("utf-8", "replace")).digest()[:16]


def _insert_new(
    session: Session, feed_id: int, source_id: int, decisions: Iterable[EntryDecision], now: datetime
) -> tuple[int, ...]:
    rows = [
        {
            "feed_id": feed_id,
            "source_id": source_id,
            "state": "found",
            "state_since": now,
            "found_at": now,
            "next_attempt_at": now,
            "announced_at": now,
            "url": storable(decision.entry.url or ""),
            "url_key": decision.url_key,
            "authors": [storable(author) for author in decision.entry.authors],
            "published_at": decision.published,
            "published_offset_minutes": _offset(decision.published_raw),
            "title": storable(decision.entry.title) or None,
            **_as_in_feed(decision),
        }
        for decision in decisions
    ]
    if not rows:
        return ()
    # In one order everywhere: two feeds with the same articles then never wait for each other in a circle.
    rows.sort(key=lambda row: row["url_key"])
    statement = insert(Article).on_conflict_do_nothing(index_elements=[Article.url_key]).returning(Article.article_id)
    return tuple(sorted(session.execute(statement, rows, execution_options=WHOLE_ROWS).scalars()))


def _reopen(session: Session, decisions: list[EntryDecision], now: datetime) -> tuple[int, ...]:
    """Note what changed in the feed; articles whose work was over are fetched again."""
    if not decisions:
        return ()
    for decision in sorted(decisions, key=lambda d: d.article_id or 0):
        session.execute(
            update(Article)
            .where(Article.article_id == decision.article_id)
            .values(revisions=Article.revisions + 1, **_as_in_feed(decision))
        )
    reopened = session.execute(
        update(Article)
        .where(
            Article.article_id.in_([d.article_id for d in decisions]),
            # A page that waits to be read is an old page already; one that is being worked on is left to its worker.
            or_(Article.state.not_in(PENDING), and_(Article.state != "found", is_free(Article, now))),
            Article.forgotten_at.is_(None),
        )
        .values(
            state="found",
            state_since=now,
            attempts=0,
            token=None,
            lease_until=None,
            next_attempt_at=now,
            announced_at=now,
            failed_in=None,
        )
        .returning(Article.article_id)
    ).scalars()
    return tuple(sorted(reopened))


def _as_in_feed(decision: EntryDecision) -> dict[str, Any]:
    entry = decision.entry
    return {
        "guid": _guid(entry.guid),
        "feed_title": storable(entry.title),
        "title_key": title_key(fold_title(entry.title)) if entry.title else None,
        "feed_summary": storable(entry.summary),
        "feed_content": storable(entry.content),
        "feed_published_at": entry.published,
        "feed_offset_minutes": _offset(entry.published),
        "feed_updated_at": entry.updated,
        "feed_language": storable_or_none(entry.language),
    }


def _look_up(session: Session, *conditions: ColumnElement[bool]) -> list[Any]:
    return list(
        session.execute(
            select(
                Article.article_id,
                Article.url_key,
                Article.guid,
                Article.title_key,
                Article.feed_title,
                Article.found_at,
                Article.feed_published_at,
                Article.feed_updated_at,
                Article.revisions,
            )
            .where(*conditions)
            .order_by(Article.article_id)
        )
    )


def _known(row: Any) -> KnownEntry:
    return KnownEntry(
        article_id=row.article_id,
        url_key=row.url_key,
        title=row.feed_title,
        first_seen=row.found_at,
        published=row.feed_published_at,
        updated=row.feed_updated_at,
        revisions=row.revisions,
    )


def _guid(guid: str) -> str:
    return storable(guid[:GUID_LENGTH])


def _offset(moment: datetime | None) -> int | None:
    """Return the offset from UTC in minutes that an instant was written in; None when it was written without one."""
    offset = moment.utcoffset() if moment is not None else None
    return None if offset is None else round(offset.total_seconds() / 60)
