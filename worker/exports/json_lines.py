"""Events as JSON lines: nothing is flattened, every report, sentence and number stands inside its event."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, BinaryIO

from worker.exports.flat import plain
from worker.exports.stored import COLUMNS, StoredEvent

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
        "actors": [asdict(party) for party in event.actors],
        "recipients": [asdict(party) for party in event.recipients],
        "rivals": list(event.rivals),
        "reports": [asdict(report) for report in event.reports],
        "tolls": [asdict(toll) for toll in event.tolls],
        "copies": [asdict(copy) for copy in event.copies],
    }
