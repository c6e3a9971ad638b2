"""RSS, RDF and Atom, read by feedparser's own classes with what is slow or leaky in them taken out.

feedparser is driven below its front door, ``feedparser.parse``: that one opens files and addresses that it is given as
text, guesses encodings again, tries to import a second parser at every call, and falls back to a parser whose time
grows with the square of some inputs. Its knowledge of the formats is kept whole. Overridden here:

- short fields are cut before its patterns see them (an author of 64 KB takes its search for e-mail addresses 19 s);
- categories and namespaces, kept in lists that are searched each time, are bounded or left out;
- ids stay as they are written instead of being resolved against the feed's address, which may change;
- links are resolved as browsers do;
- elements that nothing here asks for (categories, media, podcast chapters) are stepped over;
- reading stops at the last entry that is wanted.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.sax import SAXException
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import feature_external_ges
from xml.sax.xmlreader import AttributesNSImpl, InputSource

from feedparser import api

from worker.feeds.repair import MOST_LEVELS, repair
from worker.urls import LONGEST_FETCHABLE, absolute

_LONGEST_SHORT_FIELD: Final = 4000
"""Characters of a field that is one line by nature: dates, names, categories."""

_ADDRESSES: Final = frozenset({"href", "id", "link"})
_LONGEST_ADDRESS: Final = LONGEST_FETCHABLE + 1
"""A cut address is another address: one too long to be fetched must still be seen to be so, and is refused."""

_MOST_NAMESPACES: Final = 100
"""Namespaces of one document; feedparser goes through all of them at each element. Real feeds use up to 25."""

_SHORT_FIELDS: Final = frozenset(
    {
        *(
            "author",
            "category",
            "contributor",
            "created",
            "email",
            "expired",
            "href",
            "id",
            "itunes_keywords",
            "language",
        ),
        *("link", "media_keywords", "name", "publisher", "published", "tags", "ttl", "updated"),
    }
)
_MOST_ATTRIBUTES: Final = 100
"""Attributes of one element; the standard library's reader goes through all of them for each. Real feeds use 10."""

_MOST_ELEMENTS: Final = 200_000
"""Elements of one document, of which each takes feedparser 20 to 50 microseconds: 2,000 entries of 100 elements."""

_DEEPEST: Final = MOST_LEVELS + 50
"""Levels of nesting above which a document is mended, which cuts it to fewer."""

_LONGEST_BASE: Final = 2000
"""Characters to which nested ``xml:base`` may grow; each element resolves it anew."""

_OWN_BASE: Final = re.compile(r"\s(?:xml:)?base\s{0,9}=", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s<>()\[\],;:]{1,64}@[^\s<>()\[\],;:]{1,255}")


_STEPPED_OVER: Final = frozenset(
    {
        *("category", "cloud", "comments", "contributor", "docs", "enclosure", "generator", "image", "keywords"),
        *("skipdays", "skiphours", "source", "subject", "textinput", "webmaster"),
    }
)
"""Elements by local name that say nothing about an article; an image, a source and a text input have titles of their
own that are not the entry's."""

