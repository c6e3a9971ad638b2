"""Stretches of days out of several expressions: "from Monday to Wednesday", "night to Sunday", "a day after the vote".

And the day of a dateline, which is not that of what is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from worker.events.days import When, moved
from worker.events.text import Sentence

_NONE: frozenset[str] = frozenset()
_DATELINE_TOKENS = 8  # "PORT-AU-PRINCE, Haiti, March 11 (Agency) -": the date stands among the first
_DATELINE_ENDS = frozenset("(-\u2013\u2014:/")
_GAP = 3  # tokens between two ends of a stretch: "Friday evening and late Saturday"
_AFTER_GAP = 4  # tokens in "a day after the disputed parliamentary Sunday"


@dataclass(frozen=True)
class Joiner:
    """Puts expressions together with a pack's words."""

    joins: frozenset[str]  # "and", "to"
    through: frozenset[str]  # joins that always make a stretch: "to", "until"
    opening: frozenset[str]  # "from", "between"
    parts: frozenset[str]  # "evening", "late"
    nights: frozenset[str]  # "night", "overnight"
    into: frozenset[str]  # "night to Sunday"
    lasting: frozenset[str]  # "throughout Tuesday night"

    @classmethod
    def of(cls, words: Mapping[str, frozenset[str]]) -> Joiner:
        """Read the words of a pack."""
        names = ("joins", "through", "opening", "parts", "nights", "into", "lasting")
        return cls(*(words.get(name, _NONE) for name in names))

    def of_a_night(self, lowers: Sequence[str], day: When) -> When:
        """Of "in the night to Sunday" the night across midnight, and so of "throughout Tuesday night"."""
        if day.first is None:
            return day
        if day.start > 1 and lowers[day.start - 1] in self.into and lowers[day.start - 2] in self.nights:
            before = day.first - timedelta(days=1)
            return replace(day, start=day.start - 2, first=before, weekday=False)
        if day.end < len(lowers) and lowers[day.end] in self.nights and self._lasts(lowers, day.start):
            return replace(day, last=day.first + timedelta(days=1), weekday=False)
        return day

    def _lasts(self, lowers: Sequence[str], start: int) -> bool:
        return any(word in self.lasting for word in lowers[max(0, start - 2) : start])

    def joined(self, found: Sequence[When], lowers: Sequence[str], classes: str, today: date) -> list[When]:
        """Put together what belongs together.

        Args:
            found: Expressions in order; those without days may only carry others ("a day after").
            lowers: The sentence's tokens, lower-case.
            classes: Its class string.
            today: The day of publication.

        Returns:
            The expressions that say when, in order.
        """
        out: list[When] = []
        for when in found:
            before = out[-1] if out else None
            if before is None:
                out.append(when)
            elif before.end > when.start:  # "overnight" of "overnight into Thursday"
                out[-1] = when
            elif (one := self._one_of(before, when, lowers, classes, today)) is not None:
                out[-1] = one
            else:
                out.append(self._counted_from(out, when))
        return [
            w for w in out if w.first is not None or w.since or w.background or (w.shift is not None and not w.carried)
        ]

    @staticmethod
    def _counted_from(earlier: Sequence[When], when: When) -> When:
        """Of "was freed on Saturday and a day later arrested" the day counts from the one named before."""
        if when.shift is None:
            return when
        days = [other for other in earlier if other.is_day and not other.since]
        return moved(when, days[-1]) if days else when

    def _one_of(self, before: When, when: When, lowers: Sequence[str], classes: str, today: date) -> When | None:
        gap = lowers[before.end : when.start]
        if before.shift is not None and before.first is None and when.first is not None:
            near = len(gap) <= _AFTER_GAP and not set(classes[before.end : when.start]) & set(",.;v")
            return replace(moved(before, when), end=when.end, shift=None, carried=False) if near else None
        if before.first is None or when.last is None or before.since:
            return None
        if len(gap) <= 1 and {*lowers[before.start : before.end]} & self.nights and when.weekday and not before.weekday:
            return when  # "overnight on Tuesday": the day says which night
        joins = [word for word in gap if word in self.joins]
        rest = [word for word in gap if word not in self.joins and word not in self.parts]
        if len(joins) != 1 or rest or len(gap) > _GAP:
            return None
        opened = before.start > 0 and lowers[before.start - 1] in self.opening
        through = joins[0] in self.through
        neighbours = before.last is not None and when.first == before.last + timedelta(days=1)
        neighbours = neighbours and before.weekday and when.weekday
        if before.first > when.last or not (opened or through or neighbours):
            return None
        return _stretch(before, when, today)


def _stretch(first: When, last: When, today: date) -> When:
    """From the one to the other; what began long ago and ended lately is no background."""
    future = first.future_first is not None and last.future_last is not None
    ordered = future and first.future_first <= last.future_last  # type: ignore[operator]
    return replace(
        first,
        end=last.end,
        last=last.last,
        future_first=first.future_first if ordered and first.first != first.future_first else None,
        future_last=last.future_last if ordered and first.first != first.future_first else None,
        weekday=False,
        background=first.background and last.background and last.last is not None and last.last < today,
    )


def without_dateline(found: list[When], sentence: Sentence) -> list[When]:
    """Of "KABUL, March 11 (Agency) - A bomb exploded on Monday" the sentence's own day alone."""
    first = found[0]
    if sentence.index or sentence.is_title or len(found) == 1 or not 0 < first.start < _DATELINE_TOKENS:
        return found
    follows = sentence.words[first.end] if first.end < len(sentence.words) else ""
    if follows not in _DATELINE_ENDS or not sentence.words[0].isupper():
        return found
    return [when for when in found[1:] if not when.since] or found
