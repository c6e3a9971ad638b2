"""What an HTTP answer means for us: one class and one sentence, decided from the answer alone.

Every rule cites its source; RFC numbers without more are sections of RFC 9110 (HTTP semantics). Nothing here opens a
socket or reads a clock.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from worker.records import FetchClass, Fetched

LONGEST_WAIT: Final = timedelta(hours=24)
"""A Retry-After beyond a day is cut: some servers send years, and a feed must be looked at again within a week."""

_NEVER_READ: Final = ("image/", "audio/", "video/", "font/", "model/")
_NEVER_READ_EXACTLY: Final = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/x-rar-compressed",
        "application/x-7z-compressed",
        "application/msword",
        "application/vnd.ms-excel",
        "application/x-shockwave-flash",
        "application/wasm",
        "text/css",
        "text/javascript",
        "application/javascript",
        "text/calendar",
    }
)
_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive that was not declared as an encoding"),
    (b"\x00\x00\x00\x18ftyp", "a video"),
    (b"\x7fELF", "a program"),
)

_CHALLENGE_STATUSES: Final = frozenset({200, 202, 401, 403, 405, 429, 503})
_CHALLENGE_MARKS: Final = (
    (b"window._cf_chl_opt", "Cloudflare"),
    (b"cf-browser-verification", "Cloudflare"),
    (b"captcha-delivery.com/c.js", "DataDome"),
    (b"captcha-delivery.com/i.js", "DataDome"),
    (b"_Incapsula_Resource?SWUDNSAI", "Imperva"),
    (b'id="px-captcha"', "HUMAN"),
    (b"sucuri_cloudproxy_js", "Sucuri"),
    (b"ddos-guard/js-challenge", "DDoS-Guard"),
    (b"window.gokuProps", "AWS WAF"),
    (b'id="anubis_challenge"', "Anubis"),
    (b"sec-if-cpt-container", "Akamai"),
)
"""What only a bot check carries. Marks that the same vendors put into ordinary pages are left out on purpose."""

_MAY_SUCCEED_LATER: Final = frozenset({404, 408, 409, 421, 423, 425})
"""4xx that pass: an article can be in the feed minutes before all of a site's caches have it (404)."""

_PERMANENT: Final = frozenset(
    {
        FetchClass.GONE,
        FetchClass.CLIENT_ERROR,
        FetchClass.ROBOTS,
        FetchClass.REFUSED,
        FetchClass.TOO_LARGE,
        FetchClass.BAD_CONTENT,
    }
)
_SUCCESS: Final = frozenset({FetchClass.OK, FetchClass.NOT_MODIFIED})
_NETWORK: Final = frozenset({FetchClass.DNS, FetchClass.CONNECT, FetchClass.TIMEOUT})

_SECONDS: Final = re.compile(r"\d{1,10}(?:\.\d{1,6})?")

_FEWEST_DOMAINS: Final = 5
"""Fewer parties than this failing together is chance, not our network."""
_MOST: Final = 0.8
"""Share of the parties asked that must have failed on the network; a big host's outage rarely takes more than half."""


def judge(  # noqa: PLR0911 - a table of answers, one return a row
    status: int,
    headers: Mapping[str, str],
    body_prefix: bytes,
    *,
    url: str,
    conditional: bool = False,
) -> tuple[FetchClass, str]:
    """Say what an answer means.

    Args:
        status: HTTP status of the last hop.
        headers: Its headers, names in lower case.
        body_prefix: The beginning of its body after decompression (all of it, or at least the first 16 KiB).
        url: The address that answered, for the sentence.
        conditional: True when validators were sent, so that 304 is a possible answer (15.4.5).

    Returns:
        The class, and one whole sentence that names the address, what was found and what follows.
    """
    if vendor := challenge(status, headers, body_prefix):
        return FetchClass.CHALLENGE, f"{url} answered {status} with a bot check by {vendor} in place of content."
    if status == 304:  # noqa: PLR2004 - 15.4.5
        if conditional:
            return FetchClass.NOT_MODIFIED, f"{url} has not changed since the last fetch (304)."
        return FetchClass.BAD_CONTENT, f"{url} answered 304 although no validators were sent; there is no body to read."
    if status == 410:  # noqa: PLR2004 - 15.5.11
        return FetchClass.GONE, f"{url} is gone for good, says its server (410)."
    if status == 429:  # noqa: PLR2004 - RFC 6585, 4
        return FetchClass.THROTTLED, f"{url} asks us to slow down (429)."
    if status == 503 and "retry-after" in headers:  # noqa: PLR2004 - 15.6.4
        return FetchClass.THROTTLED, f"{url} is not available now and says when to come back (503 with Retry-After)."
    if status >= 500:  # noqa: PLR2004 - 15.6
        return FetchClass.SERVER_ERROR, f"{url} answered {status}: its server failed."
    if status >= 400:  # noqa: PLR2004 - 15.5
        return FetchClass.CLIENT_ERROR, f"{url} answered {status}: {_client_error(status)}."
    if status >= 300:  # noqa: PLR2004 - 15.4
        return FetchClass.BAD_CONTENT, f"{url} answered {status} without a Location that could be followed."
    return _judge_success(status, headers, body_prefix, url)


