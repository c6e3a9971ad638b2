"""When a feed is asked again, and the sentence that says why.

The interval of a healthy feed comes from evidence: how far apart its entries are, or, where they have no dates, how
many of those it shows were new at the last polls. What a publisher says about it (RSS ``ttl``, ``sy:updatePeriod``,
Cache-Control) only lengthens.
A failing feed is asked ever less often, by class of failure, but at least weekly: nothing is given up in silence.
All pure; ``rng`` is a random number in [0, 1) that the caller draws.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from worker.records import FeedHints, FeedState, FetchClass, NextPoll

JITTER_SHARE: Final = 0.10
JITTER_MOST: Final = 1800.0
"""Seconds. Enough to pull apart feeds that were imported or failed together, too little to matter to a reader."""

BACKOFF_FIRST: Final = 1800
BACKOFF_LAST: Final = 7 * 86400
"""Seconds: from half an hour to a week."""

GONE_AFTER: Final = timedelta(hours=48)
GONE_COUNT: Final = 3
"""410 is permanent (RFC 9110, 15.5.11), but servers also say it by mistake: three times over two days settles it."""

REMEMBERED_POLLS: Final = 8
"""Polls whose new and shown entries count as evidence."""

FEW_AT_ONCE: Final = 50
"""Feeds that any machine asks within a second or two: so many are never held back."""
CATCHING_UP: Final = 1.8
"""Times the usual rate: after a stop of an hour all is asked within about another one, at less than twice the rate."""

_BATCH_SECONDS: Final = 60
"""Entries published within a minute of each other are one batch: an outlet's scheduler, not its rhythm."""
_CROWDED: Final = 0.5
"""When half of what a feed shows is new, the next poll may come too late for some of it."""

_CONVINCED: Final = 4
"""Polls in a row without anything new after which dates that promise otherwise are no longer believed."""

_EVEN_SECONDS: Final = 1800
"""A feed with an entry every half hour is asked every half hour; one with a gap n times that, every sqrt(n) half hours.

With intervals in proportion to the square root of the gap, articles wait least in all for a given number of requests
(the least of sum(T/gap) where sum(1/T) is fixed). Half an hour then makes bench/simulate_polling.py need somewhat fewer
requests than polling every hour would.
"""

_DAY: Final = 86400
_FIRST_WAIT: Final = {
    FetchClass.TIMEOUT: (BACKOFF_FIRST, _DAY),  # passing trouble: never rarer than daily
    FetchClass.CONNECT: (BACKOFF_FIRST, _DAY),
    FetchClass.SERVER_ERROR: (BACKOFF_FIRST, _DAY),
    FetchClass.THROTTLED: (BACKOFF_FIRST, _DAY),
    FetchClass.DNS: (3600, BACKOFF_LAST),  # resolvers keep a failure for up to an hour
    FetchClass.BAD_CONTENT: (3600, BACKOFF_LAST),  # somebody has to mend it
    FetchClass.TLS: (7200, BACKOFF_LAST),  # likewise: a certificate
    FetchClass.CLIENT_ERROR: (7200, BACKOFF_LAST),
    FetchClass.REDIRECT_LOOP: (7200, BACKOFF_LAST),
    FetchClass.CHALLENGE: (4 * 3600, BACKOFF_LAST),  # asking often is what bot checks react to
    FetchClass.TOO_LARGE: (4 * 3600, BACKOFF_LAST),  # each try costs both sides megabytes
    FetchClass.ROBOTS: (_DAY, BACKOFF_LAST),  # robots.txt is cached for a day
    FetchClass.REFUSED: (_DAY, BACKOFF_LAST),  # an address that may not be connected to
    FetchClass.GONE: (_DAY, BACKOFF_LAST),  # three tries a day apart span the 48 hours
}
"""Seconds: the first wait of each class, doubled with every failure in a row, and the longest."""

_SUCCESS: Final = frozenset({FetchClass.OK, FetchClass.NOT_MODIFIED})


@dataclass(frozen=True, slots=True)
class AfterFailure:
    """What a failed poll changes of a feed's state, and when it is asked again."""

    next_poll: NextPoll
    failures: int
    failure_class: FetchClass
    gone_since: datetime | None
    gone_count: int
    gone: bool  # True: 410 often and long enough; the feed is no longer asked until somebody says so


