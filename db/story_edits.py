"""Merging and splitting stories after the fact. Keys never change: a merged story points to what it is part of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.articles import in_offset
from db.events import merge_stories
from db.frequencies import load_frequencies
from db.models import Article, ArticleText, Story, StoryTerm
from db.stories import all_terms, store_report
from worker.errors import InputError
from worker.stories.place import StoryCandidate, joined, rare_terms
from worker.stories.terms import StoryFeatures, features


def join_stories(session: Session, part_id: int, whole_id: int, now: datetime) -> None:
    """Make a story part of another one: articles and events move, the old key stays and points to the new one.

    Raises:
        InputError: One of them does not exist, or is part of another already.
    """
    if part_id == whole_id:
        raise InputError(f"Story {part_id} cannot become a part of itself.")
    for story_id in (part_id, whole_id):
        _live(session, story_id)
    session.execute(update(Article).where(Article.story_id == part_id).values(story_id=whole_id))
    session.execute(update(Story).where(Story.merged_into == part_id).values(merged_into=whole_id))
    session.execute(update(Story).where(Story.story_id == part_id).values(merged_into=whole_id, merged_at=now))
    rebuild(session, whole_id, now)
    merge_stories(session, (part_id, whole_id), now)


def split_story(session: Session, story_id: int, articles: Sequence[int], now: datetime) -> int:
    """Move articles of a story into a new one, with their copies; returns its key.

    Events that only these articles tell move along and keep their keys.

    Raises:
        InputError: The articles are not all of this story, or are the whole of it.
    """
    _live(session, story_id)
    wanted = set(articles)
    group = func.coalesce(Article.duplicate_of, Article.article_id)
    groups = select(group).where(Article.article_id.in_(wanted), Article.story_id == story_id)
    moving = session.execute(
        select(Article.article_id, Article.title).where(group.in_(groups), Article.story_id == story_id)
    ).all()
    if not wanted <= {row.article_id for row in moving}:
        raise InputError(f"Articles {sorted(wanted - {row.article_id for row in moving})} are not in story {story_id}.")
    total = session.execute(select(func.count()).where(Article.story_id == story_id)).scalar_one()
    if not moving or len(moving) == total:
        raise InputError(f"Name some of the articles of story {story_id}, with something left over.")
    story = Story(title=moving[0].title or "", created_at=now, reports=0)
    session.add(story)
    session.flush()
    ids = [row.article_id for row in moving]
    session.execute(update(Article).where(Article.article_id.in_(ids)).values(story_id=story.story_id))
    for changed in (story_id, story.story_id):
        rebuild(session, changed, now)
    merge_stories(session, (story.story_id, story_id), now)
    return story.story_id


def rebuild(session: Session, story_id: int, now: datetime) -> None:
    """Make a story's profile and its indexed terms anew from the texts of its articles that are no copies."""
    session.execute(delete(StoryTerm).where(StoryTerm.story_id == story_id))
    story = StoryCandidate(story_id, 0)
    for report in _reports(session, story_id):
        frequencies = load_frequencies(session, all_terms(report))
        story = joined(story, report, frequencies)
        store_report(session, story, report, rare_terms(report, frequencies), now)
    if story.reports == 0:
        session.execute(
            update(Story).where(Story.story_id == story_id).values(reports=0, terms={}, title_terms={}, marks={})
        )


def _reports(session: Session, story_id: int) -> list[StoryFeatures]:
    latest = select(func.max(ArticleText.text_id)).where(ArticleText.article_id == Article.article_id)
    rows = session.execute(
        select(Article, ArticleText.body)
        .select_from(Article)
        .join(ArticleText, ArticleText.text_id == latest.correlate(Article).scalar_subquery())
        .where(Article.story_id == story_id, Article.duplicate_of.is_(None), ArticleText.body.is_not(None))
        .order_by(Article.published_at.nulls_last(), Article.article_id)
    )
    return [
        features(
            body or "",
            article.title or "",
            in_offset(article.published_at, article.published_offset_minutes),
            article.language,
        )
        for article, body in rows
    ]


def _live(session: Session, story_id: int) -> None:
    row = session.execute(select(Story.merged_into).where(Story.story_id == story_id)).one_or_none()
    if row is None:
        raise InputError(f"There is no story {story_id}.")
    if row.merged_into is not None:
        raise InputError(f"Story {story_id} is part of story {row.merged_into} already.")
