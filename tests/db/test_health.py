from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from db.health import status
from db.session import session_scope
from tests.db.stored import a_feed, a_text, an_article


def test_an_empty_line_has_nothing_to_tell(engine: Engine) -> None:
    with session_scope(engine) as session:
        seen = status(session)
    assert [stage.stage for stage in seen.stages] == ["poll", "fetch", "read", "code"]
    assert all((stage.pending, stage.done_1h, stage.failed_24h) == (0, 0, 0) for stage in seen.stages)
    assert (seen.feeds, seen.failing, seen.failed, seen.articles, seen.events) == ({}, (), (), 0, 0)


def test_what_waits_runs_and_failed_is_told(engine: Engine) -> None:
    now = datetime.now(UTC)
    with session_scope(engine) as session:
        feed_id = a_feed(session)
        session.execute(text("update feed set failures = 2, failure_class = 'dns', failure_detail = 'No such host.'"))
        an_article(session, next_attempt_at=now, state_since=now - timedelta(minutes=5))
        an_article(session, next_attempt_at=now + timedelta(hours=1), state_since=now)
        an_article(session, state="fetched", lease_until=now + timedelta(minutes=1), state_since=now)
        for number in range(3):
            reason = f"https://example.org/{number} answered 404."
            an_article(session, state="failed", failed_in="found", last_error=reason, state_since=now)
        read = an_article(session, state="read", state_since=now, feed_id=feed_id)
        a_text(session, read, "Body.")
        session.execute(text("update article_text set created_at = now()"))
    with session_scope(engine) as session:
        seen = status(session)
    poll, fetch, read_stage, code = seen.stages
    assert (fetch.pending, fetch.waiting_for_turn, fetch.failed_24h) == (2, 1, 3)
    assert fetch.oldest_pending_at == now - timedelta(minutes=5)
    assert (read_stage.pending, read_stage.running, read_stage.done_1h) == (1, 1, 1)
    assert (code.pending, poll.failed_24h) == (1, 1)
    assert seen.feeds == {"failing": 1}
    assert [(feed.health, feed.failures, feed.detail) for feed in seen.failing] == [("failing", 2, "No such host.")]
    assert [(reason.failed_in, reason.articles) for reason in seen.failed] == [("found", 3)]
    assert seen.articles == 7
