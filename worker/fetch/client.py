"""One polite GET: the address in, a value out, whatever the network or the site does.

Redirects are followed by hand so that each hop is judged like a first request. The limits hold together: no server
can make a request last longer than its total time or hold more memory than its size limit.
"""

import base64
import hashlib
import http.client
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout
from urllib3.exceptions import HTTPError, ProtocolError

from worker.fetch.addresses import NOTHING_ALLOWED, Network
from worker.fetch.body import ACCEPTED, Body, TooLargeError, UndecodableError
from worker.fetch.connect import Connector, patience
from worker.fetch.failure import closed_at_once, describe
from worker.fetch.limits import FetchLimits
from worker.fetch.outcome import judge, parse_retry_after, refused_type
from worker.records import FetchClass, Fetched, Hop, Validators
from worker.urls import absolute, canonical, is_fetchable, is_same_over_https, origin_of, without_login

__all__ = ["Client", "FetchLimits", "MayFollow"]

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})  # RFC 9110, 15.4; 300 and 304 name nothing to follow
_CHUNK: Final = 64 * 1024
_ERROR_BODY: Final = 64 * 1024
"""Bytes read of an error's page: enough to tell a bot check."""
_PREFIX: Final = 16 * 1024
_ORIGINS_KEPT: Final = 100
"""Origins whose idle connections are kept; with two each well under the usual 1,024 open files."""
_LONGEST_VALIDATOR: Final = 1024
"""Characters of a validator that is kept; a longer one is no version but an attack on somebody's header limit."""

_MOST_COOKIES: Final = 20
_LONGEST_COOKIE: Final = 1024
"""More than any login-free site sets on its way to a page."""
_TELLS_WHEN: Final = frozenset({429, 503})
"""Answers whose Retry-After says when to come back; with a redirect it means something else (RFC 9110, 10.2.3)."""

MayFollow = Callable[[str], "tuple[FetchClass, str] | None"]
"""Asked for each redirect's target; None lets it be followed, an outcome with its sentence ends the fetch there."""

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class _Asked(NamedTuple):
    """What stays the same over all hops."""

    url: str
    headers: Mapping[str, str]
    secret_headers: Mapping[str, str]
    max_bytes: int
    may_follow: MayFollow | None
    started_at: datetime
    start: float


class _Answer(NamedTuple):
    """What the last hop brought, or why there is nothing."""

    url: str
    outcome: FetchClass
    detail: str
    status: int | None = None
    headers: Mapping[str, str] = _NO_HEADERS
    body: bytes = b""
    wire_bytes: int = 0


