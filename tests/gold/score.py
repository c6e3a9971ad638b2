"""Score the coder on the labelled corpus: ``make gold``, or ``python -m tests.gold.score``.

Prints the development and the test split side by side and compares both with ``floors.json``; ends with 1 when a figure
has fallen below its floor or the labels are not those that the floors were measured on, with 2 when there is no coder
to score. Of the test split only counts are ever shown: nobody tunes on it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.gold.corpus import ARTICLES, GoldArticle, articles
from tests.gold.pairing import FIELDS, Tally
from tests.gold.scoring import QUADS, Finding, Found, Score, score, total
from worker.records import ArticleText, CodedText

FLOORS = ARTICLES.parent / "floors.json"
SPLITS = ("dev", "test")
CODER = "worker.events.extract"

TARGETS: Mapping[str, float] = {
    "material conflict precision": 0.90,
    "material conflict recall": 0.75,
    "all types precision": 0.82,
    "all types recall": 0.65,
    "actors any": 0.85,
    "recipients any": 0.72,
    "source": 0.88,
    "status": 0.88,
    "tolls found": 0.90,
    "tolls right": 0.90,
    "articles without event left empty": 0.97,
}
"""What the coder is to reach on text nobody has tuned on; grave errors: none."""

GRAVE = "grave errors"  # the one figure that may only fall


class Coder(Protocol):
    """What is scored: one article in, what was read out of it back, every status included."""

    def code(self, article: ArticleText, *, all_statuses: bool = False) -> CodedText:
        """Code one article."""


def load_coder() -> Coder | None:
    """The coder, or None while ``worker.events.extract`` does not exist."""
    try:
        module = importlib.import_module(CODER)
    except ModuleNotFoundError as error:
        if error.name != CODER:
            raise
        return None
    coder: Coder = module.Coder.load()
    return coder


def as_read(article: GoldArticle) -> ArticleText:
    """The article as the line would hand it to the coder."""
    return ArticleText(
        text=article.text,
        title=article.title,
        published=article.published,
        language=article.outlet.language,
        section=article.section,
    )


def score_split(coder: Coder, split: str) -> Score:
    """All articles of one split, coded and scored."""
    return total(score(article, coder.code(as_read(article), all_statuses=True)) for article in articles(split))


# --- figures and floors ----------------------------------------------------------------------------------------


def figures(of: Score) -> dict[str, float]:
    """The named figures of a split: shares from 0 to 1 (more is better), and the number of grave errors."""
    emptied = sum(of.empty.values(), Tally())
    background = sum(of.background.values(), Tally())
    rows: dict[str, float | None] = {}
    for name, types in (("material conflict", QUADS["material conflict"]), ("all types", None)):
        found = of.found(types)
        rows |= {f"{name} precision": found.precision, f"{name} recall": found.recall, f"{name} F1": found.f1}
    rows |= {name: of.fields.get(name, Tally()).share for name in FIELDS}
    rows["background left alone"] = _rest(background)
    rows["articles without event left empty"] = _rest(emptied)
    return {name: round(share, 4) for name, share in rows.items() if share is not None} | {GRAVE: len(of.grave)}


def _rest(tally: Tally) -> float | None:
    return None if tally.share is None else 1 - tally.share


def digest(split: str) -> str:
    """SHA-256 of the article files of a split, in the order of their paths."""
    files = sorted(ARTICLES / f"{article.id}.toml" for article in articles(split))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def fallen(floors: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """The figures that are worse than their floor, each as a sentence."""
    said = []
    for name, floor in floors.items():
        value = now.get(name)
        if value is None:
            said.append(f"{name} has a floor of {floor} and is no longer measured")
        elif value > floor if name == GRAVE else value < floor:
            said.append(f"{name} is {value}, its floor {floor}")
    return said


def raised(floors: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
    """The floors with every better figure taken in; none is ever lowered."""
    better = {name: (min if name == GRAVE else max)(floors.get(name, value), value) for name, value in now.items()}
    return {**floors, **better}


def compare(pinned: Mapping[str, Any], now: Mapping[str, Mapping[str, float]], digests: Mapping[str, str]) -> list[str]:
    """Everything that speaks against the present state, as sentences; empty when all is well."""
    said = [
        f"{split}: the floors were measured on other labels; look at the figures, then pin these with --raise-floors"
        for split in SPLITS
        if pinned["sha256"].get(split) != digests[split]
    ]
    return said + [
        f"{split}: {line}" for split in SPLITS for line in fallen(pinned["floors"].get(split, {}), now[split])
    ]


# --- what is printed -------------------------------------------------------------------------------------------


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}".removeprefix("0") if value < 1 else "1.00"


def type_table(scores: Mapping[str, Score]) -> Table:
    """Precision, recall and F1 of every type, quad and of all, both splits side by side."""
    table = Table(title="Events by type", title_justify="left")
    table.add_column("type")
    for split in SPLITS:
        for name in ("labelled", "coded", "P", "R", "F1"):
            table.add_column(f"{split}\n{name}", justify="right")

    def row(name: str, types: Iterable[str] | None, style: str = "") -> None:
        found = [scores[split].found(types) for split in SPLITS]
        table.add_row(name, *(cell for one in found for cell in _cells(one)), style=style)

    for quad, types in QUADS.items():
        for name in types:
            row(name, [name])
        row(quad, types, "bold")
        table.add_section()
    row("all types", None, "bold")
    return table


def _cells(found: Found) -> tuple[str, ...]:
    return (str(found.labelled), str(found.coded), _share(found.precision), _share(found.recall), _share(found.f1))


def figure_table(scores: Mapping[str, Score], floors: Mapping[str, Mapping[str, float]]) -> Table:
    """The figures of both splits with target and floors; of matched events where nothing else is said."""
    table = Table(title="Figures (fields: of matched events)", title_justify="left")
    table.add_column("figure")
    for name in (*SPLITS, "target", "floor dev", "floor test"):
        table.add_column(name, justify="right")
    now = {split: figures(scores[split]) for split in SPLITS}
    for name in dict.fromkeys([*now["dev"], *now["test"]]):
        shown = str if name == GRAVE else _share
        target = "none" if name == GRAVE else _share(TARGETS.get(name))
        values = [shown(now[split].get(name)) for split in SPLITS]
        table.add_row(name, *values, target, *(_share(floors.get(split, {}).get(name)) for split in SPLITS))
    return table


def trap_table(scores: Mapping[str, Score]) -> Table:
    """Where nothing happened: labelled traps taken for events, and articles without event that yield one."""
    table = Table(title="Nothing happened, yet an event was coded", title_justify="left")
    table.add_column("what")
    for split in SPLITS:
        table.add_column(split, justify="right")

    def rows(what: str, tallies: Mapping[str, Mapping[str, Tally]]) -> None:
        for name in sorted({name for split in SPLITS for name in tallies[split]}):
            found = [tallies[split].get(name, Tally()) for split in SPLITS]
            table.add_row(f"{what}: {name}", *(f"{tally.right:.0f} of {tally.of}" for tally in found))
        table.add_section()

    rows("background", {split: scores[split].background for split in SPLITS})
    rows("article without event", {split: scores[split].empty for split in SPLITS})
    return table


def print_grave(console: Console, scores: Mapping[str, Score]) -> None:
    """Every grave error of the development split; of the test split how many of each kind."""
    for split in SPLITS:
        console.print(f"[bold]Grave errors, {split}: {len(scores[split].grave)}")
    for finding in scores["dev"].grave:
        _print_finding(console, finding, named=True)


def print_misses(console: Console, found: Iterable[Finding]) -> None:
    """Every miss, false alarm and wrong field, grouped by cause, the commonest first."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        groups[finding.cause].append(finding)
    for cause, group in sorted(groups.items(), key=lambda item: (item[0].split()[0], -len(item[1]))):
        console.print(f"\n[bold]{escape(cause)}: {len(group)}")
        for finding in sorted(group, key=lambda one: (one.type, one.article)):
            _print_finding(console, finding)


