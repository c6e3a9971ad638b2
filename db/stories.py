"""Placing an article: what it copies, and which story it belongs to.

Workers place articles at the same moment. What two articles could tie on are their anchors and their rare terms, so a
placement holds a lock on each of its own: two that could meet wait for each other, all others pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session

from db import duplicates, sketches
from db.articles import texts_of
from db.duplicates import Before
from db.frequencies import count_terms, load_frequencies
from db.models import Article, Story
from db.story_profiles import found_story, hold_story, rebuild, store_report, stories_by_terms
from db.text import bigint_array
from worker.records import Duplicate
from worker.stories.changes import is_rewritten
from worker.stories.duplicates import ArticleSketch, Edge, decide, edges
from worker.stories.place import DEFAULT_LIMITS, StoryCandidate, StoryLimits, choose_story, joined
from worker.stories.terms import Frequencies, StoryFeatures
from worker.stories.weights import WeighedReport, rare_terms, weighed

CANDIDATES = 6
"""Stories that are scored, those that share the heaviest terms first: loading one profile costs .1 ms."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an article went."""

    story_id: int
    duplicate: Duplicate | None  # the strongest tie to another article
    state: str  # of the article: duplicate (a copy, not coded) or read
    why: str | None  # a sentence on the story; None: it stays in the story that it was in
    recount: tuple[int, ...]  # stories whose events must be merged again, since copies came or changed


def place(
    session: Session,
    new: ArticleSketch,
    text_id: int,
    features: StoryFeatures,
    now: datetime,
    *,
    title: str,
    limits: StoryLimits = DEFAULT_LIMITS,
) -> Placed:
    """Find what a text copies and which story it belongs to, and store both.

    Args:
        session: The transaction that also advances the article; short, since it holds locks.
        new: The article's sketch with what is known of it.
        text_id: The text that was sketched.
        features: The text's words, names and numbers.
        now: The present instant.
        title: Headline: the story's, if the article founds one.
        limits: Weights and threshold of the join.
    """
    terms = features.all_terms
    frequencies = load_frequencies(session, terms)
    report = weighed(features, frequencies)
    rare = rare_terms(report)
    lock_neighbourhood(session, new.sketch.anchors, rare)
    before = duplicates.placed_before(session, new.article_id)
    ties, duplicate = _tie(session, new, text_id, before, now)
    # A text that founds no group of its own and never had one need not be looked at again.
    tied_before = before.tied if before else frozenset()
    regrouped = duplicates.regroup(session, {new.article_id, *tied_before}, now) if ties or tied_before else {}
    found = _kept(session, before, new) or _story_of_group(session, new.article_id, ties)
    if found is None:
        near = story_candidates(
            session, rare, frequencies, report.published or now, limits.window, without=_forms(session, ties)
        )
        count_terms(session, terms)
        found = _choose(session, report, rare, near, now, title=title, limits=limits)
    story_id, why = found
    stands_for = _put_into(session, new.article_id, story_id, why)
    if before and before.story_id and why is not None and before.story_id != story_id:
        rebuild(session, before.story_id, now)  # it has lost a vote
    copy = duplicate is not None and duplicate.counts_as_copy and stands_for is not None
    recount = _stories_of(session, [new.article_id, *regrouped]) if ties or regrouped else ()
    return Placed(story_id, duplicate, "duplicate" if copy else "read", why, recount)


def _tie(
    session: Session, new: ArticleSketch, text_id: int, before: Before | None, now: datetime
) -> tuple[tuple[Edge, ...], Duplicate | None]:
    """Find what a text shares with others, and store it with its sketch. What the user took back is not seen again."""
    tied, taken_back = (before.tied, before.taken_back) if before else (frozenset[int](), frozenset[int]())
    near = sketches.candidates(session, new.article_id, new.sketch, now, also=tied)
    found = [candidate for candidate in near if candidate.article_id not in taken_back]
    ties = edges(new, found, texts=_Texts(session).of)
    duplicate = decide(new, found, ties)
    duplicates.store_sketch(session, new, text_id, ties, now, known_before=before is not None)
    duplicates.index_left_alone(session, tied - {i for tie in ties for i in (tie.first, tie.second)}, now)
    return ties, duplicate


def _kept(session: Session, before: Before | None, new: ArticleSketch) -> tuple[int, None] | None:
    """The story that an article is in already: a report that was touched stays there, and votes once."""
    if before is None or before.story_id is None or is_rewritten(before.sketch, new.sketch):
        return None
    return hold_story(session, before.story_id).story_id, None


