from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, func, select

from db.articles import (
    in_offset,
    load_for_coding,
    load_for_fetch,
    load_for_reading,
    recent_bodies,
    store_article_fetch,
    store_failed_fetch,
    store_reading,
    store_text,
    texts_of,
)
from db.claims import Claim, ClaimLostError, claim
from db.models import Article, ArticleText, Fetch, Payload
from db.payloads import (
    StoredRobots,
    load_host_files,
    recent_attempts,
    store_robots,
)
from db.session import session_scope
from tests.db.stored import LEASE, MINUTE, NOW, a_feed, a_reading, a_text, an_article, fetched
from worker.records import DateCandidate, FetchClass, Reading

NAIROBI = timezone(timedelta(hours=3))


def taken(engine: Engine, article_id: int, state: str = "found") -> Claim:
    with session_scope(engine) as session:
        held = claim(session, Article, article_id, state, LEASE, NOW)
    assert held is not None
    return held


def stored(engine: Engine, article_id: int) -> Article:
    with session_scope(engine) as session:
        return session.execute(select(Article).where(Article.article_id == article_id)).scalar_one()


@pytest.fixture
def article_id(engine: Engine) -> int:
    with session_scope(engine) as session:
        feed_id = a_feed(session, language="sw", time_zone="Africa/Nairobi", section="world", headers={"X-Key": "key"})
        return an_article(
            session,
            feed_id=feed_id,
            feed_title="In the feed",
            feed_summary="<p>Short.</p>",
            feed_published_at=NOW,
            feed_offset_minutes=180,
        )


def test_a_page_that_was_fetched_waits_to_be_read(engine: Engine, article_id: int) -> None:
    with session_scope(engine) as session:
        due = load_for_fetch(session, article_id)
        assert due.headers == {"X-Key": "key"}
    page = fetched("<html>Ünïcödé</html>".encode() * 50, url=due.url, headers={"content-type": "text/html"})
    held = taken(engine, article_id)
    with session_scope(engine) as session:
        store_article_fetch(session, held, page, NOW)
    assert (stored(engine, article_id).state, stored(engine, article_id).fetched_at) == ("fetched", NOW)
    with session_scope(engine) as session:
        read = load_for_reading(session, article_id)
        assert read.payload is not None
        assert (read.payload.body, read.payload.headers["content-type"]) == (page.body, "text/html")
        said = read.feed_said
        assert (said.title, said.language, said.time_zone) == ("In the feed", "sw", "Africa/Nairobi")
        assert said.published is not None
        assert said.published.isoformat() == "2025-03-05T15:00:00+03:00"
        assert (read.outlet, read.outlet_kind, read.coded_before) == ("Example", "publisher", None)


def test_a_lost_fetch_leaves_nothing(engine: Engine, article_id: int) -> None:
    held = taken(engine, article_id)
    with session_scope(engine) as session:
        assert claim(session, Article, article_id, "found", LEASE, NOW + LEASE + MINUTE) is not None
    with pytest.raises(ClaimLostError), session_scope(engine) as session:
        store_article_fetch(session, held, fetched(), NOW)
    with session_scope(engine) as session:
        for table in (Fetch, Payload):
            assert session.execute(select(func.count()).select_from(table)).scalar_one() == 0


@pytest.mark.parametrize(
    ("retry_at", "most", "state", "again"),
    [(NOW + MINUTE, 5, "found", True), (NOW + MINUTE, 1, "failed", False), (None, 5, "failed", False)],
    ids=["tried again", "attempts exhausted", "permanent"],
)
def test_a_page_that_could_not_be_fetched(
    engine: Engine, article_id: int, retry_at: datetime | None, most: int, state: str, again: bool
) -> None:
    gone = fetched(b"", outcome=FetchClass.SERVER_ERROR, status=500, detail="https://example.org/1 answered 500.")
    held = taken(engine, article_id)
    with session_scope(engine) as session:
        assert store_failed_fetch(session, held, gone, NOW, retry_at=retry_at, max_attempts=most) is again
        assert session.execute(select(Fetch.outcome)).scalar_one() == "server_error"
        assert [outcome for _, outcome in recent_attempts(session, NOW - MINUTE)] in ([], [FetchClass.SERVER_ERROR])
    after = stored(engine, article_id)
    assert after.state == state
    assert (after.last_error or "").startswith("https://example.org/1 answered 500.")


def test_a_version_is_another_headline_or_another_body(engine: Engine, article_id: int) -> None:
    with session_scope(engine) as session:
        first = store_text(session, article_id, a_reading("Seven died."), NOW)
        again = store_text(session, article_id, a_reading("Seven died."), NOW)
        retitled = store_text(session, article_id, a_reading("Seven died.", "Another headline"), NOW)
        changed = store_text(session, article_id, a_reading("Nine died."), NOW)
        assert again == type(again)(first.text_id, is_new=False)
        assert [version.is_new for version in (first, retitled, changed)] == [True, True, True]
        assert texts_of(session, [article_id]) == {article_id: "Nine died."}
        sha = session.execute(select(ArticleText.sha256).where(ArticleText.text_id == first.text_id)).scalar_one()
        assert sha == hashlib.sha256(f"{a_reading('').title}\nSeven died.".encode()).digest()


