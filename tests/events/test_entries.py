"""Which entries are asked: those that a sentence's words rule out never are, and no other is left out."""

import re

import pytest

from tests.events.reading import english
from worker.errors import PackError
from worker.events.entries import Entries
from worker.events.pack import Pack, Retag


def pack() -> Pack:
    return english().languages["en"].pack


@pytest.mark.parametrize(
    ("base", "sentence", "asked", "spared"),
    [
        ("take", "gunmen took the mayor hostage", "take _ hostage", "take part in _ drills"),
        ("take", "troops took part in joint drills", "take part in _ drills", "take _ hostage"),
    ],
)
def test_a_phrase_is_asked_where_all_its_words_are(base: str, sentence: str, asked: str, spared: str) -> None:
    lemmas = {" ".join(trigger.lemma) for trigger in Entries(pack()).of_verb(base, frozenset(sentence.split()))}
    assert asked in lemmas
    assert spared not in lemmas


def test_entries_come_in_the_order_of_the_pack_and_all_of_them_where_every_word_is() -> None:
    nouns = frozenset(noun for found in pack().kinds.nouns.values() for noun in found)
    entries = Entries(pack())
    for base, triggers in pack().verb_triggers.items():
        words = {word for t in triggers for word in t.rest} | {w for t in triggers for n in t.needs for w in n.wanted}
        assert tuple(entries.of_verb(base, frozenset(words | nouns))) == triggers


def test_a_rule_of_classes_names_the_class_that_it_settles() -> None:
    assert Retag.of("(?<=D)(?P<it>[bz])(?=P)", "N").letters == {"b", "z"}
    assert Retag.of("(?<=Y)(?P<it>\\.)(?=Y)", "Y") == Retag(frozenset("."), re.compile("(?<=Y)(?P<it>\\.)(?=Y)"), "Y")
    with pytest.raises(PackError, match="settles no class"):
        Retag.of("(?<=Y)P", "Y")
