"""What all stages share: claims that survive a restart of the database, and waits before a retry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from db import session as session_module
from db.models import Article
from tasks import poll, stage
from tests.tasks.conftest import Bench
from worker.settings import settings

NOW = datetime(2025, 3, 30, 12, tzinfo=UTC)


@pytest.fixture
def article_id(bench: Bench) -> int:
    bench.run("insert into source (name, kind) values ('Outlet', 'publisher')")
    bench.run(
        "insert into article (source_id, state, url, url_key, found_at, next_attempt_at, state_since) "
        "select source_id, 'found', 'https://outlet.example/1', sha256('1'), now(), now() - interval '1 s', now() from source"
    )
    return int(bench.value("select article_id from article"))


def test_a_claim_is_made_over_a_fresh_connection_when_the_server_ended_the_old_one(
    bench: Bench, article_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "RESTED_SECONDS", 3600.0)
    with stage.transaction():
        pass
    assert stage.claim(Article, article_id, "fetched", 10) is None, "it is in another state"
    others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    assert bench.value(f"select count(pg_terminate_backend(pid, 10000)) {others}") == 1
    held = stage.claim(Article, article_id, "found", 10)
    assert held is not None
    assert held.attempt == 1
    assert stage.claim(Article, article_id, "found", 10) is None, "it is taken"


@pytest.mark.parametrize(("attempt", "shortest"), [(1, 2), (2, 8), (3, 32), (4, 128)])
def test_each_wait_is_four_times_the_one_before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, attempt: int, shortest: float
) -> None:
    monkeypatch.setenv("DATELINE_RETRY_SECONDS", "2")
    settings.cache_clear()
    waits = [stage.retry_at(attempt, NOW) - NOW for _ in range(50)]
    assert min(waits) >= timedelta(seconds=shortest)
    assert max(waits) <= timedelta(seconds=shortest * 1.25)
    assert len(set(waits)) > 1, "a crowd spreads out"


def test_no_wait_is_longer_than_six_hours(bench: Bench) -> None:
    assert stage.retry_at(60, NOW) - NOW <= stage.LONGEST_RETRY * 1.25


@pytest.mark.parametrize(("waiting", "seconds"), [(0, 20), (3, 120)])
def test_a_poll_is_announced_again_sooner_where_nothing_waits(bench: Bench, waiting: int, seconds: int) -> None:
    from worker import app as line  # noqa: PLC0415 - the fixture points it at the test's broker

    bench.run("insert into source (name, kind) values ('Outlet', 'publisher')")
    bench.run(
        "insert into feed (source_id, url, state, next_poll_at, interval_seconds) "
        "select source_id, 'https://outlet.example/feed', 'idle', now() - interval '1 s', 600 from source"
    )
    for _ in range(waiting):
        line.broker().rpush(line.NET, "a message")
    assert poll.poll_due_feeds() == "1 feeds due"
    lease = bench.value("select extract(epoch from lease_until - now())::float from feed")
    assert seconds - 15 < lease <= seconds
