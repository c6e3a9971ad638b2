"""The feeds that a user chose: ``feeds.toml``, and the form in which a chosen feed travels.

    [[feed]]
    url       = "https://example.org/world/rss"
    outlet    = "Example Post"
    section   = "world"
    language  = "en"
    time_zone = "Europe/London"     # of dates that name no zone
    interval  = "15 min"            # shortest time between two polls; what the feed does decides the rest
    kind      = "publisher"         # what the outlet is
    family    = "Example Group"     # outlets of one owner or wire count once
    headers   = { Authorization = "EXAMPLE_TOKEN" }   # header = name of the secret that holds its value

Only ``url`` must be there. A mistake is reported with its line, and all mistakes of a file together.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from worker.errors import FeedListError
from worker.urls import BadURLError, canonical, has_login, host_of, is_fetchable, without_login

KINDS: Final = (
    *("publisher", "news_agency", "state_media", "official", "belligerent"),
    *("monitor", "ngo", "witness", "anonymous", "other"),
)
"""What an outlet can be; independence of sources rests on it."""

_SHORTEST_INTERVAL: Final = 1
_LONGEST_INTERVAL: Final = 7 * 86400
"""Seconds: every feed is asked at least weekly."""

_FIELDS: Final = ("url", "outlet", "section", "language", "time_zone", "interval", "kind", "family", "headers")
_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_INTERVAL: Final = re.compile(r"(\d{1,6})\s{0,5}([a-z]{1,3})")
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3}")
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110, 5.6.2
_SECRET: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}")
_OURS: Final = frozenset(
    {
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "accept-encoding",
        "if-none-match",
        "if-modified-since",
    }
)
"""Headers that the client sets by itself; another value would break what it relies on."""


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One feed as a user chose it."""

    url: str
    outlet: str  # name of who publishes it; the host when the user gave none
    section: str | None = None
    language: str | None = None  # BCP 47
    time_zone: str | None = None  # IANA
    interval_seconds: int | None = None  # shortest time between two polls; None: what the settings say
    kind: str = "publisher"
    family: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # header -> name of a secret
    home_url: str | None = None


@dataclass(frozen=True, slots=True)
class FeedList:
    """All feeds of one file, in its order."""

    feeds: tuple[ListedFeed, ...]


class _Mistakes:
    """Collects what is wrong with one entry."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.found: list[str] = []

    def add(self, sentence: str) -> None:
        self.found.append(f"{self.where}: {sentence}")


def read_feeds_toml(text: str) -> FeedList:
    """Read a list of feeds.

    Args:
        text: The content of ``feeds.toml``.

    Raises:
        FeedListError: The text is not TOML, or entries are wrong; names each with its line, what is wrong, what to do.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FeedListError(f"feeds.toml is not valid TOML: {error}.") from None
    mistakes = [_unknown(name, ("feed",), "feeds.toml") for name in document if name != "feed"]
    entries = document.get("feed", [])
    if not isinstance(entries, list):
        raise FeedListError("feeds.toml: write each feed as a table of its own that begins with [[feed]], not [feed].")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.replace(" ", "").startswith("[[feed]]")]
    feeds: dict[str, ListedFeed] = {}
    for position, entry in enumerate(entries):
        where = f"line {lines[position]}" if len(lines) == len(entries) else f"feed {position + 1}"
        check = _Mistakes(f"feeds.toml, {where}")
        feed = _feed(entry, check)
        key = canonical(feed.url) if feed is not None else ""
        if feed is not None and key in feeds:
            check.add(f"{feed.url} is listed twice; keep one of the two.")
        if feed is not None and not check.found:
            feeds[key] = feed
        mistakes += check.found
    if mistakes:
        raise FeedListError("\n".join(mistakes))
    return FeedList(tuple(feeds.values()))


def login_refusal(url: str) -> str | None:
    """Say why a feed's address may not be stored because of a login in it, or None when there is none.

    Every analyst reads the addresses of feeds, in tables, views and lists; a secret has no place there.
    """
    if not has_login(url):
        return None
    return (
        f"{without_login(url)} has a login in its address, where everybody who reads the database would see it; "
        "leave it out there, put user:password into a secret, and name that secret in feeds.toml: "
        'headers = { Authorization = "NAME_OF_SECRET" }.'
    )


