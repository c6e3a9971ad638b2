from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import aliased

from db.articles import load_for_coding
from db.events import StoredCoding, merge_stories, refresh_counts, store_coding
from db.models import (
    Actor,
    Article,
    Attribution,
    Casualty,
    Event,
    EventDispute,
    EventRevision,
    Extraction,
    Mention,
    Place,
    Quote,
    Story,
)
from db.session import session_scope
from tests.db.stored import NOW, a_text, an_article
from worker.records import CodedText, EventPlace, Party, Source, Span, Toll
from worker.records import Event as Coded

HOUR = timedelta(hours=1)
DAY = date(2025, 3, 5)
BODY = "Shells hit a camp in Goma, killing seven. M23 denied it."

M23 = Party("M23", "the rebels", "COD", "REB", Span(10, 16, "the rebels"))
ARMY = Party("Military of the Congo", "the army", "COD", "MIL")
CIVILIANS = Party("civilians", "families", None, "CVL")
GOMA = EventPlace("Goma", "Goma", "COD", "North Kivu", -1.68, 29.23, 216281, 1)
BUKAVU = EventPlace("Bukavu", "Bukavu", "COD", "South Kivu", -2.5, 28.86, 217831, 1)
HOSPITAL = Source("Hospital of Goma", "ngo", "the hospital")
REUTERS = Source("Reuters", "news_agency", "Reuters")


def quote(number: int = 0) -> Span:
    return Span(number, number + 5, BODY[number : number + 5])


def killed(low: int, high: int | None = None, *sources: Source, **fields: object) -> Toll:
    values: dict[str, object] = {"approximate": False, "who": "people", "status": "claimed", "quote": quote()} | fields
    return Toll(measure="killed", low=low, high=high, sources=sources, **values)  # type: ignore[arg-type]


def an_event(**fields: object) -> Coded:
    values: dict[str, object] = {
        "type": "ASSAULT",
        "mode": "heavy-weapons",
        "quad": 4,
        "acled_event_type": "Explosions/Remote violence",
        "acled_sub_event": "Shelling/artillery/missile attack",
        "contexts": ("military",),
        "actors": (M23,),
        "recipients": (CIVILIANS,),
        "place": GOMA,
        "date_start": DAY,
        "date_end": DAY,
        "date_precision": "day",
        "date_text": "Wednesday",
        "tolls": (),
        "attribution": (),
        "status": "asserted",
        "happened": True,
        "confidence": 0.87,
        "triggers": (Span(7, 10, "hit"),),
        "quotes": (quote(),),
    } | fields
    return Coded(**values)  # type: ignore[arg-type]


def coded(*events: Coded, version: str = "coder 1") -> CodedText:
    return CodedText("en", events, version, "en", "digest 1")


@pytest.fixture
def story_id(engine: Engine) -> int:
    with session_scope(engine) as session:
        story = Story(title="Goma", first_published_at=NOW, last_published_at=NOW)
        session.add(story)
        session.flush()
        return story.story_id


def an_article_of(engine: Engine, story_id: int, **columns: object) -> int:
    with session_scope(engine) as session:
        article_id = an_article(session, story_id=story_id, state="read", **columns)
        a_text(session, article_id, f"{BODY} {article_id}")
        return article_id


def code(engine: Engine, article_id: int, text_of_coder: CodedText) -> StoredCoding:
    with session_scope(engine) as session:
        article = load_for_coding(session, article_id)
        assert article is not None
        return store_coding(session, article, text_of_coder, NOW)


def report(engine: Engine, story_id: int, *events: Coded, **columns: object) -> tuple[int, StoredCoding]:
    article_id = an_article_of(engine, story_id, **columns)
    return article_id, code(engine, article_id, coded(*events))


def live_events(engine: Engine) -> Sequence[Event]:
    with session_scope(engine) as session:
        return (
            session.execute(
                select(Event).where(Event.merged_into.is_(None), Event.retracted_at.is_(None)).order_by(Event.event_id)
            )
            .scalars()
            .all()
        )


def one_event(engine: Engine) -> Event:
    (event,) = live_events(engine)
    return event


