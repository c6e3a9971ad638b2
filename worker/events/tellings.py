"""The values that merging takes and gives: mentions as tellings, and happenings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from worker.events.sameness import Facts, Participant, Where
from worker.events.standing import Fatalities, Voice, origin_of


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
    approximate: bool = False
    side: str | None = None  # whose dead: see worker.records.Toll


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
    versions: Mapping[int, int] = field(default_factory=dict)  # place of a rival version -> place of the one to count