class Client:
    """Fetches pages and feeds; one for a process, shared by its threads.

    Args:
        limits: What one fetch may take.
        identity: The User-Agent, which names the project, its version and how to reach whoever runs it.
        allowed_networks: Networks that may be connected to although they are not public.
        ca_file: A file of certificate authorities to trust besides the system's; None for the system's alone.
    """

    def __init__(
        self,
        limits: FetchLimits,
        identity: str,
        allowed_networks: tuple[Network, ...] = NOTHING_ALLOWED,
        *,
        ca_file: Path | None = None,
    ) -> None:
        self.limits = limits
        self.identity = identity
        self._connector = Connector(limits.connect_seconds, allowed_networks, ca_file)
        self._pools: OrderedDict[str, HTTPConnectionPool] = OrderedDict()  # least recently used first
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close idle connections."""
        with self._lock:
            while self._pools:
                self._pools.popitem()[1].close()
        self._connector.close()

    def get(
        self,
        url: str,
        *,
        accept: str,
        validators: Validators = Validators(),  # noqa: B008 - frozen
        extra_headers: Mapping[str, str] = _NO_HEADERS,
        max_bytes: int | None = None,
        may_follow: MayFollow | None = None,
    ) -> Fetched:
        """Ask for one address.

        Args:
            url: An http or https address; a user name and password in it are sent to its own origin only.
            accept: The Accept header.
            validators: What we hold of it already; sent as they are (RFC 9110, 13.1).
            extra_headers: Headers of the user's own, often secrets; dropped when a redirect leaves the origin.
            max_bytes: Limit of the body after decompression; None for that of ``limits``.
            may_follow: Asked for each redirect's target before it is followed.

        Returns:
            What came, or why nothing did. Never raises for what a network or a site can do.
        """
        headers = {"User-Agent": self.identity, "Accept": accept, "Accept-Encoding": ACCEPTED}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        most = self.limits.max_bytes if max_bytes is None else max_bytes
        asked = _Asked(url, headers, extra_headers, most, may_follow, datetime.now(UTC), time.monotonic())
        hops: list[Hop] = []
        with patience(asked.start + self.limits.total_seconds, self.limits.read_seconds):
            answer = self._follow(asked, hops)
        return _fetched(asked, answer, tuple(hops))

    def _follow(self, asked: _Asked, hops: list[Hop]) -> _Answer:
        secrets = {**asked.secret_headers, **_basic_auth(asked.url)}
        # From here on the login travels in its header only, so that no sentence and no record shows it.
        url = without_login(asked.url)
        cookies: dict[tuple[str, str], str] = {}
        seen = set()
        while True:
            if not is_fetchable(url):
                return _Answer(url, FetchClass.REFUSED, f"{url[:200]} is not an address that can be fetched.")
            seen.add((canonical(url), len(cookies)))
            answer, location = self._ask(asked, url, {**asked.headers, **secrets}, cookies)
            if location is None:
                return answer
            hops.append(Hop(url, answer.status or 0, location))
            stop = self._may_not_follow(asked, hops, (canonical(location), len(cookies)) in seen)
            if stop is not None:
                return stop
            if not _is_same_party(url, location):
                secrets = {}
            url = location

    def _may_not_follow(self, asked: _Asked, hops: list[Hop], known: bool) -> _Answer | None:  # noqa: FBT001
        last = hops[-1]
        if known:
            sentence = f"{hops[0].url} redirects in a circle: {last.url} leads back to {last.location}."
            return _Answer(last.url, FetchClass.REDIRECT_LOOP, sentence, last.status)
        if len(hops) > self.limits.max_redirects:
            sentence = f"{hops[0].url} redirects more than {self.limits.max_redirects} times; the last was {last.url}."
            return _Answer(last.url, FetchClass.REDIRECT_LOOP, sentence, last.status)
        verdict = asked.may_follow(last.location) if asked.may_follow else None
        return _Answer(last.location, verdict[0], verdict[1], last.status) if verdict else None

    def _ask(
        self, asked: _Asked, url: str, headers: Mapping[str, str], cookies: dict[tuple[str, str], str]
    ) -> tuple[_Answer, str | None]:
        """Make one request; gives the answer, and where it leads when it is a redirect."""
        host = urlsplit(url).hostname or ""
        if jar := "; ".join(f"{name}={value}" for (owner, name), value in cookies.items() if owner == host):
            headers = {**headers, "Cookie": jar}
        try:
            response = self._open(url, headers)
        except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            outcome, sentence = describe(error, url, self.limits)
            return _Answer(url, outcome, sentence), None
        cookies.update({(host, name): value for name, value in _cookies(response)})
        if response.status in _REDIRECTS and response.headers.get("location"):
            return self._redirect(response, url)
        return self._read(response, asked, url), None

    def _open(self, url: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
        pool = self._pool(url)
        opened = pool.num_connections
        try:
            return self._request(pool, url, headers)
        except ProtocolError as error:
            # A connection that was kept may have been closed by the server in the meantime; GET may be repeated
            # (RFC 9110, 9.2.2). On a fresh connection the same error is an answer.
            if pool.num_connections > opened or not closed_at_once(error):
                raise
            return self._request(pool, url, headers)

    def _request(self, pool: HTTPConnectionPool, url: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
        parts = urlsplit(canonical(url))
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return pool.urlopen(
            "GET",
            target,
            headers=dict(headers),
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=Timeout(connect=self.limits.connect_seconds, read=self.limits.read_seconds),
            preload_content=False,
            decode_content=False,
        )

    def _pool(self, url: str) -> HTTPConnectionPool:
        origin = origin_of(url)
        with self._lock:
            if origin not in self._pools:
                parts = urlsplit(origin)
                port = parts.port or (443 if parts.scheme == "https" else 80)
                self._pools[origin] = self._connector.pool(parts.scheme, parts.hostname or "", port)
                if len(self._pools) > _ORIGINS_KEPT:
                    self._pools.popitem(last=False)[1].close()
            self._pools.move_to_end(origin)
            return self._pools[origin]

    def _redirect(self, response: BaseHTTPResponse, url: str) -> tuple[_Answer, str | None]:
        headers = _plain_headers(response)
        response.close()
        target = absolute(url, _as_utf8(headers["location"]))
        target = without_login(target) if target else None
        if target is None:
            sentence = f"{url} redirects to {headers['location'][:200]!r}, which is not a web address."
            return _Answer(url, FetchClass.REFUSED, sentence, response.status, headers), None
        return _Answer(url, FetchClass.OK, "", response.status, headers), target

    def _read(self, response: BaseHTTPResponse, asked: _Asked, url: str) -> _Answer:
        status, headers = response.status, _plain_headers(response)
        success = 200 <= status < 300  # noqa: PLR2004 - RFC 9110, 15.3
        if success and refused_type(headers):
            response.close()
            outcome, sentence = judge(status, headers, b"not read", url=url)
            return _Answer(url, outcome, sentence, status, headers)
        most = asked.max_bytes if success else min(asked.max_bytes, _ERROR_BODY)
        body, wire, error = _collect(response, headers, most)
        if error is not None and success:
            outcome, sentence = describe(error, url, self.limits, most)
            return _Answer(url, outcome, sentence, status, headers, wire_bytes=wire)
        conditional = bool(asked.headers.keys() & {"If-None-Match", "If-Modified-Since"})
        outcome, sentence = judge(status, headers, body[:_PREFIX], url=url, conditional=conditional)
        return _Answer(url, outcome, sentence, status, headers, body if outcome is FetchClass.OK else b"", wire)


def _collect(response: BaseHTTPResponse, headers: Mapping[str, str], most: int) -> tuple[bytes, int, Exception | None]:
    """Read a body to its end or to what is wrong with it; gives what there is, its bytes on the wire, the error."""
    collected: Body | None = None
    try:
        collected = Body(headers.get("content-encoding", ""), most)
        # An error's page is only looked at, so its length does not matter.
        if response.status < 400 and _declared(headers) > most:  # noqa: PLR2004 - RFC 9110, 15.5
            raise TooLargeError  # noqa: TRY301 - the same outcome as finding out by reading
        for chunk in response.stream(_CHUNK, decode_content=False):
            collected.feed(chunk)
        body = collected.finish()
    except (TooLargeError, UndecodableError, HTTPError, OSError, http.client.HTTPException, ValueError) as error:
        response.close()
        return (collected.so_far(), collected.wire_bytes, error) if collected else (b"", 0, error)
    response.release_conn()
    return body, collected.wire_bytes, None


def _declared(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "")
    # Python refuses numbers of thousands of digits with an error; 18 hold an exabyte.
    return int(length[:18]) if length.isascii() and length.isdigit() else 0


def _fetched(asked: _Asked, answer: _Answer, hops: tuple[Hop, ...]) -> Fetched:
    told = parse_retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    return Fetched(
        url=asked.url,
        final_url=answer.url,
        outcome=answer.outcome,
        detail=answer.detail,
        started_at=asked.started_at,
        elapsed_ms=round((time.monotonic() - asked.start) * 1000),
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        wire_bytes=answer.wire_bytes,
        sha256=hashlib.sha256(answer.body).digest() if answer.body else b"",
        validators=Validators(_validator(answer.headers, "etag"), _validator(answer.headers, "last-modified")),
        hops=hops,
        retry_after=told if answer.status in _TELLS_WHEN else None,
    )


def _plain_headers(response: BaseHTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items() if name.lower() != "set-cookie"}


def _as_utf8(location: str) -> str:
    """Undo the latin-1 that HTTP headers are read as: a Location that is not ASCII is UTF-8 in practice."""
    try:
        return location.encode("latin-1").decode()
    except UnicodeError:
        return location


def _cookies(response: BaseHTTPResponse) -> list[tuple[str, str]]:
    """Read the names and values that an answer sets; kept for the redirects of one fetch and their host only.

    Some outlets send every reader round a circle until a cookie comes back.
    """
    pairs = (line.partition(";")[0].partition("=") for line in response.headers.getlist("set-cookie")[:_MOST_COOKIES])
    return [(name.strip(), value.strip()) for name, _, value in pairs if name.strip() and len(value) <= _LONGEST_COOKIE]


def _basic_auth(url: str) -> dict[str, str]:
    try:
        parts = urlsplit(url)
        name, secret = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        return {}
    if not name and not secret:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}  # RFC 7617, 2


def _is_same_party(here: str, there: str) -> bool:
    """Say whether secrets may go along: the same origin, or the same host lifted from http to https on usual ports."""
    before, after = origin_of(here), origin_of(there)
    return before == after or is_same_over_https(before, after)


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name)
    return value if value and len(value) <= _LONGEST_VALIDATOR else None