def test_everything_that_was_read_is_stored(engine: Engine, story_id: int) -> None:
    event = an_event(
        attribution=(HOSPITAL, REUTERS),
        status="claimed",
        tolls=(killed(7, None, HOSPITAL),),
        quotes=(quote(), quote(6)),
    )
    _, stored = report(engine, story_id, event)
    assert (stored.is_new, len(stored.events)) == (True, 1)
    with session_scope(engine) as session:
        mention = session.execute(select(Mention)).scalar_one()
        assert (mention.type, mention.place_id, mention.confidence) == ("ASSAULT", 216281, pytest.approx(0.87))
        assert session.execute(select(Quote.char_start, Quote.trigger_start)).all() == [(0, 7), (6, None)]
        assert session.execute(select(Attribution.step, Attribution.words).order_by(Attribution.step)).all() == [
            (1, "the hospital"),
            (2, "Reuters"),
        ]
        toll = session.execute(select(Casualty)).scalar_one()
        assert (toll.low, toll.high, toll.measure) == (7, None, "killed")
        place = session.get(Place, 216281)
        assert place is not None
        assert (place.name, place.iso3, place.latitude) == ("Goma", "COD", -1.68)
    row = one_event(engine)
    assert (row.event_id, row.actors, row.recipients) == (stored.events[0], ["M23"], ["civilians"])
    assert (row.status, row.happened, row.mentions, row.articles) == ("claimed", True, 2, 1)
    assert (row.fatalities_low, row.fatalities_best, row.fatalities_high) == (7, 7, 7)
    assert (row.event_date, row.story_id, row.revision, row.civilian_targeting) == (DAY, story_id, 1, True)
    assert row.summary == "ASSAULT (heavy-weapons): M23 -> civilians; Goma; 2025-03-05; 7 killed; claimed"


def test_reports_of_one_happening_are_one_event(engine: Engine, story_id: int) -> None:
    _, first = report(engine, story_id, an_event(tolls=(killed(7, 7, HOSPITAL),)), outlet="One")
    _, second = report(
        engine, story_id, an_event(tolls=(killed(12, 12, HOSPITAL),)), outlet="Two", published_at=NOW + HOUR
    )
    assert first.events == second.events
    row = one_event(engine)
    assert (row.articles, row.outlets, row.independent_sources) == (2, 2, 2)
    assert (row.fatalities_low, row.fatalities_best, row.fatalities_high) == (12, 12, 12)
    assert (row.first_reported_at, row.last_reported_at) == (NOW, NOW + HOUR)


def test_what_changed_is_kept(engine: Engine, story_id: int) -> None:
    report(engine, story_id, an_event(tolls=(killed(7, 7),)), outlet="One")
    report(engine, story_id, an_event(tolls=(killed(12, 12),)), outlet="Two")
    row = one_event(engine)
    assert row.revision == 2
    with session_scope(engine) as session:
        before = session.execute(select(EventRevision)).scalar_one()
        assert (before.revision, before.was["fatalities_best"], before.was["articles"]) == (1, 7, 1)


def test_coding_the_same_text_again_changes_nothing(engine: Engine, story_id: int) -> None:
    article_id, first = report(engine, story_id, an_event())
    again = code(engine, article_id, coded(an_event()))
    assert (again.is_new, again.events, again.extraction_id) == (False, first.events, first.extraction_id)
    assert one_event(engine).revision == 1


def test_another_coder_replaces_the_mentions_and_the_event_lives_on(engine: Engine, story_id: int) -> None:
    article_id, first = report(engine, story_id, an_event(), an_event(place=BUKAVU))
    better = coded(
        an_event(place=BUKAVU), an_event(mode="aerial", acled_sub_event="Air/drone strike"), version="coder 2"
    )
    second = code(engine, article_id, better)
    assert second.events == first.events[::-1]
    with session_scope(engine) as session:
        assert session.execute(select(func.count()).select_from(Mention)).scalar_one() == 2
        superseded = (
            session.execute(select(Extraction.superseded_at).order_by(Extraction.extraction_id)).scalars().all()
        )
        assert superseded == [NOW, None]
    # And the first coder again: what it had read before counts anew.
    third = code(engine, article_id, coded(an_event(), an_event(place=BUKAVU)))
    assert third.events == first.events


