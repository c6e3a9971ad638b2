"""Google-News sitemaps: lists of an outlet's articles of the last two days.

Sources: https://www.sitemaps.org/protocol.html and Google's description of news sitemaps
(https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from lxml import etree

from worker.feeds.dates import parse_date
from worker.records import Entry
from worker.urls import absolute

_LONGEST_TEXT: Final = 4000


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A news sitemap as read; ``entries`` is None when it lists no news."""

    language: str | None
    title: str
    entries: list[Entry] | None
    problems: tuple[str, ...]


def read_sitemap(text: str, *, base: str | None, zone: tzinfo, most_entries: int) -> Sitemap:
    """Read a news sitemap; never raises.

    Args:
        text: The document from its root on, without control characters.
        base: The address that it came from.
        zone: The zone of dates that name none.
        most_entries: Pages after which reading stops.
    """
    # No entities, no network, and libxml2's own limits on depth and size: nothing in it can make it grow.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return Sitemap(None, "", None, ("It looks like a sitemap but cannot be read as XML.",))
    problems: tuple[str, ...] = ()
    if parser.error_log:
        problems = ("It is not well-formed XML; what could be read of it was kept.",)
    pages = [element for element in root if _name(element) == "url"]
    news = [(page, _child(page, "news")) for page in pages]
    if not any(about is not None for _, about in news):
        plain = "It is a sitemap without news entries, so it has no titles and dates; use the outlet's news sitemap."
        return Sitemap(None, "", None, (plain,))
    if len(news) > most_entries:
        problems += (f"It lists {len(news)} pages; the first {most_entries} were read.",)
    chosen = [(page, about) for page, about in news[:most_entries] if about is not None]
    publication = _child(chosen[0][1], "publication") if chosen else None
    entries = [_entry(page, about, base, zone) for page, about in chosen]
    return Sitemap(_words(publication, "language") or None, _words(publication, "name"), entries, problems)


def _entry(page: Any, about: Any, base: str | None, zone: tzinfo) -> Entry:
    link = _words(page, "loc")
    return Entry(
        guid=link,
        url=absolute(base, link),
        title=_words(about, "title"),
        published=parse_date(_words(about, "publication_date"), zone),
        updated=parse_date(_words(page, "lastmod"), zone),
        summary="",
        content="",
        language=_words(_child(about, "publication"), "language") or None,
    )


def _child(element: Any, name: str) -> Any:
    if element is None:
        return None
    return next((child for child in element if _name(child) == name), None)


def _words(element: Any, name: str) -> str:
    child = _child(element, name)
    return "" if child is None else " ".join((child.text or "").split())[:_LONGEST_TEXT]


def _name(element: Any) -> str:
    # Namespaces are got wrong often and never clash here; comments have no name at all.
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