_STEPPED_OVER_NAMESPACES: Final = frozenset(
    {
        *("http://search.yahoo.com/mrss", "http://search.yahoo.com/mrss/", "http://www.georss.org/georss"),
        *("http://www.opengis.net/gml", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
        *("http://purl.org/rss/1.0/modules/slash/", "http://wellformedweb.org/commentapi/"),
        *("http://purl.org/syndication/thread/1.0", "http://podlove.org/simple-chapters"),
        *("http://backend.userland.com/creativecommonsrssmodule", "https://podcastindex.org/namespace/1.0"),
    }
)

_NO_ATTRIBUTES: Final = AttributesNSImpl({}, {})


class _EnoughError(Exception):
    """The last entry that is wanted has been read, or as much of a document as any feed has."""


class _Bounded:
    """What both of feedparser's parsers do differently here."""

    most_entries = 0
    elements = 0
    sanitize_html = False
    resolve_relative_uris = False
    can_be_relative_uri: Final = api.StrictFeedParser.can_be_relative_uri - {"id"}

    # What the other half of each class provides.
    entries: list[Any]
    elementstack: list[list[Any]]
    namespaces_in_use: dict[str, str]
    baseuri: str
    depth: int
    _get_context: Any

    def unknown_starttag(self, tag: str, attributes: list[tuple[str, str]]) -> None:
        self.elements += 1
        if self.elements > _MOST_ELEMENTS:
            raise _EnoughError
        if self.depth > _DEEPEST:
            raise SAXException("nested too deeply")
        if len(self.baseuri) > _LONGEST_BASE:
            attributes = [pair for pair in attributes if pair[0] not in {"xml:base", "base"}]
        super().unknown_starttag(tag, attributes[:_MOST_ATTRIBUTES])  # type: ignore[misc]

    def _start_item(self, attributes: dict[str, str]) -> None:
        if len(self.entries) >= self.most_entries:
            raise _EnoughError
        super()._start_item(attributes)  # type: ignore[misc]  # feedparser's, in the other half

    _start_entry = _start_item

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        if self.elementstack and element in _SHORT_FIELDS and self.elementstack[-1][0] == element:
            most = _LONGEST_ADDRESS if element in _ADDRESSES else _LONGEST_SHORT_FIELD
            self.elementstack[-1][2] = _cut(self.elementstack[-1][2], most)
        return super().pop(element, strip_whitespace)  # type: ignore[misc]

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        if len(self.namespaces_in_use) < _MOST_NAMESPACES:
            super().track_namespace(prefix, uri)  # type: ignore[misc]

    def resolve_uri(self, uri: str) -> str:
        # Without a base of the document's own, whoever called resolves the links that are asked for.
        return (absolute(self.baseuri, uri) or uri) if self.baseuri else uri

    # Dates are kept as written: worker.feeds.dates reads nearly all of them, and reading each twice costs a sixth.
    def _end_published(self) -> None:
        self.pop("published")

    def _end_updated(self) -> None:
        self.pop("updated")

    def _end_created(self) -> None:
        self.pop("created")

    _end_issued = _end_pubdate = _end_published
    _end_modified = _end_lastbuilddate = _end_updated

    def _add_tag(self, *_: Any) -> None:
        self._get_context().setdefault("tags", [])

    def _sync_author_detail(self, key: str = "author") -> None:
        """Part a name from an e-mail address, in time that grows only with the length."""
        context = self._get_context()
        people = context.get(f"{key}s")
        text = context.get(key)
        if (people and people[-1]) or not text:
            return
        address = _EMAIL.search(text) if "@" in text else None
        name = text.replace(address[0], "") if address else text
        name = (
            name.replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip().removeprefix("(").removesuffix(")")
        )
        detail = {"name": name.strip()} if name.strip() else {"email": address[0] if address else ""}
        if people:
            people[-1].update(detail)
        else:
            context[f"{key}s"] = [api.FeedParserDict(detail)]


class _Strict(_Bounded, api.StrictFeedParser):  # type: ignore[misc]  # feedparser publishes no types
    _stepping_over = 0  # how deep in an element that nothing asks for

    def startElementNS(self, name: Any, qname: str | None, attributes: Any) -> None:  # noqa: N802 - SAX names it
        if self._stepping_over or (not self.incontent and _is_stepped_over(name)):
            self._stepping_over += 1
            return
        super().startElementNS(name, qname, attributes if len(attributes) <= _MOST_ATTRIBUTES else _NO_ATTRIBUTES)

    def endElementNS(self, name: Any, qname: str | None) -> None:  # noqa: N802
        if self._stepping_over:
            self._stepping_over -= 1
            return
        super().endElementNS(name, qname)

    def characters(self, text: str) -> None:
        if not self._stepping_over:
            super().characters(text)


class _Loose(_Bounded, api.LooseFeedParser):  # type: ignore[misc]
    pass


@dataclass(frozen=True, slots=True)
class RawFeed:
    """What feedparser found, as it found it."""

    version: str
    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    problems: tuple[str, ...]


def read_xml(text: str, entities: dict[str, str], *, base: str, language: str, most_entries: int) -> RawFeed:
    """Read a document of RSS, RDF or Atom; never raises.

    Args:
        text: The document from its root on, without control characters.
        entities: What it defines for itself.
        base: The address that it came from, or "".
        language: Of the transport, or "".
        most_entries: Entries after which reading stops.
    """
    problems: tuple[str, ...] = ()
    if not _OWN_BASE.search(text):
        # feedparser resolves the base anew at each element, which takes a third of its time; whoever called resolves
        # the links just as well when the document has no base of its own.
        base = ""
    reader, error = _strictly(_with_entities(text, entities), base, language, most_entries)
    if error:
        mended = repair(text, entities)
        problems += (f"It is not well-formed XML ({error}); it was mended, and its good entries were kept.",)
        reader, error = _strictly(mended, base, language, most_entries)
        if error:
            reader = _loosely(mended, base, language, most_entries, entities)
    if reader.elements > _MOST_ELEMENTS:
        problems += (f"It has more than {_MOST_ELEMENTS} elements; what follows was not read.",)
    if len(reader.entries) >= most_entries:
        problems += (f"It shows {most_entries} entries or more; the first {most_entries} were read.",)
    return RawFeed(reader.version or "", reader.feeddata, reader.entries[:most_entries], problems)


class _Expat(ExpatParser):
    def reset(self) -> None:
        """Prepare for a document; text comes in one piece then, not in one for each ``&lt;`` of its HTML."""
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined]  # pyexpat's, made by reset


