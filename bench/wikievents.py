"""How many of WikiEvents' attacks, deaths, injuries, arrests and demonstrations the coder finds at their trigger.

``python -m bench.wikievents`` reads the set where ``DATELINE_OPEN_DATA`` points. The set's offsets count line ends that
its text no longer has, so labels drift, the further the later they stand: each is put where its words are nearest to
where the labels before it have drifted. Beside what is found stands how many of the coder's own words of these types
the set labels.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.gold_adapter import read
from worker.events.extract import Coder

TYPES = {
    "Conflict.Attack": "ASSAULT",
    "Life.Die": "ASSAULT",
    "Life.Injure": "ASSAULT",
    "Justice.ArrestJailDetain": "COERCE",
    "Conflict.Demonstrate": "PROTEST",
}
_NEAR = 30  # characters between two labels' drifts: a few line ends

Label = tuple[int, int, str]


def rows(name: str) -> Iterator[dict[str, Any]]:
    """The rows of one of the set's files, ``in`` or ``gold``."""
    folder = Path(os.environ["DATELINE_OPEN_DATA"]) / "gold" / "data"
    with gzip.open(folder / f"wikievents.open.{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def labels(row: dict[str, Any], text: str) -> Iterator[Label]:
    """The labels of the types that are counted, as start, end and type, put where their words are."""
    drift = 0
    for event in sorted(row["events"], key=lambda event: event["trigger"]):
        start, end = event["trigger"]
        places = [m.start() for m in re.finditer(re.escape(event["trigger_words"]), text)]
        at = min(places, key=lambda at: abs(start - drift - at), default=None)
        if at is not None and abs(start - drift - at) < _NEAR:
            drift = start - at
            start, end = at, at + len(event["trigger_words"])
        wanted = TYPES.get(".".join(event["type"].split(".")[:2]))
        if wanted is not None:
            yield start, end, wanted


def main() -> None:
    coder = Coder.load(["en"])
    texts = {row["id"]: row for row in rows("in")}
    found = wanted = right = coded = 0
    for row in rows("gold"):
        given = texts[row["id"]]
        told = [
            (*event["trigger"], event["type"])
            for event in read(given, coder, all_statuses=True)["events"]
            if event["type"] in TYPES.values()
        ]
        marked = list(labels(row, given["text"]))
        wanted += len(marked)
        coded += len(told)
        found += sum(any(_meet(one, other) for other in told) for one in marked)
        right += sum(any(_meet(one, other) for other in marked) for one in told)
    print(f"found at their trigger: {found} of {wanted} ({found / wanted:.3f})")
    print(f"of the coder's words of these types labelled: {right} of {coded} ({right / coded:.3f})")


def _meet(one: Label, other: Label) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] == other[2]


if __name__ == "__main__":
    main()
