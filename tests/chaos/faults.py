"""What can go wrong while the line works: each kind of fault, how it is made to happen, and what it takes down."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import redis

from db import feed_list
from db.session import session_scope
from tests.pipeline.conftest import RunningLine
from tests.site.news_site import Answer, Asked, NewsSite
from worker.embedded import child

SITE_FAULT_SECONDS = (1.0, 3.0)  # how long a site is down, slow or failing
SLOW_SECONDS = 1.5
HOUSES_HIT = 0.4  # share of the outlets: were it nearly all, the line would rightly blame its own network


@dataclass(slots=True)
class Scene:
    """The line and the site that faults strike."""

    line: RunningLine
    site: NewsSite
    rng: random.Random

    def pid(self, name: str) -> int | None:
        """Process id of a process of the line, when it runs."""
        running = self.line.process(name).running
        return running.pid if running is not None and running.poll() is None else None

    def server(self, name: str) -> int | None:
        """Process id of an embedded server, when it runs."""
        return next(server.pid() for server in self.line.house.servers if server.name == name)


Heal = Callable[[], None]
"""Ends a fault that lasts; faults that strike once have none."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault."""

    name: str
    strike: Callable[[Scene], Heal | bool]  # False: there was nothing to strike, as when it is down already
    stops: tuple[str, ...]  # what must be seen to work again: poll, fetch, code


def _kill(pid: int | None, sent: signal.Signals = signal.SIGKILL) -> bool:
    try:
        if pid is None:
            return False
        os.kill(pid, sent)
    except ProcessLookupError:
        return False
    return True


def _process(name: str) -> Callable[[Scene], bool]:
    return lambda scene: _kill(scene.pid(name))


def _child(scene: Scene) -> bool:
    pid = scene.pid("cpu")
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if pid else []
    except OSError:
        return False
    return bool(children) and _kill(int(scene.rng.choice(children)))


def _broker_killed(scene: Scene) -> bool:
    return _kill(scene.server("Valkey"))


def _broker_killed_and_emptied(scene: Scene) -> bool:
    # Its append-only file is taken away first: however soon it is started again, it comes back with nothing.
    shutil.rmtree(scene.line.home / "valkey" / "appendonlydir", ignore_errors=True)
    return _kill(scene.server("Valkey"))


def _flush(scene: Scene) -> bool:
    try:
        with redis.Redis.from_url(scene.line.where.redis or "", socket_timeout=5) as client:
            client.flushall()
    except redis.RedisError:
        return False
    return True


def _sessions_ended(scene: Scene) -> bool:
    others = "from pg_stat_activity where application_name = 'dateline' and pid <> pg_backend_pid()"
    return bool(scene.line.ask(f"select count(pg_terminate_backend(pid)) > 0 {others}"))


def _database(sent: signal.Signals) -> Callable[[Scene], bool]:
    return lambda scene: _kill(scene.server("PostgreSQL"), sent)


def _site(answer: Callable[[Asked], Answer | None]) -> Callable[[Scene], Heal]:
    def strike(scene: Scene) -> Heal:
        houses = sorted(outlet.slug for outlet in scene.site.feeds())
        hit = scene.rng.sample(houses, max(1, round(len(houses) * HOUSES_HIT)))
        for house in hit:
            scene.site.answer_instead(house, "*", answer)

        def heal() -> None:
            for house in hit:
                scene.site.answer_normally(house, "*")
            poll_failing_feeds(scene.line)

        return heal

    return strike


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.connection.close()


def _late(_: Asked) -> None:
    time.sleep(SLOW_SECONDS)


def poll_failing_feeds(line: RunningLine) -> None:
    """Ask failing feeds again now, as a person does with ``dateline feeds poll``: they would wait half an hour."""

    def ask() -> bool:
        try:
            with session_scope(line.engine) as session:
                for feed in feed_list.list_feeds(session):
                    if feed.failures:
                        feed_list.poll_now(session, feed.url, datetime.now(UTC))
        except Exception:  # noqa: BLE001 - the database may be down in this moment; whatever it says, it is asked again
            return False
        return True

    child.wait_until(ask, 60)


ALL: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("a child of the cpu worker is killed", _child, ("code",)),
        Fault("the cpu worker is killed", _process("cpu"), ("code",)),
        Fault("the network worker is killed", _process("net"), ("poll", "fetch")),
        Fault("beat is killed", _process("beat"), ("poll",)),
        Fault("the broker is killed", _broker_killed, ("poll", "fetch", "code")),
        Fault("the broker is killed and loses all", _broker_killed_and_emptied, ("poll", "fetch", "code")),
        Fault("FLUSHALL", _flush, ("poll", "fetch", "code")),
        Fault("all sessions are terminated", _sessions_ended, ("poll", "fetch", "code")),
        Fault("the database crashes (immediate)", _database(signal.SIGQUIT), ("poll", "fetch", "code")),
        Fault("the database is killed", _database(signal.SIGKILL), ("poll", "fetch", "code")),
        Fault("sites are down", _site(lambda _: Answer(act=_hang_up)), ("poll", "fetch")),
        Fault("sites are slow", _site(_late), ("poll", "fetch")),
        Fault("sites answer 500", _site(lambda _: Answer(b"out of order", 500)), ("poll", "fetch")),
    )
}
