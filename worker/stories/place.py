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
    "Merge",
    "StoryCandidate",
    "StoryChoice",
    "StoryFeatures",
    "StoryLimits",
    "choose_merges",
    "choose_story",
    "founded",
    "joined",
    "merged",
    "rare_terms",
    "story_score",
]

PROFILE_TERMS = 300
"""Terms of a story that are kept, the heaviest first; beyond them cosines change in the third decimal."""


OWN_EVIDENCE = 0.10
"""What bodies and names must bring to the score before headlines and the hour count: "Live" and "Morning briefing"
stand over many stories at one time. The labelled corpus is grouped as without it; from .12 on, reports are lost."""

TELLING_TITLE = 3
"""Terms that a headline must have to speak for a report without a body, such as a video's caption."""


@dataclass(frozen=True, slots=True)
class StoryLimits:
    """The knobs of the join: the parts of the score sum to one."""

    threshold: float = 0.32  # score from which on a report joins; see bench/stories.py
    merge: float = 0.45  # score from which on two stories are merged at night
    window: timedelta = timedelta(days=4)  # a story is active this long after its last report
    body: float = 0.4  # cosine of the bodies' terms
    title: float = 0.1  # cosine of the titles' terms
    headline: float = 0.2  # share of each title's terms that the other's text has: headlines of one story rarely agree
    marks: float = 0.1  # cosine of names and numbers
    shared: float = 0.1  # share of the fewer names and numbers that the other has: a brief names few, a long read many
    time: float = 0.1  # how near in time to the story's reports


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


@dataclass(frozen=True, slots=True)
class Merge:
    """One story that turned out to be part of another."""

    story_id: int
    into: int
    score: float


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
    best: tuple[float, int, Parts] | None = None
    for story in candidates:
        gap = _gap(new.published, story)
        if gap > limits.window or (new.language and story.language and new.language != story.language):
            continue
        parts = _parts(vectors, story, gap, limits)
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


def choose_merges(
    pairs: Iterable[tuple[StoryCandidate, StoryCandidate]], *, limits: StoryLimits = DEFAULT_LIMITS
) -> tuple[Merge, ...]:
    """Return which stories turned out to be one: for a nightly pass.

    Stories of several reports know better what they are about than their first reports did. Each of a pair is scored
    against the other as a report would be. Of two that are one, the older stays; a story is merged once a night, so
    that chains are looked at again with the profile of what they have become.

    Args:
        pairs: Active stories that share rare terms, each pair once, in any order; the answer does not depend on it.
        limits: Weights, window and the threshold of a merge.
    """
    scored = [(story_score(a, b, limits), min(a.story_id, b.story_id), max(a.story_id, b.story_id)) for a, b in pairs]
    touched: set[int] = set()
    merges = []
    for score, old, young in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if score >= limits.merge and touched.isdisjoint((old, young)):
            touched |= {old, young}
            merges.append(Merge(young, old, round(score, 4)))
    return tuple(merges)


def story_score(a: StoryCandidate, b: StoryCandidate, limits: StoryLimits = DEFAULT_LIMITS) -> float:
    """Return how much two stories are one, 0 to 1, the same both ways; 0 across languages or outside the window."""
    if a.language and b.language and a.language != b.language:
        return 0.0
    gap = _apart(a, b)
    if gap > limits.window:
        return 0.0
    there = sum(_parts(_normal(a), b, gap, limits).values())
    return (there + sum(_parts(_normal(b), a, gap, limits).values())) / 2


def merged(into: StoryCandidate, gone: StoryCandidate) -> StoryCandidate:
    """Return the profile of ``into`` after ``gone`` was merged into it: the sum of both, every report one vote."""
    times = [t for t in (into.first_published, into.last_published, gone.first_published, gone.last_published) if t]
    return StoryCandidate(
        story_id=into.story_id,
        reports=into.reports + gone.reports,
        terms=_added(into.terms, gone.terms),
        title=_added(into.title, gone.title),
        marks=_added(into.marks, gone.marks),
        first_published=min(times, default=None),
        last_published=max(times, default=None),
        language=into.language or gone.language,
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
Parts = dict[str, float]


def _vectors(new: StoryFeatures, frequencies: Frequencies) -> tuple[Vector, Vector, Vector]:
    return (
        _unit(new.terms, frequencies),
        _unit(new.title, frequencies),
        _unit([(mark, 1) for mark in new.names | new.numbers], frequencies),
    )


def _unit(counts: Iterable[tuple[str, int]], frequencies: Frequencies) -> Vector:
    return _of_length_one({term: (1 + math.log(count)) * frequencies.weight(term) for term, count in counts})


def _added(story: Mapping[str, float], new: Mapping[str, float]) -> dict[str, float]:
    total = dict(story)
    for term, value in new.items():
        total[term] = total.get(term, 0.0) + value
    heaviest = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:PROFILE_TERMS]
    return {term: round(value, 5) for term, value in heaviest}


_NOTHING: Mapping[str, float] = {}


def _cosine(new: Mapping[str, float], story: Mapping[str, float]) -> float:
    length = math.hypot(*story.values())
    return sum(value * story[term] for term, value in new.items() if term in story) / length if length else 0.0


def _inside(terms: Mapping[str, float], other: Mapping[str, float], also: Mapping[str, float] = _NOTHING) -> float:
    """Return the share of the weight of ``terms`` that is also in ``other`` or ``also``."""
    total = sum(terms.values())
    return sum(value for term, value in terms.items() if term in other or term in also) / total if total else 0.0


def _gap(published: datetime | None, story: StoryCandidate) -> timedelta:
    if published is None or story.first_published is None or story.last_published is None:
        return timedelta(0)
    return max(timedelta(0), published - story.last_published, story.first_published - published)


def _apart(a: StoryCandidate, b: StoryCandidate) -> timedelta:
    if a.first_published is None or b.first_published is None or a.last_published is None or b.last_published is None:
        return timedelta(0)
    return max(timedelta(0), a.first_published - b.last_published, b.first_published - a.last_published)


def _normal(story: StoryCandidate) -> tuple[Vector, Vector, Vector]:
    """Return a story's profile as that of one report."""
    return (_of_length_one(story.terms), _of_length_one(story.title), _of_length_one(story.marks))


def _of_length_one(vector: Mapping[str, float]) -> Vector:
    length = math.hypot(*vector.values())
    return {term: value / length for term, value in vector.items()} if length else {}


def _parts(vectors: tuple[Vector, Vector, Vector], story: StoryCandidate, gap: timedelta, limits: StoryLimits) -> Parts:
    terms, title, marks = vectors
    shared = {
        "body": limits.body * _cosine(terms, story.terms),
        "names and numbers": limits.marks * _cosine(marks, story.marks),
        "shared names": limits.shared * max(_inside(marks, story.marks), _inside(story.marks, marks)),
    }
    bodiless = not terms or not story.terms
    if min(len(title), len(story.title)) < TELLING_TITLE if bodiless else sum(shared.values()) < OWN_EVIDENCE:
        return shared
    headline = (_inside(title, story.terms, story.title) + _inside(story.title, terms, title)) / 2
    return shared | {
        "title": limits.title * _cosine(title, story.title),
        "headline": limits.headline * headline,
        "time": limits.time * (1 - gap / limits.window),
    }
