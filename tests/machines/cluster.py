"""Outlets on a few hosts, and machines that follow them over one database and one broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from db.feed_list import FeedSettings, add_feed
from db.session import engine_for, session_scope
from tests.fetch.sites import Connection, Site
from tests.machines.network import SUBNET, Machine, addresses, machines, relay
from tests.site.settings import environment_for
from worker.embedded import child

PATIENCE = 400  # seconds; nothing is said about speed
ENDS = "('coded', 'duplicate', 'rejected', 'uncoded', 'failed')"


@dataclass
class Outlets:
    """Sites on several hosts; each request is noted with its host, its path, and when it came and was answered."""

    articles: int  # of each host
    asked: list[tuple[str, str, float, float]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, host: str, connection: Connection) -> None:
        came = time.monotonic()
        path = connection.path
        if path == "/feed":
            items = "".join(
                f"<item><title>Report {n} of {host}</title><link>http://{host}:{connection.socket.getsockname()[1]}"
                f"/news/{n}</link><guid>{host}-{n}</guid></item>"
                for n in range(self.articles)
            )
            body = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"
            connection.answer(200, {"Content-Type": "application/rss+xml"}, body.encode())
        elif path.startswith("/news/"):
            connection.answer(200, {"Content-Type": "text/html"}, _page(host, path).encode())
        else:
            connection.answer(404)
        with self.lock:
            self.asked.append((host, path, came, time.monotonic()))


def _page(host: str, path: str) -> str:
    """A page of its own words, so that no article is a copy of another."""
    number = int(path.rpartition("/")[2])
    words = " ".join(f"{host.replace('.', 'x')}w{number}n{n}" for n in range(150))
    return f"<html><body><article><h1>Report {number}</h1><p>{words}.</p></article></body></html>"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Machines at work."""

    engine: Engine
    machines: list[Machine]
    outlets: Outlets
    logs: Path

    def rows(self, query: str) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query)).mappings()]

    def wait_for(self, condition: str) -> None:
        def holds() -> bool:
            return bool(self.rows(f"select ({condition}) as it")[0]["it"])

        if not child.wait_until(holds, PATIENCE):
            states = self.rows("select state, count(*), max(last_error) as error from article group by 1")
            tails = "\n".join(f"--- {log.name}\n{child.tail(log, 15)}" for log in sorted(self.logs.glob("*.log")))
            raise TimeoutError(f"still not true after {PATIENCE} s: {condition}\n{states}\n{tails}")


@contextmanager
def running(
    database_url: str, redis_url: str, folder: Path, *, hosts: int, articles: int, spacing: float, fetching: int = 2
) -> Iterator[Cluster]:
    """Run the line on machines that fetch, and one more that reads and codes and holds the clock.

    Args:
        database_url: Database on loopback, migrated.
        redis_url: Broker on loopback.
        folder: For logs.
        hosts: Outlets, each on a host of its own.
        articles: Of each outlet, each in words of its own.
        spacing: Seconds between two requests to a host.
        fetching: Machines that fetch.
    """
    outlets = Outlets(articles)
    with ExitStack() as stack:
        door, *places = stack.enter_context(addresses("1", *(str(10 + n) for n in range(hosts))))
        stack.enter_context(relay(door, *(int(make_url(url).port or 0) for url in (database_url, redis_url))))
        engine = engine_for(database_url)
        stack.callback(engine.dispose)
        for host in places:
            site = Site(lambda connection, host=host: outlets.answer(host, connection), None, host)  # type: ignore[misc]
            stack.callback(site.close)
            with session_scope(engine) as session:
                add_feed(session, FeedSettings(f"{site.url}/feed", f"Outlet {host}"), datetime.now(UTC))
        environment = environment_for(
            database_url=database_url.replace("127.0.0.1", door), redis_url=redis_url.replace("127.0.0.1", door),
            allowed_networks=f"{SUBNET}.0.0/16", host_spacing_seconds=str(spacing), feed_floor_seconds="600",
            feed_ceiling_seconds="600", tick_seconds="0.5", time_scale="0.4", net_threads="4", home=str(folder),
        )  # fmt: skip
        made = stack.enter_context(machines(fetching + 1))
        work = [(machine, ["worker", "net"]) for machine in made[:-1]]
        work += [(made[-1], ["worker", "cpu", "--concurrency", "1"]), (made[-1], ["beat"])]
        for machine, words in work:
            machine.run(*words, environment=environment, log=folder / f"{machine.name}-{words[-1]}.log")
        yield Cluster(engine, made, outlets, folder)
