"""When: the time words of a sentence, resolved against the day of publication in the article's own offset.

A weekday in the past tense is the latest such day up to and with the day of publication (a Sunday paper's "on Sunday"
is that same day); in a plan it is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from worker.events.pack import Pack
from worker.events.text import Sentence

_DAYS_OF_A_WEEK = 7
_NEWS_DAYS = 45  # what lies further back than this before publication is background, not news
_ANY_DAY = date(2000, 1, 5)  # stands in when the day of publication is unknown: a weekday then only means "recent"
_YEAR = re.compile(r"(?:19|20)\d\d$")
_DECADE = re.compile(r"(?:19|20)\d0'?s$")
_DAY = re.compile(r"([0-3]?\d)(?:st|nd|rd|th)?$")


@dataclass(frozen=True, slots=True)
class When:
    """One expression of time: its tokens and the days it means."""

    start: int
    end: int
    first: date | None
    last: date | None
    future_first: date | None  # the same words read in a plan
    future_last: date | None
    since: bool = False  # "since January": a beginning, not a day
    background: bool = False  # lies too far back to be news
    text: str = ""  # its words
    weekday: bool = False  # a day named by its place in the week, which may be the last or the next
    ahead: bool = False  # words for what is still to come ("tonight")

    @property
    def is_day(self) -> bool:
        """Whether it names one day."""
        return self.first is not None and self.first == self.last


@dataclass(frozen=True)
class TimeReader:
    """Reads time words with a pack's tables."""

    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    relative: Mapping[str, Sequence[int]]
    phrases: tuple[tuple[tuple[str, ...], Sequence[int]], ...]
    units: Mapping[str, int]
    words: Mapping[str, frozenset[str]]
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, pack: Pack) -> TimeReader:
        """Read the tables of a pack."""
        table = pack.tables.get("time", {})
        phrases = [(tuple(words.split()), days) for words, days in table.get("phrases", {}).items()]
        return cls(
            weekdays=table.get("weekdays", {}),
            months=table.get("months", {}),
            relative=table.get("relative", {}),
            phrases=tuple(sorted(phrases, key=lambda it: -len(it[0]))),
            units=table.get("units", {}),
            words={key: frozenset(found) for key, found in table.get("words", {}).items()},
            numbers=pack.tables.get("numbers", {}).get("units", {}),
        )

    @cached_property
    def openers(self) -> frozenset[str]:
        """Every word that an expression of time can begin with, digits apart."""
        phrases = {words[0] for words, _ in self.phrases}
        named = self.months.keys() | self.relative.keys() | self.weekdays.keys() | self.units.keys()
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
            return tuple(
                _undated(when) for when in self.read(sentence, classes, _ANY_DAY) if not _names_year(when, sentence)
            )
        found: list[When] = []
        lowers = sentence.lowers
        place = 0
        openers = self.openers
        while place < len(lowers):
            word = lowers[place]
            if word not in openers and not word[0].isdigit() and classes[place] != "$":
                place += 1
                continue
            when = self._at(lowers, classes, place, today)
            if when is not None:
                if when.first is not None or when.since or when.background:
                    found.append(replace(when, text=" ".join(sentence.words[when.start : when.end])))
                place = when.end
            else:
                place += 1
        return _joined(found, lowers, self.words.get("joins", frozenset()))

    def _at(self, lowers: Sequence[str], classes: str, place: int, today: date | None) -> When | None:
        word = lowers[place]
        named = classes[place] == "$" or word in self.months
        dated = self._calendar(lowers, classes, place, today) if named else None
        if dated is None and today is not None:
            dated = self._relative(lowers, classes, place, today)
        if dated is not None:
            return dated
        if _YEAR.match(word):
            return self._year(lowers, place, today)
        if _DECADE.match(word):
            first = int(word[:4])
            old = today is not None and first + 9 < today.year
            return When(place, place + 1, date(first, 1, 1), date(first + 9, 12, 31), None, None, background=old)
        day_first = _DAY.match(word) and place + 1 < len(lowers) and lowers[place + 1] in self.months
        return self._calendar(lowers, classes, place, today) if day_first else None

    def _relative(self, lowers: Sequence[str], classes: str, place: int, today: date) -> When | None:
        word = lowers[place]
        for words, (first, last) in self.phrases:
            if word == words[0] and tuple(lowers[place : place + len(words)]) == words:
                return _around(place, place + len(words), today, first, last)
        if word in self.relative:
            first, last = self.relative[word]
            ahead = word in self.words.get("ahead", frozenset())
            return replace(_around(place, place + 1, today, first, last), ahead=ahead)
        if word in self.weekdays and classes[place] == "$":
            return self._weekday(lowers, place, today)
        return self._week_or_ago(lowers, place, today)

    def _calendar(self, lowers: Sequence[str], classes: str, place: int, today: date | None) -> When | None:
        """April 12 | 12 April | April, each with or without a year."""
        day: int | None = None
        at = place
        day_word = _DAY.match(lowers[at])
        if day_word and lowers[at] not in self.months:
            day, at = int(day_word[1]), at + 1
        month = self.months.get(lowers[at]) if at < len(lowers) else None
        if month is None or (classes[at] != "$" and day is None):
            return None
        at += 1
        if at < len(lowers) and lowers[at] == "." and at + 1 < len(lowers):
            at += 1
        if day is None and at < len(lowers):
            day_word = _DAY.match(lowers[at])
            if day_word and 1 <= int(day_word[1]) <= 31:  # noqa: PLR2004 - days of a month
                day, at = int(day_word[1]), at + 1
        after = at + 1 if at < len(lowers) and lowers[at] == "," else at
        year: int | None = None
        if after < len(lowers) and _YEAR.match(lowers[after]):
            year, at = int(lowers[after]), after + 1
        since = place > 0 and lowers[place - 1] in self.words.get("since", frozenset())
        return _dated(place, at, year, month, day, today, since=since)

    def _weekday(self, lowers: Sequence[str], place: int, today: date) -> When:
        before = lowers[place - 1] if place else ""
        back = (today.weekday() - self.weekdays[lowers[place]]) % _DAYS_OF_A_WEEK
        if before in self.words.get("last", frozenset()) and back == 0:
            back = _DAYS_OF_A_WEEK
        ahead = (self.weekdays[lowers[place]] - today.weekday()) % _DAYS_OF_A_WEEK
        if before in self.words.get("next", frozenset()):
            back = -(ahead or _DAYS_OF_A_WEEK)
        past, future = today - timedelta(days=back), today + timedelta(days=ahead)
        since = before in self.words.get("since", frozenset())
        return When(place, place + 1, past, past, future, future, since=since, weekday=True)

    def _week_or_ago(self, lowers: Sequence[str], place: int, today: date) -> When | None:
        word = lowers[place]
        if word in self.words.get("weekend", frozenset()):
            return self._weekend(lowers, place, today)
        before = lowers[place - 1] if place else ""
        for unit in ("week", "month", "year"):
            if word in self.words.get(unit, frozenset()):
                return self._span_of(unit, before, place, today)
        follows = lowers[place + 1] if place + 1 < len(lowers) else ""
        if word in self.units and follows in self.words.get("after", frozenset()):
            # "ten months after the riots": what is that far back is background; nearer, it says no day
            far = self.units[word] * self._count(before) > _NEWS_DAYS
            return When(place, place + 2, None, None, None, None, background=True) if far else None
        if word in self.units and follows in self.words.get("ago", frozenset()):
            count = self._count(before)
            days = self.units[word] * count
            loose = self.units[word] > _DAYS_OF_A_WEEK
            first = today - timedelta(days=min(days, 200_000))
            return When(
                place,
                place + 2,
                first,
                first if not loose else today - timedelta(days=1),
                None,
                None,
                background=days > _NEWS_DAYS,
            )
        return None

    def _count(self, word: str) -> int:
        if word.isdigit() and len(word) < 5:  # noqa: PLR2004 - more units ago than that is no date
            return int(word)
        return self.numbers.get(word, 1)

    def _weekend(self, lowers: Sequence[str], place: int, today: date) -> When:
        saturday = today - timedelta(days=(today.weekday() - 5) % _DAYS_OF_A_WEEK)
        if place and lowers[place - 1] in self.words.get("next", frozenset()):
            saturday += timedelta(days=_DAYS_OF_A_WEEK)
        sunday = min(saturday + timedelta(days=1), max(today, saturday))
        ahead = saturday + timedelta(days=_DAYS_OF_A_WEEK)
        return When(place, place + 1, saturday, sunday, ahead, ahead + timedelta(days=1))

    def _span_of(self, unit: str, before: str, place: int, today: date) -> When | None:
        if before in self.words.get("last", frozenset()):
            offset = -1
        elif before in self.words.get("next", frozenset()):
            offset = 1
        elif before in self.words.get("this", frozenset()):
            offset = 0
        else:
            return None
        first, last = _span(unit, today, offset)
        if unit == "year" and offset == 0:
            return When(place, place + 1, None, None, first, last)  # "the worst this year" dates nothing
        background = offset < 0 and unit in {"year", "month"}
        return When(place, place + 1, first, last if offset else min(last, today), first, last, background=background)

    def _year(self, lowers: Sequence[str], place: int, today: date | None) -> When | None:
        before = lowers[place - 1] if place else ""
        if before not in self.words.get("year_introducers", frozenset()):
            return None
        year = int(lowers[place])
        since = before in self.words.get("since", frozenset())
        old = today is not None and year < today.year
        first, last = date(year, 1, 1), date(year, 12, 31)
        return When(place, place + 1, first, last, first, last, since=since, background=old)


