"""What a text says it could not check: a report, or only its number."""

import pytest

from tests.events.reading import events

TOLD = "Rebels attacked the town of Sake on Friday and killed 12 people, residents said. "


@pytest.mark.parametrize(
    "doubt",
    [
        "The toll could not be independently confirmed.",
        "The agency was unable to verify the number of dead.",
        "No independent observer has confirmed the figure.",
    ],
)
def test_a_doubt_about_numbers_leaves_the_happening(doubt: str) -> None:
    event = events(TOLD + "The streets were quiet on Saturday. " + doubt)[0]
    assert event.happened
    assert {toll.status for toll in event.tolls} == {"unverified"}


@pytest.mark.parametrize(
    "doubt", ["It was impossible to check either version.", "We cannot verify this.", "They produced no evidence."]
)
def test_a_doubt_about_the_report_holds_all_of_it_in_doubt(doubt: str) -> None:
    event = events(TOLD + doubt)[0]
    assert event.status == "unverified"
    assert not event.happened


def test_the_texts_own_word_is_not_doubted() -> None:
    event = events("Rebels attacked the town of Sake on Friday. The claim could not be verified.")[0]
    assert event.status == "asserted"
