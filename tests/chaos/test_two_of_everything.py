"""Two beats, and two workers of each kind on one database and one broker: nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.newsroom import made_up
from tests.pipeline.conftest import RunningLine, run_line
from tests.site.news_site import NewsSite
from worker.cli.supervise import Process
from worker.embedded import child

pytestmark = pytest.mark.timeout(900)
PUBLISHED = made_up(40, seed=21)


def _again(process: Process) -> Process:
    """A second process of the same kind."""
    return Process(
        f"{process.name}-2",
        process.command,
        process.environment,
        process.log_file.with_name(f"{process.name}-2.log"),
    )


WORKERS = ("net", "net-2", "cpu", "cpu-2")


def _says(line: RunningLine, name: str, words: str) -> bool:
    file = line.home / "logs" / f"{name}.log"
    return file.exists() and words in file.read_text(errors="replace")


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningLine, NewsSite]]:
    """The line with a second one of each process, after it has read what was published once all were ready."""
    home: Path = tmp_path_factory.mktemp("doubled")
    one_each = {article.outlet.slug: article for article in reversed(PUBLISHED)}
    rest = [article for article in PUBLISHED if article not in one_each.values()]
    with NewsSite(one_each.values(), first=160) as site, run_line(site, home) as line:
        line.house.processes.extend([_again(process) for process in line.house.processes])
        assert child.wait_until(lambda: all(_says(line, name, " ready.") for name in WORKERS), 300), line.logs()
        site.publish(rest)
        line.wait_until_over(len(PUBLISHED), 600)
        line.wait_for(
            "select count(*) >= 40 from fetch_attempt where purpose = 'feed' and outcome = 'not_modified'", 600
        )
        yield line, site


def test_all_of_them_ran_and_worked(doubled: tuple[RunningLine, NewsSite]) -> None:
    line, _ = doubled
    assert sorted(process.name for process in line.house.processes) == [
        "beat",
        "beat-2",
        "cpu",
        "cpu-2",
        "net",
        "net-2",
    ]
    assert all(process.running is not None and process.deaths == 0 for process in line.house.processes)
    assert [name for name in WORKERS if not _says(line, name, "done")] == []


def test_every_article_is_there_once_and_at_its_end(doubled: tuple[RunningLine, NewsSite]) -> None:
    line, _ = doubled
    assert line.value("select count(*) from article") == len(PUBLISHED)
    assert line.value("select count(*) from article where token is not null or lease_until is not null") == 0
    assert line.rows("select url from article where state not in ('coded', 'duplicate')") == []


def test_nothing_is_asked_for_read_or_coded_twice(doubled: tuple[RunningLine, NewsSite]) -> None:
    line, site = doubled
    pages = [asked.address + asked.path for asked in site.asked if asked.path.startswith("/news/")]
    assert len(pages) == len(set(pages)) == len(PUBLISHED)
    for column, table in (("article_id", "article_text"), ("text_id", "extraction"), ("article_id", "sketch")):
        twice = f"select count(*) from (select {column} from {table} group by 1 having count(*) > 1) as twice"
        assert line.value(twice) == 0, table


def test_two_beats_and_two_dispatchers_ask_a_feed_no_oftener_than_one(doubled: tuple[RunningLine, NewsSite]) -> None:
    line, _ = doubled
    gaps = line.rows(
        "select feed_id, min(gap) as shortest from (select feed_id, started_at - lag(started_at) over "
        "(partition by feed_id order by started_at) as gap from fetch_attempt where purpose = 'feed') as g group by 1"
    )
    assert len(gaps) == len({article.outlet.slug for article in PUBLISHED})
    assert min(row["shortest"].total_seconds() for row in gaps) >= 1.9, "the floor of the settings is 2 s"


def test_one_host_is_asked_for_one_thing_at_a_time_by_all_workers(doubled: tuple[RunningLine, NewsSite]) -> None:
    line, _ = doubled
    overlapping = line.rows(
        "select url, started_at, ended_before from (select url, started_at, "
        "lag(started_at + elapsed_ms * interval '1 ms') over (partition by substring(url from '//([^/]+)') "
        "order by started_at) as ended_before from fetch_attempt) as turns "
        "where started_at < ended_before - interval '2 ms'"  # both are rounded
    )
    assert overlapping == []