def test_a_corrected_text_retracts_what_nobody_tells_any_more(engine: Engine, story_id: int) -> None:
    article_id, first = report(engine, story_id, an_event())
    with session_scope(engine) as session:
        a_text(session, article_id, "The report was withdrawn.")
    assert code(engine, article_id, coded()).events == ()
    assert live_events(engine) == []
    with session_scope(engine) as session:
        event = session.get(Event, first.events[0])
        assert event is not None
        assert (event.retracted_at, event.revision) == (NOW, 2)


def test_events_that_turn_out_one_leave_a_trail(engine: Engine, story_id: int) -> None:
    nobody, nowhere = {"actors": (), "recipients": (), "mode": None}, {"place": None}
    _, where = report(engine, story_id, an_event(**nobody), outlet="One")
    _, who = report(engine, story_id, an_event(**nowhere), outlet="Two")
    assert where.events != who.events
    _, both = report(engine, story_id, an_event(), outlet="Three")
    assert both.events == where.events  # the older key lives on
    assert one_event(engine).articles == 3
    with session_scope(engine) as session:
        merged = session.get(Event, who.events[0])
        assert merged is not None
        assert (merged.merged_into, merged.retracted_at, merged.revision) == (where.events[0], None, 2)
        trail = session.execute(
            text("select change, merged_into from event_changes where event_id = :e"), {"e": who.events[0]}
        )
        assert trail.one() == ("merged", where.events[0])


def test_hypothetical_and_historical_events_are_not_stored(engine: Engine, story_id: int) -> None:
    _, stored = report(engine, story_id, an_event(status="historical"), an_event(status="hypothetical"))
    assert stored.events == ()
    assert live_events(engine) == []


def test_copies_are_counted_when_the_story_is_merged_again(engine: Engine, story_id: int) -> None:
    article_id, _ = report(engine, story_id, an_event(), outlet="One")
    an_article_of(engine, story_id, outlet="Two", duplicate_of=article_id)
    with session_scope(engine) as session:
        merge_stories(session, [story_id], NOW)
    row = one_event(engine)
    assert (row.articles, row.outlets, row.independent_sources, row.revision) == (2, 2, 1, 2)


def test_papers_that_cite_one_agency_are_one_source(engine: Engine, story_id: int) -> None:
    for outlet in ("One", "Two", "Three"):
        report(engine, story_id, an_event(attribution=(Source("residents", "witness"), REUTERS)), outlet=outlet)
    assert (one_event(engine).articles, one_event(engine).independent_sources) == (3, 1)


def test_rival_versions_are_paired_and_a_denial_disputes(engine: Engine, story_id: int) -> None:
    army = Source("Military of the Congo", "belligerent")
    rebels = Source("M23", "belligerent")
    report(engine, story_id, an_event(status="claimed", attribution=(army,)), outlet="One")
    report(engine, story_id, an_event(status="claimed", attribution=(rebels,), actors=(ARMY,)), outlet="Two")
    report(engine, story_id, an_event(status="denied", attribution=(rebels,)), outlet="Three")
    first, second = live_events(engine)
    assert (first.actors, first.status, second.actors, second.status) == (
        ["M23"],
        "disputed",
        ["Military of the Congo"],
        "claimed",
    )
    assert (first.version_of, second.version_of) == (None, first.event_id)
    with session_scope(engine) as session:
        assert session.execute(select(EventDispute.event_id, EventDispute.other_id)).all() == [
            (first.event_id, second.event_id)
        ]
        refresh_counts(session)
    with session_scope(engine) as session:
        assert session.execute(text("select event_id from events where counts")).scalars().all() == [first.event_id]
        assert session.execute(text("select event_id from dyads where counts")).scalars().all() == [first.event_id]
        assert session.execute(text("select sum(events) from daily_counts")).scalar_one() == 1


