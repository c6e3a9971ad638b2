"""How right is the coder? Compares what it read out of labelled articles with the labels, and counts.

What cannot be matched (see `pairing`) is a miss or a false alarm. Mode, parties, place, day, status, source and tolls are
judged on the matched pairs alone.

Only what would be stored counts as said by the coder: events it calls hypothetical or historical never reach the
database. Errors that would make the database lie are grave, and listed one by one:

- something that did not happen (by the label: denied, planned, rumoured, unverified, hypothetical, background) stored with
  ``happened``;
- a toll that the label calls unverified, rumoured or denied given as asserted or claimed;
- a date in a wrong year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeVar

from tests.gold.corpus import GoldArticle, GoldEvent
from tests.gold.pairing import (
    FIELDS,
    Tally,
    gold_quotes,
    gold_trigger,
    labels_there,
    match,
    meet,
    places,
    toll_pairs,
    triggers,
    yes,
)
from tests.gold.sameness import wrong_year
from worker.records import CodedText, Event

QUADS: Mapping[str, tuple[str, ...]] = {
    "verbal cooperation": ("AGREE", "CONSULT", "SUPPORT", "CONCEDE"),
    "material cooperation": ("COOPERATE", "AID", "RETREAT"),
    "verbal conflict": ("REQUEST", "ACCUSE", "REJECT", "THREATEN"),
    "material conflict": ("PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"),
}
"""The types in PLOVER's four quads, in the order of the tables."""

NOT_STORED = frozenset({"hypothetical", "historical"})
_NEVER_HAPPENED = frozenset({"hypothetical", "historical"})  # reasons of [[not_event]] that make an event grave
_DOUBTED_TOLLS = frozenset({"unverified", "rumoured", "denied"})
_COUNTED_TOLLS = frozenset({"asserted", "claimed"})


@dataclass(frozen=True, slots=True)
class Found:
    """Events of one kind: how many are labelled, coded, and found by both."""

    both: int = 0
    coded: int = 0
    labelled: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.both + other.both, self.coded + other.coded, self.labelled + other.labelled)

    @property
    def precision(self) -> float | None:
        """Share of the coded ones that are labelled; None where nothing was coded."""
        return self.both / self.coded if self.coded else None

    @property
    def recall(self) -> float | None:
        """Share of the labelled ones that were coded; None where nothing is labelled."""
        return self.both / self.labelled if self.labelled else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where there is neither."""
        return 2 * self.both / (self.coded + self.labelled) if self.coded + self.labelled else None


Count = TypeVar("Count", Found, Tally)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, to be read by a person."""

    article: str
    cause: str  # "missed: ...", "extra: ...", "wrong ...", or the name of a grave error
    type: str
    quote: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one article, or of many added up."""

    articles: int = 0
    types: Mapping[str, Found] = field(default_factory=dict)
    fields: Mapping[str, Tally] = field(default_factory=dict)  # right of matched pairs
    background: Mapping[str, Tally] = field(default_factory=dict)  # by reason: [[not_event]] taken for an event
    empty: Mapping[str, Tally] = field(default_factory=dict)  # by section: articles without event that yield one
    findings: tuple[Finding, ...] = ()
    grave: tuple[Finding, ...] = ()

    def __add__(self, other: Score) -> Score:
        return Score(
            self.articles + other.articles,
            _added(self.types, other.types, Found()),
            _added(self.fields, other.fields, Tally()),
            _added(self.background, other.background, Tally()),
            _added(self.empty, other.empty, Tally()),
            self.findings + other.findings,
            self.grave + other.grave,
        )

    def found(self, types: Iterable[str] | None = None) -> Found:
        """The counts of these types together; of all when none are named."""
        wanted = self.types if types is None else types
        return sum((self.types.get(name, Found()) for name in wanted), Found())


def _added(one: Mapping[str, Count], other: Mapping[str, Count], nothing: Count) -> dict[str, Count]:
    return {key: one.get(key, nothing) + other.get(key, nothing) for key in {**one, **other}}


SHOWN: Mapping[str, Callable[[GoldEvent | Event], object]] = {
    "mode": lambda e: e.mode,
    "actors exact": lambda e: [getattr(party, "name", party) for party in e.actors],
    "recipients exact": lambda e: [getattr(party, "name", party) for party in e.recipients],
    "place": lambda e: getattr(e.place, "name", e.place),
    "day": lambda e: f"{e.date_start or '?'} to {e.date_end or '?'}",
    "status": lambda e: e.status,
    "source": lambda e: [getattr(source, "name", source) for source in e.attribution],
    "tolls found": lambda e: [(toll.measure, toll.low, toll.high) for toll in e.tolls],
}
"""The fields whose mistakes are listed, with what is shown of them."""


# --- one article -----------------------------------------------------------------------------------------------


def score(article: GoldArticle, answer: CodedText) -> Score:
    """All counts of one article. Of an article whose events are not all labelled nothing is counted."""
    if not article.coded:
        return Score()
    said = [event for event in answer.events if event.status not in NOT_STORED]
    found = match(article, said)
    pairs = [(article.events[g], said[c]) for g, c in found]
    missed = [event for g, event in enumerate(article.events) if all(g != one for one, _ in found)]
    extra = [event for c, event in enumerate(said) if all(c != one for _, one in found)]
    unsaid = [event for event in answer.events if event.status in NOT_STORED]
    return Score(
        articles=1,
        types=_types(article, said, pairs),
        fields={name: sum((judge(*pair) for pair in pairs), Tally()) for name, judge in FIELDS.items()},
        background=_background(article, extra),
        empty={} if article.events else {article.section: yes(bool(said))},
        findings=(
            *(_missed(article, event, extra, unsaid) for event in missed),
            *(_extra(article, event, pairs) for event in extra),
            *(finding for pair in pairs for finding in _wrong(article, *pair)),
        ),
        grave=(
            *(finding for pair in pairs for finding in _grave_pair(article, *pair)),
            *(finding for event in extra for finding in _grave_extra(article, event)),
        ),
    )


def total(scores: Iterable[Score]) -> Score:
    """Many articles' scores added up."""
    return reduce(Score.__add__, scores, Score())


