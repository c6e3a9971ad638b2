"""Being a good guest: one client for the process, and a turn at the host's door before anything is asked."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from worker import __version__
from worker.app import BROKER_ERRORS, FETCH_SECONDS, broker
from worker.errors import InputError
from worker.fetch.client import Client, FetchLimits
from worker.fetch.outcome import throttled_scope
from worker.fetch.slots import Granted, HostSlots, Wait
from worker.logs import log
from worker.records import FetchClass, Fetched
from worker.settings import SECRETS, settings
from worker.urls import registered_domain

AGENT = "Dateline"
FEED_TYPES = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5"
ROBOTS_TYPES = "text/plain, */*;q=0.5"
A_MOMENT = timedelta(milliseconds=300)  # a request takes about that long: another thread's is likely over by then
LOOK_AGAIN_SECONDS = 0.03  # then twice as long each time: asking takes 1 ms of processor, and there may be many askers
UNREACHABLE = frozenset({FetchClass.DNS, FetchClass.CONNECT, FetchClass.TLS})


def identity() -> str:
    """The user agent: the project, its version, and how to reach whoever runs it."""
    contact = settings().contact
    return f"{AGENT}/{__version__}" + (f" (+{contact})" if contact else "")


@lru_cache(maxsize=1)
def client() -> Client:
    """The client of this process; its threads share its connections."""
    chosen = settings()
    limits = FetchLimits(
        connect_seconds=chosen.connect_seconds,
        read_seconds=chosen.read_seconds,
        total_seconds=chosen.total_seconds,
        max_bytes=chosen.article_max_bytes,
    )
    return Client(limits, identity(), chosen.allowed_networks, ca_file=chosen.ca_file)


def give_back(domain: str, token: str) -> None:
    """Free a domain's turn; when the broker cannot be reached it runs out by itself, and what was fetched is kept."""
    try:
        slots().give_back(domain, token)
    except BROKER_ERRORS as error:
        log.warning("a turn was not given back and runs out by itself", domain=domain, reason=str(error))


@lru_cache(maxsize=1)
def slots() -> HostSlots:
    """The turns at hosts, shared by all workers of all machines."""
    return HostSlots(broker())


def turn(url: str, who: str, now: datetime, *, spacing: float | None = None) -> Granted | Wait:
    """Ask for a turn at the URL's registered domain; a host known to be down is a long wait.

    A moment's wait, as for another thread's request to end, is spent here: to go away and come back takes four
    transactions and a message.

    Args:
        url: what is to be fetched.
        who: who asks, such as ``feed:17``: whoever waits keeps one place in the line.
        now: the present instant.
        spacing: seconds between two requests, when robots.txt asks for more than the setting.
    """
    domain = registered_domain(url)
    wanted = max(settings().host_spacing_seconds, spacing or 0)
    began, pause = time.monotonic(), LOOK_AGAIN_SECONDS
    while True:
        at = now + timedelta(seconds=time.monotonic() - began)
        taken = slots().take(domain, at, wanted, settings().limit(FETCH_SECONDS), who=who)
        if isinstance(taken, Granted) or taken.until > now + A_MOMENT:
            return taken
        if time.monotonic() - began > A_MOMENT.total_seconds():
            return taken
        time.sleep(pause)
        pause *= 2


def note_trouble(fetched: Fetched, now: datetime) -> None:
    """Tell all workers to leave a domain alone that could not be reached, or that asked for it with a 429."""
    domain = registered_domain(fetched.final_url)
    if fetched.outcome in UNREACHABLE:
        until = slots().host_down(domain, now, settings().host_pause_seconds)
        log.info("host left alone", domain=domain, until=until.isoformat(), reason=fetched.detail)
    elif throttled_scope(fetched) == "domain" and fetched.retry_after is not None:
        slots().host_down(domain, now, (fetched.retry_after - now).total_seconds())


def is_soon(until: datetime, now: datetime) -> bool:
    """Does a turn come before the dispatcher's next tick? Then a short countdown is better than waiting for it."""
    return until - now < timedelta(seconds=settings().tick_seconds)


def secret_headers(named: Mapping[str, str]) -> dict[str, str]:
    """The values of a feed's extra headers, each from the secret that it names.

    A secret for ``Authorization`` may be ``user:password``, which is sent as RFC 7617 writes it: a value with a scheme
    (RFC 9110, 11.4) has no colon before its first space.

    Raises:
        InputError: a secret is neither a file under /run/secrets nor a variable.
    """
    return {header: _credentials(header, _secret(name)) for header, name in named.items()}


def _credentials(header: str, value: str) -> str:
    if header.lower() != "authorization" or ":" not in value.partition(" ")[0]:
        return value
    return "Basic " + base64.b64encode(value.encode()).decode()


def _secret(name: str) -> str:
    variable = f"DATELINE_SECRET_{name.upper()}"
    file = SECRETS / Path(name).name
    if file.is_file():
        return file.read_text().strip()
    if variable in os.environ:
        return os.environ[variable]
    raise InputError(f"The secret {name!r} is not set: put it into {file}, or into the variable {variable}.")
