"""A number as the text gives it: with its bounds, never a bare guess."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from worker.events.pack import Pack

_RANGE = re.compile(r"(\d{1,9})[-\u2013](\d{1,9})$")
_LARGEST = 2_000_000_000  # nothing that happens to people counts more; larger is a misreading


@dataclass(frozen=True, slots=True)
class Quantity:
    """A count with its bounds: ``high`` None is open upwards, ``low`` None open downwards."""

    low: int | None
    high: int | None
    approximate: bool
    start: int  # tokens, bounds included
    end: int


@dataclass(frozen=True)
class NumberReader:
    """Reads numbers from tokens with a pack's words."""

    units: Mapping[str, int]
    scales: Mapping[str, int]
    vague: tuple[tuple[tuple[str, ...], int, int, bool], ...]  # words, low, high, approximate
    at_least: tuple[tuple[str, ...], ...]
    at_most: tuple[tuple[str, ...], ...]
    about: tuple[tuple[str, ...], ...]
    between: frozenset[str]
    joins: frozenset[str]
    between_joins: frozenset[str]
    singular: frozenset[str]
    or_more: tuple[tuple[str, ...], ...]
    grouping: str  # "," in 1,200; then "." is the decimal mark, else the other way round
    inner_joins: frozenset[str]  # words inside a number: "treinta y uno"
    digits: re.Pattern[str]

    @classmethod
    def of(cls, pack: Pack) -> NumberReader:
        """Read the words of a pack."""
        table = pack.tables.get("numbers", {})
        bounds = table.get("bounds", {})

        def phrases(key: str) -> tuple[tuple[str, ...], ...]:
            return tuple(sorted((tuple(p.split()) for p in bounds.get(key, ())), key=len, reverse=True))

        vague = [
            (tuple(words.split()), low, high, low != high) for words, (low, high) in table.get("vague", {}).items()
        ]
        vague += [(tuple(words.split()), count, count, True) for words, count in table.get("approximate", {}).items()]
        grouping = table.get("grouping", ",")
        group, decimal = re.escape(grouping), re.escape(_decimal(grouping))
        return cls(
            units=table.get("units", {}),
            scales=table.get("scales", {}),
            vague=tuple(sorted(vague, key=lambda it: -len(it[0]))),
            at_least=phrases("at_least"),
            at_most=phrases("at_most"),
            about=phrases("about"),
            between=frozenset(bounds.get("between", ())),
            joins=frozenset(bounds.get("range_joins", ())),
            between_joins=frozenset(bounds.get("range_joins_only_between", ())),
            singular=frozenset(bounds.get("singular", ())),
            or_more=phrases("or_more"),
            grouping=grouping,
            inner_joins=frozenset(bounds.get("inner_joins", ())),
            digits=re.compile(rf"\d{{1,3}}(?>(?:{group}\d{{3}})+)|\d++(?:{decimal}\d++)?"),
        )

    @cached_property
    def _bounds(self) -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
        """Words that bound a number by their first, the longest of each kind first."""
        found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for kind, phrases in (("at_least", self.at_least), ("at_most", self.at_most), ("about", self.about)):
            for phrase in phrases:
                found.setdefault(phrase[0], []).append((phrase, kind))
        return {word: tuple(phrases) for word, phrases in found.items()}

    @cached_property
    def _vague_by_first(self) -> Mapping[str, tuple[tuple[tuple[str, ...], int, int, bool], ...]]:
        found: dict[str, list[tuple[tuple[str, ...], int, int, bool]]] = {}
        for phrase in self.vague:
            found.setdefault(phrase[0][0], []).append(phrase)
        return {word: tuple(phrases) for word, phrases in found.items()}

    @cached_property
    def _openers(self) -> frozenset[str]:
        words = self._bounds.keys() | self._vague_by_first.keys() | self.units.keys() | self.scales.keys()
        return frozenset(words | self.between | self.singular)

    def may_begin(self, word: str) -> bool:
        """Whether a number, or a word that bounds one, may begin with a token in lower case."""
        return word in self._openers or word[0].isdigit() or "-" in word

    def read(self, lowers: Sequence[str], start: int, end: int) -> Quantity | None:
        """Read the first number that begins at a token, bounds before it included.

        Args:
            lowers: Lower-case tokens.
            start: Where it must begin.
            end: Where reading stops.

        Returns:
            The quantity, or None when no number begins there.
        """
        if start >= end or not self.may_begin(lowers[start]):
            return None
        at = start
        bound = ""
        for _ in range(3):
            step, kind = self._bound(lowers, at, end)
            if not step:
                break
            at, bound = at + step, kind if bound in {"", "about"} else bound
        opened = at < end and lowers[at] in self.between
        at += opened
        plain = self._plain(lowers, at, end)
        if plain is None:
            return None
        low, high, approximate, after = plain
        if after + 1 < end and (opened or lowers[after] not in self.between_joins) and lowers[after] in self.joins:
            upper = self._plain(lowers, after + 1, end)
            if upper is not None and upper[0] > low and (opened or lowers[after].isalpha() or not bound):
                return Quantity(low, upper[1], approximate, start, upper[3])
        if any(tuple(lowers[after : after + len(phrase)]) == phrase for phrase in self.or_more):
            bound = "at_least"
        return _bounded(low, high, bound, start, after, approximate=approximate)

    def _bound(self, lowers: Sequence[str], at: int, end: int) -> tuple[int, str]:
        for phrase, kind in self._bounds.get(lowers[at], ()) if at < end else ():
            if at + len(phrase) < end and tuple(lowers[at : at + len(phrase)]) == phrase:
                return len(phrase), kind
        return 0, ""

    def _plain(self, lowers: Sequence[str], at: int, end: int) -> tuple[int, int, bool, int] | None:
        """A number without bounds: low, high, approximate, token after it."""
        if at >= end:
            return None
        for words, low, high, approximate in self._vague_by_first.get(lowers[at], ()):
            if tuple(lowers[at : at + len(words)]) == words:
                return low, high, approximate, at + len(words)
        dashed = _RANGE.match(lowers[at])
        if dashed and int(dashed[1]) < int(dashed[2]):
            return int(dashed[1]), int(dashed[2]), False, at + 1
        return self._exact(lowers, at, end)

    def _exact(self, lowers: Sequence[str], at: int, end: int) -> tuple[int, int, bool, int] | None:
        total, place = 0, at
        current: float | None = None
        if lowers[at] in self.singular and at + 1 < end and lowers[at + 1] in self.scales:
            current, place = 1, at + 1
        while place < end:
            value = self._word(lowers[place])
            scale = self.scales.get(lowers[place])
            if scale is not None and current is not None:
                current = round(current * scale)
                if scale >= 1000:  # noqa: PLR2004 - thousands close a group of three digits
                    total, current = total + current, 0
            elif value is not None and (
                current is None or (current % 10 == 0 and current != 0) or (current == 0 and total)
            ):
                current = (current or 0) + value
            elif not self._joins_unit(lowers, place, end, current):
                break
            place += 1
        if current is None or place == at:
            return None
        whole = round(total + current)
        return (whole, whole, False, place) if 0 <= whole <= _LARGEST else None

    def _joins_unit(self, lowers: Sequence[str], place: int, end: int, current: float | None) -> bool:
        """Of "treinta y uno" the "y" stands inside the number: after tens, before a unit."""
        tens = current is not None and current % 10 == 0 and current % 100 != 0
        inside = tens and lowers[place] in self.inner_joins and place + 1 < end
        return inside and 0 < self.units.get(lowers[place + 1], 0) < 10  # noqa: PLR2004 - a unit

    def _word(self, word: str) -> float | None:
        if word in self.units:
            return self.units[word]
        if word[0].isdigit():
            plain = word.replace(self.grouping, "").replace(_decimal(self.grouping), ".")
            return float(plain) if self.digits.fullmatch(word) and len(word) < 16 else None  # noqa: PLR2004 - longer is no count
        if "-" in word:
            parts = [self.units.get(part) for part in word.split("-", 1)]
            if None not in parts:
                return sum(part for part in parts if part is not None)
        return None


def _decimal(grouping: str) -> str:
    return "," if grouping == "." else "."


def _bounded(low: int, high: int, bound: str, start: int, end: int, *, approximate: bool) -> Quantity:
    if bound == "at_least":
        return Quantity(low, None, approximate, start, end)
    if bound == "at_most":
        return Quantity(None, high, approximate, start, end)
    return Quantity(low, high, approximate or bound == "about", start, end)
