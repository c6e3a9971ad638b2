"""Tasks called in this process, on a database and a broker of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, text

from db.session import engine_for
from tasks import asking, stage
from tests.gold.corpus import articles
from tests.site.news_site import NewsSite
from tests.site.settings import QUICK
from worker import app as line
from worker.settings import settings


@dataclass(frozen=True, slots=True)
class Bench:
    """A database to look into."""

    engine: Engine

    def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def value(self, query: str, **values: Any) -> Any:
        with self.engine.connect() as connection:
            return connection.execute(text(query), values).scalar()

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def waiting(self, queue: str) -> int:
        """Messages in a queue."""
        return int(line.broker().llen(queue))


def _forget_process_state() -> None:
    for cached in (settings, stage.engine, asking.client, asking.slots, line.broker):
        cached.cache_clear()
    line.app._after_fork()  # lets go of connections to the broker of an earlier test


@pytest.fixture
def bench(database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The tasks' process state pointed at a fresh database and an empty broker."""
    for name, value in {**QUICK, "DATELINE_DATABASE_URL": database_url, "DATELINE_REDIS_URL": redis_url}.items():
        monkeypatch.setenv(name, value)
    _forget_process_state()
    monkeypatch.setattr(line.app.conf, "broker_url", redis_url)
    engine = engine_for(database_url)
    yield Bench(engine)
    engine.dispose()
    stage.engine().dispose()
    asking.client().close()
    line.broker().close()
    _forget_process_state()


@pytest.fixture
def site() -> Iterator[NewsSite]:
    """Three outlets of the corpus on loopback."""
    chosen = [article for article in articles() if article.outlet.slug in {"meridian", "harbour-post", "sahel-info"}]
    with NewsSite(chosen) as running:
        yield running