def _strictly(text: str, base: str, language: str, most_entries: int) -> tuple[Any, str]:
    reader = _Strict(base, language or None, "utf-8")
    reader.most_entries = most_entries
    parser = _Expat(namespaceHandling=1)
    # Nothing outside the document is ever loaded (XML external entities).
    parser.setFeature(feature_external_ges, False)  # noqa: FBT003 - the library's signature
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    source = InputSource()
    source.setByteStream(io.BytesIO(text.encode()))
    source.setEncoding("utf-8")
    try:
        parser.parse(source)
    except _EnoughError:
        return reader, ""
    except SAXException as error:
        return reader, _where(error)
    except Exception as error:  # noqa: BLE001 - feedparser raises whatever its handlers trip over
        return reader, type(error).__name__
    return reader, ""


def _loosely(text: str, base: str, language: str, most_entries: int, entities: dict[str, str]) -> Any:
    reader = _Loose(base, language or None, "utf-8", entities)
    reader.most_entries = most_entries
    try:
        reader.feed(text)
    except Exception:  # noqa: BLE001 - likewise; the entries read so far are kept
        return reader
    return reader


def _is_stepped_over(name: tuple[str | None, str]) -> bool:
    namespace, local = name
    return local.lower() in _STEPPED_OVER or (namespace is not None and namespace.lower() in _STEPPED_OVER_NAMESPACES)


def _where(error: SAXException) -> str:
    line = getattr(error, "getLineNumber", lambda: None)()
    return f"{error.getMessage()}, line {line}" if line else str(error.getMessage())


def _with_entities(text: str, entities: dict[str, str]) -> str:
    if not entities:
        return text
    definitions = "".join(f'<!ENTITY {name} "{value}">' for name, value in entities.items())
    return f"<!DOCTYPE feed [{definitions}]>{text}"


def _cut(pieces: list[Any], most: int) -> list[Any]:
    if sum(len(piece) for piece in pieces) <= most:
        return pieces
    return ["".join(_as_text(pieces))[:most]]


def _as_text(pieces: list[Any]) -> Iterator[str]:
    for piece in pieces:
        yield piece.decode("utf-8", errors="replace") if isinstance(piece, bytes) else str(piece)


# feedparser fills a table of its class when its first parser is made; here, under the import lock, no thread can see
# it half filled.
_Strict("", None, "utf-8")
