"""Lists of feeds as other readers write them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from worker.errors import FeedListError
from worker.feeds.feed_list import ListedFeed
from worker.feeds.opml import read_opml, write_opml

FILE = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.0"><head><title>My feeds</title></head><body>
<outline text="World">
  <outline type="rss" text="Example Post" xmlUrl="https://example.org/rss" htmlUrl="https://example.org/" language="en"/>
  <outline title="El D\xeda" xmlurl="feed://example.com/rss"/>
  <outline type="rss" text="No address"/>
  <outline type="rss" text="Twice" xmlUrl="https://EXAMPLE.org/rss"/>
</outline>
<outline text="Just a folder"/>
<outline text="Not the web" xmlUrl="ftp://example.org/"/>
<outline xmlUrl=" https://example.net/a?b=1&amp;c=2 "/>
</body></opml>"""


def test_feeds_are_read_and_the_rest_refused_with_reasons() -> None:
    report = read_opml(FILE)
    assert report.feeds == (
        ListedFeed(
            "https://example.org/rss", "Example Post", section="World", language="en", home_url="https://example.org/"
        ),
        ListedFeed("https://example.com/rss", "El Día", section="World"),
        ListedFeed("https://example.net/a?b=1&c=2", "example.net"),
    )
    assert [(refused.line, refused.text) for refused in report.refused] == [
        (6, "No address"),
        (7, "Twice"),
        (10, "Not the web"),
    ]
    assert all(refused.reason.endswith(".") for refused in report.refused)


@pytest.mark.parametrize("data", [b"", b"words", b"<html><body/></html>", b'{"a": 1}', b"<rss/>", b"\x00"])
def test_a_file_that_is_no_list_says_so(data: bytes) -> None:
    with pytest.raises(FeedListError, match="export one from your feed reader"):
        read_opml(data)


def test_a_broken_list_gives_what_can_be_read() -> None:
    report = read_opml(FILE.replace(b"&amp;", b"&")[:-30])
    assert [feed.outlet for feed in report.feeds][:2] == ["Example Post", "El Día"]


def test_entities_are_not_expanded() -> None:
    bomb = b"<!DOCTYPE opml [" + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"x" * 30) for n in range(10)
    )
    outside = b'<!ENTITY f SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a9;&f;" xmlUrl="https://example.org/"/></body></opml>'
    began = time.process_time()
    report = read_opml(bomb + outside)
    assert time.process_time() - began < 1
    assert all(len(feed.outlet) < 100 and "root:" not in feed.outlet for feed in report.feeds)


WORDS = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
FEEDS = st.builds(
    ListedFeed,
    url=st.integers(0, 10**6).map("https://example.org/{}?a=1&b=2".format),
    outlet=WORDS,
    section=st.none() | WORDS,
    language=st.sampled_from([None, "en", "pt-BR"]),
    home_url=st.sampled_from([None, "https://example.org/"]),
)


@given(st.lists(FEEDS, max_size=8, unique_by=lambda feed: feed.url))
def test_what_is_written_is_read_back(feeds: list[ListedFeed]) -> None:
    written = write_opml(feeds)
    assert etree.fromstring(written).get("version") == "2.0"
    report = read_opml(written)
    assert not report.refused
    assert sorted(report.feeds, key=lambda feed: feed.url) == sorted(feeds, key=lambda feed: feed.url)


def test_secrets_are_not_written() -> None:
    written = write_opml([ListedFeed("https://example.org/", "x", headers={"Authorization": "MY_TOKEN"})])
    assert b"MY_TOKEN" not in written
