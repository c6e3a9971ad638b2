"""Tables of cases for tolls, dates, places, attribution and status: a text, what is in it by the coding scheme, and what the coder reads.

``python -m tests.gold.case_tables`` prints how many of each table are read right beside their floor, and every miss;
``--raise-floors`` writes better counts into ``cases/floors.json``. What cannot be read yet stays in its table: a floor
counts what is right, is only ever raised, and holds for the table of the digest beside it. The heads of the tables say how
an answer is written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from worker.events.extract import Coder
from worker.records import ArticleText, CodedText, Event, Toll

CASES = Path(__file__).parent / "cases"
FLOORS = CASES / "floors.json"
PUBLISHED = datetime(2025, 3, 6, 18, 0, tzinfo=UTC)  # a Thursday: for the tables in which days do not matter


@dataclass(frozen=True, slots=True)
class Case:
    """One row of a table."""

    table: str
    why: str
    text: str
    title: str
    published: datetime
    event: str  # words of the trigger of the event that is asked for, several parted by "|"; "": the first
    expected: Any  # as written in the table


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the coder made of a case."""

    case: Case
    right: bool
    given: str  # in the notation of the table


# --- tolls -------------------------------------------------------------------------------------------------------

_TOLL = re.compile(
    r"(?P<measure>\w+) (?P<number>~?[\d.+]+)(?: (?P<who>[a-z ]+?))?(?: \((?P<status>\w+)(?:: (?P<by>.+))?\))?"
)


def bounds(number: str) -> tuple[int | None, int | None]:
    """The least and the most of a number of the table: "12", "12+", "24..99", "..60", "~30"."""
    low, dots, high = number.lstrip("~").rstrip("+").partition("..")
    least = int(low) if low else None
    return least, int(high) if dots else None if number.endswith("+") else least


def judge_tolls(expected: Iterable[str], events: Iterable[Event]) -> tuple[bool, str]:
    """Whether the counted tolls of all events that happened are those of the table, no more and no fewer."""
    counted = [t for e in events if e.happened for t in e.tolls if not t.subset and not t.cumulative]
    expected = list(expected)
    left = [t for t in counted if t.status != "denied" or any("(denied" in one for one in expected)]
    given = ", ".join(map(_written, left))
    for one in expected:
        found = next((toll for toll in left if _is(one, toll)), None)
        if found is None:
            return False, given
        left.remove(found)
    return not left, given


def _is(expected: str, toll: Toll) -> bool:
    asked = _TOLL.fullmatch(expected)
    assert asked is not None, f"{expected} is no toll"
    low, high = bounds(asked["number"])
    if (toll.measure, toll.low, toll.high) != (asked["measure"], low, high):
        return False
    if low == high and toll.approximate != asked["number"].startswith("~") and "dozen" not in toll.quote.text.lower():
        return False
    if asked["who"] and asked["who"].split()[-1].rstrip("s") not in toll.who.lower():
        return False
    if asked["status"] and toll.status != asked["status"]:
        return False
    said = " ".join(f"{source.name} {source.text}" for source in toll.sources).lower()
    return not asked["by"] or asked["by"] in said


def _written(toll: Toll) -> str:
    number = f"{toll.low}+" if toll.high is None else f"{'' if toll.low is None else toll.low}..{toll.high}"
    if toll.low == toll.high:
        number = f"{'~' if toll.approximate else ''}{toll.low}"
    by = "".join(f": {source.name}" for source in toll.sources)
    return f"{toll.measure} {number} {toll.who} ({toll.status}{by})"


# --- days and places ---------------------------------------------------------------------------------------------


def judge_day(expected: str, event: Event | None) -> tuple[bool, str]:
    """Whether an event has exactly the day or days of the table."""
    if event is None:
        return False, "no event"
    if event.date_start is None or event.date_end is None:
        return expected == "unknown", "unknown"
    days = dict.fromkeys((event.date_start.isoformat(), event.date_end.isoformat()))
    return "/".join(days) == expected, "/".join(days)


def judge_place(expected: str, event: Event | None) -> tuple[bool, str]:
    """Whether name, country and precision are those of the table.

    A name without accents is the same name, and the text's own spelling does where the gazetteer has another.
    """
    if event is None:
        return False, "no event"
    place = event.place
    if place is None or not expected:
        return (
            place is None and not expected,
            "" if place is None else f"{place.name}, {place.country}, {place.precision}",
        )
    asked = [field.strip().split("|") for field in expected.split(",")]
    given = (_plain(place.name), place.country or "-", str(place.precision))
    names = [_plain(name) for name in asked[0]]
    named = given[0] in names or any(name in _plain(place.text) for name in names if name)
    right = named and given[1] in asked[1] and given[2] in asked[2]
    return right, f"{place.name}, {place.country or '-'}, {place.precision}"


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower().strip()


