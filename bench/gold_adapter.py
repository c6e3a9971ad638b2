"""Answer an open gold set's scorer with what the coder reads: JSON lines in, JSON lines out.

The scorer gives ``{"id", "text", "date"?, "lang"?}`` a line and expects ``{"id", "events": [...], "entities": [...]}``;
run it as ``score.py run SET.open -- python -m bench.gold_adapter`` from the project's root. ``--all`` answers with
background and hypothesis too, and with every word of harm in its own type, as WikiEvents labels them.

Without it the answer follows PLOVER's records, which know types and no certainty:

- what is denied is no event (what was refused is told by its own REJECT);
- what is to come is told by its type: a concession or retreat still to come is AGREE, force still to come THREATEN
  (:data:`STILL_TO_COME`), as future cooperation is for the coder itself;
- who has no country of his own ("demonstrators"), or is not told at all, has that of the place;
- what a sentence tells twice of the same actors ("is ready to lift", "held a meeting ... hosted") is one event.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from worker.events.extract import Coder
from worker.events.standing import VAGUE
from worker.records import ArticleText, CodedText, Event, Party, Span, Toll

# Standing in for no date: the sets' records without one carry this.
NO_DATE = "2000-01-01"
SHOWN = frozenset({"asserted", "claimed", "disputed", "unverified", "rumoured", "planned"})
STILL_TO_COME = {
    "CONCEDE": "AGREE",
    "RETREAT": "AGREE",
    "ASSAULT": "THREATEN",
    "COERCE": "THREATEN",
    "SANCTION": "THREATEN",
    "PROTEST": "THREATEN",
}
_OF_NO_COUNTRY = frozenset({"IGO", "UNO", "EUR", "NGO", "ISM", "IMG", "MNC"})
FACTUALITY = {"asserted": "asserted", "claimed": "claimed", "disputed": "claimed", "unverified": "claimed"}


def read(row: dict[str, Any], coder: Coder, *, all_statuses: bool) -> dict[str, Any]:
    """One row of a set answered; with ``all_statuses`` background and hypothesis too."""
    given = row.get("date")
    published = None
    if given and given != NO_DATE:
        published = datetime.fromisoformat(given[:10]).replace(hour=18, tzinfo=UTC)
    article = ArticleText(row["text"], published=published, language=row.get("lang", "en"))
    return answer(row["id"], coder.code(article, layers=True), all_statuses=all_statuses)


def answer(identity: str, coded: CodedText, *, all_statuses: bool = False) -> dict[str, Any]:
    if all_statuses:
        events = [
            piece for event in coded.events for piece in _pieces(event, [*event.triggers, *_words_of_harm(event)])
        ]
    else:
        shown = _told_once([_as_in_records(event) for event in coded.events if event.status in SHOWN])
        events = [piece for event in shown for piece in _pieces(event, event.triggers)]
    events.sort(key=lambda piece: piece.pop("told_at"))
    entities = [{"start": e.start, "end": e.end, "type": e.type} for e in coded.entities]
    return {"id": identity, "events": events, "entities": entities}


def _party(party: Party, where: str | None) -> dict[str, Any]:
    """A party; PLOVER's records give whoever has no country ("demonstrators") that of the place."""
    country = party.country or (None if party.sector in _OF_NO_COUNTRY else where)
    code = (country or party.sector or "") + (party.sector if country and party.sector else "")
    return {"text": f"{party.text} {party.name}", "code": code, "country": country}


def _scene(event: Event) -> list[dict[str, Any]]:
    """PLOVER's records name the place as actor or recipient where nobody else is one."""
    if event.place is None:
        return []
    return [{"text": f"{event.place.name} {event.place.text}", "country": event.place.country}]


def _scene_of(event: Event) -> list[dict[str, Any]]:
    """The scene beside recipients of no country: "peacekeepers in Timor" are Timor's in the records."""
    return [] if any(party.country for party in event.recipients) else _scene(event)


def _killed(tolls: tuple[Toll, ...]) -> Toll | None:
    """The whole toll of the dead: no part of another, no count of years, and a number, which "dozens" is not."""
    whole = [t for t in tolls if t.measure == "killed" and not t.subset and not t.cumulative and not _is_word(t)]
    return next(iter(whole), None)


def _is_word(toll: Toll) -> bool:
    return toll.approximate and toll.low is not None and toll.high is not None and toll.high >= VAGUE * toll.low


def _as_in_records(event: Event) -> Event:
    later = STILL_TO_COME.get(event.type) if event.status == "planned" else None
    return replace(event, type=later, mode=None) if later else event


def _told_once(events: Iterable[Event]) -> list[Event]:
    """Events of one sentence with the same type and actors, and recipients that do not differ, taken for one."""
    out: list[Event] = []
    for event in events:
        at = next((i for i, other in enumerate(out) if _is_same(other, event)), None)
        if at is None:
            out.append(event)
        elif not out[at].recipients:
            out[at] = replace(out[at], recipients=event.recipients)
    return out


def _is_same(one: Event, other: Event) -> bool:
    here, there = _names(one.recipients), _names(other.recipients)
    agree = here <= there or there <= here
    return (
        one.quotes == other.quotes and one.type == other.type and agree and _names(one.actors) == _names(other.actors)
    )


def _names(parties: Iterable[Party]) -> set[str]:
    return {party.name for party in parties}


def _words_of_harm(event: Event) -> list[Span]:
    return [word for word, _ in event.evidence]


def _pieces(event: Event, tellings: Sequence[Span]) -> list[dict[str, Any]]:
    """One piece for each telling, the toll on the first, which stands where the toll does."""
    where = event.place.country if event.place else None
    base = {
        "type": event.type,
        "mode": event.mode,
        "actor": [_party(p, where) for p in event.actors] or _scene(event),
        "recipient": [*(_party(p, where) for p in event.recipients), *_scene_of(event)],
        "location": [{"text": f"{event.place.name} {event.place.admin1 or ''} {event.place.text}"}]
        if event.place
        else None,
        "date": event.date_start.isoformat() if event.date_start else None,
        "acled": event.acled_sub_event,
        "factuality": FACTUALITY.get(event.status, event.status),
    }
    toll = _killed(event.tolls)
    pieces = [dict(base, trigger=[span.start, span.end], fatalities=None, told_at=span.start) for span in tellings]
    if toll is not None:
        pieces[0] |= {"fatalities": toll.low if toll.low is not None else toll.high, "told_at": toll.quote.start}
    return pieces


def main() -> None:
    coder = Coder.load()
    for line in sys.stdin:
        if line.strip():
            print(
                json.dumps(read(json.loads(line), coder, all_statuses="--all" in sys.argv), ensure_ascii=False),
                flush=True,
            )


if __name__ == "__main__":
    main()
