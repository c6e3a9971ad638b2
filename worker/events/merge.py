"""From readings of sentences to the events of a document: what is told twice is one event, every quote is kept.

The order of readings does not change which are merged with which: readings are compared pairwise under a symmetric test
and taken in the order of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from worker.events.ontology import ACLED_TYPE_OF, HAPPENED, TYPES, Sides, acled_sub_event, project_status
from worker.events.where import contains
from worker.events.who import Who
from worker.records import Event, EventPlace, Source, Span, Toll

MAX_EVENTS = 60  # of one article; the densest round-up of a day's war seen while writing this had 31
MAX_READINGS = 400  # beyond this many triggers a text is a list or a chronicle, and only its beginning is news
_DIFFERENT_TOLL = 3  # tolls that differ by more than this factor are no rival counts of one happening

_STATE = frozenset({"GOV", "MIL", "COP", "SPY", "JUD", "LEG"})
_REBEL = frozenset({"REB", "UAF", "IMG", "CRM"})
_APART = frozenset({"abduct", "sexual", "torture", "arrest", "deport", "censor", "cyber", "expel", "hunger", "resign"})
_FROM_THE_AIR = frozenset({"aerial", "drone"})
_BACK_SENTENCES = 3  # "these bombings" speak of what one of the last sentences told
_TOWN, _NEAR = 1, 2  # UCDP GED precision: the town itself, near it or a part of it

_SURE = {"asserted": 0.0, "claimed": -0.08, "disputed": -0.2, "unverified": -0.2, "rumoured": -0.3}


@lru_cache(maxsize=512)
def _projected(signs: frozenset[str]) -> str:
    """The few sets of signs that occur are projected once each: readings are compared pairwise."""
    return project_status(signs)


@dataclass(frozen=True, slots=True)
class Reading:
    """One mention, resolved: what one sentence tells."""

    type: str
    mode: str | None
    actors: tuple[Who, ...]
    recipients: tuple[Who, ...]
    place: EventPlace | None
    place_inherited: bool
    first: date | None
    last: date | None
    date_text: str | None
    date_inherited: bool
    tolls: tuple[Toll, ...]
    chain: tuple[Source, ...]
    signs: frozenset[str]
    trigger: Span
    more: tuple[Span, ...]  # further trigger words of the same sentence
    quote: Span
    signed: bool
    sentence: int
    paragraph: int
    thin: bool  # a noun that names nobody, no place and no number
    points_back: bool  # "these bombings": told before
    contexts: tuple[str, ...]
    rules: tuple[str, ...]
    ground: bool = False  # what troops do on foot: no air strike
    nominal: bool = False  # told by a noun: "the strike" often only speaks of what was told
    about: frozenset[str] = frozenset()  # types of the acts that its object names: "condemned the massacre"
    counted: tuple[tuple[Span, Span], ...] = ()  # words of harm in sentences that tell no event, and the sentence
    retold: bool = False  # "denounced the bombardment": of what was told, and nothing new
    judged: bool = False  # its object is something spoken of before, and no party: "hailed the outcome"

    @property
    def status(self) -> str:
        """The projection of all signs."""
        return _projected(self.signs)


@dataclass(frozen=True, slots=True)
class _Group:
    readings: tuple[Reading, ...]


def merge(readings: Sequence[Reading], *, all_statuses: bool) -> tuple[Event, ...]:
    """Merge the readings of one document into its events.

    Args:
        readings: In the order of the text.
        all_statuses: Whether hypothetical and historical events are returned too.

    Returns:
        Events in the order of their first words.
    """
    groups: list[_Group] = []
    for reading in readings[:MAX_READINGS]:
        place = _home(groups, reading)
        if place is None:
            groups.append(_Group((reading,)))
        else:
            groups[place] = _Group((*groups[place].readings, reading))
    events = (_event(group.readings) for group in _told(groups))
    kept = [e for e in events if all_statuses or e.status not in {"hypothetical", "historical"}]
    return tuple(kept[:MAX_EVENTS])


def _told(groups: Sequence[_Group]) -> list[_Group]:
    """Without those that only speak in passing of what somebody did, or of what is told elsewhere in the document."""
    full = [group for group in groups if not all(reading.thin for reading in group.readings)]
    types = {group.readings[0].type for group in full if not all(reading.retold for reading in group.readings)}
    return [
        group
        for group in full
        if group.readings[0].type not in types or not all(reading.retold for reading in group.readings)
    ]


def _home(groups: Sequence[_Group], reading: Reading) -> int | None:
    """The group a reading belongs to: the one it shares most with, the latest of equals."""
    best, best_score = None, 0.0
    for place, group in enumerate(groups):
        scores = [_affinity(other, reading) for other in group.readings]
        if min(scores) < 0:
            continue
        score = max(scores)
        if score > 0 and score >= best_score:
            best, best_score = place, score
    return best


def _affinity(one: Reading, other: Reading) -> float:
    """How much two readings look like one event; negative when they cannot be."""
    if one.type != other.type or not _statuses_meet(one, other):
        return -1
    if one.mode != other.mode and ((one.mode and other.mode) or {one.mode, other.mode} & _APART):
        return -1
    if (one.ground and other.mode in _FROM_THE_AIR) or (other.ground and one.mode in _FROM_THE_AIR):
        return -1
    sides = _sides(one.actors, other.actors), _sides(one.recipients, other.recipients)
    if other.points_back and 0 <= other.sentence - one.sentence <= _BACK_SENTENCES:
        sides = max(sides[0], 1.0), max(sides[1], 0.0)
    where = _places(one, other)
    when = _dates(one, other)
    if min(*sides, where, when) < 0 or not _tolls_meet(one.tolls, other.tolls):
        return -1
    mode = 0.5 if one.mode == other.mode and one.mode else 0.0
    word = 0.6 if one.rules[:1] == other.rules[:1] else 0.0
    return sides[0] + sides[1] + where + when + mode + word


def _statuses_meet(one: Reading, other: Reading) -> bool:
    kinds = {_certainty(one.status), _certainty(other.status)}
    if (one.status == "unverified") != (other.status == "unverified"):
        return False  # what the text itself doubts is not what it tells
    return len(kinds) == 1 or kinds == {"happened", "denied"}


def _certainty(status: str) -> str:
    return "happened" if status in HAPPENED or status in {"unverified", "rumoured"} else status


def _sides(one: Sequence[Who], other: Sequence[Who]) -> float:
    """Shared parties count, a side left open fits anything, and plain words ("civilians") stand in nobody's way."""
    if not one or not other:
        return 0.0
    names = {who.party.name.casefold() for who in one}, {who.party.name.casefold() for who in other}
    if names[0] & names[1]:
        return 2.0
    if _state_against_rebels(one, other):
        return -1.0
    named = [who for who in one if who.named], [who for who in other if who.named]
    if named[0] and named[1]:
        countries = {w.party.country for w in named[0]} & {w.party.country for w in named[1]} - {None}
        return 0.5 if countries and _same_sectors(named[0], named[1]) else -1.0
    return 0.2 if frozenset().union(*(w.classes for w in one)) & frozenset().union(*(w.classes for w in other)) else 0.0


