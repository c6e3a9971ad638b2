"""How many copies are found after eight kinds of edit, and how many reports are taken for copies that are none.

Articles are those of the labelled corpus (development part); with ``DATELINE_OPEN_DATA`` set, also the texts of the
tgcontest pairs (Apache-2.0), mostly Russian. Each is edited by a seeded generator; an edit is found when the pair
shares two anchors and is decided to be a duplicate. Run: ``python bench/duplicates.py``.
"""

from __future__ import annotations

import json
import lzma
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from stories import Report, corpus_reports, scoop_reports

from worker.stories.duplicates import ArticleSketch, compare, decide, edges, estimate_containment, exact_containment
from worker.stories.fingerprint import sketch

SHORTEST = 120  # words: of a quarter of less, no more than a sentence or two is left
NOW = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)

FURNITURE = (
    "Sign up for our morning briefing and get the day's news before breakfast.",
    "Copyright 2025 Harbour Media Group. All rights reserved.",
    "Most read this week: the ferry that never sailed",
    "Have you seen something newsworthy? Write to our desk.",
    "This story was updated to add background.",
)
INSERTED = ("however", "meanwhile", "officials", "later", "reported", "again", "several", "local", "central", "early")


class Copy(NamedTuple):
    """An article's words in another shape."""

    title: str
    text: str


Edit = Callable[[Report, random.Random], Copy]


def boilerplate_added(report: Report, chance: random.Random) -> Copy:
    above, below = chance.sample(FURNITURE, 2), chance.sample(FURNITURE, 3)
    return Copy(report.title, "\n".join([*above, report.text, *below]))


def cut_to(share: float) -> Edit:
    def edit(report: Report, _: random.Random) -> Copy:
        words = report.text.split(" ")
        return Copy(report.title, " ".join(words[: max(1, int(len(words) * share))]))

    return edit


def words_changed(report: Report, chance: random.Random) -> Copy:
    """One word in ten deleted, replaced or doubled by another."""
    out: list[str] = []
    for word in report.text.split(" "):
        if chance.random() >= 0.1:
            out.append(word)
            continue
        kind = chance.randrange(3)
        out += [] if kind == 0 else [chance.choice(INSERTED)] if kind == 1 else [word, chance.choice(INSERTED)]
    return Copy(report.title, " ".join(out))


def paragraphs_reordered(report: Report, chance: random.Random) -> Copy:
    paragraphs = [line for line in report.text.split("\n") if line.strip()]
    if len(paragraphs) < 3:
        paragraphs = [f"{sentence}." for sentence in report.text.split(". ") if sentence]
    chance.shuffle(paragraphs)
    return Copy(report.title, "\n".join(paragraphs))


def headline_and_byline_changed(report: Report, _: random.Random) -> Copy:
    return Copy("What we know so far", f"By our correspondent\nWith agencies\n{report.text}\nReporting by staff")


def typography_changed(report: Report, _: random.Random) -> Copy:
    text = report.text.replace("'", "\u2019").replace(" - ", " \u2014 ").replace("...", "\u2026")
    for at in range(text.count('"')):
        text = text.replace('"', "\u201c" if at % 2 == 0 else "\u201d", 1)
    return Copy(report.title.upper(), text.replace("\n", "\r\n\r\n").replace(" ", "\u00a0", 20))


def lead_rewritten(report: Report, chance: random.Random) -> Copy:
    first, _, rest = report.text.strip().partition("\n")
    words = first.split(" ")
    chance.shuffle(words)
    return Copy(report.title, f"{' '.join(words)}\n{rest}" if rest else report.text)


EDITS: dict[str, Edit] = {
    "boilerplate added": boilerplate_added,
    "cut to 50 %": cut_to(0.5),
    "cut to 25 %": cut_to(0.25),
    "10 % of words changed": words_changed,
    "paragraphs reordered": paragraphs_reordered,
    "headline and byline changed": headline_and_byline_changed,
    "typography changed": typography_changed,
    "lead rewritten": lead_rewritten,
}