def test_the_version_that_is_counted_changes_with_its_sources(engine: Engine, story_id: int) -> None:
    army, rebels = Source("Military of the Congo", "belligerent"), Source("M23", "belligerent")
    for source in (army, HOSPITAL):
        report(engine, story_id, an_event(status="claimed", attribution=(source,)), outlet=f"Of {source.name}")
    report(engine, story_id, an_event(status="claimed", attribution=(rebels,), actors=(ARMY,)), outlet="Two")
    first, second = live_events(engine)
    assert (first.version_of, second.version_of, second.revision) == (None, first.event_id, 1)
    told = an_event(status="asserted", actors=(ARMY,))
    withdrawn = [report(engine, story_id, told, outlet=outlet)[0] for outlet in ("Three", "Four")]
    first, second = live_events(engine)
    assert (first.version_of, second.version_of) == (second.event_id, None)
    # Taken back: the first is counted again, and what the second said in between is kept.
    for article_id in withdrawn:
        with session_scope(engine) as session:
            a_text(session, article_id, "The report was withdrawn.")
        code(engine, article_id, coded())
    first, second = live_events(engine)
    assert (first.version_of, second.version_of) == (None, first.event_id)
    with session_scope(engine) as session:
        said = session.execute(select(EventRevision.was["version_of"]).where(EventRevision.event_id == second.event_id))
        assert set(said.scalars()) == {first.event_id, None}


def snapshot(engine: Engine) -> list[tuple[object, ...]]:
    """What the live events say, without what depends on when and in which order they were written."""
    counted = aliased(Event)
    by_arrival = {"event_id", "revision", "created_at", "updated_at", "change_no", "version_of"}
    columns = [c for c in Event.__table__.columns if c.name not in by_arrival]
    query = select(*columns, counted.summary).outerjoin(counted, counted.event_id == Event.version_of)
    with session_scope(engine) as session:
        rows = session.execute(query.where(Event.merged_into.is_(None), Event.retracted_at.is_(None)))
        return sorted((tuple(map(str, row)) for row in rows), key=str)


VERSIONS = [
    an_event(tolls=(killed(7, None, HOSPITAL),)),
    an_event(mode=None, actors=(), tolls=(killed(12, 12),), status="claimed", attribution=(REUTERS,)),
    an_event(place=None, date_start=None, date_end=None, date_precision="unknown"),
    an_event(place=BUKAVU),
    an_event(status="denied", attribution=(Source("M23", "belligerent"),)),
    an_event(actors=(ARMY,), status="claimed", attribution=(HOSPITAL,)),
    an_event(actors=(ARMY,), status="planned", place=BUKAVU),
    an_event(recipients=(), tolls=(killed(5, 9, REUTERS),), status="unverified", attribution=(REUTERS,)),
]


