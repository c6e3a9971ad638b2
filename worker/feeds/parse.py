"""What a feed says: from the bytes that came to entries that can be relied on.

The steps: decode (encoding), find the root (prolog), read by kind (xml_feed, json_feed, sitemap), and give every entry
the same form here, with fall-backs for what it lacks. Nothing a feed contains makes this raise or take longer than in
proportion to its size.
"""

import hashlib
import html
import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Any, Final

from feedparser.datetimes import _parse_date

from worker.feeds.dates import LONGEST_DATE, parse_date
from worker.feeds.encoding import decode, without_controls
from worker.feeds.json_feed import read_json_feed
from worker.feeds.prolog import Document, open_document
from worker.feeds.sitemap import read_sitemap
from worker.feeds.xml_feed import RawFeed, read_xml
from worker.records import Entry, FeedHints, ParsedFeed
from worker.urls import absolute

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_TAG: Final = re.compile(r"<[^<>]*>")
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s{0,9}=\s{0,9}\"?(\d{1,9})", re.IGNORECASE)
_PERIODS: Final = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_LONGEST_GUID: Final = 1000
"""Characters of an id that is kept as it is: a longer one does not fit a database index and is kept as its hash."""
_MOST_AUTHORS: Final = 50


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """How much of a feed is read."""

    max_bytes: int = 5 * 1024 * 1024  # of a feed: the largest news feeds have about 2 MiB
    max_entries: int = 2000  # entries: the largest news feeds show about 1,000
    max_title: int = 1000  # characters: headlines have up to 200
    max_html: int = 500_000  # characters of a summary or content: the length of a book of 80,000 words


def parse_feed(
    body: bytes,
    *,
    url: str | None = None,
    headers: Mapping[str, str] = _NO_HEADERS,
    now: datetime,
    limits: ParseLimits = ParseLimits(),
    zone: tzinfo = UTC,
) -> ParsedFeed:
    """Read a feed of any kind; never raises.

    Args:
        body: The bytes as fetched, after decompression.
        url: The address that they came from, for links that are not absolute.
        headers: Of the answer, names in lower case.
        now: The present, timezone-aware; only the age of the answer is reckoned from it.
        limits: How much is read.
        zone: The zone of dates that name none: that of the outlet.

    Returns:
        Entries in document order, and a sentence for everything that was wrong. ``kind`` is empty when the body is no
        feed; the first problem then says what it is and what to do.
    """
    base = absolute(url, headers.get("content-location", "")) or url
    problems: tuple[str, ...] = ()
    if len(body) > limits.max_bytes:
        problems = (f"It has {len(body)} bytes; the first {limits.max_bytes} were read.",)
        body = body[: limits.max_bytes]
    if not body.strip(b"\x00 \t\r\n"):
        return _no_feed("The body is empty; nothing can be read until the server sends something.")
    decoded = decode(body, headers)
    document = open_document(decoded.text)
    problems += decoded.problems + document.problems
    parsed = _by_kind(document, base, headers, limits, zone)
    hints = replace(parsed.hints, max_age_seconds=_max_age(headers, now))
    return replace(parsed, problems=problems + parsed.problems, hints=hints)


def _by_kind(
    document: Document, base: str | None, headers: Mapping[str, str], limits: ParseLimits, zone: tzinfo
) -> ParsedFeed:
    if document.root == "json":
        told = read_json_feed(document.text, base=base, zone=zone, most_entries=limits.max_entries)
        if told.entries is None:
            return _no_feed(*told.problems)
        entries = tuple(_finish(entry, limits) for entry in told.entries)
        return ParsedFeed(_plain(told.title), told.home_url, told.language, "json", entries, told.problems)
    if document.root == "urlset":
        listed = read_sitemap(document.text, base=base, zone=zone, most_entries=limits.max_entries)
        if listed.entries is None:
            return _no_feed(*listed.problems)
        entries = tuple(_finish(entry, limits) for entry in listed.entries)
        return ParsedFeed(listed.title, None, listed.language, "sitemap", entries, listed.problems)
    if problem := _what_else(document.root):
        return _no_feed(problem)
    language = headers.get("content-language", "").strip()
    raw = read_xml(
        document.text, document.entities, base=base or "", language=language, most_entries=limits.max_entries
    )
    return _from_xml(raw, document.root, base, limits, zone)


