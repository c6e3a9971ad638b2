"""Score the coder on the briefs: 324 texts, labelled by somebody who knew the coding scheme and not the lexicon.

``python -m tests.gold.briefs`` prints what was found of both splits; ``--misses`` lists the development split's mistakes.
Odd numbers are for development, and all of the third, fourth and seventh file; even numbers of the others are for reporting
alone. The sixth file has whole articles, the fourth and seventh texts without events. A brief in ``briefs/*.txt`` is a head (``@ ID | published DAY TIME | outlet, its city``), a headline, a
sentence a line, and a line for each event: ``= TYPE | actors | recipients | status | source | place | trigger words``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from worker.events.extract import Coder
from worker.events.ontology import TYPES
from worker.records import ArticleText, Event, Party

FOLDER = Path(__file__).parent / "briefs"
_HEAD = re.compile(r"@ (?P<file>\d)-(?P<number>\d+) \| published (?P<published>\S+ \S+) \| (?P<outlet>.+)")
_ALL_FOR_DEVELOPMENT = frozenset({"3", "4", "7"})
_PLAIN = frozenset({"of", "the", "and", "government", "military", "forces", "in"})  # words that make no party the same


@dataclass(frozen=True, slots=True)
class Label:
    """One event as the labeller sees it; parties as a reader would name them, a dash for none."""

    type: str
    actors: str
    recipients: str
    status: str
    source: str
    place: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One text with its events; none in a text where nothing is to be coded."""

    id: str
    split: str  # dev or test
    published: datetime
    outlet: str
    title: str
    lines: tuple[str, ...]
    labels: tuple[Label, ...]

    @property
    def text(self) -> str:
        """The body, a sentence a line."""
        return "\n".join(self.lines)


def read_briefs(folder: Path = FOLDER) -> Iterator[Brief]:
    """Read all briefs.

    Args:
        folder: Where their files are.

    Yields:
        Briefs in the order of the files.

    Raises:
        ValueError: A head or an event is not as the format wants it; the message names it.
    """
    for path in sorted(folder.glob("*.txt")):
        for block in re.split(r"\n\s*\n", path.read_text().strip()):
            yield _brief(path, block.split("\n"))


def _brief(path: Path, lines: Sequence[str]) -> Brief:
    head = _HEAD.fullmatch(lines[0])
    if head is None:
        raise ValueError(f"{path}: {lines[0]!r} is no head; see the module's docstring.")
    labels = tuple(_label(path, line) for line in lines if line.startswith("="))
    body = [line for line in lines[1:] if not line.startswith("=")]
    odd = int(head["number"]) % 2 == 1
    return Brief(
        id=f"{head['file']}-{head['number']}",
        split="dev" if odd or head["file"] in _ALL_FOR_DEVELOPMENT else "test",
        published=datetime.strptime(head["published"], "%Y-%m-%d %H:%M").replace(tzinfo=UTC),
        outlet=head["outlet"],
        title=body[0],
        lines=tuple(body[1:]),
        labels=labels,
    )


def _label(path: Path, line: str) -> Label:
    fields = [field.strip() for field in line[1:].split("|")]
    if len(fields) != len(Label.__dataclass_fields__) or fields[0] not in TYPES:
        raise ValueError(f"{path}: {line!r} has not the seven fields of an event, or no type that there is.")
    return Label(*fields)


def pairs(brief: Brief, events: Sequence[Event]) -> dict[int, int]:
    """Say which coded event is which labelled one.

    Args:
        brief: The text with its labels.
        events: What the coder found in it.

    Returns:
        Label number -> event number, one to one: of one type, by a trigger in common, else by the sentence.
    """
    scored = sorted(
        (
            (_closeness(brief, label, event), -i, -j)
            for i, label in enumerate(brief.labels)
            for j, event in enumerate(events)
            if event.type == label.type
        ),
        reverse=True,
    )
    found: dict[int, int] = {}
    for closeness, i, j in scored:
        if closeness and -i not in found and -j not in found.values():
            found[-i] = -j
    return found


def _closeness(brief: Brief, label: Label, event: Event) -> int:
    at = brief.text.find(label.trigger)
    if at < 0:
        return 1  # labelled by the headline's words
    best = 0
    for span in event.triggers:
        if span.start < at + len(label.trigger) and at < span.end:
            return 3
        if "\n" not in brief.text[min(at, span.start) : max(at, span.start)]:
            best = 2
    return best


def _meets(named: str, parties: Sequence[Party]) -> bool:
    """Whether a side has the same somebody, by a word in common; or both name nobody."""
    words = set(re.findall(r"\w+", named.casefold())) - _PLAIN
    found = {word for party in parties for word in re.findall(r"\w+", f"{party.name} {party.text}".casefold())}
    return bool(words & found) or (named == "-" and not parties)


def main() -> None:
    coder = Coder.load()
    console = Console()
    counts: dict[str, Counter[str]] = {"dev": Counter(), "test": Counter()}
    for brief in read_briefs():
        coded = coder.code(ArticleText(brief.text, title=brief.title, published=brief.published, language="en"))
        events = [event for event in coded.events if event.status not in {"historical", "hypothetical"}]
        found = pairs(brief, events)
        count = counts[brief.split]
        count.update(labelled=len(brief.labels), coded=len(events), found=len(found))
        count.update(empty=not brief.labels, left=not brief.labels and not events)
        for i, j in found.items():
            label, event = brief.labels[i], events[j]
            count.update(
                actors=_meets(label.actors, event.actors),
                recipients=_meets(label.recipients, event.recipients),
                status=label.status == event.status,
            )
        if "--misses" in sys.argv and brief.split == "dev":
            _show(console, brief, events, found)
    console.print(_table(counts))


def _show(console: Console, brief: Brief, events: Sequence[Event], found: dict[int, int]) -> None:
    for i, label in enumerate(brief.labels):
        if i not in found:
            line = next((line for line in brief.lines if label.trigger in line), brief.title)
            console.print(f"{brief.id} missed {label.type} <{label.trigger}> {line}", markup=False)
    for j, event in enumerate(events):
        if j not in found.values():
            quote = event.quotes[0].text if event.quotes else brief.title
            console.print(f"{brief.id} extra {event.type}/{event.mode} {event.status}: {quote}", markup=False)


def _table(counts: dict[str, Counter[str]]) -> Table:
    table = Table("figure", "dev", "test")
    for name, part, whole in (
        ("precision", "found", "coded"),
        ("recall", "found", "labelled"),
        ("actors right, of those found", "actors", "found"),
        ("recipients right, of those found", "recipients", "found"),
        ("status right, of those found", "status", "found"),
        ("texts without event left empty", "left", "empty"),
    ):
        cells = (f"{c[part] / max(c[whole], 1):.3f} ({c[part]} of {c[whole]})" for c in counts.values())
        table.add_row(name, *cells)
    return table


if __name__ == "__main__":
    main()
