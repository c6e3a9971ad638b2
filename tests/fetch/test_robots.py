"""robots.txt: what a file says, and what its absence means (RFC 9309)."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from worker.fetch.robots import HOLDS_AFTER_FAILURE, HOLDS_FOR, LONGEST, RobotsFile, file_from, robots_url, verdict
from worker.records import FetchClass, Fetched

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAGE = "https://example.org/news/one?x=1"


def rules(text: str) -> RobotsFile:
    return RobotsFile(text, 200, NOW, NOW + HOLDS_FOR)


@pytest.mark.parametrize(
    ("text", "url", "allowed"),
    [
        ("", PAGE, True),
        ("User-agent: *\nDisallow: /", PAGE, False),
        ("User-agent: *\nDisallow:", PAGE, True),
        ("User-agent: dateline\nDisallow: /news\n\nUser-agent: *\nDisallow:", PAGE, False),
        ("User-agent: Dateline\nAllow: /\nUser-agent: *\nDisallow: /", PAGE, True),
        ("User-agent: Googlebot\nDisallow: /\n", PAGE, True),
        ("User-agent: Googlebot\nUser-agent: *\nDisallow: /news", PAGE, False),
        ("User-agent: *\nDisallow: /news\nAllow: /news/one", PAGE, True),
        ("User-agent: *\nDisallow: /*?x=", PAGE, False),
        ("User-agent: *\nDisallow: /one$", PAGE, True),
        ("User-agent: *\nDisallow: /\xfc", "https://example.org/%C3%BC", False),
        ("<html><body>Not found</body></html>", PAGE, True),
    ],
)
def test_rules_are_followed(text: str, url: str, allowed: bool) -> None:
    found = verdict(rules(text), url, "Dateline/0.1 (+https://example.net)")
    assert found.allowed is allowed
    assert found.reason.startswith(url)
    assert found.reason.endswith(".")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Crawl-delay: 7", 7.0),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 86400", 60.0),
        ("Crawl-delay: -1", None),
        ("Crawl-delay: nan", None),
        ("", None),
    ],
)
def test_crawl_delay_is_honoured_within_reason(line: str, expected: float | None) -> None:
    assert verdict(rules(f"User-agent: *\n{line}\nDisallow: /x"), PAGE, "Dateline").crawl_delay == expected


def answer(outcome: FetchClass, status: int | None, body: bytes = b"") -> Fetched:
    return Fetched("https://example.org/robots.txt", "", outcome, "Because.", NOW, 1, status=status, body=body)


@pytest.mark.parametrize(
    ("outcome", "status", "allowed", "holds"),
    [
        (FetchClass.OK, 200, False, HOLDS_FOR),
        (FetchClass.CLIENT_ERROR, 404, True, HOLDS_FOR),
        (FetchClass.CLIENT_ERROR, 403, True, HOLDS_FOR),
        (FetchClass.GONE, 410, True, HOLDS_FOR),
        (FetchClass.BAD_CONTENT, 200, True, HOLDS_FOR),
        (FetchClass.REDIRECT_LOOP, 302, True, HOLDS_FOR),
        (FetchClass.TOO_LARGE, 200, True, HOLDS_FOR),
        (FetchClass.CHALLENGE, 403, True, HOLDS_FOR),
        (FetchClass.CHALLENGE, 503, False, HOLDS_AFTER_FAILURE),
        (FetchClass.THROTTLED, 429, False, HOLDS_AFTER_FAILURE),
        (FetchClass.SERVER_ERROR, 500, False, HOLDS_AFTER_FAILURE),
        (FetchClass.TIMEOUT, None, False, HOLDS_AFTER_FAILURE),
        (FetchClass.DNS, None, False, HOLDS_AFTER_FAILURE),
    ],
)
def test_what_no_file_means(outcome: FetchClass, status: int | None, allowed: bool, holds: timedelta) -> None:
    kept = file_from(answer(outcome, status, b"User-agent: *\nDisallow: /\n"))
    assert verdict(kept, PAGE, "Dateline").allowed is allowed
    assert kept.expires_at - NOW == holds


def test_no_file_known_allows() -> None:
    assert verdict(None, PAGE, "Dateline").allowed


def test_half_a_mebibyte_is_read_and_a_cut_line_is_no_rule() -> None:
    filling = b"# " + b"x" * 98 + b"\n"
    body = b"User-agent: *\nDisallow: /news\n" + filling * (LONGEST // len(filling)) + b"Disallow: /" + b"y" * 500
    kept = file_from(answer(FetchClass.OK, 200, body))
    assert len(kept.text) <= LONGEST
    assert not verdict(kept, PAGE, "Dateline").allowed
    assert verdict(kept, "https://example.org/sport", "Dateline").allowed


def test_a_byte_order_mark_is_no_part_of_the_first_rule() -> None:
    kept = file_from(answer(FetchClass.OK, 200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /"))
    assert not verdict(kept, PAGE, "Dateline").allowed


def test_the_file_stands_at_the_root_of_the_origin() -> None:
    assert robots_url("https://user:pass@Example.org:8443/a/b?c#d") == "https://example.org:8443/robots.txt"


def test_thousands_of_crawlers_and_rules_take_no_time() -> None:
    names = "\n".join(f"User-agent: crawler{n}" for n in range(10_000))
    paths = "\n".join(f"Disallow: /{n}" for n in range(10_000))
    began = time.process_time()
    assert verdict(rules(f"{names}\n{paths}\n"), PAGE, "Dateline").allowed
    # The product of both would be 100 million rules, minutes of work; this takes a tenth of a second.
    assert time.process_time() - began < 5
