"""Processes of ``dateline up`` are started again when they die, and all end in time."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from worker.cli import servers
from worker.cli.supervise import LONGEST_PAUSE_SECONDS, House, Process, Server, pause_after
from worker.embedded import child
from worker.errors import DataFolderInUseError, EmbeddedServerError

SLEEPER = [sys.executable, "-c", "import sys, time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def _process(tmp_path: Path, command: list[str]) -> Process:
    return Process("sleeper", command, os.environ, tmp_path / "log")


def _is_up(process: Process, tmp_path: Path) -> bool:
    return child.wait_until(lambda: "up" in child.tail(tmp_path / "log"), 60) and process.running is not None


@pytest.mark.parametrize(
    ("deaths", "seconds"), [(1, 0.5), (2, 1), (3, 2), (7, LONGEST_PAUSE_SECONDS), (5000, LONGEST_PAUSE_SECONDS)]
)
def test_the_pause_before_a_restart_doubles_up_to_a_bound(deaths: int, seconds: float) -> None:
    assert pause_after(deaths) == seconds


def test_a_killed_process_comes_back(tmp_path: Path) -> None:
    house = House(processes=[_process(tmp_path, SLEEPER)])
    house.look_after()
    process = house.processes[0]
    assert _is_up(process, tmp_path)
    assert process.running
    first = process.running.pid
    os.kill(first, signal.SIGKILL)

    def came_back() -> bool:
        house.look_after()
        return process.running is not None and process.running.pid != first

    assert child.wait_until(came_back, 60)
    assert process.deaths == 1
    house.close(5)


def test_closing_ends_even_those_that_will_not_and_in_time(tmp_path: Path) -> None:
    house = House(processes=[_process(tmp_path, STUBBORN)])
    house.look_after()
    assert _is_up(house.processes[0], tmp_path)
    began = time.monotonic()
    house.close(0.5)
    assert time.monotonic() - began < 5
    assert house.processes[0].running
    assert house.processes[0].running.poll() is not None


def test_a_home_is_held_by_one_and_the_second_is_told_by_whom(tmp_path: Path) -> None:
    with servers.hold(tmp_path), pytest.raises(DataFolderInUseError, match=str(os.getpid())), servers.hold(tmp_path):
        pass
    with servers.hold(tmp_path):
        pass


def test_only_a_held_home_says_where_it_is_reached(tmp_path: Path) -> None:
    addresses = servers.Addresses("postgresql+psycopg://x", "redis://y", None)
    assert servers.running(tmp_path) is None
    with servers.hold(tmp_path):
        servers.announce(tmp_path, addresses)
        assert servers.running(tmp_path) == addresses
    assert servers.running(tmp_path) is None, "a killed `dateline up` is not mistaken for a running one"
    assert (tmp_path / "run.json").stat().st_mode & 0o077 == 0


def test_a_server_that_cannot_start_is_tried_again_and_the_rest_is_looked_after(tmp_path: Path) -> None:
    tries: list[int] = []

    def fail() -> str:
        tries.append(1)
        raise EmbeddedServerError("the shared memory of the last one is still in use")

    broken = Server("PostgreSQL", alive=lambda: False, start=fail, stop=lambda: None, pid=lambda: None)
    house = House(servers=[broken], processes=[_process(tmp_path, SLEEPER)])
    house.look_after()
    house.look_after()
    assert len(tries) == 1, "the second look comes before the pause is over"
    assert house.processes[0].running is not None
    broken.start_at = 0.0
    house.look_after()
    assert len(tries) == 2
    house.close(5)
