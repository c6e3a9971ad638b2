"""``dateline group``: place articles as the line does, with the statements that run in production."""

from __future__ import annotations

from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import insert
from sqlalchemy.orm import Session

from db import articles, stories
from db.models import Article
from db.session import engine_for, session_scope
from db.sources import put_outlet
from db.text import storable
from worker.articles.language import language_of
from worker.cli import answers
from worker.cli.filters import moment_of
from worker.records import Reading
from worker.stories.duplicates import ArticleSketch
from worker.stories.fingerprint import sketch
from worker.stories.terms import features
from worker.urls import url_key

Json = dict[str, Any]


class Grouper:
    """Groups articles one by one, each against all that came before it.

    Args:
        url: a migrated database of its own.
    """

    def __init__(self, url: str) -> None:
        self._engine = engine_for(url)
        self._given: dict[int, object] = {}  # article_id -> the caller's id
        self._founder: dict[int, object] = {}  # story_id -> the id of its first article
        self._now = datetime.min.replace(tzinfo=UTC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    def answer(self, line: Json) -> Json:
        """Place one article; the answer names stories and articles by the ids that the caller gave.

        Raises:
            KeyError: ``url``, ``text`` or ``source`` is missing.
            ValueError: ``url`` or ``published`` cannot be read.
        """
        title, text = str(line.get("title") or ""), str(line["text"])
        published = moment_of(line.get("published"))
        # The clock of a replay is that of its articles, and never runs back.
        self._now = max(self._now, published or self._now)
        now = self._now if self._now.year > 1 else datetime.now(UTC)
        language = language_of(f"{title}\n{text}")
        with session_scope(self._engine) as session:
            new, text_id = _store(session, line, published, now, language)
            words = features(text, title, published, language)
            placed = stories.place(session, new, text_id, words, now, title=title)
        self._given[new.article_id] = line.get("id")
        story = self._founder.setdefault(placed.story_id, line.get("id"))
        of = self._given.get(placed.duplicate.of) if placed.duplicate else None
        return answers.place_in_line(story, placed.duplicate, of)


def _store(
    session: Session, line: Json, published: datetime | None, now: datetime, language: str | None
) -> tuple[ArticleSketch, int]:
    """Store an article as the line would have by now: found, fetched and read."""
    key, title, text = url_key(str(line["url"])), str(line.get("title") or ""), str(line["text"])
    source_id = put_outlet(session, str(line["source"]), kind=str(line.get("kind") or "publisher"))
    row = {
        "source_id": source_id,
        "state": "read",
        "found_at": now,
        "url": storable(str(line["url"])),
        "url_key": key,
        "title": storable(title),
        "published_at": published,
    }
    article_id = session.execute(insert(Article).values(row).returning(Article.article_id)).scalar_one()
    reading = Reading(title, text, published, (), language, None, "extracted", "full", reader="given")
    stored = articles.store_text(session, article_id, reading, now)
    found = ArticleSketch(
        article_id=article_id,
        sketch=sketch(text),
        source=str(source_id),
        published=published,
        url_key=key,
        wire=line.get("kind") == "news_agency",
        title=title,
    )
    return found, stored.text_id