def _print_finding(console: Console, finding: Finding, *, named: bool = False) -> None:
    cause = f"{finding.cause} " if named else ""
    line = f"  {cause}{finding.type} {finding.article}: {finding.detail}\n      {finding.quote}"
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def as_json(scores: Mapping[str, Score]) -> dict[str, Any]:
    """All figures as plain values; grave errors by name for the development split only."""
    return {
        split: {
            "articles": of.articles,
            "figures": figures(of),
            "types": {name: [found.labelled, found.coded, found.both] for name, found in sorted(of.types.items())},
            "background": {name: [tally.right, tally.of] for name, tally in sorted(of.background.items())},
            "without_event": {name: [tally.right, tally.of] for name, tally in sorted(of.empty.items())},
            "grave": [[one.cause, one.article, one.quote] for one in of.grave] if split == "dev" else len(of.grave),
        }
        for split, of in scores.items()
    }


def main(arguments: list[str] | None = None) -> int:
    """Score, print, compare with the floors; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make gold", description="Score the coder on the labelled corpus.")
    parser.add_argument("--misses", action="store_true", help="list every miss, false alarm and wrong field of dev")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--raise-floors", action="store_true", help="write better figures into floors.json")
    asked = parser.parse_args(arguments)
    coder = load_coder()
    if coder is None:
        print(f"There is no coder to score: {CODER} does not exist yet.", file=sys.stderr)  # noqa: T201
        return 2
    scores = {split: score_split(coder, split) for split in SPLITS}
    pinned = json.loads(FLOORS.read_text())
    show(scores, pinned, asked)
    return settle(pinned, {split: figures(scores[split]) for split in SPLITS}, write=asked.raise_floors)


def show(scores: Mapping[str, Score], pinned: Mapping[str, Any], asked: argparse.Namespace) -> None:
    """Print what was asked for on standard output."""
    console = Console()
    if asked.json:
        console.print_json(data=as_json(scores))
        return
    if asked.misses:
        print_misses(console, scores["dev"].findings)
    for table in (type_table(scores), figure_table(scores, pinned["floors"]), trap_table(scores)):
        console.print(table)
    print_grave(console, scores)


def settle(pinned: Mapping[str, Any], now: Mapping[str, Mapping[str, float]], *, write: bool, to: Path = FLOORS) -> int:
    """Compare with the floors, after raising them where that was asked for; 1 when something is worse."""
    digests = {split: digest(split) for split in SPLITS}
    if write:
        floors = {split: raised(pinned["floors"].get(split, {}), now[split]) for split in SPLITS}
        pinned = {"sha256": digests, "floors": floors}
        to.write_text(json.dumps(pinned, indent=2) + "\n")
    problems = compare(pinned, now, digests)
    for line in problems:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
