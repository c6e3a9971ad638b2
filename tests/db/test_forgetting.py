from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text, update

from db.articles import load_for_coding
from db.claims import stalled
from db.entries import insert_found, known_entries
from db.events import store_coding
from db.forgetting import Going, article_going, find_article, forget_article, forget_outlet, outlet_going
from db.models import Article, ArticleText, Casualty, Event, Feed, Mention, Quote, Story
from db.payloads import Subject, load_payload, store_payload
from db.session import session_scope
from db.story_edits import join_stories, split_story
from tests.db.stored import NOW, a_feed, an_article, fetched
from tests.db.test_entries import entry
from tests.db.test_events import BUKAVU, an_event, coded, killed
from tests.db.test_stories import place_it, prose
from worker.errors import InputError
from worker.feeds.identity import sort_entries, wanted
from worker.records import ParsedFeed
from worker.urls import url_key

HOUR = timedelta(hours=1)


def put(engine: Engine, body: str, outlet: str, title: str, hours: int = 0) -> tuple[int, int]:
    """An article that was read: its key and its story's."""
    at = NOW + hours * HOUR
    with session_scope(engine) as session:
        article_id = an_article(session, outlet=outlet, published_at=at, found_at=at, title=title, state="read")
    placed = place_it(engine, article_id, body, outlet=outlet, title=title, at=at)
    with session_scope(engine) as session:
        session.execute(update(Article).where(Article.article_id == article_id).values(state=placed.state))
    return article_id, placed.story_id


def code(engine: Engine, article_id: int, *events: object) -> None:
    with session_scope(engine) as session:
        article = load_for_coding(session, article_id)
        assert article is not None
        store_coding(session, article, coded(*events), NOW)  # type: ignore[arg-type]
        session.execute(update(Article).where(Article.article_id == article_id).values(state="coded"))


def traces(engine: Engine, words: str) -> list[str]:
    """Every table and column in which some words are still found."""
    found = []
    with session_scope(engine) as session:
        columns = session.execute(
            text(
                "select table_name, column_name from information_schema.columns c join information_schema.tables t "
                "using (table_schema, table_name) where table_schema = 'public' and table_type = 'BASE TABLE'"
            )
        ).all()
        for table, column in columns:
            query = f'select count(*) from "{table}" where "{column}"::text ilike :words'
            if session.execute(text(query), {"words": f"%{words}%"}).scalar_one():
                found.append(f"{table}.{column}")
    return found


def test_nothing_of_a_forgotten_article_is_left(engine: Engine) -> None:
    marker = "Xylophagous"
    article_id, story_id = put(engine, prose(1) + f"\n{marker} words.", "One", f"{marker} headline")
    code(engine, article_id, an_event(tolls=(killed(7),)))
    assert "article_text.body" in traces(engine, marker)
    with session_scope(engine) as session:
        going = article_going(session, article_id)
        assert going == Going(f"{marker} headline", 1, 1, 1, 0, 1, 0, 0)
        forget_article(session, article_id, NOW)
    assert traces(engine, marker) == []
    with session_scope(engine) as session:
        for table in (Mention, Quote, Casualty, ArticleText):
            assert session.execute(select(func.count()).select_from(table)).scalar_one() == 0
        assert session.execute(select(Event.retracted_at)).scalar_one() == NOW
        assert session.execute(select(Story.title).where(Story.story_id == story_id)).scalar_one() == ""


def test_a_forgotten_article_stays_forgotten(engine: Engine) -> None:
    with session_scope(engine) as session:
        feed_id = a_feed(session)
        parsed = ParsedFeed("Example", None, None, "rss", (entry(),))
        nothing_known = known_entries(session, feed_id, wanted(parsed), NOW)
        assert insert_found(session, feed_id, sort_entries(parsed, nothing_known, NOW), NOW)
        article_id, key = session.execute(select(Article.article_id, Article.url_key)).one()
        store_payload(session, Subject(feed_id=feed_id), fetched(b"<item>Shelling kills</item>"))
        forget_article(session, article_id, NOW)
        assert load_payload(session, Subject(feed_id=feed_id)) is None
        for later in (entry(), entry(guid="new", updated=NOW + HOUR), entry(title="Another headline for it")):
            parsed = ParsedFeed("Example", None, None, "rss", (later,))
            decisions = sort_entries(parsed, known_entries(session, feed_id, wanted(parsed), NOW), NOW)
            assert insert_found(session, feed_id, decisions, NOW) == ()
        row = session.execute(select(Article.state, Article.url).where(Article.url_key == key)).one()
        assert tuple(row) == ("rejected", "")
    assert traces(engine, "Shelling kills") == []


def test_the_events_of_others_remain(engine: Engine) -> None:
    gone, story_id = put(engine, prose(1), "One", "Goma shelled today")
    stays = put(engine, prose(2), "Two", "Another view of Goma", 1)[0]
    with session_scope(engine) as session:
        session.execute(update(Article).values(story_id=story_id))
    code(engine, gone, an_event(tolls=(killed(7, 7),)))
    code(engine, stays, an_event(tolls=(killed(12, 12),)))
    with session_scope(engine) as session:
        assert session.execute(select(Event.articles, Event.fatalities_high)).one() == (2, 12)
        assert (article_going(session, stays).events_alone, article_going(session, stays).events_others) == (0, 1)
        forget_article(session, stays, NOW)
        assert session.execute(select(Event.articles, Event.fatalities_high)).one() == (1, 7)


