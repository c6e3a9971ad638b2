"""A week of polling 10,000 feeds in virtual time: what it costs, and how soon an article is found.

    python bench/simulate_polling.py [FEEDS [DAYS]]

The line's own decisions are run (``tasks.poll.decide`` and ``tasks.enter.after_reading``, the limit of a tick, the
turns at hosts in a Valkey server); only the clock, the network and the feeds are made up. The feeds' parameters stand
below: they were fixed before the policy was tuned and are not to be tuned with it. Beside it the same feeds are polled
every 60 minutes.
"""

from __future__ import annotations

import heapq
import math
import random
import statistics
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import redis

from tasks.enter import after_reading
from tasks.poll import decide
from worker.embedded.valkey import EmbeddedValkey
from worker.feeds.interval import first_poll, most_at_once
from worker.fetch.slots import Granted, HostSlots
from worker.records import Entry, FeedHints, FeedState, FetchClass, Fetched, ParsedFeed, Validators

# --- the feeds: fixed on 2026-11-24, before the policy was tuned ------------------------------------------------
SEED = 20261124
MEDIAN_PER_DAY = 6.0  # articles of the median feed
SPREAD = 1.5  # sigma of the log-normal rate: 5 % publish more than 70 a day, 5 % one in two days
MOST_PER_DAY = 400.0
NIGHT_SHARE = 0.1  # of the usual rate at the quietest hour; the loudest has 1.9 times it (a raised cosine)
BATCH_MEAN = 1.6  # articles that come out together, within five minutes (geometric)
BURSTS_PER_WEEK = 1.0  # times that something happens: six times the rate for three hours
BURST_FACTOR, BURST_HOURS = 6.0, 3.0
SHOWN = (10, 20, 30, 50, 100)  # entries of a feed, each as likely
UNDATED = 0.10  # feeds whose entries have no dates
HINTS = ((0.15, FeedHints(ttl_minutes=60)), (0.10, FeedHints(ttl_minutes=15)), (0.25, FeedHints(max_age_seconds=300)))
HOSTS = ((0.70, 1), (0.20, 5), (0.10, 50))  # share of feeds that live on hosts with so many
ANSWER_SECONDS = 0.4  # that a server takes
STOP_DAY, STOP_HOURS = 3.5, 2.0  # everything stands still once, and starts again
WARM_UP_DAYS = 1.0  # not measured: the first day has to learn each feed's rhythm
# --- settings of the line, all defaults ---------------------------------------------------------------------------
TICK, SPACING, HOLD, FLOOR, CEILING = 15.0, 5.0, 35.0, 600, 86400

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = 86400.0


@dataclass(slots=True)
class Feed:
    """One made-up feed: when it publishes, and what the line knows of it."""

    state: FeedState
    host: str
    shared: bool  # other feeds live on its host
    published: list[float]
    shows: int
    dated: bool
    hints: FeedHints
    seen: int = 0  # articles found
    entries: list[Entry] = field(default_factory=list)
    found: list[float] = field(default_factory=list)  # delays


def publications(rng: random.Random, days: float) -> list[float]:
    """The seconds at which a feed publishes, from three days before the start."""
    per_second = min(rng.lognormvariate(math.log(MEDIAN_PER_DAY), SPREAD), MOST_PER_DAY) / DAY
    zone = rng.uniform(0, DAY)
    bursts = [rng.uniform(-3 * DAY, days * DAY) for _ in range(round((days + 3) / 7 * BURSTS_PER_WEEK))]
    most = per_second / BATCH_MEAN * (2 - NIGHT_SHARE) * BURST_FACTOR
    times: list[float] = []
    at = -3 * DAY
    while (at := at + rng.expovariate(most)) < days * DAY:  # thinning: Lewis and Shedler 1979
        daily = 1 - (1 - NIGHT_SHARE) * math.cos(2 * math.pi * (at + zone) / DAY)
        rate = per_second / BATCH_MEAN * daily * (BURST_FACTOR if _bursting(at, bursts) else 1)
        if rng.random() < rate / most:
            times.append(at)
            while rng.random() < 1 - 1 / BATCH_MEAN:
                times.append(at + rng.uniform(0, 300))
    return sorted(times)


def _bursting(at: float, bursts: list[float]) -> bool:
    return any(start <= at < start + BURST_HOURS * 3600 for start in bursts)


