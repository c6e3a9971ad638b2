"""An event as one flat row, for tables: its columns, and what its reports and numbers say in a few more."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from worker.exports.stored import COLUMNS, StoredEvent, Toll, number_in_words

ADDED = ("sources", "killed_claims", "evidence", "first_url", "rivals")
"""What a flat row has beyond the columns of ``events``: docs/exports.md explains each."""

CSV_COLUMNS = (*COLUMNS, *ADDED)

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that make a spreadsheet run a cell as a formula (OWASP, CSV Injection)."""


def flat_row(event: StoredEvent) -> dict[str, Any]:
    """The event by the names of :data:`CSV_COLUMNS`; lists are joined with ``; ``."""
    quotes = (quote.text for report in event.reports for quote in report.quotes)
    return {
        **{name: _joined(event.facts[name]) for name in COLUMNS},
        "sources": "; ".join(dict.fromkeys(_said_by(event))) or None,
        "killed_claims": "; ".join(dict.fromkeys(_claimed(toll) for toll in killed(event))) or None,
        "evidence": next((quote for quote in quotes if quote), None),
        "first_url": event.reports[0].url if event.reports else None,
        "rivals": "; ".join(map(str, event.rivals)) or None,
    }


def killed(event: StoredEvent) -> tuple[Toll, ...]:
    """The numbers of killed that speak of this event and of all its dead."""
    return tuple(t for t in event.tolls if t.measure == "killed" and not t.subset and not t.cumulative)


def write_csv(events: Iterable[StoredEvent], sink: BinaryIO) -> None:
    """Write a header and a row for each event: UTF-8, commas, quotes where needed (RFC 4180), lines end in LF."""
    write_table(CSV_COLUMNS, (flat_row(event) for event in events), sink)


def write_table(columns: Iterable[str], rows: Iterable[Mapping[str, Any]], sink: BinaryIO) -> None:
    """Write rows as CSV: unknown is an empty cell, and no text of an article can become a formula."""
    names = tuple(columns)
    text = io.TextIOWrapper(sink, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([cell(row[name]) for name in names])
    text.detach()  # the sink is the caller's to close


def cell(value: object) -> str:
    """A value as a cell.

    Text that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises: news text comes from
    strangers. Numbers are numbers and keep their minus.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(plain(value))


def plain(value: object) -> Any:
    """A value of the database as JSON and CSV have it: days and instants in ISO 8601, instants in UTC to the second.

    To the second, always: readers guess a column's format from its first cell, and stumble where the next one has
    fractions.
    """
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def _joined(value: object) -> Any:
    return "; ".join(value) if isinstance(value, list | tuple) else value


def _said_by(event: StoredEvent) -> Iterable[str]:
    for report in event.reports:
        yield report.according_to or report.agency or report.outlet


def _claimed(toll: Toll) -> str:
    doubt = "" if toll.status in ("asserted", "claimed") else f", {toll.status}"
    return f"{number_in_words(toll.low, toll.high, approximate=toll.approximate)} ({toll.claimed_by}{doubt})"
