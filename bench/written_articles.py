"""Articles stored one by one as the line stores them: what a written event costs, in time and in pages."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from db.articles import load_for_coding, store_text
from db.events import store_coding
from db.models import Article, Story
from db.session import engine_for, session_scope
from db.sources import put_outlet
from worker.records import CodedText, Event, EventPlace, Party, Reading, Source, Span, Toll
from worker.urls import url_key

BEGAN = datetime(2025, 3, 5, 12, tzinfo=UTC)
REPORTS = 3
"""Articles a story, as in the archive beside which they are written."""

WARMING = 30
"""Stories written before anything is counted: connections, prepared statements and the server's cache."""

BODY = "Shells hit a market, killing seven. The army blamed the rebels."
_numbers = itertools.count(int(time.time() * 1000))


@dataclass(frozen=True, slots=True)
class Cost:
    """What was spent on each article's coding, its commit included."""

    milliseconds: list[float]
    pages: float  # of 8 kB that the server touched, on average


def write_articles(urls: Mapping[int, str], articles: int) -> dict[int, Cost]:
    """Store new stories of three articles with two events each, in several databases by turns.

    Only coding and merging are counted.
    """
    engines = {size: engine_for(url) for size, url in urls.items()}
    try:
        for engine in [*engines.values()] * WARMING:
            _write_story(engine)
        before = {size: _pages(engine) for size, engine in engines.items()}
        spent: dict[int, list[float]] = {size: [] for size in engines}
        gc.collect()
        for _ in range(max(1, articles // REPORTS)):
            for size, engine in engines.items():
                spent[size] += _write_story(engine)
        touched = {size: _pages(engine) - before[size] for size, engine in engines.items()}
        return {size: Cost(spent[size], touched[size] / len(spent[size])) for size in engines}
    finally:
        for engine in engines.values():
            engine.dispose()


def _write_story(engine: Engine) -> list[float]:
    number = next(_numbers)
    with session_scope(engine) as session:
        story = Story(title=f"Written {number}", first_published_at=BEGAN, last_published_at=BEGAN)
        session.add(story)
        session.flush()
        story_id = story.story_id
    return [_write_article(engine, story_id, number, place) for place in range(REPORTS)]


def _write_article(engine: Engine, story_id: int, number: int, place: int) -> float:
    url = f"https://written.example/{number}/{place}"
    at = BEGAN + timedelta(hours=place)
    with session_scope(engine) as session:
        article = Article(
            state="read", url=url, url_key=url_key(url), state_since=at, found_at=at, published_at=at,
            published_offset_minutes=0, story_id=story_id, source_id=put_outlet(session, f"Outlet {1 + place * 40}"),
        )  # fmt: skip
        session.add(article)
        session.flush()
        reading = Reading(
            title="Shells", text=f"{BODY} {number} {place}", published=at, authors=(), language="en",
            canonical_url=None, body_source="extracted", body_status="full", reader="bench",
        )  # fmt: skip
        store_text(session, article.article_id, reading, at)
        article_id = article.article_id
    start = time.perf_counter()
    with session_scope(engine) as session:
        ready = load_for_coding(session, article_id)
        assert ready is not None
        store_coding(session, ready, CodedText("en", _events(number, place), "bench 1", "en", "none"), at)
    return (time.perf_counter() - start) * 1000


def _events(number: int, place: int) -> tuple[Event, ...]:
    """Return a shelling with its toll and an accusation; parties and towns are such as the archive has, by turns."""
    attacker = Party(f"Party {1 + number % 500}", "rebels", "COD", "REB", Span(10, 16, "rebels"))
    victim = Party("civilians", "people", None, "CVL")
    town = EventPlace("Town", "Town", "COD", "Province", 1.5, 29.0, 50_000_000 + number % 3000, 1)
    speaker = Source(f"Speaker {401 + number % 1000}", "official", "the army")
    span = Span(0, 35, BODY[:35])
    seven = {"low": 7 + place, "high": 7 + place, "approximate": False, "who": "people"}
    toll = Toll("killed", **seven, status="claimed", sources=(speaker,), quote=span)  # type: ignore[arg-type]
    common = {
        "quad": 4, "acled_event_type": None, "acled_sub_event": None, "contexts": (), "date_start": BEGAN.date(),
        "date_end": BEGAN.date(), "date_precision": "day", "date_text": None, "attribution": (speaker,),
        "status": "claimed", "happened": True, "confidence": 0.9, "triggers": (Span(0, 6, "Shells"),),
        "quotes": (span,), "place": town,
    }  # fmt: skip
    return (
        Event(type="ASSAULT", mode="heavy-weapons", actors=(attacker,), recipients=(victim,), tolls=(toll,), **common),  # type: ignore[arg-type]
        Event(type="ACCUSE", mode=None, actors=(victim,), recipients=(attacker,), tolls=(), **(common | {"quad": 3})),  # type: ignore[arg-type]
    )


def _pages(engine: Engine) -> int:
    with engine.connect() as connection:
        # What this connection did itself is reported when it ends its transaction, others' within a second.
        connection.execute(text("select pg_stat_force_next_flush()"))
        connection.commit()
        time.sleep(1.5)
        found = connection.execute(
            text("select blks_hit + blks_read from pg_stat_database where datname = current_database()")
        )
        return int(found.scalar_one())