def _asked_for(case: Case, coded: CodedText) -> Event | None:
    """The event of a case; of one without a trigger named, a deed before words."""
    if case.event:
        asked = case.event.split("|")
        return next((e for e in coded.events if any(word in t.text for t in e.triggers for word in asked)), None)
    return next(iter(coded.events), None)


# --- who says so, and how certain --------------------------------------------------------------------------------

_LEFT_OUT = frozenset({"hypothetical", "historical", "none"})
"""Answers that come to the same for the database: nothing is stored."""


def judge_sources(expected: Sequence[str], event: Event | None) -> tuple[bool, str]:
    """Whether the chain of sources is that of the table, link by link; a link is known by one of its words."""
    if event is None:
        return False, "no event"
    given = ", ".join(f"{source.name} [{source.text}]" for source in event.attribution)
    if len(expected) != len(event.attribution):
        return False, given
    said = [f"{source.name} {source.text}".lower() for source in event.attribution]
    links = zip(expected, said, strict=True)
    return all(
        any(re.search(rf"\b{re.escape(word)}", link) for word in asked.split("|")) for asked, link in links
    ), given


def judge_status(expected: str, event: Event | None) -> tuple[bool, str]:
    """Whether the status is one of the table's; what is not stored in any case need not be read."""
    asked = set(expected.split("|"))
    given = "none" if event is None else event.status
    if given == "none":
        return bool(asked & _LEFT_OUT), "no event"
    return given in asked or ("none" in asked and given in _LEFT_OUT), given


# --- tables ------------------------------------------------------------------------------------------------------

_JUDGES: Mapping[str, tuple[str, Callable[[Any, Case, CodedText], tuple[bool, str]]]] = {
    "tolls": ("tolls", lambda expected, _, coded: judge_tolls(expected, coded.events)),
    "dates": ("day", lambda expected, case, coded: judge_day(expected, _asked_for(case, coded))),
    "attribution": ("by", lambda expected, case, coded: judge_sources(expected, _asked_for(case, coded))),
    "status": ("status", lambda expected, case, coded: judge_status(expected, _asked_for(case, coded))),
    "places": ("place", lambda expected, case, coded: judge_place(expected, _asked_for(case, coded))),
}
TABLES = tuple(_JUDGES)


@cache
def cases(table: str) -> tuple[Case, ...]:
    """The cases of a table, in its order."""
    answer = _JUDGES[table][0]
    rows = tomllib.loads((CASES / f"{table}.toml").read_text())["case"]
    return tuple(
        Case(
            table=table,
            why=row["why"],
            text=row["text"],
            title=row.get("title", ""),
            published=row.get("published", PUBLISHED),
            event=row.get("event", ""),
            expected=row[answer],
        )
        for row in rows
    )


def judge(coder: Coder, case: Case) -> Verdict:
    """Code the text of a case and compare."""
    article = ArticleText(case.text, title=case.title, published=case.published, language="en")
    right, given = _JUDGES[case.table][1](case.expected, case, coder.code(article))
    return Verdict(case, right, given)


def digest(table: str) -> str:
    """SHA-256 of a table's file."""
    return hashlib.sha256((CASES / f"{table}.toml").read_bytes()).hexdigest()


def pinned() -> dict[str, dict[str, Any]]:
    """The floors: of each table how many cases were right, and the digest of the table they were counted on."""
    read: dict[str, dict[str, Any]] = json.loads(FLOORS.read_text())
    return read


def main(arguments: list[str] | None = None) -> int:
    """Judge all tables, print counts and misses, compare with the floors; returns the exit code."""
    parser = argparse.ArgumentParser(description="Judge the coder by its tables of cases.")
    parser.add_argument("--raise-floors", action="store_true", help="write better counts into cases/floors.json")
    parser.add_argument("tables", nargs="*", default=TABLES, metavar="TABLE", help=", ".join(TABLES))
    asked = parser.parse_args(arguments)
    coder, console, floors = Coder.load(["en"]), Console(), pinned()
    summary = Table("table", "cases", "right", "share", "floor")
    fell = False
    for table in asked.tables:
        verdicts = [judge(coder, case) for case in track(cases(table), table, console=console, transient=True)]
        right = sum(verdict.right for verdict in verdicts)
        for verdict in verdicts:
            if not verdict.right:
                _print_miss(console, verdict)
        floor = floors.get(table, {}).get("right", 0)
        fell = fell or right < floor
        summary.add_row(table, str(len(verdicts)), str(right), f"{right / len(verdicts):.3f}", str(floor))
        floors[table] = {"sha256": digest(table), "cases": len(verdicts), "right": max(right, floor)}
    console.print(summary)
    if asked.raise_floors:
        FLOORS.write_text(json.dumps(floors, indent=2) + "\n")
    return 1 if fell else 0


def _print_miss(console: Console, verdict: Verdict) -> None:
    case = verdict.case
    lines = f"{case.table}: {case.why}\n    {case.text or case.title}\n    should {case.expected}\n    came   {verdict.given}"
    console.print(lines, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
