"""A real network worker on servers of its own, for the benches that measure it: its processor time and its memory."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from db.schema import upgrade
from db.session import engine_for
from worker.embedded.postgres import EmbeddedPostgres
from worker.embedded.valkey import EmbeddedValkey

TICKS = os.sysconf("SC_CLK_TCK")
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]

FEEDS = """
with outlet as (insert into source (name, kind) values ('bench', 'publisher') returning source_id)
insert into feed (source_id, url, state, next_poll_at, interval_seconds, etag, body_sha256, unconditional_at)
select source_id, :base || address || ':' || :port || '/' || n, 'idle', now(), 1, '"a"', '\\x00', now()
from outlet, unnest(cast(:addresses as text[])) with ordinality as listed (address, n);
"""


@dataclass(frozen=True, slots=True)
class Worker:
    """The worker at work."""

    pid: int
    engine: Engine
    environment: dict[str, str]

    def cpu_seconds(self) -> float:
        """Processor time that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, field: str = "VmRSS") -> float:
        """Memory that it holds (VmRSS), or held at most (VmHWM), in MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(field)) * 1024 / 1e6

    def value(self, query: str) -> Any:
        """The first column of the first row."""
        with self.engine.connect() as connection:
            return connection.execute(text(query)).scalar()

    def add_feeds(self, addresses: Sequence[str], port: int) -> None:
        """Feeds that are due now and were read before; one an address, addresses may repeat."""
        with self.engine.begin() as connection:
            values = {"base": "http://", "addresses": list(addresses), "port": str(port)}
            connection.execute(text(FEEDS), values)

    def send(self, task: str) -> None:
        """Ring for a task, as beat does."""
        code = f"from worker.app import app; app.send_task({task!r})"
        subprocess.run([sys.executable, "-c", code], env=self.environment, check=True)

    def wait_for(self, query: str, seconds: float) -> None:
        """Wait until a query's value is true; raises TimeoutError."""
        end = time.monotonic() + seconds
        while not self.value(query):
            if time.monotonic() > end:
                raise TimeoutError(f"still not true after {seconds} s: {query}")
            time.sleep(0.1)


@contextlib.contextmanager
def network_worker(**settings: str) -> Iterator[Worker]:
    """Servers and one ``dateline worker net`` with these settings, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        postgres, valkey = EmbeddedPostgres(Path(folder) / "postgres"), EmbeddedValkey(Path(folder) / "valkey")
        own = {"DATELINE_DATABASE_URL": postgres.start(), "DATELINE_REDIS_URL": valkey.start()}
        told = {f"DATELINE_{name.upper()}": value for name, value in settings.items()}
        environment = {**os.environ, **own, "DATELINE_LOG_LEVEL": "WARNING", **told}
        upgrade(own["DATELINE_DATABASE_URL"])
        engine = engine_for(own["DATELINE_DATABASE_URL"], application="bench")
        process = subprocess.Popen(
            [sys.executable, "-m", "worker.cli", "worker", "net"], env=environment, stderr=subprocess.DEVNULL
        )
        try:
            worker = Worker(process.pid, engine, environment)
            worker.send("tasks.poll.poll_due_feeds")
            worker.wait_for("select count(*) > 0 from pg_stat_activity where application_name = 'dateline'", 60)
            yield worker
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            engine.dispose()
            valkey.stop()
            postgres.stop()


@contextlib.contextmanager
def serving(handler: Handler, addresses: Sequence[str]) -> Iterator[int]:
    """A site on these loopback addresses in a process of its own; yields its port."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(handler, addresses, there), daemon=True)
    process.start()
    try:
        yield int(here.recv())
    finally:
        process.kill()
        process.join()


def _serve(handler: Handler, addresses: Sequence[str], pipe: Any) -> None:
    async def run() -> None:
        first = await asyncio.start_server(handler, addresses[0], 0, backlog=512)
        port = first.sockets[0].getsockname()[1]
        for address in addresses[1:]:
            await asyncio.start_server(handler, address, port, backlog=16)
        pipe.send(port)
        await asyncio.Event().wait()

    asyncio.run(run())


def loopback(count: int) -> list[str]:
    """So many addresses of this machine."""
    return [f"127.77.{number // 250}.{number % 250 + 1}" for number in range(count)]
