"""A month of news as rows: rival tolls, a denial, a rival version, a copy, a plan, a withdrawn report.

Kivu, 5 March 2025: an agency and two papers tell of shells on a camp, with two numbers of killed; one of the accused
denies it, and blames the other side the day after. Sudan, 6 and 20 March: one raid by two on two, one clash that is known
to its province only. Kenya, 18 March: a march, a strike announced for the week after, and a report that is withdrawn.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from db.articles import load_for_coding
from db.events import refresh_counts, store_coding
from db.models import Story
from db.session import session_scope
from tests.db.stored import a_text, an_article
from worker.records import CodedText, Event, EventPlace, Party, Source, Span, Toll
from worker.urls import url_key

MARCH_5 = datetime(2025, 3, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

M23 = Party("M23", "M23", "COD", "REB")
CONGO_ARMY = Party("Military of the Congo", "the army", "COD", "MIL")
CIVILIANS = Party("civilians", "displaced people", None, "CVL")
SUDAN_ARMY = Party("Sudanese Armed Forces", "the army", "SDN", "MIL")
JOINT_FORCE = Party("Joint Darfur Force", "its allies", "SDN", "PRM")
RSF = Party("Rapid Support Forces", "the RSF", "SDN", "PRM")
TRADERS = Party("traders", "traders", None, "BUS")
TEACHERS = Party("teachers", "teachers", "KEN", "EDU")
KENYA = Party("Government of Kenya", "the government", "KEN", "GOV")

GOMA = EventPlace("Goma", "Goma", "COD", "North Kivu", -1.68, 29.23, 216281, 1)
NYALA = EventPlace("Nyala", "Nyala", "SDN", "South Darfur", 12.05, 24.88, 367644, 2)
NORTH_DARFUR = EventPlace("North Darfur", "North Darfur", "SDN", "North Darfur", 15.77, 25.6, 408660, 4)
NAIROBI = EventPlace("Nairobi", "Nairobi", "KEN", "Nairobi", -1.28, 36.82, 184745, 1)

HOSPITAL = Source("Hospital of Goma", "ngo", "the hospital")
SAYS_ARMY = Source("Military of the Congo", "belligerent", "the army")
SAYS_M23 = Source("M23", "belligerent", "M23")

WIRED = "Seven people were killed when M23 shelled a camp in Goma, the hospital said."
TWELVE = "M23 shells killed at least 12 people in the camp in Goma, the army said."
DENIAL = "M23 said on Wednesday that it did not shell any camp in Goma."
RIVAL = "It was the army that shelled the camp in Goma on Wednesday, M23 said."
RAID = "The army and its allies bombed RSF fighters and traders at the market of Nyala, killing five."
CLASH = "The army attacked the RSF in North Darfur, and between 20 and 30 fighters died."
MARCH = "Teachers marched on the government's offices in Nairobi on Tuesday."
PLAN = "They will march again next Tuesday."
WITHDRAWN = "Teachers seized a school in Nairobi."


def address(outlet: str, at: datetime) -> str:
    """Where an outlet publishes what it publishes at a moment."""
    return f"https://{outlet.lower().replace(' ', '-')}.example/{at:%Y-%m-%d-%H%M}"


def publish(engine: Engine, story_id: int, outlet: str, at: datetime, text: str, **columns: object) -> int:
    """Store an article with its text, read and ready to be coded."""
    url = address(outlet, at)
    own = {"state": "read", "title": text.partition(".")[0], "url": url, "url_key": url_key(url), "found_at": at + HOUR}
    with session_scope(engine) as session:
        article_id = an_article(session, outlet=outlet, published_at=at, story_id=story_id, **(own | columns))
        a_text(session, article_id, text)
        return article_id


def code(engine: Engine, article_id: int, *events: Event) -> None:
    """Store what a coder read out of an article."""
    with session_scope(engine) as session:
        article = load_for_coding(session, article_id)
        assert article is not None
        store_coding(session, article, CodedText("en", events, "coder 1", "en", "digest 1"), MARCH_5 + 30 * DAY)


def told(text: str, sentence: str, day: date, place: EventPlace, **fields: object) -> Event:
    """One event as a sentence of a text tells it: shelling by M23 unless told otherwise."""
    start = text.index(sentence)
    values: dict[str, object] = {
        "type": "ASSAULT",
        "mode": "heavy-weapons",
        "quad": 4,
        "acled_event_type": None,
        "acled_sub_event": "Shelling/artillery/missile attack",
        "contexts": (),
        "actors": (M23,),
        "recipients": (CIVILIANS,),
        "place": place,
        "date_start": day,
        "date_end": day,
        "date_precision": "day",
        "date_text": None,
        "tolls": (),
        "attribution": (),
        "status": "asserted",
        "happened": True,
        "confidence": 0.9,
        "triggers": (Span(start, start + 3, sentence[:3]),),
        "quotes": (Span(start, start + len(sentence), sentence),),
    } | fields
    return Event(**values)  # type: ignore[arg-type]


def killed(text: str, words: str, low: int, high: int | None, *sources: Source) -> Toll:
    quote = Span(text.index(words), text.index(words) + len(words), words)
    return Toll("killed", low, high, approximate=False, who="people", status="claimed", sources=sources, quote=quote)


def a_month_of_news(engine: Engine) -> None:
    """Store the whole month; events and articles get their keys in the order of this module."""
    _shells_on_a_camp(engine, _story(engine, "Goma"))
    _two_battles(engine, _story(engine, "Nyala"), _story(engine, "North Darfur"))
    _teachers_march(engine, _story(engine, "Nairobi"))
    with session_scope(engine) as session:
        refresh_counts(session)


def _story(engine: Engine, title: str) -> int:
    with session_scope(engine) as session:
        story = Story(title=title, first_published_at=MARCH_5, last_published_at=MARCH_5)
        session.add(story)
        session.flush()
        return story.story_id


def _shells_on_a_camp(engine: Engine, story_id: int) -> None:
    day, claim = MARCH_5.date(), {"status": "claimed"}
    wire = publish(engine, story_id, "Great Lakes Wire", MARCH_5 + 10 * HOUR, WIRED)
    seven = killed(WIRED, "Seven people were killed", 7, 7, HOSPITAL)
    code(engine, wire, told(WIRED, WIRED, day, GOMA, tolls=(seven,), attribution=(HOSPITAL,), **claim))
    paper = publish(engine, story_id, "Kivu Herald", MARCH_5 + 12 * HOUR, TWELVE)
    twelve = killed(TWELVE, "at least 12 people", 12, None, SAYS_ARMY)
    code(engine, paper, told(TWELVE, TWELVE, day, GOMA, tolls=(twelve,), attribution=(SAYS_ARMY,), **claim))
    other = publish(engine, story_id, "Lake Times", MARCH_5 + 15 * HOUR, DENIAL)
    code(engine, other, told(DENIAL, DENIAL, day, GOMA, status="denied", attribution=(SAYS_M23,)))
    # Half an hour before the wire by its own clock: the wire stands for it all the same.
    a_copy = {"duplicate_of": wire, "state": "duplicate"}
    publish(engine, story_id, "Morning Post", MARCH_5 + 9.5 * HOUR, WIRED, **a_copy)
    blame = publish(engine, story_id, "Lake Times", MARCH_5 + 33 * HOUR, RIVAL)
    code(engine, blame, told(RIVAL, RIVAL, day, GOMA, actors=(CONGO_ARMY,), attribution=(SAYS_M23,), **claim))


def _two_battles(engine: Engine, nyala: int, darfur: int) -> None:
    day = MARCH_5 + DAY
    sides = {"actors": (SUDAN_ARMY, JOINT_FORCE), "recipients": (RSF, TRADERS), "acled_sub_event": None}
    five = killed(RAID, "killing five", 5, 5)
    raid = told(RAID, RAID, day.date(), NYALA, tolls=(five,), mode="aerial", **sides)
    code(engine, publish(engine, nyala, "Nile Observer", day + 8 * HOUR, RAID), raid)
    day = MARCH_5 + 15 * DAY
    sides = {"actors": (SUDAN_ARMY,), "recipients": (RSF,), "acled_sub_event": None}
    some = killed(CLASH, "between 20 and 30 fighters", 20, 30)
    clash = told(CLASH, CLASH, day.date(), NORTH_DARFUR, tolls=(some,), mode=None, **sides)
    code(engine, publish(engine, darfur, "Nile Observer", day + 9 * HOUR, CLASH), clash)


def _teachers_march(engine: Engine, story_id: int) -> None:
    day = MARCH_5 + 13 * DAY
    march = {"type": "PROTEST", "mode": "demo", "actors": (TEACHERS,), "recipients": (KENYA,), "acled_sub_event": None}
    text = f"{MARCH} {PLAN}"
    plan = told(text, PLAN, (day + 7 * DAY).date(), NAIROBI, **(march | {"status": "planned", "happened": False}))
    rift = publish(engine, story_id, "Rift Daily", day + 7 * HOUR, text)
    code(engine, rift, told(text, MARCH, day.date(), NAIROBI, **march), plan)
    seizure = {"type": "COERCE", "mode": "seize", "actors": (TEACHERS,), "recipients": (), "acled_sub_event": None}
    wrong = publish(engine, story_id, "Nairobi Mail", day + 8 * HOUR, WITHDRAWN)
    code(engine, wrong, told(WITHDRAWN, WITHDRAWN, day.date(), NAIROBI, **seizure))
    with session_scope(engine) as session:
        a_text(session, wrong, "This report was withdrawn.")
    code(engine, wrong)