def make_feeds(count: int, days: float) -> list[Feed]:
    rng = random.Random(SEED)
    hosts = _hosts(rng)
    feeds = []
    for number in range(count):
        host, shared = next(hosts)
        chance = rng.random()
        hints = FeedHints()
        for share, hint in HINTS:
            if 0 <= chance < share:
                hints = hint
            chance -= share
        state = FeedState(number, f"https://{host}/{number}", floor_seconds=FLOOR, ceiling_seconds=CEILING)
        feeds.append(
            Feed(state, host, shared, publications(rng, days), rng.choice(SHOWN), rng.random() >= UNDATED, hints)
        )
    return feeds


def _hosts(rng: random.Random) -> Iterator[tuple[str, bool]]:
    for number in range(10**9):
        chance = rng.random() * sum(share / size for share, size in HOSTS)
        for share, size in HOSTS:
            if chance < share / size:
                yield from ((f"host{number}.example", size > 1) for _ in range(size))
                break
            chance -= share / size


def poll(feed: Feed, at: float, rng: random.Random) -> float:
    """One poll as the line does it; when the next one is due."""
    now = START + timedelta(seconds=at)
    until = bisect_right(feed.published, at)
    changed = until != feed.seen or feed.state.body_sha256 is None
    body = b"%d" % until
    fetched = Fetched(
        feed.state.url, feed.state.url, FetchClass.OK if changed else FetchClass.NOT_MODIFIED, "", now, 1,
        status=200 if changed else 304, body=body if changed else b"", sha256=body if changed else b"",
        validators=Validators(etag=body.decode()),
    )  # fmt: skip
    decided = decide(feed.state, fetched, now, rng.random())
    feed.state, next_poll = decided.state, decided.next_poll
    if decided.new_bytes:
        first = max(until - feed.shows, 0)
        new = feed.published[max(first, feed.seen) : until]
        feed.found.extend(at - published if at >= published else 0.0 for published in new if published >= 0)
        parsed = ParsedFeed("", None, None, "rss", _entries(feed, first, until), (), feed.hints)
        feed.state, next_poll = after_reading(feed.state, parsed, len(new), now, rng.random())
        feed.seen = until
    return (next_poll.at - START).total_seconds()


def _entries(feed: Feed, first: int, until: int) -> tuple[Entry, ...]:
    for second in feed.published[len(feed.entries) : until]:
        date = START + timedelta(seconds=second) if feed.dated else None
        feed.entries.append(Entry("", None, "", date, None, "", ""))
    return tuple(feed.entries[first:until][::-1])  # newest first, as feeds are written


@dataclass
class Run:
    """What a run has counted."""

    requests: list[float]
    by_host: dict[str, list[float]]
    delays: list[float]
    missed: int
    waits: int


def simulate(feeds: list[Feed], days: float, slots: HostSlots) -> Run:
    rng = random.Random(SEED + 1)
    due = [((first_poll(3600, START, rng.random()).at - START).total_seconds(), n) for n in range(len(feeds))]
    heapq.heapify(due)
    run = Run([], {}, [], 0, 0)
    rate = len(feeds) / 3600
    tick = 0.0
    soon: list[tuple[float, int]] = []  # whose turn at a host comes before the next tick
    while tick < days * DAY:
        tick += TICK
        if STOP_DAY * DAY <= tick < STOP_DAY * DAY + STOP_HOURS * 3600:
            continue
        for _ in range(most_at_once(rate, TICK)):
            if not due or due[0][0] > tick:
                break
            heapq.heappush(soon, (tick + rng.uniform(0, 1), heapq.heappop(due)[1]))
        while soon and soon[0][0] < tick + TICK:
            at, number = heapq.heappop(soon)
            feed = feeds[number]
            turn = (
                slots.take(feed.host, START + timedelta(seconds=at), SPACING, HOLD, who=str(number))
                if feed.shared
                else None
            )
            if turn is not None and not isinstance(turn, Granted):
                run.waits += 1
                then = (turn.until - START).total_seconds()
                heapq.heappush(soon if then - at < TICK else due, (max(then, at), number))
                continue
            before = feed.state.interval_seconds
            again = poll(feed, at + ANSWER_SECONDS, rng)
            if isinstance(turn, Granted):
                slots.give_back(feed.host, turn.token)
                run.by_host.setdefault(feed.host, []).append(at)
            rate += 1 / feed.state.interval_seconds - 1 / before
            run.requests.append(at)
            heapq.heappush(due, (again, number))
    return run


def every_hour(feeds: list[Feed], days: float) -> tuple[int, list[float]]:
    """The same feeds, asked every 60 minutes, each at its own minute, as the line is down at the same time."""
    rng = random.Random(SEED + 2)
    delays: list[float] = []
    stop, start = STOP_DAY * DAY, STOP_DAY * DAY + STOP_HOURS * 3600
    requests = 0
    for feed in feeds:
        minute = rng.uniform(0, 3600)
        requests += round((days - WARM_UP_DAYS) * 24 - STOP_HOURS)
        for published in feed.published:
            found = math.ceil((published - minute) / 3600) * 3600 + minute
            while stop <= found < start:
                found += 3600
            if published >= WARM_UP_DAYS * DAY and found < days * DAY:
                delays.append(found - published)
    return requests, delays


