"""What the page says of one event: all that is shown is decided here, the template only lays it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from worker.exports.flat import killed
from worker.exports.stored import Report, StoredEvent, Toll, number_in_words
from worker.reports.certainty import GROUP_OF

DISTRICT = 3  # UCDP GED precision: beyond, the point is the centre of a province, an area or a country


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the page shows it."""

    event: StoredEvent
    group: str
    day: str  # "5 March 2025", "about 5 to 7 March 2025", "day unknown"
    kind: str  # "Assault, heavy weapons"
    who: str
    whom: str
    where: str
    killed: str  # best number with its span; empty: unknown
    claims: tuple[Toll, ...]  # of killed, where they differ
    witness: Report | None  # whose sentence stands in the table
    sentence: str | None

    @property
    def rivals(self) -> bool:
        """Do sources give different numbers of killed?"""
        return bool(self.claims)


def row_of(event: StoredEvent) -> Row:
    """The event as the page shows it."""
    facts = event.facts
    said = [(report, quote.text) for report in event.reports for quote in report.quotes if quote.text]
    witness, sentence = said[0] if said else (event.reports[0] if event.reports else None, None)
    claims = killed(event)
    return Row(
        event=event,
        group=GROUP_OF[facts["status"]].key,
        day=days_in_words(facts["date_start"], facts["date_end"]),
        kind=_kind(facts["type"], facts["mode"]),
        who="; ".join(party.name for party in event.actors),
        whom="; ".join(party.name for party in event.recipients),
        where=_where(event),
        killed=killed_in_words(event),
        claims=claims if len({(toll.low, toll.high) for toll in claims}) > 1 else (),
        witness=witness,
        sentence=sentence,
    )


def days_in_words(start: date | None, end: date | None) -> str:
    """The days that an event may have happened on."""
    if start is None and end is None:
        return "day unknown"
    if start is None or end is None:
        return f"before {_day(end)}" if start is None and end else f"since {_day(start)}" if start else ""
    if start == end:
        return _day(start)
    same_month = (start.year, start.month) == (end.year, end.month)
    return f"{start.day if same_month else _day(start)} to {_day(end)}"


def killed_in_words(event: StoredEvent) -> str:
    """The best number with the span of those that stand: ``12 (7-12)``."""
    low, best, high = (event.facts[f"fatalities_{which}"] for which in ("low", "best", "high"))
    if best is None:
        return number_in_words(low, high) if low is not None or high is not None else ""
    return str(best) if low == best == high else f"{best} ({number_in_words(low, high)})"


def is_followable(url: str) -> bool:
    """May the page link there? Feeds may name any address, and only these two kinds are pages."""
    return urlsplit(url).scheme in ("http", "https")


def for_script(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """What the page's script needs of each event to draw and filter it."""
    return [
        {
            "id": row.event.event_id,
            "group": row.group,
            "day": row.event.facts["event_date"].isoformat() if row.event.facts["event_date"] else None,
            "type": row.event.facts["type"],
            "country": row.event.facts["iso3"] or "",
            "status": row.event.facts["status"],
            "where": row.where,
            "lat": row.event.facts["latitude"],
            "lon": row.event.facts["longitude"],
            "vague": (row.event.facts["place_precision"] or 0) > DISTRICT,
            "killed": row.event.facts["fatalities_best"],
            "sources": row.event.facts["independent_sources"],
            "line": f"{row.kind}: {row.who or 'unknown'}" + (f" > {row.whom}" if row.whom else ""),
        }
        for row in rows
    ]


def deaths(events: Sequence[StoredEvent]) -> tuple[int, int, int, int]:
    """Killed in all events that count: low, best, high, and in how many of them a number is known."""
    told = [event.facts for event in events if event.facts["counts"] and event.facts["fatalities_best"] is not None]
    low, best, high = (sum(facts[f"fatalities_{which}"] or 0 for facts in told) for which in ("low", "best", "high"))
    return low, best, high, len(told)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _kind(event_type: str, mode: str | None) -> str:
    return event_type.capitalize() + (f", {mode.replace('-', ' ')}" if mode else "")


def _where(event: StoredEvent) -> str:
    facts = event.facts
    parts = [facts["place"], facts["admin1"], facts["country"]]
    named = ", ".join(dict.fromkeys(part for part in parts if part))
    return f"somewhere in {named}" if named and (facts["place_precision"] or 0) > DISTRICT else named
