"""An event with all that hangs on it, as the database keeps it: what every export and the report are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal["integer", "number", "text", "flag", "day", "instant", "words"]
"""What a column holds: ``day`` is a calendar day, ``instant`` is in UTC, ``words`` is a list of text."""

COLUMNS: Mapping[str, Kind] = {
    "event_id": "integer",
    "event_date": "day",
    "date_start": "day",
    "date_end": "day",
    "date_precision": "text",
    "type": "text",
    "mode": "text",
    "quad": "integer",
    "score": "number",
    "acled_disorder_type": "text",
    "acled_event_type": "text",
    "acled_sub_event": "text",
    "contexts": "words",
    "summary": "text",
    "status": "text",
    "happened": "flag",
    "counts": "flag",
    "confidence": "number",
    "actors": "text",
    "recipients": "text",
    "civilian_targeting": "flag",
    "fatalities_low": "integer",
    "fatalities_best": "integer",
    "fatalities_high": "integer",
    "iso3": "text",
    "country": "text",
    "admin1": "text",
    "place": "text",
    "latitude": "number",
    "longitude": "number",
    "place_precision": "integer",
    "mentions": "integer",
    "articles": "integer",
    "outlets": "integer",
    "independent_sources": "integer",
    "first_reported_at": "instant",
    "last_reported_at": "instant",
    "story_id": "integer",
    "version_of": "integer",
    "revision": "integer",
    "updated_at": "instant",
}
"""The columns of the view ``events`` in its order; docs/columns.md explains each."""

PLACE_CREDIT = "Places: GeoNames (geonames.org), CC BY 4.0. Country names: Unicode CLDR."
"""Owed wherever the gazetteer's places leave the database: CC BY asks that its origin is named."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who did it, or had it done to them."""

    name: str  # lower case for generic parties such as protesters
    iso3: str | None
    sector: str | None  # of PLOVER, such as MIL


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that tells the event."""

    text: str | None  # None: erased under the retention setting
    start: int  # in characters of the article's text, from 0
    end: int  # the character after the last


@dataclass(frozen=True, slots=True)
class Report:
    """The event as one article tells it."""

    mention_id: int
    article_id: int
    outlet: str
    outlet_kind: str
    agency: str | None  # that the byline credits
    title: str | None
    url: str
    published_at: datetime | None  # UTC
    status: str  # how certain this article makes it
    according_to: str | None  # origin first; None: the article itself
    confidence: float  # 0 to 1
    coder_version: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Toll:
    """A number of people as one source gave it; rival numbers stand side by side and are never added."""

    measure: str  # killed, injured, captured, missing or displaced
    low: int | None  # at least so many
    high: int | None  # at most so many; None: open
    approximate: bool
    who: str
    side: str | None  # whose losses: forces, fighters or others; None: of all
    subset: bool  # among others already counted
    cumulative: bool  # a total over time, not this event's alone
    status: str
    claimed_by: str  # the origin, else the agency, else the outlet
    according_to: str | None  # the whole chain, origin first
    outlet: str
    url: str
    published_at: datetime | None  # UTC
    quote: str | None  # None: erased under the retention setting


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that prints another one's text: it adds no source."""

    article_id: int
    copy_of: int  # article
    outlet: str
    title: str | None
    url: str
    published_at: datetime | None  # UTC


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One happening with its parties, its evidence and every number that was given."""

    facts: Mapping[str, Any]  # by the names of COLUMNS
    actors: tuple[Party, ...]  # the principal first
    recipients: tuple[Party, ...]  # likewise
    rivals: tuple[int, ...]  # events that tell this happening with another culprit
    reports: tuple[Report, ...]  # by time of publication
    tolls: tuple[Toll, ...]  # by measure, then by time of publication
    copies: tuple[Copy, ...]  # by time of publication

    @property
    def event_id(self) -> int:
        """Key of the event."""
        return int(self.facts["event_id"])


def number_in_words(low: int | None, high: int | None, *, approximate: bool = False) -> str:
    """A toll for a person: ``1,200+`` is open upwards, ``~`` means about, ``?`` is unknown."""
    if high is None:
        return "?" if low is None else f"{'~' if approximate else ''}{low:,}+"
    about = "~" if approximate else ""
    return f"{about}{high:,}" if low in (high, None) else f"{about}{low:,}-{high:,}"