def _joined(found: Sequence[When], lowers: Sequence[str], joins: frozenset[str]) -> tuple[When, ...]:
    """Of "on Saturday and Sunday" the two days that follow one another are one stretch of time."""
    out: list[When] = []
    for when in found:
        before = out[-1] if out else None
        joined = before is not None and before.end == when.start - 1 and lowers[before.end] in joins
        if before is not None and joined and _follows(before, when):
            out[-1] = replace(
                before,
                end=when.end,
                last=when.last,
                future_first=None,
                future_last=None,
                text=f"{before.text} {lowers[before.end]} {when.text}",
                weekday=False,
            )
        else:
            out.append(when)
    return tuple(out)


def _follows(one: When, other: When) -> bool:
    """Whether two weekdays are neighbours in the past."""
    days = one.last is not None and other.first is not None and one.weekday and other.weekday
    return days and not one.since and other.first == one.last + timedelta(days=1)  # type: ignore[operator]


def _undated(when: When) -> When:
    """Without a day of publication only the distance back is known, not the day."""
    return replace(when, first=None, last=None, future_first=None, future_last=None)


def _names_year(when: When, sentence: Sentence) -> bool:
    return any(_YEAR.match(sentence.lowers[i]) for i in range(when.start, when.end))


def _around(start: int, end: int, today: date, first: int, last: int) -> When:
    days = today + timedelta(days=first), today + timedelta(days=last)
    return When(start, end, *days, *days)


