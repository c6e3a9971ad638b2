"""Whether an article holds events, by its words and the names in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.reading import code, english
from worker.events.about import subject_of
from worker.events.text import read_doc
from worker.events.weighing import FEW_WORDS, chance_of_events, features_of

SIEGE_OF_A_GOAL = (
    "The home side laid siege to the visitors' goal from the first whistle and bombarded the box with crosses. "
    "Their captain, booked for a late tackle, fired the equaliser past the keeper before the interval. "
    "After the break the striker ambushed the left back and struck from twelve yards. "
    "The referee waved away protests for a penalty, and the coach was sent to the stands. "
    "A crowd of 30,000 protested against the offside flag. The league table now has the club third, a point behind."
)
SIEGE_OF_A_TOWN = (
    "The army laid siege to the town from the first light and bombarded the market with mortars. "
    "Government of Sudan officials said that rebels of the Rapid Support Forces fired at a convoy before noon. "
    "After the shelling fighters ambushed a patrol and killed twelve soldiers near El Obeid. "
    "The United Nations called for a ceasefire, and Egypt closed its border crossing. "
    "A crowd of 3,000 protested against the governor in Khartoum. The ministry of defence said the road was open again."
)


def chance(text: str, title: str = "") -> float | None:
    """The English pack's chance of events in a text."""
    language = english().languages["en"]
    assert language.weights is not None
    return chance_of_events(read_doc(text, title, language.pack.clitics), language.weights, language.actors.longest)


def test_the_same_verbs_are_weighed_by_the_company_they_keep() -> None:
    goal, town = chance(SIEGE_OF_A_GOAL), chance(SIEGE_OF_A_TOWN)
    assert goal is not None
    assert town is not None
    assert goal < 0.15
    assert town > 0.9


def test_what_is_weighed_too_light_yields_nothing() -> None:
    assert code(SIEGE_OF_A_GOAL).events == ()
    assert {"ASSAULT", "PROTEST"} <= {event.type for event in code(SIEGE_OF_A_TOWN).events}


def test_a_text_that_names_a_group_in_arms_is_never_closed() -> None:
    told = SIEGE_OF_A_GOAL + " The referee was once a hostage of Boko Haram."
    found = chance(told)
    assert found is not None
    assert found >= 0.15


@pytest.mark.parametrize("words", [0, 1, FEW_WORDS - 1])
def test_a_short_text_is_not_weighed(words: int) -> None:
    assert chance("goal " * words) is None


@given(
    st.lists(
        st.sampled_from(["goal", "striker", "ceasefire", "Sudan", "NATO", "tonnes", "the", "museum"]),
        min_size=60,
    )
)
def test_shares_are_parts_of_a_hundred_and_names_are_counted_once(words: list[str]) -> None:
    language = english().languages["en"]
    assert language.weights is not None
    doc = read_doc(". ".join(words), "", language.pack.clitics)
    found = features_of(doc, language.weights.words, language.actors.longest)
    assert found is not None
    assert all(0 <= share <= 100 for share in found.shares.values())
    assert found.states == ("Sudan" in words)
    assert found.bodies == ("NATO" in words)
    assert found.groups == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "At least 87 people were killed when a passenger train derailed near the station and hit a stationary lorry.",
        "Four miners were killed when a shaft collapsed; rescuers recovered the wreckage of a lift.",
    ],
)
def test_harm_in_an_accident_is_no_assault(sentence: str) -> None:
    context = " The army and the rebels agreed to a ceasefire on Sunday, the ministry said."
    assert not [event for event in code(sentence + context).events if event.type == "ASSAULT"]


@pytest.mark.parametrize(
    ("text", "light"),
    [
        ("Militants killed nineteen villagers in a bombing. The army said the attack hit a pump.", False),
        ("The striker won the match with a header. Fans cheered the attack of the home side.", True),
    ],
)
def test_an_article_of_mass_violence_is_not_light_by_its_other_words(text: str, light: bool) -> None:
    language = english().languages["en"]
    doc = read_doc(text, "", language.pack.clitics)
    assert subject_of(doc, None, None, language.gates, chance=0.01).light is light
