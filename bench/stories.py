"""How well reports are grouped into stories, beside two trivial baselines.

The labelled corpus (development part) is replayed in the order of publication, as if the reports arrived so: copies
found by their sketches go to the story of what they copy without a vote; every other report is compared with the
active stories that share rare terms with it. Run: ``python bench/stories.py``. With ``DATELINE_OPEN_DATA`` set, pairs
of the tgcontest set (same thread or not, mostly Russian) and the stories of the scoop set are measured as well.
The measure is B-cubed (Bagga and Baldwin, 1998).
"""

from __future__ import annotations

import json
import lzma
import os
import random
import statistics
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from worker.stories.duplicates import ArticleSketch, decide, edges
from worker.stories.fingerprint import sketch
from worker.stories.place import (
    DEFAULT_LIMITS,
    StoryCandidate,
    StoryLimits,
    choose_merges,
    choose_story,
    founded,
    joined,
    merged,
    would_merge,
)
from worker.stories.terms import Frequencies, features
from worker.stories.weights import WeighedReport, rare_terms, weighed

CORPUS = Path(__file__).parent.parent / "tests" / "gold" / "articles"
CANDIDATES = 6  # stories scored for one report, as the database does
SHARED_TERMS = 3  # rare terms that two stories must share to be compared at night, likewise
ORDERS = 16  # orders of arrival tried
CORPUS_NAME = "labelled corpus, development part"
NIGHT = timedelta(hours=3)  # when the nightly pass is due, UTC


@dataclass(frozen=True, slots=True)
class Report:
    """One article and the story it is labelled with."""

    name: str
    outlet: str
    title: str
    text: str
    published: datetime
    language: str | None
    story: str
    copied: bool = False  # labelled as reproducing another report


class Score(NamedTuple):
    """B-cubed over reports."""

    f1: float
    precision: float
    recall: float


class Replay:
    """Stories in memory, joined by the same pure decisions as in the database.

    Args:
        limits: Weights, threshold and window of the join.
        nights: Merge at night the stories that turned out to be one.
    """

    def __init__(self, limits: StoryLimits = DEFAULT_LIMITS, *, nights: bool = True) -> None:
        self.limits = limits
        self.nights = nights
        self.last_night: date | None = None
        self.merged_into: dict[int, int] = {}
        self.counts: Counter[str] = Counter()
        self.articles = 0
        self.stories: dict[int, StoryCandidate] = {}
        self.indexed: dict[str, set[int]] = defaultdict(set)
        self.changed: set[int] = set()  # stories since the last night
        self.reports: list[tuple[ArticleSketch, str, int, datetime]] = []
        self.seconds: list[float] = []

    def answers(self, reports: Iterable[Report]) -> list[int]:
        """Place reports as they are published; return the story that each ends in, with the last night over."""
        placed = [self.place(report) for report in reports]
        if self.nights:
            self.night()
        return [self.whole(story_id) for story_id in placed]

    def whole(self, story_id: int) -> int:
        """Return what a story was merged into; itself when it was not."""
        while story_id in self.merged_into:
            story_id = self.merged_into[story_id]
        return story_id

    def place(self, report: Report) -> int:
        """Return the story that a report goes to, after the nights that have passed since the last one."""
        night = (report.published - NIGHT).astimezone(UTC).date()
        if self.nights and self.last_night is not None and night > self.last_night:
            self.night()
        self.last_night = max(night, self.last_night or night)
        started = time.perf_counter()
        story_id = self._place(report)
        self.seconds.append(time.perf_counter() - started)
        return story_id

    def _place(self, report: Report) -> int:
        new = features(report.text, report.title, report.published, report.language)
        made = ArticleSketch(
            len(self.reports), sketch(report.text), report.outlet, report.published, title=report.title
        )
        anchors = set(made.sketch.anchors)
        near = [other for other, *_ in self.reports if len(anchors & set(other.sketch.anchors)) > 1]
        texts = {made.article_id: report.text} | {other.article_id: self.reports[other.article_id][1] for other in near}
        ties = edges(made, near, texts=texts.__getitem__)
        match = decide(made, near, ties)
        again = {tie.first for tie in ties if tie.kind == "recurring"}
        frequencies = Frequencies(self.articles, self.counts)
        told = weighed(new, frequencies)
        rare = rare_terms(told)
        if match is not None and (match.counts_as_copy or match.kind == "update"):
            story_id = self.whole(self.reports[match.of][2])
        else:
            story_id = self._chosen(told, rare, frequencies, {self.whole(self.reports[other][2]) for other in again})
        self.reports.append((made, report.text, story_id, report.published))
        self.articles += 1
        self.counts.update(new.all_terms)
        return story_id

    def _chosen(
        self, new: WeighedReport, rare: Sequence[str], frequencies: Frequencies, without: Collection[int]
    ) -> int:
        shared: defaultdict[int, float] = defaultdict(float)
        for term in rare:
            for story in {self.whole(story) for story in self.indexed[term]}:
                if story not in without and self._is_active(story, new):
                    shared[story] += frequencies.weight(term)
        near = [self.stories[story] for story in sorted(shared, key=lambda s: (-shared[s], s))[:CANDIDATES]]
        choice = choose_story(new, near, limits=self.limits)
        if choice.story_id is None:
            story_id = len(self.stories) + len(self.merged_into)
            self.stories[story_id] = founded(story_id, new)
        else:
            story_id = choice.story_id
            self.stories[story_id] = joined(self.stories[story_id], new)
        for term in rare:
            self.indexed[term].add(story_id)
        self.changed.add(story_id)
        return story_id

    def night(self) -> None:
        """Merge the stories that turned out to be one; of two compared at least one changed since the last night."""
        shared: Counter[tuple[int, int]] = Counter()
        for stories in self.indexed.values():
            together = sorted({self.whole(story) for story in stories})
            shared.update(pair for pair in combinations(together, 2) if not self.changed.isdisjoint(pair))
        near = [pair for pair, terms in shared.items() if terms >= SHARED_TERMS]
        scored = (would_merge(self.stories[a], self.stories[b], self.limits) for a, b in near)
        self.changed.clear()
        for merge in choose_merges(merge for merge in scored if merge):
            self.stories[merge.into] = merged(self.stories[merge.into], self.stories.pop(merge.story_id))
            self.merged_into[merge.story_id] = merge.into
            self.changed.add(merge.into)

    def _is_active(self, story_id: int, new: WeighedReport) -> bool:
        last = self.stories[story_id].last_published
        return last is None or new.published is None or new.published - last <= self.limits.window


