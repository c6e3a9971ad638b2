"""A database of the first release is brought up to date while the line runs on it, and a bad migration harms nothing."""

from __future__ import annotations

import threading
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, DBAPIError

from db.feed_list import FeedSettings, add_feed
from db.schema import configuration, downgrade, upgrade, version
from db.session import engine_for, session_scope
from tasks import enter, extract, fetch, poll, read, stage, upkeep
from tests.site.news_site import NewsSite
from tests.tasks.conftest import Bench
from worker.embedded import child

FIRST_RELEASE = "0002"
PATIENCE = 300  # seconds; nothing is said about speed
STAGES = {
    "found": lambda row: fetch.fetch_article.run(article_id=row),
    "fetched": lambda row: read.read_article.run(article_id=row),
    "read": lambda row: extract.extract_events.run(article_id=row),
}
OLD_ROWS = """
insert into source (name, kind, family) values ('Sahel Info', 'publisher', 'Group');
insert into feed (source_id, url, state, next_poll_at, headers, section)
  select source_id, '{feed}', 'idle', now(), '{{}}', 'world' from source;
insert into fetch_attempt (purpose, feed_id, url, final_url, started_at, elapsed_ms, outcome, detail, wire_bytes,
    body_bytes, new_bytes, hops)
  select 'feed', feed_id, url, url, now() - interval '1 hour', 5, 'timeout', 'was slow', 0, 0, false, '[]' from feed;
"""


def _head() -> str:
    return str(ScriptDirectory.from_config(configuration()).get_current_head())


class _Line(threading.Thread):
    """Stands in for workers: does whatever is due, and when the database does not let it, tries again."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(daemon=True)
        self.bench, self.over = bench, threading.Event()
        self.refused: list[str] = []
        self.rounds = 0

    def run(self) -> None:
        while not self.over.is_set():
            for work in (self._poll, self._articles, upkeep.requeue_stalled.run):
                try:
                    work()
                except DBAPIError as error:  # a table of the old shape, or one that is just being changed
                    self.refused.append(str(error.orig))
            self.rounds += 1

    def _poll(self) -> None:
        poll.poll_due_feeds.run()
        poll.poll_feed.run(feed_id=1)
        enter.read_feed.run(feed_id=1)

    def _articles(self) -> None:
        for row in self.bench.rows("select article_id, state from article where article_id <= 5 and state = any(:due)",
                                   due=list(STAGES)):  # fmt: skip
            STAGES[row["state"]](row["article_id"])


@pytest.fixture
def old(bench: Bench, site: NewsSite) -> Bench:
    """The database of the first release, with what it had gathered."""
    url = bench.engine.url.render_as_string(hide_password=False)
    downgrade(url, FIRST_RELEASE)
    feed = site.base("sahel-info") + "/feed.xml"
    for statement in OLD_ROWS.format(feed=feed).split(";\n"):
        if statement.strip():
            bench.run(statement)
    return bench


def _url(bench: Bench) -> str:
    return bench.engine.url.render_as_string(hide_password=False)


def test_an_old_database_is_brought_up_to_date_while_workers_run(old: Bench, site: NewsSite) -> None:
    before = (
        old.rows("select feed_id, source_id, url, section from feed"),
        old.rows("select * from source where source_id = 1"),
    )
    line = _Line(old)
    line.start()
    try:
        assert child.wait_until(lambda: line.rounds >= 1, PATIENCE), "the line never went round on the old tables"
        upgrade(_url(old))
        ended = "select count(*) = 5 from article where article_id <= 5 and state in ('coded', 'duplicate', 'uncoded')"
        assert child.wait_until(lambda: bool(old.value(ended)), PATIENCE), (
            line.refused[-3:], old.rows("select article_id, state, last_error from article where article_id <= 5"),
        )  # fmt: skip
    finally:
        line.over.set()
        line.join(PATIENCE)
    with old.engine.connect() as connection:
        assert version(connection) == _head()
    after = (
        old.rows("select feed_id, source_id, url, section from feed"),
        old.rows("select * from source where source_id = 1"),
    )
    assert after[0] == before[0]
    assert [{**row, **known} for row, known in zip(after[1], before[1], strict=True)] == after[1]
    assert old.value("select count(*) from fetch_attempt where detail = 'was slow'") == 1
    twice = [asked.path for asked in site.asked if asked.path.startswith("/news/")]
    assert len(twice) == len(set(twice)), "no page was asked for twice"


BAD = '''
"""One that cannot be done: its second half fails."""
from alembic import op

revision = "bad"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("alter table article add column half_done int")
    op.execute("update feed set section = 'lost'")
    op.execute("select 1 / (select 0)")
'''


def _upgrade_with(engine: Engine, folder: Path) -> None:
    """Bring a database to the revision ``bad`` that lies in a folder of its own."""
    with engine.begin() as connection:
        config = configuration(connection)
        config.set_main_option("version_locations", f"{files('db') / 'migrations' / 'versions'}:{folder}")
        command.upgrade(config, "bad")


def test_a_migration_that_fails_leaves_the_database_as_it_was(bench: Bench, site: NewsSite, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD.format(head=_head()))
    with session_scope(bench.engine) as session:
        chosen = FeedSettings(site.base("sahel-info") + "/feed.xml", "Sahel Info", section="world")
        add_feed(session, chosen, stage.now())
    engine = engine_for(_url(bench), pooled=False)
    with pytest.raises(DataError, match="division by zero"):
        _upgrade_with(engine, tmp_path)
    with engine.connect() as connection:
        assert version(connection) == _head()
        assert connection.execute(text("select section from feed")).scalar_one() == "world"
        columns = connection.execute(text("select * from article limit 0")).keys()
        assert "half_done" not in columns
        assert connection.execute(text("select count(*) from events")).scalar_one() == 0
    engine.dispose()
    assert poll.poll_due_feeds.run() == "1 feeds due"
    poll.poll_feed.run(feed_id=1)
    assert " new" in enter.read_feed.run(feed_id=1)
    upgrade(_url(bench))
