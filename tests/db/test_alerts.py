"""The alerts of docs/operations.md give rows only when something is wrong."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from db.session import engine_for
from tests.documents import ROOT

ALERTS = re.findall(r"^select [^;]+;", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.MULTILINE)
OUTLET = "insert into source (name, kind) values ('Outlet', 'publisher')"
FEED = (
    "insert into feed (source_id, url, state, next_poll_at, interval_seconds, failures, failure_class) "
    "select source_id, 'https://outlet.example/feed', 'idle', now(), 600, {failures}, {why} from source"
)
ARTICLE = (
    "insert into article (source_id, state, failed_in, url, url_key, state_since, last_error) "
    "select source_id, '{state}', {failed_in}, 'https://outlet.example/' || n, sha256(n::text::bytea), "
    "now() - interval '20 minutes', '' from source, generate_series(1, {count}) as n"
)
WELL = [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("stored", "rows"),
    [
        ([], WELL),
        ([OUTLET, FEED.format(failures=0, why="null")], [0, 0, 1, 0]),
        ([OUTLET, FEED.format(failures=5, why="'timeout'")], [0, 1, 1, 0]),
        ([OUTLET, ARTICLE.format(state="fetched", failed_in="null", count=1)], [1, 0, 0, 0]),
        ([OUTLET, ARTICLE.format(state="failed", failed_in="'found'", count=10)], WELL),
        ([OUTLET, ARTICLE.format(state="failed", failed_in="'found'", count=11)], [0, 0, 0, 1]),
    ],
    ids=["nothing", "a feed and no event", "a feed that fails", "work that waits", "few given up", "many given up"],
)
def test_an_alert_gives_rows_when_something_is_wrong(database_url: str, stored: list[str], rows: list[int]) -> None:
    engine = engine_for(database_url, pooled=False)
    with engine.begin() as connection:
        for statement in stored:
            connection.execute(text(statement))
        assert [len(connection.execute(text(alert)).all()) for alert in ALERTS] == rows
    engine.dispose()