def is_found(original: Report, copy: Copy, hours: int = 3) -> bool:
    """Say whether a copy in another outlet is found: candidate by its anchors, duplicate by the decision."""
    texts = {1: original.text, 2: copy.text}
    first = ArticleSketch(1, sketch(original.text), "first", NOW, title=original.title)
    second = ArticleSketch(2, sketch(copy.text), "second", NOW + timedelta(hours=hours), title=copy.title)
    shared = len(set(first.sketch.anchors) & set(second.sketch.anchors))
    return shared > 1 and compare(first, second, texts=texts.__getitem__) is not None


def recall_table(name: str, reports: Sequence[Report]) -> None:
    long = [report for report in reports if len(report.text.split()) >= SHORTEST]
    print(f"{name}: {len(long)} articles of at least {SHORTEST} words")
    for edit_name, edit in EDITS.items():
        chance = random.Random(7)
        found = sum(is_found(report, edit(report, chance)) for report in long)
        print(f"  {edit_name:<30} {found / len(long):.4f}  ({len(long) - found} missed)")


def own_report_pairs(reports: Sequence[Report], *, one_story: bool = True) -> tuple[list[str], int]:
    """Return which pairs are taken for copies though they are none, and how many pairs were looked at.

    Args:
        reports: Labelled reports.
        one_story: Look at different outlets' own reports of one story; else at reports of different stories.
    """
    made = [ArticleSketch(i, sketch(r.text), r.outlet, r.published, title=r.title) for i, r in enumerate(reports)]

    def text(article_id: int) -> str:
        return reports[article_id].text

    merged, pairs = [], 0
    for (i, a), (j, b) in combinations(enumerate(reports), 2):
        own = a.outlet != b.outlet and not a.copied and not b.copied
        if (a.story == b.story) is not one_story or (one_story and not own):
            continue
        pairs += 1
        edge = compare(made[i], made[j], texts=text)
        if edge is not None and edge.joins:
            merged.append(f"{a.name}, {b.name}: {edge.kind} {edge.containment:.2f}")
    return merged, pairs


def false_merges(reports: Sequence[Report]) -> None:
    for name, one_story in (("one story, different outlets", True), ("different stories", False)):
        merged, pairs = own_report_pairs(reports, one_story=one_story)
        print(f"  {name}: {pairs} pairs, {len(merged)} merged", *merged, sep="\n    ")


def estimator(reports: Sequence[Report]) -> None:
    chance, worst, total, count = random.Random(3), 0.0, 0.0, 0
    for report in reports:
        other = words_changed(report, chance).text
        error = abs(estimate_containment(sketch(report.text), sketch(other)) - exact_containment(report.text, other))
        worst, total, count = max(worst, error), total + error, count + 1
    print(f"  containment from sketches: mean error {total / count:.3f}, worst {worst:.3f}")


def cost(reports: Sequence[Report]) -> None:
    made = [ArticleSketch(i, sketch(r.text), r.outlet, r.published, title=r.title) for i, r in enumerate(reports)]
    spent = []
    for new in made:
        started = time.perf_counter()
        decide(new, made[:50], edges(new, made[:50], texts=lambda i: reports[i].text))
        spent.append(time.perf_counter() - started)
    started = time.perf_counter()
    for report in reports:
        sketch(report.text)
    each = (time.perf_counter() - started) / len(reports)
    p95 = sorted(spent)[int(0.95 * len(spent))]
    print(f"  sketch {1000 * each:.2f} ms, decision among 50 candidates p95 {1000 * p95:.2f} ms")


def tgcontest_reports(folder: Path) -> list[Report]:
    """Return the texts of the tgcontest pairs, each once."""
    with lzma.open(folder / "data/duplicates/tgcontest_pairs_with_text.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = {
        row[f"{side}_url"]: Report(
            row[f"{side}_url"],
            row[f"{side}_url"].split("/")[2],
            row[f"{side}_title"],
            row[f"{side}_text"],
            NOW,
            row["pool"][:2],
            row[f"{side}_url"],
        )
        for row in rows
        for side in ("first", "second")
    }
    return list(found.values())


def main() -> int:
    corpus = corpus_reports()
    recall_table("labelled corpus, development part", corpus)
    false_merges(corpus)
    estimator(corpus)
    cost(corpus)
    if folder := os.environ.get("DATELINE_OPEN_DATA"):
        recall_table("tgcontest", tgcontest_reports(Path(folder)))
        print("scoop, whose bodies are cut to 200 characters:")
        false_merges(scoop_reports(Path(folder)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
