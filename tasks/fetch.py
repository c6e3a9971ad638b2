"""Fetch one article's page: known to be allowed, at the host's pace, its bytes stored for the reader."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from db import articles, claims, payloads
from db.models import Article
from tasks import asking, stage
from tasks.journey import Delayed, Journey
from tasks.permission import known_rules, may_fetch, with_reservation
from tasks.stage import Stage, one_statement, ring, transaction
from worker.app import FETCH_SECONDS, app
from worker.fetch.outcome import is_permanent, is_success
from worker.fetch.robots import RobotsVerdict
from worker.fetch.slots import Wait
from worker.records import FetchClass, Fetched
from worker.settings import settings
from worker.urls import is_fetchable, registered_domain, url_key


@app.task(base=Stage)
def fetch_article(article_id: int) -> str:
    """Fetch the page of one article that a feed has named."""
    held = stage.claim(Article, article_id, "found", FETCH_SECONDS)
    if held is None:
        return "already fetched, or not due"
    with one_statement() as session:
        wanted = articles.load_for_fetch(session, article_id)
    with stage.explaining(held, wanted.url):
        allowed = may_fetch(wanted.url)
        if isinstance(allowed, Wait):
            return _wait_for_turn(held, wanted.url, wanted.url, allowed.until)
        if not allowed.allowed:
            return _forbidden(held, allowed)
        visit = _visit(wanted, allowed)
        if isinstance(visit, Delayed):
            return _wait_for_turn(held, wanted.url, *visit)
        if visit.same_as is not None:
            return _reject(held, visit)
        said = _store(held, visit.fetched)
    if is_success(visit.fetched.outcome):
        ring("tasks.read.read_article", article_id=article_id, label=wanted.url)
    return said


class _Visit(NamedTuple):
    """What came of asking for a page."""

    fetched: Fetched
    same_as: int | None  # the article that a redirect led to, when that one is known: it was not fetched again


def _visit(wanted: articles.ArticleToFetch, allowed: RobotsVerdict) -> _Visit | Delayed:
    """Ask for a page when its host's turn has come, and each host's that a redirect leads to."""
    same_as: list[int] = []

    def may_follow(target: str) -> tuple[FetchClass, str] | None:
        if (known := _another_at(target, wanted.article_id)) is not None:
            same_as.append(known)
            return (
                FetchClass.REFUSED,
                f"{wanted.url} leads to {target}, which is article {known}: it is not read twice.",
            )
        return journey.may_follow(target)

    with Journey(f"article:{wanted.article_id}", known_rules) as journey:
        if (wait := journey.begin(wanted.url, stage.now(), spacing=allowed.crawl_delay)) is not None:
            return Delayed(wanted.url, wait.until)
        fetched = asking.client().get(
            wanted.url,
            accept=asking.PAGE_TYPES,
            extra_headers=asking.secret_headers(wanted.headers),
            max_bytes=settings().article_max_bytes,
            may_follow=may_follow,
        )
    if journey.unasked is not None:
        asked = may_fetch(journey.unasked)
        return Delayed(journey.unasked, asked.until if isinstance(asked, Wait) else stage.now())
    return journey.delayed or _Visit(fetched, same_as[0] if same_as else None)


def _another_at(url: str, article_id: int) -> int | None:
    if not is_fetchable(url):
        return None
    with transaction() as session:
        known = articles.known_at(session, url_key(url))
    return known if known != article_id else None


def _reject(held: claims.Claim, visit: _Visit) -> str:
    moment, subject = stage.now(), payloads.Subject(article_id=held.row_id)
    with transaction() as session:
        payloads.store_fetch(session, subject, visit.fetched, new_bytes=False, task_id=stage.task_id())
        claims.finish(session, held, "rejected", moment, announced=False, last_error=visit.fetched.detail)
    return f"rejected: {visit.fetched.detail}"


def _store(held: claims.Claim, fetched: Fetched) -> str:
    moment, number = stage.now(), stage.task_id()
    asking.note_trouble(fetched, moment)
    if is_success(fetched.outcome):
        with one_statement() as session:
            articles.store_article_fetch(session, held, with_reservation(fetched), moment, task_id=number)
        return f"fetched {len(fetched.body) / 1000:.1f} kB in {fetched.elapsed_ms} ms"
    ends = is_permanent(fetched.outcome, fetched.status)
    backoff = stage.retry_at(held.attempt, moment)  # a site may ask for a longer wait, never for a shorter one
    again = None if ends else max(fetched.retry_after or backoff, backoff)
    with transaction() as session:
        tried_again = articles.store_failed_fetch(
            session, held, fetched, moment, retry_at=again, max_attempts=settings().max_attempts, task_id=number
        )
    return f"again at {again:%H:%M:%S}: {fetched.detail}" if again and tried_again else f"failed: {fetched.detail}"


def _forbidden(held: claims.Claim, told: RobotsVerdict) -> str:
    """End an article that robots.txt forbids; one whose robots.txt cannot be read now is tried again."""
    if told.again_at is None:
        return stage.give_up(held, told.reason)
    with transaction() as session:
        again = claims.retry_later(
            session, held, told.again_at, told.reason, stage.now(), max_attempts=settings().max_attempts
        )
    return f"{f'again at {told.again_at:%H:%M:%S}' if again else 'failed'}: {told.reason}"


def _wait_for_turn(held: claims.Claim, url: str, where: str, until: datetime) -> str:
    domain, moment = registered_domain(where), stage.now()
    soon = asking.is_soon(until, moment)
    with transaction() as session:
        claims.retry_later(
            session, held, until, f"Waits for its turn at {domain}.", moment, counts_as_attempt=False, announced=soon
        )
    if soon:
        seconds = max(0.0, (until - moment).total_seconds())
        ring("tasks.fetch.fetch_article", article_id=held.row_id, label=url, countdown=seconds)
    return f"waits for its turn at {domain} until {until:%H:%M:%S}"
