"""The hostile site, met once by the whole line with real workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db.feed_list import FeedSettings, add_feed
from db.session import engine_for, session_scope
from tests.fetch.certificates import self_signed
from tests.hostile.hostile_site import CASES, NETWORK, Host, HostileSite, serving
from tests.pipeline.conftest import RunningLine
from tests.site.settings import environment_for, settings_from
from worker.cli.run import whole_line

IMPATIENT = {
    "connect_seconds": "1", "read_seconds": "1", "total_seconds": "2", "max_attempts": "1",
    "feed_floor_seconds": "1", "feed_ceiling_seconds": "4", "tick_seconds": "0.5", "allowed_networks": NETWORK,
}  # fmt: skip
SECRET = {"DATELINE_SECRET_KEY": "open-sesame"}
SECOND = "?second"
PENDING = "('found', 'fetched', 'read')"


@dataclass(frozen=True, slots=True)
class Left:
    """What one behaviour has left behind."""

    host: Host
    feed: Mapping[str, Any]
    health: Mapping[str, Any]
    attempts: list[Mapping[str, Any]]  # of the feed, oldest first
    articles: list[Mapping[str, Any]]
    fetches: list[Mapping[str, Any]]  # of its articles, oldest first


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Everything that the site has left behind."""

    site: HostileSite
    line: RunningLine
    of: Mapping[str, Left]


def _write_list(site: HostileSite, file: Path) -> None:
    entries = [
        f'[[feed]]\nurl = "{url}"\noutlet = "{name}"\nheaders = {{ X-Api-Key = "key" }}\n'
        for name, url in site.feeds().items()
    ]
    file.write_text("\n".join(entries))


def _run(line: RunningLine, statement: str, **values: Any) -> None:
    with line.engine.begin() as connection:
        connection.execute(text(statement), values)


def _let_days_pass(line: RunningLine) -> None:
    """Two things happen a day or more later: the GET without validators, and the last 410."""
    _run(line, "update feed set next_poll_at = now()")  # a long list is spread over minutes
    line.wait_for("select count(*) = 0 from feed where last_polled_at is null")
    line.wait_for("select polls_24h >= 2 from feed_health where outlet = 'a lying ETag on 304'")
    urls = {row["outlet"]: row["url"] for row in line.rows("select outlet, url from feed_health")}
    _run(
        line,
        "update feed set unconditional_at = now() - interval '2 days', next_poll_at = now() where url = :url",
        url=urls["a lying ETag on 304"],
    )
    _run(
        line,
        "update feed set gone_since = now() - interval '3 days', gone_count = 2, next_poll_at = now() where url = :url",
        url=urls["410"],
    )
    second = FeedSettings(url=urls["429 in seconds"] + SECOND, outlet="a second feed of the host that said 429")
    with session_scope(line.engine) as session:
        add_feed(session, second, datetime.now(UTC))


def _wait(line: RunningLine) -> None:
    _let_days_pass(line)
    wanted = " or ".join(
        f"(outlet = '{name}' and polls_24h < {case.polls})" for name, case in CASES.items() if case.polls > 1
    )
    line.wait_for(f"select count(*) = 0 from feed_health where {wanted}")
    line.wait_for(
        "select not validators_trusted from feed join feed_health using (feed_id) where outlet = 'a lying ETag on 304'"
    )
    found = sum(len(case.titles) for case in CASES.values() if case.titles)
    line.wait_for(f"select count(*) >= {found} from article")
    line.wait_for("select count(*) = 0 from feed where state = 'fetched'")
    line.wait_for(f"select count(*) = 0 from article where state in {PENDING}")


def _left(site: HostileSite, line: RunningLine) -> dict[str, Left]:
    health = {row["outlet"]: row for row in line.rows("select * from feed_health")}
    feeds = {row["feed_id"]: row for row in line.rows("select * from feed")}
    attempts = line.rows("select * from fetch_attempt order by fetch_id")
    articles = line.rows("select * from article order by article_id")
    return {
        name: Left(
            host,
            feeds[health[name]["feed_id"]],
            health[name],
            [row for row in attempts if row["feed_id"] == health[name]["feed_id"]],
            mine := [row for row in articles if row["feed_id"] == health[name]["feed_id"]],
            [row for row in attempts if row["article_id"] in {article["article_id"] for article in mine}],
        )
        for name, host in site.hosts.items()
    }


@pytest.fixture(scope="session")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """What is in the database after real workers have met every behaviour."""
    home = tmp_path_factory.mktemp("home")
    _, tls = self_signed(tmp_path_factory.mktemp("tls"), ["127.9.0.1"])
    environment = {**environment_for(home=str(home), log_format="console", **IMPATIENT), **SECRET}
    with serving(tls) as site:
        _write_list(site, home / "feeds.toml")
        chosen = settings_from(environment)
        with whole_line(chosen, feeds=home / "feeds.toml", flower=False, environment=environment) as (where, house):
            engine = engine_for(where.database)
            line = RunningLine(engine, house, home, where)
            try:
                _wait(line)
                yield Aftermath(site, line, _left(site, line))
            finally:
                engine.dispose()
