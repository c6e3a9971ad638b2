"""What stands before and after the root of a feed, and which kind of document it is.

PHP warnings, blank lines, comments and document types come before the root of real feeds; scripts of advertisers come
after it. All of it goes, so that the parser meets the root at once (and so that its own search for document types,
whose time grows with the square of white space, finds nothing to do). Entities that a document defines for itself are
kept when they are short and plain; those that expand into others are what bombs are made of.
"""

import re
from dataclasses import dataclass
from typing import Final

_FEED_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel", "urlset", "sitemapindex", "opml"})
_ROOT_LATER: Final = re.compile(
    r"<\?xml\s|<(?:[a-z0-9]{1,20}:)?(?:rss|feed|rdf|urlset|sitemapindex|opml)[\s>]", re.IGNORECASE
)
_NAME: Final = re.compile(r"<(?:(?P<prefix>[A-Za-z_][\w.-]{0,63}):)?(?P<name>[A-Za-z_][\w.-]{0,63})")
_ENTITY: Final = re.compile(r"""<!ENTITY\s{1,20}(\w{1,32})\s{1,20}(?:"([^"&%<]{0,32})"|'([^'&%<]{0,32})')\s{0,20}>""")
_MOST_ENTITIES: Final = 256
"""With the 32 characters of a value above: what a document of 5 MiB can swell to stays below ten times its size."""
_JUNK: Final = 64 * 1024
"""Characters that are searched for a root behind junk: error messages are some hundred, log dumps some thousand."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document without what surrounds its root."""

    root: str  # local name in lower case; "" when there is no markup at all, "json" for JSON
    text: str  # from the root on
    entities: dict[str, str]
    problems: tuple[str, ...] = ()


def open_document(text: str) -> Document:
    """Find the root of a document, in time that grows only with its length.

    Args:
        text: The whole document.

    Returns:
        Its kind and its text from the root on, trailing junk cut.
    """
    stripped = text.lstrip()
    if stripped.startswith("{"):
        return Document("json", stripped, {})
    start, entities, junk = _skip_to_root(text, 0)
    root = _root_at(text, start)
    if root not in _FEED_ROOTS and root != "html":
        # An error message in HTML may stand before the feed itself.
        later = _ROOT_LATER.search(text, 0, _JUNK)
        if later is not None:
            start, entities, _ = _skip_to_root(text, later.start())
            root, junk = _root_at(text, start), True
    problems: tuple[str, ...] = ()
    if junk and root in _FEED_ROOTS:
        problems += ("Something stands before the root of the document; it was cut.",)
    body, trailing = _without_tail(text[start:]) if root in _FEED_ROOTS else (text[start:], False)
    if trailing:
        problems += ("Something stands after the end of the document; it was cut.",)
    return Document(root, body, entities, problems)


def _skip_to_root(text: str, position: int) -> tuple[int, dict[str, str], bool]:
    """Step over declarations, comments and junk; gives where the root starts, entities, and whether there was junk."""
    entities: dict[str, str] = {}
    junk = False
    while True:
        found = text.find("<", position)
        if found < 0:
            return len(text), entities, junk
        junk = junk or bool(text[position:found].strip())
        if _NAME.match(text, found):
            return found, entities, junk
        end, defined = _end_of_declaration(text, found)
        if end < 0:
            # What never ends is junk itself; the next element may still be a document's root.
            junk, end = True, _next_name(text, found)
        entities.update(defined)
        position = end


def _next_name(text: str, position: int) -> int:
    later = _NAME.search(text, position)
    return later.start() if later else len(text)


def _end_of_declaration(text: str, start: int) -> tuple[int, dict[str, str]]:
    if text.startswith("<!--", start):
        return _after(text, "-->", start + 4), {}
    if text.startswith("<?", start):
        return _after(text, "?>", start + 2), {}
    end = text.find(">", start)
    subset = text.find("[", start, end if end >= 0 else start)
    if subset < 0:
        return (end + 1 if end >= 0 else -1), {}
    closed = text.find("]", subset)
    end = text.find(">", closed) if closed >= 0 else -1
    if end < 0:
        return -1, {}
    found = list(_ENTITY.finditer(text, subset, closed))[:_MOST_ENTITIES]
    return end + 1, {match[1]: match[2] if match[2] is not None else match[3] for match in found}


def _after(text: str, mark: str, start: int) -> int:
    end = text.find(mark, start)
    return end + len(mark) if end >= 0 else -1


def _root_at(text: str, start: int) -> str:
    match = _NAME.match(text, start)
    return match["name"].lower() if match else ""


def _without_tail(text: str) -> tuple[str, bool]:
    match = _NAME.match(text)
    if match is None:
        return text, False
    close = f"</{match[0][1:]}"
    last = text.rfind(close)
    end = text.find(">", last + len(close)) if last >= 0 else -1
    if end < 0 or text[last + len(close) : end].strip():
        return text, False
    return text[: end + 1], bool(_COMMENT.sub("", text[end + 1 :][:_JUNK]).strip())


_COMMENT: Final = re.compile(r"<!--[^>]{0,500}-->")
