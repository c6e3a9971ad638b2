"""Events: storing what a coder read, merging it over a story's articles, and keeping the counts fresh."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from db.articles import ArticleToCode
from db.coding import Standing, standing, store_extraction, supersede
from db.merging import load_tellings, lock_story, merge_story
from db.models import Extraction, Mention
from worker.events.happenings import NOT_STORED, inherit
from worker.records import CodedText

__all__ = ["NOT_STORED", "StoredCoding", "merge_stories", "refresh_counts", "store_coding"]


@dataclass(frozen=True, slots=True)
class StoredCoding:
    """What storing a coded text came to."""

    extraction_id: int
    events: tuple[int, ...]  # keys of the events that the text tells, by number of their mention
    is_new: bool  # False: this coder version had read this text already, and nothing changed


def store_coding(session: Session, article: ArticleToCode, coded: CodedText, now: datetime) -> StoredCoding:
    """Store what a coder read out of a text, and merge it into the events of the article's story.

    What an older text of the article, or another coder version, had said is replaced; the events that it told live on
    where the new reading tells them too. The same coder on the same text changes nothing. Hypothetical and historical
    events are not stored.

    Args:
        session: The transaction that also advances the article.
        article: The article with the text that was coded.
        coded: What was read, by a coder with a pack for the text's language.
        now: The present instant.
    """
    found = _standing_in_locked_story(session, article, coded)
    if found.known is not None:
        return StoredCoding(found.known, _events_of(session, found.known), is_new=False)
    kept = [event for event in coded.events if event.status not in NOT_STORED]
    before = load_tellings(session, None, article.article_id) if found.older else ()
    if found.older:
        supersede(session, found.older, now)
    extraction_id, mentions = store_extraction(session, article.text_id, found.coder_id, kept, now)
    if before:
        after = load_tellings(session, None, article.article_id)
        for mention_id, event_id in inherit(before, after).items():
            session.execute(update(Mention).where(Mention.mention_id == mention_id).values(event_id=event_id))
    belongs = merge_story(session, found.story_id, now) if mentions or before else {}
    return StoredCoding(extraction_id, tuple(belongs[mention] for mention in mentions), is_new=True)


def merge_stories(session: Session, story_ids: Iterable[int], now: datetime) -> None:
    """Merge the mentions of stories into their events anew: after copies came or went, or articles changed story."""
    for story_id in sorted(set(story_ids)):  # in one order, so that two never wait for each other in a circle
        lock_story(session, story_id)
        merge_story(session, story_id, now)


def refresh_counts(session: Session) -> None:
    """Bring the counts by day up to date; readers see the old ones until the commit."""
    session.execute(text("set local statement_timeout = '10min'"))
    session.execute(text("refresh materialized view concurrently daily_counts"))


_LOCK_STORY_OF = text(
    "select story_id, pg_advisory_xact_lock(hashtextextended('story', story_id)) "
    "from article where article_id = :article and story_id is not null"
)


def _standing_in_locked_story(session: Session, article: ArticleToCode, coded: CodedText) -> Standing:
    """Lock the story of an article, and return what stands there; it may change its story until the lock is held."""
    while True:
        locked = session.execute(_LOCK_STORY_OF, {"article": article.article_id}).scalar()
        if locked is None:
            raise ValueError(f"Article {article.article_id} has no story: it must be read before it is coded.")
        found = standing(session, article.article_id, article.text_id, coded)
        if found.story_id == locked:
            return found


def _events_of(session: Session, extraction_id: int) -> tuple[int, ...]:
    rows = session.execute(
        select(Mention.event_id)
        .join(Extraction, Extraction.extraction_id == Mention.extraction_id)
        .where(Extraction.extraction_id == extraction_id)
        .order_by(Mention.number)
    ).scalars()
    return tuple(event_id for event_id in rows if event_id is not None)
