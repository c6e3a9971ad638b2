"""Dates as feeds write them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.dates import parse_date

EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # RFC 822 and what becomes of it
        ("Sun, 01 Mar 2026 12:30:45 GMT", "2026-03-01T12:30:45+00:00"),
        ("Sun, 1 Mar 2026 12:30 +0530", "2026-03-01T12:30:00+05:30"),
        ("1 Mar 26 12:30:45 EST", "2026-03-01T12:30:45-05:00"),
        ("01 Mar 99 12:30:45 Z", "1999-03-01T12:30:45+00:00"),
        ("Sunday, 1 March 2026 12:30:45 -03:00", "2026-03-01T12:30:45-03:00"),
        ("Sun 1 Mar 2026 12:30:45 GMT+2", "2026-03-01T12:30:45+02:00"),
        ("Mar 1, 2026 12:30 PM CET", "2026-03-01T12:30:00+01:00"),
        ("March 1 2026, 12:05 a.m. UTC", "2026-03-01T00:05:00+00:00"),
        ("01-Mar-2026 12:30:45", "2026-03-01T12:30:45+00:00"),
        ("Sun, 01 Mar 2026", "2026-03-01T00:00:00+00:00"),
        ("Sun, 01 Mar 2026 12:30:45 +0100 (CET)", "2026-03-01T12:30:45+01:00"),
        ("Sun, 01 Mar 2026 24:00:00 GMT", "2026-03-02T00:00:00+00:00"),
        ("Sun, 01 Sept 2026 12:30:45 GMT", "2026-09-01T12:30:45+00:00"),
        # ISO 8601 and RFC 3339
        ("2026-03-01T12:30:45Z", "2026-03-01T12:30:45+00:00"),
        ("2026-03-01T12:30:45.123456789+01:00", "2026-03-01T12:30:45.123456+01:00"),
        ("2026-03-01 12:30", "2026-03-01T12:30:00+00:00"),
        ("2026-03-01 12:30:45 UTC", "2026-03-01T12:30:45+00:00"),
        ("2026-03-01t12:30:45z", "2026-03-01T12:30:45+00:00"),
        ("20260301T123045Z", "2026-03-01T12:30:45+00:00"),
        ("2026-03-01T123045+0100", "2026-03-01T12:30:45+01:00"),
        ("2026/03/01 12:30:45", "2026-03-01T12:30:45+00:00"),
        ("2026-03-01", "2026-03-01T00:00:00+00:00"),
        ("2026-03", "2026-03-01T00:00:00+00:00"),
        ("2026", "2026-01-01T00:00:00+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("  2026-03-01\n T12:30Z ", "2026-03-01T12:30:00+00:00"),
    ],
)
def test_a_date_keeps_the_offset_it_was_written_in(raw: str, expected: str) -> None:
    found = parse_date(raw)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "yesterday",
        "0001-01-01T00:00:00Z",
        "1899-12-30",
        "2026-02-30",
        "2026-13-01",
        "32 Mar 2026",
        "1 Foo 2026",
        "Sun, 01 Mar 2026 25:00:00",
        "2026-03-01T12:30:45+99:00",
        "1740832245",
        "9" * 500,
    ],
)
def test_what_is_no_date_is_none(raw: str | None) -> None:
    assert parse_date(raw) is None


@pytest.mark.parametrize("raw", ["2026-07-01 12:00", "Wed, 01 Jul 2026 12:00:00", "Wed, 01 Jul 2026 12:00:00 IST"])
def test_a_date_without_a_clear_zone_is_read_in_that_of_the_outlet(raw: str) -> None:
    assert parse_date(raw, ZoneInfo("America/New_York")) == datetime(2026, 7, 1, 16, tzinfo=UTC)


@given(
    st.integers(86400, 4_000_000_000),
    st.sampled_from([UTC, EAST, timezone(timedelta(hours=-8))]),
)
def test_well_written_dates_are_read_back(seconds: int, zone: timezone) -> None:
    written = datetime.fromtimestamp(seconds, zone)
    for raw in (written.isoformat(), written.strftime("%a, %d %b %Y %H:%M:%S %z"), written.isoformat(" ")):
        found = parse_date(raw)
        assert found == written
        assert found is not None
        assert found.utcoffset() == written.utcoffset()


@given(st.text(max_size=120) | st.from_regex(r"[0-9TZ:+\- ,a-zA-Z]{0,60}", fullmatch=True))
def test_any_text_is_a_date_or_none(raw: str) -> None:
    found = parse_date(raw)
    assert found is None or (found.tzinfo is not None and found.year >= 1970)