def _feed(entry: Any, check: _Mistakes) -> ListedFeed | None:
    if not isinstance(entry, dict):
        check.add("a feed is a table with at least a url.")
        return None
    for name in entry:
        if name not in _FIELDS:
            check.found.append(_unknown(name, _FIELDS, check.where))
    url = _url(entry, check)
    if url is None:
        return None
    return ListedFeed(
        url=url,
        outlet=_words(entry, "outlet", check) or host_of(url),
        section=_words(entry, "section", check),
        language=_language(entry, check),
        time_zone=_time_zone(entry, check),
        interval_seconds=_interval(entry, check),
        kind=_kind(entry, check),
        family=_words(entry, "family", check),
        headers=_headers(entry, check),
    )


def _url(entry: Mapping[str, Any], check: _Mistakes) -> str | None:
    url = entry.get("url")
    if not isinstance(url, str) or not url.strip():
        check.add("url is missing; give the feed's address.")
        return None
    try:
        canonical(url)
    except BadURLError as error:
        check.add(str(error))
        return None
    if not is_fetchable(url):
        check.add("url is too long to be asked for.")
        return None
    if reason := login_refusal(url):
        check.add(reason)
        return None
    return canonical(url)


def _words(entry: Mapping[str, Any], name: str, check: _Mistakes) -> str | None:
    value = entry.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        check.add(f"{name} is {value!r}; give some words or leave it out.")
        return None
    return " ".join(value.split())


def _language(entry: Mapping[str, Any], check: _Mistakes) -> str | None:
    value = _words(entry, "language", check)
    if value is not None and not _LANGUAGE.fullmatch(value):
        check.add(f'language is "{value}"; give a code such as "en" or "pt-BR".')
    return value


def _time_zone(entry: Mapping[str, Any], check: _Mistakes) -> str | None:
    value = _words(entry, "time_zone", check)
    if value is not None:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, KeyError):
            check.add(f'time_zone is "{value}"; give an IANA name such as "Europe/London".')
    return value


def _interval(entry: Mapping[str, Any], check: _Mistakes) -> int | None:
    value = entry.get("interval")
    if value is None:
        return None
    seconds: int | None = None
    if isinstance(value, str) and (match := _INTERVAL.fullmatch(value.strip().lower())) and match[2] in _UNITS:
        seconds = int(match[1]) * _UNITS[match[2]]
    elif isinstance(value, int) and not isinstance(value, bool):
        seconds = value
    if seconds is None or not _SHORTEST_INTERVAL <= seconds <= _LONGEST_INTERVAL:
        check.add(f'interval is {value!r}; give a time up to 7 d, such as "15 min", "2 h", or a number of seconds.')
    return seconds


def _kind(entry: Mapping[str, Any], check: _Mistakes) -> str:
    value = entry.get("kind", "publisher")
    if value not in KINDS:
        check.add(f"kind is {value!r}; it is one of {', '.join(KINDS)}.")
    return str(value)


def _headers(entry: Mapping[str, Any], check: _Mistakes) -> Mapping[str, str]:
    value = entry.get("headers", {})
    if not isinstance(value, dict):
        check.add('headers is a table of header = "NAME_OF_SECRET".')
        return MappingProxyType({})
    for name, secret in value.items():
        if not _HEADER.fullmatch(name) or name.lower() in _OURS:
            check.add(f"header {name!r} cannot be set; leave it out.")
        if not isinstance(secret, str) or not _SECRET.fullmatch(secret):
            check.add(f"header {name!r} must give the name of a secret (letters, digits, _), never its value.")
    return MappingProxyType(dict(value))


def _unknown(name: str, known: tuple[str, ...], where: str) -> str:
    close = difflib.get_close_matches(name, known, 1)
    advice = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(known)}."
    return f'{where}: "{name}" is not known; {advice}'
