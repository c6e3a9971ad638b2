"""What ``dateline status`` shows: how the line, the feeds and the archive do, at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

FAILING_SHOWN = 20
"""Failing feeds that are listed: more do not fit a screen, and the view feed_health has them all."""


@dataclass(frozen=True, slots=True)
class StageHealth:
    """One stage of the line."""

    stage: str  # poll, fetch, read, code
    pending: int
    running: int
    waiting_for_turn: int  # backoff and politeness
    oldest_pending_at: datetime | None
    done_1h: int
    failed_24h: int


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """A feed that needs a look."""

    outlet: str
    url: str
    health: str  # failing or gone
    failures: int
    detail: str | None
    next_poll_at: datetime


@dataclass(frozen=True, slots=True)
class FailedReason:
    """Why articles were given up lately."""

    failed_in: str | None  # the state they were in
    reason: str
    articles: int


@dataclass(frozen=True, slots=True)
class Status:
    """Everything at one moment."""

    stages: tuple[StageHealth, ...]
    feeds: dict[str, int]  # feeds by health: ok, new, quiet, failing, gone
    failing: tuple[FailingFeed, ...]
    failed: tuple[FailedReason, ...]  # of the last 24 hours, most frequent first
    events_24h: int  # events first stored in the last 24 hours that happened
    articles: int  # an estimate: counting an archive takes minutes
    events: int  # likewise


def status(session: Session) -> Status:
    """Return how everything does. Reads only what is small: it can be asked every second."""
    stages = session.execute(
        text(
            "select stage, pending, running, waiting_for_turn, oldest_pending_at, done_1h, failed_24h "
            "from pipeline_health order by step"
        )
    )
    feeds = session.execute(text("select health, count(*) from feed_health group by health order by health"))
    return Status(
        stages=tuple(StageHealth(*row) for row in stages),
        feeds={health: count for health, count in feeds},  # noqa: C416 - rows are not pairs to the type checker
        failing=_failing(session),
        failed=_failed(session),
        events_24h=session.execute(
            text("select count(*) from event where created_at > now() - interval '1 day' and happened")
        ).scalar_one(),
        articles=_estimate(session, "article"),
        events=_estimate(session, "event"),
    )


def _failing(session: Session) -> tuple[FailingFeed, ...]:
    rows = session.execute(
        text(
            "select outlet, url, health, failures, detail, next_poll_at from feed_health "
            "where health in ('failing', 'gone') order by health, failures desc, outlet, url limit :most"
        ),
        {"most": FAILING_SHOWN},
    )
    return tuple(FailingFeed(*row) for row in rows)


def _failed(session: Session) -> tuple[FailedReason, ...]:
    # Reasons name the address; what comes before it is what many have in common.
    rows = session.execute(
        text(
            "select failed_in, min(last_error) as reason, count(*) as articles from article "
            "where state = 'failed' and state_since > now() - interval '1 day' "
            "group by failed_in, regexp_replace(last_error, 'https?://[^ ]+', '', 'g') "
            "order by articles desc, reason limit 10"
        )
    )
    return tuple(FailedReason(*row) for row in rows)


def _estimate(session: Session, table: str) -> int:
    """Return about how many rows a table has; exact while it is small or was never analysed."""
    estimate = session.execute(
        text("select reltuples::bigint from pg_class where oid = to_regclass(:table)"), {"table": table}
    ).scalar_one()
    if estimate > 100_000:  # noqa: PLR2004 - counting so many takes 10 ms
        return int(estimate)
    key = {"article": "article_id", "event": "event_id"}[table]
    return int(session.execute(text(f"select count({key}) from {table}")).scalar_one())  # noqa: S608 - our own names
