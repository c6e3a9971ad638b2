"""Coding stored texts anew: which are due, what becomes of their state, and what that does to the events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from db.articles import ArticleToCode, load_for_coding
from db.models import Article


@dataclass(frozen=True, slots=True)
class Due:
    """Which articles are to be coded anew."""

    version: str  # of the coder that is to read them: those it has read are left out
    languages: tuple[str, ...]  # that it has packs for, ISO 639-1
    since: date | None = None  # published from this day on (UTC), or found where that is unknown
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class EventLine:
    """What an event says in a line."""

    type: str
    summary: str  # see db.merging.summary_of: parties, place, day, toll, status


@dataclass(frozen=True, slots=True)
class EventChange:
    """What became of an event."""

    event_id: int
    before: EventLine | None  # None: it was not there, or not live
    after: EventLine | None  # None: it is gone: merged into another, or retracted


_DUE = """
    from article a
    join source s using (source_id)
    join lateral (
      select t.text_id, t.body from article_text t where t.article_id = a.article_id order by t.text_id desc limit 1
    ) as latest on true
    where a.state in ('coded', 'uncoded') and a.forgotten_at is null and latest.body is not null
      and (a.language is null or left(lower(a.language), 2) = any(:languages))
      and (cast(:since as date) is null or coalesce(a.published_at, a.found_at) >= cast(:since as date))
      and (cast(:outlet as text) is null or s.name = :outlet)
      and not exists (
        select from extraction x join coder k using (coder_id)
        where x.text_id = latest.text_id and x.superseded_at is null and k.version = :version
      )
"""

_CHANGES = text(
    """
    select e.event_id, e.type, e.summary, e.merged_into is null and e.retracted_at is null as lives,
      was.row ->> 'type' as old_type, was.row ->> 'summary' as old_summary,
      -- A row that this transaction itself inserted and then updated was not there before it.
      was.row is not null and (was.row ->> 'change_no')::bigint <> e.change_no
        and was.row ->> 'merged_into' is null and was.row ->> 'retracted_at' is null as lived
    from event e
    left join lateral (
      select r.was as row from event_revision r
      where r.event_id = e.event_id and r.replaced_at = now() order by r.revision limit 1
    ) as was on true
    where e.change_no = pg_current_xact_id()::text::bigint
    order by e.event_id
    """
)


def count_due(session: Session, due: Due) -> int:
    """How many articles are due."""
    session.execute(text("set local statement_timeout = '10min'"))  # it looks at every article of the archive
    return int(session.execute(text(f"select count(*) {_DUE}"), _values(due)).scalar_one())


def due_articles(session: Session, due: Due, *, after: int, limit: int) -> tuple[int, ...]:
    """The next articles that are due, by key, from beyond the key ``after``."""
    query = f"select a.article_id {_DUE} and a.article_id > :after order by a.article_id limit :limit"
    return tuple(session.execute(text(query), {**_values(due), "after": after, "limit": limit}).scalars())


def outlet_exists(session: Session, name: str) -> bool:
    """Is there an outlet of this name?"""
    return bool(session.execute(text("select exists (select from source where name = :name)"), {"name": name}).scalar())


def still_stands(session: Session, article: ArticleToCode, now: datetime) -> bool:
    """Hold an article that was coded anew until the commit, and put one that waited for a pack among the coded.

    Call it after the reading was stored: the line takes the lock on the story first and the article's row then, and
    so must we.

    Returns:
        False when the line has taken the article on meanwhile, or its text was replaced or erased: roll back.
    """
    state = session.execute(
        select(Article.state).where(Article.article_id == article.article_id).with_for_update()
    ).scalar_one_or_none()
    current = load_for_coding(session, article.article_id)
    if state not in ("coded", "uncoded") or current is None or current.text_id != article.text_id:
        return False
    if state == "uncoded":
        done = update(Article).where(Article.article_id == article.article_id)
        session.execute(done.values(state="coded", state_since=now, last_error=None))
    return True


def changes_of_this_transaction(session: Session) -> tuple[EventChange, ...]:
    """What this transaction has done to the events, as far as their lines tell: changed counts alone are left out."""
    changes = (_change(row) for row in session.execute(_CHANGES).mappings())
    return tuple(change for change in changes if change.before != change.after)


def _change(row: Any) -> EventChange:
    before = EventLine(row["old_type"], row["old_summary"]) if row["lived"] else None
    after = EventLine(row["type"], row["summary"]) if row["lives"] else None
    return EventChange(row["event_id"], before, after)


def _values(due: Due) -> dict[str, Any]:
    languages: Sequence[str] = [language.lower() for language in due.languages]
    return {"version": due.version, "languages": languages, "since": due.since, "outlet": due.outlet}