_PUT_INTO = text(
    "update article set story_id = :story, story_why = coalesce(:why, story_why) where article_id = :article "
    "returning duplicate_of"
)


def _put_into(session: Session, article_id: int, story_id: int, why: str | None) -> int | None:
    """Put an article into a story; returns the article that stands for it, None when it stands for itself."""
    values = {"article": article_id, "story": story_id, "why": why}
    stands_for: int | None = session.execute(_PUT_INTO, values).scalar_one()
    return stands_for


_LOCK = text("select count(pg_advisory_xact_lock(key)) from unnest(cast(:keys as bigint[])) as key")


def lock_neighbourhood(session: Session, anchors: Iterable[int], terms: Iterable[str]) -> None:
    """Wait for every placement that this one could tie with, and hold off those to come, until the commit.

    All locks are taken in one order, so that placements never wait for each other in a circle.
    """
    keys = sorted({*anchors, *(_lock_key(term) for term in terms)})
    session.execute(_LOCK, {"keys": bigint_array(keys)}).all()


def story_candidates(
    session: Session,
    terms: Sequence[str],
    frequencies: Frequencies,
    published: datetime,
    window: timedelta,
    *,
    without: Collection[int] = (),
    most: int = CANDIDATES,
) -> tuple[StoryCandidate, ...]:
    """Return the stories that share rare terms and had a report within ``window`` of an instant of publication.

    Those that share the heaviest terms come first, at most ``most`` of them; stories in ``without`` are left out.
    """
    days = ((published - window).astimezone(UTC).date(), (published + window).astimezone(UTC).date())
    weights = {term: frequencies.weight(term) for term in terms}
    return stories_by_terms(session, weights, days, without=without, most=most)


def _choose(
    session: Session,
    report: WeighedReport,
    rare: Sequence[str],
    near: Sequence[StoryCandidate],
    now: datetime,
    *,
    title: str,
    limits: StoryLimits,
) -> tuple[int, str]:
    choice = choose_story(report, near, limits=limits)
    if choice.story_id is None:
        return found_story(session, report, rare, now, title), choice.why
    # Loaded anew under its lock: two reports that share no rare term may join one story at the same moment.
    story = hold_story(session, choice.story_id, to_change=True)
    store_report(session, joined(story, report), report, rare, now)
    return story.story_id, choice.why


def _story_of_group(session: Session, article_id: int, ties: Sequence[Edge]) -> tuple[int, str] | None:
    """Return the story of what an article copies or updates: a group of copies has one vote, which it has cast."""
    kin = [tie for tie in ties if tie.joins or tie.kind == "update"]
    if not kin:
        return None
    # What it shares most with first; a copy before an update.
    kin.sort(key=lambda tie: (not tie.joins, -tie.containment, tie.first, tie.second))
    others = [tie.second if tie.first == article_id else tie.first for tie in kin]
    rank = case({other: place for place, other in enumerate(others)}, value=Article.article_id)
    row = session.execute(
        select(Article.article_id, func.coalesce(Story.merged_into, Story.story_id))
        .join(Story, Story.story_id == Article.story_id)
        .where(Article.article_id.in_(others))
        .order_by(rank)
        .limit(1)
    ).first()
    if row is None:
        return None
    story_id = hold_story(session, row[1]).story_id
    return story_id, f"It shares its text with article {row[0]} of story {story_id}."


def _forms(session: Session, ties: Sequence[Edge]) -> tuple[int, ...]:
    """The stories of what a text is the same form as, filled in anew: today's weather is not yesterday's story."""
    recurring = [article_id for tie in ties if tie.kind == "recurring" for article_id in (tie.first, tie.second)]
    return _stories_of(session, recurring) if recurring else ()


def _stories_of(session: Session, article_ids: Iterable[int]) -> tuple[int, ...]:
    rows = session.execute(
        select(Article.story_id)
        .where(Article.article_id.in_(list(article_ids)), Article.story_id.is_not(None))
        .distinct()
        .order_by(Article.story_id)
    ).scalars()
    return tuple(story_id for story_id in rows if story_id is not None)


class _Texts:
    """Bodies of articles, loaded one by one when the sketches do not decide, and kept."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[int, str] = {}

    def of(self, article_id: int) -> str:
        if article_id not in self._kept:
            self._kept |= {article_id: ""} | texts_of(self._session, [article_id])
        return self._kept[article_id]


def _lock_key(term: str) -> int:
    digest = hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8, key=b"story term").digest()
    return int.from_bytes(digest, "big", signed=True)
