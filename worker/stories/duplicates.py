"""Whether one article reproduces another, and in which way.

Candidates come from the index of anchors; everything here is decided on sketches, and on the words themselves where
a sketch is too coarse. Nothing depends on the order in which articles arrive: edges are symmetric, and
:func:`worker.stories.groups.groups` gives the same groups for any order of the same edges.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from worker.records import Duplicate
from worker.stories.fingerprint import SKETCH_SIZE, Sketch, shingles
from worker.stories.numbers import numbers_in
from worker.stories.words import words

SHARED_ANCHORS = 2
"""Anchors two articles must share to be compared at all: one is shared by chance in a large archive."""

CONTAINMENT = 0.50
"""Share of the shorter text's shingles found in the longer from which on it is reproduced. Reports that outlets wrote
themselves share quotes and stay far below; a copy with every tenth word changed keeps (1 - .1)^3 = .73."""

UNSURE = (0.40, 0.60)
"""An estimate in here is checked on the words: two standard errors of a sketch of 128 around the threshold."""

LENGTH_RATIO = 4.0
"""From here on the estimate rests on a quarter of the sketch or less and is always checked on the words. A text this
much shorter than another is a leaf: it adds nothing to it, but never ties two groups together, since a news round-up
holds many stories."""

PART = 0.60
"""A text with fewer than this share of the other's shingles is a part of it, not a copy of the whole."""

OWN_WORDS = 0.50
"""An article of whose shingles less than this share is found in the other brings words of its own and is coded."""

CHANGED = 0.90
"""Below this containment a body fetched again under its URL is a new version that is coded again."""

BRIEF = 20
"""Texts with fewer shingles are a sentence (an empty gallery, a video's caption): they are copies only if the titles
are the same too."""

RECURRING_AFTER = timedelta(days=1)
"""Market reports, weather and court lists appear daily or weekly; corrections and updates come within the day."""

TEMPLATE_NUMBERS = 3
"""Numbers that both texts must name before their numbers can tell a template."""

TEMPLATE_SHARE = 0.5
"""Two texts that share so much of their wording and fewer than this share of their numbers are one form filled in
twice: weather, quarterly figures, court lists. A copy keeps its numbers even when it is cut."""

LEAD_WORDS = 60
"""Words of a text in which a new toll or price would stand: headline news puts its number into the first sentences."""


@dataclass(frozen=True, slots=True)
class ArticleSketch:
    """What the decision needs to know of an article."""

    article_id: int
    sketch: Sketch
    source: str  # the outlet, any stable name or id: compared for equality only
    published: datetime | None = None  # None: unknown, sorts last
    url_key: bytes | None = None
    wire: bool = False  # the outlet is a news agency, or the byline credits one and this is its own site
    title: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """Two articles of which one reproduces the other; ``first`` and ``second`` are in the order of their ids."""

    first: int
    second: int
    kind: str  # copy, syndicated, partial, update, recurring
    containment: float  # of the shorter in the longer, 0 to 1
    joins: bool  # the two belong to one group of copies
    leaf: int | None = None  # article_id of the one that is a mere part of a much longer text


def estimate_containment(a: Sketch, b: Sketch) -> float:
    """Estimate from two sketches which share of the shorter text's shingles is also in the longer, 0 to 1.

    The smallest hashes of the union are a uniform sample of it; the share of them that both texts have estimates the
    Jaccard similarity, from which containment follows with the true set sizes. Exact when both sketches hold all of
    their texts' shingles.

    Raises:
        ValueError: The sketches are of different versions.
    """
    if a.version != b.version:
        raise ValueError(
            f"Sketches of versions {a.version} and {b.version} cannot be compared; sketch both texts anew."
        )
    if not a.hashes or not b.hashes:
        return 0.0
    # Beyond the largest hash of a sketch that left something out, nothing is known of its text.
    horizon = min((s.hashes[-1] for s in (a, b) if s.shingles > SKETCH_SIZE), default=max(a.hashes[-1], b.hashes[-1]))
    left, right = a.hashes[: bisect_right(a.hashes, horizon)], b.hashes[: bisect_right(b.hashes, horizon)]
    shared = len(set(left).intersection(right))
    jaccard = shared / (len(left) + len(right) - shared)
    both = jaccard * (a.shingles + b.shingles) / (1 + jaccard)
    return min(1.0, both / min(a.shingles, b.shingles))


def exact_containment(a: str, b: str) -> float:
    """Return which share of the shorter text's shingles is also in the longer, counted on the words themselves."""
    left, right = shingles(a), shingles(b)
    if not left or not right:
        return 0.0
    return len(left & right) / min(len(left), len(right))


