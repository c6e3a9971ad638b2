"""Feeds of every kind, broken ones included, read into entries."""

import json
import threading
import time
import warnings
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import feedparser  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.feeds.parse import ParseLimits, parse_feed
from worker.records import Entry, FeedHints, ParsedFeed

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "https://example.org/feeds/world.xml"


def read(body: str | bytes, **options: object) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(data, **{"url": URL, "now": NOW, **options})  # type: ignore[arg-type]


def rss(items: str, channel: str = "") -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Example Post</title>{channel}{items}</channel></rss>'
    )


def item(inner: str) -> Entry:
    return read(rss(f"<item>{inner}</item>")).entries[0]


RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Example &amp; Post</title><link>https://example.org/world</link><language>en-GB</language>
<atom:link href="https://example.org/feeds/world.xml" rel="self" type="application/rss+xml"/>
<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
<item><title>Ferry sinks off Samar, 12 missing</title><link>/2026/ferry?id=1&amp;x=2</link>
 <guid isPermaLink="false">tag-1</guid><pubDate>Sun, 01 Mar 2026 14:00:00 +0800</pubDate>
 <dc:creator>Ana Cruz</dc:creator><dc:creator>Ben Diaz</dc:creator>
 <description>&lt;p&gt;Short.&lt;/p&gt;</description><content:encoded><![CDATA[<p>Long text & more.</p>]]></content:encoded></item>
<item><title><![CDATA[Talks <b>fail</b> &amp; resume]]></title><link> https://example.org/talks </link></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://example.org/base/">
<title type="html">Le &lt;i&gt;Journal&lt;/i&gt;</title><link href="/"/><id>urn:feed</id>
<entry><id>urn:uuid:1</id><title type="text">A &lt; B</title><link rel="self" href="self.xml"/><link rel="alternate" href="one"/>
<published>2026-03-01T08:00:00+01:00</published><updated>2026-03-01T09:00:00Z</updated>
<author><name>Léa</name><email>lea@example.org</email></author><summary>plain &lt; text</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hello <b>world</b></p></div></content></entry>
<entry><id>https://example.org/two</id><title>Two</title><updated>2026-03-01T07:00:00Z</updated></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.org/"><title>Old Post</title><link>https://example.org/</link></channel>
<item rdf:about="https://example.org/one"><title>One</title><link>https://example.org/one</link><dc:date>2026-03-01T10:00:00+09:00</dc:date></item></rdf:RDF>"""

SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://example.org/a</loc><lastmod>2026-03-01T11:00:00Z</lastmod><news:news><news:publication><news:name>Example Post</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2026-03-01T10:00:00Z</news:publication_date>
<news:title>One &amp; two</news:title></news:news></url><url><loc>https://example.org/about</loc></url></urlset>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1", "title": "Example", "home_page_url": "https://example.org/", "language": "en",
    "authors": [{"name": "Desk"}],
    "items": [
        {"id": 7, "url": "/one", "title": "One", "content_text": "a < b", "date_published": "2026-03-01T10:00:00-05:00", "summary": "s & t"},
        {"id": "https://example.org/two", "external_url": "https://elsewhere.example/x", "content_html": "<p>x</p>", "authors": [{"name": "Zoe"}], "language": "es"},
        "no object",
    ],
}  # fmt: skip


def test_rss() -> None:
    feed = read(RSS)
    assert (feed.kind, feed.title, feed.home_url, feed.language, feed.problems) == (
        "rss",
        "Example & Post",
        "https://example.org/world",
        "en-GB",
        (),
    )
    assert feed.hints == FeedHints(ttl_minutes=30, update_minutes=30)
    first, second = feed.entries
    assert first == Entry(
        guid="tag-1",
        url="https://example.org/2026/ferry?id=1&x=2",
        title="Ferry sinks off Samar, 12 missing",
        published=datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=8))),
        updated=None,
        summary="<p>Short.</p>",
        content="<p>Long text & more.</p>",
        authors=("Ana Cruz", "Ben Diaz"),
        language=first.language,
    )
    assert first.published is not None
    assert first.published.utcoffset() == timedelta(hours=8)
    assert (second.title, second.url, second.guid) == (
        "Talks fail & resume",
        "https://example.org/talks",
        "https://example.org/talks",
    )
    assert (second.published, second.content, second.summary) == (None, "", "")


