"""The story of an article's coding names the word, the verdict and the rule."""

from tests.events.reading import SUNDAY, english
from worker.events.explain import explain
from worker.records import ArticleText


def told(text: str, language: str = "en") -> str:
    return "\n".join(explain(english(), ArticleText(text, published=SUNDAY, language=language)))


def test_what_was_taken_is_told_with_its_rule() -> None:
    story = told("The army shelled the town of Douma.")
    assert "“shelled” ASSAULT/heavy-weapons" in story
    assert "(assault:shell) taken" in story
    assert "event ASSAULT/heavy-weapons asserted, 1 quote(s)" in story


def test_what_was_refused_is_told_with_its_reason() -> None:
    story = told("A tourist agreed a price with a taxi driver. A man killed his neighbour.")
    assert "refused: " in story
    assert "event" not in story


def test_a_language_without_a_pack_is_said_to_be_one() -> None:
    assert "no pack for the language sv" in told("Ord.", "sv")