def _state_against_rebels(one: Sequence[Who], other: Sequence[Who]) -> bool:
    """Soldiers and rebels are never the same side, named or not."""
    sectors = {w.party.sector for w in one} - {None}, {w.party.sector for w in other} - {None}
    if not sectors[0] or not sectors[1]:
        return False
    return (sectors[0] <= _STATE and sectors[1] <= _REBEL) or (sectors[0] <= _REBEL and sectors[1] <= _STATE)


def _same_sectors(one: Sequence[Who], other: Sequence[Who]) -> bool:
    sectors = {w.party.sector for w in one}, {w.party.sector for w in other}
    return bool(sectors[0] & sectors[1]) or (sectors[0] <= _STATE and sectors[1] <= _STATE)


def _places(one: Reading, other: Reading) -> float:
    if one.place is None or other.place is None:
        return 0.2
    if one.place.name == other.place.name:
        apart = {one.place.precision, other.place.precision} == {_TOWN, _NEAR} or (
            one.place.precision == other.place.precision == _NEAR and one.place.text != other.place.text
        )
        taken = one.type == "COERCE" and not (one.place_inherited or other.place_inherited)
        return -1.0 if apart and taken else 1.5  # a suburb taken is not the town taken
    if contains(one.place, other.place) or contains(other.place, one.place):
        return 0.8
    return -1.0 if not (one.place_inherited or other.place_inherited) else -0.5


