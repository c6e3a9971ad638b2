"""Read one fetched page: its body and date, what it copies, and which story it belongs to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from celery.signals import worker_init

from db import articles, events, sketches, stories
from db.articles import ArticleToRead
from db.claims import Claim
from db.models import Article
from db.sources import put_cited
from tasks import stage
from tasks.stage import Stage, one_statement, ring, transaction
from worker.app import CPU, READ_ARTICLE_SECONDS, app
from worker.articles.body import FeedContext, read_page
from worker.articles.boilerplate import is_shared_wall, recurring_lines
from worker.articles.language import language_of
from worker.articles.wires import credited_agency
from worker.records import Reading
from worker.settings import settings
from worker.stories.changes import may_tell_otherwise
from worker.stories.duplicates import ArticleSketch
from worker.stories.fingerprint import sketch
from worker.stories.terms import features
from worker.stories.versions import Version

LINES_KEPT = timedelta(minutes=10)  # an outlet's boilerplate changes with a redesign, not by the minute
_lines: dict[int, tuple[datetime, frozenset[str]]] = {}  # of each outlet, in this process


@worker_init.connect
def _load_before_forking(sender: Any = None, **_: Any) -> None:
    """Load the language model in the parent: it takes a moment and 100 MB, which its children then share."""
    if str(getattr(sender, "hostname", "")).startswith(f"{CPU}@"):
        language_of("A few words, so that the model is loaded.")


@app.task(base=Stage, time_limit=settings().limit(READ_ARTICLE_SECONDS))
def read_article(article_id: int) -> str:
    """Read the body of one fetched page, find what it copies, and join it to its story."""
    held = stage.claim(Article, article_id, "fetched", READ_ARTICLE_SECONDS)
    if held is None:
        return "already read"
    with one_statement() as session:
        article = articles.load_for_reading(session, article_id)
    with stage.explaining(held, article.url):
        if article.payload is None:
            return stage.give_up(held, "its bytes are no longer kept")
        moment = stage.now()
        reading = read_page(
            article.payload.body,
            url=article.payload.final_url,
            headers=article.payload.headers,
            entry=_as_the_feed_said(article),
            now=moment,
            boilerplate=_boilerplate(article.source_id, moment),
        )
        agency = credited_agency(reading.authors, reading.text)
        new = ArticleSketch(
            article_id=article_id,
            sketch=sketch(reading.text),
            source=str(article.source_id),
            published=reading.published,
            url_key=article.url_key,
            wire=article.outlet_kind == "news_agency" or (agency is not None and agency == article.outlet),
            title=reading.title,
        )
        if (refusal := _why_not(article, reading, new)) is not None:
            return _reject(held, reading, refusal)
        placed, state = _place(held, article, reading, new, agency)
    if state == "read":
        ring("tasks.extract.extract_events", article_id=article_id, label=article.url)
    return _in_words(reading, placed, state)


def _as_the_feed_said(article: ArticleToRead) -> FeedContext:
    said = article.feed_said
    return FeedContext(
        title=said.title,
        published=said.published,
        summary=said.summary,
        content=said.content,
        language=said.language,
        time_zone=said.time_zone,
        authors=said.authors,
    )


def _boilerplate(source_id: int, now: datetime) -> frozenset[str]:
    """The lines that recur over an outlet's latest articles; looked for again every few minutes."""
    known = _lines.get(source_id)
    if known is None or now - known[0] > LINES_KEPT:
        with transaction() as session:
            bodies = [body for *_, body in articles.recent_bodies(session, source_id)]
        known = _lines[source_id] = (now, recurring_lines(bodies))
    return known[1]


def _why_not(article: ArticleToRead, reading: Reading, new: ArticleSketch) -> str | None:
    """Why an article is not worth, or not to be, coded; None when it is."""
    if not reading.text:
        return f"{article.url} has no text: neither its page nor its feed gives any."
    if reading.body_status == "consent":
        return f"{article.url} shows a consent page in place of its text."
    if reading.rights and settings().obey_noai:
        return f"{article.url} reserves its text ({', '.join(reading.rights)}); DATELINE_OBEY_NOAI is set."
    with one_statement() as session:
        alike = sketches.bodies_alike(session, article.source_id, new.sketch.body_sha256)
    others = [(url, title or "") for number, url, title in alike if number != article.article_id]
    if is_shared_wall([*others, (article.url, reading.title)]):
        return f"{article.url} has the same text as {len(others)} other pages of its outlet: a wall, not an article."
    return None


def _reject(held: Claim, reading: Reading, reason: str) -> str:
    moment = stage.now()
    with transaction() as session:
        if reading.text:
            articles.store_text(session, held.row_id, reading, moment)
        articles.store_reading(session, held, reading, "rejected", moment, last_error=reason)
    return f"rejected: {reason}"


def _place(
    held: Claim, article: ArticleToRead, reading: Reading, new: ArticleSketch, agency: str | None
) -> tuple[stories.Placed, str]:
    moment = stage.now()
    words = features(reading.text, reading.title, reading.published, reading.language)
    with transaction() as session:
        text = articles.store_text(session, article.article_id, reading, moment)
        placed = stories.place(session, new, text.text_id, words, moment, title=reading.title)
        credited = put_cited(session, [(agency, "news_agency", None)])[agency] if agency else None
        state = "coded" if placed.state == "read" and _tells_the_same(article, reading) else placed.state
        articles.store_reading(session, held, reading, state, moment, wire_source_id=credited)
        events.merge_stories(session, placed.recount, moment)
    return placed, state


def _tells_the_same(article: ArticleToRead, reading: Reading) -> bool:
    """Was the article coded before, and is there nothing in this reading that could change its events?"""
    if (before := article.coded_before) is None:
        return False
    now = Version(reading.text, reading.title, reading.published, reading.language)
    return not may_tell_otherwise(before.version, now, before.evidence)


def _in_words(reading: Reading, placed: stories.Placed, state: str) -> str:
    size = f"{len(reading.text)} characters, {reading.language or 'unknown language'}, story {placed.story_id}"
    if state == "coded":
        return f"read again, tells the same; {size}"
    if placed.duplicate is None:
        return size
    return f"{placed.duplicate.kind} of article {placed.duplicate.of} ({placed.duplicate.containment:.0%}); {size}"