def test_atom() -> None:
    feed = read(ATOM)
    assert (feed.kind, feed.title, feed.home_url, feed.language, feed.problems) == (
        "atom",
        "Le Journal",
        "https://example.org/",
        "fr",
        (),
    )
    first, second = feed.entries
    assert (first.guid, first.url, first.title, first.authors) == (
        "urn:uuid:1",
        "https://example.org/base/one",
        "A < B",
        ("Léa",),
    )
    assert first.published == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert first.updated == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert first.summary == "plain &lt; text"
    assert "<b>world</b>" in first.content
    assert (second.url, second.published, second.updated) == (
        "https://example.org/two",
        None,
        datetime(2026, 3, 1, 7, tzinfo=UTC),
    )


def test_rdf() -> None:
    feed = read(RDF)
    assert (feed.kind, feed.title, feed.problems) == ("rdf", "Old Post", ())
    assert feed.entries[0].published == datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert feed.entries[0].guid == "https://example.org/one"


def test_news_sitemap() -> None:
    feed = read(SITEMAP)
    assert (feed.kind, feed.title, feed.language, feed.problems, len(feed.entries)) == (
        "sitemap",
        "Example Post",
        "en",
        (),
        1,
    )
    entry = feed.entries[0]
    assert (entry.url, entry.guid, entry.title, entry.language) == (
        "https://example.org/a",
        "https://example.org/a",
        "One & two",
        "en",
    )
    assert entry.published == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert entry.updated == datetime(2026, 3, 1, 11, tzinfo=UTC)


def test_json_feed() -> None:
    feed = read(json.dumps(JSON))
    assert (feed.kind, feed.title, feed.home_url, feed.language) == ("json", "Example", "https://example.org/", "en")
    assert len(feed.problems) == 1
    first, second = feed.entries
    assert (first.guid, first.url, first.content, first.summary, first.authors) == (
        "7",
        "https://example.org/one",
        "a &lt; b",
        "s &amp; t",
        ("Desk",),
    )
    assert first.published == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert (second.url, second.title, second.authors, second.language) == (
        "https://elsewhere.example/x",
        "",
        ("Zoe",),
        "es",
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "empty"),
        (" \n\x00 ", "empty"),
        ("<!doctype html><html><head><title>News</title></head><body><p>x</p></body></html>", "HTML page"),
        ("<opml><body/></opml>", "OPML"),
        ("<sitemapindex><sitemap/></sitemapindex>", "index of sitemaps"),
        ("<urlset><url><loc>https://example.org/</loc></url></urlset>", "without news"),
        ("<urlset", "sitemap"),
        ("<note><to>you</to></note>", "<note>"),
        ("just words", "no markup"),
        ('{"error": "not found"}', "not a JSON Feed"),
        ("{broken", "cannot be read"),
        ('{"items":' + "[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_feed_says_so_and_what_to_do(body: str, says: str) -> None:
    feed = read(body)
    assert (feed.kind, feed.entries) == ("", ())
    assert says in feed.problems[0]


def titles(feed: ParsedFeed) -> list[str]:
    return [entry.title for entry in feed.entries]


ONE, TWO = (
    "<item><title>One</title><link>https://example.org/1</link></item>",
    "<item><title>Two</title><link>https://example.org/2</link></item>",
)


@pytest.mark.parametrize(
    "body",
    [
        rss(ONE + TWO)[:-20],
        rss(ONE + TWO + "<item><title>Thr")[:-20],
        rss(ONE + "<item><title>AT&T & others &nbsp; x</title></item>" + TWO),
        rss(ONE + "<item><title>a < b</title></item>" + TWO),
        rss(ONE + "<item><description><p>never <br> closed</description></item>" + TWO),
        rss(ONE + "<item><dc:creator>x</dc:creator></item>" + TWO),
        rss(ONE + "<item><title>no end" + TWO),
        rss(ONE + "<item><title>\x00\x01bad\x0b</title></item>" + TWO),
        rss(ONE + TWO) + "<script>x</script>",
        "Warning: x\n" + rss(ONE + TWO),
        rss(ONE + '<item><title x="1" x="2">y</title></item>' + TWO),
        rss(ONE + "<item><description><![CDATA[never closed</description></item>" + TWO),
    ],
)
def test_a_broken_feed_keeps_its_good_entries(body: str) -> None:
    feed = read(body)
    assert {"One", "Two"} <= set(titles(feed))
    assert [entry.url for entry in feed.entries if entry.title in {"One", "Two"}] == [
        "https://example.org/1",
        "https://example.org/2",
    ]


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<link>https://example.org/a</link>", "https://example.org/a"),
        ("<link>  \n /a b </link>", "https://example.org/a%20b"),
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ('<guid isPermaLink="false">https://example.org/g</guid>', "https://example.org/g"),
        ("<guid>12345</guid>", None),
        ("<title>x</title>", None),
        ("<link>mailto:a@example.org</link>", None),
        ('<link xmlns="http://www.w3.org/2005/Atom" href="https://example.org/atom"/>', "https://example.org/atom"),
        (
            '<link>https://feeds.example/~r/1</link><f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">https://example.org/real</f:origLink>',
            "https://example.org/real",
        ),
        ('<enclosure url="https://example.org/sound.mp3"/>', None),
    ],
)
def test_the_link_of_an_entry(inner: str, url: str | None) -> None:
    assert item(inner).url == url


