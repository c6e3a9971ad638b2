"""Which mentions of a story are one happening, and what the happening's row says.

Pure: all mentions of a story in, all happenings out. The answer depends on the set of mentions alone and not on the
order in which articles arrived, so coding an article again, or two at once, ends in the same rows. Keys live on: a
happening keeps the key of the event that most of its mentions belonged to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from worker.events.consensus import happening_of
from worker.events.sameness import Facts, are_rivals, enough, evidence
from worker.events.standing import POSITIVE
from worker.events.tellings import Happening, Merge, Telling

NOT_STORED = frozenset({"hypothetical", "historical"})
"""Statuses of what a text mentions without saying that it happened now: no happening is made of them."""

APART = 1 / 3
"""Two groups are kept apart when over this share of the smaller one's texts tell both: those texts tell them apart. One
text that was read wrongly among many does not split a happening."""


def merge(tellings: Iterable[Telling], events: Collection[int] = ()) -> Merge:
    """Decide which mentions of one story are one happening.

    Args:
        tellings: All mentions of the story, in any order.
        events: Keys of the story's live events: those without a mention are retracted.
    """
    told = sorted((t for t in tellings if t.status not in NOT_STORED), key=_canonical)
    groups = cluster(told)
    kept, merged = _keys(groups)
    happenings = tuple(happening_of(group, key) for group, key in zip(groups, kept, strict=True))
    gone = set(events) - set(merged) - {key for key in kept if key is not None}
    disputes = _disputes(groups, happenings)
    return Merge(happenings, merged, tuple(sorted(gone)), disputes, versions(happenings, disputes))


def versions(happenings: Sequence[Happening], disputes: Collection[tuple[int, int]]) -> dict[int, int]:
    """Decide which of rival versions is counted: each side blames the other, and one thing happened.

    The version that most independent sources tell is counted, of equals the one in more articles, then the one that
    says most. Versions are of one happening only when each is a rival of each: who tells of two deeds by one culprit
    tells of two, and a third party's version of both is a version of one of them.

    Returns:
        For each version that is not counted its place in ``happenings``, and that of the one that is.
    """
    rivals = {frozenset(pair) for pair in disputes}
    told = sorted(
        {place for pair in disputes for place in pair},
        key=lambda place: (-happenings[place].independent_sources, -happenings[place].articles, place),
    )
    of_one: list[list[int]] = []
    for place in told:
        others = next((one for one in of_one if all(frozenset((place, other)) in rivals for other in one)), None)
        if others is None:
            of_one.append([place])
        else:
            others.append(place)
    return {place: one[0] for one in of_one for place in one[1:]}


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
    """Group mentions, given in canonical order, into happenings; the groups come in the order of their first.

    The two that are most surely one are put together first, so that a mention goes where most speaks for it and not to
    whatever came before it. What is ruled out for one of a group is ruled out for all of it.
    """
    groups = [_Group(place, alike) for place, alike in enumerate(_alike(told))]
    for one, other in _likeliest_first(groups):
        if one.whole() is not other.whole() and one.whole().may_join(other.whole()):
            one.whole().join(other.whole())
    _place_vague(groups)
    whole = [group for group in groups if group.part_of is None]
    return sorted((sorted(group.tellings, key=_canonical) for group in whole), key=lambda told: _canonical(told[0]))


class _Group:
    """Mentions that are one happening so far."""

    def __init__(self, place: int, alike: Sequence[Telling]) -> None:
        self.place = place
        self.tellings = list(alike)
        self.texts = {telling.text_id for telling in alike}
        self.facts = alike[0].facts
        self.ruled_out: set[int] = set()  # places of groups that it cannot be one with
        self.members = {place}
        self.part_of: _Group | None = None

    def whole(self) -> _Group:
        """Return the group that this one has become part of."""
        group = self
        while group.part_of is not None:
            group = group.part_of
        return group

    def may_join(self, other: _Group) -> bool:
        """Say whether nothing in either rules out the other, and their texts do not tell them apart."""
        shared = len(self.texts & other.texts)
        if shared > APART * min(len(self.texts), len(other.texts)):
            return False
        return self.ruled_out.isdisjoint(other.members)

    def join(self, other: _Group) -> None:
        self.tellings += other.tellings
        self.texts |= other.texts
        self.members |= other.members
        self.ruled_out |= other.ruled_out
        other.part_of = self


def _likeliest_first(groups: Sequence[_Group]) -> list[tuple[_Group, _Group]]:
    """Pair groups that enough speaks for, most first; notes of each group what rules it out."""
    pairs = []
    for at, one in enumerate(groups):
        for other in groups[at + 1 :]:
            for_it = evidence(one.facts, other.facts)
            if for_it is None:
                one.ruled_out.add(other.place)
                other.ruled_out.add(one.place)
            elif for_it >= enough(one.facts):
                pairs.append((-for_it, one.place, other.place))
    return [(groups[one], groups[other]) for _, one, other in sorted(pairs)]


def _place_vague(groups: Sequence[_Group]) -> None:
    """Put what names nobody and no place where most is told: a happening of its own it is not."""
    for group in groups:
        if group.part_of is not None or len(group.members) > 1 or not _is_vague(group.facts):
            continue
        fitting = [
            (evidence(other.facts, group.facts) or 0, len(other.whole().tellings), -other.place, other.whole())
            for other in groups
            if other.whole() is not group and other.facts.type == group.facts.type and other.whole().may_join(group)
        ]
        if fitting:
            max(fitting, key=lambda f: f[:3])[3].join(group)


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
