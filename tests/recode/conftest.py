"""An archive that an older coder has read: it overlooked every third event, gave no tolls, and saw one that is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Engine, text

from db.articles import load_for_coding
from db.events import store_coding
from db.models import Article, Story
from db.session import engine_for, session_scope
from tasks.extract import coder as present_coder
from tests.db.stored import NOW, a_text, an_article
from tests.gold.corpus import GoldArticle, articles
from worker.records import CodedText, Event, Span

OLD = "coder 0"
WAITING = 5  # every fifth article waits for a language pack


@cache
def archive() -> tuple[GoldArticle, ...]:
    """Sixteen articles of the development split, in the order of publication."""
    return articles("dev")[:16]


def fill(engine: Engine, *, as_read_by_old_coder: bool) -> None:
    """Store the archive: read by the old coder, with some that wait; or read by the present one as in the line."""
    stories: dict[str, int] = {}
    with session_scope(engine) as session:
        for number, article in enumerate(archive()):
            name = article.story or article.id
            if name not in stories:
                story = Story(title=name, first_published_at=NOW, last_published_at=NOW)
                session.add(story)
                session.flush()
                stories[name] = story.story_id
            article_id = an_article(
                session,
                outlet=article.outlet.name,
                story_id=stories[name],
                state="read",
                published_at=article.published,
                published_offset_minutes=0,
                language="en",
                title=article.title,
            )
            a_text(session, article_id, article.text, article.title)
            stored = load_for_coding(session, article_id)
            assert stored is not None
            coded = present_coder().code(stored.text)
            if as_read_by_old_coder and number % WAITING == 0:
                session.get_one(Article, article_id).state = "uncoded"
                continue
            store_coding(
                session, stored, as_the_old_one_read(coded, article.text) if as_read_by_old_coder else coded, NOW
            )
            session.get_one(Article, article_id).state = "coded"


def as_the_old_one_read(coded: CodedText, words: str) -> CodedText:
    kept = tuple(replace(event, tolls=()) for number, event in enumerate(coded.events) if number % 3)
    return CodedText("en", (*kept, _seen_wrongly(words)), OLD, "en", "digest 0")


def _seen_wrongly(words: str) -> Event:
    return Event(
        type="AID", mode=None, quad=2, acled_event_type=None, acled_sub_event=None, contexts=(), actors=(), recipients=(),
        place=None, date_start=date(2001, 1, 1), date_end=date(2001, 1, 1), date_precision="day", date_text=None, tolls=(),
        attribution=(), status="asserted", happened=True, confidence=0.5, triggers=(Span(0, 5, words[:5]),),
        quotes=(Span(0, 20, words[:20]),),
    )  # fmt: skip


@pytest.fixture(scope="session")
def old_archive(make_database: Callable[..., str], template_database: str) -> str:
    """The name of a database to copy, that nobody is connected to."""
    url = make_database(template_database)
    engine = engine_for(url, pooled=False)
    fill(engine, as_read_by_old_coder=True)
    engine.dispose()
    return url.rpartition("/")[2]


@pytest.fixture
def archive_url(make_database: Callable[..., str], old_archive: str) -> str:
    """A database of this test alone with the archive as the old coder left it."""
    return make_database(old_archive)


@pytest.fixture
def engine(archive_url: str) -> Iterator[Engine]:
    engine = engine_for(archive_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def as_if_new(make_database: Callable[..., str], template_database: str) -> list[tuple[Any, ...]]:
    """What the events say where the present coder read the archive from the start."""
    engine = engine_for(make_database(template_database), pooled=False)
    fill(engine, as_read_by_old_coder=False)
    said = what_events_say(engine)
    engine.dispose()
    return said


def what_events_say(engine: Engine) -> list[tuple[Any, ...]]:
    """Every live event without its keys and times."""
    query = """
        select type, mode, status, date_start, date_end, place, actors, recipients, fatalities_low, fatalities_best,
          fatalities_high, mentions, articles, outlets, independent_sources, summary
        from events order by summary, mentions, articles, first_reported_at"""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]
