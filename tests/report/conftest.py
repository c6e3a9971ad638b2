"""The page about the month of news, and a browser to look at it with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.exports.conftest import events, news, news_url, run
from worker.exports.stored import StoredEvent
from worker.reports.page import Heading, render

__all__ = ["events", "news", "news_url", "run"]

PATIENCE = 120
HOSTILE_HEADING = '<script>document.title="owned"</script> & "March"'


@pytest.fixture(scope="session")
def page(events: list[StoredEvent]) -> str:
    """The whole month on one page, under a hostile title."""
    return render(events, Heading(HOSTILE_HEADING, "All events.", datetime(2025, 4, 1, 12, tzinfo=UTC), left_out=2))


@pytest.fixture(scope="session")
def document(page: str) -> html.HtmlElement:
    """The page as a parser of HTML reads it, without any script run."""
    return html.document_fromstring(page)


@pytest.fixture(scope="session")
def data(document: html.HtmlElement) -> dict[str, Any]:
    """What the page's script draws and filters."""
    told: dict[str, Any] = json.loads(document.get_element_by_id("data").text_content())
    return told


class Browser:
    """Headless Chromium with what it said and what it asked for."""

    def __init__(self, driver: webdriver.Chrome, file: Path) -> None:
        self.driver = driver
        self.file = file

    def open(self, width: int = 1280, height: int = 900, *, touch: bool = False) -> None:
        """Open the page anew in a window of this size and wait until it has drawn itself."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.get(self.file.as_uri())
        self.wait(lambda: self.script("return document.body.dataset.ready") == "yes")

    def wait(self, condition: Callable[[], object]) -> None:
        WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05).until(lambda _: condition())

    def script(self, code: str, *arguments: object) -> Any:
        return self.driver.execute_script(code, *arguments)

    def find(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def shown(self) -> list[int]:
        """Keys of the events that are to be seen, from top to bottom."""
        rows = "return [...document.querySelectorAll('tr.event')].filter(r => r.offsetParent).map(r => +r.dataset.id)"
        return [int(key) for key in self.script(rows)]

    def choose(self, field: str, value: str) -> None:
        """Set a field of the filter as a person does."""
        self.script(
            "const f = document.getElementById(arguments[0]); f.value = arguments[1];"
            "f.dispatchEvent(new Event('input', {bubbles: true}))",
            field,
            value,
        )

    def complaints(self) -> list[str]:
        """What stands in the console."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Every address that was asked for."""
        entries = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [
            entry["params"]["request"]["url"] for entry in entries if entry["method"] == "Network.requestWillBeSent"
        ]


@pytest.fixture(scope="session")
def browser(page: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with the page; skipped where there is none: the page's structure is tested without it."""
    programs = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if None in programs:
        pytest.skip(
            "There is no Chromium with its driver: `apt-get install chromium chromium-driver` to run this test."
        )
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page, encoding="utf-8")
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs[0])
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(str(programs[1])))
    driver.set_page_load_timeout(PATIENCE)
    yield Browser(driver, file)
    driver.quit()