def _types(article: GoldArticle, said: list[Event], pairs: list[tuple[GoldEvent, Event]]) -> dict[str, Found]:
    labelled = Counter(event.type for event in article.events)
    coded = Counter(event.type for event in said)
    both = Counter(gold.type for gold, _ in pairs)
    return {name: Found(both[name], coded[name], labelled[name]) for name in labelled | coded}


def _background(article: GoldArticle, extra: list[Event]) -> dict[str, Tally]:
    taken = {quote for event in extra for quote, _ in labels_there(article, event)}
    reasons = Counter(reason for _, reason in article.not_events)
    fallen = Counter(reason for quote, reason in article.not_events if quote in taken)
    return {reason: Tally(fallen[reason], count) for reason, count in reasons.items()}


# --- what a person reads ---------------------------------------------------------------------------------------


def _sentence(event: Event) -> str:
    return event.quotes[0].text if event.quotes else event.triggers[0].text if event.triggers else ""


def _missed(article: GoldArticle, gold: GoldEvent, extra: list[Event], unsaid: list[Event]) -> Finding:
    here = gold_quotes(article.text, gold)
    trigger = gold_trigger(article.text, gold)
    background = [event.status for event in unsaid if event.type == gold.type and meet(here, triggers(event))]
    others = [event.type for event in extra if event.type != gold.type and meet(trigger, triggers(event))]
    cause = "not found"
    if background:
        cause = f"taken for {background[0]}"
    elif others:
        cause = f"coded as {others[0]}"
    return Finding(article.id, f"missed: {cause}", gold.type, gold.quote, f"{gold.trigger!r}, {gold.status}")


def _extra(article: GoldArticle, event: Event, pairs: list[tuple[GoldEvent, Event]]) -> Finding:
    labels = labels_there(article, event)
    told = [gold.type for gold in article.events if meet(gold_quotes(article.text, gold), triggers(event))]
    cause = "nothing labelled there"
    if labels:
        cause = f"{labels[0][1]} taken for an event"
    elif event.type in told and any(gold.type == event.type for gold, _ in pairs):
        cause = "told twice, or another event of the sentence"
    elif told:
        cause = "another type than labelled"
    trigger = event.triggers[0].text if event.triggers else ""
    return Finding(article.id, f"extra: {cause}", event.type, _sentence(event), f"{trigger!r}, {event.status}")


def _wrong(article: GoldArticle, gold: GoldEvent, coded: Event) -> Iterable[Finding]:
    for name, shown in SHOWN.items():
        tally = FIELDS[name](gold, coded)
        if tally.right < tally.of:
            detail = f"{shown(coded)} instead of {shown(gold)}"
            yield Finding(article.id, f"wrong {name.removesuffix(' exact')}", gold.type, gold.quote, detail)


def _grave_pair(article: GoldArticle, gold: GoldEvent, coded: Event) -> Iterable[Finding]:
    if coded.happened and not gold.happened:
        yield Finding(article.id, f"{gold.status} stored as happened", gold.type, gold.quote, coded.status)
    if wrong_year(gold, coded):
        detail = f"{SHOWN['day'](coded)} instead of {SHOWN['day'](gold)}"
        yield Finding(article.id, "wrong year", gold.type, gold.quote, detail)
    for toll, given in toll_pairs(gold, coded):
        if toll.status in _DOUBTED_TOLLS and given.status in _COUNTED_TOLLS:
            yield Finding(article.id, f"{toll.status} toll counted", gold.type, toll.quote, given.status)


def _grave_extra(article: GoldArticle, event: Event) -> Iterable[Finding]:
    if not event.happened:
        return
    background = [(reason, places(article.text, quote)) for quote, reason in article.not_events]
    untrue = [(gold.status, gold_trigger(article.text, gold)) for gold in article.events if not gold.happened]
    bad = [*((reason, here) for reason, here in background if reason in _NEVER_HAPPENED), *untrue]
    seen = set()
    for reason, here in bad:
        read = next((n for n, trigger in enumerate(triggers(event)) if meet([trigger], here)), None)
        if read is not None and reason not in seen:
            seen.add(reason)
            words = event.quotes[read].text if read < len(event.quotes) else _sentence(event)
            yield Finding(article.id, f"{reason} stored as happened", event.type, words, event.status)
