"""The page in headless Chromium: it draws, it filters, it complains of nothing, and hostile words stay words."""

from __future__ import annotations

import pytest

from tests.report.conftest import HOSTILE_HEADING, Browser

pytestmark = pytest.mark.timeout(600)
ALL = [4, 8, 5, 3, 2, 1, 6]
POINTS = "return document.getElementById('map').data.slice(1, 4).map(trace => trace.lon.length)"
BARS = "return document.getElementById('timeline').data.map(trace => trace.y.reduce((a, b) => a + b, 0))"


@pytest.fixture
def opened(browser: Browser) -> Browser:
    browser.open()
    return browser


def test_it_draws_everything_and_asks_nobody(browser: Browser) -> None:
    browser.complaints(), browser.requests()  # of the tests before
    browser.open()
    assert browser.shown() == ALL
    assert browser.script(POINTS) == [3, 1, 1]  # event 8 has no place, 1 and 2 share one
    assert browser.script(BARS) == [4, 2, 1]
    assert len(browser.find("#map .choroplethlayer path")) > 5
    assert len(browser.find("#map .scattergeo path.point")) == 5
    assert len(browser.find("#timeline .bars path")) >= 7
    assert browser.complaints() == []
    assert [url for url in browser.requests() if not url.startswith(("file:", "data:", "blob:"))] == []


def test_hostile_words_are_not_run(opened: Browser) -> None:
    assert opened.driver.title == HOSTILE_HEADING
    assert opened.script("return document.querySelectorAll('img, tbody script').length") == 0


@pytest.mark.parametrize(
    ("field", "value", "shown", "points"),
    [
        ("words", "hospital goma", [1], [0, 1, 0]),
        ("words", "MARCHED nairobi", [5, 6], [1, 0, 1]),  # a headline counts too
        ("words", "document.title", [8], [0, 0, 0]),
        ("words", "no such words", [], [0, 0, 0]),
        ("certainty", "group:claim", [2, 1], [0, 1, 0]),
        ("certainty", "status:planned", [6], [0, 0, 1]),
        ("type", "PROTEST", [5, 6], [1, 0, 1]),
        ("country", "SDN", [4, 3], [2, 0, 0]),
        ("from", "2025-03-19", [4, 8, 6], [1, 0, 1]),
        ("to", "2025-03-05", [2, 1], [0, 1, 0]),
        ("order", "earliest", [3, 5, 8, 4, 1, 2, 6], [3, 1, 1]),
        ("order", "killed", [4, 3, 8, 5, 1, 2, 6], [3, 1, 1]),
    ],
)
def test_a_filter_shows_what_fits_in_table_map_and_timeline(
    opened: Browser, field: str, value: str, shown: list[int], points: list[int]
) -> None:
    opened.choose(field, value)
    assert opened.shown() == shown
    assert opened.script(POINTS) == points
    assert sum(opened.script(BARS)) == len(shown)
    assert opened.find("#shown")[0].text == f"{len(shown)} of 7 events"
    assert opened.find("#nothing")[0].is_displayed() is (not shown)
    opened.find("#reset")[0].click()
    opened.wait(lambda: opened.shown() == ALL)
    assert opened.complaints() == []


def test_a_point_and_a_bar_choose_their_events(opened: Browser) -> None:
    opened.script(
        "document.getElementById('map').emit('plotly_click', {points: [{curveNumber: 2, lon: 29.23, lat: -1.68}]})"
    )
    assert opened.shown() == [2, 1]
    opened.find("#reset")[0].click()
    opened.wait(lambda: opened.shown() == ALL)
    opened.script("document.getElementById('timeline').emit('plotly_click', {points: [{x: '2025-03-06'}]})")
    assert opened.shown() == [3]


def test_evidence_unfolds(opened: Browser) -> None:
    summary = opened.find("#event-1 summary")[0]
    assert summary.text == "3 reports, 2 numbers, 1 copy"
    assert not opened.find("#event-1 .reports")[0].is_displayed()
    opened.script("arguments[0].click()", summary)
    assert opened.find("#event-1 .reports")[0].is_displayed()


@pytest.mark.parametrize("width", [360, 390, 768])
def test_nothing_is_wider_than_a_phone(browser: Browser, width: int) -> None:
    browser.open(width, 800, touch=True)
    assert browser.script("return document.documentElement.scrollWidth") <= width
    assert browser.shown() == ALL
    # A finger needs room (WCAG 2.2, 2.5.8: at least 24 pixels).
    heights = browser.script(
        "return [...document.querySelectorAll('#filter input, #filter select, summary')].map(e => e.offsetHeight)"
    )
    assert min(heights) >= 24
    assert browser.complaints() == []
