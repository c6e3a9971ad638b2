"""The feeds that a page names.

First what it declares to programs (``<link rel="alternate">``, https://html.spec.whatwg.org/multipage/links.html
#rel-alternate), then links that readers see and whose address looks like a feed's. Whether one really is a feed is
found out by reading it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from worker.urls import absolute, origin_of

_MOST_BYTES: Final = 2 * 1024 * 1024
"""Bytes of a page that are read: feeds are declared in the head and linked in the foot of pages far smaller."""

_MOST_FEEDS: Final = 50

_TYPES: Final = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
    "application/rdf+xml": "rdf",
    "application/x-rss+xml": "rss",
    "text/rss+xml": "rss",
    "text/rss": "rss",
}
_VAGUE_TYPES: Final = frozenset({"application/xml", "text/xml", "application/json"})
_LOOKS_LIKE_FEED: Final = re.compile(
    r"(?:/(?:feed|feeds|rss|atom|rdf|rss2)/?(?:[?#]|$)|\.(?:rss|rdf|atom)(?:[?#]|$)"
    r"|/(?:feed|rss|atom|index|news)\.(?:xml|json|rdf)(?:[?#]|$)|[?&](?:feed|format|type)=(?:rss|atom)|//feeds?\.)",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(r"comment|kommentar|commentaire|comentario", re.IGNORECASE)
_PATHS: Final = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds", "/feed.json")


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page seems to have."""

    url: str
    title: str
    kind: str  # rss, atom, rdf, json, or "" when the page does not say
    how: str  # declared, linked


def find_feeds(html: bytes, url: str) -> tuple[FoundFeed, ...]:
    """Find the feeds that a page names.

    Args:
        html: The page's bytes.
        url: Its address, for links that are not absolute.

    Returns:
        Each address once: declared ones before linked ones, feeds of comments last, else in the page's order. Empty
        when the page cannot be read.
    """
    try:
        tree = lxml_html.document_fromstring(html[:_MOST_BYTES], parser=lxml_html.HTMLParser(no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    base = next((absolute(url, element.get("href", "")) for element in tree.iter("base")), None) or url
    found: dict[str, FoundFeed] = {}
    for feed in (*_declared(tree.iter("link"), base), *_linked(tree.iter("a"), base)):
        found.setdefault(feed.url, feed)
    ranked = sorted(found.values(), key=_is_about_comments)
    return tuple(ranked[:_MOST_FEEDS])


def usual_addresses(url: str) -> tuple[str, ...]:
    """Give the addresses at which sites that name no feed often have one, likeliest first.

    Raises:
        worker.urls.BadURLError: The page's address cannot be read.
    """
    origin = origin_of(url)
    return tuple(origin + path for path in _PATHS)


def _declared(links: Iterable[Any], base: str) -> Iterator[FoundFeed]:
    for link in links:
        relations = (link.get("rel") or "").lower().split()
        stated = (link.get("type") or "").partition(";")[0].strip().lower()
        target = absolute(base, link.get("href") or "")
        if target is None or not {"alternate", "feed"} & set(relations):
            continue
        is_feed = stated in _TYPES or "feed" in relations
        if is_feed or (stated in _VAGUE_TYPES and _LOOKS_LIKE_FEED.search(target)):
            yield FoundFeed(target, _words(link.get("title")), _TYPES.get(stated, ""), "declared")


def _linked(anchors: Iterable[Any], base: str) -> Iterator[FoundFeed]:
    for anchor in anchors:
        target = absolute(base, anchor.get("href") or "")
        if target is not None and _LOOKS_LIKE_FEED.search(target[:2000]):
            yield FoundFeed(target, _words(anchor.get("title") or "".join(anchor.itertext())), "", "linked")


def _is_about_comments(feed: FoundFeed) -> bool:
    return bool(_COMMENTS.search(feed.title) or _COMMENTS.search(feed.url))


def _words(text: str | None) -> str:
    return " ".join((text or "").split())[:200]