def b_cubed(truth: Sequence[Hashable], answer: Sequence[Hashable]) -> Score:
    """Return B-cubed F1, precision and recall of groups given as one label a report."""
    wanted, found, both = Counter(truth), Counter(answer), Counter(zip(truth, answer, strict=True))
    pairs = list(zip(truth, answer, strict=True))
    precision = sum(both[pair] / found[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / wanted[pair[0]] for pair in pairs) / len(pairs)
    return Score(2 * precision * recall / (precision + recall), precision, recall)


def corpus_reports(split: str = "dev") -> list[Report]:
    """Return the labelled corpus in the order of publication."""
    found = []
    for outlet in sorted(CORPUS.iterdir()):
        about = tomllib.loads((outlet / "outlet.toml").read_text(encoding="utf-8"))
        for path in sorted(outlet.glob("*.toml")):
            given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
            if path.name == "outlet.toml" or given["split"] != split:
                continue
            found.append(
                Report(
                    f"{outlet.name}/{path.stem}",
                    outlet.name,
                    given["title"],
                    given["text"],
                    given["published"],
                    about["language"],
                    given["story"],
                    copied="copy_of" in given,
                )
            )
    return sorted(found, key=lambda report: (report.published, report.name))


def scoop_reports(folder: Path) -> list[Report]:
    """Return the scoop set (MIT): short bodies, many of them the same item seen again day by day."""
    with lzma.open(folder / "data/duplicates/scoop_dedup_gt.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Report(
            row["file"],
            row["source"],
            row["title"],
            row["body_text"] or "",
            datetime.fromisoformat(row["published_at"]).astimezone(UTC),
            "en",
            row["story_gt_id"],
        )
        for row in sorted(rows, key=lambda row: (row["published_at"], row["file"]))
    ]


