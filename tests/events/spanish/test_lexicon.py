"""Every sentence of the Spanish lexicon is run: each ``yes`` gives its entry's event, each ``no`` does not."""

from collections import defaultdict

import pytest

from tests.events.spanish.reading import SUNDAY, coder
from worker.events.extract import Coder, Language
from worker.events.lexicon import Example
from worker.events.pack import duplicates, load_pack
from worker.records import ArticleText

EXAMPLES: dict[str, list[Example]] = defaultdict(list)
for one in load_pack("es").examples:
    EXAMPLES[one.group].append(one)
COMMONEST = {"ASSAULT", "COERCE", "PROTEST", "ACCUSE", "REQUEST", "REJECT", "AGREE", "CONSULT", "SUPPORT", "THREATEN"}


def language() -> Language:
    return coder().languages["es"]


def found(by: Coder, example: Example, *, own: bool) -> bool:
    """Whether the example's event comes out, by its own entry's trigger or by any."""
    name = example.entry.partition(":")[0]
    entries = {f"{name}:{' '.join(lemma)}" for lemma in example.lemmas}
    coded = by.code(ArticleText(example.sentence, published=SUNDAY, language="es"))
    return any(
        event.type == example.type
        and event.mode == (example.mode or event.mode)
        and (not own or not entries.isdisjoint(event.rules))
        for event in coded.events
    )


@pytest.mark.parametrize("group", sorted(EXAMPLES))
def test_the_examples_of_an_entry_come_out_as_they_say(group: str) -> None:
    wrong = [
        ("yes" if example.expected else "no", example.sentence)
        for example in EXAMPLES[group]
        if found(coder(), example, own=True) is not example.expected
    ]
    assert not wrong


@pytest.mark.parametrize("group", sorted(EXAMPLES))
def test_no_entry_is_idle(group: str) -> None:
    poorer = Coder({"es": language().without(group)})
    positive = [example for example in EXAMPLES[group] if example.expected]
    assert not all(found(poorer, example, own=False) for example in positive), "other entries cover every example"


def test_the_lexicon_is_broad() -> None:
    triggers = language().pack.triggers
    assert {t.type for t in triggers} >= COMMONEST
    assert len({t.group for t in triggers}) >= 100
    assert len(triggers) >= 500


def test_no_two_entries_say_the_same() -> None:
    assert duplicates(language().pack.triggers) == []