def _span(unit: str, today: date, offset: int) -> tuple[date, date]:
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * offset)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        index = today.year * 12 + today.month - 1 + offset
        first = date(index // 12, index % 12 + 1, 1)
        following = index + 1
        return first, date(following // 12, following % 12 + 1, 1) - timedelta(days=1)
    return date(today.year + offset, 1, 1), date(today.year + offset, 12, 31)


def _dated(
    start: int, end: int, year: int | None, month: int, day: int | None, today: date | None, *, since: bool
) -> When | None:
    if year is None:
        if today is None:
            return None
        year = today.year
        past = _days(year, month, day)
        if past is None:
            return None
        if past[0] > today + timedelta(days=14):
            past = _days(year - 1, month, day) or past
            future = _days(year, month, day) or past
        else:
            future = past if past[1] >= today else (_days(year + 1, month, day) or past)
        back = (today - past[1]).days
        over = back > _NEWS_DAYS or (day is None and back > 0)  # of a month that is over only the name is told
        return When(start, end, *past, *future, since=since, background=over)
    days = _days(year, month, day)
    if days is None:
        return None
    background = today is not None and (today - days[1]).days > _NEWS_DAYS
    return When(start, end, *days, *days, since=since, background=background)


def _days(year: int, month: int, day: int | None) -> tuple[date, date] | None:
    try:
        if day is not None:
            return date(year, month, day), date(year, month, day)
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)
    except ValueError:
        return None  # 31 April: no such day
