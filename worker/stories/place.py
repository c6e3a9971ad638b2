"""Which story a report belongs to: a scored join to the stories that are active, or a story of its own.

A story is one happening and what follows from it within days, told by several reports. Copies of one report vote
once, so that a wire text printed by forty papers does not drag the story's words towards itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.stories.weights import Vector, WeighedReport, added, cosine, inside, of_length_one

OWN_EVIDENCE = 0.10
"""What bodies and names must bring to the score before headlines and the hour count: "Live" and "Morning briefing"
stand over many stories at one time. The labelled corpus is grouped as without it; from .12 on, reports are lost."""

TELLING_TITLE = 3
"""Terms that a headline must have to speak for a report without a body, such as a video's caption."""


@dataclass(frozen=True, slots=True)
class StoryLimits:
    """The knobs of the join: the parts of the score sum to one."""

    threshold: float = 0.32  # score from which on a report joins; see bench/stories.py
    merge: float = 0.40  # score from which on two stories are merged at night; .36 to .40 mend most in bench/stories.py
    window: timedelta = timedelta(days=4)  # a story is active this long after its last report
    body: float = 0.4  # cosine of the bodies' terms
    title: float = 0.1  # cosine of the titles' terms
    headline: float = 0.2  # share of each title's terms that the other's text has: headlines of one story rarely agree
    marks: float = 0.1  # cosine of names and numbers
    shared: float = 0.1  # share of the fewer names and numbers that the other has: a brief names few, a long read many
    time: float = 0.1  # how near in time to the story's reports


DEFAULT_LIMITS = StoryLimits()

Parts = dict[str, float]
"""What each kind of evidence adds to a score."""


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """A story as the sum of its reports, each a vector of length one, so that every report has one vote."""

    story_id: int
    reports: int  # that voted: copies are not counted
    terms: Vector = field(default_factory=dict)
    title: Vector = field(default_factory=dict)
    marks: Vector = field(default_factory=dict)  # names and numbers
    first_published: datetime | None = None
    last_published: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class StoryChoice:
    """Where a report goes, and the sentence that says why."""

    story_id: int | None  # None: it founds a story
    score: float  # of the best candidate, 0 to 1
    why: str


@dataclass(frozen=True, slots=True)
class Merge:
    """One story that turned out to be part of another."""

    story_id: int
    into: int
    score: float


def choose_story(
    new: WeighedReport,
    candidates: Sequence[StoryCandidate],
    *,
    limits: StoryLimits = DEFAULT_LIMITS,
) -> StoryChoice:
    """Return the story that ``new`` joins, or that it founds one.

    Args:
        new: The report, weighed.
        candidates: Active stories that share rare terms with it, in any order.
        limits: Weights, threshold and window.
    """
    best: tuple[float, int, Parts] | None = None
    for story in candidates:
        gap = _gap(new.published, story)
        if gap > limits.window or (new.language and story.language and new.language != story.language):
            continue
        parts = _parts(new, story, gap, limits)
        total = sum(parts.values())
        if best is None or (total, -story.story_id) > (best[0], -best[1]):
            best = (total, story.story_id, parts)
    if best is None:
        return StoryChoice(None, 0.0, "No active story shares its rare terms.")
    score, story_id, parts = best
    told = ", ".join(f"{name} {value:.2f}" for name, value in parts.items())
    if score < limits.threshold:
        return StoryChoice(None, score, f"Nearest was story {story_id} with {score:.2f} ({told}): too little.")
    return StoryChoice(story_id, score, f"Joined story {story_id} with {score:.2f} ({told}).")


def founded(story_id: int, new: WeighedReport) -> StoryCandidate:
    """Return the story that ``new`` founds."""
    return joined(StoryCandidate(story_id, 0, language=new.language), new)


def joined(story: StoryCandidate, new: WeighedReport) -> StoryCandidate:
    """Return ``story`` after ``new`` has joined it. Not to be called for a copy of a report that voted."""
    times = [moment for moment in (story.first_published, story.last_published, new.published) if moment]
    return StoryCandidate(
        story_id=story.story_id,
        reports=story.reports + 1,
        terms=added(story.terms, new.terms),
        title=added(story.title, new.title),
        marks=added(story.marks, new.marks),
        first_published=min(times, default=None),
        last_published=max(times, default=None),
        language=story.language or new.language,
    )


