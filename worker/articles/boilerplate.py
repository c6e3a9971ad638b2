"""What an outlet prints again and again: lines under every article, and walls in front of every article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from worker.articles.markup import squeezed
from worker.articles.titles import sameness

RECENT_ARTICLES = 200
"""Articles of an outlet that are looked at: its layout changes within months, and with it what recurs."""

MINIMUM_ARTICLES = 5
"""A line in fewer articles may be quoted by coincidence: a slogan, a first sentence of a series."""

MINIMUM_SHARE = 0.10
"""Share of the articles from which on a line is the outlet's, not the articles': a section's footer is in so many."""

WALL_ADDRESSES = 3
"""The same body under so many addresses and titles of one outlet is no article: two may be one filed twice."""


def recurring_lines(texts: Sequence[str]) -> frozenset[str]:
    """Return the lines that recur across an outlet's articles, spaces made one, fit for ``read_page(boilerplate=)``.

    Args:
        texts: Bodies of the outlet's latest articles, newest first, one paragraph a line, each article once (no
            copies of another: their lines would recur by themselves). Those beyond the first 200 are not looked at.
    """
    recent = texts[:RECENT_ARTICLES]
    seen = Counter(line for text in recent for line in set(map(squeezed, text.split("\n"))) if line)
    needed = max(MINIMUM_ARTICLES, MINIMUM_SHARE * len(recent))
    return frozenset(line for line, count in seen.items() if count >= needed)


def is_shared_wall(same_body: Iterable[tuple[str, str]]) -> bool:
    """Say whether a body that an outlet shows at several places is a consent wall rather than an article.

    Args:
        same_body: (URL, title) of every page of one outlet that has this very body.
    """
    pages = list(same_body)
    addresses, titles = {url for url, _ in pages}, {sameness(title) for _, title in pages}
    return len(addresses) >= WALL_ADDRESSES and len(titles) >= WALL_ADDRESSES
