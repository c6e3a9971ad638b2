"""What a site's tdmrep.json reserves of it: the TDM Reservation Protocol, final report of the W3C's group, 2024.

The file lists patterns of paths, each with 1 (reserved) or 0; the first that matches a page speaks for it. What the
page's own answer says in a header or an element stands above the file.
"""

import json
import re
import string
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

from worker.fetch.outcome import is_success
from worker.fetch.robots import HOLDS_AFTER_FAILURE, HOLDS_FOR, LONGEST
from worker.records import FetchClass, Fetched
from worker.urls import origin_of

HEADER: Final = "tdm-reservation"
"""Both the header of an answer and the key in the file."""

_MOST_RULES: Final = 1000
"""Rules that are read of a file: sites give a handful; each is matched against each page."""

_ESCAPED: Final = re.compile("%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = frozenset(string.ascii_letters + string.digits + "-._~")
_AS_THEY_ARE: Final = "/%?&=@:!'(),;+#[]~"

_PASSES: Final = frozenset(
    {FetchClass.SERVER_ERROR, FetchClass.THROTTLED, FetchClass.TIMEOUT, FetchClass.CONNECT, FetchClass.DNS}
)


@dataclass(frozen=True, slots=True)
class ReservationsFile:
    """A site's tdmrep.json as stored, or what stands in its place."""

    text: str  # empty when there is none
    status: int | None  # HTTP status; None when no answer came
    fetched_at: datetime
    expires_at: datetime


def reservations_url(url: str) -> str:
    """Give the address of the tdmrep.json that speaks for a page.

    Raises:
        worker.urls.BadURLError: The page's address cannot be read.
    """
    return f"{origin_of(url)}/.well-known/tdmrep.json"


def file_from(fetched: Fetched) -> ReservationsFile:
    """Turn the answer to a request for tdmrep.json into what is stored.

    A site without the file does not take part in the protocol, so whatever is no such file reserves nothing. It holds
    for a day, as robots.txt does, and for an hour where the failure may pass.
    """
    now = fetched.started_at
    until = now + (HOLDS_AFTER_FAILURE if fetched.outcome in _PASSES else HOLDS_FOR)
    fits = is_success(fetched.outcome) and len(fetched.body) <= LONGEST
    text = fetched.body.decode("utf-8-sig", errors="replace") if fits else ""
    return ReservationsFile(text if _rules(text) else "", fetched.status, now, until)


def unread(now: datetime) -> ReservationsFile:
    """What stands in the place of a file that robots.txt forbids to ask for."""
    return ReservationsFile("", None, now, now + HOLDS_FOR)


def is_reserved(text: str, url: str) -> bool | None:
    """Say whether a file reserves a page; None when it says nothing of it.

    Args:
        text: The file.
        url: The page's address.
    """
    parts = urlsplit(url)
    path = _spelt_alike((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    return next((rule.reserved for rule in _rules(text) if _matches(rule, path)), None)


class _Rule(NamedTuple):
    parts: tuple[str, ...]  # of the pattern, between its asterisks
    whole: bool  # the pattern ends where the path does
    reserved: bool


@lru_cache(maxsize=128)
def _rules(text: str) -> tuple[_Rule, ...]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    listed = given[:_MOST_RULES] if isinstance(given, list) else []
    return tuple(rule for rule in map(_rule, listed) if rule is not None)


def _rule(given: Any) -> _Rule | None:
    if not isinstance(given, dict) or not isinstance(given.get("location"), str):
        return None
    pattern, value = given["location"], str(given.get(HEADER)).strip()
    if value not in {"0", "1"}:
        return None
    parts = pattern.removesuffix("$").split("*")
    return _Rule(tuple(map(_spelt_alike, parts)), pattern.endswith("$"), value == "1")


def _matches(rule: _Rule, path: str) -> bool:
    """Match as robots.txt does (RFC 9309, 2.2.3): from the start; ``*`` is anything, a last ``$`` the end."""
    first, *others = rule.parts
    if not path.startswith(first):
        return False
    if not others:
        return not rule.whole or path == first
    last = others.pop() if rule.whole else ""
    at = len(first)
    for part in others:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not rule.whole or path.endswith(last, at)


def _spelt_alike(path: str) -> str:
    """Spell a path, or a part of one, as RFC 3986, 6.2.2 does; an asterisk or dollar sign that means itself encoded."""
    return _ESCAPED.sub(_as_plain_as_may_be, quote(path, safe=_AS_THEY_ARE))


def _as_plain_as_may_be(escaped: re.Match[str]) -> str:
    character = chr(int(escaped[0][1:], 16))
    return character if character in _UNRESERVED else escaped[0].upper()
