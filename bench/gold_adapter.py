"""Answer an open gold set's scorer with what the coder reads: JSON lines in, JSON lines out.

The scorer gives ``{"id", "text", "date"?, "lang"?}`` a line and expects ``{"id", "events": [...], "entities": [...]}``;
run it as ``score.py run SET.open -- python -m bench.gold_adapter`` from the project's root. ``--all`` answers with
background and hypothesis too, which WikiEvents labels and the others do not.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

from worker.events.extract import Coder
from worker.records import ArticleText, CodedText, Event, Party, Toll

# Standing in for no date: the sets' records without one carry this.
NO_DATE = "2000-01-01"
SHOWN = frozenset({"asserted", "claimed", "disputed", "unverified", "rumoured", "denied", "planned"})
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
    shown = (event for event in coded.events if all_statuses or event.status in SHOWN)
    events = [piece for event in shown for piece in _events(event, every_word=all_statuses)]
    entities = [{"start": e.start, "end": e.end, "type": e.type} for e in coded.entities]
    return {"id": identity, "events": events, "entities": entities}


def _party(party: Party) -> dict[str, Any]:
    code = (party.country or party.sector or "") + (party.sector if party.country and party.sector else "")
    return {"text": f"{party.text} {party.name}", "code": code, "country": party.country}


def _scene(event: Event) -> list[dict[str, Any]]:
    """PLOVER's records name the place as recipient where nobody else is one."""
    if event.place is None:
        return []
    return [{"text": f"{event.place.name} {event.place.text}", "country": event.place.country}]


def _killed(tolls: tuple[Toll, ...]) -> int | None:
    """The whole toll of the dead: no part of another, and no count of years."""
    whole = [t for t in tolls if t.measure == "killed" and not t.subset and not t.cumulative]
    return next((t.low if t.low is not None else t.high for t in whole), None)


def _events(event: Event, *, every_word: bool) -> list[dict[str, Any]]:
    """One piece for each telling; with ``every_word`` for each word of harm, too (WikiEvents labels deaths)."""
    base = {
        "type": event.type,
        "mode": event.mode,
        "actor": [_party(p) for p in event.actors],
        "recipient": [_party(p) for p in event.recipients] or _scene(event),
        "location": [{"text": f"{event.place.name} {event.place.admin1 or ''} {event.place.text}"}]
        if event.place
        else None,
        "date": event.date_start.isoformat() if event.date_start else None,
        "fatalities": _killed(event.tolls),
        "acled": event.acled_sub_event,
        "factuality": FACTUALITY.get(event.status, event.status),
    }
    pieces = []
    for number, span in enumerate((*event.triggers, *((word for word, _ in event.evidence) if every_word else ()))):
        piece = dict(base, trigger=[span.start, span.end])
        if number:
            piece["fatalities"] = None
        pieces.append(piece)
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