def next_poll(
    state: FeedState,
    *,
    outcome: FetchClass,
    retry_after: datetime | None,
    new_entries: int,
    total_entries: int,
    now: datetime,
    rng: float,
) -> NextPoll:
    """Decide when a feed is asked again.

    Args:
        state: The feed before this poll; ``recent_published`` and ``hints`` may already hold this poll's.
        outcome: How this poll ended; anything but success is handed to :func:`after_failure`.
        retry_after: What the server told us, made absolute; honoured whatever the outcome.
        new_entries: Entries seen for the first time.
        total_entries: Entries the feed showed; 0 when it was not read (304 or the same bytes).
        now: The present, timezone-aware.
        rng: A random number in [0, 1).

    Returns:
        When, the interval before jitter, and the reason with its numbers.
    """
    if outcome not in _SUCCESS:
        return after_failure(state, outcome=outcome, retry_after=retry_after, now=now, rng=rng).next_poll
    wanted, why = _wanted(state, new_entries, total_entries, now)
    seconds = min(max(wanted, state.floor_seconds), state.ceiling_seconds)
    if seconds != wanted:
        bound = "floor" if seconds > wanted else "ceiling"
        why = f"{why}, held to the {bound} of {spoken(seconds)}"
    told = _told_seconds(state.hints)
    if told > seconds:
        seconds = min(told, state.ceiling_seconds)
        why = f"{why}; the publisher asks for {spoken(told)}"
    at = _spread(now, seconds, state.ceiling_seconds, rng)
    if retry_after is not None and retry_after > at:
        return NextPoll(retry_after, seconds, f"{why}; the server asks to wait until {retry_after:%Y-%m-%d %H:%M}Z.")
    return NextPoll(at, seconds, f"Every {spoken(seconds)}: {why}.")


