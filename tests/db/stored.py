"""Rows that many tests start from: a feed, its articles, their texts."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from db.articles import store_text
from db.feed_list import FeedSettings, add_feed
from db.models import Article
from db.sources import put_outlet
from worker.records import FetchClass, Fetched, Reading, Validators
from worker.urls import url_key

NOW = datetime(2025, 3, 5, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=60)

_numbers = itertools.count(1)


def a_feed(
    session: Session, url: str = "https://example.org/feed.xml", outlet: str = "Example", **settings: object
) -> int:
    return add_feed(session, FeedSettings(url, outlet, **settings), NOW)  # type: ignore[arg-type]


def an_article(session: Session, *, outlet: str = "Example", **columns: object) -> int:
    """A stored article of an outlet, in state ``found`` unless told otherwise."""
    url = f"https://example.org/{next(_numbers)}"
    values: dict[str, object] = {
        "state": "found",
        "url": url,
        "url_key": url_key(url),
        "next_attempt_at": NOW,
        "state_since": NOW,
        "found_at": NOW,
        "published_at": NOW,
        "published_offset_minutes": 0,
        "source_id": put_outlet(session, outlet),
    } | columns
    article = Article(**values)
    session.add(article)
    session.flush()
    return article.article_id


def a_text(session: Session, article_id: int, text: str, title: str = "A title") -> int:
    return store_text(session, article_id, a_reading(text, title), NOW).text_id


def a_reading(text: str, title: str = "A title", **fields: object) -> Reading:
    values: dict[str, object] = {
        "published": NOW,
        "authors": (),
        "language": "en",
        "canonical_url": None,
        "body_source": "extracted",
        "body_status": "full",
        "reader": "test 1",
    } | fields
    return Reading(title=title, text=text, **values)  # type: ignore[arg-type]


def fetched(body: bytes = b"<rss/>", **fields: object) -> Fetched:
    values: dict[str, object] = {
        "url": "https://example.org/feed.xml",
        "final_url": "https://example.org/feed.xml",
        "outcome": FetchClass.OK,
        "detail": "https://example.org/feed.xml answered 200.",
        "started_at": NOW,
        "elapsed_ms": 40,
        "status": 200,
        "headers": {"content-type": "application/rss+xml"},
        "wire_bytes": len(body),
        "sha256": hashlib.sha256(body).digest(),
        "validators": Validators('"v1"', None),
    } | fields
    return Fetched(body=body, **values)  # type: ignore[arg-type]
