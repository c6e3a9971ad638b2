from __future__ import annotations

from typing import Any

import pytest

from worker.articles.quality import accessible_for_free, body_status, is_wall

LONG = "The council voted on Monday to close the old bridge after engineers found cracks in two of its piers. " * 25
SHORT = "The council voted on Monday to close the old bridge. Traffic will go along the coast road."


@pytest.mark.parametrize(
    ("text", "source", "article", "free", "status"),
    [
        (LONG, "extracted", {}, None, "full"),
        (SHORT, "extracted", {}, None, "full"),
        ("", "none", {}, None, "empty"),
        (" \n ", "none", {}, None, "empty"),
        (LONG, "extracted", {"@type": "LiveBlogPosting"}, None, "live"),
        (LONG, "extracted", {"@type": ["NewsArticle", "http://schema.org/LiveBlogPosting"]}, None, "live"),
        (SHORT, "extracted", {}, False, "paywalled"),
        (LONG, "extracted", {}, False, "full"),
        (SHORT + " Subscribe to continue reading.", "extracted", {}, None, "paywalled"),
        (SHORT + " Para seguir leyendo, suscr\u00edbase.", "extracted", {}, None, "paywalled"),
        (LONG + " Subscribe to continue reading.", "extracted", {}, None, "full"),
        (SHORT, "feed-summary", {}, None, "truncated"),
        (SHORT + " The mayor said that\u2026", "feed-content", {}, None, "truncated"),
        (SHORT + " The mayor said [...]", "feed-content", {}, None, "truncated"),
        (SHORT, "extracted", {"wordCount": 640}, None, "truncated"),
        (SHORT, "extracted", {"wordCount": "20"}, None, "full"),
        (SHORT, "extracted", {"wordCount": {"odd": 1}}, None, "full"),
        (
            "We value your privacy. We and our partners store information on your device.",
            "extracted",
            {},
            None,
            "consent",
        ),
        ("Please enable JavaScript to view this page. Checking your browser.", "extracted", {}, None, "consent"),
    ],
)
def test_status_of_a_body(text: str, source: str, article: dict[str, Any], free: bool | None, status: str) -> None:
    assert body_status(text, source, article, free=free) == status


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("Nous utilisons des cookies avec nos partenaires.", True),
        ("We and our 1,421 partners store and access data on your device.", True),
        ("Wir und unsere 812 Partner verarbeiten Daten.", True),
        ("Wir verwenden Cookies. Ihre Einwilligung k\u00f6nnen Sie widerrufen.", True),
        ("Regulators fined the firm for its use of cookies. " + SHORT * 3, True),
        (
            "The regulator said on Monday that it would look at how newspapers ask their readers before they are shown advertisements, and whether the use of cookies is explained.",
            False,
        ),
        (LONG + "We use cookies. We value your privacy.", False),
        ("", False),
    ],
)
def test_walls_are_short_and_speak_of_consent(text: str, wall: bool) -> None:
    assert is_wall(text) is wall


@pytest.mark.parametrize(
    ("article", "meta", "free"),
    [
        ({"isAccessibleForFree": False}, {}, False),
        ({"isAccessibleForFree": "False"}, {}, False),
        ({"isAccessibleForFree": "http://schema.org/False"}, {}, False),
        ({"isAccessibleForFree": True}, {}, True),
        ({"isAccessibleForFree": "true"}, {"article:content_tier": "locked"}, True),
        ({}, {"article:content_tier": "locked"}, False),
        ({}, {"article:content_tier": "free"}, True),
        ({}, {"article:content_tier": "metered"}, None),
        ({}, {}, None),
    ],
)
def test_what_the_page_says_about_being_free(article: dict[str, Any], meta: dict[str, str], free: bool | None) -> None:
    assert accessible_for_free(article, meta) is free
