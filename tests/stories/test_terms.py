from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.stories.terms import LEAD_CHARACTERS, TERMS_KEPT, Frequencies, features, stop_words

NOON = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)


def test_a_report_is_its_terms_names_and_numbers() -> None:
    found = features(
        "Shells hit a camp near Goma on Tuesday. The ministry in Kinshasa said 12,500 people had fled the shelling.",
        "Shelling empties Goma camp",
        NOON,
        "en",
    )
    terms = dict(found.terms)
    assert terms["shell"] == 2
    assert terms["12500"] == 1
    assert "the" not in terms
    assert found.names >= {"goma", "kinsh"}
    assert "shell" not in found.names  # the first word of a sentence says nothing by its capital
    assert found.numbers == {"12500"}
    assert dict(found.title) == {"shell": 1, "empti": 1, "goma": 1, "camp": 1}


def test_terms_are_those_that_recur_and_then_those_that_come_first() -> None:
    assert [term for term, _ in features("zebra apple mango apple", "", None, "en").terms] == [
        "apple",
        "zebra",
        "mango",
    ]


def test_inflected_forms_are_one_term() -> None:
    found = features("attack attacks attacked attacking attackers", "", None, "en")
    assert found.terms == (("attac", 5),)


def test_a_script_without_spaces_is_cut_into_pairs() -> None:
    found = features("\u53f0\u98a8\u53f0\u98a8", "", None, "ja")
    assert dict(found.terms) == {"\u53f0\u98a8": 2, "\u98a8\u53f0": 1}


def test_what_stands_far_down_does_not_count() -> None:
    assert "goma" not in dict(features("filler " * (LEAD_CHARACTERS // 7 + 1) + " Goma", "", None, "en").terms)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "the"), ("es", "que"), ("ru", "\u0447\u0442\u043e"), ("de", "und")]
)
def test_words_that_say_nothing_are_known(language: str, word: str) -> None:
    assert word in stop_words(language)


@pytest.mark.parametrize("language", [None, "", "zz", "ja", "not a tag", "e"])
def test_a_language_without_a_list_has_no_stop_words(language: str | None) -> None:
    assert stop_words(language) == frozenset()


def test_rare_terms_weigh_more_and_common_ones_never_below_zero() -> None:
    frequencies = Frequencies(1000, {"goma": 3, "said": 999})
    assert frequencies.weight("unseen") > frequencies.weight("goma") > frequencies.weight("said") > 0
    assert Frequencies(10, {"said": 10}).weight("said") > 0


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_text_has_features(text: str, title: str) -> None:
    found = features(text, title, NOON, "en")
    assert len(found.terms) <= TERMS_KEPT
    counts = [count for _, count in found.terms]
    assert counts == sorted(counts, reverse=True)
    assert features(text, title, NOON, "en") == found