def test_what_a_page_says_about_itself_is_stored(engine: Engine, article_id: int) -> None:
    held = taken(engine, article_id)
    published = datetime(2025, 3, 5, 9, 30, tzinfo=NAIROBI)
    reading = a_reading(
        "Body.",
        "Head\0line",
        published=published,
        authors=("Amina \ud800",),
        rights=("noai",),
        date_candidates=(DateCandidate("feed", published, "Wed"), DateCandidate("meta", None, "soon")),
        accessible_for_free=False,
    )
    with session_scope(engine) as session:
        store_reading(session, held, reading, "rejected", NOW, last_error="No text.")
    after = stored(engine, article_id)
    assert (after.state, after.title, after.authors, after.last_error) == (
        "rejected",
        "Headline",
        ["Amina ?"],
        "No text.",
    )
    assert (after.published_at, after.published_offset_minutes) == (datetime(2025, 3, 5, 6, 30, tzinfo=UTC), 180)
    assert (after.rights, after.accessible_for_free, after.read_at) == (["noai"], False, NOW)
    assert [candidate["value"] for candidate in after.date_candidates] == ["2025-03-05T09:30:00+03:00", None]


def test_a_page_without_date_or_title_keeps_what_the_feed_said(engine: Engine, article_id: int) -> None:
    before = stored(engine, article_id)
    held = taken(engine, article_id)
    with session_scope(engine) as session:
        store_reading(session, held, a_reading("Body.", "", published=None), "read", NOW)
    after = stored(engine, article_id)
    assert (after.title, after.published_at) == (before.title, before.published_at)


def test_a_text_goes_to_the_coder_on_its_own_clock(engine: Engine, article_id: int) -> None:
    with session_scope(engine) as session:
        assert load_for_coding(session, article_id) is None
        text_id = a_text(session, article_id, "Nine died on Tuesday.")
        article = session.get(Article, article_id)
        assert article is not None
        article.published_offset_minutes = 330
        session.flush()
        due = load_for_coding(session, article_id)
    assert due is not None
    assert (due.text_id, due.text.text, due.text.section) == (text_id, "Nine died on Tuesday.", "world")
    assert due.text.published is not None
    assert due.text.published.isoformat() == "2025-03-05T17:30:00+05:30"


def test_the_latest_bodies_of_an_outlet(engine: Engine) -> None:
    with session_scope(engine) as session:
        ids = [an_article(session, found_at=NOW + n * MINUTE) for n in range(4)]
        for number in ids:
            a_text(session, number, f"Body {number}.")
        a_text(session, an_article(session, outlet="Other"), "Of another outlet.")
        source = session.execute(select(Article.source_id).where(Article.article_id == ids[0])).scalar_one()
        assert [body for *_, body in recent_bodies(session, source, limit=3)] == [f"Body {n}." for n in ids[:0:-1]]


def test_lines_that_were_cut_go_on_counting_and_copies_do_not(engine: Engine) -> None:
    reading = Reading("T", "Own words.", None, (), "en", None, "extracted", "full", cut=("Follow us.",))
    with session_scope(engine) as session:
        first, copy = an_article(session), an_article(session)
        store_text(session, first, reading, NOW)
        store_text(session, copy, reading, NOW)
        article = session.get(Article, copy)
        assert article is not None
        article.duplicate_of = first
        session.flush()
        assert [body for *_, body in recent_bodies(session, article.source_id)] == ["Own words.\nFollow us."]


@pytest.mark.parametrize(
    ("minutes", "text"), [(None, "12:00:00+00:00"), (0, "12:00:00+00:00"), (-210, "08:30:00-03:30")]
)
def test_an_instant_on_its_own_clock(minutes: int | None, text: str) -> None:
    moment = in_offset(NOW, minutes)
    assert moment == NOW
    assert moment is not None
    assert moment.timetz().isoformat() == text


def test_robots_are_kept_for_their_day(engine: Engine) -> None:
    first = StoredRobots("User-agent: *", 200, NOW, NOW + timedelta(days=1), forbids_all=False, note="")
    second = StoredRobots("", None, NOW, NOW + timedelta(hours=1), forbids_all=True, note="It failed.")
    with session_scope(engine) as session:
        assert load_host_files(session, "https://example.org", NOW) == (None, None)
        store_robots(session, "https://example.org", first)
        assert load_host_files(session, "https://example.org", NOW) == (first, None)
        assert load_host_files(session, "https://example.org", NOW + timedelta(days=1)) == (None, None)
        store_robots(session, "https://example.org", second)
        assert load_host_files(session, "https://example.org", NOW) == (second, None)