def would_merge(a: StoryCandidate, b: StoryCandidate, limits: StoryLimits = DEFAULT_LIMITS) -> Merge | None:
    """Return the merge of two stories that turned out to be one, the older of which stays; None when they are two."""
    score = story_score(a, b, limits)
    if score < limits.merge:
        return None
    return Merge(max(a.story_id, b.story_id), min(a.story_id, b.story_id), round(score, 4))


def choose_merges(possible: Iterable[Merge]) -> tuple[Merge, ...]:
    """Return which of the possible merges are made, the surest first: for a nightly pass.

    Stories of several reports know better what they are about than their first reports did. A story is merged once a
    pass, so that chains are looked at again with the profile of what they have become. The answer does not depend on
    the order of what is possible.
    """
    touched: set[int] = set()
    merges = []
    for merge in sorted(possible, key=lambda merge: (-merge.score, merge.into, merge.story_id)):
        if touched.isdisjoint((merge.story_id, merge.into)):
            touched |= {merge.story_id, merge.into}
            merges.append(merge)
    return tuple(merges)


def story_score(a: StoryCandidate, b: StoryCandidate, limits: StoryLimits = DEFAULT_LIMITS) -> float:
    """Return how much two stories are one, 0 to 1, the same both ways; 0 across languages or outside the window."""
    if a.language and b.language and a.language != b.language:
        return 0.0
    gap = _apart(a, b)
    if gap > limits.window:
        return 0.0
    there = sum(_parts(_as_report(a), b, gap, limits).values())
    return (there + sum(_parts(_as_report(b), a, gap, limits).values())) / 2


def merged(into: StoryCandidate, gone: StoryCandidate) -> StoryCandidate:
    """Return the profile of ``into`` after ``gone`` was merged into it: the sum of both, every report one vote."""
    times = [t for t in (into.first_published, into.last_published, gone.first_published, gone.last_published) if t]
    return StoryCandidate(
        story_id=into.story_id,
        reports=into.reports + gone.reports,
        terms=added(into.terms, gone.terms),
        title=added(into.title, gone.title),
        marks=added(into.marks, gone.marks),
        first_published=min(times, default=None),
        last_published=max(times, default=None),
        language=into.language or gone.language,
    )


def _gap(published: datetime | None, story: StoryCandidate) -> timedelta:
    if published is None or story.first_published is None or story.last_published is None:
        return timedelta(0)
    return max(timedelta(0), published - story.last_published, story.first_published - published)


def _apart(a: StoryCandidate, b: StoryCandidate) -> timedelta:
    if a.first_published is None or b.first_published is None or a.last_published is None or b.last_published is None:
        return timedelta(0)
    return max(timedelta(0), a.first_published - b.last_published, b.first_published - a.last_published)


def _as_report(story: StoryCandidate) -> WeighedReport:
    """Return a story's profile as that of one report."""
    terms, title, marks = (of_length_one(vector) for vector in (story.terms, story.title, story.marks))
    return WeighedReport(terms, title, marks, story.last_published, story.language)


def _parts(new: WeighedReport, story: StoryCandidate, gap: timedelta, limits: StoryLimits) -> Parts:
    terms, title, marks = new.terms, new.title, new.marks
    shared = {
        "body": limits.body * cosine(terms, story.terms),
        "names and numbers": limits.marks * cosine(marks, story.marks),
        "shared names": limits.shared * max(inside(marks, story.marks), inside(story.marks, marks)),
    }
    bodiless = not terms or not story.terms
    if min(len(title), len(story.title)) < TELLING_TITLE if bodiless else sum(shared.values()) < OWN_EVIDENCE:
        return shared
    headline = (inside(title, story.terms, story.title) + inside(story.title, terms, title)) / 2
    return shared | {
        "title": limits.title * cosine(title, story.title),
        "headline": limits.headline * headline,
        "time": limits.time * (1 - gap / limits.window),
    }
