"""How many sources vouch for an event: wires, quotes of wires, copies and mirrors through the whole database path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select

from db.events import merge_stories
from db.models import Article, Event
from db.session import engine_for, session_scope
from db.sources import put_cited, put_outlet
from tests.db.stored import NOW
from tests.db.test_events import HOSPITAL, REUTERS, an_article_of, an_event, code, coded, story_id
from worker.records import Source

__all__ = ["story_id"]  # a fixture

AFP = Source("Agence France-Presse", "news_agency", "AFP")
RESIDENTS = Source("residents", "witness", "residents")
OFFICIAL = Source("an official", "anonymous", "an official")


@pytest.fixture(scope="module")
def engine(make_database: Callable[..., str], template_database: str) -> Iterator[Engine]:
    """One database for all cases: each is a story of its own."""
    engine = engine_for(make_database(template_database))
    yield engine
    engine.dispose()


@dataclass(frozen=True, slots=True)
class Printed:
    """An article as an outlet prints it."""

    outlet: str
    said_by: tuple[Source, ...] = ()
    wire: Source | None = None  # whom its byline credits
    family: str | None = None  # group of the outlet, as the user gave it
    copies: int | None = None  # place of the article that it copies


@pytest.mark.parametrize(
    ("printed", "counts"),
    [
        pytest.param([Printed("One"), Printed("Two")], (2, 2, 2), id="two papers on their own account"),
        pytest.param([Printed("One"), Printed("One")], (2, 1, 1), id="two articles of one paper"),
        pytest.param(
            [Printed("One", wire=REUTERS), Printed("Two", wire=REUTERS)], (2, 2, 1), id="one wire printed by two"
        ),
        pytest.param(
            [Printed("One", wire=REUTERS), Printed("Two", said_by=(REUTERS,)), Printed("Reuters")],
            (3, 3, 1),
            id="a wire printed, quoted, and on the agency's own site",
        ),
        pytest.param(
            [Printed("One", wire=REUTERS), Printed("Two", wire=AFP), Printed("Three", said_by=(AFP,))],
            (3, 3, 2),
            id="two wires",
        ),
        pytest.param(
            [Printed("One", said_by=(RESIDENTS, REUTERS)), Printed("Two", said_by=(OFFICIAL, REUTERS))],
            (2, 2, 1),
            id="nameless voices by one agency",
        ),
        pytest.param(
            [Printed("One", said_by=(HOSPITAL, REUTERS)), Printed("Two", said_by=(HOSPITAL,)), Printed("Three")],
            (3, 3, 2),
            id="a hospital, quoted by an agency and by a paper, and a paper of its own",
        ),
        pytest.param(
            [Printed("One"), Printed("Two", copies=0), Printed("Three", copies=0)], (3, 3, 1), id="copies add nothing"
        ),
        pytest.param(
            [Printed("One", family="Group"), Printed("Two", family="Group"), Printed("Three")],
            (3, 3, 2),
            id="mirrors of one group",
        ),
        pytest.param(
            [Printed("One", family="Group"), Printed("Two", family="Group", copies=0), Printed("Three", copies=0)],
            (3, 3, 1),
            id="a mirror and a copy",
        ),
        pytest.param(
            [Printed("One", wire=REUTERS, family="Group"), Printed("Two", family="Group")],
            (2, 2, 2),
            id="a group that prints a wire and has its own report",
        ),
    ],
)
def test_articles_outlets_and_independent_sources(
    engine: Engine, story_id: int, printed: list[Printed], counts: tuple[int, int, int]
) -> None:
    keys: list[int] = []
    for article in printed:
        with session_scope(engine) as session:
            put_outlet(session, article.outlet, family=article.family)
            wire = put_cited(session, [(w.name, w.kind, None) for w in (article.wire,) if w is not None])
        of = {"duplicate_of": keys[article.copies]} if article.copies is not None else {}
        keys.append(an_article_of(engine, story_id, wire_source_id=next(iter(wire.values()), None), **of))
        with session_scope(engine) as session:  # an article of the tests sets its outlet's family to none
            session.get_one(Article, keys[-1]).source_id = put_outlet(session, article.outlet, family=article.family)
        if article.copies is None:
            code(engine, keys[-1], coded(an_event(attribution=article.said_by)))
    with session_scope(engine) as session:
        merge_stories(session, [story_id], NOW)
        counted = select(Event.articles, Event.outlets, Event.independent_sources).where(Event.story_id == story_id)
        assert tuple(session.execute(counted).one()) == counts
