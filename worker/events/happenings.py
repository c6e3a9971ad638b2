"""Which mentions of a story are one happening, and what the happening's row says.

Pure: all mentions of a story in, all happenings out. The answer depends on the set of mentions alone and not on the
order in which articles arrived, so coding an article again, or two at once, ends in the same rows. Keys live on: a
happening keeps the key of the event that most of its mentions belonged to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from worker.events.sameness import (
    CIVILIAN_SECTORS,
    Facts,
    Participant,
    Relation,
    Where,
    are_rivals,
    enough,
    evidence,
    party,
)
from worker.events.standing import (
    POSITIVE,
    Fatalities,
    Saying,
    TollSaying,
    Voice,
    fatalities_of,
    origin_of,
    standing,
    status_of,
)

NOT_STORED = frozenset({"hypothetical", "historical"})
"""Statuses of what a text mentions without saying that it happened now: no happening is made of them."""

APART = 1 / 3
"""Two groups are kept apart when over this share of the smaller one's texts tell both: those texts tell them apart. One
text that was read wrongly among many does not split a happening."""


@dataclass(frozen=True, slots=True)
class TollMention:
    """A number in a mention."""

    measure: str  # killed, injured, captured, missing, displaced
    low: int | None
    high: int | None
    status: str
    chain: tuple[Voice, ...]  # who gave it, origin first; empty: whoever tells the mention
    subset: bool = False
    cumulative: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """One mention as merging sees it."""

    mention_id: int
    event_id: int | None  # event that it, or the mention it replaces, belonged to
    text_id: int
    order: str  # a key of the article's own content: decides where nothing else does, whatever arrived first
    facts: Facts
    acled_sub_event: str | None
    contexts: tuple[str, ...]
    date_precision: str
    status: str
    confidence: float
    chain: tuple[Voice, ...]  # who says so, origin first; empty: the article's own voice
    wire: Voice | None
    publisher: Voice
    is_copy: bool  # of an article that reproduces another one
    articles: frozenset[int]  # its article and those that copy it
    outlets: frozenset[int]  # that published any of these
    sentences: int
    tolls: tuple[TollMention, ...] = ()

    @property
    def origin(self) -> Voice:
        """The source that the mention rests on."""
        return origin_of(self.chain, self.wire, self.publisher)


@dataclass(frozen=True, slots=True)
class Happening:
    """One happening with all that its row says."""

    event_id: int | None  # that it keeps; None: it is new
    mentions: tuple[int, ...]
    type: str
    mode: str | None
    acled_sub_event: str | None
    contexts: tuple[str, ...]
    actors: tuple[Participant, ...]  # the principal first
    recipients: tuple[Participant, ...]
    place: Where | None
    date_start: date | None
    date_end: date | None
    date_precision: str
    status: str
    confidence: float
    civilian_targeting: bool
    fatalities: Fatalities
    first_reported_at: datetime
    last_reported_at: datetime
    sentences: int
    articles: int
    outlets: int
    independent_sources: int


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of a story's mentions and of the events they belonged to."""

    happenings: tuple[Happening, ...]
    merged: Mapping[int, int] = field(default_factory=dict)  # event -> place in happenings of what it is part of now
    retracted: tuple[int, ...] = ()  # events that no mention tells any more
    disputes: tuple[tuple[int, int], ...] = ()  # places in happenings of rival versions


def merge(tellings: Iterable[Telling], events: Collection[int] = ()) -> Merge:
    """Decide which mentions of one story are one happening.

    Args:
        tellings: All mentions of the story, in any order.
        events: Keys of the story's live events: those without a mention are retracted.
    """
    told = sorted((t for t in tellings if t.status not in NOT_STORED), key=_canonical)
    groups = cluster(told)
    kept, merged = _keys(groups)
    happenings = tuple(_happening(group, key) for group, key in zip(groups, kept, strict=True))
    gone = set(events) - set(merged) - {key for key in kept if key is not None}
    return Merge(happenings, merged, tuple(sorted(gone)), _disputes(groups, happenings))


def inherit(old: Sequence[Telling], new: Sequence[Telling]) -> dict[int, int]:
    """Give the mentions of an article that was coded anew the events of those that they replace.

    Returns:
        The event for each new mention that continues an old one, by its key.
    """
    pairs = [
        (for_it, -at, -place)
        for at, one in enumerate(old)
        for place, other in enumerate(new)
        if one.event_id is not None and (for_it := evidence(one.facts, other.facts)) is not None
    ]
    given: dict[int, int] = {}
    used: set[int] = set()
    for _, at, place in sorted(pairs, reverse=True):
        one, other = old[-at], new[-place]
        if one.event_id is not None and one.mention_id not in used and other.mention_id not in given:
            given[other.mention_id] = one.event_id
            used.add(one.mention_id)
    return given


