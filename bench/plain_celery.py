"""The pipeline that Celery's documentation leads to, to compare with: a task a step, chained, on the same pools.

Steps hand ids on and keep what they made in PostgreSQL, messages are acknowledged late and given back when a worker is
lost, results live in Redis, and Flower's events are on. Reading, grouping, coding and the tables are Dateline's own.
What it lacks is what Dateline adds: claims and leases, attempts, turns at hosts, robots.txt, rows of requests, a sweep.
A chain whose message is lost stops for good, and a step that runs twice stores twice.

Served by ``celery --app bench.plain_celery worker``; DATELINE_DATABASE_URL and DATELINE_REDIS_URL say where.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_network

from celery import Celery, chain
from celery.signals import worker_init
from sqlalchemy import Engine, update

from db import articles, events, stories
from db.models import Article
from db.payloads import Subject, load_payload, store_payload
from db.session import engine_for, session_scope
from worker.articles.body import FeedContext, read_page
from worker.articles.language import language_of
from worker.events.extract import Coder
from worker.fetch.client import Client, FetchLimits
from worker.settings import settings
from worker.stories.duplicates import ArticleSketch
from worker.stories.fingerprint import sketch
from worker.stories.terms import features
from worker.urls import url_key

app = Celery("plain", broker=settings().redis_url, backend=settings().redis_url)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=True,
    task_send_sent_event=True,
    task_track_started=True,
    worker_max_tasks_per_child=500,
    broker_transport_options={"visibility_timeout": 300},
    task_routes={"bench.plain_celery.fetch": {"queue": "net"}, "bench.plain_celery.*": {"queue": "cpu"}},
)


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The connections of this process."""
    return engine_for(settings().database)


@lru_cache(maxsize=1)
def client() -> Client:
    """The client of this process."""
    return Client(FetchLimits(), "bench", (ip_network("127.0.0.0/8"),))


@lru_cache(maxsize=1)
def coder() -> Coder:
    """The coder of this process."""
    return Coder.load()


@worker_init.connect
def _load_before_forking(sender: object = None, **_: object) -> None:
    if str(getattr(sender, "hostname", "")).startswith("cpu@"):
        coder()
        language_of("A few words, so that the model is loaded.")


def pipeline(url: str, source_id: int) -> chain:
    """All steps of one page."""
    return chain(fetch.s(url, source_id), read.s(), group.s(), code.s())


@app.task
def fetch(url: str, source_id: int) -> int:
    """Fetch a page and keep its bytes; the new article's id."""
    fetched, now = client().get(url, accept="text/html"), datetime.now(UTC)
    with session_scope(engine()) as session:
        article = Article(source_id=source_id, state="fetched", url=url, url_key=url_key(url), found_at=now)
        session.add(article)
        session.flush()
        store_payload(session, Subject(article_id=article.article_id), fetched)
        return article.article_id


@app.task
def read(article_id: int) -> int:
    """Read a page's text."""
    now = datetime.now(UTC)
    with session_scope(engine()) as session:
        page = load_payload(session, Subject(article_id=article_id))
    if page is None:
        raise LookupError(article_id)
    reading = read_page(page.body, url=page.final_url, headers=page.headers, entry=FeedContext(), now=now)
    with session_scope(engine()) as session:
        articles.store_text(session, article_id, reading, now)
        values = {"title": reading.title, "language": reading.language, "published_at": reading.published}
        session.execute(update(Article).where(Article.article_id == article_id).values(**values))
    return article_id


@app.task
def group(article_id: int) -> int | None:
    """Find what an article copies and its story; None for a copy."""
    now = datetime.now(UTC)
    with session_scope(engine()) as session:
        loaded = articles.load_for_coding(session, article_id)
    if loaded is None:
        raise LookupError(article_id)
    told = loaded.text
    new = ArticleSketch(article_id, sketch(told.text), "1", told.published, url_key(told.url or ""), title=told.title)
    words = features(told.text, told.title, told.published, told.language)
    with session_scope(engine()) as session:
        placed = stories.place(session, new, loaded.text_id, words, now, title=told.title)
        session.execute(update(Article).where(Article.article_id == article_id).values(state=placed.state))
    return article_id if placed.state == "read" else None


@app.task
def code(article_id: int | None) -> int:
    """Code the events of an article."""
    if article_id is None:
        return 0
    with session_scope(engine()) as session:
        loaded = articles.load_for_coding(session, article_id)
    if loaded is None:
        raise LookupError(article_id)
    coded = coder().code(loaded.text)
    with session_scope(engine()) as session:
        events.store_coding(session, loaded, coded, datetime.now(UTC))
        session.execute(update(Article).where(Article.article_id == article_id).values(state="coded"))
    return len(coded.events)
