"""Numbers with their bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.events.numbers import NumberReader
from worker.events.pack import load_pack

READER = NumberReader.of(load_pack("en"))


def read(words: str) -> tuple[int | None, int | None, bool] | None:
    tokens = words.lower().split()
    found = READER.read(tokens, 0, len(tokens))
    return None if found is None else (found.low, found.high, found.approximate)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("12 people", (12, 12, False)),
        ("1,250 people", (1250, 1250, False)),
        ("at least 12 people", (12, None, False)),
        ("more than two dozen people", (24, None, False)),
        ("up to 40 people", (None, 40, False)),
        ("around a thousand fighters", (1000, 1000, True)),
        ("some 300 families", (300, 300, True)),
        ("dozens of soldiers", (24, 99, True)),
        ("tens of thousands of people", (20000, 99999, True)),
        ("twenty-five people", (25, 25, False)),
        ("two hundred and", (200, 200, False)),
        ("three thousand five hundred men", (3500, 3500, False)),
        ("between 10 and 20 men", (10, 20, False)),
        ("10 to 15 men", (10, 15, False)),
        ("10-15 men", (10, 15, False)),
        ("10 and 15 men", (10, 10, False)),
        ("12 or more people", (12, None, False)),
        ("half a dozen men", (6, 6, False)),
        ("1.5 million people", (1500000, 1500000, False)),
        ("people", None),
        ("a soldier", None),
    ],
)
def test_a_number_keeps_its_bounds(words: str, expected: tuple[int | None, int | None, bool] | None) -> None:
    assert read(words) == expected


@given(st.integers(min_value=0, max_value=999_999))
def test_digits_are_read_as_they_stand(value: int) -> None:
    assert read(f"{value} people") == (value, value, False)
    assert read(f"{value:,} people") == (value, value, False)


@given(
    st.lists(
        st.sampled_from(
            [
                "at",
                "least",
                "up",
                "to",
                "a",
                "dozen",
                "dozens",
                "hundred",
                "and",
                "7",
                "2,000",
                "of",
                "some",
                "between",
                "three",
                "-",
                "million",
            ]
        ),
        max_size=12,
    )
)
def test_any_run_of_number_words_is_read_or_refused(words: list[str]) -> None:
    for start in range(len(words)):
        found = READER.read(words, start, len(words))
        if found is not None:
            assert start <= found.start < found.end <= len(words)
            assert found.low is None or found.high is None or found.low <= found.high