@pytest.mark.parametrize(
    ("inner", "guid"),
    [
        ("<guid> id-1 </guid><link>https://example.org/a</link>", "id-1"),
        ("<guid/><link>https://example.org/a</link>", "https://example.org/a"),
        ("<link>https://example.org/a</link>", "https://example.org/a"),
    ],
)
def test_the_id_of_an_entry_is_as_written_or_falls_back(inner: str, guid: str) -> None:
    assert item(inner).guid == guid


def test_ids_of_nothing_and_ids_of_any_length_are_hashes() -> None:
    dated = item("<title>One</title><pubDate>2026-03-01</pubDate>").guid
    other = item("<title>One</title><pubDate>2026-03-02</pubDate>").guid
    assert dated.startswith("sha256:")
    assert dated != other
    assert len(item(f"<guid>{'x' * 3000}</guid>").guid) == 71


def test_zone_of_the_outlet_holds_for_dates_that_name_none() -> None:
    feed = read(rss("<item><pubDate>2026-07-01 12:00</pubDate></item>"), zone=ZoneInfo("Asia/Manila"))
    assert feed.entries[0].published == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_content_location_is_the_base() -> None:
    feed = read(rss("<item><link>a</link></item>"), headers={"content-location": "/other/place"})
    assert feed.entries[0].url == "https://example.org/other/a"


def test_without_an_address_absolute_links_still_hold() -> None:
    feed = read(rss(ONE + "<item><link>/a</link></item>"), url=None)
    assert [entry.url for entry in feed.entries] == ["https://example.org/1", None]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "date": "Sun, 01 Mar 2026 11:58:20 GMT"}, 500),
        ({"cache-control": "max-age=60", "age": "100"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "s-max-age=600"}, None),
        ({}, None),
    ],
)
def test_freshness_of_the_answer_is_a_hint(headers: dict[str, str], seconds: int | None) -> None:
    assert read(RSS, headers=headers).hints.max_age_seconds == seconds


def test_limits_hold() -> None:
    limits = ParseLimits(max_entries=3, max_title=10, max_html=20)
    feed = read(rss(f"<item><title>{'t' * 50}</title><description>{'d' * 50}</description></item>" * 5), limits=limits)
    assert len(feed.entries) == 3
    assert len(feed.problems) == 1
    assert (len(feed.entries[0].title), len(feed.entries[0].summary)) == (10, 20)
    assert len(read(rss(ONE * 100), limits=ParseLimits(max_bytes=1000)).entries) < 20
    many = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": "x"}] * 5})
    assert len(read(many, limits=limits).entries) == 3
    assert len(read(SITEMAP, limits=ParseLimits(max_entries=1)).entries) == 1


def test_twenty_thousand_entries_end_at_two_thousand_soon() -> None:
    began = time.process_time()
    feed = read(rss(ONE * 20_000))
    assert len(feed.entries) == 2000
    assert time.process_time() - began < 5