def _what_else(root: str) -> str | None:
    """Say what a document is when it is no feed, and what to do about it."""
    return {
        "html": "It is an HTML page, not a feed; `dateline feeds add` with its address finds its feeds.",
        "opml": "It is an OPML list of feeds, not a feed; import it with `dateline feeds import`.",
        "sitemapindex": "It is an index of sitemaps; add the news sitemap that it names instead.",
        "": "It holds no markup, so it is no feed; look at what the address really serves.",
    }.get(root)


def _from_xml(raw: RawFeed, root: str, base: str | None, limits: ParseLimits, zone: tzinfo) -> ParsedFeed:
    kind = _kind(raw.version, root)
    if not kind:
        if not raw.entries:
            return _no_feed(f"Its root is <{root}>, which no feed has; look at what the address really serves.")
        kind = "rss"
    entries = tuple(_entry(item, kind, base, limits, zone) for item in raw.entries)
    feed = raw.feed
    home = absolute(base, str(feed.get("link") or ""))
    language = _language(feed.get("language"))
    return ParsedFeed(_title(feed)[: limits.max_title], home, language, kind, entries, raw.problems, _hints(feed))


def _kind(version: str, root: str) -> str:
    if version in {"rss10", "rss090"} or root == "rdf":
        return "rdf"
    if version.startswith("atom") or root == "feed":
        return "atom"
    return "rss" if version or root in {"rss", "channel"} else ""


def _entry(item: Any, kind: str, base: str | None, limits: ParseLimits, zone: tzinfo) -> Entry:
    published = _date(item, "published", zone) or _date(item, "created", zone)
    updated = _date(item, "updated", zone)
    if published is None and kind != "atom":
        # Outside Atom, feedparser's "updated" is Dublin Core's date: that of publication.
        published, updated = updated, None
    content = _content(item)
    summary = _html(str(dict.get(item, "summary") or ""), dict.get(item, "summary_detail"))
    entry = Entry(
        guid=str(dict.get(item, "id") or "").strip(),
        url=_link(item, base),
        title=_title(item),
        published=published,
        updated=updated,
        summary="" if summary == content else summary,
        content=content,
        authors=_authors(item),
        language=_language(dict.get(item, "language") or _detail(item, "title").get("language")),
    )
    return _finish(entry, limits)


def _finish(entry: Entry, limits: ParseLimits) -> Entry:
    """Apply fall-backs and limits that hold for all kinds."""
    url = without_controls(entry.url) if entry.url else None
    guid = without_controls(entry.guid)
    if not guid:
        dated = entry.published.isoformat() if entry.published else ""
        guid = url or "sha256:" + hashlib.sha256(f"{entry.title}\n{dated}".encode()).hexdigest()
    if len(guid) > _LONGEST_GUID:
        guid = "sha256:" + hashlib.sha256(guid.encode()).hexdigest()
    return replace(
        entry,
        guid=guid,
        url=url,
        title=_plain(entry.title)[: limits.max_title],
        summary=without_controls(entry.summary)[: limits.max_html],
        content=without_controls(entry.content)[: limits.max_html],
    )


def _link(item: Any, base: str | None) -> str | None:
    """Choose the address of an entry's page: that behind a feed service's redirect, its link, its content's, its id."""
    links = [link for link in dict.get(item, "links") or () if isinstance(link, dict)]
    others = [dict.get(link, "href") for link in links if dict.get(link, "rel") == "alternate"]
    # RFC 4287, 4.1.3.2: an entry's content may stand elsewhere.
    others += [part.get("src") for part in dict.get(item, "content") or () if isinstance(part, dict)]
    link = dict.get(item, "link")
    if dict.get(item, "guidislink") and link == dict.get(item, "id"):
        # feedparser lends an item without a link its guid, but a number is no address (RSS 2.0: a permalink is a URL).
        link = absolute(None, str(link or ""))
    for candidate in (dict.get(item, "feedburner_origlink"), link, *others):
        if candidate and (found := absolute(base, str(candidate))):
            return found
    guid = str(dict.get(item, "id") or "")
    return absolute(None, guid) if guid.lower().startswith(("http://", "https://")) else None


