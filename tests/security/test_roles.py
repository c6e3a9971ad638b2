"""The line run by the role worker, which may do what the line does and nothing beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from db.feed_list import FeedSettings, add_feed
from db.partitions import make_anchor_partitions
from db.roles import grant_rights
from db.session import session_scope
from tasks import enter, extract, fetch, nights, poll, read, stage, upkeep
from tests.site.news_site import NewsSite
from tests.tasks.conftest import Bench
from worker.cli.database import db
from worker.settings import settings

PASSWORD = "it's a §ecret\\word"
Connect = Callable[[str], psycopg.Connection]


@pytest.fixture
def connect(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Opens a connection as a role, after ``dateline db upgrade`` was told the passwords."""
    monkeypatch.setenv("DATELINE_WORKER_PASSWORD", PASSWORD)
    monkeypatch.setenv("DATELINE_ANALYST_PASSWORD", PASSWORD)
    settings.cache_clear()
    done = CliRunner().invoke(db, ["upgrade"], catch_exceptions=False)
    assert PASSWORD not in done.output
    where = bench.engine.url
    opened: list[psycopg.Connection] = []

    def open_as(role: str) -> psycopg.Connection:
        opened.append(
            psycopg.connect(
                host=where.host, port=where.port, dbname=where.database, user=role, password=PASSWORD, autocommit=True
            )
        )
        return opened[-1]

    yield open_as
    for connection in opened:
        connection.close()


@pytest.fixture
def as_worker(bench: Bench, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The tasks of this process logged in as worker, with the password from a setting of its own."""
    url = make_url(bench.engine.url).set(username="worker", password=None, drivername="postgresql")
    monkeypatch.setenv("DATELINE_DATABASE_URL", url.render_as_string())
    monkeypatch.setenv("DATELINE_DATABASE_PASSWORD", PASSWORD)
    settings.cache_clear()
    stage.engine().dispose()
    stage.engine.cache_clear()
    with stage.transaction() as session:
        assert session.connection().exec_driver_sql("select current_user").scalar() == "worker"
    return bench


def test_the_whole_line_needs_no_more_than_the_worker_may(as_worker: Bench, site: NewsSite) -> None:
    with session_scope(as_worker.engine) as session:
        add_feed(session, FeedSettings(site.base("sahel-info") + "/feed.xml", "Sahel Info"), datetime.now(UTC))
    assert poll.poll_due_feeds.run() == "1 feeds due"
    poll.poll_feed.run(feed_id=1)
    enter.read_feed.run(feed_id=1)
    chosen = [row["article_id"] for row in as_worker.rows("select article_id from article order by 1 limit 6")]
    assert len(chosen) == 6
    for article_id in chosen:
        fetch.fetch_article.run(article_id=article_id)
        read.read_article.run(article_id=article_id)
        extract.extract_events.run(article_id=article_id)
    states = as_worker.rows("select state, last_error from article where article_id = any(:ids)", ids=chosen)
    assert {row["state"] for row in states} <= {"coded", "duplicate", "uncoded", "rejected"}, states
    assert as_worker.value("select count(*) from event") > 0


def test_what_has_to_be_remade_can_be_by_the_worker(as_worker: Bench) -> None:
    assert upkeep.refresh_counts.run() == "refreshed"
    with as_worker.engine.begin() as owner:
        old = make_anchor_partitions(owner, datetime.now(UTC).date() - timedelta(days=200))
        grant_rights(owner)
        coming = owner.exec_driver_sql(
            "select max(inhrelid::regclass::text) from pg_inherits "
            "where inhparent = 'anchor'::regclass and inhrelid::regclass::text <> 'anchor_rest'"
        ).scalar_one()
        owner.exec_driver_sql(f"drop table {coming}")
    assert f"1 partitions of anchors made, {len(old)} dropped" in upkeep.prune.run()
    assert upkeep.requeue_stalled.run() == "0 sent again, 0 given up"
    assert nights.tend_stories.run()


@pytest.mark.parametrize(
    "statement",
    [
        "drop table article",
        "alter table article add column mine int",
        "truncate article cascade",
        "drop view events",
        "insert into country (iso3, name) values ('XXX', 'Nowhere')",
        "update event_type set description = ''",
        "update alembic_version set version_num = '0001'",
        "create role another",
        "alter role analyst login password 'mine'",
        "set role analyst",
        "copy article to program 'cat'",
        "select pg_read_file('/etc/passwd')",
        "create database another",
    ],
)
def test_the_worker_cannot(statement: str, connect: Connect) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connect("worker").execute(statement)


def test_the_analyst_logs_in_and_only_reads(connect: Connect) -> None:
    analyst = connect("analyst")
    assert analyst.execute("select count(*) from events").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        analyst.execute("delete from article")


def test_a_wrong_password_lets_nobody_in(bench: Bench, connect: Connect) -> None:
    connect("worker")
    where = bench.engine.url
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=where.host, port=where.port, dbname=where.database, user="worker", password="guess")


def test_what_a_later_migration_makes_is_the_workers_to_fill(bench: Bench, connect: Connect) -> None:
    bench.run("create table made_later (one int)")
    connect("worker").execute("insert into made_later values (1)")