def _dates(one: Reading, other: Reading) -> float:
    if one.date_inherited or other.date_inherited:
        return 0.3
    if one.first is None or other.first is None or one.last is None or other.last is None:
        return 0.3
    return 0.8 if one.first <= other.last and other.first <= one.last else -1.0


def _tolls_meet(one: Sequence[Toll], other: Sequence[Toll]) -> bool:
    """Tolls of one measure may rival each other, but not by orders of magnitude."""
    for a in one:
        for b in other:
            if a.measure != b.measure or a.subset or b.subset or a.cumulative or b.cumulative:
                continue
            low, high = sorted((_size(a), _size(b)))
            if low and high and high > max(_DIFFERENT_TOLL * low, low + 5):
                return False
    return True


def _size(toll: Toll) -> int:
    return toll.low or toll.high or 0


def _event(readings: Sequence[Reading]) -> Event:
    lead = readings[0]
    mode = next((r.mode for r in readings if r.mode), None)
    actors = _parties([r.actors for r in readings])
    recipients = _parties([r.recipients for r in readings])
    status = _merged_status(readings)
    place = _best_place(readings)
    first, last, precision, text = _best_date(readings)
    sub_event = acled_sub_event(lead.type, mode, _sides_of(readings), signed=any(r.signed for r in readings))
    chain = _merged_chain(readings, status)
    return Event(
        type=lead.type,
        mode=mode,
        quad=TYPES[lead.type].quad,
        acled_event_type=ACLED_TYPE_OF[sub_event] if sub_event else None,
        acled_sub_event=sub_event,
        contexts=tuple(dict.fromkeys(c for r in readings for c in r.contexts)),
        actors=tuple(who.party for who in actors),
        recipients=tuple(who.party for who in recipients),
        place=place,
        date_start=first,
        date_end=last,
        date_precision=precision,
        date_text=text,
        tolls=_merged_tolls(readings),
        attribution=chain,
        status=status,
        happened=status in HAPPENED,
        confidence=_confidence(readings, actors, recipients, place, status),
        triggers=tuple(r.trigger for r in readings),
        quotes=tuple(r.quote for r in readings),
        rules=tuple(dict.fromkeys(rule for r in readings for rule in r.rules)),
        evidence=_further_words(readings),
    )


def _further_words(readings: Sequence[Reading]) -> tuple[tuple[Span, Span], ...]:
    """Words beside the triggers that tell of the same: the harm that an attack did, by words or by a count."""
    found: dict[tuple[int, int], tuple[Span, Span]] = {}
    for reading in readings:
        own = ((word, reading.quote) for word in reading.more)
        for word, quote in (*own, *reading.counted):
            if not any(word.start < r.trigger.end and r.trigger.start < word.end for r in readings):
                found.setdefault((word.start, word.end), (word, quote))
    return tuple(found.values())


def _parties(sides: Sequence[Sequence[Who]]) -> tuple[Who, ...]:
    """All parties of one side once; plain words give way to a name where one is known."""
    kept: dict[str, Who] = {}
    for side in sides:
        for who in side:
            kept.setdefault(who.party.name.casefold(), who)
    known = [who for who in kept.values() if who.known]
    return tuple(known or kept.values())


def _sides_of(readings: Sequence[Reading]) -> Sides:
    actors = frozenset().union(*(who.classes for r in readings for who in r.actors))
    recipients = frozenset().union(*(who.classes for r in readings for who in r.recipients))
    sectors = {who.party.sector for r in readings for who in r.recipients}
    return Sides(
        actor_armed="armed" in actors,
        actor_state="state" in actors,
        recipient_armed="armed" in recipients,
        recipient_protests="OPP" in sectors and "armed" not in recipients,
    )


