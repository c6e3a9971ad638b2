"""How much of real pages' bodies is read, and how fast, beside trafilatura alone.

Pages and bodies marked by hand are those of the article-extraction-benchmark (Scrapinghub, MIT), as far as the open
data has them. Run: ``DATELINE_OPEN_DATA=... python bench/read.py``. The measure is that benchmark's: shingles of four
words, counted with repetition, precision and recall averaged over pages; ``SCORER`` pins it.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import statistics
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from trafilatura import bare_extraction

from worker.articles.body import FeedContext, read_page

SCORER = "shingles-4/1"
WITH_METADATA = "trafilatura, precision, with metadata"
ARCHIVE = Path("data/pages/article-extraction-benchmark-part.tar.xz")
ROUNDS = 5  # the fastest of so many counts for each page: a busy machine only ever makes a run slower
NOW = datetime(2026, 1, 1, tzinfo=UTC)

_WORD = re.compile(r"\w+")


class Page(NamedTuple):
    """One page of the benchmark."""

    html: bytes
    url: str
    body: str


class Score(NamedTuple):
    """Averages over pages."""

    f1: float
    precision: float
    recall: float


def load_pages(folder: Path) -> dict[str, Page]:
    """Return the pages by their names, without unpacking anything to disk."""
    with tarfile.open(folder / ARCHIVE) as archive:
        files = {
            Path(member.name).name: archive.extractfile(member) for member in archive.getmembers() if member.isfile()
        }
        contents = {name: file.read() for name, file in files.items() if file is not None}
    truth = json.loads(contents["ground-truth.json"])
    return {
        name: Page(gzip.decompress(contents[f"{name}.html.gz"]), entry["url"], entry["articleBody"])
        for name, entry in truth.items()
    }


def shingles_of(text: str) -> Counter[tuple[str, ...]]:
    """Return every run of four words with its count; a shorter text is one run."""
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))) if words else Counter()


def shares(truth: str, answer: str) -> tuple[float, float, float]:
    """Return hits, false alarms and misses of one page as shares that sum to one (all zero for two empty texts)."""
    wanted, found = shingles_of(truth), shingles_of(answer)
    hits, alarms, misses = (sum(part.values()) for part in (wanted & found, found - wanted, wanted - found))
    total = hits + alarms + misses
    return (hits / total, alarms / total, misses / total) if total else (0.0, 0.0, 0.0)


def score(pages: Mapping[str, Page], answers: Mapping[str, str]) -> Score:
    """Return F1, precision and recall over pages, each page weighing the same."""
    sums = [sum(column) for column in zip(*(shares(page.body, answers[n]) for n, page in pages.items()), strict=True)]
    precision, recall = sums[0] / (sums[0] + sums[1]), sums[0] / (sums[0] + sums[2])
    return Score(2 * precision * recall / (precision + recall), precision, recall)


def dateline(page: Page) -> str:
    """Read a page as the worker does, everything included: title, dates, authors, language."""
    return read_page(page.html, url=page.url, headers={}, entry=FeedContext(), now=NOW).text


def trafilatura_alone(**options: bool) -> Callable[[Page], str]:
    """Return a reader that is trafilatura's bare extraction, body only."""

    def read(page: Page) -> str:
        found = bare_extraction(page.html, url=page.url, include_comments=False, deduplicate=False, **options)
        return str(getattr(found, "text", None) or "")

    return read


READERS: dict[str, Callable[[Page], str]] = {
    "dateline": dateline,
    "trafilatura, default": trafilatura_alone(),
    "trafilatura, precision": trafilatura_alone(favor_precision=True),
    "trafilatura, recall": trafilatura_alone(favor_recall=True),
    "trafilatura, fast": trafilatura_alone(fast=True),
    WITH_METADATA: trafilatura_alone(favor_precision=True, with_metadata=True),
}


def main() -> int:
    folder = os.environ.get("DATELINE_OPEN_DATA")
    if not folder:
        print("DATELINE_OPEN_DATA is not set: there are no pages to read.", file=sys.stderr)
        return 1
    pages = load_pages(Path(folder))
    print(f"{len(pages)} pages, scorer {SCORER}; times of this process, the best of {ROUNDS} rounds, in ms\n")
    print(f"{'reader':<40}    F1  precision  recall   mean  median    p95   most")
    best: dict[str, dict[str, float]] = {name: {} for name in READERS}
    results: dict[str, Score] = {}
    for _ in track(range(ROUNDS), "reading", console=Console(stderr=True)):
        for name, read in READERS.items():  # in turns, so that a busy minute hits all of them
            answers = {}
            for key, page in pages.items():
                started = time.process_time()
                answers[key] = read(page)
                spent = 1000 * (time.process_time() - started)
                best[name][key] = min(spent, best[name].get(key, spent))
            results[name] = score(pages, answers)
    for name, result in results.items():
        ranked = sorted(best[name].values())
        times = (statistics.mean(ranked), statistics.median(ranked), ranked[int(0.95 * len(ranked))], ranked[-1])
        print(
            f"{name:<40} {result.f1:.4f}     {result.precision:.4f}  {result.recall:.4f} "
            + " ".join(f"{value:6.1f}" for value in times)
        )
    ours, bare = (statistics.median(best[name].values()) for name in ("dateline", WITH_METADATA))
    print(
        f"\nThe median is {ours / bare:.2f} times that of trafilatura alone with metadata; the target is at most 1.15."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
