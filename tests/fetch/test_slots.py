"""Turns at hosts, on a real server. Time is an argument, so nothing here waits."""

import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import redis

from worker.fetch.slots import GRACE_SECONDS, Granted, HostSlots, Wait

NOW = datetime.now(UTC).replace(microsecond=0)
SPACING, HOLD = 5.0, 40.0
HOST = "example.org"


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def slots(redis_url: str) -> Iterator[HostSlots]:
    with redis.Redis.from_url(redis_url) as client:
        yield HostSlots(client)


def take(slots: HostSlots, at: float, who: str = "", spacing: float = SPACING, hold: float = HOLD) -> Granted | Wait:
    return slots.take(HOST, after(at), spacing, hold, who=who)


def granted(slots: HostSlots, at: float, who: str = "") -> str:
    turn = take(slots, at, who)
    assert isinstance(turn, Granted), turn
    return turn.token


def told_to_wait(slots: HostSlots, at: float, who: str = "") -> float:
    turn = take(slots, at, who)
    assert isinstance(turn, Wait), turn
    return (turn.until - NOW).total_seconds()


def test_one_at_a_time_and_a_pause_between_starts(slots: HostSlots) -> None:
    token = granted(slots, 0)
    assert told_to_wait(slots, 1, "b") == 5
    slots.give_back(HOST, token)
    assert told_to_wait(slots, 4, "b") == 5
    granted(slots, 5, "b")


def test_other_parties_do_not_matter(slots: HostSlots) -> None:
    granted(slots, 0)
    assert isinstance(slots.take("example.net", NOW, SPACING, HOLD), Granted)


def test_a_thousand_callers_get_a_thousand_times_a_spacing_apart(slots: HostSlots) -> None:
    granted(slots, 0, "first")
    times = sorted(told_to_wait(slots, n / 1000, f"article:{n}") for n in range(1000))
    assert times == [pytest.approx(5 * n, abs=0.01) for n in range(1, 1001)]
    assert slots.waiting(HOST) == 1000


def test_asking_again_does_not_change_a_turn(slots: HostSlots) -> None:
    granted(slots, 0)
    assert [told_to_wait(slots, at, "b") for at in (0, 1, 2)] == [5, 5, 5]
    assert told_to_wait(slots, 2, "c") == 10


def test_who_waits_goes_before_who_comes(slots: HostSlots) -> None:
    slots.give_back(HOST, granted(slots, 0))
    assert told_to_wait(slots, 1, "b") == 5
    assert told_to_wait(slots, 5.5, "newcomer") == 10
    slots.give_back(HOST, granted(slots, 6, "b"))
    assert told_to_wait(slots, 10, "newcomer") == 11
    granted(slots, 11, "newcomer")


def test_a_slow_holder_shifts_the_line_and_nobody_goes_to_its_end(slots: HostSlots) -> None:
    token = granted(slots, 0)
    assert [told_to_wait(slots, 0, who) for who in "bcd"] == [5, 10, 15]
    assert told_to_wait(slots, 5, "b") == 10
    assert told_to_wait(slots, 12, "b") <= 17
    slots.give_back(HOST, token)
    turn = told_to_wait(slots, 12, "b")
    granted(slots, turn, "b")


def test_a_lost_holder_frees_its_turn(slots: HostSlots) -> None:
    lost = granted(slots, 0)
    assert told_to_wait(slots, HOLD - 1, "b") <= HOLD
    granted(slots, HOLD, "b")
    # Whoever was taken for lost frees nothing when it comes back after all.
    assert slots.give_back(HOST, lost) is False
    assert isinstance(take(slots, HOLD + 6, "c"), Wait)


def test_a_promise_that_nobody_claims_lapses(slots: HostSlots) -> None:
    slots.give_back(HOST, granted(slots, 0))
    assert told_to_wait(slots, 1, "lost") == 5
    assert slots.waiting(HOST) == 1
    granted(slots, 5 + GRACE_SECONDS + 1, "b")
    assert slots.waiting(HOST) == 0


def test_who_needs_a_long_pause_is_not_passed_by_who_needs_a_short_one(slots: HostSlots) -> None:
    slots.give_back(HOST, granted(slots, 0, "a"))
    assert take(slots, 1, "patient", spacing=60) == Wait(after(60))
    assert told_to_wait(slots, 10, "quick") == 65
    patient = take(slots, 60, "patient", spacing=60)
    assert isinstance(patient, Granted)
    slots.give_back(HOST, patient.token)
    slots.give_back(HOST, granted(slots, 65, "quick"))
    granted(slots, 70, "another")  # nobody with a long pause waits any more