def _measured(feeds: list[Feed], days: float) -> list[float]:
    """Delays of the articles published after the first day, as far as they were found."""
    delays = []
    for feed in feeds:
        published = [second for second in feed.published[: feed.seen] if second >= 0]
        # Articles that scrolled out of the feed before a poll have no delay: they are counted as missed.
        if len(published) == len(feed.found):
            delays += [
                delay
                for second, delay in zip(published, feed.found, strict=True)
                if WARM_UP_DAYS * DAY <= second < days * DAY
            ]
        else:
            delays += feed.found[len(feed.found) // int(max(days, 2)) :]
    return delays


def _busiest(times: list[float], window: float) -> float:
    """Requests a second in the busiest window."""
    counts = Counter(int(at // window) for at in times)
    return max(counts.values(), default=0) / window


def report(count: int, days: float) -> None:
    feeds = make_feeds(count, days)
    articles = sum(sum(1 for second in feed.published if second >= WARM_UP_DAYS * DAY) for feed in feeds)
    with tempfile.TemporaryDirectory() as folder:
        valkey = EmbeddedValkey(Path(folder) / "valkey", durable=False)
        with redis.Redis.from_url(valkey.start()) as client:
            begun = time.perf_counter()
            run = simulate(feeds, days, HostSlots(client))
        valkey.stop()
    spent = time.perf_counter() - begun
    delays = _measured(feeds, days)
    requests = [at for at in run.requests if at >= WARM_UP_DAYS * DAY]
    hourly, hourly_delays = every_hour(feeds, days)
    up = (days - WARM_UP_DAYS) * DAY - STOP_HOURS * 3600
    restart = STOP_DAY * DAY + STOP_HOURS * 3600
    after = [at for at in run.requests if restart <= at < restart + 4 * 3600]
    found_in_time = sum(len(feed.found) for feed in feeds)
    known = sum(sum(1 for second in feed.published[: feed.seen] if second >= 0) for feed in feeds)
    closest = min((b - a for times in run.by_host.values() for a, b in pairwise(times)), default=0.0)
    mean = len(requests) / up
    rows = [
        ("feeds, days measured, articles", f"{count:,}, {days - WARM_UP_DAYS:g}, {articles:,}", ""),
        ("requests", f"{len(requests):,}", f"{hourly:,}"),
        ("requests a feed and day", f"{len(requests) / count / up * DAY:.1f}", f"{hourly / count / up * DAY:.1f}"),
        ("delay, median, min", f"{statistics.median(delays) / 60:.1f}", f"{statistics.median(hourly_delays) / 60:.1f}"),
        ("delay, mean, min", f"{statistics.mean(delays) / 60:.1f}", f"{statistics.mean(hourly_delays) / 60:.1f}"),
        ("delay, 90 % under, min", f"{_share(delays, 0.9):.1f}", f"{_share(hourly_delays, 0.9):.1f}"),
        ("delay, 99 % under, min", f"{_share(delays, 0.99):.1f}", f"{_share(hourly_delays, 0.99):.1f}"),
        ("articles scrolled away unseen", f"{1 - found_in_time / max(known, 1):.3%}", ""),
        ("requests a second, mean", f"{mean:.2f}", f"{hourly / up:.2f}"),
        ("busiest minute after the restart, times the mean", f"{_busiest(after, 60) / mean:.2f}", ""),
        ("busiest 15 min after the restart, times the mean", f"{_busiest(after, 900) / mean:.2f}", ""),
        ("shortest pause between requests to one host, s", f"{closest:.2f}", ""),
        ("turns that had to be waited for", f"{run.waits:,}", ""),
    ]
    print("| | Dateline | every 60 min |\n|---|---|---|\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows))
    each = spent / len(run.requests) * 1e6
    print(f"\n{len(run.requests):,} polls in {spent:.0f} s: {each:.0f} us for a decision, its turn and the simulation.")
    factor, a_day = 100_000 / count, articles / (days - WARM_UP_DAYS)
    print(f"At 100,000 feeds: {mean * factor:.0f} requests a second and {a_day * factor:,.0f} articles a day.")


def _share(delays: list[float], share: float) -> float:
    return sorted(delays)[int(len(delays) * share)] / 60


if __name__ == "__main__":
    report(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        float(sys.argv[2]) if len(sys.argv) > 2 else 7.0,
    )
