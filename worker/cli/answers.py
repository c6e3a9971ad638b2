"""The JSON that the filters answer with. Its field names are a public interface (docs/filters.md)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from worker.records import (
    Attribution,
    CodedText,
    Duplicate,
    Entity,
    Event,
    EventPlace,
    ParsedFeed,
    Party,
    Reading,
    Span,
    Toll,
)
from worker.records import Source as Said

Json = dict[str, Any]

NOT_STORED = frozenset({"hypothetical", "historical"})  # shown only when asked for: they are not news


def feed(parsed: ParsedFeed) -> Json:
    """What ``parse-feed`` answers, beside the id."""
    return {
        "title": parsed.title,
        "entries": [
            {
                "guid": entry.guid,
                "url": entry.url,
                "title": entry.title,
                "published": _moment(entry.published),
                "updated": _moment(entry.updated),
                "summary": entry.summary,
                "content": entry.content,
                "authors": list(entry.authors),
            }
            for entry in parsed.entries
        ],
        "problems": list(parsed.problems),
    }


def reading(read: Reading) -> Json:
    """What ``read`` answers, beside the id."""
    return {
        "title": read.title,
        "text": read.text,
        "published": _moment(read.published),
        "authors": list(read.authors),
        "language": read.language,
        "canonical_url": read.canonical_url,
        "body_source": read.body_source,
        "body_status": read.body_status,
    }


def place_in_line(story: object, duplicate: Duplicate | None, of: object) -> Json:
    """What ``group`` answers, beside the id; ``story`` and ``of`` are named by the ids that the caller gave."""
    return {
        "story": story,
        "duplicate_of": of,
        "kind": duplicate.kind if duplicate else None,
        "containment": round(duplicate.containment, 4) if duplicate else None,
    }


def coded(article: CodedText, *, all_statuses: bool, layers: bool) -> Json:
    """What ``code`` answers, beside the id."""
    events = [event for event in article.events if all_statuses or event.status not in NOT_STORED]
    answer: Json = {
        "language": article.language,
        "events": [event_as_json(event, article.coder_version) for event in events],
    }
    if layers:
        answer["attributions"] = [_attribution(one) for one in article.attributions]
        answer["entities"] = [_entity(one) for one in article.entities]
    return answer


def event_as_json(event: Event, coder_version: str) -> Json:
    """One event with every field that docs/filters.md names."""
    return {
        "type": event.type,
        "mode": event.mode,
        "quad": event.quad,
        "acled_event_type": event.acled_event_type,
        "acled_sub_event": event.acled_sub_event,
        "contexts": list(event.contexts),
        "actors": _parties(event.actors),
        "recipients": _parties(event.recipients),
        "place": _place(event.place),
        "date_start": _day(event.date_start),
        "date_end": _day(event.date_end),
        "date_precision": event.date_precision,
        "tolls": [_toll(toll) for toll in event.tolls],
        "attribution": _sources(event.attribution),
        "status": event.status,
        "happened": event.happened,
        "confidence": round(event.confidence, 3),
        "trigger": _bounds(event.triggers[0]) if event.triggers else None,
        "triggers": [_bounds(word) for word in (*event.triggers, *(word for word, _ in event.evidence))],
        "quotes": [_span(quote) for quote in (*event.quotes, *(quote for _, quote in event.evidence))],
        "coder_version": coder_version,
    }


def _parties(parties: Iterable[Party]) -> list[Json]:
    return [
        {"name": party.name, "text": party.text, "country": party.country, "sector": party.sector} for party in parties
    ]


def _sources(chain: Iterable[Said]) -> list[Json]:
    return [{"name": source.name, "kind": source.kind} for source in chain]


def _place(place: EventPlace | None) -> Json | None:
    if place is None:
        return None
    return {
        "name": place.name,
        "text": place.text,
        "country": place.country,
        "admin1": place.admin1,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "geonameid": place.geonameid,
        "precision": place.precision,
    }


def _toll(toll: Toll) -> Json:
    return {
        "measure": toll.measure,
        "low": toll.low,
        "high": toll.high,
        "approximate": toll.approximate,
        "who": toll.who,
        "status": toll.status,
        "sources": [source.name for source in toll.sources],
        "quote": toll.quote.text,
    }


def _attribution(one: Attribution) -> Json:
    parts = {"source": one.source, "cue": one.cue, "content": one.content}
    return {name: _span(part) if part else None for name, part in parts.items()}


def _entity(one: Entity) -> Json:
    return {"start": one.start, "end": one.end, "text": one.text, "type": one.type}


def _span(span: Span) -> Json:
    return {"start": span.start, "end": span.end, "text": span.text}


def _bounds(span: Span) -> Json:
    return {"start": span.start, "end": span.end}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
