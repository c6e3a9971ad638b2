"""Tolls set otherwise than by a verb of harm and its object."""

import pytest

from tests.events.reading import english
from worker.records import ArticleText

CASES = [
    ("The ministry put the number of wounded at 27.", "injured", 27),
    ("A rights group put the dead at 36.", "killed", 36),
    ("The agency lowered its count of injured from five to three.", "injured", 3),
    ("Two men died, bringing to four the number of people killed.", "killed", 4),
    ("Eleven soldiers are dead.", "killed", 11),
    ("A day after ten of its soldiers were killed the army withdrew.", "killed", 10),
]


def tolls(text: str) -> set[tuple[str, int | None]]:
    reader = english().reader(ArticleText(text, language="en"))
    assert reader is not None
    found = [reader.language.tolls.read(reader.parse(sentence)) for sentence in reader.doc.sentences]
    return {(toll.measure, toll.quantity.low) for some in found for toll in some}


@pytest.mark.parametrize(("text", "measure", "low"), CASES)
def test_a_count_is_read(text: str, measure: str, low: int) -> None:
    assert (measure, low) in tolls(text)


@pytest.mark.parametrize(
    "text", ["The blast killed a 19-year-old.", "A 250-kg bomb killed nobody.", "The number of voters rose to 27."]
)
def test_other_numbers_count_nobody(text: str) -> None:
    assert {low for _, low in tolls(text)} <= {1}
