"""Events as JSON lines: nothing is flattened, every report, sentence and number stands inside its event."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from worker.exports.flat import plain
from worker.exports.stored import COLUMNS, Copy, Party, Quote, Report, StoredEvent, Toll

NESTED = ("actors", "recipients", "rivals", "reports", "tolls", "copies")
"""What stands in an event as lists; ``actors`` and ``recipients`` take the place of the joined columns of that name."""


def write_json_lines(events: Iterable[StoredEvent], sink: BinaryIO) -> None:
    """Write one event a line."""
    sink.writelines(
        json.dumps(nested(event), ensure_ascii=False, default=plain).encode("utf-8") + b"\n" for event in events
    )


def nested(event: StoredEvent) -> dict[str, Any]:
    """The event with its lists, in values of the database: days and instants are still such."""
    facts = {name: event.facts[name] for name in COLUMNS}
    facts["score"] = plain(facts["score"])
    return facts | {
        "actors": [_fields(party) for party in event.actors],
        "recipients": [_fields(party) for party in event.recipients],
        "rivals": list(event.rivals),
        "reports": [
            _fields(report) | {"quotes": [_fields(quote) for quote in report.quotes]} for report in event.reports
        ],
        "tolls": [_fields(toll) for toll in event.tolls],
        "copies": [_fields(copy) for copy in event.copies],
    }


def _fields(value: Party | Report | Quote | Toll | Copy) -> dict[str, Any]:
    """The fields by name. dataclasses.asdict copies what they hold as well, and takes four times as long."""
    return {name: getattr(value, name) for name in value.__slots__}
