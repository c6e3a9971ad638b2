"""Dates as the calendar has them: "April 12", "the 5th of March", "3-5 March", "early June", "2025-03-12"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from worker.events.days import When, dated, days_of, numeric

_YEAR = re.compile(r"(?:19|20)\d\d$")
_DAY = re.compile(r"([0-3]?\d)(?:st|nd|rd|th|º|°)?$")
_ORDINAL = re.compile(r"([0-3]?\d)(?:st|nd|rd|th)$")
_FIGURE = re.compile(r"\d{1,4}$")
_DASHES = frozenset("-\u2013\u2014/")
_MARKS = frozenset("-/.")  # between the figures of a date; where a tokeniser leaves "." on its own
_LAST_DAY = 31
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CalendarReader:
    """Reads calendar dates with a pack's words."""

    months: Mapping[str, int]
    month_parts: Mapping[str, Sequence[int]]  # "early": first and last day of the part; a glued one ends with "-"
    words: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, table: Mapping[str, Any], words: Mapping[str, frozenset[str]]) -> CalendarReader:
        """Read the tables of a pack's time words."""
        return cls(table.get("months", {}), table.get("month_parts", {}), words)

    @cached_property
    def glued(self) -> Mapping[str, tuple[int, str]]:
        """Of "mid-March", written as one word, its month and its part."""
        parts = [part for part in self.month_parts if part.endswith("-")]
        return {part + name: (number, part) for part in parts for name, number in self.months.items()}

    @cached_property
    def openers(self) -> frozenset[str]:
        """Every word that a date can begin with, digits apart."""
        return frozenset(self.months.keys() | self.glued.keys())

    def read(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        """Read the date that begins at a token.

        Args:
            lowers: The sentence's tokens, lower-case.
            classes: Its class string.
            place: The token.
            today: The day of publication.

        Returns:
            The date; one without days where the words only look like a date ("the March 23 Movement"); None where
            none begins here.
        """
        word = lowers[place]
        if word[0].isdigit():
            return self._in_figures(lowers, place, today) or self._day_first(lowers, classes, place, today)
        if word in self.glued:
            month, part = self.glued[word]
            return self._part_of(When(place, place + 1, None, None, None, None), month, part, today)
        if word not in self.months or not (classes[place] == "$" or self._is_dated(lowers, classes, place)):
            return None
        return self._month_first(lowers, classes, place, today)

    def _is_dated(self, lowers: Sequence[str], classes: str, place: int) -> bool:
        """Of "on May 3", "on Haiti on March 19" the month, where its class says another word ("may", "march")."""
        return place > 0 and classes[place - 1] == "P" and self._day_at(lowers, place + 1) is not None

    def _in_figures(self, lowers: Sequence[str], place: int, today: date) -> When | None:
        """Read "2025-03-12" and "12/03/2025": five tokens, the marks alike."""
        if place + 4 >= len(lowers) or lowers[place + 1] not in _MARKS or lowers[place + 3] != lowers[place + 1]:
            return None
        figures = [lowers[place], lowers[place + 2], lowers[place + 4]]
        if not all(_FIGURE.match(figure) for figure in figures):
            return None
        if not (_YEAR.match(figures[0]) or _YEAR.match(figures[2])):
            return None
        first, second, third = (int(figure) for figure in figures)
        return numeric((place, place + 5), (first, second, third), today)

    def _day_first(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        """Read "12 April", "the 5th of March", "3-5 March", "on the 9th"."""
        day, at = self._days_at(lowers, place)
        if day is None:
            return None
        month_at = at + 1 if at < len(lowers) and lowers[at] in self.words.get("of", _NONE) else at
        month = self.months.get(lowers[month_at]) if month_at < len(lowers) else None
        if month is None:
            return self._of_this_month(lowers, classes, place, today)
        return self._whole(lowers, classes, (place, month_at + 1), month, day, today)

    def _month_first(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        """Read "April 12", "April 3-5", "April", each with or without a year."""
        at = place + 1
        if at + 1 < len(lowers) and lowers[at] == ".":
            at += 1
        day, after = self._days_at(lowers, at)
        if day is None and self._is_a_name(lowers, classes, place, at):
            return None
        end = after if day is not None else at if at > place + 1 and self._is_year(lowers, at) else place + 1
        return self._whole(lowers, classes, (place, end), self.months[lowers[place]], day, today)

    def _days_at(self, lowers: Sequence[str], at: int) -> tuple[tuple[int, int] | None, int]:
        """The day or days of the month at a token, and the token after them."""
        first = self._day_at(lowers, at)
        if first is None:
            return None, at
        if at + 2 < len(lowers) and lowers[at + 1] in _DASHES:
            last = self._day_at(lowers, at + 2)
            if last is not None and first < last:
                return (first, last), at + 3
        return (first, first), at + 1

    @staticmethod
    def _day_at(lowers: Sequence[str], at: int) -> int | None:
        found = _DAY.match(lowers[at]) if at < len(lowers) else None
        day = int(found[1]) if found is not None else 0
        return day if 1 <= day <= _LAST_DAY else None

    @staticmethod
    def _is_year(lowers: Sequence[str], at: int) -> bool:
        return at < len(lowers) and bool(_YEAR.match(lowers[at]))

    def _whole(
        self,
        lowers: Sequence[str],
        classes: str,
        place: tuple[int, int],
        month: int,
        days: tuple[int, int] | None,
        today: date,
    ) -> When | None:
        """Add the year that follows, and the part of the month that stands before."""
        start, end = place
        after = end + 1 if end < len(lowers) and lowers[end] in {",", *self.words.get("of", _NONE)} else end
        year = int(lowers[after]) if self._is_year(lowers, after) else None
        if year is not None:
            end = after + 1
        if days is not None and self._is_of_a_group(lowers, classes, start, end):
            return When(start, end, None, None, None, None)
        before = lowers[start - 1] if start else ""
        if days is None and before in self.month_parts:
            return self._part_of(When(start, end, None, None, None, None), month, before, today, year)
        first = dated((start, end), year, month, days[0] if days else None, today)
        if first is None or days is None or days[0] == days[1]:
            return first
        last = dated((start, end), year, month, days[1], today)
        if last is None:
            return first
        return replace(first, last=last.last, future_last=last.future_last)

    def _part_of(self, when: When, month: int, part: str, today: date, year: int | None = None) -> When | None:
        """Read "early March", "mid-March", "late March": so many days of it; a last day of 31 is the month's own."""
        whole = dated((when.start, when.end), year, month, None, today)
        if whole is None or whole.first is None or whole.last is None:
            return whole
        low, high = self.month_parts[part]
        length = (days_of(whole.first.year, month, None) or (whole.first, whole.last))[1].day
        first = whole.first + timedelta(days=low - 1)
        return replace(whole, first=first, last=whole.first + timedelta(days=min(high, length) - 1))

    def _of_this_month(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        """Of "on the 9th" the day of this month or the last, when nothing else is counted by it ("the 9th brigade")."""
        ordinal = _ORDINAL.match(lowers[place])
        introduced = place > 1 and lowers[place - 1] in self.words.get("determiners", _NONE)
        if ordinal is None or not introduced or lowers[place - 2] not in self.words.get("on", _NONE):
            return None
        if classes[place + 1 : place + 2] not in {"", ",", ".", ";", "P", "C"}:
            return None
        month_ago = today.replace(day=1) - timedelta(days=1)
        found = [days_of(day.year, day.month, int(ordinal[1])) for day in (today, month_ago)]
        past = next((days for days in found if days is not None and days[0] <= today), None)
        return None if past is None else When(place, place + 1, *past, *(found[0] or past))

    def _is_of_a_group(self, lowers: Sequence[str], classes: str, start: int, end: int) -> bool:
        """Of "the March 23 Movement", "the November 17 group" the date is a name."""
        if end >= len(lowers):
            return False
        if lowers[end] in self.words.get("groups", _NONE):
            return True
        before = start > 0 and lowers[start - 1] in self.words.get("determiners", _NONE)
        return before and classes[end] == "Y"

    def _is_a_name(self, lowers: Sequence[str], classes: str, place: int, at: int) -> bool:
        """Of "the activist August Agbola": a bare month before a name, and nothing before it that dates."""
        if at >= len(classes) or classes[at] != "Y":
            return False
        if place == 0:
            return False
        dates = self.words.get("dating", _NONE) | self.words.get("last", _NONE) | self.words.get("next", _NONE)
        before = lowers[place - 1]
        return not (classes[place - 1] in "POBT$" or before in dates or before in self.month_parts)