def test_the_order_of_arrival_and_coding_at_once_change_nothing(engine: Engine, story_id: int) -> None:
    articles = [
        an_article_of(engine, story_id, outlet=f"Outlet {n}", published_at=NOW + n * HOUR) for n in range(len(VERSIONS))
    ]
    with session_scope(engine) as session:  # addresses decide where nothing else does: the same ones each time
        ready = session.execute(select(Article.url_key).order_by(Article.article_id)).scalars().all()
    assert len(ready) == len(VERSIONS)
    seen = []
    orders = [list(range(len(VERSIONS)))]
    rng = random.Random(1)
    orders += [rng.sample(orders[0], len(VERSIONS)) for _ in range(3)]
    for order in orders:
        with session_scope(engine) as session:
            session.execute(text("truncate event, extraction, mention, event_actor, event_dispute cascade"))
        for which in order:
            code(engine, articles[which], coded(VERSIONS[which]))
        seen.append(snapshot(engine))
    with session_scope(engine) as session:
        session.execute(text("truncate event, extraction, mention, event_actor, event_dispute cascade"))
    start = threading.Barrier(len(VERSIONS))

    def work(which: int) -> None:
        start.wait()
        code(engine, articles[which], coded(VERSIONS[which]))

    threads = [threading.Thread(target=work, args=(which,)) for which in range(len(VERSIONS))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen.append(snapshot(engine))
    assert seen[0]
    assert all(rows == seen[0] for rows in seen[1:])


def test_an_article_that_changes_story_takes_its_own_event_along(engine: Engine, story_id: int) -> None:
    with session_scope(engine) as session:
        other = Story(title="Bukavu", first_published_at=NOW, last_published_at=NOW)
        session.add(other)
        session.flush()
        other_id = other.story_id
    shared, _ = report(engine, story_id, an_event(), outlet="One")
    moved, stored = report(engine, story_id, an_event(), an_event(place=BUKAVU), outlet="Two")
    goma, bukavu = stored.events
    with session_scope(engine) as session:
        session.execute(update(Article).where(Article.article_id == moved).values(story_id=other_id))
        merge_stories(session, [other_id, story_id], NOW)
    events = {event.event_id: event for event in live_events(engine)}
    assert len(events) == 3
    assert (events[goma].story_id, events[goma].articles) == (story_id, 1)
    assert events[bukavu].story_id == other_id
    assert shared


@pytest.mark.parametrize(
    "party",
    [
        Party("Somebody", "somebody", "ZZZ", "XXX"),
        Party("Kosovo Police", "police", "XKX", "COP"),
        Party("N\0UL", "n\0ul", None, None),
        Party("lone \ud800 surrogate", "x", None, None),
    ],
    ids=["unknown codes", "Kosovo", "NUL", "surrogate"],
)
def test_odd_parties_are_stored(engine: Engine, story_id: int, party: Party) -> None:
    report(engine, story_id, an_event(actors=(party,)))
    with session_scope(engine) as session:
        actor = session.execute(select(Actor).where(Actor.name != "civilians")).scalar_one()
        assert "\0" not in actor.name
        assert (actor.iso3, actor.sector) in {(None, None), ("KOS", "COP")}


def test_places_without_a_geonameid_are_kept_once(engine: Engine, story_id: int) -> None:
    camp = EventPlace("Kanyaruchinya camp", "the camp", "COD", "North Kivu", precision=2)
    report(engine, story_id, an_event(place=camp), outlet="One")
    report(engine, story_id, an_event(place=camp), outlet="Two")
    with session_scope(engine) as session:
        place = session.execute(select(Place)).scalar_one()
        assert (place.place_id < 0, place.latitude) == (True, None)
    assert one_event(engine).articles == 2


def test_counts_by_day_hold_only_what_happened(engine: Engine, story_id: int) -> None:
    report(
        engine,
        story_id,
        an_event(tolls=(killed(7, 7),)),
        an_event(type="PROTEST", mode="demo", acled_sub_event=None, status="planned"),
    )
    with session_scope(engine) as session:
        refresh_counts(session)
    with session_scope(engine) as session:
        rows = session.execute(text("select day, iso3, type, events, fatalities_best from daily_counts")).all()
        assert rows == [(DAY, "COD", "ASSAULT", 1, 7)]


def test_changes_are_shown_in_an_order_that_misses_nothing(engine: Engine, story_id: int) -> None:
    def changes(after: tuple[int, int]) -> list[tuple[int, int]]:
        with session_scope(engine) as session:
            rows = session.execute(
                text(
                    "select change_no, event_id from event_changes where (change_no, event_id) > (:c, :e) order by 1, 2"
                ),
                {"c": after[0], "e": after[1]},
            )
            return [(row[0], row[1]) for row in rows]

    # Parties and coder are there already: new ones would let the second transaction wait for the first.
    report(engine, story_id, an_event(type="COERCE", mode="seize", acled_sub_event=None), outlet="Before")
    start = changes((0, 0))[-1]
    slow_article = an_article_of(engine, story_id, outlet="Slow")
    with session_scope(engine) as slow:
        article = load_for_coding(slow, slow_article)
        assert article is not None
        (slow_event,) = store_coding(slow, article, coded(an_event(place=BUKAVU)), NOW).events
        with session_scope(engine) as session:
            story = Story(title="Elsewhere", first_published_at=NOW, last_published_at=NOW)
            session.add(story)
            session.flush()
            other = story.story_id
        _, fast = report(engine, other, an_event(), outlet="Fast")
        # The fast change is over, but the slow one began before: nothing is shown that could be overtaken.
        assert changes(start) == []
    seen = changes(start)
    assert [event for _, event in seen] == [slow_event, *fast.events]
    assert changes(seen[-1]) == []
    report(engine, other, an_event(), outlet="Third")
    assert [event for _, event in changes(seen[-1])] == list(fast.events)
