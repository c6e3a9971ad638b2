"""Which story a report belongs to: a scored join to the stories that are active, or a story of its own.

A story is one happening and what follows from it within days, told by several reports. Copies of one report vote
once, so that a wire text printed by forty papers does not drag the story's words towards itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.stories.terms import Frequencies, StoryFeatures

__all__ = [
    "Frequencies",
    "StoryCandidate",
    "StoryChoice",
    "StoryFeatures",
    "StoryLimits",
    "choose_story",
    "founded",
    "joined",
    "rare_terms",
]

PROFILE_TERMS = 300
"""Terms of a story that are kept, the heaviest first; beyond them cosines change in the third decimal."""


@dataclass(frozen=True, slots=True)
class StoryLimits:
    """The knobs of the join."""

    threshold: float = 0.30  # score from which on a report joins; see bench/stories.py
    window: timedelta = timedelta(days=4)  # a story is active this long after its last report
    body: float = 0.5
    title: float = 0.2
    marks: float = 0.2  # names, places and numbers
    time: float = 0.1


DEFAULT_LIMITS = StoryLimits()


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """A story as the sum of its reports, each a vector of length one, so that every report has one vote."""

    story_id: int
    reports: int  # that voted: copies are not counted
    terms: Mapping[str, float] = field(default_factory=dict)
    title: Mapping[str, float] = field(default_factory=dict)
    marks: Mapping[str, float] = field(default_factory=dict)  # names and numbers
    first_published: datetime | None = None
    last_published: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class StoryChoice:
    """Where a report goes, and the sentence that says why."""

    story_id: int | None  # None: it founds a story
    score: float  # of the best candidate, 0 to 1
    why: str


def choose_story(
    new: StoryFeatures,
    candidates: Sequence[StoryCandidate],
    *,
    frequencies: Frequencies,
    limits: StoryLimits = DEFAULT_LIMITS,
) -> StoryChoice:
    """Return the story that ``new`` joins, or that it founds one.

    Args:
        new: The report's words, names and numbers.
        candidates: Active stories that share rare terms with it, in any order.
        frequencies: Document frequencies of at least the terms of ``new``.
        limits: Weights, threshold and window.
    """
    vectors = _vectors(new, frequencies)
    best: tuple[float, int] | None = None
    parts: tuple[float, float, float, float] = (0, 0, 0, 0)
    for story in candidates:
        if new.language and story.language and new.language != story.language:
            continue
        gap = _gap(new.published, story)
        if gap > limits.window:
            continue
        scored = _score(vectors, story, gap, limits)
        total = sum(scored)
        if best is None or (total, -story.story_id) > (best[0], -best[1]):
            best, parts = (total, story.story_id), scored
    if best is None:
        return StoryChoice(None, 0.0, "No active story shares its rare terms.")
    told = f"body {parts[0]:.2f}, title {parts[1]:.2f}, names and numbers {parts[2]:.2f}, time {parts[3]:.2f}"
    if best[0] < limits.threshold:
        return StoryChoice(None, best[0], f"Nearest was story {best[1]} with {best[0]:.2f} ({told}): too little.")
    return StoryChoice(best[1], best[0], f"Joined story {best[1]} with {best[0]:.2f} ({told}).")


def founded(story_id: int, new: StoryFeatures, frequencies: Frequencies) -> StoryCandidate:
    """Return the story that ``new`` founds."""
    return joined(StoryCandidate(story_id, 0, language=new.language), new, frequencies)


def joined(story: StoryCandidate, new: StoryFeatures, frequencies: Frequencies) -> StoryCandidate:
    """Return ``story`` after ``new`` has joined it. Not to be called for a copy of a report that voted."""
    terms, title, marks = _vectors(new, frequencies)
    times = [moment for moment in (story.first_published, story.last_published, new.published) if moment]
    return StoryCandidate(
        story_id=story.story_id,
        reports=story.reports + 1,
        terms=_added(story.terms, terms),
        title=_added(story.title, title),
        marks=_added(story.marks, marks),
        first_published=min(times, default=None),
        last_published=max(times, default=None),
        language=story.language or new.language,
    )


def rare_terms(new: StoryFeatures, frequencies: Frequencies, limit: int = 16) -> tuple[str, ...]:
    """Return the terms to index and to look stories up by: the heaviest of the title, names and body, in that order.

    Two stories that share none of these are not compared, so it is the title's and the names' terms that come first:
    every report of one story names its places and people.
    """
    terms, title, marks = _vectors(new, frequencies)
    together: Counter[str] = Counter()
    for vector in (terms, title, marks):
        together.update(vector)
    return tuple(term for term, _ in sorted(together.items(), key=lambda item: (-item[1], item[0]))[:limit])


Vector = dict[str, float]


def _vectors(new: StoryFeatures, frequencies: Frequencies) -> tuple[Vector, Vector, Vector]:
    return (
        _unit(new.terms, frequencies),
        _unit(new.title, frequencies),
        _unit([(mark, 1) for mark in new.names | new.numbers], frequencies),
    )


def _unit(counts: Iterable[tuple[str, int]], frequencies: Frequencies) -> Vector:
    weighed = {term: (1 + math.log(count)) * frequencies.weight(term) for term, count in counts}
    length = math.sqrt(sum(value * value for value in weighed.values()))
    return {term: value / length for term, value in weighed.items()} if length else {}


def _added(story: Mapping[str, float], new: Vector) -> dict[str, float]:
    total = dict(story)
    for term, value in new.items():
        total[term] = total.get(term, 0.0) + value
    heaviest = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:PROFILE_TERMS]
    return {term: round(value, 5) for term, value in heaviest}


def _cosine(new: Vector, story: Mapping[str, float]) -> float:
    length = math.sqrt(sum(value * value for value in story.values()))
    return sum(value * story.get(term, 0.0) for term, value in new.items()) / length if length else 0.0


def _gap(published: datetime | None, story: StoryCandidate) -> timedelta:
    if published is None or story.first_published is None or story.last_published is None:
        return timedelta(0)
    return max(timedelta(0), published - story.last_published, story.first_published - published)


def _score(
    vectors: tuple[Vector, Vector, Vector], story: StoryCandidate, gap: timedelta, limits: StoryLimits
) -> tuple[float, float, float, float]:
    terms, title, marks = vectors
    return (
        limits.body * _cosine(terms, story.terms),
        limits.title * _cosine(title, story.title),
        limits.marks * _cosine(marks, story.marks),
        limits.time * (1 - gap / limits.window),
    )
