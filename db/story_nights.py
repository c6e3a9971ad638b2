"""The nightly pass over stories: which of those that changed turned out to be one, and what the index needs no more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, aliased

from db.models import Article, NearDuplicate
from db.story_edits import apart, join_stories
from db.story_profiles import hold_story, load_stories
from worker.stories.place import DEFAULT_LIMITS, Merge, StoryLimits, would_merge

SHARED_TERMS = 3
"""Rare terms that two stories must share to be compared: one story's reports share eight of their sixteen as a rule."""

CROWDED_TERM = 60
"""A term of more stories within the window is a capital or a president: following it would compare everything with
everything."""

POSTINGS = 300
"""Rows looked at for one term: a story has one for each day it was reported on, five as a rule at most."""

NEAREST = 10
"""Stories that one is compared with at most, those that share most terms: two halves of a story share most of all."""

BATCH = 250
"""Stories whose pairs one statement finds: .3 s, so that nothing waits for long."""

CLOCKS_APART = timedelta(hours=1)
"""How long before a pass changes are sure to be all there: those that another worker stores by a slower clock too."""

TERMS_KEPT = timedelta(days=30)
"""How long a day's terms stay indexed: articles that arrive late, and archives read at once, still find their story."""

_CHANGED = text(
    """
    select story_id, changed_at from story
    where (changed_at, story_id) > (:after, :story) and changed_at <= :until and merged_into is null
    order by changed_at, story_id
    limit :most
    """
)

# A story is looked for around its own days and not around today, so that an archive read at once is mended too.
_PAIRS = text(
    """
    with mine as (
      select term, story_id, min(day) as first, max(day) as last
      from story_term where story_id = any(cast(:stories as bigint[])) group by term, story_id
    ),
    met as (
      select mine.story_id, found.others
      from mine cross join lateral (
        select array_agg(distinct near.story_id) as others
        from (
          select story_id from story_term
          where term = mine.term and day between mine.first - :window and mine.last + :window
          order by day desc limit :enough
        ) as near
      ) as found
      where cardinality(found.others) between 2 and :crowded
    ),
    pair as (
      select met.story_id, other_id, count(*) as shared
      from met cross join lateral unnest(met.others) as other_id
      where other_id <> met.story_id
      group by met.story_id, other_id
      having count(*) >= :shared
    ),
    ranked as (
      select story_id, other_id, row_number() over (partition by story_id order by shared desc, other_id) as place
      from pair
    )
    select distinct least(story_id, other_id), greatest(story_id, other_id) from ranked where place <= :most
    """
)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """That a story changed: the order in which a pass looks at them."""

    at: datetime
    story_id: int


def changed_stories(session: Session, after: Change, until: datetime, most: int = BATCH) -> tuple[Change, ...]:
    """Return the next stories whose profile changed after one that was looked at, the earliest change first."""
    values = {"after": after.at, "story": after.story_id, "until": until, "most": most}
    return tuple(Change(at, story_id) for story_id, at in session.execute(_CHANGED, values))


def possible_merges(
    session: Session, story_ids: Collection[int], limits: StoryLimits = DEFAULT_LIMITS
) -> tuple[Merge, ...]:
    """Return which of some stories are one with another; what the user keeps apart never is.

    Two stories of which neither changed since they were last compared need not be compared again: it is what changed
    that is asked for here.
    """
    values = {
        "stories": list(story_ids),
        "window": limits.window.days,
        "enough": POSTINGS,
        "crowded": CROWDED_TERM,
        "shared": SHARED_TERMS,
        "most": NEAREST,
    }
    pairs = [(row[0], row[1]) for row in session.execute(_PAIRS, values)]
    named = {story_id for pair in pairs for story_id in pair}
    stories = {story.story_id: story for story in load_stories(session, named)}
    forbidden = apart(session, named) | _forms(session, named)
    scored = (would_merge(stories[a], stories[b], limits) for a, b in pairs if (a, b) not in forbidden)
    return tuple(merge for merge in scored if merge)


def _forms(session: Session, story_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """Pairs of stories, lower key first, of which articles are one form filled in twice: never one story."""
    one, other = aliased(Article), aliased(Article)
    rows = session.execute(
        select(one.story_id, other.story_id)
        .select_from(NearDuplicate)
        .join(one, one.article_id == NearDuplicate.first_id)
        .join(other, other.article_id == NearDuplicate.second_id)
        .where(NearDuplicate.kind == "recurring", one.story_id.in_(story_ids), other.story_id.in_(story_ids))
        .distinct()
    )
    return frozenset((min(a, b), max(a, b)) for a, b in rows if a is not None and b is not None)


def merge_if_still_one(session: Session, merge: Merge, now: datetime) -> bool:
    """Merge two stories, unless one was merged, or the two were taken apart, since they were looked at."""
    pair = (min(merge.story_id, merge.into), max(merge.story_id, merge.into))
    whole = [hold_story(session, story_id, to_change=True).story_id for story_id in pair]
    if tuple(whole) != pair or pair in apart(session, pair):
        return False
    join_stories(session, merge.story_id, merge.into, now, score=merge.score)
    return True


def prune_terms(session: Session, now: datetime, most: int = 50_000) -> int:
    """Delete the terms of days that no new report looks for, at most so many; returns how many."""
    oldest = (now - TERMS_KEPT).astimezone(UTC).date()
    deleted = session.execute(
        text(
            "with gone as (delete from story_term where ctid in "
            "(select ctid from story_term where day < :oldest limit :most) returning 1) select count(*) from gone"
        ),
        {"oldest": oldest, "most": most},
    )
    return int(deleted.scalar_one())
