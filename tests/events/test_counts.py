"""Tolls set otherwise than by a verb of harm and its object."""

import pytest

from tests.events.reading import english
from worker.events.tolls import TollFound
from worker.records import ArticleText

CASES = [
    ("The ministry put the number of wounded at 27.", "injured", 27),
    ("At least 14 villagers including women and children were killed in Torodi.", "killed", 14),
    ("7 May 2021 4 killed 9 injured in a market blast in Herat.", "killed", 4),
    ("Farmer killed 6 injured in a raid on Bama.", "injured", 6),
    ("The jets killed six and wound scores in the camp.", "killed", 6),
    ("A rights group put the dead at 36.", "killed", 36),
    ("The agency lowered its count of injured from five to three.", "injured", 3),
    ("Two men died, bringing to four the number of people killed.", "killed", 4),
    ("Eleven soldiers are dead.", "killed", 11),
    ("A day after ten of its soldiers were killed the army withdrew.", "killed", 10),
    ("Rescuers recovered nine bodies from the ruins.", "killed", 9),
    ("Two of the demonstrators succumbed to their wounds.", "killed", 2),
    ("Eleven people were taken to hospital with burns.", "injured", 11),
    ("Doctors treated 14 demonstrators.", "injured", 14),
    ("Seven sailors suffered burns.", "injured", 7),
    ("Between 15 and 20 rebels were killed.", "killed", 15),
    ("Gunmen killed between nine and 15 people.", "killed", 9),
    ("Gunmen killed 30-35 people.", "killed", 30),
    ("Upwards of 400 people were detained.", "captured", 400),
    ("A man was killed and two others were wounded.", "injured", 2),
    ("Two men were killed and a third was wounded.", "injured", 1),
    ("An air strike killed a doctor, his wife and their two children.", "killed", 4),
    ("The blast killed a monk and three members of one family.", "killed", 4),
    ("They left one farmer and two villagers dead.", "killed", 3),
    ("Troops shot dead a farmer who came near.", "killed", 1),
    ("They shot dead the radio journalist Edwin Cerrato.", "killed", 1),
    ("Ten men were killed and 24 are missing.", "missing", 24),
    ("Eleven remained unaccounted for.", "missing", 11),
    ("Six drivers are in custody.", "captured", 6),
    ("Police led off three young men in handcuffs.", "captured", 3),
    ("The army lost three soldiers.", "killed", 3),
    ("The ministry lowered its death toll from 50 to 40.", "killed", 40),
    ("The death toll in the attack on a hotel in the capital has risen from 21 to 29.", "killed", 29),
    ("Wounded: 41.", "injured", 41),
    ("Fighting has driven 14,000 people from their homes.", "displaced", 14_000),
    ("Some 600 peasants have fled since the weekend.", "displaced", 600),
    ("Thirteen civilians among them seven children were killed.", "killed", 13),
    ("No fewer than four civilians lost their lives.", "killed", 4),
]


def read(text: str) -> list[TollFound]:
    reader = english().reader(ArticleText(text, language="en"))
    assert reader is not None
    return [t for sentence in reader.doc.sentences for t in reader.language.tolls.read(reader.parse(sentence))]


def tolls(text: str) -> set[tuple[str, int | None]]:
    return {(toll.measure, toll.quantity.low) for toll in read(text) if not toll.cumulative and not toll.subset}


@pytest.mark.parametrize(("text", "measure", "low"), CASES)
def test_a_count_is_read(text: str, measure: str, low: int) -> None:
    assert (measure, low) in tolls(text)


@pytest.mark.parametrize(
    "text",
    [
        "The blast killed a 19-year-old.",
        "A 250-kg bomb killed nobody.",
        "The number of voters rose to 27.",
        "The bomb could have killed hundreds.",
        "They threatened to kill all five.",
        "Three people died of cancer.",
        "The party lost twelve seats.",
        "The team took 40 points.",
    ],
)
def test_other_numbers_count_nobody(text: str) -> None:
    assert {low for _, low in tolls(text)} <= {1}


def test_people_of_two_sides_are_two_counts() -> None:
    assert tolls("Twelve militants and four soldiers were killed.") == {("killed", 12), ("killed", 4)}
    assert tolls("They killed a soldier and five youths.") == {("killed", 1), ("killed", 5)}


def test_people_whose_number_is_not_said_leave_a_count_open() -> None:
    (toll,) = read("The blast killed two teachers and their pupils.")
    assert (toll.quantity.low, toll.quantity.high) == (2, None)


def test_a_headline_leaves_out_its_commas() -> None:
    assert tolls("8 persons killed 58 others injured in rocket attacks.") == {("killed", 8), ("injured", 58)}
    assert tolls("Rebels killed 12 wounded soldiers.") == {("killed", 12)}


def test_no_one_is_nobody() -> None:
    assert tolls("No one was killed but 16 people were injured.") == {("injured", 16)}


@pytest.mark.parametrize(
    "text",
    [
        "More than 200 people have been killed since January.",
        "Since January, more than 200 people have been killed.",
        "The strikes have killed 54 civilians this year.",
        "The war has killed 40,000 people.",
        "Two years of war have killed 40,000 people.",
        "More than 300 people were killed in the unrest that followed the vote.",
    ],
)
def test_totals_over_time_are_not_of_one_event(text: str) -> None:
    assert [toll.cumulative for toll in read(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "Twelve people were killed in the deadliest attack on the city this year.",
        "Rebels, who have held the town since January, killed 12 people.",
        "Twelve people have been killed since Sunday.",
    ],
)
def test_a_span_that_is_said_of_something_else_makes_no_total(text: str) -> None:
    assert [toll.cumulative for toll in read(text)] == [False]


@pytest.mark.parametrize(
    ("sentence", "sides"),
    [
        ("Militants killed two soldiers and two villagers.", {("forces", 2), ("others", 2)}),
        ("The clash left nine gunmen and a policeman dead.", {("fighters", 9), ("forces", 1)}),
        ("The blast killed 12 people.", {(None, 12)}),
        ("The death toll rose to 14.", {(None, 14)}),
        ("An air strike killed three children.", {("others", 3)}),
    ],
)
def test_whose_losses_a_number_gives(sentence: str, sides: set[tuple[str | None, int]]) -> None:
    assert {(toll.side, toll.quantity.low) for toll in read(sentence)} == sides


def test_soldiers_and_villagers_in_equal_number_are_two_claims() -> None:
    text = "Militants killed two soldiers and two villagers in Diffa on Monday, the army said."
    (event,) = english().code(ArticleText(text, language="en")).events
    assert {(toll.side, toll.low) for toll in event.tolls} == {("forces", 2), ("others", 2)}


def test_those_who_died_last_are_among_the_new_total() -> None:
    found = read("Two men succumbed to their wounds, bringing to four the number of people killed.")
    assert [(toll.quantity.low, toll.subset) for toll in found] == [(2, True), (4, False)]


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("03-11-2012 rebels killed in a clash near Homs.", None),
        ("Thu Jun 2 2017 rebels killed in a clash near Homs.", None),
        ("Friday 29 Jul 2016 11 civilians dead in an air strike.", 11),
        ("Jets killed 58 villagers over the past four days.", 58),
    ],
)
def test_a_date_is_no_count_and_the_last_days_no_other_event(sentence: str, number: int | None) -> None:
    counts = [toll.quantity.low for toll in read(sentence) if not toll.cumulative and toll.measure == "killed"]
    assert counts == ([] if number is None else [number])
