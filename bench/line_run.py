"""One run of the real line over a newsstand: how long it took, and what each of its processes used."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsstand import Newsstand
from processes import cpu_seconds, family, megabytes
from sqlalchemy import Engine, text

from db.session import engine_for
from tests.site.settings import environment_for, settings_from
from worker.cli.feeds import apply_file
from worker.cli.run import whole_line
from worker.cli.supervise import House

ENDS = "('coded', 'duplicate', 'rejected', 'uncoded', 'failed')"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run over some articles took."""

    articles: int
    seconds: float
    cpu: Mapping[str, float]  # processor seconds by part: net, cpu, beat, PostgreSQL, Valkey
    memory: Mapping[str, float]  # MB at the end, by part; of the cpu worker: of its largest child


def run_line(stand: Newsstand, **settings: str) -> Run:
    """Start the line without feeds, give it those of the newsstand, and wait until all articles are done."""
    with tempfile.TemporaryDirectory() as folder, empty_line(Path(folder), **settings) as (engine, house):
        parts = _parts(house)
        before = {name: cpu_seconds(pid) for name, pid in parts.items()}
        began = time.perf_counter()
        feeds = Path(folder) / "stand.toml"
        stand.write_feed_list(feeds)
        with contextlib.redirect_stdout(None):
            apply_file(str(engine.url.render_as_string(hide_password=False)), feeds)
        done = f"select count(*) >= {len(stand.pages)} from article where state in {ENDS}"
        wait_for(engine, done, 600)
        seconds = time.perf_counter() - began
        cpu = {name: cpu_seconds(pid) - before[name] for name, pid in parts.items()}
        memory = {name: max(map(megabytes, family(pid))) for name, pid in parts.items()}
        return Run(len(stand.pages), seconds, cpu, memory)


@contextlib.contextmanager
def empty_line(folder: Path, **settings: str) -> Iterator[tuple[Engine, House]]:
    """The whole line without feeds, once its workers have begun to take messages."""
    environment = environment_for(home=str(folder / "home"), log_level="WARNING", **settings)
    own = {name: value for name, value in environment.items() if name.startswith("DATELINE_")}
    os.environ.update(own)
    with (
        contextlib.redirect_stdout(None),
        whole_line(settings_from(environment), flower=False, environment=environment) as (where, house),
    ):
        engine = engine_for(where.database, application="bench")
        try:
            ready = "select count(*) > 0 from pg_stat_activity where application_name = 'dateline'"
            wait_for(engine, ready, 120)
            wait_until_quiet(_parts(house)["cpu"])
            yield engine, house
        finally:
            engine.dispose()


def wait_for(engine: Engine, query: str, seconds: float) -> None:
    """Wait until a query's value is true; raises TimeoutError."""
    end = time.monotonic() + seconds
    with engine.connect() as connection:
        while not connection.execute(text(query)).scalar():
            connection.rollback()
            if time.monotonic() > end:
                raise TimeoutError(f"still not true after {seconds} s: {query}")
            time.sleep(0.05)


def wait_until_quiet(pid: int) -> None:
    """Wait until a process uses no processor time: it has loaded what it needs."""
    last = -1.0
    while (now := cpu_seconds(pid)) - last > 0.02 or now < 1:
        last = now
        time.sleep(1)


def _parts(house: House) -> dict[str, int]:
    processes = {process.name: process.running.pid for process in house.processes if process.running}
    return processes | {server.name: pid for server in house.servers if (pid := server.pid()) is not None}
