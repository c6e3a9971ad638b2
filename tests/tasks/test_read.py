"""Reading one fetched page, in this process, on a real database and broker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from db.articles import load_for_coding, store_article_fetch
from db.claims import claim
from db.models import Article
from db.session import session_scope

# As modules: pytest looks into tasks, which wakes Celery too early.
from tasks import extract, nights, read, stage
from tests.db.stored import LEASE, NOW, a_feed, an_article, fetched
from tests.tasks.conftest import Bench

LINES = (
    "Government forces shelled the eastern suburbs of Goma overnight, killing seven people, the provincial governor said.",
    "Families walked towards the border in the morning rain with mattresses on their heads, a teacher at the camp said.",
    "The army accused the rebels of firing first. A spokesman for the movement rejected the charge on Tuesday.",
    "Aid workers who reached the site found tents burning along the main track and carried the wounded to two clinics.",
)


def page(*lines: str, title: str = "Seven killed as army shells Goma") -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return f"<html lang='en'><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>".encode()


@pytest.fixture
def article_id(bench: Bench) -> int:
    with session_scope(bench.engine) as session:
        feed_id = a_feed(session, language="en", time_zone="Africa/Lubumbashi")
        return an_article(session, feed_id=feed_id, feed_title="x", feed_published_at=NOW, feed_offset_minutes=120)


def arrives(bench: Bench, article_id: int, body: bytes) -> str:
    """A page is fetched and read; what the task says."""
    with session_scope(bench.engine) as session:
        session.execute(update(Article).where(Article.article_id == article_id).values(state="found"))
        held = claim(session, Article, article_id, "found", LEASE, stage.now())
        assert held is not None
        store_article_fetch(session, held, fetched(body, url="https://example.org/a", headers={}), stage.now())
    return str(read.read_article.run(article_id=article_id))


def state(bench: Bench) -> str:
    return str(bench.value("select state from article"))


def test_a_page_whose_facts_did_not_change_is_not_coded_again(bench: Bench, article_id: int) -> None:
    arrives(bench, article_id, page(*LINES))
    assert state(bench) == "read"
    extract.extract_events.run(article_id=article_id)
    assert state(bench) == "coded"
    before = bench.rows("select * from event order by event_id")
    assert before
    touched = LINES[1].replace("mattresses", "bedding")
    assert "tells the same" in arrives(bench, article_id, page(LINES[0], touched, *LINES[2:]))
    assert state(bench) == "coded"
    assert bench.rows("select * from event order by event_id") == before
    assert bench.value("select count(*) from article_text") == 2  # the version is kept all the same
    assert bench.value("select reports from story") == 1


@pytest.mark.parametrize(
    "changed",
    [
        (LINES[0].replace("seven", "nine"), *LINES[1:]),
        (LINES[0].replace("Government forces", "Rebel fighters"), *LINES[1:]),
        LINES[1:],
        (*LINES, *(f"The governor of the {n}. district said that the road was shut." for n in range(9))),
    ],
    ids=["another toll", "another actor", "its sentence is gone", "much more is told"],
)
def test_a_page_whose_facts_may_have_changed_is_coded_again(
    bench: Bench, article_id: int, changed: tuple[str, ...]
) -> None:
    arrives(bench, article_id, page(*LINES))
    extract.extract_events.run(article_id=article_id)
    arrives(bench, article_id, page(*changed))
    assert state(bench) == "read"
    extract.extract_events.run(article_id=article_id)
    assert state(bench) == "coded"
    assert bench.value("select count(*) from extraction where superseded_at is null") == 1


def test_a_page_that_goes_back_to_older_words_is_coded_from_these(bench: Bench, article_id: int) -> None:
    nine = (LINES[0].replace("seven", "nine"), *LINES[1:])
    for lines in (LINES, nine, LINES):
        arrives(bench, article_id, page(*lines))
        extract.extract_events.run(article_id=article_id)
    with session_scope(bench.engine) as session:
        stored = load_for_coding(session, article_id)
        assert stored is not None
        assert "seven people" in stored.text.text
    assert bench.value("select fatalities_best from events where fatalities_best is not null") == 7


def test_another_headline_over_the_same_words_reaches_the_coder(bench: Bench, article_id: int) -> None:
    first, second = "Seven killed as army shells Goma", "Governor blames army for shelling of Goma"
    for title in (first, second, first):
        arrives(bench, article_id, page(*LINES, title=title))
        assert state(bench) == "read"
        with session_scope(bench.engine) as session:
            ready = load_for_coding(session, article_id)
            assert ready is not None
            assert ready.text.title == title
        extract.extract_events.run(article_id=article_id)
    assert "tells the same" in arrives(bench, article_id, page(*LINES, title=first.upper()))
    assert bench.value("select count(*) from article_text") == 3  # two headlines, and one of them in capitals
    assert bench.value("select reports from story") == 1


def test_a_night_that_is_too_short_is_gone_on_with(
    bench: Bench, article_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrives(bench, article_id, page(*LINES))
    monkeypatch.setattr(nights, "PASS_SHARE", 0)
    assert nights.tend_stories.run() == "0 stories merged so far, to be gone on with"
    monkeypatch.undo()
    assert nights.tend_stories.run().startswith("0 stories merged, ")
    assert nights.tend_stories.run() == "done for tonight"


def test_the_night_comes_once(bench: Bench) -> None:
    assert nights.tend_stories.run().startswith("0 stories merged")
    assert nights.tend_stories.run() == "done for tonight"
    three = NOW.replace(hour=3)
    assert nights.last_night(three) == nights.last_night(three + timedelta(hours=23, minutes=59)) == three
    assert nights.last_night(three - timedelta(seconds=1)) == three - timedelta(days=1)
