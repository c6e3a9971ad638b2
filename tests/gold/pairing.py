"""Which coded event is which labelled one, and what of it is right.

Events are matched one to one within an article, best first. Only events of one type can match: by a trigger in common,
else by a trigger inside the other's quote, else by place, day and a party in common. An event read from words that are
labelled as no event matches by its trigger alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.gold.corpus import GoldArticle, GoldEvent, GoldToll
from tests.gold.sameness import matched, same_days, same_place, same_source, same_toll
from worker.records import Event, Party, Toll


@dataclass(frozen=True, slots=True)
class Tally:
    """So many right of so many; ``right`` may hold halves where a share of a set is right."""

    right: float = 0
    of: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.of + other.of)

    @property
    def share(self) -> float | None:
        """Right by all, 0 to 1; None where there is nothing to be right about."""
        return self.right / self.of if self.of else None


# --- where things stand in the text ----------------------------------------------------------------------------

Place = tuple[int, int]


def overlap(one: Place, other: Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def meet(some: Iterable[Place], others: Iterable[Place]) -> bool:
    there = list(others)
    return any(overlap(one, other) for one in some for other in there)


def places(text: str, phrase: str) -> list[Place]:
    found, at = [], text.find(phrase)
    while phrase and at >= 0:
        found.append((at, at + len(phrase)))
        at = text.find(phrase, at + 1)
    return found


def gold_trigger(text: str, event: GoldEvent) -> list[Place]:
    at = text.find(event.quote)
    if at < 0:  # the quote is the title's
        return []
    start = at + event.quote.index(event.trigger)
    return [(start, start + len(event.trigger))]


def gold_quotes(text: str, event: GoldEvent) -> list[Place]:
    """Wherever the happening is told; the sentence of its toll tells it too."""
    told = (event.quote, *event.more_quotes, *(toll.quote for toll in event.tolls))
    return [place for quote in told for place in places(text, quote)]


def triggers(event: Event) -> list[Place]:
    return [(span.start, span.end) for span in event.triggers or event.quotes]


def quotes(event: Event) -> list[Place]:
    return [(span.start, span.end) for span in event.quotes or event.triggers]


# --- matching --------------------------------------------------------------------------------------------------


def _by_circumstances(gold: GoldEvent, coded: Event) -> bool:
    """Same day or place, neither contradicted, and a party in common: enough to be the same event told elsewhere."""
    place_agrees = gold.place is not None and same_place(gold.place, gold.country, coded.place)
    day_agrees = gold.date_start is not None and same_days(gold, coded)
    place_may = place_agrees or gold.place is None or coded.place is None
    day_may = day_agrees or gold.date_start is None or coded.date_start is None
    party = matched(gold.actors, gold.actors_text, coded.actors) or matched(
        gold.recipients, gold.recipients_text, coded.recipients
    )
    return place_may and day_may and (place_agrees or day_agrees) and bool(party)


def _strength(article: GoldArticle, gold: GoldEvent, coded: Event) -> tuple[int, float]:
    """How well the two fit: the kind of evidence first, then how many fields agree; (0, 0) is no match."""
    if gold.type != coded.type:
        return 0, 0
    trigger = gold_trigger(article.text, gold)
    if meet(trigger, triggers(coded)):
        kind = 3
    elif labels_there(article, coded):
        return 0, 0
    elif meet(triggers(coded), gold_quotes(article.text, gold)) or meet(trigger, quotes(coded)):
        kind = 2
    elif _by_circumstances(gold, coded):
        kind = 1
    else:
        return 0, 0
    agreeing = ("mode", "actors any", "recipients any", "place", "day", "status")
    return kind, sum(FIELDS[name](gold, coded).share or 0 for name in agreeing)


def match(article: GoldArticle, events: Sequence[Event]) -> list[tuple[int, int]]:
    """Which labelled event is which coded one, by their places in both lists, one to one, the best fitting first."""
    strengths = {
        (g, c): _strength(article, gold, event)
        for g, gold in enumerate(article.events)
        for c, event in enumerate(events)
    }
    pairs: list[tuple[int, int]] = []
    for g, c in sorted(strengths, key=lambda pair: (strengths[pair], -pair[0], -pair[1]), reverse=True):
        if strengths[g, c][0] and all(g != taken_g and c != taken_c for taken_g, taken_c in pairs):
            pairs.append((g, c))
    return sorted(pairs)


def labels_there(article: GoldArticle, coded: Event) -> list[tuple[str, str]]:
    """The [[not_event]] labels that the event's triggers stand in."""
    return [
        (quote, reason) for quote, reason in article.not_events if meet(places(article.text, quote), triggers(coded))
    ]


