"""Every sentence of the lexicons is run: each ``yes`` gives its entry's event, each ``no`` does not, no entry is idle."""

from collections import defaultdict

import pytest

from tests.events.reading import SUNDAY, english
from worker.errors import PackError
from worker.events.extract import Coder, Language
from worker.events.lexicon import Example, read_entries
from worker.events.pack import duplicates, load_pack
from worker.records import ArticleText

EXAMPLES: dict[str, list[Example]] = defaultdict(list)
for one in load_pack("en").examples:
    EXAMPLES[one.group].append(one)


def language() -> Language:
    return english().languages["en"]


def found(coder: Coder, example: Example) -> bool:
    """Whether the example's event comes out, by its own entry's trigger."""
    name = example.entry.partition(":")[0]
    own = {f"{name}:{' '.join(lemma)}" for lemma in example.lemmas}
    coded = coder.code(ArticleText(example.sentence, published=SUNDAY, language="en"))
    return any(
        event.type == example.type and event.mode == (example.mode or event.mode) and own & set(event.rules)
        for event in coded.events
    )


def given(coder: Coder, example: Example) -> bool:
    """Whether an event of the example's type and mode comes out, by any trigger."""
    coded = coder.code(ArticleText(example.sentence, published=SUNDAY, language="en"))
    return any(event.type == example.type and event.mode == example.mode for event in coded.events)


@pytest.mark.parametrize("group", sorted(EXAMPLES))
def test_the_examples_of_an_entry_come_out_as_they_say(group: str) -> None:
    wrong = [
        ("yes" if example.expected else "no", example.sentence)
        for example in EXAMPLES[group]
        if found(english(), example) is not example.expected
    ]
    assert not wrong


@pytest.mark.parametrize("group", sorted(EXAMPLES))
def test_no_entry_is_idle(group: str) -> None:
    poorer = Coder({"en": language().without(group)})
    positive = [example for example in EXAMPLES[group] if example.expected]
    assert not all(given(poorer, example) for example in positive), "every example is covered by another entry"


def test_every_lemma_of_the_lexicon_has_an_example() -> None:
    triggers = language().pack.triggers
    assert triggers
    shown = {t.group for t in triggers} - set(EXAMPLES)
    assert not shown


def test_no_two_entries_say_the_same() -> None:
    assert duplicates(language().pack.triggers) == []


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"type": "ASSAULT", "yes": ["x"]}, "has no lemma"),
        ({"lemma": "hit", "type": "HIT", "yes": ["x"]}, "not in the ontology"),
        ({"lemma": "hit", "type": "ASSAULT", "mode": "curfew", "yes": ["x"]}, "has no mode"),
        ({"lemma": "hit", "type": "ASSAULT"}, "no example"),
        ({"lemma": "hit", "type": "ASSAULT", "yes": ["x"], "colour": "red"}, "unknown keys"),
        ({"lemma": "hit", "type": "ASSAULT", "yes": ["x"], "gate": "ajar"}, "gate 'ajar' is unknown"),
        ({"lemma": "hit", "type": "ASSAULT", "yes": ["x"], "roles": {"hero": "subject"}}, "roles has unknown keys"),
        ({"lemma": "hit", "type": "ASSAULT", "yes": ["x"], "needs": {"object": "list:moon"}}, "names no list"),
    ],
)
def test_a_bad_entry_is_refused_by_name(row: dict, complaint: str) -> None:
    with pytest.raises(PackError, match=complaint):
        read_entries("some", [row], {})
