"""What a report's words weigh: three vectors, made once and used by every decision about its story."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest

from worker.stories.terms import Frequencies, StoryFeatures

RARE_TERMS = 16
"""Terms that a report is looked up by: reports of one story share eight of them as a rule."""

PROFILE_TERMS = 200
"""Terms of a story that are kept, the heaviest first; with 150 to 300, reports are grouped alike (bench/stories.py)."""

Vector = Mapping[str, float]

_NOTHING: Vector = {}


@dataclass(frozen=True, slots=True)
class WeighedReport:
    """A report as vectors of length one: frequent in it and rare elsewhere weighs most (TF-IDF)."""

    terms: Vector
    title: Vector
    marks: Vector  # names and numbers
    published: datetime | None
    language: str | None  # ISO 639-1


def weighed(new: StoryFeatures, frequencies: Frequencies) -> WeighedReport:
    """Weigh a report's words.

    Args:
        new: The report's words, names and numbers.
        frequencies: Document frequencies of at least the terms of ``new``.
    """
    weight = frequencies.weight
    return WeighedReport(
        terms=of_length_one({term: (1 + math.log(count)) * weight(term) for term, count in new.terms}),
        title=of_length_one({term: (1 + math.log(count)) * weight(term) for term, count in new.title}),
        marks=of_length_one({mark: weight(mark) for mark in new.names | new.numbers}),
        published=new.published,
        language=new.language,
    )


def rare_terms(report: WeighedReport, limit: int = RARE_TERMS) -> tuple[str, ...]:
    """Return the terms to index and to look stories up by: the heaviest of the title, names and body, in that order.

    Two stories that share none of these are not compared, so it is the title's and the names' terms that come first:
    every report of one story names its places and people.
    """
    together = dict(report.terms)
    for vector in (report.title, report.marks):
        for term, value in vector.items():
            together[term] = together.get(term, 0.0) + value
    return tuple(term for term, _ in nsmallest(limit, together.items(), key=lambda item: (-item[1], item[0])))


def of_length_one(vector: Vector) -> Vector:
    """Return a vector in the same direction; an empty one stays empty."""
    length = math.hypot(*vector.values())
    return {term: value / length for term, value in vector.items()} if length else {}


def added(story: Vector, new: Vector) -> Vector:
    """Return the sum of two vectors, as far as a story keeps it."""
    total = dict(story)
    for term, value in new.items():
        total[term] = total.get(term, 0.0) + value
    heaviest = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:PROFILE_TERMS]
    return {term: round(value, 5) for term, value in heaviest}


def cosine(new: Vector, story: Vector) -> float:
    """Return the cosine of the angle between ``new``, of length one, and ``story``, of any length."""
    length = math.hypot(*story.values())
    return sum(value * story[term] for term, value in new.items() if term in story) / length if length else 0.0


def inside(terms: Vector, other: Vector, also: Vector = _NOTHING) -> float:
    """Return the share of the weight of ``terms`` that is also in ``other`` or ``also``."""
    total = sum(terms.values())
    return sum(value for term, value in terms.items() if term in other or term in also) / total if total else 0.0
