"""How whole a body is: an article, a piece of one, or something else that stands in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from worker.articles.cues import BARRIER, CHALLENGE, CONSENT
from worker.articles.markup import types_of

WALL_CHARACTERS = 1500
"""Bodies longer than this are articles, about cookies if need be: walls are shorter."""

BARRIER_TAIL = 400
"""Characters at the end of a body in which the wording of a paywall stands."""

PAID_CHARACTERS = 1200
"""A body shorter than this on a page that calls itself not free is the teaser in front of a paywall: publishers show
one to three paragraphs. Longer ones were delivered whole, as many are to readers without scripts."""

TEASER_CHARACTERS = 600
"""A body shorter than this, on a page that holds a paywall's box, is what stands in front of it: extractors leave the
box out. Longer ones may be whole, since some systems print the box, hidden, on every page."""

CUT_SHARE = 0.6
"""A body with fewer than this share of the words that the publisher counts is cut."""

COUNT_MINIMUM = 150
"""Word counts of publishers below this are those of a teaser or a mistake."""

_BARRIER_NAMES = ("paywall", "regwall", "pay-wall", "reg-wall", "subscription-wall", "locked-content", "piano-")
_BARRIER_BOXES = etree.XPath(
    "//*[" + " or ".join(f"contains(@class, '{name}') or contains(@id, '{name}')" for name in _BARRIER_NAMES) + "]"
)

_COUNTS = re.compile(r"\s[\d.,]+\s")
_CUT_OFF = re.compile(r"(?:\u2026|\.\.\.|\[\s*(?:\u2026|\.\.\.|&hellip;)\s*\])[\"'\u201d\u2019\s]*$")


def body_status(text: str, source: str, article: Mapping[str, Any], *, free: bool | None, walled: bool = False) -> str:
    """Return the state of a body.

    Args:
        text: The body.
        source: Where it was found (``Reading.body_source``).
        article: The JSON-LD node of the article; may be empty.
        free: Whether the page says that it may be read for free; None when it says nothing.
        walled: The body is as short as a teaser, and the page holds the box of a paywall (:func:`holds_barrier`).

    Returns:
        ``empty``, ``live`` (a live blog: it will change), ``consent`` (a cookie wall or a script check),
        ``paywalled``, ``truncated`` or ``full``.
    """
    if not text.strip():
        return "empty"
    if is_wall(text):
        return "consent"
    if "LiveBlogPosting" in types_of(article):
        return "live"
    if _is_behind_barrier(text, free=free) or (walled and free is not True):
        return "paywalled"
    if source == "feed-summary" or _CUT_OFF.search(text) or _is_short_of_count(text, article):
        return "truncated"
    return "full"


def is_wall(text: str) -> bool:
    """Say whether a body is a consent wall or a script check in place of an article."""
    if len(text) > WALL_CHARACTERS:
        return False
    lowered = _COUNTS.sub(" ", text.lower().replace("\u2019", "'"))  # "we and our 812 partners"
    hits = sum(cue in lowered for cue in (*CONSENT, *CHALLENGE))
    opens = any(cue in lowered[:120] for cue in (*CONSENT, *CHALLENGE))
    return hits > 1 or (hits == 1 and opens)


def holds_barrier(tree: HtmlElement) -> bool:
    """Say whether a page holds an element that is named as a paywall and worded as one."""
    return any(
        any(cue in box.text_content()[:WALL_CHARACTERS].lower().replace("\u2019", "'") for cue in BARRIER)
        for box in _BARRIER_BOXES(tree)
    )


def accessible_for_free(article: Mapping[str, Any], meta: Mapping[str, str]) -> bool | None:
    """Return what the page says about being free to read (schema.org ``isAccessibleForFree``), None when nothing."""
    given = article.get("isAccessibleForFree")
    if given is None:
        tier = meta.get("article:content_tier", "").lower()  # Open Graph for news: free, metered, locked
        return {"free": True, "locked": False}.get(tier)
    return str(given).rsplit("/", 1)[-1].strip().lower() not in ("false", "no", "0")


def _is_behind_barrier(text: str, *, free: bool | None) -> bool:
    tail = text[-BARRIER_TAIL:].lower().replace("\u2019", "'")
    if free is False and len(text) < PAID_CHARACTERS:
        return True
    return len(text) < 2 * PAID_CHARACTERS and any(cue in tail for cue in BARRIER)


def _is_short_of_count(text: str, article: Mapping[str, Any]) -> bool:
    try:
        counted = int(str(article.get("wordCount", 0)))
    except ValueError:
        return False
    return counted >= COUNT_MINIMUM and len(text.split()) < CUT_SHARE * counted
