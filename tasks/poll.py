"""From the clock to new articles: which feeds are due, what they say, and what of it is new."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from db import articles, entries, feeds
from db.claims import Claim
from db.models import Feed
from db.payloads import recent_attempts
from tasks import asking, stage
from tasks.journey import Journey
from tasks.stage import SILENT_AGAIN, Stage, one_statement, ring, transaction
from worker.app import FETCH_SECONDS, NET, READ_FEED_SECONDS, app, is_silent
from worker.errors import InputError
from worker.feeds.identity import EntryKind, sort_entries, wanted
from worker.feeds.interval import after_failure, counted, most_at_once, next_poll
from worker.feeds.parse import ParseLimits, parse_feed
from worker.fetch.conditional import after_fetch, request_validators
from worker.fetch.outcome import is_our_network, is_success
from worker.logs import log
from worker.records import FeedState, FetchClass, Fetched, NextPoll, ParsedFeed
from worker.settings import settings
from worker.urls import is_same_over_https, registered_domain, without_login

ANNOUNCED = timedelta(seconds=120)  # a poll whose message is lost is announced again after this
NETWORK_WINDOW = timedelta(minutes=3)  # attempts this young tell whether the fault is our network's


@dataclass(frozen=True, slots=True)
class PollDecision:
    """What one answer of a feed changes."""

    state: FeedState
    next_poll: NextPoll
    new_bytes: bool
    gone: bool
    note: str | None


def decide(
    state: FeedState,
    fetched: Fetched,
    now: datetime,
    rng: float,
    *,
    our_network: bool = False,
    sends_secrets: bool = False,
) -> PollDecision:
    """Decide what an answer changes of a feed, and when it is asked again.

    Args:
        state: the feed before this poll.
        fetched: the answer, errors included.
        now: the present instant.
        rng: a random number in [0, 1), for jitter.
        our_network: most hosts fail at once, so this feed is not to blame.
        sends_secrets: the feed has headers of the user's own. It never moves to another host, which would then be
            sent them; http to https of the same address is no move.
    """
    learnt = after_fetch(state, fetched, now)
    moved = learnt.move_to
    if moved is not None and sends_secrets and not is_same_over_https(state.url, moved):
        moved = None
    after = replace(
        state,
        url=moved or state.url,
        validators=learnt.validators,
        validators_trusted=learnt.validators_trusted,
        body_sha256=learnt.body_sha256,
        unconditional_at=learnt.unconditional_at,
        permanent_redirect_to=learnt.permanent_redirect_to,
        permanent_redirect_since=learnt.permanent_redirect_since,
    )
    if is_success(fetched.outcome):
        after = replace(after, failures=0, failure_class=None, gone_since=None, gone_count=0)
        again = next_poll(
            after,
            outcome=fetched.outcome,
            retry_after=fetched.retry_after,
            new_entries=0,
            total_entries=0,
            now=now,
            rng=rng,
        )
        after = replace(after, interval_seconds=again.interval_seconds)
        if not learnt.body_changed:  # nothing new, and known without reading it
            after = counted(after, new=0, shown=None)
        return PollDecision(after, again, learnt.body_changed, gone=False, note=learnt.note)
    failed = after_failure(
        state, outcome=fetched.outcome, retry_after=fetched.retry_after, now=now, rng=rng, our_network=our_network
    )
    after = replace(
        after,
        failures=failed.failures,
        failure_class=failed.failure_class,
        gone_since=failed.gone_since,
        gone_count=failed.gone_count,
    )
    return PollDecision(after, failed.next_poll, new_bytes=False, gone=failed.gone, note=learnt.note)


@app.task(base=Stage)
def poll_due_feeds() -> str:
    """Ring for every feed that is due."""
    lost_after = SILENT_AGAIN if is_silent(NET) else ANNOUNCED
    with transaction() as session:
        most = most_at_once(feeds.polls_per_second(session), settings().tick_seconds)
        due = feeds.claim_due(session, stage.now(), lost_after, most)
    for feed_id in due:
        ring("tasks.poll.poll_feed", feed_id=feed_id)
    return f"{len(due)} feeds due"


@app.task(base=Stage, bind=True)
def poll_feed(self: Stage, feed_id: int) -> str:
    """Ask one feed, politely and only for what is new; its bytes are read by another task."""
    moment = stage.now()
    with one_statement() as session:
        poll = feeds.start_poll(session, feed_id, moment, settings().lease(FETCH_SECONDS), _bounds())
    if poll is None:
        return "not due, or asked by another worker"
    with Journey(f"feed:{feed_id}") as journey:
        if (wait := journey.begin(poll.state.url, moment)) is not None:
            return _wait_for_turn(poll, poll.state.url, wait.until)
        fetched = _ask(poll, journey)
    if journey.delayed is not None:
        return _wait_for_turn(poll, *journey.delayed)
    moment = stage.now()
    asking.note_trouble(fetched, moment)
    decision = decide(
        poll.state,
        fetched,
        moment,
        random.random(),  # noqa: S311
        our_network=_our_network_failed(fetched, moment),
        sends_secrets=bool(poll.headers),
    )
    with transaction() if decision.new_bytes or decision.state.url != poll.state.url else one_statement() as session:
        feeds.store_poll(
            session, poll, decision.state, fetched, decision.next_poll, moment,
            new_bytes=decision.new_bytes, gone=decision.gone, task_id=stage.task_id(self),
        )  # fmt: skip
    if decision.note:
        log.info("learnt", note=decision.note)
    shown = without_login(poll.state.url)
    if decision.new_bytes:
        ring("tasks.poll.read_feed", feed_id=feed_id, label=shown)
    return f"{shown}: {_in_words(fetched)}"


@app.task(base=Stage, time_limit=settings().limit(READ_FEED_SECONDS))
def read_feed(feed_id: int) -> str:
    """Read the bytes of one feed, and enter every article that is not known yet."""
    held = stage.claim(Feed, feed_id, "fetched", READ_FEED_SECONDS)
    if held is None:
        return "already read"
    with stage.explaining(held, f"feed {feed_id}"):
        with transaction() as session:
            feed = feeds.load_for_reading(session, feed_id, _bounds())
        if feed is None:
            return stage.give_up(held, "its bytes are no longer kept")
        limits = ParseLimits()
        parsed = parse_feed(
            feed.payload.body,
            url=feed.payload.final_url,
            headers=feed.payload.headers,
            now=stage.now(),
            limits=limits,
            zone=ZoneInfo(feed.time_zone) if feed.time_zone else UTC,
        )
        found, said = _enter(held, feed, parsed)
    for article_id, url in found:
        ring("tasks.fetch.fetch_article", article_id=article_id, label=url)
    return said


def _enter(held: Claim, feed: feeds.FeedToRead, parsed: ParsedFeed) -> tuple[list[tuple[int, str]], str]:
    """Store what a feed says; the articles found, each with its URL, and what to show."""
    moment = stage.now()
    with transaction() as session:
        known = entries.known_entries(session, feed.state.feed_id, wanted(parsed), moment)
        decisions = sort_entries(parsed, known, moment)
        found = entries.insert_found(session, feed.state.feed_id, decisions, moment)
        urls = articles.urls_of(session, found)
        state, again = after_reading(feed.state, parsed, len(found), moment, random.random())  # noqa: S311
        feeds.store_feed_reading(
            session, held, state, again, moment,
            title=parsed.title, home_url=parsed.home_url, problems=parsed.problems,
        )  # fmt: skip
    refused = sum(decision.kind is EntryKind.REFUSED for decision in decisions)
    said = f"{len(parsed.entries)} entries, {len(found)} new" + (f", {refused} refused" if refused else "")
    return [(article_id, urls[article_id]) for article_id in found], said + (
        f"; {len(parsed.problems)} problems" if parsed.problems else ""
    )


def after_reading(
    state: FeedState, parsed: ParsedFeed, new: int, now: datetime, rng: float
) -> tuple[FeedState, NextPoll]:
    """Decide what the entries of a feed change of it, and when it is asked again.

    Args:
        state: the feed as its poll left it.
        parsed: what its bytes say.
        new: entries that were not known.
        now: the present instant.
        rng: a random number in [0, 1), for jitter.
    """
    published = tuple(entry.published for entry in parsed.entries if entry.published)[:50]
    known = replace(state, hints=parsed.hints, recent_published=published)
    after = counted(known, new=new, shown=len(parsed.entries))
    if not parsed.kind:  # a page, or nothing at all, where a feed should be
        failed = after_failure(after, outcome=FetchClass.BAD_CONTENT, retry_after=None, now=now, rng=rng)
        return replace(after, failures=failed.failures, failure_class=failed.failure_class), failed.next_poll
    again = next_poll(
        known, outcome=FetchClass.OK, retry_after=None, new_entries=new, total_entries=len(parsed.entries), now=now,
        rng=rng,
    )  # fmt: skip
    return replace(after, interval_seconds=again.interval_seconds), again


def _bounds() -> feeds.Bounds:
    return feeds.Bounds(settings().feed_floor_seconds, settings().feed_ceiling_seconds)


def _ask(poll: feeds.PollStart, journey: Journey) -> Fetched:
    try:
        headers = asking.secret_headers(poll.headers)
    except InputError as error:
        return _refused(poll.state.url, str(error))
    return asking.client().get(
        poll.state.url,
        accept=asking.FEED_TYPES,
        validators=request_validators(poll.state, stage.now()),
        extra_headers=headers,
        max_bytes=settings().feed_max_bytes,
        may_follow=journey.may_follow,
    )


def _refused(url: str, detail: str) -> Fetched:
    return Fetched(url, url, FetchClass.REFUSED, detail, started_at=stage.now(), elapsed_ms=0)


def _wait_for_turn(poll: feeds.PollStart, url: str, until: datetime) -> str:
    domain, now = registered_domain(url), stage.now()
    reason = f"Waits for its turn at {domain}."
    with one_statement() as session:
        feeds.postpone_poll(session, poll, until, reason)
    if asking.is_soon(until, now):
        ring("tasks.poll.poll_feed", feed_id=poll.state.feed_id, countdown=max(0.0, (until - now).total_seconds()))
    return f"waits for its turn at {domain} until {until:%H:%M:%S}"


def _our_network_failed(fetched: Fetched, now: datetime) -> bool:
    if is_success(fetched.outcome):
        return False
    with transaction() as session:
        attempts = recent_attempts(session, now - NETWORK_WINDOW)
    here = [(registered_domain(url), outcome) for url, outcome in attempts]
    return is_our_network([*here, (registered_domain(fetched.url), fetched.outcome)])


def _in_words(fetched: Fetched) -> str:
    if fetched.outcome is FetchClass.NOT_MODIFIED:
        return "not changed (304)"
    if fetched.outcome is FetchClass.OK:
        return f"{len(fetched.body) / 1000:.1f} kB"
    return fetched.detail
