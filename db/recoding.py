"""Coding stored texts anew: which are due, what becomes of their state, and what that does to the events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.articles import ArticleToCode, load_for_coding
from db.models import Article, Recoding, RecodingStep

PAGE = 500
"""Steps read at a time: a step is some lines of text."""


@dataclass(frozen=True, slots=True)
class Due:
    """Which articles are to be coded anew."""

    versions: Mapping[
        str, str
    ]  # of the coder by language (ISO 639-1), which it has packs for: what it read is left out
    since: date | None = None  # published from this day on (UTC), or found where that is unknown
    outlet: str | None = None

    def in_words(self) -> str:
        """What is asked for, as it is stored."""
        asked = {
            "versions": sorted(self.versions.values()),
            "since": str(self.since or ""),
            "outlet": self.outlet or "",
        }
        return json.dumps(asked, sort_keys=True)


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
        where x.text_id = latest.text_id and x.superseded_at is null and k.version = any(:versions)
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


def begin(session: Session, due: Due, now: datetime) -> int:
    """Return the run that reads what is due: the one that was stopped before it was through, else a new one.

    What finished runs have changed is dropped when a new one begins.
    """
    found = unfinished(session, due)
    if found is None:
        session.execute(delete(Recoding).where(Recoding.finished_at.is_not(None)))
        row = {"chosen": due.in_words(), "started_at": now, "finished_at": None}
        session.execute(insert(Recoding).values(row).on_conflict_do_nothing())
        found = unfinished(session, due)
    assert found is not None  # noqa: S101 - it was there, or was inserted just now
    return found


def unfinished(session: Session, due: Due) -> int | None:
    """Return the run over the same choice that was stopped before it was through; None when there is none."""
    query = select(Recoding.recoding_id).where(Recoding.chosen == due.in_words(), Recoding.finished_at.is_(None))
    return session.execute(query).scalar()


def finish(session: Session, run: int, now: datetime) -> None:
    """Say that nothing is left to read in a run."""
    session.execute(update(Recoding).where(Recoding.recoding_id == run).values(finished_at=now))


def note(session: Session, run: int, article_id: int, changes: Sequence[EventChange]) -> None:
    """Keep what reading an article has changed, in the transaction that changes it."""
    values = [_as_json(change) for change in changes]
    step = insert(RecodingStep).values(recoding_id=run, article_id=article_id, changes=values)
    session.execute(step.on_conflict_do_nothing(index_elements=["recoding_id", "article_id"]))


def count_read(session: Session, run: int) -> int:
    """How many articles a run has read so far."""
    query = select(func.count()).select_from(RecodingStep).where(RecodingStep.recoding_id == run)
    return session.execute(query).scalar_one()


def steps(session: Session, run: int) -> Iterator[tuple[EventChange, ...]]:
    """What each article that a run has read has changed, in the order of reading."""
    query = select(RecodingStep.changes).where(RecodingStep.recoding_id == run).order_by(RecodingStep.step_id)
    for changes in session.execute(query.execution_options(yield_per=PAGE)).scalars():
        yield tuple(_from_json(*change) for change in changes)


def _as_json(change: EventChange) -> list[int | str | None]:
    lines = ((line.type, line.summary) if line else (None, None) for line in (change.before, change.after))
    return [change.event_id, *(word for line in lines for word in line)]


def _from_json(event_id: int, *words: str | None) -> EventChange:
    old_type, old_summary, new_type, new_summary = words
    return EventChange(event_id, _line(old_type, old_summary), _line(new_type, new_summary))


def _line(type_: str | None, summary: str | None) -> EventLine | None:
    return None if type_ is None or summary is None else EventLine(type_, summary)


def _change(row: Any) -> EventChange:
    before = EventLine(row["old_type"], row["old_summary"]) if row["lived"] else None
    after = EventLine(row["type"], row["summary"]) if row["lives"] else None
    return EventChange(row["event_id"], before, after)


def _values(due: Due) -> dict[str, Any]:
    return {
        "versions": list(due.versions.values()),
        "languages": [language.lower() for language in due.versions],
        "since": due.since,
        "outlet": due.outlet,
    }
