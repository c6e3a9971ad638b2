"""What the markup of a page says about it, before any text is drawn from it: metadata, JSON-LD, links.

Nothing is believed here, only collected; which of several titles or dates is right is decided beside.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.utils import load_html

from worker.articles.bounds import bound, bounded_source

JSON_LD_LIMIT = 2_000_000
"""Characters of JSON-LD read per script: live blogs carry a megabyte of updates, more than this is no metadata."""

NODES_LIMIT = 2_000
"""Nodes of JSON-LD visited per page; article data stands in the first dozen."""

LINKS_LIMIT = 5_000
"""Links of a page that are looked at."""

LINK_CHARACTERS = 6
"""Characters of a link's text up to which it is a button or a number, not the title of another article."""

# schema.org: Article and what is under it, as far as newsrooms use it.
ARTICLE_TYPES = frozenset(
    {
        "Article",
        "NewsArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReportageNewsArticle",
        "ReviewNewsArticle",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "Report",
        "BlogPosting",
        "LiveBlogPosting",
        "SocialMediaPosting",
        "TechArticle",
        "ScholarlyArticle",
    }
)

# What holds no words of the article: systems inline a megabyte of it, which every pass of an extractor would copy.
_WORDLESS = ("script", "style", "svg", "template", "iframe", "link", "source")

_COMMENTS = re.compile(r"^\s*(?:<!\[CDATA\[|<!--|/\*<!\[CDATA\[\*/|//\s*<!\[CDATA\[)|(?:\]\]>|-->|//\s*\]\]>)\s*;?\s*$")
_LAYOUT_TABLES = etree.XPath(
    "//table[count(.//td) = 1 or .//h1 or .//table or .//td[count(.//p) > 1] or .//td[count(.//br) > 5]]"
)
_JSON_LD = "application/ld+json"
# Neither XML nor PostgreSQL takes NUL, nor lone surrogates; the others are remains of broken encodings.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")

# trafilatura and htmldate report every page that they cannot read as an error; here such pages are expected.
for _name in ("trafilatura", "htmldate", "readability", "charset_normalizer"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Markup:
    """The metadata of one page."""

    tree: HtmlElement  # without scripts and the like
    meta: Mapping[str, str]  # name, property, itemprop or http-equiv in lower case -> first content
    metas: tuple[tuple[str, str], ...]  # all of them, in order
    nodes: tuple[Mapping[str, Any], ...]  # every JSON-LD node, parents first
    article: Mapping[str, Any] = field(default_factory=dict)  # the node that describes this page; empty when none does
    title_tag: str = ""
    headings: tuple[str, ...] = ()  # texts of the h1 elements
    canonical: str | None = None
    html_language: str | None = None
    link_texts: frozenset[str] = frozenset()  # texts of whole links outside headings, spaces made one


def read_markup(html: str, elements: int) -> Markup | None:
    """Return the metadata of a page, or None when ``html`` holds no element that could be one.

    Args:
        html: The page.
        elements: How many elements are kept at most, beside scripts and the like (:mod:`worker.articles.bounds`).
    """
    try:
        tree = load_html(bounded_source(html))
    except (ValueError, TypeError, RecursionError, AssertionError):
        return None
    if tree is None:
        return None
    metas = tuple(_metas(tree))
    meta: dict[str, str] = {}
    for name, content in metas:
        meta.setdefault(name, content)
    nodes = tuple(_nodes(tree))
    headings = tuple(filter(None, (squeezed(h.text_content()) for h in tree.iter("h1"))))
    title = next(tree.iter("title"), None)
    canonical = _canonical(tree)
    _drop_wordless(tree)
    _unfold_layout(tree)
    bound(tree, elements)
    return Markup(
        tree=tree,
        meta=meta,
        metas=metas,
        nodes=nodes,
        article=article_node(nodes, headings),
        title_tag=squeezed(title.text_content()) if title is not None else "",
        headings=headings[:5],
        canonical=canonical,
        html_language=tree.get("lang") or tree.get("xml:lang") or None,
        link_texts=frozenset(_link_texts(tree)),
    )


def squeezed(text: str) -> str:
    """Return ``text`` with every run of white space made one space, none at the ends, and no control characters."""
    if not text.isprintable():
        text = _CONTROLS.sub("", text)
    return _SPACE.sub(" ", text).strip()


def types_of(node: Mapping[str, Any]) -> frozenset[str]:
    """Return the schema.org types of a JSON-LD node, without the vocabulary's address."""
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return frozenset(name.rsplit("/", 1)[-1] for name in names if isinstance(name, str))


def text_of(value: object) -> str:
    """Return the text of a JSON-LD value: itself, or its name, or that of its first item; else empty."""
    for _ in range(3):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, Mapping):
            value = value.get("name") or value.get("@value")
    return squeezed(value) if isinstance(value, str) else ""


def article_node(nodes: Iterable[Mapping[str, Any]], headings: Iterable[str]) -> Mapping[str, Any]:
    """Return the JSON-LD node of this page's own article.

    A page may describe further articles (teasers, an item list). The one whose headline is a heading of the page is
    its own; else the first that carries a body or a date, which is where the publishing systems put it.
    """
    found = [node for node in nodes if types_of(node) & ARTICLE_TYPES]
    shown = {heading.casefold() for heading in headings}
    for node in found:
        if text_of(node.get("headline")).casefold() in shown - {""}:
            return node
    for node in found:
        if node.get("articleBody") or node.get("datePublished"):
            return node
    return found[0] if found else {}


def _drop_wordless(tree: HtmlElement) -> None:
    """Remove scripts, styles and drawings; JSON-LD stays, since extractors look for bodies in it."""
    for element in list(tree.iter(*_WORDLESS)):
        if element.get("type") != _JSON_LD and element.getparent() is not None:
            element.drop_tree()


def _unfold_layout(tree: HtmlElement) -> None:
    """Make tables that lay out a page into plain blocks: their cells hold paragraphs, headings or tables, not data."""
    for table in _LAYOUT_TABLES(tree):
        for element in table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th", "center"):
            element.tag = "div"


def _metas(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for element in tree.iter("meta"):
        content = element.get("content")
        if content is None:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := element.get(attribute):
                yield name.strip().lower(), content.strip()


def _canonical(tree: HtmlElement) -> str | None:
    for element in tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split() and element.get("href"):
            return str(element.get("href")).strip()
    return None


def _link_texts(tree: HtmlElement) -> Iterator[str]:
    for count, element in enumerate(tree.iter("a")):
        if count >= LINKS_LIMIT:
            return
        above = element.getparent()
        if above is not None and above.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            continue
        text = element.text_content() if len(element) else element.text or ""
        if len(text) > LINK_CHARACTERS:
            yield squeezed(text)


def _nodes(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    left = NODES_LIMIT
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != _JSON_LD:
            continue
        waiting: list[object] = [_loaded(script.text or "")]
        while waiting and left:
            value = waiting.pop(0)
            left -= 1
            if isinstance(value, list):
                waiting[:0] = value[:NODES_LIMIT]
            elif isinstance(value, dict):
                yield value
                waiting.extend(
                    child for key, child in value.items() if isinstance(child, dict | list) and key != "author"
                )


def _loaded(text: str) -> object:
    if len(text) > JSON_LD_LIMIT:
        return None
    text = _COMMENTS.sub("", text).strip().rstrip(";")
    try:
        # strict=False takes raw line breaks inside strings, the most frequent fault of publishers' JSON-LD.
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
