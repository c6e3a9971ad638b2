from __future__ import annotations

import json
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.articles.body import READER, FeedContext, ReadLimits, is_short, plain_text, read_page
from worker.records import Reading

NOW = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)
URL = "https://www.harbour-post.example/local/bridge"

PARAGRAPHS = [
    "The council of Porto Novo voted on Monday to close the old lagoon bridge after engineers found cracks in two of its piers.",
    "Lorries will be sent along the coast road until the rains end, the mayor said, and a ferry for walkers is to start within a week.",
    "Fish sellers whose stalls stand at the foot of the bridge said that nobody had asked them, and that the ferry would land too far from the market.",
    "An engineer who took part in the inspection said that the steel had been eaten by salt for years and that warnings had been filed and forgotten.",
]
BODY = "\n".join(PARAGRAPHS)


def page(*, body: str = "", head: str = "", title: str = "Old bridge closes | Harbour Post") -> bytes:
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()
    )


def article(paragraphs: list[str] | None = None, more: str = "") -> str:
    lines = "".join(f"<p>{line}</p>" for line in (PARAGRAPHS if paragraphs is None else paragraphs))
    return f"<nav><a href='/'>Home</a></nav><main><article><h1>Old bridge closes</h1>{lines}{more}</article></main>"


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def read(html: bytes, entry: FeedContext | None = None, **more: object) -> Reading:
    given = {"url": URL, "headers": {}, "entry": entry or FeedContext(), "now": NOW, **more}
    return read_page(html, **given)  # type: ignore[arg-type]


def test_a_plain_article_is_read_whole() -> None:
    reading = read(
        page(body=article(), head="<link rel='canonical' href='/local/bridge'><meta name='robots' content='noai'>")
    )
    assert reading.text == BODY
    assert reading.title == "Old bridge closes"
    assert (reading.body_source, reading.body_status, reading.language) == ("extracted", "full", "en")
    assert reading.canonical_url == URL
    assert reading.rights == ("noai",)
    assert reading.reader == READER


def test_reading_twice_gives_the_same() -> None:
    html = page(body=article(), head=ld(datePublished="2025-03-04T10:00:00Z"))
    assert len({read(html) for _ in range(3)}) == 1


def test_the_same_article_on_two_pages_is_read_twice() -> None:
    # An extractor that remembers pages would return the second one empty.
    assert [read(page(body=article()), url=f"{URL}/{number}").text for number in range(5)] == [BODY] * 5


def test_a_body_for_machines_is_taken_when_the_page_shows_only_a_teaser() -> None:
    html = page(body=article(PARAGRAPHS[:1]), head=ld(articleBody="\n\n".join(PARAGRAPHS)))
    reading = read(html)
    assert (reading.text, reading.body_source) == (BODY, "json-ld")


def test_a_body_for_machines_that_says_no_more_is_left_alone() -> None:
    reading = read(page(body=article(), head=ld(articleBody=" ".join(PARAGRAPHS))))
    assert (reading.text, reading.body_source) == (BODY, "extracted")


def test_markup_inside_a_body_for_machines_is_taken_out() -> None:
    html = page(
        body="<p>Loading</p>", head=ld(articleBody="&lt;p&gt;" + "&lt;/p&gt;&lt;p&gt;".join(PARAGRAPHS) + "&lt;/p&gt;")
    )
    assert read(html).text == BODY


def test_the_feeds_content_stands_in_for_a_page_without_text() -> None:
    content = "".join(f"<p>{line}</p>" for line in PARAGRAPHS) + "<script>alert(1)</script>"
    reading = read(page(body="<div id='app'></div>"), FeedContext(content=content, summary=PARAGRAPHS[0]))
    assert (reading.text, reading.body_source, reading.body_status) == (BODY, "feed-content", "full")


def test_the_feeds_summary_is_the_last_resort_and_marked_as_cut() -> None:
    reading = read(b"", FeedContext(title="Old bridge closes", summary=f"<p>{PARAGRAPHS[0]}</p>", language="en-GB"))
    assert (reading.text, reading.body_source, reading.body_status) == (PARAGRAPHS[0], "feed-summary", "truncated")
    assert (reading.title, reading.language) == ("Old bridge closes", "en")


def test_a_consent_wall_gives_way_to_the_feed() -> None:
    wall = page(
        body="<article><p>We value your privacy. We and our partners store information on your device and use cookies to show advertisements.</p><p>Accept all cookies to go on to the article that you asked for.</p></article>"
    )
    assert read(wall).body_status == "consent"
    told = read(wall, FeedContext(summary=PARAGRAPHS[0]))
    assert (told.text, told.body_source) == (PARAGRAPHS[0], "feed-summary")


def test_a_teaser_before_a_paywall_is_marked() -> None:
    head = ld(isAccessibleForFree=False)
    reading = read(page(body=article(PARAGRAPHS[:2], "<p>Subscribe to continue reading.</p>"), head=head))
    assert (reading.body_status, reading.accessible_for_free) == ("paywalled", False)


WALL = "<div class='article__paywall'><p>Subscribe to continue reading this article</p></div>"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (article(PARAGRAPHS[:1], WALL), "paywalled"),  # the box is no text of the article, so extractors leave it out
        (article(PARAGRAPHS[:1]), "full"),
        (article(PARAGRAPHS[:1], "<div class='article__paywall'>Thank you for your support</div>"), "full"),
        (article(PARAGRAPHS * 2, f"<div hidden>{WALL}</div>"), "full"),
    ],
)
def test_a_box_that_is_named_and_worded_as_a_paywall_marks_a_teaser(body: str, status: str) -> None:
    assert read(page(body=body)).body_status == status


