"""Workers that are told to stop (SIGTERM, as Docker, systemd and Kubernetes send it) end what they do and keep nothing."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from pathlib import Path

import pytest
import redis

from tests.chaos.newsroom import made_up
from tests.pipeline.conftest import RunningLine, run_line
from tests.site.news_site import Answer, Asked, NewsSite
from worker.embedded import child

pytestmark = pytest.mark.timeout(900)
PATIENCE_SECONDS = 300
WORKERS = ("net", "cpu")
PUBLISHED = made_up(10, seed=5)


class _Gate:
    """Pages wait at it until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.waiting: Counter[str] = Counter()

    def __call__(self, asked: Asked) -> Answer | None:
        if asked.path.startswith("/news/"):
            self.waiting[asked.path] += 1
            self._open.wait(PATIENCE_SECONDS)
        return None

    def open(self) -> None:
        """Let all pass, from now on."""
        self._open.set()


def _told_to_stop(line: RunningLine) -> list[int]:
    """Tell both workers to stop while they are busy, as a rolling upgrade does; their exit codes."""
    stopping = [line.process(name) for name in WORKERS]
    line.house.processes = [process for process in line.house.processes if process not in stopping]
    for process in stopping:
        assert process.running is not None
        process.running.send_signal(signal.SIGTERM)
    return [process.running.wait(PATIENCE_SECONDS) for process in stopping if process.running is not None]


def test_a_worker_told_to_stop_finishes_what_it_does_and_hands_back_the_rest(tmp_path: Path) -> None:
    gate = _Gate()
    with NewsSite(PUBLISHED, first=200) as site, run_line(site, tmp_path, log_level="INFO") as line:
        for outlet in {article.outlet.slug for article in PUBLISHED}:
            site.answer_instead(outlet, "*", gate)
        assert child.wait_until(lambda: len(gate.waiting) >= 3, PATIENCE_SECONDS), line.logs()
        processes = [line.process(name) for name in WORKERS]
        opener = threading.Timer(1.0, gate.open)  # the pages come when the workers have been told
        opener.start()
        assert _told_to_stop(line) == [0, 0], line.logs()
        opener.join()
        assert line.value("select count(*) from article where token is not null or lease_until is not null") == 0
        assert line.value("select count(*) from feed where token is not null") == 0
        with redis.Redis.from_url(line.where.redis or "") as broker:
            assert broker.hlen("unacked") == 0, "a message that nobody holds waits in its queue, not for a time-out"
        line.house.processes += processes
        for process in processes:
            process.running = None
        line.wait_until_over(len(PUBLISHED), PATIENCE_SECONDS)
        assert set(gate.waiting.values()) == {1}, "no page was asked for twice"
        assert line.value("select count(*) from article where state = 'failed' or attempts > 0") == 0
