from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.articles.dates import choose_date, date_candidates, is_believable, parse_date, zone_named
from worker.articles.markup import read_markup
from worker.records import DateCandidate

NOW = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)
PLUS_TWO = timezone(timedelta(hours=2))


def moment(*parts: int, offset: float = 0) -> datetime:
    return datetime(*parts, tzinfo=timezone(timedelta(hours=offset)))  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2025-03-04T17:20:00+02:00", moment(2025, 3, 4, 17, 20, offset=2)),
        ("2025-03-04T17:20:00.123456789Z", moment(2025, 3, 4, 17, 20)),
        ("2025-03-04T17:20:00.5-0500", moment(2025, 3, 4, 17, 20, offset=-5)),
        ("2025-03-04T17:20+0530", moment(2025, 3, 4, 17, 20, offset=5.5)),
        ("2025-03-04 17:20:00 +0200", moment(2025, 3, 4, 17, 20, offset=2)),
        ("2025-03-04T17:20:00+02", moment(2025, 3, 4, 17, 20, offset=2)),
        ("2025-03-04T17:20:00-5:00", moment(2025, 3, 4, 17, 20, offset=-5)),
        ("2025-03-04 17:20:00 UTC", moment(2025, 3, 4, 17, 20)),
        ("20250304T172000Z", moment(2025, 3, 4, 17, 20)),
        ("2025-03-04T17:20:00", moment(2025, 3, 4, 17, 20, offset=1)),
        ("2025-03-04", moment(2025, 3, 4, 12, 0, offset=1)),
        ("Tue, 04 Mar 2025 17:20:00 GMT", moment(2025, 3, 4, 17, 20)),
        ("Tue, 4 Mar 2025 17:20:00 +0200", moment(2025, 3, 4, 17, 20, offset=2)),
        ("1741108800", datetime.fromtimestamp(1741108800, UTC)),
        ("1741108800000", datetime.fromtimestamp(1741108800, UTC)),
        ("yesterday", None),
        ("04/03/2025", None),
        ("2025-13-45", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_machine_readable_dates_are_read(raw: str, expected: datetime | None) -> None:
    found = parse_date(raw, timezone(timedelta(hours=1)))
    assert found == expected
    assert expected is None or (found is not None and found.utcoffset() == expected.utcoffset())


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_makes_the_date_reader_raise(raw: str) -> None:
    found = parse_date(raw, UTC)
    assert found is None or found.tzinfo is not None


@settings(deadline=None)
@given(st.datetimes(datetime(1995, 1, 1), datetime(2100, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001 - the zone is added below
def test_iso_dates_come_back_as_they_were(naive: datetime, hours: int) -> None:
    value = naive.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    assert parse_date(value.isoformat(), UTC) == value


def page(head: str = "", body: str = "") -> str:
    return f"<html><head><title>T</title>{head}</head><body>{body}<p>Text of it.</p><p>More of it.</p></body></html>"


LD = '<script type="application/ld+json">{"@graph":[{"@type":"WebPage","datePublished":"2001-01-01"},{"@type":"NewsArticle","datePublished":"%s"}]}</script>'


def found(html: str, feed: datetime | None = None, zone: str | None = None) -> tuple[datetime | None, list[str]]:
    candidates = date_candidates(read_markup(html, 50_000), feed, "https://a.example/b", zone, NOW)
    return choose_date(candidates, zone, NOW), [candidate.origin for candidate in candidates]


def test_the_feed_comes_first_and_all_candidates_are_kept() -> None:
    html = page(LD % "2025-03-04T10:00:00Z" + '<meta property="article:published_time" content="2025-03-04T11:00:00Z">')
    assert found(html, moment(2025, 3, 4, 9, 0)) == (moment(2025, 3, 4, 9, 0), ["feed", "json-ld", "meta"])
    assert found(html) == (moment(2025, 3, 4, 10, 0), ["json-ld", "meta"])


def test_the_article_outweighs_the_web_page_around_it() -> None:
    assert found(page(LD % "2025-03-04T10:00:00Z"))[0] == moment(2025, 3, 4, 10, 0)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta itemprop="datePublished" content="2025-03-04T10:00:00Z">', ""),
        ('<meta name="parsely-pub-date" content="2025-03-04T10:00:00Z">', ""),
        ("", '<time itemprop="datePublished" datetime="2025-03-04T10:00:00Z">4 March</time>'),
        ("", '<time class="entry-date published" datetime="2025-03-04T10:00:00Z">4 March</time>'),
        ("", '<time pubdate datetime="2025-03-04T10:00:00Z">4 March</time>'),
    ],
)
def test_older_markup_is_understood(head: str, body: str) -> None:
    assert found(page(head, body)) == (moment(2025, 3, 4, 10, 0), ["meta"])


def test_a_visible_date_is_the_last_resort_and_stands_at_noon_of_the_outlet() -> None:
    html = page(body='<div class="date">Published on 4 March 2025</div>')
    value, origins = found(html, zone="Africa/Nairobi")
    assert origins == ["page"]
    assert value is not None
    assert value.isoformat() == "2025-03-04T12:00:00+03:00"


def test_a_zero_of_some_clock_is_passed_over() -> None:
    zero = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"0001-01-01T00:00:00Z"}</script>'
    html = page(zero, '<div class="date">Published on 4 March 2025</div>')
    value, origins = found(html)
    assert origins == ["json-ld", "page"]
    assert value == moment(2025, 3, 4, 12, 0)


@pytest.mark.parametrize(
    ("value", "believed"),
    [
        (NOW, True),
        (NOW + timedelta(minutes=59), True),
        (NOW + timedelta(minutes=61), False),
        (moment(1970, 1, 1), False),
        (moment(1998, 1, 1), True),
    ],
)
def test_dates_ahead_of_the_clock_or_before_the_web_are_refused(value: datetime, believed: bool) -> None:
    assert is_believable(value, NOW) is believed


def test_a_feed_date_ahead_gives_way_to_the_page() -> None:
    assert found(page(LD % "2025-03-04T10:00:00Z"), NOW + timedelta(days=30))[0] == moment(2025, 3, 4, 10, 0)


def test_the_offset_of_the_outlet_is_kept_when_the_feed_speaks_utc() -> None:
    feed = moment(2025, 3, 4, 22, 30)
    html = page(LD % "2025-03-05T00:30:00+02:00")
    value, _ = found(html, feed)
    assert value == feed
    assert value is not None
    assert value.isoformat() == "2025-03-05T00:30:00+02:00"
    other, _ = found(page(LD % "2025-03-05T07:30:00+02:00"), feed)
    assert other is not None
    assert other.isoformat() == "2025-03-04T22:30:00+00:00"
    zoned, _ = found(html, feed, "Asia/Kolkata")
    assert zoned is not None
    assert zoned.isoformat() == "2025-03-05T04:00:00+05:30"


def test_nothing_gives_no_date() -> None:
    assert date_candidates(None, None, None, None, NOW) == ()
    assert choose_date((), None, NOW) is None
    assert choose_date((DateCandidate("meta", None, "soon"),), None, NOW) is None


@pytest.mark.parametrize("name", [None, "", "Atlantis/Capital", "../../etc/passwd", "\x00"])
def test_an_unknown_zone_is_utc(name: str | None) -> None:
    assert zone_named(name) is UTC
