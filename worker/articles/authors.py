"""Who wrote an article, as the page or the feed says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from worker.articles.markup import Markup, squeezed, text_of

MOST_AUTHORS = 12
"""Names kept; longer lists are a staff page."""

NAME_CHARACTERS = 80
"""Longer bylines are sentences."""

NAME_WORDS = 6
"""Words of the longest names, titles of office left out."""

LONGEST_CLASSES = 200
"""Characters of a class attribute that is looked at."""

# What a visible byline goes on with behind the name: a date, a label, whatever begins with a digit.
_AFTER_NAME = re.compile(r"\s*(?:\b(?:published|updated|posted|print this|follow)\b|\d).*$", re.IGNORECASE)
_BY = re.compile(
    r"^(?:by|por|par|von|di|door|av|af|autor|author|texto?|reporting by|written by)\b\s*:?\s+", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+")
_JOINED = re.compile(r"\s*(?:;|\s\|\s|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+)\s*|,\s+(?=[^\W\d_])", re.IGNORECASE)
_MARKED = re.compile(r"(?:^|[\s_-])(?:author|byline)(?:$|[\s_-]|name)", re.IGNORECASE)


def authors_of(markup: Markup | None, feed_authors: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the authors' names, each once, in the page's order.

    JSON-LD first (it keeps persons apart), then metadata, then the feed, then an element marked as the author's.
    """
    if markup is None:
        return _clean(feed_authors)
    sources: tuple[Iterable[str], ...] = (
        _stated(markup.article.get("author") or markup.article.get("creator")),
        (content for name, content in markup.metas if name in ("author", "article:author", "dc.creator", "byl")),
        feed_authors,
        _marked(markup),
    )
    for source in sources:
        if names := _clean(source):
            return names
    return ()


def _stated(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if name := text_of(item):
            yield name


def _marked(markup: Markup) -> Iterator[str]:
    for element in markup.tree.iter("a", "span", "p", "div", "address", "li"):
        if element.get("rel") == "author" or element.get("itemprop") == "author" or _is_marked(element.get("class")):
            text = _AFTER_NAME.sub("", squeezed(element.text_content()))
            if text and len(text) <= NAME_CHARACTERS:
                yield text
                return


def _is_marked(classes: str | None) -> bool:
    if not classes or len(classes) > LONGEST_CLASSES or "comment" in classes:
        return False
    return bool(_MARKED.search(classes))


def _clean(names: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for given in names:
        if len(given) > NAME_CHARACTERS * MOST_AUTHORS:
            continue
        for name in _JOINED.split(_BY.sub("", squeezed(given))):
            bare = _BY.sub("", name.strip(" ,;|\u2022\u00b7"))
            if (
                bare
                and len(bare) <= NAME_CHARACTERS
                and len(bare.split()) <= NAME_WORDS
                and not _ADDRESS.search(bare)
                and any(map(str.isalpha, bare))
            ):
                kept.setdefault(bare)
    return tuple(kept)[:MOST_AUTHORS]