def title_overlap(reports: Iterable[Report], share: float = 0.5) -> list[int]:
    """Baseline: join the first earlier report of whose title's words half are in one's own."""
    seen: list[tuple[set[str], int]] = []
    answer = []
    for report in reports:
        words = {word for word in report.title.lower().split() if len(word) > 3}
        match = next((story for known, story in seen if len(words & known) >= share * max(1, len(words | known))), None)
        answer.append(len(seen) if match is None else match)
        seen.append((words, answer[-1]))
    return answer


def pair_scores(folder: Path) -> list[tuple[float, bool, str]]:
    """Return (score, same thread, pool) of the tgcontest pairs (Apache-2.0), each scored as two reports would be."""
    with lzma.open(folder / "data/duplicates/tgcontest_pairs_with_text.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    now = datetime(2020, 5, 1, tzinfo=UTC)
    sides = [
        [features(row[f"{side}_text"], row[f"{side}_title"], now, row["pool"][:2]) for side in ("first", "second")]
        for row in rows
    ]
    counts = Counter(term for side in sides for new in side for term in new.all_terms)
    frequencies = Frequencies(2 * len(rows), counts)
    everything = StoryLimits(threshold=0.0)
    return [
        (
            choose_story(weighed(b, frequencies), [founded(1, weighed(a, frequencies))], limits=everything).score,
            row["quality"] == "OK",
            row["pool"],
        )
        for row, (a, b) in zip(rows, sides, strict=True)
    ]


def best_pair_f1(scores: Sequence[tuple[float, bool, str]], threshold: float) -> tuple[float, float, float]:
    """Return F1, precision and recall of "same" for pairs at a threshold."""
    hits = sum(same and score >= threshold for score, same, _ in scores)
    said, wanted = sum(score >= threshold for score, _, _ in scores), sum(same for _, same, _ in scores)
    return (2 * hits / (said + wanted), hits / said if said else 0.0, hits / wanted)


def report_on(name: str, reports: Sequence[Report], read: Callable[[Sequence[Report]], Sequence[Hashable]]) -> None:
    score = b_cubed([report.story for report in reports], read(reports))
    print(f"  {name:<32} {score.f1:.4f}     {score.precision:.4f}  {score.recall:.4f}")


def report_in_any_order(reports: Sequence[Report]) -> None:
    """Print the scores of an archive read at once, whatever comes first, before and after its nights."""
    before, after = [], []
    for order in range(ORDERS):
        shuffled = list(reports)
        random.Random(order).shuffle(shuffled)
        truth = [report.story for report in shuffled]
        replay = Replay(nights=False)
        placed = replay.answers(shuffled)
        before.append(b_cubed(truth, placed))
        while replay.changed:
            replay.night()
        after.append(b_cubed(truth, [replay.whole(story_id) for story_id in placed]))
    for name, scores in (("in any order, on the line", before), ("in any order, with its nights", after)):
        mean = Score(*(statistics.mean(column) for column in zip(*scores, strict=True)))
        print(f"  {name:<32} {mean.f1:.4f}     {mean.precision:.4f}  {mean.recall:.4f}")


def main() -> int:
    sets = {CORPUS_NAME: corpus_reports()}
    folder = os.environ.get("DATELINE_OPEN_DATA")
    if folder:
        sets["scoop"] = scoop_reports(Path(folder))
    for name, reports in sets.items():
        by_day, replay = Replay(nights=False), Replay()
        print(f"{name}: {len(reports)} reports, {len({r.story for r in reports})} stories")
        print(f"  {'':<32}     F1  precision  recall")
        report_on("dateline, on the line", reports, by_day.answers)
        report_on("dateline, with its nights", reports, replay.answers)
        if name == CORPUS_NAME:
            report_in_any_order(reports)
        report_on("title overlap", reports, title_overlap)
        report_on("every report its own story", reports, lambda given: range(len(given)))
        print(f"  {len(replay.merged_into)} stories merged at night")
        print(f"  p95 {1000 * sorted(replay.seconds)[int(0.95 * len(replay.seconds))]:.1f} ms a report\n")
    if folder:
        scores = pair_scores(Path(folder))
        f1, precision, recall = best_pair_f1(scores, DEFAULT_LIMITS.threshold)
        print(f"tgcontest: {len(scores)} pairs, same thread or not")
        print(f"  F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
