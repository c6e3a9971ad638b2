"""What a page says: its text and all that is known about it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from importlib.metadata import version

from lxml import etree
from lxml.html import HtmlElement, fromstring
from readability import Document
from trafilatura import bare_extraction

from worker.articles.authors import authors_of
from worker.articles.bounds import ELEMENTS
from worker.articles.charset import decode
from worker.articles.dates import choose_date, date_candidates
from worker.articles.language import language_of, primary_subtag
from worker.articles.lines import article_lines
from worker.articles.markup import Markup, read_markup, squeezed
from worker.articles.quality import TEASER_CHARACTERS, accessible_for_free, body_status, holds_barrier, is_wall
from worker.articles.rights import rights_of
from worker.articles.titles import choose_title, wordings
from worker.records import Reading
from worker.urls import absolute

READER = f"dateline-reader/1 trafilatura/{version('trafilatura')}"
"""Names what read a page; raise the first number when the same bytes would be read otherwise."""

SHORT = 250
"""Characters under which an extraction is doubted and others are tried."""

SHORT_UNSPACED = 80
"""The same for Chinese, Japanese and Korean, whose characters say about three times as much."""

STATED_CHARACTERS = 400
"""A JSON-LD ``articleBody`` shorter than this is a teaser."""

STATED_RATIO = 1.5
"""... and it replaces what was extracted only if so many times longer: it has lost its paragraphs."""

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_BLOCKS = frozenset(
    {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "tr", "br", "figcaption"}
)
_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "iframe"})


@dataclass(frozen=True, slots=True)
class FeedContext:
    """What the feed said about the page."""

    title: str = ""
    published: datetime | None = None
    summary: str = ""  # HTML as given
    content: str = ""  # HTML as given; empty when the feed has only a summary
    language: str | None = None  # BCP 47
    time_zone: str | None = None  # IANA name of the outlet's zone
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much of a page is read."""

    html_bytes: int = 5_000_000  # news pages have 0.1 to 1 MB; live blogs with inlined data up to 4
    elements: int = ELEMENTS
    text_characters: int = 300_000  # a long read has 60,000, a live blog of a whole day 200,000


DEFAULT_LIMITS = ReadLimits()


@dataclass(frozen=True, slots=True)
class _Body:
    text: str = ""
    source: str = "none"
    cut: tuple[str, ...] = ()


def read_page(
    html: bytes,
    *,
    url: str | None,
    headers: Mapping[str, str],
    entry: FeedContext,
    now: datetime,
    limits: ReadLimits = DEFAULT_LIMITS,
    boilerplate: Collection[str] = frozenset(),
) -> Reading:
    """Read one page; the same input gives the same reading, and no page whatever makes it raise.

    Args:
        html: The bytes as fetched, decompressed.
        url: The final address.
        headers: HTTP headers, names in lower case.
        entry: What the feed said.
        now: The present moment: dates that lie ahead of it are refused.
        limits: How much is read.
        boilerplate: Lines that this outlet prints under article after article; they are cut.
    """
    markup = read_markup(decode(html[: limits.html_bytes], headers), limits.elements)
    title = choose_title(markup, entry.title, url)
    titles = wordings(markup, title, entry.title, url)
    body = _body(markup, titles, url, entry, boilerplate)
    if body.source.startswith("feed") and entry.title:
        title = choose_title(None, entry.title, url)  # the page's own is that of what stands in the article's place
    text = body.text[: limits.text_characters]
    candidates = date_candidates(markup, entry.published, url, entry.time_zone, now)
    article = markup.article if markup else {}
    meta = markup.meta if markup else {}
    free = accessible_for_free(article, meta)
    return Reading(
        title=title,
        text=text,
        published=choose_date(candidates, entry.time_zone, now),
        authors=authors_of(markup, entry.authors),
        language=language_of(f"{title}\n{text}", entry.language, _page_language(markup)),
        canonical_url=_canonical(markup, url),
        body_source=body.source,
        body_status=body_status(text, body.source, article, free=free, walled=_is_walled(text, markup)),
        accessible_for_free=free,
        rights=rights_of(markup.metas if markup else (), headers),
        date_candidates=candidates,
        reader=READER,
        cut=body.cut,
    )