def _date(item: Any, name: str, zone: tzinfo) -> datetime | None:
    said = str(dict.get(item, name) or "")
    if not said:
        return None
    found = parse_date(said, zone)
    if found is not None:
        return found
    # feedparser also reads dates in Korean, Greek and Hungarian, without their offset.
    try:
        parts = _parse_date(said[:LONGEST_DATE])
        instant = datetime.fromtimestamp(timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, TypeError):
        return None
    return instant if instant and instant.year >= 1970 else None  # noqa: PLR2004 - as in dates: a clock's zero


def _content(item: Any) -> str:
    """Give the longest text among an entry's contents; pictures and sounds are contents too."""
    texts = [
        _html(str(dict.get(part, "value") or ""), part)
        for part in dict.get(item, "content") or ()
        if str(dict.get(part, "type") or "text/html").startswith(("text/", "application/xhtml"))
    ]
    return max(texts, key=len, default="")


def _html(value: str, detail: Any) -> str:
    return html.escape(value, quote=False) if isinstance(detail, dict) and _is_plain(detail) else value


def _title(holder: Any) -> str:
    value = str(dict.get(holder, "title") or "")
    return value if _is_plain(_detail(holder, "title")) else html.unescape(_TAG.sub("", value))


def _detail(holder: Any, name: str) -> Mapping[str, Any]:
    detail = dict.get(holder, f"{name}_detail")
    return detail if isinstance(detail, dict) else {}


def _is_plain(detail: Mapping[str, Any]) -> bool:
    return detail.get("type") == "text/plain"


def _plain(text: str) -> str:
    return " ".join(without_controls(text).split())


def _authors(item: Any) -> tuple[str, ...]:
    people = [person for person in dict.get(item, "authors") or () if isinstance(person, dict)]
    names = [str(dict.get(person, "name") or dict.get(person, "email") or "") for person in people]
    if not any(names):
        names = [str(dict.get(item, "author") or "")]
    clean = (_plain(html.unescape(_TAG.sub("", name))) for name in names[:_MOST_AUTHORS])
    return tuple(dict.fromkeys(name for name in clean if name))


def _language(value: Any) -> str | None:
    text = _plain(str(value or ""))
    return text if 0 < len(text) <= 35 else None  # noqa: PLR2004 - RFC 5646, 4.4.1


def _hints(feed: Mapping[str, Any]) -> FeedHints:
    ttl = _number(feed.get("ttl"))
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    often = _number(feed.get("sy_updatefrequency")) or 1
    # A feed that is updated so often a minute gives no hint.
    return FeedHints(ttl_minutes=ttl, update_minutes=(period // often or None) if period else None)


def _number(value: Any) -> int | None:
    text = str(value or "").strip()
    return (int(text) or None) if text.isascii() and text.isdigit() and len(text) < 9 else None  # noqa: PLR2004 - int32


def _max_age(headers: Mapping[str, str], now: datetime) -> int | None:
    """Reckon for how long the answer stays fresh (RFC 9111, 4.2): max-age less the age it already has."""
    control = headers.get("cache-control", "")
    match = _MAX_AGE.search(control[:1000])
    if match is None or "no-cache" in control or "no-store" in control:
        return None
    age = _number(headers.get("age")) or 0
    sent = parse_date(headers.get("date"))
    if sent is not None:
        age = max(age, int((now - sent).total_seconds()))
    return max(int(match[1]) - age, 0) or None


def _no_feed(*problems: str) -> ParsedFeed:
    return ParsedFeed("", None, None, "", (), problems)