def test_a_caller_without_a_name_takes_the_turn_that_is_due(slots: HostSlots) -> None:
    token = granted(slots, 0)
    assert [told_to_wait(slots, 1) for _ in range(3)] == [5, 10, 15]
    slots.give_back(HOST, token)
    for at in (5, 10, 15):
        slots.give_back(HOST, granted(slots, at))
    assert slots.waiting(HOST) == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_crowd_is_served_one_by_one_and_soon(slots: HostSlots, seed: int) -> None:
    """Eighty callers with fetches of up to nine seconds, each coming back up to three seconds late."""
    chance = random.Random(seed)
    due = {f"article:{n}": chance.uniform(0, 20) for n in range(80)}
    starts: list[float] = []
    busy_until, token, trips = 0.0, "", 0
    while due:
        who = min(due, key=lambda name: due[name])
        at = due.pop(who)
        if token and busy_until <= at:
            slots.give_back(HOST, token)
            token = ""
        trips += 1
        turn = take(slots, at, who)
        if isinstance(turn, Wait):
            assert turn.until > after(at)
            due[who] = (turn.until - NOW).total_seconds() + chance.uniform(0, 3)
            continue
        assert not token
        assert not starts or at - starts[-1] >= SPACING - 0.002
        starts.append(at)
        token, busy_until = turn.token, at + chance.uniform(0.2, 9)
    assert len(starts) == 80
    # Fetches take longer than the spacing now and then, and callers come late: still close to the least possible.
    assert starts[-1] < 80 * SPACING * 2
    assert trips < 80 * 15


def test_threads_that_ask_at_once_get_one_turn(slots: HostSlots) -> None:
    turns: list[Granted | Wait] = []
    gate = threading.Barrier(20)

    def ask(n: int) -> None:
        gate.wait()
        turns.append(take(slots, 0, f"article:{n}"))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(turn, Granted) for turn in turns) == 1
    assert len({turn.until for turn in turns if isinstance(turn, Wait)}) == 19


def test_no_spacing_still_means_one_at_a_time(slots: HostSlots) -> None:
    turn = take(slots, 0, "a", spacing=0)
    assert isinstance(turn, Granted)
    assert isinstance(take(slots, 0, "b", spacing=0), Wait)
    slots.give_back(HOST, turn.token)
    assert isinstance(take(slots, 0.01, "b", spacing=0), Granted)


def test_nothing_is_kept_for_ever(slots: HostSlots, redis_url: str) -> None:
    granted(slots, 0)
    told_to_wait(slots, 0, "b")
    slots.host_down(HOST, NOW)
    with redis.Redis.from_url(redis_url) as client:
        keys = list(client.scan_iter("dateline:slots:*"))
        assert len(keys) == 3
        assert all(client.pttl(key) > 0 for key in keys)


def test_a_host_that_is_down_is_left_alone(slots: HostSlots) -> None:
    now = datetime.now(UTC)
    assert slots.is_down(HOST, now) is None
    until = slots.host_down(HOST, now, 600)
    noted = slots.is_down(HOST, now)
    assert noted is not None
    assert abs(noted - until) < timedelta(milliseconds=2)
    assert slots.host_down(HOST, now, 10) == noted
    assert slots.is_down(HOST, now + timedelta(seconds=601)) is None


def test_nobody_gets_a_turn_at_a_host_that_is_left_alone(slots: HostSlots) -> None:
    slots.host_down(HOST, NOW, 600)
    assert told_to_wait(slots, 1, "a") == 600
    assert told_to_wait(slots, 2, "b") == 600
    assert slots.waiting(HOST) == 0
    granted(slots, 600, "b")


@pytest.mark.parametrize("every", [1.0, 2.0, 4.0])
def test_a_feed_that_is_asked_all_the_time_takes_its_articles_no_turns(slots: HostSlots, every: float) -> None:
    """A host with Crawl-delay 2, twenty articles, and a feed that wants its turn every few seconds for ten minutes."""
    delay, articles, end = 2.0, 20, 600.0
    due = {"feed": 0.0} | {f"article:{n}": 0.5 for n in range(articles)}
    asked: dict[str, list[float]] = {who: [] for who in due}
    token, free_at = "", 0.0
    while due:
        who = min(due, key=lambda name: (due[name], name))
        at = due.pop(who)
        if token and free_at <= at:
            slots.give_back(HOST, token)
            token = ""
        if at > end:
            continue
        turn = take(slots, at, who, spacing=0.0 if who == "feed" else delay)
        if isinstance(turn, Wait):
            due[who] = (turn.until - NOW).total_seconds()
            continue
        token, free_at = turn.token, at + 0.3
        asked[who].append(at)
        if who == "feed":
            due[who] = at + every
    starts = {who: times for who, times in asked.items() if who != "feed"}
    assert all(len(times) == 1 for times in starts.values()), "no article is left standing"
    # Each article waits at most for one poll between two turns of articles.
    assert max(times[0] for times in starts.values()) <= articles * 2 * (delay + every)
    assert len(asked["feed"]) > end / (every + 2 * delay) / 2, "nor is the feed"