def decide(new: ArticleSketch, candidates: Iterable[ArticleSketch], ties: Collection[Edge]) -> Duplicate | None:
    """Decide what ``new`` reproduces, if anything.

    Args:
        new: The article just read.
        candidates: Articles that share anchors with it, in any order.
        ties: What :func:`edges` found between it and them.

    Returns:
        The strongest tie, None when there is none. It does not count as a copy when ``new`` itself is the one that
        stands for the two, or when most of its words are its own: then it is coded in its own right.
    """
    if not ties:
        return None
    by_id = {candidate.article_id: candidate for candidate in candidates}

    def strength(edge: Edge) -> tuple[bool, float, tuple[bool, datetime, int]]:
        other = by_id[_other(edge, new.article_id)]
        return (not edge.joins, -edge.containment, standing_key(other))

    best = min(ties, key=strength)
    other = by_id[_other(best, new.article_id)]
    covered = min(1.0, best.containment * min(1.0, other.sketch.shingles / new.sketch.shingles))
    return Duplicate(
        of=other.article_id,
        kind=best.kind,
        containment=best.containment,
        counts_as_copy=best.joins and covered >= OWN_WORDS and standing(new, other) is other,
    )


def edges(new: ArticleSketch, candidates: Sequence[ArticleSketch], *, texts: Callable[[int], str]) -> tuple[Edge, ...]:
    """Return every tie between ``new`` and the candidates, in the order of the candidates' ids."""
    found = (compare(new, other, texts=texts) for other in sorted(candidates, key=lambda c: c.article_id))
    return tuple(edge for edge in found if edge is not None)


def compare(a: ArticleSketch, b: ArticleSketch, *, texts: Callable[[int], str]) -> Edge | None:
    """Return the tie between two articles, the same whichever comes first; None when neither reproduces the other."""
    if a.article_id == b.article_id or a.sketch.version != b.sketch.version or not a.sketch.shingles:
        return None
    short, long = sorted((a, b), key=lambda x: (x.sketch.shingles, x.article_id))
    if not short.sketch.shingles:
        return None
    ratio = long.sketch.shingles / short.sketch.shingles
    if a.sketch.body_sha256 == b.sketch.body_sha256:
        containment = 1.0
    else:
        containment = estimate_containment(short.sketch, long.sketch)
        if UNSURE[0] <= containment <= UNSURE[1] or (ratio > LENGTH_RATIO and containment > UNSURE[0]):
            containment = exact_containment(texts(short.article_id), texts(long.article_id))
    if containment < CONTAINMENT or (short.sketch.shingles < BRIEF and words(short.title) != words(long.title)):
        return None
    kind = _kind(short, long, texts)
    joins = kind not in ("update", "recurring")
    leaf = short.article_id if joins and ratio > LENGTH_RATIO else None
    first, second = sorted((a.article_id, b.article_id))
    return Edge(first, second, kind, round(containment, 4), joins, leaf)


def standing_key(article: ArticleSketch) -> tuple[bool, datetime, int]:
    """Return the key whose smallest value stands for a group: wire first, then the earliest, then the lowest id."""
    return (not article.wire, article.published or datetime.max.replace(tzinfo=UTC), article.article_id)


def standing(a: ArticleSketch, b: ArticleSketch) -> ArticleSketch:
    """Return which of two articles stands for the group they are in."""
    return min(a, b, key=standing_key)


def _other(edge: Edge, article_id: int) -> int:
    return edge.second if edge.first == article_id else edge.first


def _kind(short: ArticleSketch, long: ArticleSketch, texts: Callable[[int], str]) -> str:
    same_outlet = short.source == long.source
    if short.sketch.body_sha256 != long.sketch.body_sha256:
        ours, theirs = short.sketch.numbers, long.sketch.numbers
        if _are_one_form(ours, theirs):
            return "recurring"
        if same_outlet and _differ(ours, theirs):
            return "recurring" if _apart(short, long) > RECURRING_AFTER else "update"
        if _differ(ours, theirs) and _differ(_lead_numbers(short, texts), _lead_numbers(long, texts)):
            return "update"
    if short.sketch.shingles < PART * long.sketch.shingles:
        return "partial"
    return "copy" if same_outlet else "syndicated"


def _are_one_form(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    fewer = min(len(ours), len(theirs))
    return fewer >= TEMPLATE_NUMBERS and len(ours & theirs) < TEMPLATE_SHARE * fewer


def _differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Say whether each names a number that the other does not: one was put in the other's place, not merely cut."""
    return not (ours <= theirs or theirs <= ours)


def _apart(a: ArticleSketch, b: ArticleSketch) -> timedelta:
    if a.published is None or b.published is None:
        return timedelta(0)
    return abs(a.published - b.published)


def _lead_numbers(article: ArticleSketch, texts: Callable[[int], str]) -> frozenset[str]:
    start = texts(article.article_id)[: LEAD_WORDS * 12]  # words of up to eleven letters and a space
    return numbers_in(words(f"{article.title}\n{start}")[: LEAD_WORDS + len(words(article.title))])
