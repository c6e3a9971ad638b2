"""Addresses: one way to write them, one key for one article, one party for one domain."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.urls import (
    BadURLError,
    absolute,
    canonical,
    has_login,
    host_of,
    is_fetchable,
    is_same_over_https,
    key_text,
    origin_of,
    registered_domain,
    url_key,
    without_login,
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("  HTTP://WWW.Example.com:80/A/../b?x=1&a=2#part ", "http://www.example.com/b?x=1&a=2"),
        ("https://user:word@example.org/a", "https://example.org/a"),
        ("https://example.org:443/ä ö", "https://example.org/%C3%A4%20%C3%B6"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://example.org\\a\\b", "https://example.org/a/b"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("https://exa\nmple.org/a\tb", "https://example.org/ab"),
    ],
)
def test_an_address_is_written_as_a_browser_would_send_it(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


SAME = [
    ("https://example.org/a/story", "http://www.example.org/a/story/"),
    ("https://example.org/a/story", "https://m.example.org/a/story#comments"),
    ("https://example.org/a/story", "https://amp.example.org/a/story/amp/"),
    ("https://example.org/a/story", "https://example.org/a/story.amp"),
    ("https://example.org/a/story", "https://example.org/a/story?amp=1"),
    ("https://example.org/a/story?id=7", "https://example.org/a/story?utm_source=rss&id=7&fbclid=x&at_medium=RSS"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2&"),
    ("https://example.org/a%7Eb", "https://example.org/a~b"),
    ("https://example.org/%c3%a9", "https://example.org/é"),
    ("https://example.org/a;jsessionid=AB12?x=1", "https://example.org/a?x=1"),
    ("https://example.org/", "https://example.org"),
    ("https://www.example.co.uk./x", "https://example.co.uk/x"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_ways_to_one_article_have_one_key(one: str, other: str) -> None:
    assert key_text(one) == key_text(other)
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/Story", "https://example.org/story"),
        ("https://example.org/?storyid=1", "https://example.org/?storyid=2"),
        ("https://example.org/a?partner=reuters", "https://example.org/a"),
        ("https://example.org/a?x=1&x=2", "https://example.org/a?x=2"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://news.example.org/a", "https://example.org/a"),
        ("https://m.com/a", "https://www.com/a"),
        ("https://example.org/amp", "https://example.org/"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/guitar-amp", "https://example.org/guitar"),
        ("https://example.org/a?ref=1", "https://example.org/a"),
    ],
)
def test_different_articles_keep_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_a_key_is_the_hash_of_its_text() -> None:
    assert url_key("https://example.org/a") == hashlib.sha256(b"example.org/a").digest()


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.bbc.co.uk:8443/x", "bbc.co.uk"),
        ("https://example.org./", "example.org"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("http://localhost:5000/a", "localhost"),
        ("https://somebody.github.io/feed", "somebody.github.io"),
        ("https://www.xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https://co.uk/", "co.uk"),
        ("https://a.b.unknowntld/", "b.unknowntld"),
    ],
)
def test_the_registered_domain_names_the_party(url: str, domain: str) -> None:
    assert registered_domain(url) == domain


@pytest.mark.parametrize(
    ("base", "link", "expected"),
    [
        ("https://example.org/a/b", " ../c?d#e ", "https://example.org/c?d#e"),
        ("https://example.org/a", "//cdn.example/x", "https://cdn.example/x"),
        (None, "https://example.org/a", "https://example.org/a"),
        ("not an address", "https://example.org/a", "https://example.org/a"),
        (None, "/a", None),
        ("https://example.org/", "", None),
        ("https://example.org/", "mailto:a@example.org", None),
        ("https://example.org/", "javascript:alert(1)", None),
        ("https://example.org/", "http://a b/", None),
        ("https://example.org/", "\ud800", None),
    ],
)
def test_links_are_resolved_as_browsers_do(base: str | None, link: str, expected: str | None) -> None:
    assert absolute(base, link) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/" + "a" * 6000, True),
        ("https://example.org/" + "a" * 9000, False),
        ("ftp://example.org/", False),
        ("file:///etc/passwd", False),
        ("https:///", False),
        ("", False),
        ("example.org", False),
        ("http://...", False),
    ],
)
def test_only_web_addresses_of_sane_length_are_fetched(url: str, expected: bool) -> None:
    assert is_fetchable(url) is expected


def test_parts_of_an_address() -> None:
    assert host_of("https://WWW.Example.org.:81/") == "www.example.org"
    assert origin_of("https://Example.org:81/a") == "https://example.org:81"
    assert is_same_over_https("http://example.org/a?b", "https://example.org/a?b")
    assert not is_same_over_https("http://example.org/a", "https://www.example.org/a")
    assert not is_same_over_https("https://example.org/a", "https://example.org/a")
    assert not is_same_over_https("nonsense", "https://example.org/a")


def test_logins_are_seen_and_taken_out() -> None:
    assert without_login("https://user:word@example.org/a#b") == "https://example.org/a#b"
    assert without_login("nonsense") == "nonsense"
    assert [has_login(url) for url in ("https://user@example.org/", "https://example.org/@user", "nonsense")] == [
        True,
        False,
        False,
    ]


def test_the_error_names_the_address_and_is_short() -> None:
    with pytest.raises(BadURLError, match=r"x{200}") as caught:
        canonical("x" * 6000)
    assert len(str(caught.value)) < 300
    assert isinstance(caught.value, ValueError)


@given(st.text(max_size=200) | st.text(max_size=60).map("https://example.org/".__add__))
def test_whatever_comes_in_the_answer_is_a_value_or_the_documented_error(url: str) -> None:
    try:
        clean = canonical(url)
    except BadURLError:
        assert not is_fetchable(url)
        return
    assert canonical(clean) == clean
    assert url_key(clean) == url_key(url)
    assert len(url_key(url)) == 32
    assert registered_domain(url) == registered_domain(clean)
