"""Any one process of the line is killed with -9 while it works: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gold.corpus import articles
from tests.pipeline.conftest import RunningLine, run_line
from tests.site.news_site import NewsSite
from worker.embedded import child

pytestmark = pytest.mark.timeout(600)
SOME = [article for article in articles("dev") if article.outlet.slug in {"meridian", "asia-desk", "sahel-info"}]

EVENTS = """
select type, mode, status, date_start, date_end, place, actors, recipients, fatalities_low, fatalities_high, articles, summary
from events order by type, mode nulls first, date_start, place, actors, recipients, summary"""


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _pid(line: RunningLine, name: str) -> int:
    """The process id, once it runs: a kill before may have taken it along."""
    process = line.process(name)
    assert child.wait_until(lambda: process.running is not None, 60), f"{name} was not started again"
    assert process.running is not None
    return process.running.pid


def _main(name: str) -> Callable[[RunningLine], None]:
    def kill(line: RunningLine) -> None:
        _kill(_pid(line, name))

    return kill


def _child_of_cpu(line: RunningLine) -> None:
    children: list[int] = []

    def look() -> bool:
        running = line.process("cpu").running
        try:
            found = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text() if running else ""
        except OSError:  # it died in this very moment, and is started again
            return False
        children[:] = map(int, found.split())
        return bool(children)

    assert child.wait_until(look, 60), "the cpu worker has no children"
    _kill(children[-1])


def _server(name: str) -> Callable[[RunningLine], None]:
    def kill(line: RunningLine) -> None:
        pid = next(server.pid() for server in line.house.servers if server.name == name)
        assert pid is not None
        _kill(pid)

    return kill


KILLED = {
    "network worker": _main("net"),
    "cpu worker": _main("cpu"),
    "child of the cpu worker": _child_of_cpu,
    "beat": _main("beat"),
    "Valkey": _server("Valkey"),
    "PostgreSQL": _server("PostgreSQL"),
}


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """The events of a run that nobody disturbs."""
    home = tmp_path_factory.mktemp("calm")
    with NewsSite(SOME, first=40) as site, run_line(site, home) as line:
        line.wait_until_over(len(SOME))
        return [tuple(row.values()) for row in line.rows(EVENTS)]


def test_each_kind_of_process_killed_once_loses_no_article_and_writes_no_event_twice(
    calm: list[object], tmp_path: Path
) -> None:
    with NewsSite(SOME, first=60) as site, run_line(site, tmp_path, time_scale="0.2") as line:
        for number, kill in enumerate(KILLED.values(), 1):
            line.wait_for(f"select count(*) >= {min(number, len(SOME))} from article where state <> 'found'")
            kill(line)
            assert child.wait_until(
                lambda: all(p.running and p.running.poll() is None for p in line.house.processes), 60
            )
        line.wait_until_over(len(SOME))
        disturbed = [tuple(row.values()) for row in line.rows(EVENTS)]
        assert line.rows("select url, last_error from article where state = 'failed'") == []
        assert line.value("select count(*) from article") == len(SOME)
        twice = "select text_id, count(*) from extraction group by text_id having count(*) > 1"
        assert line.rows(twice) == []
        assert disturbed == calm
