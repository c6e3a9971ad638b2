"""Which entries of a verb can be met in a sentence at all, by its words alone, before its grammar is asked.

"Take", "be" and "have" begin hundreds of phrases each, and of the entries whose words are there two in three need a
word beside them that is not: a look at the set of the sentence's words spares the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from worker.events.conditions import ANYBODY
from worker.events.kinds import NONE, Kinds
from worker.events.lexicon import ANYTHING, Condition, Trigger
from worker.events.mention import VIOLENT
from worker.events.pack import Pack

_BEYOND_THE_SENTENCE = frozenset({"article", "complement"})  # parts of which its words say nothing


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry and what a sentence must hold for it."""

    place: int  # among the entries of its verb
    trigger: Trigger
    any_of: tuple[frozenset[str], ...]  # of each of these sets of words at least one

    def may_be_met(self, words: frozenset[str]) -> bool:
        """Whether the words are there that it cannot do without."""
        if not self.trigger.rest <= words:
            return False
        for wanted in self.any_of:  # noqa: SIM110 - a generator costs more than all it would ask
            if wanted.isdisjoint(words):
                return False
        return True


@dataclass(frozen=True, slots=True)
class _OfVerb:
    """The entries of one verb: phrases by the further word that fewest of them share, and what has no such word."""

    phrases: Mapping[str, tuple[_Entry, ...]]
    bare: tuple[_Entry, ...]


class Entries:
    """The entries of a language's verbs; those of a verb are sorted when it is first met."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._sorted: dict[str, _OfVerb] = {}

    def of_verb(self, base: str, words: frozenset[str]) -> list[Trigger]:
        """Give the entries of a verb that may be met in a sentence.

        Args:
            base: The verb's base form.
            words: The sentence's words in lower case.

        Returns:
            Entries in the order in which they are to be tried.
        """
        known = self._sorted.get(base)
        if known is None:
            known = self._sorted[base] = _sorted(self._pack.verb_triggers.get(base, ()), self._pack.kinds)
        found = [entry for entry in known.bare if entry.may_be_met(words)]
        keys = known.phrases.keys() & words
        if keys:
            found += [entry for key in keys for entry in known.phrases[key] if entry.may_be_met(words)]
            found.sort(key=lambda entry: entry.place)
        return [entry.trigger for entry in found]


def _sorted(triggers: Sequence[Trigger], kinds: Kinds) -> _OfVerb:
    shared = Counter(word for trigger in triggers for word in trigger.rest)
    phrases: dict[str, list[_Entry]] = {}
    bare: list[_Entry] = []
    for place, trigger in enumerate(triggers):
        wanted = (_words_for(need, trigger, kinds) for need in trigger.needs)
        entry = _Entry(place, trigger, tuple(words for words in wanted if words is not None))
        rarest = min(trigger.rest, key=lambda word: (shared[word], word), default=None)
        (bare if rarest is None else phrases.setdefault(rarest, [])).append(entry)
    return _OfVerb({word: tuple(found) for word, found in phrases.items()}, tuple(bare))


def _words_for(need: Condition, trigger: Trigger, kinds: Kinds) -> frozenset[str] | None:
    """The words of which one must be in the sentence if a need is to be met; None where words do not decide it."""
    if need.part in _BEYOND_THE_SENTENCE or need.optional or need.asks_party or ANYTHING in need.wanted:
        return None
    if trigger.type in VIOLENT and ANYBODY in need.wanted:
        return None  # human beings of any kind, a pronoun too
    return need.wanted.union(*(kinds.nouns.get(word, NONE) for word in need.wanted))