def cluster(told: Sequence[Telling]) -> list[list[Telling]]:
    """Group mentions, given in canonical order, into happenings; the groups come in the order of their first."""
    groups: list[_Group] = []
    for alike in _alike(told):
        scored = [(group.fit(alike), -place) for place, group in enumerate(groups)]
        fitting = [(fit, place) for fit, place in scored if fit is not None]
        best = max(fitting, default=None)
        if best is not None and best[0] >= enough(alike[0].facts):
            groups[-best[1]].add(alike)
        elif fitting and _is_vague(alike[0].facts):
            # It names nobody and no place: a happening of its own it is not, so it goes where most is told.
            groups[-max(fitting, key=lambda f: (f[0], len(groups[-f[1]].tellings), f[1]))[1]].add(alike)
        else:
            groups.append(_Group(alike))
    return [sorted(group.tellings, key=_canonical) for group in groups]


class _Group:
    """Mentions that are one happening so far."""

    def __init__(self, alike: Sequence[Telling]) -> None:
        self.tellings: list[Telling] = []
        self.texts: set[int] = set()
        self._kinds: list[Facts] = []
        self.add(alike)

    def add(self, alike: Sequence[Telling]) -> None:
        self.tellings.extend(alike)
        self.texts.update(telling.text_id for telling in alike)
        self._kinds.append(alike[0].facts)

    def fit(self, alike: Sequence[Telling]) -> int | None:
        """Return the best evidence that the mentions are of this group; None when anything in it rules them out."""
        texts = {telling.text_id for telling in alike}
        if len(texts & self.texts) > APART * min(len(texts), len(self.texts)):
            return None
        found: list[int] = []
        for kind in self._kinds:
            for_it = evidence(kind, alike[0].facts)
            if for_it is None:
                return None
            found.append(for_it)
        return max(found)


def _alike(told: Sequence[Telling]) -> list[list[Telling]]:
    """Put mentions that say the same word for word together: a big story then costs little more than a small one.

    A text that tells the same twice tells of two: the coder, who saw its words, kept them apart. Its first goes with
    the first of other texts, its second with their second.
    """
    kinds: dict[tuple[object, ...], list[Telling]] = {}
    again: Counter[tuple[object, ...]] = Counter()
    for telling in told:
        facts = telling.facts
        dated = facts.date_start or facts.date_end
        # Without a date it is the day of the report that may tell two apart.
        day = None if dated else facts.reported_at.date()
        people = (frozenset(facts.actors), frozenset(facts.recipients))
        where = facts.place.place_id if facts.place else None
        key = (facts.type, facts.mode, *people, where, facts.date_start, facts.date_end, facts.planned, day)
        again[telling.text_id, *key] += 1
        kinds.setdefault((again[telling.text_id, *key], *key), []).append(telling)
    return list(kinds.values())


def _canonical(telling: Telling) -> tuple[int, datetime, str, int]:
    """Order mentions: those that say most first, since vague ones find their place among them."""
    facts = telling.facts
    day = facts.date_start is not None and facts.date_start == facts.date_end
    exact = facts.place is not None and facts.place.precision <= 3  # noqa: PLR2004 - UCDP GED: up to a district
    named = sum(any(not p.generic for p in side) for side in (facts.actors, facts.recipients))
    known = sum(bool(x) for x in (facts.actors, facts.recipients, facts.place, facts.mode, day, exact)) + named
    return (-known, facts.reported_at, telling.order, telling.mention_id)


def _is_vague(facts: Facts) -> bool:
    return not facts.actors and not facts.recipients and facts.place is None


def _keys(groups: Sequence[Sequence[Telling]]) -> tuple[list[int | None], dict[int, int]]:
    """Give old keys to groups: each key to the group with most of its mentions, each group the oldest key it won."""
    votes: dict[int, Counter[int]] = {}
    for place, group in enumerate(groups):
        for telling in group:
            if telling.event_id is not None:
                votes.setdefault(telling.event_id, Counter())[place] += 1
    won: dict[int, list[int]] = {}
    for event_id in sorted(votes):
        place = max(votes[event_id], key=lambda p: (votes[event_id][p], -p))
        won.setdefault(place, []).append(event_id)
    kept: list[int | None] = [min(won[place]) if place in won else None for place in range(len(groups))]
    merged = {event_id: place for place, ids in won.items() for event_id in ids if event_id != kept[place]}
    return kept, merged


def _happening(group: Sequence[Telling], event_id: int | None) -> Happening:
    status, good = _standing_of(group)
    voting = [telling for telling in good if not telling.is_copy] or good
    mode = _most([(t.facts.mode, t.origin.key) for t in voting])
    of_mode = [t for t in voting if t.facts.mode == mode] or voting
    start, end, precision = _dates(voting)
    recipients = _parties(voting, lambda facts: facts.recipients)
    first = group[0].facts
    return Happening(
        event_id=event_id,
        mentions=tuple(sorted(telling.mention_id for telling in group)),
        type=first.type,
        mode=mode,
        acled_sub_event=_most([(t.acled_sub_event, t.origin.key) for t in of_mode]),
        contexts=tuple(sorted({context for t in voting for context in t.contexts})),
        actors=_parties(voting, lambda facts: facts.actors),
        recipients=recipients,
        place=_place(voting),
        date_start=start,
        date_end=end,
        date_precision=precision,
        status=status,
        confidence=max(telling.confidence for telling in good),
        civilian_targeting=_are_civilians(first, recipients),
        fatalities=fatalities_of(_tolls(group, good)),
        first_reported_at=min(telling.facts.reported_at for telling in group),
        last_reported_at=max(telling.facts.reported_at for telling in group),
        sentences=sum(telling.sentences for telling in group),
        articles=len(frozenset().union(*(telling.articles for telling in group))),
        outlets=len(frozenset().union(*(telling.outlets for telling in group))),
        independent_sources=len({telling.origin.key for telling in voting}),
    )


