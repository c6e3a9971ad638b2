"""What the row of a happening says, of all that its mentions say.

Each source has one vote, whatever many articles it speaks through. A more exact place or day wins over a vaguer one;
among equals what most sources say, then what was said first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import TypeVar

from worker.events.sameness import CIVILIAN_SECTORS, Facts, Participant, Relation, Where, party
from worker.events.standing import POSITIVE, Saying, TollSaying, fatalities_of, origin_of, standing, status_of
from worker.events.tellings import Happening, Telling, TollMention

T = TypeVar("T")


def happening_of(group: Sequence[Telling], event_id: int | None) -> Happening:
    """Return the row of a happening that these mentions, in canonical order, tell together."""
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
            origin=_origin_of_toll(toll, telling),
            low=toll.low,
            high=toll.high,
            # A number in a mention that was taken back, or denied, raises neither low nor best.
            status=toll.status if telling.mention_id in standing_mentions else "denied",
            said_at=telling.facts.reported_at,
            approximate=toll.approximate,
            side=toll.side,
        )
        for telling in group
        for toll in telling.tolls
        if toll.measure == "killed" and not toll.subset and not toll.cumulative
    ]


def _origin_of_toll(toll: TollMention, telling: Telling) -> str:
    """Return the source that a number rests on: its own, else the mention's unless the text itself vouches for it."""
    chain = toll.chain or (() if toll.status == "asserted" else telling.chain)
    return origin_of(chain, telling.wire, telling.publisher).key


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