def after_failure(
    state: FeedState,
    *,
    outcome: FetchClass,
    retry_after: datetime | None,
    now: datetime,
    rng: float,
    our_network: bool = False,
) -> AfterFailure:
    """Decide what a failed poll changes, and when the feed is asked again.

    Args:
        state: The feed before this poll.
        outcome: The class of the failure.
        retry_after: What the server told us, made absolute.
        now: The present, timezone-aware.
        rng: A random number in [0, 1).
        our_network: True when most hosts fail at once, so that the fault is ours: counters do not move.

    Returns:
        The new counters and the next poll; the wait doubles with each failure in a row within the bounds of its class.
    """
    if our_network:
        seconds = max(state.floor_seconds, state.interval_seconds // 2)
        reason = f"Most hosts failed at once: our network, not this feed ({outcome}); again in {spoken(seconds)}."
        poll = NextPoll(_spread(now, seconds, state.ceiling_seconds, rng), seconds, reason)
        return AfterFailure(
            poll, state.failures, state.failure_class or outcome, state.gone_since, state.gone_count, gone=False
        )
    failures = state.failures + 1
    gone_since = (state.gone_since or now) if outcome is FetchClass.GONE else None
    gone_count = state.gone_count + 1 if outcome is FetchClass.GONE else 0
    gone = gone_since is not None and gone_count >= GONE_COUNT and now - gone_since >= GONE_AFTER
    poll = _backed_off(state, outcome, failures, retry_after, now, rng)
    if gone:
        since = f"{gone_since:%Y-%m-%d %H:%M}"
        poll = NextPoll(poll.at, poll.interval_seconds, f"Gone: answered 410 {gone_count} times since {since}Z.")
    return AfterFailure(poll, failures, outcome, gone_since, gone_count, gone)


def first_poll(interval_seconds: int, now: datetime, rng: float) -> NextPoll:
    """Place the first poll of a new feed anywhere in its first interval, so that an import of many spreads."""
    at = now + timedelta(seconds=rng * interval_seconds)
    return NextPoll(at, interval_seconds, f"Added; first asked within {spoken(interval_seconds)}.")


def remember(counts: tuple[int, ...], latest: int) -> tuple[int, ...]:
    """Add this poll's count to those of the last polls, newest last, and forget the oldest."""
    return (*counts, latest)[-REMEMBERED_POLLS:]


def counted(state: FeedState, *, new: int, shown: int | None) -> FeedState:
    """Add one poll to the evidence: new entries and entries shown; None for as many as at the poll before."""
    if shown is None:
        shown = state.entry_counts[-1] if state.entry_counts else 0
    return replace(state, new_counts=remember(state.new_counts, new), entry_counts=remember(state.entry_counts, shown))


def most_at_once(polls_per_second: float, tick_seconds: float) -> int:
    """Say how many feeds one tick may announce, so that what piled up during a stop does not burst out after it.

    Args:
        polls_per_second: What all feeds together ask for by their intervals.
        tick_seconds: Time between two ticks.

    Returns:
        Less than twice the usual number, yet enough for a small list to be asked all at once.
    """
    return max(FEW_AT_ONCE, math.ceil(CATCHING_UP * polls_per_second * tick_seconds))


def median_gap(published: Iterable[datetime], now: datetime) -> float | None:
    """Measure the rhythm of a feed.

    Args:
        published: When its latest entries were published, any order; those in the future do not count.
        now: The present.

    Returns:
        Seconds between batches of entries at the median; None when fewer than three batches are known.
    """
    times = sorted(instant for instant in published if instant <= now)
    batches: list[datetime] = []
    for instant in times:
        if not batches or (instant - batches[-1]).total_seconds() > _BATCH_SECONDS:
            batches.append(instant)
    if len(batches) < 3:  # noqa: PLR2004 - two gaps are the least that have a middle
        return None
    return median((later - earlier).total_seconds() for earlier, later in pairwise(batches))


def spoken(seconds: float) -> str:
    """Say a length of time in the largest unit that keeps it short: ``45 s``, ``12 min``, ``3.5 h``, ``2 d``."""
    for size, unit in ((_DAY, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (size == 60 and seconds >= size):  # noqa: PLR2004 - minutes are said from the first on
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"


def _wanted(state: FeedState, new_entries: int, total_entries: int, now: datetime) -> tuple[int, str]:
    # A poll that was not read (304, or the same bytes) still saw the entries of the one before.
    total = total_entries or (state.entry_counts[-1] if state.entry_counts else 0)
    new = remember(state.new_counts, new_entries)
    shown = remember(state.entry_counts, total)
    said = f"{sum(new)} of {sum(shown)} entries were new in {_polls(len(new))}"
    if total_entries and new_entries >= _CROWDED * total and state.entry_counts:
        why = f"{new_entries} of {total_entries} entries were new at once, so twice as often"
        return state.interval_seconds // 2, why
    gap = median_gap(state.recent_published, now)
    if gap is None:
        return _by_counts(state, new, said)
    silence = (now - max(t for t in state.recent_published if t <= now)).total_seconds()
    quiet = new[-_CONVINCED:]
    if len(quiet) == _CONVINCED and not any(quiet) and silence < state.interval_seconds:
        why = f"nothing new in {_polls(_CONVINCED)} whatever the dates say, so half as long again"
        return int(state.interval_seconds * 1.5), why
    # After a silence of twice the gap the next entry is no longer due by the gap.
    since = f", the last {spoken(silence)} ago" if silence / 2 > gap else ""
    return _between(max(gap, silence / 2)), f"entries come {spoken(gap)} apart at the median{since}; {said}"


def _by_counts(state: FeedState, new: tuple[int, ...], said: str) -> tuple[int, str]:
    """Reckon the rhythm of a feed without dates from how many of its entries were new at the last polls."""
    if not state.entry_counts:  # the first poll: all is new, which means nothing
        return state.interval_seconds, f"no dates to go by and no poll before; {said}"
    seen = sum(new) if len(new) == REMEMBERED_POLLS else sum(new[1:])
    # Half an entry where none came: the next one may be just about to.
    gap = state.interval_seconds * len(new) / max(seen, 0.5)
    return _between(gap), f"no dates to go by, new entries about {spoken(gap)} apart; {said}"


def _between(gap: float) -> int:
    return int(math.sqrt(gap * _EVEN_SECONDS))


def _told_seconds(hints: FeedHints) -> int:
    return max((hints.ttl_minutes or 0) * 60, (hints.update_minutes or 0) * 60, hints.max_age_seconds or 0)


def _spread(now: datetime, seconds: float, ceiling: float, rng: float) -> datetime:
    span = min(seconds * JITTER_SHARE, JITTER_MOST)
    # Where jitter could lead past the ceiling it goes down instead, so that "at most" stays true.
    direction = -1 if seconds + span > ceiling else 1
    return now + timedelta(seconds=seconds + direction * rng * span)


def _backed_off(
    state: FeedState, outcome: FetchClass, failures: int, retry_after: datetime | None, now: datetime, rng: float
) -> NextPoll:
    first, longest = _FIRST_WAIT.get(outcome, (BACKOFF_FIRST, BACKOFF_LAST))
    # Capping the exponent keeps the power small after years of failures.
    doubled = first * 2 ** min(failures - 1, 20)
    if outcome is FetchClass.GONE:
        doubled = first
    seconds = min(max(doubled, min(state.interval_seconds, longest)), longest)
    at = _spread(now, seconds, longest, rng)
    reason = f"Failure {failures} in a row ({outcome}): again in {spoken(seconds)}."
    if retry_after is not None and (outcome is FetchClass.THROTTLED or retry_after > at):
        at = max(retry_after + timedelta(seconds=rng * state.floor_seconds * JITTER_SHARE), _floor(state, now))
        reason = (
            f"Failure {failures} in a row ({outcome}): the server asks to wait until {retry_after:%Y-%m-%d %H:%M}Z."
        )
        seconds = int((at - now).total_seconds())
    return NextPoll(at, seconds, reason)


def _floor(state: FeedState, now: datetime) -> datetime:
    return now + timedelta(seconds=state.floor_seconds)


def _polls(count: int) -> str:
    return "this poll" if count == 1 else f"the last {count} polls"