# --- judging a matched pair ------------------------------------------------------------------------------------


def yes(right: bool) -> Tally:
    return Tally(int(right), 1)


def _set(names: tuple[str, ...], texts: tuple[str, ...], coded: tuple[Party, ...], how: str) -> Tally:
    hits = len(matched(names, texts, coded))
    most = max(len(names), len(coded))
    if how == "any":
        return yes(hits > 0 or most == 0)
    share = (hits / (len(names) + len(coded) - hits)) if most else 1.0
    return Tally(share, 1) if how == "share" else yes(share == 1)


def _tolls_of(coded: Event) -> list[Toll]:
    """Those that count: labels leave subsets out, and a cumulative toll is not this event's."""
    return [toll for toll in coded.tolls if not toll.subset and not toll.cumulative]


def toll_pairs(gold: GoldEvent, coded: Event) -> list[tuple[GoldToll, Toll]]:
    pairs: list[tuple[GoldToll, Toll]] = []
    left = _tolls_of(coded)
    for toll in gold.tolls:
        alike = [other for other in left if same_toll(toll, other)]
        if alike:
            best = max(alike, key=lambda other: other.status == toll.status)
            left.remove(best)
            pairs.append((toll, best))
    return pairs


def _source(gold: GoldEvent, coded: Event, *, anywhere: bool = False) -> bool:
    if not gold.attribution or not coded.attribution:
        return not gold.attribution and not coded.attribution
    labelled = gold.attribution if anywhere else gold.attribution[:1]
    given = coded.attribution if anywhere else coded.attribution[:1]
    return any(same_source(name, source) for name in labelled for source in given)


FIELDS: Mapping[str, Callable[[GoldEvent, Event], Tally]] = {
    "mode": lambda g, c: yes(g.mode == (c.mode or None)),
    "ACLED sub-event": lambda g, c: yes(g.acled_sub_event == (c.acled_sub_event or None)),
    "actors exact": lambda g, c: _set(g.actors, g.actors_text, c.actors, "exact"),
    "actors any": lambda g, c: _set(g.actors, g.actors_text, c.actors, "any"),
    "actors share": lambda g, c: _set(g.actors, g.actors_text, c.actors, "share"),
    "recipients exact": lambda g, c: _set(g.recipients, g.recipients_text, c.recipients, "exact"),
    "recipients any": lambda g, c: _set(g.recipients, g.recipients_text, c.recipients, "any"),
    "recipients share": lambda g, c: _set(g.recipients, g.recipients_text, c.recipients, "share"),
    "place": lambda g, c: yes(same_place(g.place, g.country, c.place)),
    "country": lambda g, c: yes(g.country == (c.place.country if c.place else None)),
    "place precision": lambda g, c: yes(g.place_precision == (c.place.precision if c.place else None)),
    "day": lambda g, c: yes(same_days(g, c)),
    "day exact": lambda g, c: yes(same_days(g, c, exactly=True)),
    "status": lambda g, c: yes(g.status == c.status),
    "source": lambda g, c: yes(_source(g, c)),
    "source anywhere": lambda g, c: yes(_source(g, c, anywhere=True)),
    "tolls found": lambda g, c: Tally(len(toll_pairs(g, c)), len(g.tolls)),
    "tolls right": lambda g, c: Tally(len(toll_pairs(g, c)), len(_tolls_of(c))),
}
"""What is judged on matched pairs, in the order of the table. Sets of parties in three ways: all right and none too many;
at least one right; and the share of both sets together that is right."""
