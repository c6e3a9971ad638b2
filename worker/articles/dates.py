"""When an article was published: every place that says so, and which of them is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement

from worker.articles.markup import Markup, text_of
from worker.records import DateCandidate

FUTURE_ALLOWED = timedelta(hours=1)
"""Clocks of publishers run ahead by minutes; what lies further ahead is an embargo date or a wrong zone."""

EARLIEST_YEAR = 1991
"""The first web page. Earlier dates are zeros of some clock: 1 January 1970, year 1."""

SAME_MOMENT = timedelta(minutes=5)
"""Within this, the feed and the page name one moment: of 233 pages with both, 232 lay so near."""

SEARCHED_CHARACTERS = 300_000
"""Characters of markup that are searched for a date where nothing states one: of 54 news pages none has over 210,000
beside scripts. The search tries dozens of patterns on all of them."""

MIDDAY = 12
"""A date without a time is taken at noon: the day then stays the same in nearly every zone."""

# In order of trust. schema.org and Open Graph first, then what older publishing systems write.
_META_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "cxenseparse:recs:publishtime",
    "dcterms.created",
    "dc.date.issued",
    "dcterms.date",
    "dc.date",
    "date",
)

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_ISO_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})?")
_FRACTION = re.compile(r"(?<=:\d\d)[.,]\d+")
_OFFSET = re.compile(r"\s*(?:([+-])(\d{2}):?(\d{2})?|([+-])(\d):(\d{2}))$")


def date_candidates(
    markup: Markup | None, feed_published: datetime | None, url: str | None, time_zone: str | None, now: datetime
) -> tuple[DateCandidate, ...]:
    """Return every date that the feed and the page give for the publication, in order of trust.

    The page's visible text is searched only when nothing else names a date: that search knows days only, and is
    wrong about the order of day and month more often than machine-readable dates are.

    Args:
        markup: The page's metadata.
        feed_published: What the feed said.
        url: Address of the page: some hold the date.
        time_zone: IANA name of the outlet's zone, for dates without an offset; UTC when None.
        now: The present moment; bounds the search.
    """
    zone = zone_named(time_zone)
    found: list[DateCandidate] = []
    if feed_published is not None:
        found.append(DateCandidate("feed", _in_zone(feed_published, zone), feed_published.isoformat()))
    if markup is None:
        return tuple(found)
    found += [DateCandidate(origin, parse_date(raw, zone), raw[:100]) for origin, raw in _stated(markup)]
    if not any(candidate.value and is_believable(candidate.value, now) for candidate in found):
        raw = _searched(markup, url, now)
        if raw:
            found.append(DateCandidate("page", parse_date(raw, zone), raw))
    return tuple(dict.fromkeys(found))


def choose_date(candidates: Sequence[DateCandidate], time_zone: str | None, now: datetime) -> datetime | None:
    """Return the moment of publication with the offset it was published in, or None.

    The first believable candidate gives the moment. When it is in UTC, as many feeds are whatever their outlet's
    clock shows, the offset comes from the outlet's zone if that is known, else from a candidate that names the same
    moment in another offset: "yesterday" in the text is meant there.
    """
    believed = [c.value for c in candidates if c.value is not None and is_believable(c.value, now)]
    if not believed:
        return None
    moment = believed[0]
    if moment.utcoffset():
        return moment
    if time_zone:
        return moment.astimezone(zone_named(time_zone))
    for other in believed[1:]:
        if other.utcoffset() and abs(other - moment) <= SAME_MOMENT:
            return moment.astimezone(other.tzinfo)
    return moment


def is_believable(value: datetime, now: datetime) -> bool:
    """Say whether ``value`` can be a date of publication at the moment ``now``."""
    return value.year >= EARLIEST_YEAR and value <= now + FUTURE_ALLOWED


def parse_date(raw: str, zone: tzinfo) -> datetime | None:
    """Read a machine-readable date: ISO 8601 with the liberties publishers take, RFC 5322, or a Unix time.

    Args:
        raw: As it stands in the page.
        zone: For dates without an offset.

    Returns:
        An aware moment; a date without a time stands at noon; None when it is neither.
    """
    text = raw.strip()
    if not text or len(text) > 64:  # noqa: PLR2004 - twice the longest of these formats; more is prose
        return None
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if _ISO_DAY.match(text):
        text += f"T{MIDDAY}:00:00"
    try:
        return _in_zone(datetime.fromisoformat(_tidied(text)), zone)
    except (ValueError, OverflowError):
        pass
    try:
        return _in_zone(parsedate_to_datetime(text), zone)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def zone_named(name: str | None) -> tzinfo:
    """Return the IANA zone ``name``; UTC when it is None or unknown."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _in_zone(value: datetime, zone: tzinfo) -> datetime:
    return value.replace(tzinfo=zone) if value.tzinfo is None else value


def _tidied(text: str) -> str:
    """Bring an ISO date into the form that Python reads: T between, no fractions beyond six digits, offset +hh:mm."""
    text = _FRACTION.sub("", text.replace("Z", "+00:00").replace(" UTC", "+00:00").replace(" GMT", "+00:00"))
    if basic := _ISO_BASIC.match(text):
        year, month, day, hour, minute, second = basic.groups(default="00")
        text = f"{year}-{month}-{day}T{hour}:{minute}:{second}{text[basic.end() :]}"
    head, rest = text[:10], text[10:]
    if offset := _OFFSET.search(rest):
        sign, hours, minutes = (offset[1], offset[2], offset[3]) if offset[1] else (offset[4], offset[5], offset[6])
        rest = f"{rest[: offset.start()]}{sign}{int(hours):02}:{minutes or '00'}"
    return head + rest.replace(" ", "T", 1) if rest.startswith(" ") else head + rest


def _stated(markup: Markup) -> Iterator[tuple[str, str]]:
    if raw := text_of(markup.article.get("datePublished")):
        yield "json-ld", raw
    for name in _META_NAMES:
        if raw := markup.meta.get(name, ""):
            yield "meta", raw
    for element in markup.tree.iter("time"):
        marks = (element.get("itemprop") or "", element.get("class") or "")
        stated = "datePublished" in marks[0] or "published" in marks[1] or element.get("pubdate") is not None
        if stated and (raw := element.get("datetime")):
            yield "meta", raw.strip()


def _start_of(tree: HtmlElement) -> HtmlElement | str:
    """Return a tree that is searched within a second: itself, or the start of the markup of a long one."""
    source = etree.tostring(tree, encoding="unicode", method="html")
    return tree if len(source) <= SEARCHED_CHARACTERS else source[:SEARCHED_CHARACTERS]


def _searched(markup: Markup, url: str | None, now: datetime) -> str | None:
    try:
        found = find_date(
            _start_of(markup.tree),
            original_date=True,
            url=url,
            min_date=f"{EARLIEST_YEAR}-01-01",
            max_date=(now + timedelta(days=1)).strftime("%Y-%m-%d"),
        )
    except Exception:  # noqa: BLE001 - a date is never worth a page: whatever a stranger's markup breaks in there
        return None
    return found if isinstance(found, str) else None
