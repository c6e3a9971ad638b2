"""Flower as `dateline flower` runs it: behind its password, and for looking only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flower.views import BaseHandler  # type: ignore[import-untyped]

from worker.app import configuration
from worker.cli.watching import show_every_queue
from worker.settings import Settings

PASSWORD = "let-me-look"
PATIENCE = 240  # seconds, for a machine that is ten times slower
Ask = Callable[..., int]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@pytest.fixture
def ask(valkey_server: object, redis_url: str, tmp_path: Path) -> Iterator[Ask]:
    """Sends a request to a running Flower; the status of the answer."""
    port = _free_port()
    told = {
        "DATELINE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "DATELINE_REDIS_URL": redis_url,
        "DATELINE_FLOWER_PASSWORD": PASSWORD,
        "DATELINE_FLOWER_PORT": str(port),
        "DATELINE_HOME": str(tmp_path),
    }
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.cli", "flower"], env={**os.environ, **told}, stdout=log, stderr=log
    )

    def status(path: str, *, password: str | None = PASSWORD, post: bytes | None = None) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=post)
        if password is not None:
            request.add_header("Authorization", "Basic " + b64encode(f"dateline:{password}".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    end = time.monotonic() + PATIENCE
    while True:
        try:
            status("/healthcheck")
            break
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < end, "Flower never answered"
            time.sleep(0.2)
    yield status
    process.kill()
    process.wait()
    log.close()
    assert PASSWORD not in (tmp_path / "log").read_text()


def test_flower_is_for_looking_and_for_those_who_know_its_password(ask: Ask) -> None:
    pages = ("/workers", "/tasks", "/broker", "/api/tasks", "/metrics")
    assert {page: ask(page) for page in pages[:4]} == dict.fromkeys(pages[:4], 200)
    for password in (None, "guess"):
        assert {page: ask(page, password=password) for page in pages[:4]} == dict.fromkeys(pages[:4], 401)
    levers = (
        "/api/worker/shutdown/net@host",
        "/api/worker/pool/shrink/net@host?n=1",
        "/api/worker/queue/cancel-consumer/net@host?queue=net",
        "/api/task/async-apply/tasks.upkeep.prune",
        "/api/task/send-task/tasks.upkeep.prune",
        "/api/task/revoke/1?terminate=true",
    )
    assert {lever: ask(lever, post=b"{}") for lever in levers} == dict.fromkeys(levers, 404)


def test_every_queue_is_listed_also_that_of_a_worker_that_has_not_answered() -> None:
    show_every_queue()
    line = configuration(Settings(redis_url="redis://localhost:6379/0"))
    answered = {"net@host": {"active_queues": [{"name": "clock"}, {"name": "net"}]}}
    page = SimpleNamespace(
        capp=SimpleNamespace(conf=SimpleNamespace(task_queues=line["task_queues"])),
        application=SimpleNamespace(workers=answered),
    )
    shown = BaseHandler.get_active_queue_names(page)
    assert shown == [queue.name for queue in line["task_queues"]]
    assert "cpu" in shown
