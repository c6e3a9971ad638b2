"""When: the time words of a sentence, resolved against the day of publication in the article's own offset.

A weekday in the past tense is the latest such day up to and with the day of publication (a Sunday paper's "on Sunday"
is that same day); in a plan it is the next one. What a whole expression means is put together in
:mod:`worker.events.stretches`, the calendar's arithmetic is in :mod:`worker.events.days`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from worker.events.calendar_words import CalendarReader
from worker.events.days import DAYS_OF_A_WEEK, NEWS_DAYS, When, around, day_from, moved, span_of, weekend_of
from worker.events.pack import Pack
from worker.events.stretches import Joiner, without_dateline
from worker.events.text import Sentence

__all__ = ["TimeReader", "When", "moved"]

_ANY_DAY = date(2000, 1, 5)  # stands in when the day of publication is unknown: a weekday then only means "recent"
_YEAR = re.compile(r"(?:19|20)\d\d$")
_DECADE = re.compile(r"(?:19|20)\d0'?s$")
_HOURS_OF_A_DAY = 24
_FARTHEST_DAYS = 200_000  # some 550 years: what is counted back further is no date
_NONE: frozenset[str] = frozenset()
_BREAKS = frozenset(
    {"", ",", ".", ";"}
)  # classes after which "a day after" has nothing to count from but what came before
Days = TypeVar("Days", Sequence[int], int)


@dataclass(frozen=True)
class TimeReader:
    """Reads time words with a pack's tables."""

    weekdays: Mapping[str, int]
    relative: Mapping[str, Sequence[int]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Sequence[int]], ...]]
    shifts: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]]  # "the day before": counted from the day named before
    units: Mapping[str, int]
    words: Mapping[str, frozenset[str]]
    limits: tuple[tuple[str, ...], ...]  # "ahead of": what follows is no day of what is told
    numbers: Mapping[str, int]
    calendar: CalendarReader
    joiner: Joiner

    @classmethod
    def of(cls, pack: Pack) -> TimeReader:
        """Read the tables of a pack."""
        table = pack.tables.get("time", {})
        words = {key: frozenset(found) for key, found in table.get("words", {}).items()}
        return cls(
            weekdays=table.get("weekdays", {}),
            relative=table.get("relative", {}),
            phrases=_by_first_word(table.get("phrases", {})),
            shifts=_by_first_word(table.get("shifts", {})),
            units=table.get("units", {}),
            words=words,
            limits=tuple(tuple(phrase.split()) for phrase in table.get("words", {}).get("limits", ())),
            numbers=pack.tables.get("numbers", {}).get("units", {}),
            calendar=CalendarReader.of(table, words),
            joiner=Joiner.of(words),
        )

    @cached_property
    def openers(self) -> frozenset[str]:
        """Every word that an expression of time can begin with, digits apart."""
        phrases = self.phrases.keys() | self.shifts.keys()
        named = self.calendar.openers | self.relative.keys() | self.weekdays.keys() | self.units.keys()
        spans = {w for key in ("weekend", "week", "month", "year") for w in self.words.get(key, ())}
        return frozenset(phrases | named | spans)

    def read(self, sentence: Sentence, classes: str, today: date | None) -> tuple[When, ...]:
        """Find the time expressions of a sentence.

        Args:
            sentence: The sentence.
            classes: Its class string.
            today: The day of publication where the article was published; None when unknown, then only full dates
                resolve.

        Returns:
            Expressions in order, not overlapping.
        """
        if today is None:
            found_anyway = self.read(sentence, classes, _ANY_DAY)
            undated = (_undated(when) for when in found_anyway if not _names_year(when, sentence))
            return tuple(replace(w, background=w.background and not self._names_month(w, sentence)) for w in undated)
        found: list[When] = []
        lowers = sentence.lowers
        openers = self.openers
        place = 0
        while place < len(lowers):
            word = lowers[place]
            if word not in openers and classes[place] != "$" and not word[0].isdigit():
                place += 1
                continue
            when = self._at(lowers, classes, place, today)
            if when is None:
                place += 1
                continue
            if not self._is_limit(lowers, when.start):
                found.append(when)
            place = max(when.end, place + 1)
        if not found:
            return ()
        kept = self.joiner.joined(without_dateline(found, sentence), lowers, classes, today)
        return tuple(replace(when, text=" ".join(sentence.words[when.start : when.end])) for when in kept)

    def _names_month(self, when: When, sentence: Sentence) -> bool:
        """Of "on 29 September" nobody knows how far back it lies; "last September" lies back."""
        before = sentence.lowers[max(0, when.start - 1) : when.start + 1]
        months = not self.calendar.months.keys().isdisjoint(sentence.lowers[when.start : when.end])
        return months and self.words.get("last", _NONE).isdisjoint(before)

    def _is_limit(self, lowers: Sequence[str], start: int) -> bool:
        """Of "ahead of Sunday's vote", "until the May election" the day is not that of what is told."""
        at = start - 1 if start and lowers[start - 1] in self.words.get("determiners", _NONE) else start
        return any(tuple(lowers[max(0, at - len(limit)) : at]) == limit for limit in self.limits)

    def _at(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        when = self.calendar.read(lowers, classes, place, today)
        if when is not None:
            return self._from_then_on(lowers, when, today)
        when = self._relative(lowers, classes, place, today)
        if when is not None:
            return when
        word = lowers[place]
        if _YEAR.match(word):
            return self._year(lowers, place, today)
        if _DECADE.match(word):
            first = int(word[:4])
            days = date(first, 1, 1), date(first + 9, 12, 31)
            return When(place, place + 1, *days, None, None, background=first + 9 < today.year)
        return None

    def _relative(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        word = lowers[place]
        for words, (first, last) in self.phrases.get(word, ()):
            if tuple(lowers[place : place + len(words)]) == words:
                return around(place, place + len(words), today, first, last)
        for words, shift in self.shifts.get(word, ()):
            if tuple(lowers[place : place + len(words)]) == words:
                return self._shifted(lowers, classes, place, place + len(words), shift, today)
        before = lowers[place - 1] if place else ""
        if word in self.relative and before not in self.words.get("parts_after", _NONE):
            first, last = self.relative[word]
            ahead = word in self.words.get("ahead", _NONE)
            return replace(around(place, place + 1, today, first, last), ahead=ahead)
        if word in self.weekdays and classes[place] == "$":
            return self._weekday(lowers, classes, place, today)
        return self._week_or_ago(lowers, classes, place, today)

    def _shifted(self, lowers: Sequence[str], classes: str, start: int, end: int, shift: int, today: date) -> When:
        """Count from the day named before, or for want of it from publication, where that lies behind."""
        carried = lowers[end - 1] in self.words.get("carrying", _NONE) and classes[end : end + 1] not in _BREAKS
        if carried or shift > 0:  # "the day before the vote" counts from the vote
            return When(start, end, None, None, None, None, shift=shift, carried=carried)
        return replace(around(start, end, today, shift, shift), shift=shift)

    def _from_then_on(self, lowers: Sequence[str], when: When, today: date) -> When:
        """Of "since Monday" the days from then up to publication."""
        before = when.start - 1
        if before >= 0 and lowers[before] in self.words.get("determiners", _NONE):
            before -= 1
        if before < 0 or lowers[before] not in self.words.get("since", _NONE):
            return when
        return replace(when, since=True, last=when.last if when.first is None else max(today, when.first))

    def _weekday(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When:
        before = lowers[place - 1] if place else ""
        if before in self.words.get("no_day", _NONE):
            return When(place, place + 1, None, None, None, None)  # "Bloody Sunday", "every Monday"
        number = self.weekdays[lowers[place]]
        named = self._of_a_week(lowers, place, number, today)
        if named is not None:
            return named
        after = self._said_behind(lowers, classes, place)
        back = (today.weekday() - number) % DAYS_OF_A_WEEK
        if back == 0 and {before, after} & self.words.get("last", _NONE):
            back = DAYS_OF_A_WEEK
        ahead = -back % DAYS_OF_A_WEEK
        if {before, after} & self.words.get("next", _NONE):
            back = -(ahead or DAYS_OF_A_WEEK)
        past, future = today - timedelta(days=back), today + timedelta(days=ahead)
        day = When(place, place + (2 if after else 1), past, past, future, future, weekday=True)
        return self._from_then_on(lowers, self.joiner.of_a_night(lowers, day), today)

    def _said_behind(self, lowers: Sequence[str], classes: str, place: int) -> str:
        """Of "on Tuesday last" the word behind the day."""
        word = lowers[place + 1] if place + 1 < len(lowers) else ""
        known = word in self.words.get("last", _NONE) or word in self.words.get("next", _NONE)
        return word if known and classes[place + 2 : place + 3] in {"", ",", ".", ";", "P", "C"} else ""

    def _of_a_week(self, lowers: Sequence[str], place: int, number: int, today: date) -> When | None:
        """Of "Monday of last week" the day; None where no week is named."""
        if lowers[place + 1 : place + 2] == () or lowers[place + 1] not in self.words.get("of", _NONE):
            return None
        for at in (place + 2, place + 3):  # "of last week", "of the previous week"
            offset = self._offset(lowers[at]) if at + 1 < len(lowers) else None
            if offset is not None and lowers[at + 1] in self.words.get("week", _NONE):
                day = span_of("week", today, offset)[0] + timedelta(days=number)
                return When(place, at + 2, day, day, day, day)
        return None

    def _offset(self, word: str) -> int | None:
        """Of "last", "this", "next" how many units away."""
        for key, offset in (("last", -1), ("next", 1), ("this", 0)):
            if word in self.words.get(key, _NONE):
                return offset
        return None

    def _week_or_ago(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        word = lowers[place]
        if word in self.words.get("weekend", _NONE):
            return self._weekend(lowers, place, today)
        before = lowers[place - 1] if place else ""
        for unit in ("week", "month", "year"):
            if word in self.words.get(unit, _NONE):
                found = self._span_of(unit, before, place, today) or self._span_said_behind(unit, lowers, place, today)
                if found is not None:
                    return found
        if word not in self.units:
            return None
        return self._ago_said_before(lowers, place, today) or self._counted(lowers, classes, place, today)

    def _ago_said_before(self, lowers: Sequence[str], place: int, today: date) -> When | None:
        """Of "hace tres días" the word that counts back stands before the number."""
        before = lowers[place - 1] if place else ""
        start = place - 1 - (before.isdigit() or before in self.numbers)
        if start < 0 or lowers[start] not in self.words.get("ago_before", _NONE):
            return None
        return replace(self._ago(lowers, place, self._count(before), today), end=place + 1)

    def _counted(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        """Of "three days ago", "over the past three days", "two days later", "a day after" the days."""
        unit = self.units[lowers[place]]
        before = lowers[place - 1] if place else ""
        counted = before.isdigit() or before in self.numbers
        count = self._count(before)
        start = max(0, place - 1)
        if counted and place > 1 and lowers[place - 2] in self.words.get("last", _NONE):
            days = min(unit * count or -(-count // _HOURS_OF_A_DAY), _FARTHEST_DAYS)
            return replace(around(place - 2, place + 1, today, -days, 0), background=days > NEWS_DAYS)
        follows = lowers[place + 1] if place + 1 < len(lowers) else ""
        days = min(unit * count, _FARTHEST_DAYS)
        if follows in self.words.get("after", _NONE) or follows in self.words.get("later", _NONE):
            if days > NEWS_DAYS:  # "ten months after the riots": what is that far back is background
                return When(place, place + 2, None, None, None, None, background=True)
            if not (counted or before in self.words.get("one", _NONE)):
                return None
            return self._shifted(lowers, classes, start, place + 2, days, today)
        if follows in self.words.get("from_there", _NONE) and days <= NEWS_DAYS:
            return self._shifted(lowers, classes, start, place + 2, -days, today)
        return self._ago(lowers, place, count, today) if follows in self.words.get("ago", _NONE) else None

    def _ago(self, lowers: Sequence[str], place: int, count: int, today: date) -> When:
        """Days and weeks are counted to the day; "two months ago" is all of that month, "ten years ago" that year."""
        unit = self.units[lowers[place]]
        days = min(unit * count, _FARTHEST_DAYS)
        first = last = day_from(today, -days)
        for name in ("month", "year"):
            if unit > DAYS_OF_A_WEEK and lowers[place].startswith(tuple(self.words.get(name, _NONE))):
                months = {"month": count, "year": 0}[name]
                years = {"month": 0, "year": min(count, today.year - 1)}[name]
                first, last = span_of(name, today, -(months or years))
        return When(place, place + 2, first, last, None, None, background=days > NEWS_DAYS)

    def _count(self, word: str) -> int:
        if word.isdigit() and len(word) < 5:  # noqa: PLR2004 - more units ago than that is no date
            return int(word)
        return self.numbers.get(word, 1)

    def _weekend(self, lowers: Sequence[str], place: int, today: date) -> When:
        before = lowers[place - 1] if place else ""
        saturday, sunday = weekend_of(today, before_this=before in self.words.get("last", _NONE))
        ahead = weekend_of(today, before_this=False)[0] + timedelta(days=DAYS_OF_A_WEEK)
        if before in self.words.get("next", _NONE):
            saturday, sunday = ahead, ahead + timedelta(days=1)
        when = When(place, place + 1, saturday, sunday, ahead, ahead + timedelta(days=1))
        since = self._from_then_on(lowers, when, today)
        return replace(since, weekday=since.since)

    def _span_of(self, unit: str, before: str, place: int, today: date) -> When | None:
        if before in self.words.get("rolling", _NONE):  # "in the past week"
            days = {"week": 7, "month": 30, "year": 365}[unit]
            return replace(around(place, place + 1, today, -days, 0), background=days > NEWS_DAYS)
        offset = self._offset(before)
        if offset is None:
            return None
        first, last = span_of(unit, today, offset)
        if unit == "year" and offset == 0:
            return When(place, place + 1, None, None, first, last)  # "the worst this year" dates nothing
        background = offset < 0 and unit in {"year", "month"}
        return When(place, place + 1, first, last if offset else min(last, today), first, last, background=background)

    def _span_said_behind(self, unit: str, lowers: Sequence[str], place: int, today: date) -> When | None:
        """Of "la semana pasada" the word that says which stands behind."""
        after = lowers[place + 1] if place + 1 < len(lowers) else ""
        if self._offset(after) in {None, 0}:
            return None
        found = self._span_of(unit, after, place, today)
        return None if found is None else replace(found, end=place + 2)

    def _year(self, lowers: Sequence[str], place: int, today: date) -> When | None:
        before = lowers[place - 1] if place else ""
        if before not in self.words.get("year_introducers", _NONE):
            return None
        year = int(lowers[place])
        days = date(year, 1, 1), date(year, 12, 31)
        since = before in self.words.get("since", _NONE)
        return When(place, place + 1, *days, *days, since=since, background=year < today.year)


def _by_first_word(table: Mapping[str, Days]) -> Mapping[str, tuple[tuple[tuple[str, ...], Days], ...]]:
    """Phrases by their first word, the longest before the others."""
    found: dict[str, list[tuple[tuple[str, ...], Days]]] = {}
    for phrase, days in sorted(table.items(), key=lambda item: -len(item[0].split())):
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append((words, days))
    return {word: tuple(phrases) for word, phrases in found.items()}


def _undated(when: When) -> When:
    """Without a day of publication only the distance back is known, not the day."""
    return replace(when, first=None, last=None, future_first=None, future_last=None)


def _names_year(when: When, sentence: Sentence) -> bool:
    return any(_YEAR.match(sentence.lowers[i]) for i in range(when.start, when.end))