def test_a_copy_of_what_is_forgotten_stands_for_itself_and_is_coded(engine: Engine) -> None:
    original, _ = put(engine, prose(1), "One", "Goma shelled today")
    copy, _ = put(engine, prose(1), "Two", "Goma shelled today", 1)
    with session_scope(engine) as session:
        session.execute(update(Article).where(Article.article_id == original).values(state="coded"))
        assert article_going(session, original).copies == 1
        forget_article(session, original, NOW)
        row = session.execute(select(Article.state, Article.duplicate_of).where(Article.article_id == copy)).one()
        assert tuple(row) == ("read", None)
        assert [p.row_id for p in stalled(session, Article, NOW + 2 * HOUR, 9).announce] == [copy]


def test_an_outlet_is_forgotten_batch_by_batch(engine: Engine) -> None:
    with session_scope(engine) as session:
        a_feed(session, outlet="One")
    for number in range(3):
        put(engine, prose(number), "One", f"Headline {number} about something")
    other, _ = put(engine, prose(9), "Two", "Headline of the other outlet")
    with session_scope(engine) as session:
        assert outlet_going(session, "One") == Going("One", 3, 3, 0, 0, 0, 0, 0)
        assert forget_outlet(session, "One", NOW) == 3
    with session_scope(engine) as session:
        assert forget_outlet(session, "One", NOW) == 0
        assert session.execute(select(Feed.active)).scalar_one() is False
        left = session.execute(select(Article.article_id).where(Article.forgotten_at.is_(None))).scalars().all()
        assert left == [other]


@pytest.mark.parametrize(
    "act",
    [
        lambda s: find_article(s, "https://example.org/never-seen"),
        lambda s: forget_outlet(s, "Nobody", NOW),
        lambda s: outlet_going(s, "Nobody"),
    ],
)
def test_what_is_not_there_cannot_be_forgotten(engine: Engine, act: object) -> None:
    with pytest.raises(InputError), session_scope(engine) as session:
        act(session)  # type: ignore[operator]


def test_an_article_is_found_by_either_of_its_addresses_and_forgotten_once(engine: Engine) -> None:
    with session_scope(engine) as session:
        url, own = "https://example.org/a?utm_source=feed", "https://www.example.org/the-article"
        article_id = an_article(session, url=url, url_key=url_key(url), canonical_url=own)
        assert {find_article(session, given) for given in (url, "https://example.org/a", own)} == {article_id}
        forget_article(session, article_id, NOW)
        with pytest.raises(InputError, match="erased already, on 05 March 2025"):
            find_article(session, "https://example.org/a")


# --- stories after the fact ---


def test_stories_can_be_joined_and_their_keys_live_on(engine: Engine) -> None:
    one, first = put(engine, prose(1), "One", "Goma shelled today")
    two, second = put(engine, prose(2), "Two", "Seven killed in camp", 1)
    code(engine, one, an_event())
    code(engine, two, an_event())
    with session_scope(engine) as session:
        join_stories(session, second, first, NOW)
    with session_scope(engine) as session:
        assert session.execute(select(Story.merged_into).where(Story.story_id == second)).scalar_one() == first
        assert session.execute(select(Article.story_id).distinct()).scalars().all() == [first]
        assert session.execute(select(Story.reports).where(Story.story_id == first)).scalar_one() == 2
        events = session.execute(
            select(Event.event_id, Event.merged_into, Event.articles).order_by(Event.event_id)
        ).all()
        assert [tuple(event) for event in events] == [(1, None, 2), (2, 1, 1)]
        with pytest.raises(InputError, match="already"):
            join_stories(session, second, first, NOW)
    # What is about the merged story finds the one it is part of.
    _, third = put(engine, prose(2), "Three", "Seven killed in camp", 2)
    assert third == first


def test_a_story_can_be_split(engine: Engine) -> None:
    one, story_id = put(engine, prose(1), "One", "Goma shelled today")
    two, _ = put(engine, prose(2), "Two", "Bukavu shelled too", 1)
    with session_scope(engine) as session:
        session.execute(update(Article).values(story_id=story_id))
    copy, _ = put(engine, prose(2), "Three", "Bukavu shelled too", 2)
    code(engine, one, an_event())
    code(engine, two, an_event(place=BUKAVU))
    with session_scope(engine) as session:
        new = split_story(session, story_id, [two], NOW)
    with session_scope(engine) as session:
        stories = dict(session.execute(select(Article.article_id, Article.story_id)).all())
        assert stories == {one: story_id, two: new, copy: new}
        assert dict(session.execute(select(Event.event_id, Event.story_id)).all()) == {1: story_id, 2: new}
        with pytest.raises(InputError, match="left over"):
            split_story(session, new, [two], NOW)
        with pytest.raises(InputError, match="not in story"):
            split_story(session, new, [two, one], NOW)
