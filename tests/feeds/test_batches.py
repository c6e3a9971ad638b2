"""Which feeds one message names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.batches import MOST_TOGETHER, Due, in_batches


@pytest.mark.parametrize(
    ("due", "threads", "sizes"),
    [(0, 24, []), (1, 24, [1]), (24, 24, [1] * 24), (25, 24, [2] * 12 + [1]), (1000, 24, [MOST_TOGETHER] * 100)],
)
def test_feeds_go_together_only_when_all_threads_have_one(due: int, threads: int, sizes: list[int]) -> None:
    batches = in_batches([Due(number, failing=False) for number in range(due)], threads)
    assert [len(batch) for batch in batches] == sizes


def test_nobody_waits_behind_a_feed_that_fails() -> None:
    due = [Due(number, failing=number % 3 == 0) for number in range(9)]
    assert in_batches(due, 2) == [[1, 2, 4], [5, 7, 8], [0], [3], [6]]


@given(st.lists(st.booleans(), max_size=80), st.integers(1, 500))
def test_every_feed_is_named_once_and_the_most_urgent_first(failing: list[bool], threads: int) -> None:
    due = [Due(number, fails) for number, fails in enumerate(failing)]
    batches = in_batches(due, threads)
    assert sorted(number for batch in batches for number in batch) == list(range(len(due)))
    together = [number for batch in batches for number in batch if not due[number].failing]
    assert together == sorted(together)
