"""tdmrep.json: what a file reserves, and that whatever stands in its place reserves nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.reservations import file_from, is_reserved, reservations_url
from worker.fetch.robots import HOLDS_AFTER_FAILURE, HOLDS_FOR, LONGEST
from worker.records import FetchClass, Fetched

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOST = "https://example.org"
ALL = b'[{"location": "/", "tdm-reservation": 1}]'


def file(*rules: tuple[str, object]) -> str:
    return json.dumps([{"location": location, "tdm-reservation": value} for location, value in rules])


@pytest.mark.parametrize(
    ("rules", "path", "reserved"),
    [
        ([], "/news/1", None),
        ([("/", 1)], "", True),
        ([("/", 1)], "/news/1?x=2", True),
        ([("/", "1")], "/news/1", True),
        ([("/", 2)], "/news/1", None),
        ([("/news/", 1)], "/sport/1", None),
        ([("/news/free/", 0), ("/news/", 1)], "/news/free/1", False),
        ([("/news/", 1), ("/news/free/", 0)], "/news/free/1", True),  # the first that matches speaks
        ([("/*/2026/*.html", 1)], "/news/2026/03/one.html?x", True),
        ([("/*.html$", 1)], "/one.html", True),
        ([("/*.html$", 1)], "/one.html?x", None),
        ([("/one$", 1)], "/one", True),
        ([("/one$", 1)], "/one/two", None),
        ([("/a*a$", 1)], "/a", None),
        ([("/price-%24", 1)], "/price-$", True),
        ([("/caf\u00e9", 1)], "/caf%c3%a9", True),
        ([("/%7Eme", 1)], "/~me", True),
        ([("/a%2Fb", 1)], "/a/b", None),
    ],
)
def test_the_first_rule_that_matches_speaks(rules: list[tuple[str, object]], path: str, reserved: bool | None) -> None:
    assert is_reserved(file(*rules), HOST + path) is reserved


@given(st.text(max_size=200) | st.from_regex(r"\[*(\{.*\}|[0-9])*\]*", fullmatch=True), st.text("/*$%ab", max_size=30))
def test_no_file_whatever_does_harm(text: str, path: str) -> None:
    is_reserved(text, HOST + "/" + path)
    is_reserved(file((text, 1)), HOST + "/" + path)


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", "null", '["/"]', '[{"location": 1, "tdm-reservation": 1}]'])
def test_what_is_no_such_file_reserves_nothing(text: str) -> None:
    assert is_reserved(text, HOST + "/") is None


def _answer(outcome: FetchClass, body: bytes = b"", status: int | None = 200) -> Fetched:
    return Fetched(reservations_url(HOST + "/a"), HOST, outcome, "said.", NOW, 1, status=status, body=body)


@pytest.mark.parametrize(
    ("answer", "text", "holds"),
    [
        (_answer(FetchClass.OK, b"\xef\xbb\xbf" + ALL), ALL.decode(), HOLDS_FOR),
        (_answer(FetchClass.OK, b"<html>Not found</html>"), "", HOLDS_FOR),
        (_answer(FetchClass.OK, ALL + b" " * LONGEST), "", HOLDS_FOR),
        (_answer(FetchClass.CLIENT_ERROR, status=404), "", HOLDS_FOR),
        (_answer(FetchClass.SERVER_ERROR, status=503), "", HOLDS_AFTER_FAILURE),
        (_answer(FetchClass.TIMEOUT, status=None), "", HOLDS_AFTER_FAILURE),
    ],
)
def test_a_file_holds_for_a_day_and_a_passing_failure_for_an_hour(answer: Fetched, text: str, holds: object) -> None:
    stored = file_from(answer)
    assert (stored.text, stored.expires_at - stored.fetched_at) == (text, holds)
