"""One run over a newsstand, of the real line or of the plain pipeline: how long it took, and what each process used."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from bench.newsstand import Newsstand
from bench.processes import cpu_seconds, family, megabytes
from db.schema import upgrade
from db.session import engine_for, session_scope
from db.sources import put_outlet
from tests.site.settings import environment_for, settings_from
from worker.cli.feeds import apply_file
from worker.cli.run import whole_line
from worker.cli.supervise import House
from worker.embedded import child
from worker.embedded.postgres import EmbeddedPostgres
from worker.embedded.valkey import EmbeddedValkey

SEND = """
import sys
from bench.plain_celery import pipeline
for url in sys.stdin.read().split():
    pipeline(url, int(sys.argv[1])).delay()
"""
NET_THREADS, CPU_PROCESSES = 24, 2  # as the line's workers on two cores
ENDS = "('coded', 'duplicate', 'rejected', 'uncoded', 'failed')"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run over some articles took."""

    articles: int
    seconds: float
    cpu: Mapping[str, float]  # processor seconds by part: net, cpu, beat, PostgreSQL, Valkey
    memory: Mapping[str, float]  # MB at the end, by part: of its largest process
    transactions: int  # of the database, those of the waiting itself included (20 a second)


def run_line(stand: Newsstand, **settings: str) -> Run:
    """Start the line without feeds, give it those of the newsstand, and wait until all articles are done."""
    with tempfile.TemporaryDirectory() as folder, empty_line(Path(folder), **settings) as (engine, house):
        feeds = Path(folder) / "stand.toml"
        stand.write_feed_list(feeds)

        def begin() -> None:
            with contextlib.redirect_stdout(None):
                apply_file(engine.url.render_as_string(hide_password=False), feeds)

        return measured(engine, _parts(house), begin, len(stand.pages))


def run_plain(stand: Newsstand) -> Run:
    """The same pages through the plain pipeline, on servers and pools like the line's."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        postgres, valkey = EmbeddedPostgres(Path(folder) / "postgres"), EmbeddedValkey(Path(folder) / "valkey")
        own = {"DATELINE_DATABASE_URL": postgres.start(), "DATELINE_REDIS_URL": valkey.start()}
        stack.callback(postgres.stop)
        stack.callback(valkey.stop)
        upgrade(own["DATELINE_DATABASE_URL"])
        engine = engine_for(own["DATELINE_DATABASE_URL"], application="bench")
        stack.callback(engine.dispose)
        with session_scope(engine) as session:
            source_id = put_outlet(session, "Bench")
        environment = {**os.environ, **own}
        pools = {"net": ("threads", NET_THREADS), "cpu": ("prefork", CPU_PROCESSES)}
        parts = {"PostgreSQL": postgres.pid or 0, "Valkey": valkey.pid or 0}
        for kind, (pool, size) in pools.items():
            command = [
                "-m",
                "celery",
                "--app",
                "bench.plain_celery",
                "--quiet",
                "worker",
                "--queues",
                kind,
                "--pool",
                pool,
            ]
            more = ["--concurrency", str(size), "--hostname", f"{kind}@plain", "--loglevel", "ERROR"]
            process = child.start([sys.executable, *command, *more], Path(folder) / kind, environment=environment)
            stack.callback(child.kill_group, process.pid)
            parts[kind] = process.pid
        for kind in pools:
            wait_until_quiet(parts[kind])

        def begin() -> None:
            subprocess.run(
                [sys.executable, "-c", SEND, str(source_id)],
                env=environment, check=True, input="\n".join(stand.pages), text=True,
            )  # fmt: skip

        return measured(engine, parts, begin, len(stand.pages))


def measured(engine: Engine, parts: Mapping[str, int], begin: Callable[[], None], articles: int) -> Run:
    """Begin, wait until so many articles are done, and take the differences."""
    before = {name: cpu_seconds(pid) for name, pid in parts.items()}
    committed = "select xact_commit from pg_stat_database where datname = current_database()"
    with engine.connect() as connection:
        transactions = int(connection.execute(text(committed)).scalar_one())
    began = time.perf_counter()
    begin()
    wait_for(engine, f"select count(*) >= {articles} from article where state in {ENDS}", 900)
    seconds = time.perf_counter() - began
    cpu = {name: cpu_seconds(pid) - before[name] for name, pid in parts.items()}
    with engine.connect() as connection:
        transactions = int(connection.execute(text(committed)).scalar_one()) - transactions
    memory = {name: max(map(megabytes, family(pid))) for name, pid in parts.items()}
    return Run(articles, seconds, cpu, memory, transactions)


@contextlib.contextmanager
def empty_line(folder: Path, **settings: str) -> Iterator[tuple[Engine, House]]:
    """The whole line without feeds, once its workers have begun to take messages."""
    environment = environment_for(home=str(folder / "home"), log_level="WARNING", **settings)
    with contextlib.ExitStack() as stack:
        with contextlib.redirect_stdout(None):
            line = whole_line(settings_from(environment), flower=False, environment=environment)
            where, house = stack.enter_context(line)
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
