from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select, text, update

from db.articles import load_for_coding
from db.models import Article, ArticleText, Casualty, Event, Fetch, Mention, Payload, Quote
from db.partitions import PATIENCE_MS, make_anchor_partitions, tend_anchor_partitions
from db.payloads import Subject, load_payload, store_fetch, store_payload
from db.retention import erase_old_texts, prune_fetches, prune_payloads
from db.session import session_scope
from tests.db.stored import NOW, a_feed, an_article, fetched
from tests.db.test_events import HOSPITAL, an_event, killed
from tests.db.test_forgetting import code, put, traces
from tests.db.test_stories import prose

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY = date(2031, 1, 8)


@pytest.mark.parametrize(("state", "left"), [("found", 0), ("fetched", 1), ("coded", 0)])
def test_old_bytes_go_unless_they_wait_to_be_read(engine: Engine, state: str, left: int) -> None:
    with session_scope(engine) as session:
        subject = Subject(article_id=an_article(session, state=state))
        store_payload(session, subject, fetched())
        assert prune_payloads(session, NOW + 30 * DAY, 30 * DAY) == 0
        assert prune_payloads(session, NOW + 31 * DAY, 30 * DAY) == 1 - left
        assert (load_payload(session, subject) is not None) == bool(left)


def test_old_requests_go_in_batches_and_young_ones_stay(engine: Engine) -> None:
    with session_scope(engine) as session:
        subject = Subject(feed_id=a_feed(session))
        for day in range(7):
            store_fetch(session, subject, fetched(started_at=NOW + day * DAY), new_bytes=False)
    gone = []
    while not gone or gone[-1]:
        with session_scope(engine) as session:
            gone.append(prune_fetches(session, NOW + 10 * DAY, 5 * DAY, limit=2))
    assert gone == [2, 2, 1, 0]
    with session_scope(engine) as session:
        left = session.execute(select(Fetch.started_at).order_by(Fetch.started_at)).scalars().all()
        assert left == [NOW + 5 * DAY, NOW + 6 * DAY]


@pytest.mark.parametrize(("keep", "quotes"), [("quotes", 1), ("none", 0)])
def test_old_texts_go_and_what_was_read_out_of_them_stays(engine: Engine, keep: str, quotes: int) -> None:
    old, _ = put(engine, prose(1), "One", "Goma shelled today")
    code(engine, old, an_event(tolls=(killed(7),), attribution=(HOSPITAL,)))
    fresh, _ = put(engine, prose(2), "One", "Another headline by far", 48)
    with session_scope(engine) as session:
        session.execute(update(Article).values(feed_summary="Said in the feed"))
        store_payload(session, Subject(article_id=old), fetched())
    with session_scope(engine) as session:
        assert erase_old_texts(session, NOW + HOUR, keep, NOW) == 1  # type: ignore[arg-type]
        assert erase_old_texts(session, NOW + HOUR, keep, NOW) == 0  # type: ignore[arg-type]
    with session_scope(engine) as session:
        assert load_for_coding(session, old) is None
        assert load_for_coding(session, fresh) is not None
        assert session.execute(select(func.count(Quote.words))).scalar_one() == quotes
        assert session.execute(select(func.count(Casualty.words))).scalar_one() == quotes
        assert session.execute(select(func.count()).select_from(Payload)).scalar_one() == 0
        assert session.execute(select(Article.feed_summary).order_by(Article.article_id)).scalars().all() == [
            "",
            "Said in the feed",
        ]
        event = session.execute(select(Event)).scalar_one()
        assert (event.fatalities_low, event.recipients, event.independent_sources) == (7, ["civilians"], 1)
        assert session.execute(text("select claimed_by from claims")).scalar_one() == HOSPITAL.name


def test_quotes_that_were_kept_go_when_the_setting_becomes_stricter(engine: Engine) -> None:
    old, _ = put(engine, prose(1), "One", "Goma shelled today")
    code(engine, old, an_event(date_text="Wednesday of the xylophones", tolls=(killed(7, who="xylophonists"),)))
    with session_scope(engine) as session:
        assert erase_old_texts(session, NOW + HOUR, "quotes", NOW) == 1
    assert sorted(traces(engine, "xyloph")) == ["casualty.who", "mention.date_text"]
    with session_scope(engine) as session:
        assert erase_old_texts(session, NOW + HOUR, "none", NOW + DAY) == 1
        assert erase_old_texts(session, NOW + HOUR, "none", NOW + DAY) == 0
        row = session.execute(select(ArticleText.erased_at, ArticleText.words_erased_at)).one()
        assert tuple(row) == (NOW, NOW + DAY)
    assert traces(engine, "xyloph") == []
    with session_scope(engine) as session:
        assert session.execute(select(func.count()).select_from(Mention)).scalar_one() == 1


def test_a_text_that_is_erased_is_found_by_its_headline_alone(engine: Engine) -> None:
    put(engine, prose(1) + "\nA xylophone was heard.", "One", "Goma shelled today")
    found = text("select count(*) from article_text where search @@ websearch_to_tsquery('simple', :words)")
    with session_scope(engine) as session:
        assert session.execute(found, {"words": "xylophone"}).scalar_one() == 1
        erase_old_texts(session, NOW + HOUR, "quotes", NOW)
        assert session.execute(found, {"words": "xylophone"}).scalar_one() == 0
        assert session.execute(found, {"words": "goma shelled"}).scalar_one() == 1


def test_partitions_of_anchors_wait_while_somebody_reads_them_for_long(engine: Engine) -> None:
    with engine.begin() as connection:
        make_anchor_partitions(connection, WEDNESDAY)
    later = WEDNESDAY + 70 * DAY
    with engine.begin() as reader:
        reader.execute(text("select count(*) from anchor"))
        assert tend_anchor_partitions(engine, later) == "anchors in use: their partitions wait for the next round"
        # Nobody queues behind a lock that waits: a writer gets through while the reader still reads.
        with engine.begin() as writer:
            writer.execute(text(f"set local lock_timeout = '{PATIENCE_MS}ms'"))
            writer.execute(text("insert into anchor values (1, 1, '2031-01-06')"))
    said = tend_anchor_partitions(engine, later)
    assert said.startswith("1 partitions of anchors made, ")
    assert not said.endswith(", 0 dropped")
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from anchor")).scalar_one() == 0


def test_fewer_days_of_anchors_can_be_kept(engine: Engine) -> None:
    with engine.begin() as connection:
        make_anchor_partitions(connection, WEDNESDAY, 7 * DAY)
        connection.execute(text("insert into anchor values (1, 1, '2031-01-06'), (2, 2, '2031-01-20')"))
    tend_anchor_partitions(engine, WEDNESDAY + 20 * DAY, 7 * DAY)
    with engine.connect() as connection:
        assert connection.execute(text("select anchor from anchor")).scalars().all() == [2]
