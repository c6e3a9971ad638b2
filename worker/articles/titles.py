"""What an article's headline is, without the name of the outlet around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from worker.articles.markup import Markup, squeezed, text_of
from worker.urls import BadURLError, host_of

TITLE_LIMIT = 500
"""Characters of a title that are kept; the longest headlines of record have 250."""

SITE_NAME_WORDS = 6
"""Words of the longest names of outlets; some systems put the headline where the site's name belongs."""

_SEPARATOR = re.compile(
    r"\s+(?:[|\u2013\u2014\u00b7\u2022\u00bb\u00ab:-]|::|//)\s+|\s*[|\uff5c_]\s*|(?<=[\u3040-\u9fff\uac00-\ud7af])[-\u2013\u2014]"
)
_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<[^<>]{1,200}>")


def plain(text: str) -> str:
    """Return a title as text: entities resolved (twice, as feeds often escape twice), tags gone, spaces made one."""
    return squeezed(_TAG.sub("", unescape(unescape(text))))[:TITLE_LIMIT]


def sameness(text: str) -> str:
    """Return what two renderings of one line have in common: its words in lower case."""
    return " ".join(_WORD.findall(text.casefold()))


def choose_title(markup: Markup | None, feed_title: str, url: str | None) -> str:
    """Return the headline of a page.

    In the order of trust: what the publisher states for machines (JSON-LD headline, og:title), the page's only
    heading, the feed's title, the title tag. A candidate that only names the site is passed over. The site's name is
    cut from either end when the page itself names its site so, or when what remains is a heading of the page.

    Args:
        markup: The page's metadata, None when the page could not be read.
        feed_title: As the feed gave it, may be empty.
        url: Address of the page.
    """
    given = plain(feed_title)
    if markup is None:
        return given
    sites = _site_names(markup, url)
    headings = [heading for heading in map(plain, markup.headings) if _is_in_title(heading, markup.title_tag)]
    candidates = (
        plain(text_of(markup.article.get("headline"))),
        plain(markup.meta.get("og:title", "")),
        headings[0] if len(headings) == 1 else "",
        given,
        plain(markup.meta.get("twitter:title", "")),
        plain(markup.title_tag),
        headings[0] if headings else "",
    )
    known = {sameness(heading) for heading in (*headings, given)} - {""} - sites
    for candidate in candidates:
        title = without_site(candidate, sites, known)
        if title and sameness(title) not in sites:
            return title
    return given


def wordings(markup: Markup | None, title: str, feed_title: str, url: str | None) -> frozenset[str]:
    """Return every wording of the headline that feed and page give, as :func:`sameness` makes them."""
    given = [title, plain(feed_title)]
    if markup is not None:
        sites = _site_names(markup, url)
        stated = (text_of(markup.article.get("headline")), markup.meta.get("og:title", ""), markup.title_tag)
        given += [without_site(plain(text), sites) for text in (*stated, *markup.headings)]
    return frozenset(map(sameness, given)) - {""}


def without_site(title: str, sites: Iterable[str], headlines: Iterable[str] = ()) -> str:
    """Return ``title`` without the site's name at its end or start.

    Args:
        title: A title as it stands in the page.
        sites: Names of the site, as :func:`sameness` gives them.
        headlines: Headlines the page is known to carry, likewise; a part of the title that is one of them is it.
    """
    pieces = [(match.start(), match.end()) for match in _SEPARATOR.finditer(title)]
    if not pieces:
        return title
    names, wanted = set(sites), set(headlines)
    if sameness(title) in wanted:
        return title
    for start, end in pieces:
        if sameness(title[:start]) in wanted or sameness(title[end:]) in names:
            return title[:start].strip()
    for _, end in reversed(pieces):
        if sameness(title[end:]) in wanted:
            return title[end:].strip()
    start, end = pieces[0]
    return title[end:].strip() if sameness(title[:start]) in names else title


def _is_in_title(heading: str, title_tag: str) -> bool:
    """Say whether a heading shares a word with the title tag: the outlet's own name in large letters often does not."""
    title, own = sameness(title_tag), sameness(heading)
    return not title or own in title or not set(title.split()).isdisjoint(own.split())


def _site_names(markup: Markup, url: str | None) -> set[str]:
    named = [
        markup.meta.get("og:site_name", ""),
        markup.meta.get("application-name", ""),
        markup.meta.get("apple-mobile-web-app-title", ""),
        text_of(markup.article.get("publisher")),
        *(text_of(node.get("name")) for node in markup.nodes if "WebSite" in str(node.get("@type"))),
    ]
    if url:
        try:
            host = host_of(url).removeprefix("www.")
        except BadURLError:
            host = ""
        named += [host, host.split(".", maxsplit=1)[0]]
    names = {sameness(plain(name)) for name in named} - {""}
    return {name for name in names if len(name.split()) <= SITE_NAME_WORDS}
