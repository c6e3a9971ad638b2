"""One fetch with its redirects: each party on the way is asked for a turn, and its robots.txt holds there too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Self

from tasks import asking, stage
from worker.fetch.robots import RobotsVerdict
from worker.fetch.slots import Wait
from worker.records import FetchClass
from worker.urls import is_fetchable, registered_domain

Rules = Callable[[str], RobotsVerdict | None]
"""What the robots.txt of an address says of it; None when that file is not known yet."""


class Delayed(NamedTuple):
    """A redirect that is followed later, when the other party's turn comes; the place in its line is kept."""

    url: str
    until: datetime


def no_rules(url: str) -> RobotsVerdict:
    """The rules for what robots.txt does not speak of: feeds that the user chose, and robots.txt itself."""
    return RobotsVerdict(allowed=True, crawl_delay=None, reason=f"{url} is not subject to robots.txt.")


class Journey:
    """The turns that one fetch holds, given back when the block ends, however it ends.

    Args:
        who: who travels, such as ``article:17``: keeps its place in the line of each party.
        rules: asked for each redirect's target before it is followed.
    """

    def __init__(self, who: str, rules: Rules = no_rules) -> None:
        self._who = who
        self._rules = rules
        self._held: dict[str, str] = {}  # registered domain -> token
        self.delayed: Delayed | None = None
        self.unasked: str | None = None  # target of a redirect whose robots.txt must be fetched first

    def begin(self, url: str, now: datetime, *, spacing: float | None = None) -> Wait | None:
        """Take a turn at a party; None when it was granted, or is held already."""
        domain = registered_domain(url)
        if domain in self._held:
            return None
        granted = asking.turn(url, self._who, now, spacing=spacing)
        if isinstance(granted, Wait):
            return granted
        self._held[domain] = granted.token
        return None

    def may_follow(self, target: str) -> tuple[FetchClass, str] | None:
        """Let a redirect be followed, or say why the fetch ends before it."""
        if not is_fetchable(target):
            return None  # the client has its own sentence for it
        verdict = self._rules(target)
        if verdict is None:
            self.unasked = target
            return (
                FetchClass.ROBOTS,
                f"The robots.txt of {target} is to be asked before the redirect there is followed.",
            )
        if not verdict.allowed:
            # A robots.txt that cannot be read now is its server's failure, which may pass.
            return FetchClass.SERVER_ERROR if verdict.again_at else FetchClass.ROBOTS, verdict.reason
        wait = self.begin(target, stage.now(), spacing=verdict.crawl_delay)
        if wait is None:
            return None
        self.delayed = Delayed(target, wait.until)
        return FetchClass.THROTTLED, f"The redirect to {target} is followed when its turn comes."

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for domain, token in self._held.items():
            asking.give_back(domain, token)
