"""From the clock to a feed's bytes: which feeds are due, what each answers, and when it is asked again."""

from __future__ import annotations

import random
import time
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db import feeds
from db.payloads import recent_attempts
from tasks import asking, stage
from tasks.journey import Journey
from tasks.stage import SILENT_AGAIN, Stage, one_statement, ring, transaction
from worker.app import FETCH_SECONDS, NET, app, is_silent
from worker.errors import InputError
from worker.feeds.batches import in_batches
from worker.feeds.interval import after_failure, counted, most_at_once, next_poll
from worker.fetch.conditional import after_fetch, request_validators
from worker.fetch.outcome import is_our_network, is_success
from worker.logs import log
from worker.records import FeedState, FetchClass, Fetched, NextPoll
from worker.settings import settings
from worker.urls import is_same_over_https, registered_domain, without_login

ANNOUNCED = timedelta(seconds=120)  # a poll whose message is lost is announced again after this
BATCH_SECONDS = 10.0  # less than after which an announced poll counts as lost where no message waits (SILENT_AGAIN)
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
    for together in in_batches(due, settings().net_threads):
        if len(together) == 1:
            ring("tasks.poll.poll_feed", feed_id=together[0])
        else:
            ring("tasks.poll.poll_feeds", feed_ids=together)
    return f"{len(due)} feeds due"


@app.task(base=Stage)
def poll_feeds(feed_ids: list[int]) -> str:
    """Ask several feeds one after the other: each as ``poll_feed`` does, for a fraction of the messages.

    What one of them raises is raised when all were asked. Those that a slow one keeps from being asked soon are rung
    for one by one, and so asked side by side; all that was announced and not asked is, as ever, due again by itself.
    """
    began, errors = time.monotonic(), []
    waiting = deque(feed_ids)
    while waiting and time.monotonic() - began < BATCH_SECONDS:
        try:
            poll_feed(feed_id=waiting.popleft())
        except Exception as error:  # noqa: BLE001 - whatever one feed brings up, its neighbours are asked
            errors.append(error)
    for feed_id in waiting:
        ring("tasks.poll.poll_feed", feed_id=feed_id)
    if errors:
        raise ExceptionGroup(f"{len(errors)} of {len(feed_ids)} feeds could not be polled", errors)
    return f"{len(feed_ids) - len(waiting)} of {len(feed_ids)} asked"


@app.task(base=Stage)
def poll_feed(feed_id: int) -> str:
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
            new_bytes=decision.new_bytes, gone=decision.gone, task_id=stage.task_id(),
        )  # fmt: skip
    if decision.note:
        log.info("learnt", note=decision.note)
    shown = without_login(poll.state.url)
    if decision.new_bytes:
        ring("tasks.poll.read_feed", feed_id=feed_id, label=shown)
    return f"{shown}: {_in_words(fetched)}"


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
