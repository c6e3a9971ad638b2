"""What an answer means: tables of answers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.outcome import (
    LONGEST_WAIT,
    is_our_network,
    is_permanent,
    is_success,
    is_transient,
    judge,
    parse_retry_after,
    refused_type,
    throttled_scope,
)
from worker.records import FetchClass, Fetched

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "https://example.org/feed"


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (200, {}, b"<rss/>", FetchClass.OK),
        (203, {"content-type": "text/html"}, b"<p>", FetchClass.OK),
        (200, {}, b"  \n ", FetchClass.BAD_CONTENT),
        (204, {}, b"", FetchClass.BAD_CONTENT),
        (206, {}, b"<rss", FetchClass.BAD_CONTENT),
        (200, {"content-type": "image/png"}, b"x", FetchClass.BAD_CONTENT),
        (200, {"content-type": "image/svg+xml"}, b"<svg/>", FetchClass.OK),
        (200, {"content-type": "application/pdf; x=y"}, b"x", FetchClass.BAD_CONTENT),
        (200, {"content-type": "text/html"}, b"%PDF-1.7", FetchClass.BAD_CONTENT),
        (200, {"content-type": "application/octet-stream"}, b"<rss/>", FetchClass.OK),
        (304, {}, b"", FetchClass.BAD_CONTENT),
        (300, {}, b"choose", FetchClass.BAD_CONTENT),
        (400, {}, b"", FetchClass.CLIENT_ERROR),
        (404, {}, b"", FetchClass.CLIENT_ERROR),
        (410, {}, b"", FetchClass.GONE),
        (429, {}, b"", FetchClass.THROTTLED),
        (503, {"retry-after": "30"}, b"", FetchClass.THROTTLED),
        (503, {}, b"", FetchClass.SERVER_ERROR),
        (500, {"retry-after": "30"}, b"", FetchClass.SERVER_ERROR),
        (522, {}, b"", FetchClass.SERVER_ERROR),
        (403, {"cf-mitigated": "challenge"}, b"", FetchClass.CHALLENGE),
        (202, {"x-amzn-waf-action": "challenge"}, b"", FetchClass.CHALLENGE),
        (200, {}, b"<script>window._cf_chl_opt={}</script>", FetchClass.CHALLENGE),
        (403, {}, b'<div id="px-captcha">', FetchClass.CHALLENGE),
        (404, {}, b'<div id="px-captcha">', FetchClass.CLIENT_ERROR),
        # The same vendor puts this script into ordinary pages.
        (200, {}, b'<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js">', FetchClass.OK),
    ],
)
def test_an_answer_has_one_class_and_one_sentence(
    status: int, headers: dict[str, str], body: bytes, expected: FetchClass
) -> None:
    outcome, sentence = judge(status, headers, body, url=URL)
    assert outcome is expected
    assert sentence.startswith(URL)
    assert sentence.endswith(".")


def test_304_is_an_answer_only_to_a_conditional_request() -> None:
    assert judge(304, {}, b"", url=URL, conditional=True)[0] is FetchClass.NOT_MODIFIED


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", NOW),
        ("120", NOW + timedelta(seconds=120)),
        (" 1.5 ", NOW + timedelta(seconds=1.5)),
        ("9999999999", NOW + LONGEST_WAIT),
        ("99999999999999999999", None),
        ("Sun, 01 Mar 2026 12:10:00 GMT", NOW + timedelta(minutes=10)),
        ("Sunday, 01-Mar-26 12:10:00 GMT", NOW + timedelta(minutes=10)),
        ("Sun Mar  1 12:10:00 2026", NOW + timedelta(minutes=10)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", NOW),
        ("Sun, 01 Mar 2036 11:00:00 GMT", NOW + LONGEST_WAIT),
        ("Sun, 32 Mar 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(value: str | None, expected: datetime | None) -> None:
    assert parse_retry_after(value, NOW) == expected


@given(st.text(max_size=60))
def test_retry_after_never_raises_nor_leaves_its_bounds(value: str) -> None:
    told = parse_retry_after(value, NOW)
    assert told is None or NOW <= told <= NOW + LONGEST_WAIT


@pytest.mark.parametrize(
    ("outcome", "status", "permanent"),
    [
        (FetchClass.GONE, 410, True),
        (FetchClass.CLIENT_ERROR, 403, True),
        (FetchClass.CLIENT_ERROR, 404, False),
        (FetchClass.CLIENT_ERROR, 408, False),
        (FetchClass.ROBOTS, None, True),
        (FetchClass.TOO_LARGE, 200, True),
        (FetchClass.CHALLENGE, 403, False),
        (FetchClass.SERVER_ERROR, 500, False),
        (FetchClass.DNS, None, False),
        (FetchClass.THROTTLED, 429, False),
    ],
)
def test_failures_are_permanent_or_transient(outcome: FetchClass, status: int | None, permanent: bool) -> None:
    assert is_permanent(outcome, status) is permanent
    assert is_transient(outcome, status) is not permanent


@pytest.mark.parametrize("outcome", list(FetchClass))
def test_every_class_is_exactly_one_of_success_permanent_and_transient(outcome: FetchClass) -> None:
    assert [is_success(outcome), is_permanent(outcome), is_transient(outcome)].count(True) == 1


@pytest.mark.parametrize(
    ("outcome", "status", "scope"),
    [(FetchClass.THROTTLED, 429, "domain"), (FetchClass.THROTTLED, 503, "url"), (FetchClass.SERVER_ERROR, 503, None)],
)
def test_whom_a_wait_concerns(outcome: FetchClass, status: int, scope: str | None) -> None:
    assert throttled_scope(Fetched(URL, URL, outcome, "", NOW, 1, status=status)) == scope


def _attempts(failed: int, answered: int) -> list[tuple[str, FetchClass]]:
    bad = [(f"down{n}.example", FetchClass.DNS) for n in range(failed)]
    return bad + [(f"up{n}.example", FetchClass.SERVER_ERROR) for n in range(answered)]


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([], False),
        (_attempts(4, 0), False),
        (_attempts(5, 0), True),
        (_attempts(8, 2), True),
        (_attempts(7, 3), False),
        ([("one.example", FetchClass.TIMEOUT)] * 50, False),
        ([*_attempts(6, 0), *((f"down{n}.example", FetchClass.OK) for n in range(3))], False),
    ],
)
def test_when_most_parties_fail_at_once_it_is_our_network(
    attempts: list[tuple[str, FetchClass]], expected: bool
) -> None:
    assert is_our_network(attempts) is expected


def test_the_type_alone_can_refuse_a_body() -> None:
    assert refused_type({"content-type": "Video/MP4; codecs=x"}) == "video/mp4"
    assert refused_type({"content-type": "text/html; charset=utf-8"}) is None
    assert refused_type({}) is None
