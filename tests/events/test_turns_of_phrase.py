"""Turns of phrase in which the doer, the negation or the adverb says what a word alone does not."""

import pytest

from tests.events.reading import events

NEGATED = (
    ("Japan will not rule out striking North Korea.", "THREATEN", "Government of Japan"),
    ("The Ethiopian general did not exclude an attack on Eritrea.", "THREATEN", "Military of Ethiopia"),
    ("Slovakia will not abandon Moldova.", "SUPPORT", "Government of Slovakia"),
    ("Athens would never desert Cyprus.", "SUPPORT", "Government of Greece"),
    ("Bogota no longer insists on the extradition of the Venezuelan colonel.", "CONCEDE", "Government of Colombia"),
    ("Croatia no longer opposes the loan to Serbia.", "CONCEDE", "Government of Croatia"),
)


@pytest.mark.parametrize(("text", "kind", "actor"), NEGATED)
def test_a_negation_that_belongs_to_the_phrase_denies_nothing(text: str, kind: str, actor: str) -> None:
    (event,) = events(text)
    assert (event.type, event.status, [party.name for party in event.actors]) == (kind, "asserted", [actor])


@pytest.mark.parametrize(
    "text",
    [
        "Slovakia abandoned Moldova.",
        "Japan ruled out an attack on North Korea.",
        "Croatia does not oppose the loan to Serbia.",
    ],
)
def test_without_it_the_phrase_tells_of_something_else(text: str) -> None:
    assert not any(event.type in {"SUPPORT", "THREATEN", "CONCEDE"} for event in events(text))


@pytest.mark.parametrize(
    ("text", "actor", "recipient"),
    [
        ('"Kigali will burn," the Burundian general said.', "Military of Burundi", "Government of Rwanda"),
        ('"The rebels will perish," the spokesman of the Chadian army said.', "Military of Chad", "rebels"),
    ],
)
def test_who_speaks_threatens_whoever_the_words_are_about(text: str, actor: str, recipient: str) -> None:
    threat = next(event for event in events(text) if event.type == "THREATEN")
    assert [party.name for party in threat.actors] == [actor]
    assert [party.name for party in threat.recipients] == [recipient]


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Estonia and Finland jointly thatched the roof of the fort.", True),
        ("Danish and Swedish soldiers dredged the harbour side by side.", True),
        ("Peru and Ecuador together paved the road.", True),
        ("Estonia and Finland thatched the roof of the fort.", False),
        ("Estonia and Finland have not jointly thatched the roof.", False),
        ("Two Danish firms jointly thatched the roof.", False),
    ],
)
def test_what_two_states_do_together_is_cooperation(text: str, together: bool) -> None:
    assert any(event.type == "COOPERATE" and event.status == "asserted" for event in events(text)) is together


def test_who_was_somewhere_on_a_weekday_did_not_plan_to_be() -> None:
    told = events("King Abdullah of Jordan was in talks with the French president on Tuesday.")
    assert all(event.status != "planned" for event in told)
