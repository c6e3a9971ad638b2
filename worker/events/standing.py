"""What stands of several reports of one happening: its status, its tolls, and how many vouch for it.

Nothing is averaged and nothing added up. A source has one word, its last: who corrects a number or takes a claim back
has withdrawn the earlier one. What a source denies that another claims is disputed, not settled by a majority.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

POSITIVE = frozenset({"asserted", "claimed", "disputed"})
"""Statuses by which something is said to have happened."""

NAMELESS = frozenset({"anonymous", "witness"})
"""Kinds of source without a name of their own: who relays them vouches for them."""

LATELY = timedelta(hours=24)
"""Tolls rise for days: the best number is that of the last day's reports, by the widest support among them."""

VAGUE = 2
"""An approximate range that spans a doubling is a word ("dozens": 24 to 99) and no range that anybody gave."""

# Beyond what is positive or denied, the strongest word wins, in this order.
_WEAKER = ("unverified", "rumoured", "planned")


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who says something."""

    name: str
    kind: str
    family: str | None = None

    @property
    def key(self) -> str:
        """What it counts under: sources of one family are one."""
        return self.family or self.name


@dataclass(frozen=True, slots=True)
class Saying:
    """One report's word on whether something happened."""

    origin: str  # key of the source it rests on
    status: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class TollSaying:
    """One source's number of killed for one happening: no part of another number, no total over time."""

    origin: str
    low: int | None
    high: int | None  # None: open upwards
    status: str
    said_at: datetime
    approximate: bool = False  # "around", "dozens"

    @property
    def is_open(self) -> bool:
        """Is it a least number only: "at least 12", "dozens"?"""
        return self.high is None or (self.approximate and self.low is not None and self.high >= VAGUE * self.low)


@dataclass(frozen=True, slots=True)
class Fatalities:
    """What is known of the killed; None is unknown, never 0."""

    low: int | None = None
    best: int | None = None
    high: int | None = None


def origin_of(chain: Sequence[Voice], wire: Voice | None, publisher: Voice) -> Voice:
    """Return the source that a report rests on: the first with a name of its own in its chain, innermost first.

    Without one it is the agency whose text is printed, else the outlet itself.
    """
    named = next((voice for voice in chain if voice.kind not in NAMELESS), None)
    return named or wire or publisher


def status_of(sayings: Iterable[Saying]) -> str:
    """Return the status that several reports give a happening together.

    Positive and by nobody denied: asserted if any report does so in its own voice, else claimed. Positive and denied by
    another source: disputed. Nothing positive: denied if anybody denies it, else unverified, rumoured, planned. So a
    report of what was planned wins over the plan.

    Raises:
        ValueError: There is no saying.
    """
    last = standing(sayings)
    if not last:
        raise ValueError("A happening needs at least one report to have a status.")
    positive = [saying for saying in last if saying.status in POSITIVE]
    denials = {saying.origin for saying in last if saying.status == "denied"}
    statuses = {saying.status for saying in last}
    if positive:
        deniers_of_others = any(denier != saying.origin for denier in denials for saying in positive)
        if deniers_of_others or "disputed" in statuses:
            return "disputed"
        return "asserted" if "asserted" in statuses else "claimed"
    if denials:
        return "denied"
    return next(status for status in _WEAKER if status in statuses)


def standing(sayings: Iterable[Saying]) -> tuple[Saying, ...]:
    """Return the sayings that their sources have not taken back.

    A source that denies what it had claimed, or claims what it had denied, is held to the later; at the same moment to
    the claim, since a text may hold both, the one being whom it quotes.
    """
    said = sorted(sayings, key=lambda s: (s.said_at, s.origin, s.status))
    claimed, denied = _latest(said, POSITIVE), _latest(said, frozenset({"denied"}))

    def stands(saying: Saying) -> bool:
        if saying.status in POSITIVE:
            return not (saying.origin in denied and denied[saying.origin] > claimed[saying.origin])
        if saying.status == "denied":
            return not (saying.origin in claimed and claimed[saying.origin] >= denied[saying.origin])
        return True

    return tuple(saying for saying in said if stands(saying))


def fatalities_of(tolls: Iterable[TollSaying]) -> Fatalities:
    """Return the lowest, best and highest number of killed.

    low: the lowest number that stands. high: the highest that anybody gave, unverified and denied ones included, so
    that a reader sees the range of what is in dispute; "dozens" gives 24, since nobody said 99. best: among the last
    words given within a day of the newest, the number on most sources, where "at least 21" and "dozens" speak for a
    count of 36 as well; of two as widely supported the one that more sources give as it is, then the later, then the
    lower. For a range it is the lower bound.
    """
    numbers = [toll for toll in tolls if toll.low is not None or toll.high is not None]
    last = _last_words(numbers)
    good = [toll for toll in last if toll.status in POSITIVE and toll.low is not None]
    tops = [number for toll in last for number in (toll.low, None if toll.is_open else toll.high) if number is not None]
    lows = [toll.low for toll in good if toll.low is not None]
    return Fatalities(low=min(lows, default=None), best=_best(good), high=max(tops, default=None))


def _best(good: Sequence[TollSaying]) -> int | None:
    if not good:
        return None
    newest = max(toll.said_at for toll in good)
    recent = [toll for toll in good if newest - toll.said_at <= LATELY]
    given = Counter(toll.low for toll in recent if toll.low is not None)
    counted = {toll.low for toll in recent if not toll.is_open}
    floors = [toll.low for toll in recent if toll.is_open and toll.low is not None]
    latest = {low: max(toll.said_at for toll in recent if toll.low == low) for low in given}

    def support(low: int) -> int:
        # An open number speaks for a count above it, not for another open number: else the wildest would win.
        return given[low] + (sum(floor < low for floor in floors) if low in counted else 0)

    return max(given, key=lambda low: (support(low), given[low], latest[low], -low))


def _last_words(tolls: Iterable[TollSaying]) -> tuple[TollSaying, ...]:
    """Return each source's last number; of several in one breath the largest, the whole before its parts.

    What a source takes back in the same breath ("two, and not three") is not its word.
    """
    last: dict[str, TollSaying] = {}
    for toll in sorted(tolls, key=lambda t: (t.said_at, t.status != "denied", t.low or t.high or 0, t.status)):
        last[toll.origin] = toll
    return tuple(last.values())


def _latest(said: Iterable[Saying], statuses: frozenset[str]) -> dict[str, datetime]:
    return {saying.origin: saying.said_at for saying in said if saying.status in statuses}
