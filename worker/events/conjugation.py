"""The forms of verbs in a language that writes person, tense and mood into them: stems and endings, all from a pack.

``morphology.toml`` of such a pack has a ``[[row]]`` for every series of endings (which base forms, which form letter,
on which stem), ``[stems]`` for verbs whose stem changes, ``[[spelling]]`` for what happens where stem and ending meet,
and ``[also]`` for forms that no rule makes. Letters: i infinitive, z present, d past, r future, c conditional,
s subjunctive, n participle, g gerund.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SEAM = "|"  # stands between stem and ending while the spelling is settled
_INFINITIVE_ENDING = 2  # letters that a base form loses to become its root


@dataclass(frozen=True, slots=True)
class Row:
    """One series of endings."""

    match: re.Pattern[str]  # base forms that take it
    letter: str
    stems: tuple[str, ...]  # names of stems, the first that a verb has is used; "root" every verb has
    endings: tuple[str, ...]
    unless: str  # a stem whose owners do not take this row, "" for none


@dataclass(frozen=True, slots=True)
class Spelling:
    """A change where stem and ending meet, for base forms that match."""

    base: re.Pattern[str]
    match: re.Pattern[str]
    to: str


@dataclass(frozen=True)
class Conjugation:
    """All rows of a language."""

    rows: tuple[Row, ...]
    spellings: tuple[Spelling, ...]
    stems: Mapping[str, Mapping[str, str]]  # base form -> name of a stem -> the stem
    also: Mapping[str, Mapping[str, Sequence[str]]]  # base form -> form letter -> words

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Conjugation:
        """Read the table of a pack.

        Args:
            table: What ``morphology.toml`` holds.

        Returns:
            The rows; none for a pack whose verbs are made by rules of endings alone.
        """
        rows = (
            Row(
                re.compile(row["match"]),
                row["letter"],
                tuple(row["stem"]),
                tuple(row["endings"]),
                row.get("unless", ""),
            )
            for row in table.get("row", ())
        )
        spellings = (
            Spelling(re.compile(row["base"]), re.compile(row["match"]), row["to"]) for row in table.get("spelling", ())
        )
        return cls(tuple(rows), tuple(spellings), table.get("stems", {}), table.get("also", {}))

    def verb(self, base: str) -> Iterator[tuple[str, str]]:
        """Make the forms of a verb.

        Args:
            base: Its base form.

        Yields:
            Pairs of a word and its form letter; a word may come more than once.
        """
        stems = {"root": base[:-_INFINITIVE_ENDING], **self.stems.get(base, {})}
        for row in self.rows:
            stem = next((stems[name] for name in row.stems if name in stems), None)
            if stem is None or row.unless in stems or not row.match.search(base):
                continue
            for ending in row.endings:
                yield self._spelt(base, stem + SEAM + ending), row.letter
        for letter, words in self.also.get(base, {}).items():
            yield from ((word, letter) for word in words)

    def _spelt(self, base: str, form: str) -> str:
        for rule in self.spellings:
            if rule.base.search(base):
                form = rule.match.sub(rule.to, form, count=1)
        return form.replace(SEAM, "")
