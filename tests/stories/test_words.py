from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.stories.words import fold, is_unspaced, plain_number, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don\u2019t move, the \u201cpolice\u201d said", 'Don\'t move, the "police" said'),
        ("S\u00e3o Paulo\u2019s caf\u00e9", "Sao Paulo's cafe"),
        ("the gov\u00adern\u00adment", "the government"),
        ("zero\u200bwidth", "zerowidth"),
        ("the U.S. Army", "the US Army"),
        ("12,500 people", "12.500 people"),
        ("\ufb01fty \uff11\uff12", "fifty 12"),
        ("Stra\u00dfe", "STRASSE"),
        ("\u0451\u043b\u043a\u0430", "\u0435\u043b\u043a\u0430"),
        ("a\u00a0b \u2014 c", "a b - c"),
        ("\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f", "\u0645\u062d\u0645\u062f"),
    ],
)
def test_typesetting_does_not_change_the_words(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seven killed, 12,500 fled in 3.5 hours.", ["seven", "killed", "12500", "fled", "in", "3.5", "hours"]),
        (
            "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902 \u0916\u092c\u0930\u0964",
            ["\u0939\u093f\u0928\u094d\u0926\u0940", "\u092e\u0947\u0902", "\u0916\u092c\u0930"],
        ),
        ("F-16s at 3pm", ["f", "16", "s", "at", "3", "pm"]),
        ("a_b", ["a", "b"]),
        ("", []),
        ("\u2026 \u2014 !", []),
    ],
)
def test_words_are_letters_in_a_row_and_numbers_whole(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("number", "plain"),
    [
        ("12,500", "12500"),
        ("1.250.000", "1250000"),
        ("3.5", "3.5"),
        ("1,25", "1.25"),
        ("7", "7"),
        ("1,250.75", "1250.75"),
    ],
)
def test_separators_of_thousands_go_and_decimals_stay(number: str, plain: str) -> None:
    assert plain_number(number) == plain


@pytest.mark.parametrize(
    ("text", "unspaced"),
    [
        ("\u53f0\u98a8\u304c\u6771\u4eac\u306b\u4e0a\u9678\u3057\u305f", True),
        ("\uc11c\uc6b8\uc5d0\uc11c \uc9c0\uc9c4\uc774 \uc77c\uc5b4\ub0ac\ub2e4", True),
        ("\u0e19\u0e32\u0e22\u0e01\u0e23\u0e31\u0e10\u0e21\u0e19\u0e15\u0e23\u0e35", True),
        ("The crowd chanted \u53cd\u9001\u4e2d as it marched through the centre", False),
        ("\u041f\u0440\u0430\u0432\u0438\u0442\u0435\u043b\u044c\u0441\u0442\u0432\u043e", False),
        ("plain", False),
        ("", False),
    ],
)
def test_scripts_without_spaces_are_told_by_their_letters(text: str, unspaced: bool) -> None:
    assert is_unspaced(text) is unspaced


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="iso8859-15")))
def test_words_of_words_are_the_same_words(text: str) -> None:
    once = words(text)
    assert words(" ".join(once)) == once


@settings(deadline=None)
@given(st.text())
def test_any_text_has_words_that_are_not_empty(text: str) -> None:
    assert all(words(text))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="ascii")))
def test_capitals_never_matter_in_ascii(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())
