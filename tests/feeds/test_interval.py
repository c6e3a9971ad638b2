"""When a feed is asked again, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.interval import (
    BACKOFF_LAST,
    JITTER_MOST,
    REMEMBERED_POLLS,
    AfterFailure,
    after_failure,
    counted,
    first_poll,
    median_gap,
    most_at_once,
    next_poll,
    remember,
    spoken,
)
from worker.records import FeedHints, FeedState, FetchClass, NextPoll

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = 3600
FAILURES = [outcome for outcome in FetchClass if outcome not in {FetchClass.OK, FetchClass.NOT_MODIFIED}]


def ago(*hours: float) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(hours=hour) for hour in hours)


def state(**changes: object) -> FeedState:
    return replace(FeedState(1, "https://example.org/feed"), **changes)  # type: ignore[arg-type]


def polled(
    before: FeedState,
    *,
    new: int = 0,
    total: int = 20,
    outcome: FetchClass = FetchClass.OK,
    retry_after: datetime | None = None,
    rng: float = 0.0,
) -> NextPoll:
    return next_poll(
        before, outcome=outcome, retry_after=retry_after, new_entries=new, total_entries=total, now=NOW, rng=rng
    )


@pytest.mark.parametrize(
    ("before", "new", "total", "seconds", "says"),
    [
        # a gap of half an hour is asked in step, one four times as long half as often
        (state(recent_published=ago(0.5, 1, 1.5, 2)), 1, 20, HOUR // 2, "come 30 min apart"),
        (state(recent_published=ago(1, 3, 5, 7)), 1, 20, HOUR, "come 2 h apart"),
        # a batch within a minute is one beat, not twenty
        (state(recent_published=ago(*(4 - n / 3600 for n in range(20)), 8, 12)), 1, 20, 5091, "come 4 h apart"),
        # a feed that fell silent is asked less often than it used to be
        (state(recent_published=ago(64, 65, 66)), 0, 20, 4 * HOUR, "the last 2.7 d ago"),
        # bounds
        (state(recent_published=ago(0.02, 0.06, 0.1)), 1, 20, 600, "held to the floor of 10 min"),
        (state(recent_published=ago(0.02, 0.05, 0.08), floor_seconds=500), 1, 20, 500, "floor of 8.3 min"),
        (state(recent_published=ago(9000, 9100, 9200)), 0, 20, 86400, "ceiling of 24 h"),
        # half of what is shown is new: some may have been missed
        (
            state(recent_published=ago(1, 9, 17), interval_seconds=8 * HOUR, entry_counts=(20,)),
            10,
            20,
            4 * HOUR,
            "10 of 20 entries were new at once",
        ),
        # the first poll of a feed shows everything as new, which means nothing
        (state(recent_published=ago(1, 3, 5, 7)), 20, 20, HOUR, "come 2 h apart"),
        (state(), 20, 20, HOUR, "no poll before"),
        # dates that promise what never comes
        (
            state(recent_published=ago(0.1, 1.1, 2.1), new_counts=(0, 0, 0), entry_counts=(20, 20, 20)),
            0,
            20,
            5400,
            "nothing new in the last 4 polls",
        ),
        # a night without anything new is no broken promise
        (
            state(recent_published=ago(8, 8.5, 9), new_counts=(0, 0, 0), entry_counts=(20, 20, 20)),
            0,
            20,
            5091,
            "the last 8 h ago",
        ),
        # no dates: by what is new
        (state(new_counts=(20,), entry_counts=(20,)), 0, 20, 5091, "new entries about 4 h apart"),
        (state(new_counts=(20,), entry_counts=(20,)), 1, 20, 3600, "new entries about 2 h apart"),
        (state(new_counts=(20, 4, 4), entry_counts=(20, 20, 20)), 4, 20, 1469, "32 of 80 entries were new"),
        # dates in the future are no evidence
        (state(recent_published=ago(-1, -2, -3)), 0, 20, HOUR, "no dates"),
        # publishers lengthen
        (
            state(recent_published=ago(1, 3, 5), hints=FeedHints(ttl_minutes=120)),
            1,
            20,
            2 * HOUR,
            "the publisher asks for 2 h",
        ),
        (
            state(recent_published=ago(1, 3, 5), hints=FeedHints(ttl_minutes=5, update_minutes=1, max_age_seconds=60)),
            1,
            20,
            HOUR,
            "come 2 h apart",
        ),
        (
            state(recent_published=ago(1, 3, 5), hints=FeedHints(max_age_seconds=10**7)),
            1,
            20,
            86400,
            "the publisher asks for 115.7 d",
        ),
    ],
)
def test_the_interval_comes_from_evidence(before: FeedState, new: int, total: int, seconds: int, says: str) -> None:
    poll = polled(before, new=new, total=total)
    assert poll.interval_seconds == seconds, poll.reason
    assert says in poll.reason
    assert poll.reason.endswith(".")


def test_a_poll_that_was_not_read_counts_with_the_entries_of_the_one_before() -> None:
    before = state(new_counts=(2,), entry_counts=(20,))
    assert "2 of 40 entries" in polled(before, total=0, outcome=FetchClass.NOT_MODIFIED).reason


def test_jitter_is_a_tenth_and_at_most_half_an_hour() -> None:
    base = state(recent_published=ago(1, 3, 5))
    assert polled(base, rng=0.0).at == NOW + timedelta(seconds=HOUR)
    assert polled(base, rng=0.5).at == NOW + timedelta(seconds=HOUR * 1.05)
    slow = state(recent_published=ago(60, 120, 180))
    assert polled(slow, rng=1.0).at - NOW == timedelta(seconds=polled(slow).interval_seconds + JITTER_MOST)


def test_at_the_ceiling_jitter_goes_down() -> None:
    silent = state(recent_published=ago(9000, 9100, 9200))
    assert polled(silent, rng=0.5).at == NOW + timedelta(seconds=86400 - JITTER_MOST / 2)


def test_just_below_the_ceiling_jitter_does_not_lead_past_it() -> None:
    told = state(hints=FeedHints(max_age_seconds=85_501))
    assert polled(told, rng=0.9).at < NOW + timedelta(days=1)


def test_a_wait_that_the_server_asks_for_is_kept_whatever_the_outcome() -> None:
    told = NOW + timedelta(hours=5)
    assert polled(state(recent_published=ago(1, 3, 5)), retry_after=told).at == told
    assert polled(state(recent_published=ago(1, 3, 5)), retry_after=NOW).at > NOW


def failed(
    before: FeedState,
    outcome: FetchClass,
    *,
    now: datetime = NOW,
    retry_after: datetime | None = None,
    rng: float = 0.0,
    ours: bool = False,
) -> AfterFailure:
    return after_failure(before, outcome=outcome, retry_after=retry_after, now=now, rng=rng, our_network=ours)


@pytest.mark.parametrize(
    ("outcome", "hours"),
    [
        (FetchClass.TIMEOUT, [1, 1, 2, 4, 8, 16, 24, 24]),
        (FetchClass.DNS, [1, 2, 4, 8, 16, 32, 64, 128, 168, 168]),
        (FetchClass.CLIENT_ERROR, [2, 4, 8, 16, 32, 64, 128, 168]),
        (FetchClass.CHALLENGE, [4, 8, 16, 32, 64, 128, 168]),
        (FetchClass.REFUSED, [24, 48, 96, 168]),
        (FetchClass.GONE, [24, 24, 24]),
    ],
)
def test_the_wait_doubles_within_the_bounds_of_its_class(outcome: FetchClass, hours: list[int]) -> None:
    for number, expected in enumerate(hours):
        after = failed(state(failures=number), outcome)
        assert after.next_poll.interval_seconds == expected * HOUR, number
        assert (after.failures, after.failure_class) == (number + 1, outcome)
        assert f"Failure {number + 1} in a row ({outcome})" in after.next_poll.reason


def test_a_fast_feed_that_fails_waits_half_an_hour_first() -> None:
    assert failed(state(interval_seconds=600), FetchClass.TIMEOUT).next_poll.interval_seconds == 1800


@pytest.mark.parametrize("outcome", FAILURES)
@pytest.mark.parametrize("failures", [0, 1, 7, 30, 100_000])
@pytest.mark.parametrize("rng", [0.0, 0.999999])
def test_everything_is_tried_again_within_a_week(outcome: FetchClass, failures: int, rng: float) -> None:
    poll = failed(state(failures=failures), outcome, rng=rng).next_poll
    assert timedelta(minutes=25) <= poll.at - NOW <= timedelta(seconds=BACKOFF_LAST)
    assert (
        next_poll(
            state(failures=failures),
            outcome=outcome,
            retry_after=None,
            new_entries=0,
            total_entries=0,
            now=NOW,
            rng=rng,
        )
        == poll
    )


def test_gone_is_believed_the_third_time_over_two_days() -> None:
    before = state()
    seen = []
    for hour in (0, 24, 47.9, 48):
        after = failed(before, FetchClass.GONE, now=NOW + timedelta(hours=hour))
        before = state(failures=after.failures, gone_since=after.gone_since, gone_count=after.gone_count)
        seen.append(after.gone)
    assert seen == [False, False, False, True]
    assert "answered 410 4 times" in after.next_poll.reason


def test_any_other_answer_interrupts_a_run_of_gone() -> None:
    before = state(failures=2, gone_since=NOW - timedelta(days=3), gone_count=2)
    after = failed(before, FetchClass.SERVER_ERROR)
    assert (after.gone_since, after.gone_count, after.gone) == (None, 0, False)
    assert not failed(replace(before, gone_since=None, gone_count=0), FetchClass.GONE).gone


def test_throttling_waits_as_told_and_not_less_than_the_floor() -> None:
    told = NOW + timedelta(hours=3)
    poll = failed(state(), FetchClass.THROTTLED, retry_after=told).next_poll
    assert (poll.at, poll.interval_seconds) == (told, 3 * HOUR)
    assert "the server asks to wait until 2026-03-01 15:00Z" in poll.reason
    assert failed(state(), FetchClass.THROTTLED, retry_after=NOW).next_poll.at == NOW + timedelta(seconds=600)


def test_when_our_network_is_down_nobody_is_blamed() -> None:
    before = state(failures=3, failure_class=FetchClass.TLS, gone_count=1, gone_since=NOW)
    after = failed(before, FetchClass.DNS, ours=True)
    assert (after.failures, after.failure_class, after.gone_count, after.gone_since) == (3, FetchClass.TLS, 1, NOW)
    assert after.next_poll.interval_seconds == 1800
    assert "our network" in after.next_poll.reason


def test_an_import_spreads_over_the_first_interval() -> None:
    at = [first_poll(900, NOW, n / 1000).at for n in range(1000)]
    assert len(set(at)) == 1000
    assert min(at) == NOW
    assert max(at) < NOW + timedelta(seconds=900)


def test_counts_are_remembered_newest_last() -> None:
    counts: tuple[int, ...] = ()
    for count in range(20):
        counts = remember(counts, count)
    assert counts == tuple(range(20 - REMEMBERED_POLLS, 20))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(45, "45 s"), (60, "1 min"), (600, "10 min"), (5400, "90 min"), (7200, "2 h"), (12600, "3.5 h"), (172800, "2 d")],
)
def test_lengths_of_time_are_spoken(seconds: float, said: str) -> None:
    assert spoken(seconds) == said


@given(
    st.lists(st.integers(-10_000, 2_000_000), max_size=30),
    st.lists(st.integers(0, 50), max_size=8),
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(600, 86_400),
    st.integers(0, 10**9),
    st.floats(0, 1, exclude_max=True),
)
def test_whatever_the_evidence_the_bounds_hold(
    published: list[int], new: list[int], fresh: int, total: int, interval: int, told: int, rng: float
) -> None:
    before = state(
        recent_published=tuple(NOW - timedelta(seconds=second) for second in published),
        new_counts=tuple(new),
        entry_counts=tuple(count + 1 for count in new),
        interval_seconds=interval,
        hints=FeedHints(max_age_seconds=told),
    )
    poll = polled(before, new=fresh, total=total, rng=rng)
    assert before.floor_seconds <= poll.interval_seconds <= before.ceiling_seconds
    assert timedelta(seconds=before.floor_seconds) <= poll.at - NOW <= timedelta(seconds=before.ceiling_seconds)
    unhinted = polled(replace(before, hints=FeedHints()), new=fresh, total=total, rng=rng)
    assert unhinted.interval_seconds <= poll.interval_seconds


def test_a_rhythm_needs_three_beats() -> None:
    assert median_gap(ago(1, 2), NOW) is None
    assert median_gap(ago(1, 2, 5), NOW) == 2 * HOUR


@pytest.mark.parametrize(
    ("polls_per_second", "most"),
    [(0, 50), (1, 50), (10, 270), (100, 2700)],
    ids=["no feed", "a few", "many", "a hundred thousand"],
)
def test_a_tick_announces_less_than_twice_the_usual_number(polls_per_second: float, most: int) -> None:
    assert most_at_once(polls_per_second, 15) == most


def test_a_poll_without_news_counts_as_many_entries_as_the_one_before() -> None:
    after = counted(state(new_counts=(3,), entry_counts=(20,)), new=0, shown=None)
    assert (after.new_counts, after.entry_counts) == ((3, 0), (20, 20))
