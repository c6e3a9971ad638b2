"""Fetch one article's page: known to be allowed, at the host's pace, its bytes stored for the reader."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime

from db import articles, claims, payloads
from db.models import Article
from tasks import asking, stage
from tasks.stage import Stage, ring, transaction
from worker.app import FETCH_SECONDS, app
from worker.fetch.outcome import is_permanent, is_success
from worker.fetch.robots import RobotsFile, RobotsVerdict, file_from, robots_url, verdict
from worker.fetch.slots import Wait
from worker.records import Fetched
from worker.settings import settings
from worker.urls import origin_of, registered_domain


@app.task(base=Stage, bind=True)
def fetch_article(self: Stage, article_id: int) -> str:
    """Fetch the page of one article that a feed has named."""
    held = stage.claim(Article, article_id, "found", FETCH_SECONDS)
    if held is None:
        return "already fetched, or not due"
    with transaction() as session:
        wanted = articles.load_for_fetch(session, article_id)
    with stage.explaining(held, wanted.url):
        allowed = _may_fetch(wanted.url)
        if isinstance(allowed, Wait):
            return _wait_for_turn(held, wanted.url, allowed.until)
        if not allowed.allowed:
            return stage.give_up(held, allowed.reason)
        moment = stage.now()
        granted = asking.turn(wanted.url, f"article:{article_id}", moment, spacing=allowed.crawl_delay)
        if isinstance(granted, Wait):
            return _wait_for_turn(held, wanted.url, granted.until)
        with asking.holding(wanted.url, granted):
            fetched = asking.client().get(
                wanted.url,
                accept=asking.PAGE_TYPES,
                extra_headers=asking.secret_headers(wanted.headers),
                max_bytes=settings().article_max_bytes,
            )
        said = _store(self, held, fetched)
    if is_success(fetched.outcome):
        ring("tasks.read.read_article", article_id=article_id, label=wanted.url)
    return said


def _store(task: Stage, held: claims.Claim, fetched: Fetched) -> str:
    moment, number = stage.now(), stage.task_id(task)
    asking.note_trouble(fetched, moment)
    if is_success(fetched.outcome):
        with transaction() as session:
            articles.store_article_fetch(session, held, fetched, moment, task_id=number)
        return f"fetched {len(fetched.body) / 1000:.1f} kB in {fetched.elapsed_ms} ms"
    ends = is_permanent(fetched.outcome, fetched.status)
    again = None if ends else fetched.retry_after or stage.retry_at(held.attempt, moment)
    with transaction() as session:
        tried_again = articles.store_failed_fetch(
            session, held, fetched, moment, retry_at=again, max_attempts=settings().max_attempts, task_id=number
        )
    return f"again at {again:%H:%M:%S}: {fetched.detail}" if again and tried_again else f"failed: {fetched.detail}"


def _wait_for_turn(held: claims.Claim, url: str, until: datetime) -> str:
    domain, moment = registered_domain(url), stage.now()
    soon = asking.is_soon(until, moment)
    with transaction() as session:
        claims.retry_later(
            session, held, until, f"Waits for its turn at {domain}.", moment, counts_as_attempt=False, announced=soon
        )
    if soon:
        seconds = max(0.0, (until - moment).total_seconds())
        ring("tasks.fetch.fetch_article", article_id=held.row_id, label=url, countdown=seconds)
    return f"waits for its turn at {domain} until {until:%H:%M:%S}"


# --- robots.txt ----------------------------------------------------------------------------------------------


def _may_fetch(url: str) -> RobotsVerdict | Wait:
    """Ask the host's robots.txt, fetching it first when it is not known; a wait when its turn comes later."""
    if not settings().obey_robots:
        return RobotsVerdict(allowed=True, crawl_delay=None, reason="robots.txt is not asked (DATELINE_OBEY_ROBOTS).")
    with transaction() as session:
        known = payloads.load_robots(session, origin_of(url), stage.now())
    if known is not None:
        return verdict(RobotsFile(*astuple(known)), url, asking.AGENT)
    fetched = _fetch_robots(url)
    if isinstance(fetched, Wait):
        return fetched
    asking.note_trouble(fetched, stage.now())
    file = file_from(fetched)
    with transaction() as session:
        payloads.store_fetch(session, payloads.Subject(), fetched, new_bytes=True)
        payloads.store_robots(session, origin_of(url), payloads.StoredRobots(*astuple(file)))
    return verdict(file, url, asking.AGENT)


def _fetch_robots(url: str) -> Fetched | Wait:
    where, moment = robots_url(url), stage.now()
    granted = asking.turn(where, f"robots:{origin_of(url)}", moment)
    if isinstance(granted, Wait):
        return granted
    with asking.holding(where, granted):
        return asking.client().get(where, accept=asking.ROBOTS_TYPES)