def _merged_status(readings: Sequence[Reading]) -> str:
    """The surest standing report decides; a denial beside a report makes it disputed."""
    told = [r for r in readings if not r.nominal] or readings
    statuses = [r.status for r in told]
    denied = any(status == "denied" for status in statuses)
    standing = [status for status in statuses if status != "denied"]
    if not standing:
        return "denied"
    if denied and any(status in HAPPENED for status in standing):
        return "disputed"
    for status in ("asserted", "disputed", "claimed", "unverified", "rumoured"):
        if status in standing:
            return status
    return standing[0]


def _best_place(readings: Sequence[Reading]) -> EventPlace | None:
    """The finest place that a reading itself names; else an inherited one."""
    own = [r.place for r in readings if r.place is not None and not r.place_inherited]
    inherited = [r.place for r in readings if r.place is not None and r.place_inherited]
    return min(own or inherited, key=lambda place: place.precision, default=None)


def _best_date(readings: Sequence[Reading]) -> tuple[date | None, date | None, str, str | None]:
    own = [r for r in readings if r.last is not None and not r.date_inherited]
    inherited = [r for r in readings if r.last is not None and r.date_inherited]
    if not own and not inherited:
        return None, None, "unknown", None
    best = min(own or inherited, key=_width)
    precision = "day" if best.first == best.last else "range"
    return best.first, best.last, precision, best.date_text


def _width(reading: Reading) -> int:
    if reading.first is None or reading.last is None:
        return 10_000
    return (reading.last - reading.first).days


def _merged_tolls(readings: Sequence[Reading]) -> tuple[Toll, ...]:
    """Every claim once, with the most that is said of it: whose number it is, and whose losses."""
    kept: list[Toll] = []
    for toll in (toll for reading in readings for toll in reading.tolls):
        known = next((at for at, other in enumerate(kept) if _one_claim(other, toll)), None)
        if known is None:
            kept.append(toll)
            continue
        if toll.sources and not kept[known].sources:
            kept[known] = toll if toll.side or not kept[known].side else replace(toll, side=kept[known].side)
        elif toll.side and not kept[known].side:
            kept[known] = replace(kept[known], side=toll.side)
    return tuple(kept)


def _one_claim(one: Toll, other: Toll) -> bool:
    """The same number of the same people by the same sources; what is left open fits anything."""
    names = [source.name for source in one.sources], [source.name for source in other.sources]
    return (
        (one.measure, one.low, one.high) == (other.measure, other.low, other.high)
        and (one.subset, one.cumulative) == (other.subset, other.cumulative)
        and (one.side == other.side or None in {one.side, other.side})
        and (names[0] == names[1] or not names[0] or not names[1])
    )


def _merged_chain(readings: Sequence[Reading], status: str) -> tuple[Source, ...]:
    """The chain of the first reading that has the event's status; the article's own voice needs none."""
    same = [r for r in readings if r.status == status] or list(readings)
    return next((r.chain for r in same if r.chain), ()) if status != "asserted" else same[0].chain


def _confidence(
    readings: Sequence[Reading], actors: Sequence[Who], recipients: Sequence[Who], place: EventPlace | None, status: str
) -> float:
    """A rough order of trust, 0 to 1: what is resolved adds, what is verbal or doubted takes away."""
    value = 0.62
    value += 0.1 if any(who.known for who in actors) else -0.1
    value += 0.08 if any(who.known for who in recipients) else 0
    value += 0.06 if place is not None and place.precision < 6 else 0  # noqa: PLR2004 - finer than a country
    value += 0.04 if any(not r.date_inherited for r in readings) else 0
    value += 0.06 if TYPES[readings[0].type].quad in {2, 4} else -0.04
    value += min(0.06, 0.02 * (len(readings) - 1))
    value += _SURE.get(status, -0.1)
    return round(min(0.97, max(0.05, value)), 2)
