"""Code one text: read its events out of it, and merge them into its story's."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

from celery.signals import worker_init

from db import articles, claims, events
from db.models import Article
from tasks import stage
from tasks.stage import Stage, one_statement, transaction
from worker.app import CPU, EXTRACT_SECONDS, app
from worker.events.extract import Coder
from worker.records import CodedText
from worker.settings import settings


@lru_cache(maxsize=1)
def coder() -> Coder:
    """The coder of this process, with every language pack."""
    return Coder.load()


@worker_init.connect
def _load_before_forking(sender: Any = None, **_: Any) -> None:
    """Load the coder in the parent, so that its children share the memory and a new child starts at once."""
    if str(getattr(sender, "hostname", "")).startswith(f"{CPU}@"):
        coder()


@app.task(base=Stage, time_limit=settings().limit(EXTRACT_SECONDS))
def extract_events(article_id: int) -> str:
    """Code the events of one article, and merge them into its story's events."""
    held = stage.claim(Article, article_id, "read", EXTRACT_SECONDS)
    if held is None:
        return "already coded"
    with stage.explaining(held, f"article {article_id}"):
        with one_statement() as session:
            article = articles.load_for_coding(session, article_id)
        if article is None:
            return stage.give_up(held, "its text is no longer kept")
        coded = coder().code(article.text)
        moment = stage.now()
        with transaction() as session:
            if coded.pack is None:
                reason = f"There is no language pack for {coded.language or 'its unknown language'}."
                claims.finish(session, held, "uncoded", moment, announced=False, last_error=reason)
                return f"uncoded: {reason}"
            events.store_coding(session, article, coded, moment)
            claims.finish(session, held, "coded", moment, announced=False)
    return _in_words(coded)


def _in_words(coded: CodedText) -> str:
    stored = Counter(event.type for event in coded.events if event.status not in events.NOT_STORED)
    if not stored:
        return "no event"
    total = sum(stored.values())
    kinds = ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in stored.most_common())
    return f"{total} event{'s' if total > 1 else ''}: {kinds}"
