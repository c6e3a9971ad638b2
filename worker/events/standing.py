"""What stands of several reports of one happening: its status, its tolls, and how many vouch for it.

Nothing is averaged and nothing added up. A source has one word, its last: who corrects a number or takes a claim back
has withdrawn the earlier one. What a source denies that another claims is disputed, not settled by a majority.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

POSITIVE = frozenset({"asserted", "claimed", "disputed"})
"""Statuses by which something is said to have happened."""

NAMELESS = frozenset({"anonymous", "witness"})
"""Kinds of source without a name of their own: who relays them vouches for them."""

LATELY = timedelta(hours=24)
"""Tolls rise for days: the best number is that of the last day's reports, by the widest support among them."""

VAGUE = 2
"""An approximate range that spans a doubling is a word ("dozens": 24 to 99) and no range that anybody gave."""

DISPUTED_SIDES = frozenset({"fighters", "others"})
"""The dead whom an army calls militants are villagers to their neighbours: of two sources that give one of these each,
nobody knows whether they count the same people."""

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
    side: str | None = None  # forces, fighters or others: whose dead these are; None: everybody's

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

    Three soldiers and two villagers by one source are five. Who gives the dead of one side alone, as each side of a
    fight does of its own, has said nothing against the number that is best supported for the other side: that is
    added, unless the two may be one count under two names (:data:`DISPUTED_SIDES`).
    """
    numbers = [toll for toll in tolls if toll.low is not None or toll.high is not None]
    by_side = _last_by_side(numbers)
    last = [_whole(_completed(sides, by_side)) for sides in by_side]
    good = _good(last)
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


_Sides = Mapping[str | None, TollSaying]
"""What one source last said, by whose dead it counts."""


def _last_by_side(tolls: Iterable[TollSaying]) -> tuple[_Sides, ...]:
    """Return each source's last numbers; of several in one breath for one side the largest, the whole before its parts.

    A number of all replaces every earlier one; one of a side replaces what was said of that side and of all. What a
    source takes back in the same breath ("two, and not three") is not its word.
    """
    last: dict[str, _Sides] = {}
    for (origin, _), breath in groupby(sorted(tolls, key=_in_turn), key=lambda t: (t.origin, t.said_at)):
        now: dict[str | None, TollSaying] = {toll.side: toll for toll in breath}
        before = {} if None in now else dict(last.get(origin, {}))
        before.pop(None, None)
        last[origin] = before | now
    return tuple(last.values())


def _in_turn(toll: TollSaying) -> tuple[str, datetime, bool, int, str, int]:
    return (toll.origin, toll.said_at, toll.status != "denied", toll.low or toll.high or 0, toll.status, toll.high or 0)


def _completed(sides: _Sides, everybody: Sequence[_Sides]) -> _Sides:
    """Add to what a source says of some sides alone the numbers that others give best for the rest."""
    if None in sides or any(toll.status not in POSITIVE for toll in sides.values()):
        return sides
    own = next(iter(sides.values()))
    whose = sorted({side for one in everybody for side in one if side is not None and side not in sides})
    missing = [side for side in whose if not any({side, given} == DISPUTED_SIDES for given in sides)]
    best = {side: _best(_good(one[side] for one in everybody if side in one)) for side in missing}
    known = {side: low for side, low in best.items() if low is not None}
    if known.keys() >= DISPUTED_SIDES and not any(one.keys() >= DISPUTED_SIDES for one in everybody):
        del known[
            min(DISPUTED_SIDES, key=lambda side: (known[side], side))
        ]  # two names for one count, as far as we know
    added: dict[str | None, TollSaying] = {
        side: replace(own, low=low, high=low, approximate=False) for side, low in known.items()
    }
    return dict(sides) | added


def _good(tolls: Iterable[TollSaying]) -> list[TollSaying]:
    return [toll for toll in tolls if toll.status in POSITIVE and toll.low is not None]


def _whole(sides: _Sides) -> TollSaying:
    """Return what a source's numbers come to: the number of all, or those of the sides together where they are more."""
    standing_sides = [toll for side, toll in sides.items() if side is not None and _good([toll])]
    said = list(sides.values())
    if len(standing_sides) > 1:
        said = [toll for toll in said if toll not in standing_sides] + [_added(standing_sides)]
    return max(said, key=lambda toll: (toll.status != "denied", toll.low or toll.high or 0, toll.status))


def _added(tolls: Sequence[TollSaying]) -> TollSaying:
    """Add up the sides of one source; open upwards when one of them is."""
    highs = [None if toll.is_open else toll.high for toll in tolls]
    closed = [high for high in highs if high is not None]
    return replace(
        max(tolls, key=_in_turn),
        low=sum(toll.low or 0 for toll in tolls),
        high=sum(closed) if len(closed) == len(tolls) else None,
        approximate=any(toll.approximate for toll in tolls),
        side=None,
    )


def _latest(said: Iterable[Saying], statuses: frozenset[str]) -> dict[str, datetime]:
    return {saying.origin: saying.said_at for saying in said if saying.status in statuses}
