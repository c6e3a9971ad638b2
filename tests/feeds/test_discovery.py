"""The feeds that a page names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.discovery import FoundFeed, find_feeds, usual_addresses

URL = "https://example.org/news/"

PAGE = b"""<!doctype html><html><head><title>x</title>
<link rel="stylesheet" type="text/css" href="/style.css">
<link rel="alternate" type="application/rss+xml" title="Comments on all" href="/comments/feed/">
<link rel="ALTERNATE" type="application/rss+xml; charset=utf-8" title=" World  news " href="world.rss">
<link rel="alternate" type="application/atom+xml" href="https://feeds.example.net/atom">
<link rel="alternate" type="application/feed+json" href="/feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
<link rel="alternate" type="text/xml" href="/rss.xml">
<link rel="alternate" hreflang="fr" href="/fr/">
<link rel="alternate" type="application/rss+xml" href="javascript:void(0)">
</head><body><a href="/about">About</a> <a href="/sport/rss">Sport <b>feed</b></a> <a href="/world.rss#x">RSS</a>
<a href="/feedback">Feedback</a><a href="/topic/rss-explained">RSS explained</a></body></html>"""


def test_declared_feeds_come_first_and_comments_last() -> None:
    assert find_feeds(PAGE, URL) == (
        FoundFeed("https://example.org/news/world.rss", "World news", "rss", "declared"),
        FoundFeed("https://feeds.example.net/atom", "", "atom", "declared"),
        FoundFeed("https://example.org/feed.json", "", "json", "declared"),
        FoundFeed("https://example.org/rss.xml", "", "", "declared"),
        FoundFeed("https://example.org/sport/rss", "Sport feed", "", "linked"),
        FoundFeed("https://example.org/world.rss#x", "RSS", "", "linked"),
        FoundFeed("https://example.org/comments/feed/", "Comments on all", "rss", "declared"),
    )


def test_the_base_of_a_page_counts() -> None:
    page = b'<base href="/en/"><link rel="alternate" type="application/rss+xml" href="feed">'
    assert [feed.url for feed in find_feeds(page, URL)] == ["https://example.org/en/feed"]


@pytest.mark.parametrize(
    "page", [b"", b"   ", b"<html></html>", b"\x00\xff\xfe", b"<!-- -->", b'<a href="/about">x</a>']
)
def test_a_page_without_feeds_has_none(page: bytes) -> None:
    assert find_feeds(page, URL) == ()


def test_addresses_at_which_feeds_usually_stand() -> None:
    assert usual_addresses("https://Example.org:8443/a?b")[0] == "https://example.org:8443/feed"


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(lambda text: f'<link rel="feed" href="{text}">'.encode("utf-8", "replace"))
)
def test_no_page_makes_it_raise(page: bytes) -> None:
    assert all(feed.url.startswith(("http://", "https://")) for feed in find_feeds(page, URL))
