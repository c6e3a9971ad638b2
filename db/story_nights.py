"""The nightly pass over stories: which active ones turned out to be one, and what the index no longer needs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from db.models import Article, Chore, NearDuplicate
from db.story_edits import apart, join_stories
from db.story_profiles import hold_story, load_stories
from worker.stories.place import DEFAULT_LIMITS, Merge, StoryLimits, choose_merges

SHARED_TERMS = 3
"""Rare terms that two stories must share to be compared: one story's reports share eight of their sixteen as a rule."""

CROWDED_TERM = 60
"""A term of more active stories is a capital or a president: following it would compare everything with everything."""

MOST_PAIRS = 20_000
"""Pairs compared in one night, those that share most first: some ten seconds."""

TERMS_KEPT = timedelta(days=30)
"""How long a day's terms stay indexed: articles that arrive late, and archives read at once, still find their story."""

PASS_SECONDS = 60
"""Longest statement that finds pairs: with 100,000 active stories it takes some twenty seconds."""

_PAIRS = text(
    """
    with active as (
      select distinct st.term, st.story_id
      from story_term st join story s using (story_id)
      where st.day between :first and :last and s.merged_into is null
    ),
    telling as (select term from active group by term having count(*) between 2 and :crowded)
    select a.story_id, b.story_id
    from telling join active a using (term) join active b using (term)
    where a.story_id < b.story_id
    group by a.story_id, b.story_id
    having count(*) >= :shared
    order by count(*) desc, a.story_id, b.story_id
    limit :most
    """
)


def is_due(session: Session, chore: str, since: datetime, now: datetime) -> bool:
    """Take a chore on, unless it was begun at or after ``since``; of several workers that ask, one is told yes.

    Until the transaction ends the others wait: what belongs into it is then done exactly once.
    """
    statement = insert(Chore).values(name=chore, done_at=now)
    taken = session.execute(
        statement.on_conflict_do_update(
            index_elements=[Chore.name], set_={"done_at": now}, where=Chore.done_at < since
        ).returning(Chore.name)
    ).scalar()
    return taken is not None


def find_merges(session: Session, now: datetime, limits: StoryLimits = DEFAULT_LIMITS) -> tuple[Merge, ...]:
    """Return which stories with reports of the last days are one; those that the user keeps apart never are."""
    session.execute(text(f"set local statement_timeout = '{PASS_SECONDS}s'"))
    values = {
        # A story is active for a window after its last report, and the two may lie a window apart.
        "first": (now - 2 * limits.window).astimezone(UTC).date(),
        "last": now.astimezone(UTC).date(),
        "crowded": CROWDED_TERM,
        "shared": SHARED_TERMS,
        "most": MOST_PAIRS,
    }
    pairs = [(row[0], row[1]) for row in session.execute(_PAIRS, values)]
    named = {story_id for pair in pairs for story_id in pair}
    stories = {story.story_id: story for story in load_stories(session, named)}
    forbidden = apart(session, named) | _forms(session, named)
    return choose_merges(((stories[a], stories[b]) for a, b in pairs if (a, b) not in forbidden), limits=limits)


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
