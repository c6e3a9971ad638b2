"""Code stored texts anew with the present coder: the same storing as in the line, one article a transaction.

No lease is taken. Storing is idempotent by text and coder version under the story's lock (db.events), so whatever is
killed at whatever moment, an article is either recoded or still due, and two that recode it at once store it once.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from db import articles, events, recoding
from db.articles import ArticleToCode
from db.recoding import EventChange
from db.session import session_scope
from worker.events.extract import Coder
from worker.records import CodedText

TRIES = 3
"""Times an article is tried: a lock that came too late or a deadlock with a worker is over the next time."""

Outcome = Literal["recoded", "no pack", "left", "failed"]


@dataclass(frozen=True, slots=True)
class Recoded:
    """What recoding one article came to."""

    article_id: int
    outcome: Outcome  # left: its text is gone, or the line has taken it on meanwhile
    error: str | None = None


class _OvertakenError(Exception):
    """The article is no longer what was coded: nothing of this try may be stored."""


def recode_article(
    engine: Engine, coder: Coder, run: int, article_id: int, now: datetime, *, seconds: float
) -> Recoded:
    """Code an article's present text and merge it into its story's events; what went wrong is a value.

    Args:
        engine: The database.
        coder: The present coder.
        run: Key of the run, which keeps what this changes.
        article_id: An article in state coded or uncoded.
        now: The present instant.
        seconds: Longest coding; must be called in a main thread, whose alarm clock it uses.
    """
    try:
        with session_scope(engine) as session:
            article = articles.load_for_coding(session, article_id)
        if article is None:
            return Recoded(article_id, "left")
        with _at_most(seconds):
            coded = coder.code(article.text)
        if coded.pack is None:
            return Recoded(article_id, "no pack")
        _store(engine, run, article, coded, now)
        return Recoded(article_id, "recoded")
    except _OvertakenError:
        return Recoded(article_id, "left")
    except Exception as error:  # noqa: BLE001 - one bad text must not end the run of a whole archive
        return Recoded(article_id, "failed", error=f"article {article_id}: {type(error).__name__}: {error}")


def _store(engine: Engine, run: int, article: ArticleToCode, coded: CodedText, now: datetime) -> None:
    for tries_left in reversed(range(TRIES)):
        try:
            with session_scope(engine) as session:
                events.store_coding(session, article, coded, now)
                if not recoding.still_stands(session, article, now):
                    raise _OvertakenError
                changes = recoding.changes_of_this_transaction(session)
                recoding.note(session, run, article.article_id, changes)
                return
        except IntegrityError:
            if _is_gone(engine, article):
                raise _OvertakenError from None
            raise
        except OperationalError:
            if not tries_left:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _is_gone(engine: Engine, article: ArticleToCode) -> bool:
    """Was the text erased between coding and storing?"""
    with session_scope(engine) as session:
        current = articles.load_for_coding(session, article.article_id)
    return current is None or current.text_id != article.text_id


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError(f"coding took longer than {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(slots=True)
class Tally:
    """What a run has changed, net: an event that two articles change in turn is one change.

    Holds two lines for each event that changed, some 500 bytes.
    """

    _events: dict[int, EventChange] = field(default_factory=dict)

    def add(self, changes: Iterable[EventChange]) -> None:
        """Add what one article has changed, after those that were read before it."""
        for change in changes:
            first = self._events.get(change.event_id, change)
            self._events[change.event_id] = EventChange(change.event_id, first.before, change.after)

    def new(self) -> list[EventChange]:
        """Events that were not there before."""
        return [c for c in self._events.values() if c.before is None and c.after is not None]

    def gone(self) -> list[EventChange]:
        """Events that no text tells any more, or that turned out to be another one."""
        return [c for c in self._events.values() if c.before is not None and c.after is None]

    def altered(self) -> list[EventChange]:
        """Events that say something else now."""
        return [c for c in self._events.values() if c.before and c.after and c.before != c.after]