def refused_type(headers: Mapping[str, str]) -> str | None:
    """Give the content type when it is one that is never read, else None; asked before the body is downloaded."""
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type.startswith(_NEVER_READ) or content_type in _NEVER_READ_EXACTLY:
        return None if content_type.endswith("+xml") else content_type
    return None


def challenge(status: int, headers: Mapping[str, str], body_prefix: bytes) -> str | None:
    """Name the vendor whose bot check stands in place of the content, or None.

    Sources: Cloudflare's ``cf-mitigated`` header, AWS WAF's ``x-amzn-waf-action`` (both in their documentation); the
    marks in bodies are the scripts that these checks load.
    """
    if status not in _CHALLENGE_STATUSES:
        return None
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "Cloudflare"
    if headers.get("x-amzn-waf-action", "").lower() in {"challenge", "captcha"}:
        return "AWS WAF"
    if headers.get("x-datadome", "").lower() == "protected" and status == 403:  # noqa: PLR2004 - their block status
        return "DataDome"
    return next((vendor for mark, vendor in _CHALLENGE_MARKS if mark in body_prefix), None)


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """Read a Retry-After header (10.2.3) in both its forms, seconds and date.

    Args:
        value: The header as sent, or None.
        now: The present, timezone-aware.

    Returns:
        When to come back, in UTC, never before ``now`` and at most :data:`LONGEST_WAIT` after it; None when the header
        is missing or is neither form.
    """
    text = (value or "").strip()
    if not text:
        return None
    if _SECONDS.fullmatch(text):
        return now + min(timedelta(seconds=float(text)), LONGEST_WAIT)
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    told = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    return min(max(told, now), now + LONGEST_WAIT)


def is_permanent(outcome: FetchClass, status: int | None = None) -> bool:
    """Say whether asking again can never bring the page: an article with such an outcome ends, with its reason.

    404 and a few other 4xx pass (see the table above), so they count as transient and run out of attempts instead.
    """
    if outcome is FetchClass.CLIENT_ERROR and status in _MAY_SUCCEED_LATER:
        return False
    return outcome in _PERMANENT


def is_transient(outcome: FetchClass, status: int | None = None) -> bool:
    """Say whether the fetch failed in a way that may pass by itself."""
    return outcome not in _SUCCESS and not is_permanent(outcome, status)


def is_success(outcome: FetchClass) -> bool:
    """Say whether the fetch brought what was asked for, be it only that nothing changed."""
    return outcome in _SUCCESS


def throttled_scope(fetched: Fetched) -> str | None:
    """Say whom a wait that we were told concerns: ``domain`` for 429, ``url`` for 503, None when nothing was told."""
    if fetched.outcome is not FetchClass.THROTTLED:
        return None
    return "domain" if fetched.status == 429 else "url"  # noqa: PLR2004 - RFC 6585, 4


def is_our_network(attempts: Iterable[tuple[str, FetchClass]]) -> bool:
    """Say whether failures are our own network's, so that no feed is blamed for them.

    Args:
        attempts: Registered domain and outcome of the attempts of the last few minutes, all feeds and articles.

    Returns:
        True when at least five parties were asked and four fifths of them failed with DNS, connect or time-out errors
        only.
    """
    reached: dict[str, bool] = {}
    for domain, outcome in attempts:
        reached[domain] = reached.get(domain, False) or outcome not in _NETWORK
    failed = sum(1 for any_answer in reached.values() if not any_answer)
    return len(reached) >= _FEWEST_DOMAINS and failed >= _MOST * len(reached)


def _judge_success(status: int, headers: Mapping[str, str], body_prefix: bytes, url: str) -> tuple[FetchClass, str]:
    if status in {204, 205}:
        return FetchClass.BAD_CONTENT, f"{url} answered {status}, which means no content."
    if status == 206:  # noqa: PLR2004 - 15.3.7
        return FetchClass.BAD_CONTENT, f"{url} answered with a part (206) although the whole was asked for."
    if not body_prefix.strip():
        return FetchClass.BAD_CONTENT, f"{url} answered {status} with an empty body."
    if refused := refused_type(headers):
        return FetchClass.BAD_CONTENT, f"{url} is of type {refused}, which is never read."
    if found := next((name for magic, name in _MAGIC if body_prefix.startswith(magic)), None):
        return FetchClass.BAD_CONTENT, f"{url} is {found}, whatever its type says."
    return FetchClass.OK, f"{url} answered {status}."


def _client_error(status: int) -> str:
    return {
        401: "it wants a login; set a header for it in feeds.toml",
        402: "it wants payment",
        403: "it forbids us to read it",
        404: "there is nothing at this address",
        407: "a proxy wants a login",
        451: "it is withheld for legal reasons",
    }.get(status, "it refused the request")
