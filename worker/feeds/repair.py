"""Making a broken document well-formed, so that its good entries are read.

One pass from left to right, in time that grows only with the length: stray ``<`` and ``&`` become text, entities of
HTML become their characters, attributes get quotes, prefixes that nobody declared are declared, elements that were
never closed are closed where their parent closes, and what breaks off at the end is dropped. A lenient parser that
guesses its way through broken markup (feedparser has one) takes time that grows with the square of some of it.
"""

import re
from collections import Counter
from html.entities import html5
from typing import Final
from xml.sax.saxutils import escape

MOST_LEVELS: Final = 200
"""Levels of nesting that are kept; articles in feeds use about 15. Tags below are dropped, their text stays."""

_PLAIN: Final = re.compile(r"(?:<(?![A-Za-z_/!?])|&(?![#A-Za-z]))+")
_TAG: Final = re.compile(
    r"""<(?P<close>/)?(?P<name>[A-Za-z_][\w.-]*+(?::[A-Za-z_][\w.-]*+)?)
        (?P<attributes>(?>(?:\s++[A-Za-z_][\w.:-]*+(?>(?:\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s<>"'=]++))?))*))
        \s*+(?P<empty>/)?\s*+>""",
    re.VERBOSE,
)
_ATTRIBUTE: Final = re.compile(
    r"""\s++(?P<name>[A-Za-z_][\w.:-]*+)(?:\s*+=\s*+(?:"(?P<double>[^"<]*+)"|'(?P<single>[^'<]*+)'|(?P<bare>[^\s<>"'=]++)))?"""
)
_REFERENCE: Final = re.compile(r"&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z]\w{0,31}));")
_AMPERSAND: Final = re.compile(_REFERENCE.pattern + "|&")
_SPECIAL: Final = re.compile("[<&]")
_XML_NAMES: Final = frozenset({"lt", "gt", "amp", "quot", "apos"})
_STARTS_ANEW: Final = frozenset({"item", "entry"})
"""Elements that never stand inside their like: a second one means that the first was not closed."""

_CHARACTERS: Final = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))

_NAMESPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xlink": "http://www.w3.org/1999/xlink",
}
"""What the usual prefixes stand for when a feed forgets to say."""


def repair(text: str, entities: dict[str, str]) -> str:
    """Write a document anew so that a strict parser takes it.

    Args:
        text: The document from its root on, without control characters.
        entities: What it defines for itself, value by name.

    Returns:
        A well-formed document: what was readable of the old one, in the same order.
    """
    return _Repair(text, entities).run()


class _Repair:
    def __init__(self, text: str, entities: dict[str, str]) -> None:
        self._text = text
        self._entities = entities
        self._out: list[str] = []
        self._open: list[str] = []
        self._how_often_open: Counter[str] = Counter()
        self._used: set[str] = set()
        self._declared: set[str] = {"xml", "xmlns"}
        self._found: dict[str, int] = {}  # where each mark was last found; -1: none is left
        self._done = False  # the root is closed

    def run(self) -> str:
        position = 0
        length = len(self._text)
        while position < length and not self._done:
            special = _SPECIAL.search(self._text, position)
            at = special.start() if special else length
            self._say(escape(self._text[position:at]))
            position = self._step(at) if special else length
        while self._open:
            self._close_one()
        return self._declare_missing("".join(self._out))

    def _step(self, at: int) -> int:
        """Handle the ``<`` or ``&`` at a position; gives where to go on."""
        text = self._text
        if plain := _PLAIN.match(text, at):
            self._say(escape(plain[0]))
            return plain.end()
        if text[at] == "&":
            match = _REFERENCE.match(text, at)
            self._say(self._reference(match) if match else "&amp;")
            return match.end() if match else at + 1
        if text.startswith("<![CDATA[", at):
            end = self._find("]]>", at + 9)
            # A section that never ends would swallow all that follows; only its mark goes.
            if end >= 0:
                self._say(escape(text[at + 9 : end]))
            return end + 3 if end >= 0 else at + 9
        return self._markup(at)

    def _markup(self, at: int) -> int:
        text = self._text
        if self._find(">", at) < 0:
            return len(text)  # the document breaks off inside a tag
        for mark, closing in (("<!--", "-->"), ("<?", "?>"), ("<!", ">")):
            if text.startswith(mark, at):
                end = self._find(closing, at + len(mark))
                return end + len(closing) if end >= 0 else at + len(mark)
        match = _TAG.match(text, at)
        if match is None:
            self._say("&lt;")
            return at + 1
        self._tag(match)
        return match.end()

    def _tag(self, match: re.Match[str]) -> None:
        name = match["name"]
        if match["close"]:
            if self._how_often_open[name]:
                while self._open[-1] != name:
                    self._close_one()
                self._close_one()
            return
        if len(self._open) >= MOST_LEVELS and name not in _STARTS_ANEW:
            return
        if name in _STARTS_ANEW and self._how_often_open[name]:
            while self._how_often_open[name]:
                self._close_one()
        self._note_prefix(name)
        self._out.append(f"<{name}{self._attributes(match['attributes'])}{'/' if match['empty'] else ''}>")
        if not match["empty"]:
            self._open.append(name)
            self._how_often_open[name] += 1
        elif not self._open:
            self._done = True

    def _attributes(self, raw: str) -> str:
        written: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(raw):
            name = match["name"]
            if name.count(":") > 1 or name.endswith(":") or name in written:
                continue
            value = next((match[kind] for kind in ("double", "single", "bare") if match[kind] is not None), name)
            if name.startswith("xmlns:"):
                if not value or name[6:] in self._declared & {"xml", "xmlns"}:
                    continue
                self._declared.add(name[6:])
            else:
                self._note_prefix(name)
            value = _AMPERSAND.sub(lambda found: self._reference(found) if found[0] != "&" else "&amp;", value)
            written[name] = value.replace('"', "&quot;")
        return "".join(f' {name}="{value}"' for name, value in written.items())

    def _reference(self, match: re.Match[str]) -> str:
        if match["name"]:
            name = match["name"]
            if name in _XML_NAMES:
                return match[0]
            value = self._entities.get(name, html5.get(f"{name};"))
            return escape(value, {'"': "&quot;"}) if value is not None else f"&amp;{name};"
        code = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
        return f"&#{code};" if _is_character(code) else ""

    def _note_prefix(self, name: str) -> None:
        prefix, colon, _ = name.partition(":")
        if colon:
            self._used.add(prefix)

    def _declare_missing(self, document: str) -> str:
        missing = sorted(self._used - self._declared)
        if not missing:
            return document
        root_end = re.match(r"<[^\s/>]+", document)
        if root_end is None:
            return document
        declarations = "".join(
            f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")}"' for prefix in missing
        )
        return document[: root_end.end()] + declarations + document[root_end.end() :]

    def _close_one(self) -> None:
        name = self._open.pop()
        self._how_often_open[name] -= 1
        self._out.append(f"</{name}>")
        self._done = not self._open

    def _say(self, text: str) -> None:
        # Text outside the root is no part of a document.
        if text and self._open:
            self._out.append(text)

    def _find(self, mark: str, start: int) -> int:
        """Find a mark; the last find is remembered, so that no stretch is searched for the same mark twice."""
        found = self._found.get(mark, 0)
        if 0 <= found < start:
            found = self._found[mark] = self._text.find(mark, start)
        return found


def _is_character(code: int) -> bool:
    """Say whether XML 1.0 (2.2) knows a character of this number."""
    return any(low <= code <= high for low, high in _CHARACTERS)
