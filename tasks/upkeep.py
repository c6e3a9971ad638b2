"""The one arrow that points back: lost messages are sent again, old bytes pruned, counts refreshed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db import claims, events, retention
from db.claims import ANNOUNCE_AGAIN, Table
from db.models import Article, Feed
from db.partitions import tend_anchor_partitions
from tasks import stage
from tasks.stage import SILENT_AGAIN, Stage, ring, transaction
from worker.app import CPU, NET, UPKEEP_SECONDS, app, is_silent
from worker.logs import log
from worker.settings import settings

STAGE_AFTER: dict[tuple[Table, str], tuple[str, str]] = {
    (Feed, "fetched"): ("tasks.poll.read_feed", "feed_id"),
    (Article, "found"): ("tasks.fetch.fetch_article", "article_id"),
    (Article, "fetched"): ("tasks.read.read_article", "article_id"),
    (Article, "read"): ("tasks.extract.extract_events", "article_id"),
}
PRUNE_SECONDS = 60  # half of the task's time limit: one more batch, and the anchors, are done within the rest
AT_ONCE = 2000  # rows of one sweep: sent within 3 s, and the next sweep goes on


@app.task(base=Stage, time_limit=settings().limit(UPKEEP_SECONDS))
def requeue_stalled() -> str:
    """Ring again for rows that are due and were not announced, or whose worker did not come back."""
    patience = SILENT_AGAIN if is_silent(NET) and is_silent(CPU) else ANNOUNCE_AGAIN
    rung, given_up = 0, 0
    for table in (Feed, Article):
        with transaction() as session:
            found = claims.stalled(
                session, table, stage.now(), AT_ONCE, again_after=patience, max_attempts=settings().max_attempts
            )
        for pending in found.announce:
            task, key = STAGE_AFTER[table, pending.state]
            ring(task, label="again", **{key: pending.row_id})
        rung, given_up = rung + len(found.announce), given_up + len(found.given_up)
        if found.given_up:
            log.warning("given up", table=table.__tablename__, rows=found.given_up)
    return f"{rung} sent again, {given_up} given up"


@app.task(base=Stage, time_limit=settings().limit(UPKEEP_SECONDS))
def refresh_counts() -> str:
    """Bring the counts by day up to date, without keeping anybody from reading them."""
    with transaction() as session:
        events.refresh_counts(session)
    return "refreshed"


@app.task(base=Stage, time_limit=settings().limit(UPKEEP_SECONDS))
def prune() -> str:
    """Delete what is past its days: raw bytes, rows of requests, texts as far as the settings say, weeks of anchors."""
    moment, keep = stage.now(), settings()
    enough = moment + timedelta(seconds=keep.limit(PRUNE_SECONDS))
    chores: list[tuple[str, Callable[[Session], int]]] = [
        ("raw bytes", lambda session: retention.prune_payloads(session, moment, timedelta(days=keep.payload_days))),
        ("requests", lambda session: retention.prune_fetches(session, moment, timedelta(days=keep.fetch_days))),
    ]
    if keep.text_keep != "full":
        how, before = keep.text_keep, moment - timedelta(days=keep.text_days)
        chores.append(("texts", lambda session: retention.erase_old_texts(session, before, how, moment)))
    gone = {name: _batch_by_batch(some, enough) for name, some in chores}
    counted = ", ".join(f"{rows} {name}" for name, rows in gone.items())
    anchors = tend_anchor_partitions(stage.engine(), moment.date(), timedelta(days=keep.anchor_days))
    return f"{counted} deleted, {anchors}"


def _batch_by_batch(delete: Callable[[Session], int], enough: datetime) -> int:
    """Delete in short transactions until nothing is left or it is time to stop; the next round goes on."""
    gone = 0
    while stage.now() < enough:
        with transaction() as session:
            batch = delete(session)
        gone += batch
        if not batch:
            break
    return gone
