"""The forms of Spanish verbs: made from rows of endings, changed stems and the spelling where the two meet."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.events.conjugation import SEAM, Conjugation
from worker.events.pack import Pack, load_pack


@cache
def pack() -> Pack:
    return load_pack("es")


@cache
def conjugation() -> Conjugation:
    return Conjugation.of(pack().tables["morphology"])


@pytest.mark.parametrize(
    ("base", "word", "letter"),
    [
        ("atacar", "atacó", "d"),
        ("atacar", "ataquen", "s"),
        ("atacar", "atacará", "r"),
        ("atacar", "atacarían", "c"),
        ("atacar", "atacados", "n"),
        ("atacar", "atacando", "g"),
        ("atacar", "atacarlos", "i"),
        ("entregar", "entreguen", "s"),
        ("amenazar", "amenace", "s"),
        ("morir", "murieron", "d"),
        ("morir", "mueren", "z"),
        ("morir", "muertos", "n"),
        ("herir", "hirió", "d"),
        ("pedir", "pidió", "d"),
        ("negar", "niega", "z"),
        ("exigir", "exija", "s"),
        ("destruir", "destruyó", "d"),
        ("destruir", "destruyen", "z"),
        ("caer", "cayeron", "d"),
        ("detener", "detuvieron", "d"),
        ("detener", "detendrán", "r"),
        ("detener", "detenidas", "n"),
        ("decir", "dijeron", "d"),
        ("decir", "diría", "c"),
        ("imponer", "impuesto", "n"),
        ("producir", "produjeron", "d"),
        ("perseguir", "persiga", "s"),
        ("romper", "rotas", "n"),
    ],
)
def test_a_form_is_made(base: str, word: str, letter: str) -> None:
    assert (word, letter) in set(conjugation().verb(base))


@pytest.mark.parametrize(("base", "word"), [("detener", "detenió"), ("decir", "decieron"), ("poner", "ponido")])
def test_a_regular_form_that_nobody_says_is_not_made(base: str, word: str) -> None:
    assert word not in {form for form, _ in conjugation().verb(base)}


@given(st.text("abcdefghijlmnopqrstuvz", min_size=2, max_size=9), st.sampled_from(["ar", "er", "ir"]))
def test_any_verb_has_forms_of_every_letter_and_no_seam(root: str, ending: str) -> None:
    forms = list(conjugation().verb(root + ending))
    assert {letter for _, letter in forms} == set("izdrcsng")
    assert all(SEAM not in word and word.strip() for word, _ in forms)
    assert (root + ending, "i") in forms


def test_a_language_without_rows_has_no_conjugation() -> None:
    assert list(Conjugation.of({}).verb("attack")) == []


def test_a_word_that_is_a_noun_and_a_form_is_settled_by_its_neighbours() -> None:
    forms = pack().grammar.class_of
    assert (forms["marcha"], forms["ataque"], forms["atacó"]) == ("F", "f", "d")
