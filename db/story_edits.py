"""Merging and splitting stories after the fact, and taking it back.

Keys never change: a merged story points to what it is part of, and lives again under its old key when the merge is
taken back. What was taken apart stays apart: see :func:`apart`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from db.events import merge_stories
from db.models import Article, Story, StoryEdit, StoryTerm
from db.story_profiles import hold_story, rebuild, store_profile
from worker.errors import InputError
from worker.stories.place import StoryCandidate, merged


def join_stories(session: Session, part_id: int, whole_id: int, now: datetime, *, score: float | None = None) -> int:
    """Make a story part of another one: articles and events move, the old key stays and points to the new one.

    Args:
        session: The transaction.
        part_id: The story that is part of the other.
        whole_id: The other one.
        now: The present instant.
        score: How much the two are one according to the nightly pass; None: the user says so.

    Returns:
        The key of the edit, by which it can be taken back.

    Raises:
        InputError: One of them does not exist, or is part of another already.
    """
    if part_id == whole_id:
        raise InputError(f"Story {part_id} cannot become a part of itself.")
    part, whole = _held(session, (part_id, whole_id))
    # The row is changed before the articles are looked at: a placement that holds it is waited for, and seen.
    session.execute(update(Story).where(Story.story_id == part_id).values(merged_into=whole_id, merged_at=now))
    followers = session.execute(
        update(Story).where(Story.merged_into == part_id).values(merged_into=whole_id).returning(Story.story_id)
    ).scalars()
    moved = session.execute(
        update(Article).where(Article.story_id == part_id).values(story_id=whole_id).returning(Article.article_id)
    ).scalars()
    edit_id = _note(session, "merge", part_id, whole_id, moved, now, followers=followers, score=score)
    store_profile(session, merged(whole, part), now)
    session.execute(
        text(
            "insert into story_term (term, day, story_id) select term, day, :whole from story_term "
            "where story_id = :part on conflict do nothing"
        ),
        {"whole": whole_id, "part": part_id},
    )
    session.execute(delete(StoryTerm).where(StoryTerm.story_id == part_id))
    merge_stories(session, (part_id, whole_id), now)
    return edit_id


def split_story(session: Session, story_id: int, articles: Sequence[int], now: datetime) -> int:
    """Move articles of a story into a new one, with their copies; returns its key.

    Events that only these articles tell move along and keep their keys.

    Raises:
        InputError: The articles are not all of this story, or are the whole of it.
    """
    _held(session, (story_id,))
    moving = _with_copies(session, articles, story_id)
    if foreign := sorted(set(articles) - moving):
        raise InputError(f"Articles {foreign} are not in story {story_id}.")
    total = session.execute(select(func.count()).where(Article.story_id == story_id)).scalar_one()
    if not moving or len(moving) == total:
        raise InputError(f"Name some of the articles of story {story_id}, with something left over.")
    title = session.execute(select(Article.title).where(Article.article_id == min(articles))).scalar()
    story = Story(title=title or "", created_at=now, reports=0)
    session.add(story)
    session.flush()
    _note(session, "split", story.story_id, story_id, moving, now)
    _move(session, moving, story_id, story.story_id, now, f"The user took it out of story {story_id}.")
    return story.story_id


def undo_edit(session: Session, edit_id: int, now: datetime) -> StoryEdit:
    """Take a merge or a split back, for good; returns what it was.

    A merge: the part lives again under its old key, with those of its articles that are still in the whole and their
    copies; what came later stays. A split: the two become one again.

    Raises:
        InputError: There is no such edit, or it was taken back already, or nothing is left of it to take back.
    """
    edit = session.execute(select(StoryEdit).where(StoryEdit.edit_id == edit_id).with_for_update()).scalar_one_or_none()
    if edit is None or edit.undone_at is not None:
        was = "was taken back already" if edit else "does not exist"
        raise InputError(f"Edit {edit_id} {was}: `dateline stories history` lists those that can be taken back.")
    edit.undone_at = now
    session.flush()
    if edit.kind == "split":
        join_stories(session, edit.story_id, edit.other_id, now)
        return edit
    whole_id = hold_story(session, edit.story_id, to_change=True).story_id
    if whole_id == edit.story_id:
        raise InputError(f"Story {edit.story_id} is no part of another any more: there is nothing to take back.")
    session.execute(update(Story).where(Story.story_id == edit.story_id).values(merged_into=None, merged_at=None))
    session.execute(
        update(Story)
        .where(Story.story_id.in_(edit.followers), Story.merged_into == whole_id)
        .values(merged_into=edit.story_id)
    )
    moving = _with_copies(session, edit.articles, whole_id)
    _move(session, moving, whole_id, edit.story_id, now, f"The user took story {edit.story_id} out again.")
    return edit


def apart(session: Session, story_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """Return the pairs of stories, lower key first, that the user keeps apart.

    Those are the two of a split that stands and of a merge that was taken back; where one of them was merged since,
    what it is part of takes its place.
    """
    if not story_ids:
        return frozenset()
    one, other = aliased(Story), aliased(Story)
    first, second = func.coalesce(one.merged_into, one.story_id), func.coalesce(other.merged_into, other.story_id)
    wanted = list(story_ids)
    rows = session.execute(
        select(first, second)
        .select_from(StoryEdit)
        .join(one, one.story_id == StoryEdit.story_id)
        .join(other, other.story_id == StoryEdit.other_id)
        .where(
            or_(
                and_(StoryEdit.kind == "split", StoryEdit.undone_at.is_(None)),
                and_(StoryEdit.kind == "merge", StoryEdit.undone_at.is_not(None)),
            ),
            or_(first.in_(wanted), second.in_(wanted)),
        )
    )
    return frozenset((min(pair), max(pair)) for pair in rows)


def _move(session: Session, articles: Collection[int], source: int, target: int, now: datetime, why: str) -> None:
    session.execute(update(Article).where(Article.article_id.in_(articles)).values(story_id=target, story_why=why))
    for changed in (source, target):
        rebuild(session, changed, now)
    merge_stories(session, (target, source), now)


def _with_copies(session: Session, articles: Iterable[int], story_id: int) -> set[int]:
    """Return which of the articles are in a story, with all copies of theirs that are in it too."""
    group = func.coalesce(Article.duplicate_of, Article.article_id)
    groups = select(group).where(Article.article_id.in_(list(articles)), Article.story_id == story_id)
    rows = session.execute(select(Article.article_id).where(group.in_(groups), Article.story_id == story_id)).scalars()
    return set(rows)


def _note(
    session: Session,
    kind: str,
    story_id: int,
    other_id: int,
    articles: Iterable[int],
    now: datetime,
    *,
    followers: Iterable[int] = (),
    score: float | None = None,
) -> int:
    edit = StoryEdit(
        kind=kind,
        story_id=story_id,
        other_id=other_id,
        articles=sorted(articles),
        followers=sorted(followers),
        score=score,
        by_user=score is None,
        made_at=now,
    )
    session.add(edit)
    session.flush()
    return edit.edit_id


def _held(session: Session, story_ids: Sequence[int]) -> list[StoryCandidate]:
    """Lock stories that are no part of another, in one order, so that nobody waits in a circle."""
    found = {}
    for story_id in sorted(story_ids):
        if session.get(Story, story_id) is None:
            raise InputError(f"There is no story {story_id}.")
        found[story_id] = hold_story(session, story_id, to_change=True)
        if (part_of := found[story_id].story_id) != story_id:
            raise InputError(f"Story {story_id} is part of story {part_of} already.")
    return [found[story_id] for story_id in story_ids]
