"""What a language's words say happened to how many: the tables of ``packs/<language>/numbers.toml`` as values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from worker.events.pack import Pack

_LISTS = (
    "counting",
    "setting",
    "leading_to",
    "leaving",
    "being",
    "unreal",
    "undone",
    "lasting",
    "possessive",
    "ordinals",
    "forces",
    "fighters",
    "anybody",
    "natural",
)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A verb that counts people by what stands with it: "was taken to hospital", "led away"."""

    measure: str
    verbs: frozenset[str]
    near: frozenset[str]  # one of these words follows the verb; empty: none is needed
    counts: str  # subject or object, as the verb stands in the active voice
    armed: bool  # only soldiers and fighters are so counted: "lost three men"


@dataclass(frozen=True, slots=True)
class TollWords:
    """The pack's words for what is counted."""

    verbs: Mapping[str, str]  # base form -> measure
    of_things: frozenset[str]  # verbs that take things as objects as well
    otherwise: tuple[Otherwise, ...]
    nouns: Mapping[str, str]
    adjectives: Mapping[str, str]
    states: tuple[tuple[tuple[str, ...], str], ...]  # "in custody"
    totals: tuple[tuple[tuple[str, ...], str], ...]
    ends: tuple[tuple[tuple[str, ...], str], ...]  # "to death"
    lives: Mapping[str, str]  # "life" -> measure
    losing: frozenset[str]
    claiming: frozenset[str]
    people: frozenset[str]
    is_human: Callable[[str], bool]
    subset: tuple[tuple[str, ...], ...]
    cumulative: re.Pattern[str] | None
    not_cumulative: re.Pattern[str] | None  # cut out before: "the deadliest attack this year"
    singular: frozenset[str]
    negative: frozenset[str]  # "no one"
    counting: frozenset[str]  # "the number of"
    setting: frozenset[str]  # "put the dead at 36"
    leading_to: frozenset[str]  # words between what is counted and its number
    leaving: frozenset[str]  # "from 21 to 29": what it was
    being: frozenset[str]
    unreal: frozenset[str]  # "could have killed"
    undone: frozenset[str]  # "threatened to kill"
    lasting: frozenset[str]  # "the war has killed": what goes on for years has no toll of one event
    possessive: frozenset[str]  # "his wife"
    ordinals: frozenset[str]  # "a third was wounded"
    forces: frozenset[str]  # of a state
    fighters: frozenset[str]  # of nobody's state
    anybody: frozenset[str]  # "people", "men": of whichever side
    natural: frozenset[str]  # "died of a heart attack"

    @property
    def armed(self) -> frozenset[str]:
        """Everybody who fights."""
        return self.forces | self.fighters

    def camp_of(self, words: Sequence[str]) -> str:
        """On which side of a fight people stand: a state's forces, other fighters, or neither."""
        if not self.forces.isdisjoint(words):
            return "forces"
        return "neither" if self.fighters.isdisjoint(words) else "fighters"

    def side_of(self, words: Sequence[str]) -> str | None:
        """Whose losses a count gives: forces, fighters or others; None for those of all ("12 people", "the dead")."""
        camp = self.camp_of(words)
        if camp != "neither":
            return camp
        named = any(self.counts_people(word) for word in words) and self.anybody.isdisjoint(words)
        return "others" if named else None

    @classmethod
    def of(cls, pack: Pack) -> TollWords:
        """Read the words of a pack."""
        table = pack.tables.get("numbers", {})
        measures: Mapping[str, Mapping[str, Any]] = table.get("measures", {})

        def invert(key: str) -> dict[str, str]:
            return {word: measure for measure, lists in measures.items() for word in lists.get(key, ())}

        def phrases(key: str) -> tuple[tuple[tuple[str, ...], str], ...]:
            return tuple((tuple(words.split()), measure) for words, measure in invert(key).items())

        cumulative = table.get("cumulative", {})
        said = table.get("said", {})
        return cls(
            verbs=invert("verbs"),
            of_things=frozenset(invert("things")),
            otherwise=tuple(_otherwise(measure, row) for measure, it in measures.items() for row in it.get("by", ())),
            nouns=invert("nouns"),
            adjectives=invert("adjectives"),
            states=phrases("states"),
            totals=phrases("totals"),
            ends=phrases("ends"),
            lives=invert("lives"),
            losing=frozenset(invert("losing")),
            claiming=frozenset(invert("claiming")),
            people=frozenset(table.get("people", {}).get("heads", ())),
            is_human=pack.kinds.is_human,
            subset=tuple(tuple(p.split()) for p in table.get("subset", {}).get("introduce", ())),
            cumulative=_any_of(cumulative.get("patterns", ())),
            not_cumulative=_any_of(cumulative.get("but_not", ())),
            singular=frozenset(table.get("bounds", {}).get("singular", ())),
            negative=pack.words("gates", "frames", "negative_determiners"),
            **{key: frozenset(said.get(key, ())) for key in _LISTS},
        )

    def measure_of(self, word: str, forms: Mapping[str, tuple[tuple[str, str], ...]]) -> str | None:
        """What a word in "the number of ... killed" counts."""
        named = self.adjectives.get(word) or self.nouns.get(word)
        return named or next((self.verbs[base] for base, _ in forms.get(word, ()) if base in self.verbs), None)

    def counts_people(self, word: str) -> bool:
        """Whether a noun in lower case stands for people."""
        return word in self.people or self.is_human(word)

    def openers(self) -> frozenset[str]:
        """Words other than verbs without one of which a sentence tells of nobody dead, hurt or missing."""
        named = {word for it in self.otherwise if it.measure in _LOOSE for word in it.near}
        states = {words[-1] for words, _ in self.states}
        return frozenset(self.adjectives.keys() | self.nouns.keys() | named | states | {t[0] for t, _ in self.totals})

    def cues(self, forms: Mapping[str, tuple[tuple[str, str], ...]]) -> frozenset[str]:
        """All words, in every form, without one of which a sentence counts nobody."""
        bases = self.verbs.keys() | self.losing | self.claiming | self.being | self.counting
        bases |= {verb for it in self.otherwise for verb in it.verbs}
        verbs = {word for word, found in forms.items() if any(base in bases for base, _ in found)}
        ends = {words[-1] for words, _ in self.ends}
        others = self.openers() | self.counting | self.setting | self.lives.keys() | ends
        return frozenset(verbs - self._of_being(forms) | others)

    def _of_being(self, forms: Mapping[str, tuple[tuple[str, str], ...]]) -> frozenset[str]:
        """Forms of "be" alone say nothing: what is said to be so is asked for."""
        return frozenset(w for w, found in forms.items() if all(base in self.being for base, _ in found))


_LOOSE = frozenset({"killed", "injured", "missing"})  # counts that belong to an event told in another sentence


def _otherwise(measure: str, row: Mapping[str, Any]) -> Otherwise:
    return Otherwise(
        measure=measure,
        verbs=frozenset(row["verbs"]),
        near=frozenset(row.get("near", ())),
        counts=row.get("counts", "object"),
        armed=row.get("armed", False),
    )


def _any_of(patterns: list[str] | tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns)) if patterns else None
