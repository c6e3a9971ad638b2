"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from html import escape
from typing import Any

from worker.feeds.dates import parse_date
from worker.records import Entry
from worker.urls import absolute


@dataclass(frozen=True, slots=True)
class JSONFeed:
    """A JSON Feed as read; ``entries`` is None when the document is something else."""

    title: str
    home_url: str | None
    language: str | None
    entries: list[Entry] | None
    problems: tuple[str, ...]


def read_json_feed(text: str, *, base: str | None, zone: tzinfo, most_entries: int) -> JSONFeed:
    """Read a JSON Feed; never raises.

    Args:
        text: The document.
        base: The address that it came from, for links that are not absolute.
        zone: The zone of dates that name none.
        most_entries: Items after which reading stops.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _nothing(f"It looks like JSON but cannot be read as that ({_short(error)}).")
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        return _nothing("It is JSON, but not a JSON Feed: it has no list of items.")
    problems = []
    if not str(document.get("version", "")).startswith("https://jsonfeed.org/version/"):
        problems.append("It does not say which version of JSON Feed it is; it was read as one all the same.")
    if len(items) > most_entries:
        problems.append(f"It shows {len(items)} items; the first {most_entries} were read.")
    readable = [item for item in items[:most_entries] if isinstance(item, dict)]
    if len(readable) < len(items[:most_entries]):
        problems.append(
            f"{len(items[:most_entries]) - len(readable)} of its items are not objects; they were left out."
        )
    home = _text(document, "home_page_url")
    feed_people = _people(document)
    entries = [_entry(item, absolute(base, home) or base, zone, feed_people) for item in readable]
    return JSONFeed(
        _text(document, "title"), absolute(base, home), _text(document, "language") or None, entries, tuple(problems)
    )


def _entry(item: Mapping[str, Any], base: str | None, zone: tzinfo, feed_people: tuple[str, ...]) -> Entry:
    content = _text(item, "content_html") or escape(_text(item, "content_text"), quote=False)
    # A link blog's item is about a page elsewhere; its own address, when it has one, is the entry's.
    url = absolute(base, _text(item, "url")) or absolute(base, _text(item, "external_url"))
    return Entry(
        guid=_text(item, "id"),
        url=url or absolute(None, _text(item, "id")),
        title=_text(item, "title"),
        published=parse_date(_text(item, "date_published"), zone),
        updated=parse_date(_text(item, "date_modified"), zone),
        summary=escape(_text(item, "summary"), quote=False),
        content=content,
        authors=_people(item) or feed_people,
        language=_text(item, "language") or None,
    )


def _people(holder: Mapping[str, Any]) -> tuple[str, ...]:
    people = holder.get("authors")
    people = people if isinstance(people, list) else [holder.get("author")]
    names = (_text(person, "name") for person in people if isinstance(person, dict))
    return tuple(dict.fromkeys(name for name in names if name))


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).strip()


def _short(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__


def _nothing(problem: str) -> JSONFeed:
    return JSONFeed("", None, None, None, (problem,))
