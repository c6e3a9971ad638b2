"""What a site's robots.txt lets us fetch (RFC 9309). Asked for articles only: a feed was made for programs to read.

The grammar is protego's; the decisions around it are ours: what a missing, forbidden or failing file means, how much
of it is read and how long it holds.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from protego import Protego

from worker.records import FetchClass, Fetched
from worker.urls import origin_of

LONGEST: Final = 500 * 1024
"""Bytes that are read of a file; RFC 9309, 2.5 asks for at least 500 KiB."""

HOLDS_FOR: Final = timedelta(hours=24)
"""RFC 9309, 2.4: a copy is not to be used for longer than a day, unless the file cannot be reached."""

HOLDS_AFTER_FAILURE: Final = timedelta(hours=1)
"""A server that failed is asked again sooner than one that answered: all its articles wait for it."""

LONGEST_DELAY: Final = 60.0
"""Seconds of Crawl-delay that are honoured: with more, an outlet of a thousand articles a day could not be followed."""

_AGENT_LINE: Final = re.compile(r"[ \t]*user[- ]?agent[ \t]*:(?P<name>[^#\r\n]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A site's robots.txt as stored, or what stands in its place."""

    text: str  # empty when there is none
    status: int | None  # HTTP status; None when no answer came
    fetched_at: datetime
    expires_at: datetime
    forbids_all: bool = False  # the server failed: RFC 9309, 2.3.1.4
    note: str = ""  # why there is no text


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """Whether one address may be fetched."""

    allowed: bool
    crawl_delay: float | None  # seconds, at most LONGEST_DELAY
    reason: str  # one whole sentence
    again_at: datetime | None = None  # when to ask again: set where the file could not be read, which may pass


def robots_url(url: str) -> str:
    """Give the address of the robots.txt that speaks for a page: at the root of its scheme, host and port (2.3).

    Raises:
        worker.urls.BadURLError: The page's address cannot be read.
    """
    return f"{origin_of(url)}/robots.txt"


def file_from(fetched: Fetched) -> RobotsFile:
    """Turn the answer to a request for robots.txt into what is stored.

    4xx means that there are no rules (2.3.1.3), 429 excepted, which like 5xx and no answer at all forbids everything
    until the file can be read (2.3.1.4). An HTML page in its place holds no rules.
    """
    now = fetched.started_at
    outcome, status = fetched.outcome, fetched.status
    if outcome is FetchClass.OK:
        text = fetched.body[:LONGEST].decode("utf-8-sig", errors="replace")
        if len(fetched.body) > LONGEST:
            text = text.rpartition("\n")[0]
        return RobotsFile(text, status, now, now + HOLDS_FOR)
    # An empty file, or one of another type, is a file without rules; so is one that a 4xx or a bot check hides.
    if outcome in {FetchClass.CLIENT_ERROR, FetchClass.GONE, FetchClass.BAD_CONTENT, FetchClass.REDIRECT_LOOP}:
        return RobotsFile("", status, now, now + HOLDS_FOR, note=f"{fetched.url} holds no rules: {fetched.detail}")
    if outcome is FetchClass.TOO_LARGE:
        return RobotsFile("", status, now, now + HOLDS_FOR, note=f"{fetched.url} is too large to be read.")
    if outcome is FetchClass.CHALLENGE and status is not None and 400 <= status < 500:  # noqa: PLR2004 - 2.3.1.3
        return RobotsFile("", status, now, now + HOLDS_FOR, note=f"{fetched.url} is hidden by a bot check ({status}).")
    note = f"{fetched.url} could not be read, so nothing there is fetched: {fetched.detail}"
    return RobotsFile("", status, now, now + HOLDS_AFTER_FAILURE, forbids_all=True, note=note)


def verdict(robots: RobotsFile | None, url: str, agent: str) -> RobotsVerdict:
    """Say whether a page may be fetched.

    Args:
        robots: The site's file; None when it has none.
        url: The page's address.
        agent: Our product token (RFC 9309, 2.2.1), for example ``Dateline``; what follows a slash is left out.
    """
    if robots is None:
        return RobotsVerdict(
            allowed=True, crawl_delay=None, reason=f"{url} may be fetched: its site has no robots.txt."
        )
    if robots.forbids_all:
        return RobotsVerdict(allowed=False, crawl_delay=None, reason=robots.note, again_at=robots.expires_at)
    token = agent.partition("/")[0].strip()
    rules = _rules(robots.text, token.lower())
    delay = rules.crawl_delay(token)
    crawl_delay = min(float(delay), LONGEST_DELAY) if delay is not None and delay > 0 else None
    if rules.can_fetch(url, token):
        return RobotsVerdict(allowed=True, crawl_delay=crawl_delay, reason=f"{url} may be fetched by {token}.")
    reason = f"{url} is not fetched: {robots_url(url)} forbids it to {token}."
    return RobotsVerdict(allowed=False, crawl_delay=crawl_delay, reason=reason)


@lru_cache(maxsize=128)
def _rules(text: str, token: str) -> Protego:
    """Parse a file with all other crawlers' names made one.

    The parser's work grows with the number of names times the number of rules; 500 KiB can hold 15,000 of each.
    """
    lines = []
    for line in text.splitlines():
        agent = _AGENT_LINE.match(line)
        if agent is None or agent["name"].strip() == "*" or agent["name"].strip(" \t*").lower() in token:
            lines.append(line)
        else:
            lines.append("User-agent: -")
    return Protego.parse("\n".join(lines))
