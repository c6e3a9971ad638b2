"""Commands that run the line: all of it on one machine, or one process of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from worker import logs
from worker.app import NET
from worker.cli import servers
from worker.cli.supervise import House, Process, Server
from worker.embedded.postgres import EmbeddedPostgres
from worker.embedded.valkey import EmbeddedValkey
from worker.errors import SettingsError
from worker.settings import Settings, settings

WORKERS_GRACE_SECONDS = 8.0  # what is not done by then comes back by its lease; the whole stop stays under 10 s
LOOK_SECONDS = 0.25

FLOWER_COLUMNS = "name,args,kwargs,state,result,received,runtime,retries,worker"


@click.command()
@click.option("--feeds", type=click.Path(path_type=Path, dir_okay=False), help="Feeds to apply; default feeds.toml.")
@click.option("--no-flower", is_flag=True, help="Do not start Flower.")
def up(feeds: Path | None, no_flower: bool) -> None:  # noqa: FBT001 - click hands flags over by name
    """Run the whole line on this machine: database, broker, workers, beat and Flower. Ctrl-C stops everything."""
    chosen = settings()
    logs.configure(chosen.log_level, chosen.log_format)
    with whole_line(chosen, feeds=feeds, flower=not no_flower) as (addresses, _):
        click.echo(welcome(chosen, addresses))
        wait_for_a_signal()
        click.echo("Stopping: workers get a moment to finish what they do ...")
    click.echo("Stopped. Everything is kept in " + str(chosen.home.absolute()))


@contextlib.contextmanager
def whole_line(
    chosen: Settings,
    *,
    feeds: Path | None = None,
    flower: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Iterator[tuple[servers.Addresses, House]]:
    """The whole line running, for as long as the block lasts; yields where it is reached, and its processes.

    Args:
        chosen: the settings.
        feeds: a list of feeds to apply; feeds.toml of the current folder when None and there.
        flower: start Flower too.
        environment: what the processes see; it must hold the same settings.

    Raises:
        DataFolderInUseError: another ``dateline up`` holds the home.
        EmbeddedServerError: a server did not come up.
    """
    house = House()
    stopping = threading.Event()
    # The thread that starts a process again must outlive it: the kernel takes its death for the parent's.
    watch = threading.Thread(target=_watch, args=(house, stopping), daemon=True)
    with servers.hold(chosen.home):
        try:
            addresses = _start_servers(chosen, house)
            _prepare_database(addresses, feeds)
            told = _environment(environment, addresses)
            house.processes = _processes(chosen, told)
            if flower:
                addresses = _add_flower(chosen, house, addresses, told)
            servers.announce(chosen.home, addresses)
            house.look_after()
            watch.start()
            yield addresses, house
        finally:
            stopping.set()
            if watch.is_alive():
                watch.join()
            else:
                house.close(WORKERS_GRACE_SECONDS)
            servers.forget(chosen.home)


def wait_for_a_signal() -> None:
    """Return at the first SIGINT or SIGTERM."""
    arrived = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: arrived.set())
    arrived.wait()


def _watch(house: House, stopping: threading.Event) -> None:
    while not stopping.wait(LOOK_SECONDS):
        house.look_after()
    house.close(WORKERS_GRACE_SECONDS)


def _start_servers(chosen: Settings, house: House) -> servers.Addresses:
    if chosen.database_url is None:
        postgres = servers.embedded_postgres(chosen.home)
        database = postgres.start()
        house.servers.append(_server("PostgreSQL", postgres))
    else:
        database = chosen.database
    if chosen.redis_url is None:
        valkey = EmbeddedValkey(chosen.home / "valkey")
        redis = valkey.start()
        house.servers.append(_server("Valkey", valkey))
    else:
        redis = chosen.redis
    return servers.Addresses(database, redis)


def _server(name: str, embedded: EmbeddedPostgres | EmbeddedValkey) -> Server:
    return Server(name, lambda: embedded.alive, embedded.start, embedded.stop, lambda: embedded.pid)


def _prepare_database(addresses: servers.Addresses, feeds: Path | None) -> None:
    from db.schema import upgrade  # noqa: PLC0415 - the models take .3 s to load

    upgrade(addresses.database)
    file = feeds or Path("feeds.toml")
    if feeds is not None or file.exists():
        from worker.cli.feeds import apply_file  # noqa: PLC0415 - likewise

        click.echo(apply_file(addresses.database, file))


def _environment(environment: Mapping[str, str], addresses: servers.Addresses) -> dict[str, str]:
    """What the processes are told: where the servers are, passwords in the URLs and in no argument list."""
    in_urls = ("DATELINE_DATABASE_PASSWORD", "DATELINE_REDIS_PASSWORD")
    return {
        **{name: value for name, value in environment.items() if name not in in_urls},
        "DATELINE_DATABASE_URL": addresses.database,
        "DATELINE_REDIS_URL": addresses.redis or "",
        "PYTHONUNBUFFERED": "1",
    }


def _processes(chosen: Settings, environment: Mapping[str, str]) -> list[Process]:
    commands = {"net": ("worker", "net"), "cpu": ("worker", "cpu"), "beat": ("beat",)}
    return [
        Process(name, [sys.executable, "-m", "worker.cli", *words], environment, chosen.home / "logs" / f"{name}.log")
        for name, words in commands.items()
    ]


def _add_flower(
    chosen: Settings, house: House, addresses: servers.Addresses, environment: Mapping[str, str]
) -> servers.Addresses:
    from worker.embedded.child import free_port  # noqa: PLC0415 - only needed here

    port = free_port(chosen.flower_port or None)
    password = _flower_password(chosen)
    told = {**environment, "DATELINE_FLOWER_PASSWORD": password, "DATELINE_FLOWER_PORT": str(port)}
    house.processes.append(
        Process("flower", [sys.executable, "-m", "worker.cli", "flower"], told, chosen.home / "logs" / "flower.log")
    )
    return servers.Addresses(
        addresses.database, addresses.redis, f"http://{chosen.flower_user}:{password}@127.0.0.1:{port}"
    )


def _flower_password(chosen: Settings) -> str:
    if chosen.flower_password is not None:
        return chosen.flower_password.get_secret_value()
    file = chosen.home / "flower-password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(12) + "\n")
    return file.read_text().strip()


def welcome(chosen: Settings, addresses: servers.Addresses) -> str:
    """What ``dateline up`` says once all is started."""
    lines = [
        "Dateline is up.",
        "  feeds      dateline feeds list        (add one: dateline feeds add URL)",
        "  progress   dateline status --watch",
        "  events     dateline events",
        '  database   psql "$(dateline db url)"',
    ]
    if addresses.flower:
        lines.append(f"  Flower     {addresses.flower}")
    lines += [f"  logs       {chosen.home.absolute() / 'logs'}", "Ctrl-C stops everything; nothing is lost."]
    return "\n".join(lines)


# --- one process of the line ---------------------------------------------------------------------------------


@click.command()
@click.argument("kind", type=click.Choice(["net", "cpu"]))
@click.option("--concurrency", type=click.IntRange(1, 500), help="Threads (net) or processes (cpu).")
def worker(kind: str, concurrency: int | None) -> None:
    """Run one worker: net fetches in threads, cpu reads and codes in processes."""
    chosen = settings()
    several = chosen.net_threads if kind == NET else chosen.cpu_processes or os.cpu_count() or 1
    _become("worker.cli.serving", kind, str(concurrency or several))


@click.command()
def beat() -> None:
    """Run the clock that rings for due feeds, lost messages and upkeep. Two at once do no harm."""
    _become_celery(
        "celery", "beat", "--scheduler", "worker.app:Ticking", "--pidfile", "", "--loglevel", settings().log_level
    )


@click.command()
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
def flower(address: str) -> None:
    """Run Flower, the page that shows every task, behind a password."""
    chosen = settings()
    if chosen.flower_password is None:
        raise SettingsError("DATELINE_FLOWER_PASSWORD is unset: Flower shows what the line does, so it needs one.")
    os.environ["FLOWER_BASIC_AUTH"] = f"{chosen.flower_user}:{chosen.flower_password.get_secret_value()}"
    kept = chosen.home / "flower"
    kept.mkdir(parents=True, exist_ok=True)
    _become_celery(
        "worker.cli.watching",
        "flower", f"--address={address}", f"--port={chosen.flower_port}", f"--tasks-columns={FLOWER_COLUMNS}",
        "--max-tasks=10000", "--persistent=true", f"--db={kept / 'flower.db'}", "--save-state-interval=60000",
    )  # fmt: skip


def _become_celery(module: str, *words: str) -> None:
    _become(module, "--app", "worker.app", "--quiet", *words)


def _become(module: str, *words: str) -> None:
    settings().database  # noqa: B018 - an unset URL is said here, in one sentence
    settings().redis  # noqa: B018 - likewise
    os.execv(sys.executable, [sys.executable, "-m", module, *words])  # noqa: S606
