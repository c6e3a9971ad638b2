"""What a story is known by: the profile that reports are compared with, and the rare terms that lead to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Select, Table, Update, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.articles import in_offset
from db.frequencies import load_frequencies
from db.models import Article, ArticleText, Story, StoryTerm
from db.straight import rows_of
from db.text import storable, text_array
from worker.stories.place import StoryCandidate, founded, joined
from worker.stories.terms import StoryFeatures, features
from worker.stories.weights import WeighedReport, rare_terms, weighed

TITLE_LENGTH = 300

POSTINGS = 200
"""Stories looked at for one term, the latest first: a term of more is on everybody's lips, and following it would make
a decision cost more the more stories are active."""

# Statements are made once, on tables and not on objects: making one takes longer than running it.
_STORY = cast("Table", Story.__table__)
_PROFILE = tuple(
    _STORY.c[name]
    for name in (
        *("story_id", "reports", "terms", "title_terms", "marks"),
        *("first_published_at", "last_published_at", "language"),
    )
)
_NEW_STORY = insert(_STORY).returning(_STORY.c.story_id)
_INDEX = text(
    "insert into story_term (term, day, story_id) "
    "select term, :day, :story from unnest(cast(:terms as text[])) as term on conflict do nothing"
)


# One statement that brings the profiles along: each statement costs as much as the work in it.
_BY_TERMS = """
    with near as (
      select found.story_id
      from unnest(cast(%(terms)s as text[]), cast(%(weights)s as double precision[])) as wanted(term, weight)
      cross join lateral (
        select distinct latest.story_id
        from (
          select story_id from story_term
          where term = wanted.term and day between %(first)s and %(last)s
          order by day desc limit %(enough)s
        ) as latest
      ) as found
      where found.story_id <> all(cast(%(without)s as bigint[]))
      group by found.story_id
      order by sum(wanted.weight) desc, found.story_id
      limit %(most)s
    )
    select s.story_id, s.reports, s.terms, s.title_terms, s.marks, s.first_published_at, s.last_published_at, s.language
    from near join story s using (story_id)
    where s.merged_into is null
    order by s.story_id
    """


def load_stories(session: Session, story_ids: Iterable[int]) -> tuple[StoryCandidate, ...]:
    """Return stories with their profiles, by key."""
    wanted = list(story_ids)
    if not wanted:
        return ()
    rows = session.execute(select(*_PROFILE).where(_STORY.c.story_id.in_(wanted)).order_by(_STORY.c.story_id))
    return tuple(StoryCandidate(*row) for row in rows)


def stories_by_terms(
    session: Session,
    weights: Mapping[str, float],
    days: tuple[date, date],
    *,
    without: Collection[int] = (),
    most: int,
) -> tuple[StoryCandidate, ...]:
    """Return the stories that share the heaviest terms, with their profiles.

    Args:
        session: The transaction.
        weights: What each of a report's rare terms weighs.
        days: The first and the last day (UTC) on which a story must have had a report with the term.
        without: Stories that are left out.
        most: How many are returned at most.
    """
    values = {
        "terms": text_array(weights),
        "weights": list(weights.values()),
        "first": days[0],
        "last": days[1],
        "without": list(without),
        "enough": POSTINGS,
        "most": most,
    }
    return tuple(StoryCandidate(*row) for row in rows_of(session, _BY_TERMS, values))


def hold_story(session: Session, story_id: int, *, to_change: bool = False) -> StoryCandidate:
    """Lock a story until the commit and return it, or the one that it was merged into meanwhile.

    Args:
        session: The transaction.
        story_id: The story.
        to_change: Its profile will be written: nobody else may hold it. Else it is only kept from being merged away,
            and many may do so at once.
    """
    while True:
        row = session.connection().execute(_hold(to_change=to_change), {"story": story_id}).one()
        if row.merged_into is None:
            return StoryCandidate(*row[:-1])
        story_id = row.merged_into


@lru_cache(maxsize=2)
def _hold(*, to_change: bool) -> Select[Any]:
    held = select(*_PROFILE, _STORY.c.merged_into).where(_STORY.c.story_id == bindparam("story"))
    return held.with_for_update(read=not to_change, key_share=to_change)


def found_story(session: Session, report: WeighedReport, rare: Sequence[str], now: datetime, title: str) -> int:
    """Store a story of one report and return its key."""
    row = {"title": storable(title[:TITLE_LENGTH]), "created_at": now, **_profile(founded(0, report), now)}
    story_id = int(session.connection().execute(_NEW_STORY, row).scalar_one())
    _index(session, story_id, report, rare, now)
    return story_id


def store_report(
    session: Session, story: StoryCandidate, report: WeighedReport, rare: Sequence[str], now: datetime
) -> None:
    """Store a story after a report joined it, and index the report's rare terms."""
    store_profile(session, story, now)
    _index(session, story.story_id, report, rare, now)


def rebuild(session: Session, story_id: int, now: datetime) -> None:
    """Make a story's profile and its indexed terms anew from the texts of its articles that are no copies."""
    session.execute(delete(StoryTerm).where(StoryTerm.story_id == story_id))
    story = StoryCandidate(story_id, 0)
    for told in _reports(session, story_id):
        report = weighed(told, load_frequencies(session, told.all_terms))
        story = joined(story, report)
        _index(session, story_id, report, rare_terms(report), now)
    store_profile(session, story, now)


def store_profile(session: Session, story: StoryCandidate, now: datetime) -> None:
    """Store what a story is known by. One that lost all its reports keeps the dates of the last."""
    values = _profile(story, now)
    if story.reports == 0:
        values = {name: values[name] for name in ("reports", "terms", "title_terms", "marks", "changed_at")}
    given = {f"set_{name}": value for name, value in values.items()}
    session.connection().execute(_set_profile(tuple(values)), {**given, "story": story.story_id})


@lru_cache(maxsize=2)
def _set_profile(columns: tuple[str, ...]) -> Update:
    values = {name: bindparam(f"set_{name}", type_=_STORY.c[name].type) for name in columns}
    return update(_STORY).where(_STORY.c.story_id == bindparam("story")).values(values)


def _profile(story: StoryCandidate, now: datetime) -> dict[str, Any]:
    return {
        "reports": story.reports,
        "terms": dict(story.terms),
        "title_terms": dict(story.title),
        "marks": dict(story.marks),
        "first_published_at": story.first_published,
        "last_published_at": story.last_published,
        "language": story.language,
        "changed_at": now,
    }


def _index(session: Session, story_id: int, report: WeighedReport, rare: Sequence[str], now: datetime) -> None:
    session.execute(
        _INDEX,
        {"terms": text_array(rare), "day": (report.published or now).astimezone(UTC).date(), "story": story_id},
    )


def _reports(session: Session, story_id: int) -> list[StoryFeatures]:
    latest = select(func.max(ArticleText.text_id)).where(ArticleText.article_id == Article.article_id)
    rows = session.execute(
        select(
            ArticleText.body,
            Article.title,
            Article.published_at,
            Article.published_offset_minutes,
            Article.language,
        )
        .select_from(Article)
        .join(ArticleText, ArticleText.text_id == latest.correlate(Article).scalar_subquery())
        .where(Article.story_id == story_id, Article.duplicate_of.is_(None), ArticleText.body.is_not(None))
        .order_by(Article.published_at.nulls_last(), Article.article_id)
    )
    return [
        features(body or "", title or "", in_offset(published, minutes), language)
        for body, title, published, minutes, language in rows
    ]