def plain_text(fragment: str) -> str:
    """Return the text of an HTML fragment, as feeds carry it: one paragraph a line, without scripts and styles."""
    if not fragment.strip():
        return ""
    if "<" not in fragment:
        return "\n".join(filter(None, map(squeezed, unescape(fragment).split("\n"))))
    try:
        tree = fromstring(f"<div>{fragment}</div>")
    except (etree.LxmlError, ValueError, TypeError, AssertionError):
        return ""
    return _lined(tree)


def _is_walled(text: str, markup: Markup | None) -> bool:
    return len(text) < TEASER_CHARACTERS and markup is not None and holds_barrier(markup.tree)


def is_short(text: str) -> bool:
    """Say whether a text is too short to be trusted to be the whole article."""
    wide = len(_UNSPACED.findall(text))
    return len(text) < (SHORT_UNSPACED if wide * 2 > len(text) else SHORT)


def _body(
    markup: Markup | None, titles: Collection[str], url: str | None, entry: FeedContext, boilerplate: Collection[str]
) -> _Body:
    """Return the best body: each further way is tried only while what is there is too short or a wall."""
    best = _Body()
    for source, given in _ways(markup, url, entry):
        found = _tidied(given, source, titles, markup.link_texts if markup else (), boilerplate)
        if source == "json-ld":
            better = len(found.text) >= max(STATED_CHARACTERS, STATED_RATIO * len(best.text))
        else:
            better = len(found.text) > len(best.text) or (is_wall(best.text) and bool(found.text))
        best = found if better else best
        if source != "extracted" and not is_short(best.text) and not is_wall(best.text):
            break
    return best


def _ways(markup: Markup | None, url: str | None, entry: FeedContext) -> Iterator[tuple[str, str]]:
    if markup is not None:
        yield "extracted", _extracted(markup.tree, url, precise=True)
        yield "json-ld", _stated(markup)
        yield "recall", _extracted(markup.tree, url, precise=False)
        yield "readability", _readable(markup.tree)
    yield "feed-content", plain_text(entry.content)
    yield "feed-summary", plain_text(entry.summary)


def _tidied(
    text: str, source: str, titles: Collection[str], links: Collection[str], boilerplate: Collection[str]
) -> _Body:
    lines = [line for line in map(squeezed, text.split("\n")) if line]
    own = article_lines([line for line in lines if line not in boilerplate], titles, links)
    cut = tuple(dict.fromkeys(line for line in lines if line in boilerplate))
    return _Body("\n".join(own), source if own else "none", cut)


def _extracted(tree: HtmlElement, url: str | None, *, precise: bool) -> str:
    try:
        document = bare_extraction(
            tree,
            url=url,
            include_comments=False,
            include_tables=True,
            deduplicate=False,  # its cache over pages empties later copies
            favor_precision=precise,
            favor_recall=not precise,
        )
    except Exception:  # noqa: BLE001 - one page of a stranger may break any of a dozen heuristics; others follow
        return ""
    return str(getattr(document, "text", None) or "")


def _stated(markup: Markup) -> str:
    body = markup.article.get("articleBody")
    return plain_text(unescape(body)) if isinstance(body, str) and len(body) >= STATED_CHARACTERS else ""


def _readable(tree: HtmlElement) -> str:
    try:
        return plain_text(Document(etree.tostring(tree, encoding="unicode", method="html")).summary(html_partial=True))
    except Exception:  # noqa: BLE001 - likewise
        return ""


def _lined(tree: HtmlElement) -> str:
    etree.strip_elements(tree, *_UNREAD, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    pieces: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in _BLOCKS:
            pieces.append("\n")
        own = element.text if event == "start" else element.tail
        if own:
            pieces.append(own.replace("\n", " "))
    return "\n".join(filter(None, map(squeezed, "".join(pieces).split("\n"))))


def _page_language(markup: Markup | None) -> str | None:
    if markup is None:
        return None
    stated = markup.article.get("inLanguage")
    tags = (stated if isinstance(stated, str) else None, markup.html_language, markup.meta.get("og:locale"))
    return next((tag for tag in tags if primary_subtag(tag)), None)


def _canonical(markup: Markup | None, url: str | None) -> str | None:
    """Return the address that the page gives itself, absolute; a home page is no article's address."""
    if markup is None:
        return None
    for given in (markup.canonical, markup.meta.get("og:url")):
        address = absolute(url, given) if given else None
        if address and not (_is_home(address) and url and not _is_home(url)):
            return address
    return None


def _is_home(address: str) -> bool:
    return address.partition("//")[2].partition("?")[0].partition("#")[0].rstrip("/").count("/") == 0
