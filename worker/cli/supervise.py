"""Keep the processes of ``dateline up`` alive, and end them all in time.

A process that dies is started again after a moment that grows with every death in a row; what it was working on
comes back by its lease. When Dateline itself is killed, the kernel ends its processes (worker.embedded.child).
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from worker.embedded import child
from worker.errors import DatelineError
from worker.logs import log

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 10.0  # a start takes 3 s: one that lived longer had worked, and its next death counts as its first


@dataclass(slots=True)
class Process:
    """One program of the line, as it is to be started, and how it has fared."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_file: Path
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    start_at: float = 0.0

    def start(self, now: float) -> None:
        """Start it, to die with us."""
        self.running = child.start(
            child.dying_with_parent(self.command, signal.SIGTERM), self.log_file, environment=self.environment
        )
        self.started_at = now

    def note_death(self, now: float) -> float:
        """Remember that it died; returns the seconds until it is started again."""
        self.deaths = 1 if now - self.started_at > STEADY_SECONDS else self.deaths + 1
        pause = pause_after(self.deaths)
        self.running, self.start_at = None, now + pause
        return pause


def pause_after(deaths: int) -> float:
    """Seconds to wait before a program that died ``deaths`` times in a row is started again; doubles each time."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(deaths - 1, 10))


@dataclass(slots=True)
class Server:
    """An embedded server: how to see that it lives, and how to start it again."""

    name: str
    alive: Callable[[], bool]
    start: Callable[[], str]
    stop: Callable[[], None]
    pid: Callable[[], int | None]
    deaths: int = 0
    start_at: float = 0.0

    def start_again(self, now: float) -> None:
        """Start it after it died; one that cannot be started is tried again after a pause that grows."""
        try:
            self.start()
        except (DatelineError, OSError) as error:
            self.deaths += 1
            self.start_at = now + pause_after(self.deaths)
            log.error("server cannot be started again yet", server=self.name, reason=str(error))
        else:
            self.deaths = 0


@dataclass(slots=True)
class House:
    """All that runs under one ``dateline up``: servers first, then processes; ended in the opposite order."""

    servers: list[Server] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)

    def look_after(self) -> None:
        """One look: start what is due, notice what died."""
        now = time.monotonic()
        for server in self.servers:
            if not server.alive() and now >= server.start_at:
                log.warning("server died and is started again", server=server.name)
                server.start_again(now)
        for process in self.processes:
            if process.running is None:
                if now >= process.start_at:
                    process.start(now)
            elif (code := process.running.poll()) is not None:
                child.kill_group(process.running.pid)  # children that outlived it
                pause = process.note_death(now)
                log.warning(
                    "process died and will be started again",
                    process=process.name, exit_code=code, in_seconds=pause, log=str(process.log_file),
                )  # fmt: skip

    def close(self, grace_seconds: float) -> None:
        """Ask all processes to end, end those that have not after ``grace_seconds`` together, then stop the servers."""
        started = [process.running for process in self.processes if process.running is not None]
        for running in started:
            if running.poll() is None:
                running.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + grace_seconds
        for running in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(max(0.0, deadline - time.monotonic()))
            child.kill_group(running.pid)
            running.wait()
        for server in reversed(self.servers):
            server.stop()
