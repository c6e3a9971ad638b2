from __future__ import annotations

import pytest

from worker.articles.authors import authors_of
from worker.articles.markup import read_markup


def page(head: str = "", body: str = "") -> str:
    return f"<html><head><title>T</title>{head}</head><body>{body}<p>Text of it.</p><p>More of it.</p></body></html>"


def ld(author: str) -> str:
    return page(f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{author}}}</script>')


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        (ld('{"@type":"Person","name":"Ana Roe"}'), ("Ana Roe",)),
        (ld('[{"name":"Ana Roe"},{"name":"Sam Doe"},"Ana Roe"]'), ("Ana Roe", "Sam Doe")),
        (ld('"By Ana Roe and Sam Doe"'), ("Ana Roe", "Sam Doe")),
        (ld('[[["Ana Roe"]]]'), ("Ana Roe",)),
        (ld('{"url":"https://a.example/ana"}'), ()),
        (page('<meta name="author" content="Ana Roe, Sam Doe">'), ("Ana Roe", "Sam Doe")),
        (
            page(
                '<meta property="article:author" content="https://social.example/ana"><meta name="byl" content="By Ana Roe">'
            ),
            ("Ana Roe",),
        ),
        (page(body='<span class="byline">By Ana Roe</span>'), ("Ana Roe",)),
        (page(body='<p class="story-byline">Ana Roe Published 4 March 2025</p>'), ("Ana Roe",)),
        (page(body='<a rel="author" href="/ana">Ana Roe</a>'), ("Ana Roe",)),
        (page(body='<p class="comment-form-author">Name (required)</p>'), ()),
        (page(body='<p class="author">' + "A sentence about whoever wrote this. " * 5 + "</p>"), ()),
        (page(), ()),
    ],
)
def test_authors_are_names_and_each_is_named_once(html: str, authors: tuple[str, ...]) -> None:
    assert authors_of(read_markup(html, 50_000)) == authors


def test_the_feed_speaks_when_the_page_does_not() -> None:
    assert authors_of(read_markup(page(), 50_000), ("Ana Roe; Sam Doe",)) == ("Ana Roe", "Sam Doe")
    assert authors_of(None, ("ana@a.example", "Ana Roe")) == ("Ana Roe",)
