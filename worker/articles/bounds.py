"""How much of a page an extractor gets to see: enough for any article, little enough for three seconds.

Extractors take time with the number of elements, with the square of it where one parent holds them all, and with the
length of every class. A page that means harm, or a live blog of a whole day, is cut here before any of them sees it.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

TAGS = 200_000
"""Tags of a page that are parsed, scripts' own angle brackets among them: of 54 news pages none has over 3,300.
Whatever looks at every element once has half a second's work with so many."""

TAG_ATTRIBUTES = 500
"""Attributes of one tag from which on all of them are dropped: the parser compares each with each, and 100,000 on one
tag take it 40 seconds (5,000 take .03). Pages have at most a few dozen."""

ELEMENTS = 10_000
"""Elements of a body kept. Of 54 news pages none has over 1,600 beside scripts; 10,000 are extracted in a second."""

HEAD_ELEMENTS = 1_000
"""Elements of a head kept; pages have a hundred."""

CROWD = 300
"""Inline elements of one parent from which on they are dissolved into its text: 8,000 in one paragraph take three
seconds, and the most that a news page was seen to have is 250."""

ATTRIBUTES = 50
"""Attributes of one element kept: of 54 news pages none has over 18."""

ATTRIBUTE_CHARACTERS = 300
"""Characters kept of a class or an id: dozens of patterns are tried on each, and names that tell stand in front."""

LONG_NAMED, BRIEFLY = 500, 64
"""Elements with longer ones from which on only so many characters are kept: 4,000 of them take four seconds."""

# Text of the same sentence: what dissolving them loses is how it looks.
_INLINE = {"b", "strong", "i", "em", "u", "s", "span", "font", "small", "big", "mark", "sub", "sup", "a", "code"}
_CROWDED = etree.XPath(f"//*[count({' | '.join(sorted(_INLINE))}) > {CROWD}]")
_LONG = etree.XPath(
    f"//*[string-length(@class) > {ATTRIBUTE_CHARACTERS} or string-length(@id) > {ATTRIBUTE_CHARACTERS}]"
)
_COUNT = etree.XPath("count(.//*)")
_MANY_ATTRIBUTES = etree.XPath(f"//*[count(@*) > {ATTRIBUTES}]")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')

# What leads elsewhere or asks for something: the first to go when there is too much.
_FURNITURE = ("nav", "footer", "aside", "form", "select", "button", "dialog", "menu", "object", "figure")


def bounded_source(html: str, tags: int = TAGS) -> str:
    """Return the source of a page up to so many tags, without the attributes of tags that have too many of them."""
    pieces = html.split("<", tags)[:tags]
    return "<".join(piece if len(piece) < 2 * TAG_ATTRIBUTES else _without_attributes(piece) for piece in pieces)


def _without_attributes(piece: str) -> str:
    """Return what stands from one angle bracket to the next with the attributes of its tag left out, if too many."""
    tag = _QUOTED.sub("", piece).partition(">")[0]
    if max(len(tag.split()), tag.count("=")) <= TAG_ATTRIBUTES:
        return piece
    return f"{tag.split(maxsplit=1)[0]}>{piece.rpartition('>')[2]}"


def bound(tree: HtmlElement, most: int = ELEMENTS) -> None:
    """Cut a page down, in place, to what an extractor reads within a second or two; a usual page stays as it is.

    Beyond ``most`` elements the furniture goes first; if that is not enough, what stands outside the part that the
    page marks as its main one; then whatever comes last.
    """
    _cut_attributes(tree)
    for parent in _CROWDED(tree):
        _dissolve(parent)
    for head in tree.iter("head"):
        _cut_off(list(head)[HEAD_ELEMENTS:])
    body = tree.find("body")
    root = tree if body is None else body
    if _COUNT(root) > most:
        for element in list(root.iter(*_FURNITURE)):
            if element.getparent() is not None:
                element.drop_tree()
    if _COUNT(root) > most:
        _keep_first(root, most)


def _cut_attributes(tree: HtmlElement) -> None:
    for element in _MANY_ATTRIBUTES(tree):
        for name in element.keys()[ATTRIBUTES:]:
            del element.attrib[name]
    long_named = _LONG(tree)
    kept = ATTRIBUTE_CHARACTERS if len(long_named) <= LONG_NAMED else BRIEFLY
    for element in long_named:
        for name in ("class", "id"):
            if element.get(name):
                element.set(name, element.get(name)[:kept])


def _dissolve(parent: HtmlElement) -> None:
    """Make the inline children of an element into its text: all at once, since one by one would be quadratic."""
    before: HtmlElement | None = None
    pieces = [parent.text or ""]
    for child in list(parent):
        if child.tag in _INLINE:
            pieces += [child.text_content(), child.tail or ""]
            parent.remove(child)
            continue
        _set_text(parent, before, "".join(pieces))
        before, pieces = child, [child.tail or ""]
    _set_text(parent, before, "".join(pieces))


def _set_text(parent: HtmlElement, before: HtmlElement | None, text: str) -> None:
    if before is None:
        parent.text = text
    else:
        before.tail = text


def _keep_first(root: HtmlElement, most: int) -> None:
    """Cut off elements from the end, those outside the main part before those inside it."""
    inside = _main_part(root)
    within = set(inside)
    above = set(inside[0].iterancestors()) if inside else set()  # what holds the main part stays with it
    outside = [element for element in root.iterdescendants() if element not in within and element not in above]
    room = max(0, most - len(inside))
    _cut_off(outside[room:])
    _cut_off(inside[most:])


def _main_part(root: HtmlElement) -> list[HtmlElement]:
    """The elements of the largest article, else of the largest main part, else none."""
    marked = list(root.iter("article")) or list(root.iter("main"))
    return max((list(element.iter()) for element in marked), key=len, default=[])


def _cut_off(elements: list[HtmlElement]) -> None:
    """Remove elements with the text behind them, the last first, so that each is still in the tree."""
    for element in reversed(elements):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
