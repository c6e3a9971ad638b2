"""The whole line, for real: workers, beat and servers of its own, on the local news site."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from db.session import engine_for
from tests.site.news_site import NewsSite
from tests.site.settings import environment_for, settings_from, write_feed_list
from worker.cli.run import whole_line
from worker.cli.servers import Addresses
from worker.cli.supervise import House, Process
from worker.embedded import child

PATIENCE_SECONDS = 180  # a busy machine may be ten times slower than an idle one; nothing is asserted about speed
ENDS = ("coded", "duplicate", "rejected", "uncoded", "failed")


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A line at work: where it is, and what can be asked of it."""

    engine: Engine
    house: House
    home: Path
    where: Addresses

    def rows(self, query: str, **values: Any) -> list[Mapping[str, Any]]:
        """The rows of a query."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def value(self, query: str, **values: Any) -> Any:
        """The first column of the first row."""
        with self.engine.connect() as connection:
            return connection.execute(text(query), values).scalar()

    def process(self, name: str) -> Process:
        """One of the line's processes: net, cpu, beat."""
        return next(process for process in self.house.processes if process.name == name)

    def wait_for(self, condition: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until a query's first value is true; fails with the state of all articles when it takes too long."""
        if not child.wait_until(lambda: bool(self.ask(condition)), seconds):
            states = self.rows("select state, count(*), max(last_error) as error from article group by state")
            pytest.fail(f"still not true after {seconds} s: {condition}\n{states}\n{self.logs()}")

    def wait_until_over(self, articles: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until that many articles have reached an end."""
        ends = ", ".join(f"'{end}'" for end in ENDS)
        self.wait_for(f"select count(*) >= {articles} from article where state in ({ends})", seconds)

    def logs(self) -> str:
        """The end of each process's log."""
        files = sorted((self.home / "logs").glob("*.log"))
        return "\n".join(f"--- {file.name}\n{child.tail(file, 25)}" for file in files)

    def ask(self, query: str) -> Any:
        """The first value of a query; None when the database is down, as for a moment after a test has killed it."""
        with contextlib.suppress(Exception):
            return self.value(query)
        return None


@contextlib.contextmanager
def run_line(site: NewsSite, home: Path, **settings: str) -> Iterator[RunningLine]:
    """Run the line on a site until the block ends."""
    feeds = home / "feeds.toml"
    write_feed_list(site, feeds)
    environment = environment_for(home=str(home), log_format="console", **settings)
    with whole_line(settings_from(environment), feeds=feeds, flower=False, environment=environment) as (where, house):
        engine = engine_for(where.database)
        try:
            yield RunningLine(engine, house, home, where)
        finally:
            engine.dispose()


LineStarter = Callable[..., AbstractContextManager[RunningLine]]