def _standing_of(group: Sequence[Telling]) -> tuple[str, list[Telling]]:
    """Return the status of a group and the mentions that its other columns follow."""
    sayings = {telling.mention_id: _saying(telling) for telling in group}
    status = status_of(sayings.values())
    stand = set(standing(sayings.values()))
    left = [telling for telling in group if sayings[telling.mention_id] in stand]
    wanted = POSITIVE if status in POSITIVE else {status}
    return status, [telling for telling in left if telling.status in wanted] or left


def _saying(telling: Telling) -> Saying:
    return Saying(telling.origin.key, telling.status, telling.facts.reported_at)


def _tolls(group: Iterable[Telling], good: Collection[Telling]) -> list[TollSaying]:
    standing_mentions = {telling.mention_id for telling in good}
    return [
        TollSaying(
            origin=origin_of(toll.chain or telling.chain, telling.wire, telling.publisher).key,
            low=toll.low,
            high=toll.high,
            # A number in a mention that was taken back, or denied, raises neither low nor best.
            status=toll.status if telling.mention_id in standing_mentions else "denied",
            said_at=telling.facts.reported_at,
        )
        for telling in group
        for toll in telling.tolls
        if toll.measure == "killed" and not toll.subset and not toll.cumulative
    ]


T = TypeVar("T")


def _most(votes: Iterable[tuple[T | None, str]]) -> T | None:
    """Return what most sources say, one vote a source; of equals the one said first. Unknown is no vote."""
    given = list(dict.fromkeys((value, source) for value, source in votes if value is not None))
    count = Counter(value for value, _ in given)
    return max(count, key=lambda value: count[value], default=None)


def _place(voting: Sequence[Telling]) -> Where | None:
    known = [(t.facts.place, t.origin.key) for t in voting if t.facts.place is not None]
    if not known:
        return None
    exact = min(place.precision for place, _ in known)
    return _most([(place, source) for place, source in known if place.precision == exact])


def _dates(voting: Sequence[Telling]) -> tuple[date | None, date | None, str]:
    spans = [((t.facts.date_start, t.facts.date_end, t.date_precision), t.origin.key) for t in voting]
    days = [span for span in spans if span[0][2] == "day"]
    day = _most(days)
    if day is not None:
        return day
    ranges = [span for span, _ in spans if span[0] is not None or span[1] is not None]
    narrowest = min(ranges, key=_length, default=None)
    return narrowest or (None, None, "unknown")


def _length(span: tuple[date | None, date | None, str]) -> tuple[int, date]:
    start, end = span[0] or span[1], span[1] or span[0]
    if start is None or end is None:
        return (0, date.max)
    return ((end - start).days, start)


def _parties(voting: Sequence[Telling], of: Callable[[Facts], tuple[Participant, ...]]) -> tuple[Participant, ...]:
    """Return the parties of a role, most told first; a looser word goes when a name for the same people is there."""
    told = list(dict.fromkeys((_folded(p), t.origin.key) for t in voting for p in of(t.facts)))
    votes = Counter(name for name, _ in told)
    fullest: dict[str, Participant] = {}
    for telling in voting:
        for one in of(telling.facts):
            known = fullest.get(_folded(one))
            if known is None or (known.country, known.sector).count(None) > (one.country, one.sector).count(None):
                fullest[_folded(one)] = one
    ranked = sorted(fullest.values(), key=lambda p: (p.generic, -votes[_folded(p)]))
    kept: list[Participant] = []
    for one in ranked:
        if not any(_covers(other, one) for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda p: -votes[_folded(p)]))


def _covers(known: Participant, one: Participant) -> bool:
    relation = party(known, one)
    # "Gunmen" beside a named group may be that group: unknown counts as covered for generic words.
    return relation is Relation.RELATED or (one.generic and not known.generic and relation is Relation.UNKNOWN)


def _folded(one: Participant) -> str:
    return one.name.casefold()


def _are_civilians(facts: Facts, recipients: Sequence[Participant]) -> bool:
    return facts.type == "ASSAULT" and bool(recipients) and all(p.sector in CIVILIAN_SECTORS for p in recipients)


def _disputes(groups: Sequence[Sequence[Telling]], happenings: Sequence[Happening]) -> tuple[tuple[int, int], ...]:
    """Pair happenings that rivals tell of one place and day; a version that everybody denies disputes nothing."""
    told = [
        (place, {t.facts for t in group}) for place, group in enumerate(groups) if happenings[place].status in POSITIVE
    ]
    return tuple(
        (place, other)
        for at, (place, facts) in enumerate(told)
        for other, other_facts in told[at + 1 :]
        if any(are_rivals(a, b) for a in facts for b in other_facts)
    )