def repeat(piece: str, size: int = 200_000) -> str:
    return piece * (size // len(piece))


BOMB = ["x" * 30, *(f"&a{n};" * 10 for n in range(9))]
HOSTILE = {
    "an author without end": rss(f"<item><author>{'a' * 200_000}</author></item>"),
    "an author of addresses": rss(f"<item><author>{repeat('a@')}</author></item>"),
    "many long authors": rss(repeat(f"<item><author>{'a' * 3000}</author></item>")),
    "comments never closed": rss(f"<item>{repeat('<!--')}</item>"),
    "cdata never closed": rss(f"<item>{repeat('<![CDATA[')}</item>"),
    "less than": rss(f"<item>{repeat('<')}</item>"),
    "references": rss(f"<item>{repeat('&#')}</item>"),
    "quotes in tags": rss("<item>" + repeat('<a  " " "') + "</item>"),
    "deep": rss(f"<item>{repeat('<a>')}</item>"),
    "deep bases": rss("<item>" + repeat('<a xml:base="b/">') + "</item>"),
    "many attributes": rss("<item><a " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/></item>"),
    "many namespaces": rss("".join(f'<a{n}:b xmlns:a{n}="u{n}"/>' for n in range(6000))),
    "undeclared prefixes": rss("".join(f"<a{n}:b/>" for n in range(10_000))),
    "categories": rss(f"<item>{''.join(f'<category>{n}</category>' for n in range(8000))}</item>"),
    "a date without end": rss(f"<item><pubDate>{repeat('1 ')}</pubDate></item>"),
    "blank lines before": " \n" * 100_000 + RSS,
    "blank lines after the declaration": '<?xml version="1.0"?>' + "\n" * 200_000 + rss(ONE),
    "entity definitions": "<!DOCTYPE a " + repeat("<!ENTITY ") + RSS,
    "an entity bomb": "<!DOCTYPE r [" + "".join(f'<!ENTITY a{n} "{BOMB[n]}">' for n in range(10)) + "]>" + rss("<item><title>&a9;</title></item>"),
    "one entity often": f'<!DOCTYPE r [<!ENTITY a "{"x" * 32}">]>' + rss(f"<item><description>{repeat('&a;')}</description></item>"),
    "tags in a title": rss(f"<item><title>{repeat('&lt;b')}</title></item>"),
    "json brackets": '{"items":' + "[" * 200_000,
    "a long number": '{"items":[{"id":' + "9" * 200_000 + "}]}",
    "a sitemap of nothing": f"<urlset>{repeat('<url><loc>')}</urlset>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_takes_time_in_proportion(name: str) -> None:
    """200 KB each. What grows with the square of its size takes from twenty seconds up; all of these take about one."""
    began = time.process_time()
    feed = read(HOSTILE[name])
    assert time.process_time() - began < 6
    assert len(feed.entries) <= 2000


def test_external_entities_are_never_loaded() -> None:
    feed = read('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<item><title>a&x;b</title></item>"))
    assert feed.entries[0].title in {"a&x;b", "ab"}


def test_reading_changes_nothing_of_the_library_and_warns_of_nothing() -> None:
    before = (
        feedparser.SANITIZE_HTML,
        feedparser.RESOLVE_RELATIVE_URIS,
        feedparser.api.StrictFeedParser.can_be_relative_uri.copy(),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(RSS)
        read(rss("<item><updated>2026-03-01</updated></item>"))
    assert before == (
        feedparser.SANITIZE_HTML,
        feedparser.RESOLVE_RELATIVE_URIS,
        feedparser.api.StrictFeedParser.can_be_relative_uri,
    )


def test_threads_do_not_disturb_each_other() -> None:
    expected = [read(body) for body in (RSS, ATOM, RDF)]
    results: list[ParsedFeed] = []
    threads = [
        threading.Thread(target=lambda: results.extend(read(body) for body in (RSS, ATOM, RDF))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(repr, results)) == sorted(map(repr, expected * 6))


PIECES = st.sampled_from(
    [
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<link>",
        "http://a/",
        "</link>",
        "<guid>",
        "</guid>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "<content type='xhtml'>",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&x;",
        "<!--",
        "-->",
        "<author>",
        "a@b.c",
        "<category/>",
        "<pubDate>",
        "2026",
        "{",
        '"items":',
        "[",
        "\x00",
        "é",
        "<source>",
        "<image>",
        "<svg>",
        "</rss>",
        "<media:content url='x'/>",
        "<itunes:image/>",
        "<psc:chapter/>",
        "<description type='application/octet-stream'>",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_no_body_makes_it_raise(body: str) -> None:
    feed = read(body.encode("utf-8", "replace"))
    assert feed.kind or feed.problems
    for entry in feed.entries:
        assert entry.guid
        assert "\x00" not in entry.title + entry.summary + entry.content + entry.guid + (entry.url or "")


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(body: bytes) -> None:
    feed = read(body)
    assert feed.kind or feed.problems


@pytest.mark.parametrize("length", [3_999, 6_000, 7_990])
def test_a_long_address_is_never_cut_to_another_one(length: int) -> None:
    link = "https://a.example/" + "x" * (length - 18)
    feed = f"<rss version='2.0'><channel><title>T</title><item><title>One</title><link>{link}</link></item></channel></rss>"
    parsed = parse_feed(feed.encode(), url=None, headers={}, now=NOW, limits=ParseLimits())
    assert [entry.url for entry in parsed.entries] == [link]
