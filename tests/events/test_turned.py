"""Examples of the lexicon turned: attributed, denied, supposed, rumoured, negated, put off, swapped: each answers so.

Every eighth example that tells one asserted event is turned one way, the ways in rotation, so that all entries and all
ways are met. Not all can be read: English has more ways to say no than the packs know. A way's share is therefore a
floor, and a miss is printed with its sentence.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.events.reading import SUNDAY, english
from worker.events.ontology import HAPPENED
from worker.records import ArticleText, Event

STRIDE = 8
AUXILIARIES = frozenset("was were been be is are has have had being will would could may did not".split())  # noqa: SIM905


def told(text: str) -> tuple[Event, ...]:
    return english().code(ArticleText(text, published=SUNDAY, language="en")).events


def inside(text: str) -> str:
    """A sentence as a clause of another: no stop, and no capital that only its beginning gives it."""
    first, _, rest = text.removesuffix(".").partition(" ")
    pack = english().languages["en"].pack
    lower = first.lower()
    plain = pack.grammar.class_of.get(lower, "Y") in "DRQ1WJ" or bool(pack.kinds.kinds_of(lower))
    return f"{first.lower() if plain else first} {rest}"


def bare_verb(text: str, event: Event) -> tuple[str, str, str] | None:
    """What stands before an event's past verb, the verb's base form, and what stands after it."""
    trigger = event.triggers[0]
    if " " in trigger.text:
        return None
    forms = english().languages["en"].pack.grammar.forms.get(trigger.text.lower(), ())
    base = next((base for base, letters in forms if "d" in letters and "b" not in letters), None)
    before = text[: trigger.start].split()
    if base is None or not before or before[-1].lower() in AUXILIARIES or before[-1].lower() == "and":
        return None
    return text[: trigger.start], base, text[trigger.end :]


def _with_verb(put: str) -> Callable[[str, Event], str | None]:
    def turned(text: str, event: Event) -> str | None:
        parts = bare_verb(text, event)
        return None if parts is None else f"{parts[0]}{put} {parts[1]}{parts[2]}"

    return turned


def swapped(text: str, event: Event) -> str | None:
    """A sentence with the words for who did it and whom it befell exchanged, where each side is one name."""
    if len(event.actors) != 1 or len(event.recipients) != 1:
        return None
    one, other = event.actors[0].span, event.recipients[0].span
    if one is None or other is None or one.end > other.start or not (one.text[0].isupper() and other.text[0].isupper()):
        return None
    return text[: one.start] + other.text + text[one.end : other.start] + one.text + text[other.end :]


TURNS: dict[str, tuple[Callable[[str, Event], str | None], float]] = {
    "said": (lambda text, _: f"Witnesses said {inside(text)}.", 0.95),
    "said behind": (lambda text, _: f"{text.removesuffix('.')}, witnesses said.", 0.95),
    "untrue": (lambda text, _: f"It is untrue that {inside(text)}.", 0.95),
    "supposed": (lambda text, _: f"If {inside(text)}, the talks will end.", 0.95),
    "rumoured": (lambda text, _: f"There were rumours that {inside(text)}.", 0.95),
    "negated": (_with_verb("did not"), 0.9),
    "put off": (_with_verb("will"), 0.9),
    "swapped": (swapped, 0.95),
}
"""Each way to turn a sentence, and the share of sentences that at least answer as they should."""


@cache
def examples() -> dict[str, list[tuple[str, str, Event]]]:
    """Of each way the sentences that are turned by it, before and after, with their event."""
    found: dict[str, list[tuple[str, str, Event]]] = defaultdict(list)
    ways = list(TURNS)
    for number, (text, event) in enumerate(_plain_examples()):
        first = number % len(ways)
        for way in (*ways[first:], *ways[:first]):
            turned = TURNS[way][0](text, event)
            if turned is not None:
                found[way].append((text, turned, event))
                break
    return found


def _plain_examples() -> Iterator[tuple[str, Event]]:
    texts = dict.fromkeys(one.sentence for one in english().languages["en"].pack.examples if one.expected)
    whole = [text for text in texts if text.endswith(".") and not set(text[:-1]) & set('.,;:"')]
    for text in whole[::STRIDE]:
        events = told(text)
        if len(events) == 1 and events[0].status == "asserted":
            yield text, events[0]


@pytest.mark.parametrize("way", TURNS)
def test_a_turned_sentence_answers_accordingly(way: str) -> None:
    rows = examples()[way]
    wrong = [turned for _, turned, event in rows if not _answers(way, turned, event)]
    share = 1 - len(wrong) / len(rows)
    assert len(rows) > 30
    assert share >= TURNS[way][1], "\n".join(wrong)


def _answers(way: str, turned: str, event: Event) -> bool:
    same = [one for one in told(turned) if one.type == event.type and one.mode == event.mode]
    if way.startswith("said"):
        sources = [one.attribution[0].text.lower() for one in same if one.attribution]
        return bool(same) and len(sources) == len(same) and set(sources) == {"witnesses"}
    if way == "swapped":
        did = {who.name for who in event.actors}
        return not any(did & {who.name for who in one.actors} for one in same)
    return not any(one.status in HAPPENED for one in same)
