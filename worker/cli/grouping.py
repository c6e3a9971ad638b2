"""``dateline group``: place articles as the line does, with the statements that run in production."""

from __future__ import annotations

from dataclasses import dataclass
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
from worker.stories.fingerprint import Sketch, sketch
from worker.stories.terms import StoryFeatures, features
from worker.urls import url_key

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of an article by itself."""

    line: Json
    key: bytes  # of its address
    published: datetime | None
    language: str | None
    made: Sketch
    words: StoryFeatures


def prepared(line: Json) -> Prepared:
    """Return what an article is recognised by, whatever came before it.

    Raises:
        KeyError: ``url``, ``text`` or ``source`` is missing.
        ValueError: ``url`` or ``published`` cannot be read.
    """
    title, text = str(line.get("title") or ""), str(line["text"])
    published, language = moment_of(line.get("published")), language_of(f"{title}\n{text}")
    return Prepared(
        line=line | {"source": str(line["source"])},
        key=url_key(str(line["url"])),
        published=published,
        language=language,
        made=sketch(text),
        words=features(text, title, published, language),
    )


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

    def answer(self, article: Prepared) -> Json:
        """Place one article; the answer names stories and articles by the ids that the caller gave."""
        given = article.line.get("id")
        # The clock of a replay is that of its articles, and never runs back.
        self._now = max(self._now, article.published or self._now)
        now = self._now if self._now.year > 1 else datetime.now(UTC)
        with session_scope(self._engine) as session:
            new, text_id = _store(session, article, now)
            placed = stories.place(session, new, text_id, article.words, now, title=new.title)
        self._given[new.article_id] = given
        story = self._founder.setdefault(placed.story_id, given)
        of = self._given.get(placed.duplicate.of) if placed.duplicate else None
        return answers.place_in_line(story, placed.duplicate, of)


def _store(session: Session, article: Prepared, now: datetime) -> tuple[ArticleSketch, int]:
    """Store an article as the line would have by now: found, fetched and read."""
    line, published = article.line, article.published
    title, text = str(line.get("title") or ""), str(line["text"])
    source_id = put_outlet(session, str(line["source"]), kind=str(line.get("kind") or "publisher"))
    row = {
        "source_id": source_id,
        "state": "read",
        "found_at": now,
        "url": storable(str(line["url"])),
        "url_key": article.key,
        "title": storable(title),
        "published_at": published,
    }
    article_id = session.execute(insert(Article).values(row).returning(Article.article_id)).scalar_one()
    reading = Reading(title, text, published, (), article.language, None, "extracted", "full", reader="given")
    stored = articles.store_text(session, article_id, reading, now)
    found = ArticleSketch(
        article_id=article_id,
        sketch=article.made,
        source=str(source_id),
        published=published,
        url_key=article.key,
        wire=line.get("kind") == "news_agency",
        title=title,
    )
    return found, stored.text_id
