"""Contexts: labels beside the type, from words of the event's own sentence."""

from dataclasses import replace

import pytest

from tests.events.reading import english, only
from worker.errors import PackError
from worker.events.contexts import ContextWords, contexts_of
from worker.events.ontology import CONTEXTS
from worker.events.pack import load_pack

WORDS = english().languages["en"].contexts


@pytest.mark.parametrize(
    ("sentence", "kind", "context"),
    [
        ("Police arrested 12 opposition activists before the election in Kampala.", "COERCE", "election"),
        ("Gunmen attacked a hospital in Goma and killed four nurses.", "ASSAULT", "health"),
        ("The court convicted two former ministers of corruption.", "SANCTION", "corruption"),
        ("Greece deported 40 migrants to Turkey on Saturday.", "COERCE", "migration"),
    ],
)
def test_a_sentence_gives_its_event_a_context(sentence: str, kind: str, context: str) -> None:
    assert context in only(sentence, kind).contexts


def test_most_events_have_none() -> None:
    assert only("Rebels attacked the town of Sake on Friday.", "ASSAULT").contexts == ()


def test_contexts_come_once_and_in_the_order_of_the_text() -> None:
    lowers = ["voters", "fought", "near", "a", "polling", "station", "before", "the", "election", "over", "oil"]
    assert contexts_of(lowers, WORDS) == ("election", "natural_resource")


def test_a_run_of_words_counts_only_whole() -> None:
    assert contexts_of(["aid", "workers", "came"], WORDS) == ("human_security",)
    assert contexts_of(["the", "workers", "came"], WORDS) == ()


def test_every_context_of_the_manual_has_words() -> None:
    named = {c for cs in WORDS.words.values() for c in cs} | {c for rows in WORDS.phrases.values() for _, c in rows}
    assert named == CONTEXTS
    assert len(CONTEXTS) == 37


def test_an_unknown_context_is_refused() -> None:
    pack = replace(load_pack("en"), tables={"contexts": {"contexts": {"football": ["goal"]}}})
    with pytest.raises(PackError, match="football"):
        ContextWords.of(pack)