def test_a_live_blog_is_marked() -> None:
    html = page(
        body=article(), head='<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Live"}</script>'
    )
    assert read(html).body_status == "live"


def test_recurring_lines_are_cut_and_named() -> None:
    footer = "Write to the desk with what you saw on the road today."
    reading = read(page(body=article([*PARAGRAPHS, footer])), boilerplate=frozenset({footer}))
    assert (reading.text, reading.cut) == (BODY, (footer,))


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("/local/bridge?page=1", "https://www.harbour-post.example/local/bridge?page=1"),
        ("https://wire.example/bridge", "https://wire.example/bridge"),
        ("https://www.harbour-post.example/", None),
        ("javascript:void(0)", None),
        ("", None),
    ],
)
def test_the_address_that_a_page_gives_itself(canonical: str, expected: str | None) -> None:
    assert read(page(body=article(), head=f"<link rel='canonical' href='{canonical}'>")).canonical_url == expected


def test_nul_and_other_controls_reach_no_field() -> None:
    html = page(
        body=article([line.replace(" ", " \x00", 1) for line in PARAGRAPHS]),
        head=ld(headline="Old \u0000bridge closes", author="Ana\u0000 Roe", datePublished="2025-03-04\u0000"),
        title="Old bridge \x00closes",
    )
    reading = read(html, FeedContext(content="\x00", summary="&#0;x"))
    stored = [reading.title, reading.text, *reading.authors, *(candidate.raw for candidate in reading.date_candidates)]
    assert not any("\x00" in text for text in stored)
    assert reading.text == BODY


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00" * 4000, id="zeros"),
        pytest.param(b"%PDF-1.7\n" + bytes(range(256)) * 50, id="a PDF"),
        pytest.param(random.Random(3).randbytes(50_000), id="noise"),
        pytest.param(b"<", id="a bracket"),
        pytest.param(b"just words", id="no markup"),
        pytest.param(b"<html></html>", id="nothing in it"),
        pytest.param(
            b"<?xml version='1.0' encoding='klingon'?><html><body><p>x</p></body></html>", id="an unknown encoding"
        ),
        pytest.param(page(body="<div>" * 20_000 + "deep"), id="nested without end"),
        pytest.param(
            page(
                head=ld(
                    headline={"a": [1]},
                    articleBody=["x"],
                    author=[[[]]],
                    datePublished={},
                    wordCount=[],
                    isAccessibleForFree=[],
                )
            ),
            id="JSON-LD of wrong types",
        ),
        pytest.param(
            page(head='<script type="application/ld+json">' + "[" * 50_000 + "</script>"),
            id="JSON-LD nested without end",
        ),
        pytest.param(
            page(body="<p " + " ".join(f"a{n}='{n}'" for n in range(20_000)) + ">x</p>"), id="attributes without end"
        ),
        pytest.param(page(body="<p>" + "<br>" * 4_000), id="breaks without end"),
        pytest.param(page(title="a | " * 20_000), id="a title without end"),
    ],
)
def test_no_page_makes_the_reader_raise_or_hang(html: bytes) -> None:
    reading = read(html)
    assert len(reading.title) <= 500
    assert reading.body_status in {"empty", "full", "truncated"}


def test_a_page_of_two_megabytes_is_read() -> None:
    rng = random.Random(1)
    paragraphs = [" ".join(rng.choices(BODY.split(), k=60)) + "." for _ in range(5600)]
    reading = read(page(body=article(paragraphs)))
    assert len(reading.text) == ReadLimits().text_characters


def test_only_so_much_of_a_page_is_read() -> None:
    html = page(body=article(PARAGRAPHS * 40))
    assert len(read(html, limits=ReadLimits(text_characters=100)).text) == 100
    assert len(read(html, limits=ReadLimits(html_bytes=2000)).text) < 2000


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=100), st.text(max_size=60))
def test_any_bytes_and_any_feed_are_read(body: bytes, summary: str, title: str) -> None:
    reading = read(
        page(body=article()) + body, FeedContext(title=title, summary=summary, content=summary, language=title)
    )
    assert isinstance(reading, Reading)
    assert read(body, FeedContext(title=title, summary=summary)).body_source in {
        "none",
        "extracted",
        "recall",
        "readability",
        "feed-summary",
    }


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("<p>One</p><p>Two <b>bold</b></p>", "One\nTwo bold"),
        ("One<br>Two", "One\nTwo"),
        ("Talks &amp; threats", "Talks & threats"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
        ("<p>One</p><script>x</script><style>y</style><!-- z -->tail", "One\ntail"),
        ("<p>One\n  two</p>", "One two"),
        ("<", "<"),
        ("3 < 4 and 5", "3 < 4 and 5"),
        ("", ""),
        ("<![CDATA[x]]>", ""),
    ],
)
def test_fragments_of_feeds_become_lines(fragment: str, text: str) -> None:
    assert plain_text(fragment) == text


def test_short_means_less_in_scripts_that_say_more_with_fewer_characters() -> None:
    assert is_short("word " * 40)
    assert not is_short("word " * 60)
    assert is_short("\u53f0\u98a8" * 30)
    assert not is_short("\u53f0\u98a8" * 45)
