"""Days and stretches of days: what an expression of time means, and the calendar's arithmetic without any word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

DAYS_OF_A_WEEK = 7
NEWS_DAYS = 45
"""What lies further back than this before publication is background, not news."""

_AHEAD_DAYS = 14  # a date without a year that is not more than two weeks ahead is announced; further, it is last year's
_MONTHS = 12
_SATURDAY = 5


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
    shift: int | None = None  # "the day before": days from the day named before it in the text

    carried: bool = False  # "a day after": means no day without the one that follows it

    @property
    def is_day(self) -> bool:
        """Whether it names one day."""
        return self.first is not None and self.first == self.last


def day_from(today: date, days: int) -> date:
    """So many days on, or back; the calendar's own first and last day where it does not reach so far."""
    return date.fromordinal(min(max(today.toordinal() + days, 1), date.max.toordinal()))


def around(start: int, end: int, today: date, first: int, last: int) -> When:
    """Days counted from the day of publication."""
    days = day_from(today, first), day_from(today, last)
    return When(start, end, *days, *days, background=last < -NEWS_DAYS)


def moved(when: When, anchor: When) -> When:
    """Count an expression with a shift ("the day before") from the day that another one names.

    Args:
        when: The expression; one without a shift comes back as it is.
        anchor: The day named before it, or after it ("a day after Sunday's vote").

    Returns:
        The expression with its day.
    """
    if when.shift is None or anchor.first is None or anchor.last is None:
        return when
    from_day = anchor.last if when.shift > 0 else anchor.first
    day = from_day + timedelta(days=when.shift)
    return replace(
        when, first=day, last=day, future_first=day, future_last=day, background=anchor.background, weekday=False
    )


def span_of(unit: str, today: date, offset: int) -> tuple[date, date]:
    """The calendar week (Monday first), month or year that lies ``offset`` units from the one of a day."""
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=DAYS_OF_A_WEEK * offset)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        index = today.year * _MONTHS + today.month - 1 + offset
        return days_of(index // _MONTHS, index % _MONTHS + 1, None) or (today, today)
    return date(today.year + offset, 1, 1), date(today.year + offset, 12, 31)


def weekend_of(today: date, *, before_this: bool) -> tuple[date, date]:
    """The weekend that is or was last, as far as it has come; the one before where the present one is not meant."""
    back = (today.weekday() - _SATURDAY) % DAYS_OF_A_WEEK
    saturday = today - timedelta(days=back + (DAYS_OF_A_WEEK if before_this and back <= 1 else 0))
    return saturday, min(saturday + timedelta(days=1), today)


def days_of(year: int, month: int, day: int | None) -> tuple[date, date] | None:
    """The day, or all days of the month; None where the calendar has no such day (31 April)."""
    try:
        if day is not None:
            return date(year, month, day), date(year, month, day)
        following = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)
    except ValueError:
        return None


def dated(place: tuple[int, int], year: int | None, month: int, day: int | None, today: date | None) -> When | None:
    """A calendar day or month; without a year the one nearest to publication that can have been meant.

    Args:
        place: First token and the token after the last.
        year: Where the text gives it.
        month: 1 to 12.
        day: Of the month; None means the whole month.
        today: The day of publication; without it and without a year there is no answer.

    Returns:
        The expression, or None where the calendar has no such day.
    """
    if year is not None:
        days = days_of(year, month, day)
        if days is None:
            return None
        return When(*place, *days, *days, background=today is not None and (today - days[1]).days > NEWS_DAYS)
    past = days_of(today.year, month, day) if today is not None else None
    if today is None or past is None:
        return None
    future = past if past[1] >= today else (days_of(today.year + 1, month, day) or past)
    if past[0] > today + timedelta(days=_AHEAD_DAYS):
        future, past = past, days_of(today.year - 1, month, day) or past
    back = (today - past[1]).days
    over = back > NEWS_DAYS or (day is None and back > 0)  # of a month that is over only the name is told
    return When(*place, *past, *future, background=over)


def numeric(place: tuple[int, int], parts: tuple[int, int, int], today: date | None) -> When | None:
    """A date in figures: year first by ISO 8601; else day or month first, whichever is a day not after publication.

    Args:
        place: First token and the token after the last.
        parts: The three figures in their order.
        today: The day of publication.

    Returns:
        The day, or None where no order makes one.
    """
    if parts[0] > 31:  # noqa: PLR2004 - no day of a month
        return dated(place, parts[0], parts[1], parts[2], today) if 1 <= parts[1] <= _MONTHS else None
    year = parts[2]
    orders = [(parts[0], parts[1]), (parts[1], parts[0])]
    found = [days_of(year, month, day) for day, month in orders if 1 <= month <= _MONTHS]
    days = [found_days[0] for found_days in found if found_days is not None]
    if not days:
        return None
    near = [day for day in days if today is None or day <= today]
    day = max(near) if near and today is not None and today - max(near) < timedelta(days=NEWS_DAYS) else days[0]
    return dated(place, day.year, day.month, day.day, today)
