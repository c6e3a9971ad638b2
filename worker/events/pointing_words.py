"""The pack's words that point back to somebody, and those that say how many or of what kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from worker.events.kinds import Kinds
from worker.events.pack import Pack


@dataclass(frozen=True)
class PointingWords:
    """The pack's words that point back."""

    plural: frozenset[str]
    singular: frozenset[str]
    speaker: frozenset[str]  # pronouns of whoever speaks: "we"
    personal: frozenset[str]  # pronouns for one human being
    possessive: frozenset[str]
    heads: Mapping[str, frozenset[str]]
    definite: frozenset[str]
    indefinite: frozenset[str]
    demonstrative: frozenset[str]
    heads_of: frozenset[str]
    stands_for: frozenset[str]  # heads that stand for the party before them
    humans: frozenset[str]  # pronouns of human beings
    things: frozenset[str]  # what a side owns and is not
    pair: frozenset[str]  # "two", "both"
    pair_heads: frozenset[str]  # what two parties together are called
    soldiers: frozenset[str]  # whose owner, a leader or a state, stands for its army
    seated: frozenset[str]  # prepositions before a seat of government: "the ministry in Warsaw"
    places: frozenset[str]  # nouns that stand for the town named last
    kinds: Kinds
    protesters: str  # what those are called who protest, where nothing else is said of them
    civilians: str  # what human beings are called whom no word gives a side
    counting: frozenset[str]  # numerals and words such as "several"

    @cached_property
    def pronouns(self) -> frozenset[str]:
        """Those of one and of several."""
        return self.plural | self.singular

    @cached_property
    def articles(self) -> frozenset[str]:
        """Definite and indefinite ones."""
        return self.definite | self.indefinite

    @cached_property
    def known(self) -> frozenset[str]:
        """What stands before somebody who was spoken of: "the", "those"."""
        return self.definite | self.demonstrative

    @classmethod
    def of(cls, pack: Pack) -> PointingWords:
        """Read the words of a pack."""
        heads = pack.tables.get("anaphora", {}).get("heads", {})
        return cls(
            plural=pack.words("anaphora", "pronouns", "plural"),
            singular=pack.words("anaphora", "pronouns", "singular"),
            speaker=pack.words("anaphora", "pronouns", "speaker"),
            personal=pack.words("anaphora", "pronouns", "personal"),
            possessive=pack.words("anaphora", "pronouns", "possessive"),
            heads={word: frozenset(classes) for word, classes in heads.items()},
            definite=pack.words("anaphora", "determiners", "definite"),
            indefinite=pack.words("anaphora", "determiners", "indefinite"),
            demonstrative=pack.words("anaphora", "determiners", "demonstrative"),
            heads_of=pack.words("anaphora", "heads_of", "words"),
            stands_for=pack.words("anaphora", "stands_for", "words"),
            humans=pack.words("anaphora", "humans", "words"),
            things=pack.words("anaphora", "things", "words"),
            pair=pack.words("anaphora", "pair", "words"),
            pair_heads=pack.words("anaphora", "pair", "heads"),
            soldiers=pack.words("anaphora", "soldiers", "words"),
            seated=pack.words("anaphora", "seated", "words"),
            places=pack.words("anaphora", "places", "words"),
            kinds=pack.kinds,
            protesters=str(pack.tables.get("nouns", {}).get("protesters", "protesters")),
            civilians=str(pack.tables.get("nouns", {}).get("civilians", "civilians")),
            counting=frozenset(w for w, letter in pack.grammar.class_of.items() if letter in "1Q"),
        )
