"""Secrets go to the site that they are for, and are written down nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from db.feed_list import FeedSettings, add_feed
from db.models import Base
from db.session import session_scope
from tasks import enter, fetch, poll, read, upkeep
from tests.site.news_site import Answer, NewsSite
from tests.tasks.conftest import Bench
from worker import app as line
from worker import logs
from worker.errors import DatelineError
from worker.settings import settings

WORDS = ("s3cret-word", "YW5hOnMzY3JldC13b3Jk", "t0ken-word", "p4ssword")  # the second is the first, as it is sent


def _told(bench: Bench) -> str:
    """Every row of every table, and every message of the broker."""
    rows: list[Any] = [
        row for table in Base.metadata.sorted_tables for row in bench.rows(f"select * from {table.name}")
    ]
    broker = line.broker()
    kept = [broker.lrange(queue, 0, -1) for queue in (line.NET, line.CPU, line.CLOCK, line.NIGHT)]
    return repr(rows) + repr(kept)


@pytest.fixture
def everything_logged(capfd: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """The logs as a worker writes them, at the level that says most."""
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure("DEBUG", "json")
    yield capfd
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)


def test_a_feeds_secrets_are_sent_and_kept_nowhere(
    bench: Bench, site: NewsSite, everything_logged: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_SECRET_LOGIN", f"ana:{WORDS[0]}")
    monkeypatch.setenv("DATELINE_SECRET_TOKEN", WORDS[2])
    headers = {"Authorization": "login", "X-Token": "token"}
    base = site.base("meridian")
    for path in ("/feed.xml", "/forbidden.xml", "/broken.xml"):
        with session_scope(bench.engine) as session:
            add_feed(session, FeedSettings(base + path, "Meridian Wire", headers=headers), datetime.now(UTC))
    site.answer_instead("meridian", "/forbidden.xml", lambda _: Answer(b"no", 401))
    site.answer_instead("meridian", "/broken.xml", lambda _: Answer(b"<rss><channel>", 200))
    said = [poll.poll_due_feeds.run()]
    for feed_id in (1, 2, 3):
        said += [poll.poll_feed.run(feed_id=feed_id), enter.read_feed.run(feed_id=feed_id)]
    article_id = bench.value("select min(article_id) from article")
    said += [fetch.fetch_article.run(article_id=article_id), read.read_article.run(article_id=article_id)]
    monkeypatch.delenv("DATELINE_SECRET_TOKEN")  # now the secret is missing, which has to be said without the other
    bench.run("update feed set next_poll_at = now()")
    said += [poll.poll_feed.run(feed_id=1), upkeep.requeue_stalled.run()]
    sent = [asked for asked in site.asked if asked.headers.get("x-token")]
    assert {asked.headers["authorization"] for asked in sent} == {f"Basic {WORDS[1]}"}
    assert any(asked.path.startswith("/news/") for asked in sent), "articles of such a feed need them too"
    written = everything_logged.readouterr()
    assert "poll" in written.err, "there are logs at all"
    assert [word for word in WORDS if word in _told(bench) + repr(said) + written.out + written.err] == []


def test_passwords_of_servers_are_in_no_error(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_DATABASE_PASSWORD", WORDS[3])
    monkeypatch.setenv("DATELINE_REDIS_PASSWORD", WORDS[3])
    settings.cache_clear()
    chosen = settings()
    assert WORDS[3] in chosen.database
    assert WORDS[3] not in repr(chosen) + str(chosen) + repr(bench.engine.url)
    shown = line.app.conf.humanize(with_defaults=False, censored=True)
    assert WORDS[3] not in shown
    with monkeypatch.context() as wrong:
        wrong.setenv("DATELINE_TICK_SECONDS", "never")
        settings.cache_clear()
        with pytest.raises(DatelineError) as caught:
            settings()
    settings.cache_clear()
    assert WORDS[3] not in str(caught.value)
    assert "DATELINE_TICK_SECONDS" in str(caught.value)
