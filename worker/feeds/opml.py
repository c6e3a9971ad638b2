"""Lists of feeds in OPML 2.0 (http://opml.org/spec2.opml), for exchange with feed readers.

A folder becomes the section, the outline's text the outlet. Entities are never expanded and nothing outside the file is
loaded. One outline that cannot be used does not spoil the others: it is refused with its reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from lxml import etree

from worker.errors import FeedListError
from worker.feeds.encoding import without_controls
from worker.feeds.feed_list import ListedFeed, login_refusal
from worker.urls import BadURLError, absolute, canonical, host_of, is_fetchable

_LONGEST_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class RefusedOutline:
    """An outline that is no feed we can use."""

    line: int
    text: str
    reason: str  # one whole sentence


@dataclass(frozen=True, slots=True)
class OpmlReport:
    """What an OPML file holds, in its order."""

    feeds: tuple[ListedFeed, ...]
    refused: tuple[RefusedOutline, ...]


def read_opml(data: bytes) -> OpmlReport:
    """Read a list of feeds.

    Raises:
        FeedListError: The file is not OPML, or not even nearly XML.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _name(root) != "opml":
        found = f"its root is <{_name(root)}>" if root is not None else "it cannot be read as XML"
        raise FeedListError(f"The file is not an OPML list of feeds: {found}; export one from your feed reader.")
    feeds: dict[str, ListedFeed] = {}
    refused: list[RefusedOutline] = []
    for outline in root.iter():
        if _name(outline) == "outline":
            _take(outline, feeds, refused)
    return OpmlReport(tuple(feeds.values()), tuple(refused))


def write_opml(feeds: Iterable[ListedFeed], title: str = "Feeds") -> bytes:
    """Write feeds as OPML, one folder a section; headers and their secrets are left out.

    Returns:
        The file in UTF-8.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = without_controls(title)
    body = etree.SubElement(root, "body")
    for section, members in groupby(sorted(feeds, key=lambda feed: feed.section or ""), lambda feed: feed.section):
        folder = etree.SubElement(body, "outline", text=without_controls(section)) if section else body
        for feed in members:
            outline = {"type": "rss", "text": feed.outlet, "title": feed.outlet, "xmlUrl": feed.url}
            optional = {"htmlUrl": feed.home_url, "language": feed.language}
            outline |= {name: value for name, value in optional.items() if value}
            etree.SubElement(folder, "outline", {name: without_controls(value) for name, value in outline.items()})
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _take(outline: Any, feeds: dict[str, ListedFeed], refused: list[RefusedOutline]) -> None:
    told = {name.lower(): " ".join(value.split()) for name, value in outline.attrib.items()}
    text = (told.get("text") or told.get("title") or "")[:_LONGEST_TEXT]
    url = told.get("xmlurl", "")
    if not url:
        if told.get("type", "").lower() in {"rss", "atom", "feed"}:
            refused.append(RefusedOutline(outline.sourceline or 0, text, f'"{text}" has no xmlUrl, so no feed to ask.'))
        return
    url = "https://" + url.removeprefix("feed://") if url.startswith("feed://") else url.removeprefix("feed:")
    if reason := _unusable(url, feeds):
        refused.append(RefusedOutline(outline.sourceline or 0, text, reason))
        return
    feeds[canonical(url)] = ListedFeed(
        url=canonical(url),
        outlet=text or host_of(url),
        section=_folder(outline),
        language=told.get("language") or None,
        home_url=absolute(None, told.get("htmlurl", "")),
    )


def _unusable(url: str, feeds: dict[str, ListedFeed]) -> str | None:
    try:
        known = canonical(url) in feeds
    except BadURLError as error:
        return str(error)
    if not is_fetchable(url):
        return f"{url[:100]}... is too long to be asked for."
    if reason := login_refusal(url):
        return reason
    return f"{url} stands earlier in the file." if known else None


def _folder(outline: Any) -> str | None:
    parent = outline.getparent()
    if parent is None or _name(parent) != "outline":
        return None
    told = {name.lower(): value for name, value in parent.attrib.items()}
    return " ".join((told.get("text") or told.get("title") or "").split())[:_LONGEST_TEXT] or None


def _name(element: Any) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
