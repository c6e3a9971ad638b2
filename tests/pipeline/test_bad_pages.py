"""Pages and feeds that nobody would wish for: each gets its reason, and the line goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pytest

from tests.gold.corpus import GoldArticle, articles
from tests.pipeline.conftest import RunningLine, run_line
from tests.site.news_site import Answer, NewsSite

pytestmark = pytest.mark.timeout(600)
GOOD = next(article for article in articles("dev") if article.id == "sahel-info/el-obeid-market")

SWEDISH = (
    "Regeringen meddelade på tisdagen att den kommer att skicka ytterligare hjälp till de översvämmade områdena i norr. "
    "Statsministern sade att läget fortfarande är mycket allvarligt och att många människor har tvingats lämna sina hem. "
    "Räddningstjänsten arbetar dygnet runt för att nå de byar som har skurits av från omvärlden sedan i helgen."
)
FINNISH = (
    "Hallitus ilmoitti tiistaina, että se lähettää lisää apua pohjoisen tulva-alueille, joilla vesi nousee yhä nopeasti. "
    "Pääministeri sanoi, että tilanne on edelleen hyvin vakava ja että monet ihmiset ovat joutuneet jättämään kotinsa. "
    "Pelastuslaitos työskentelee yötä päivää päästäkseen kyliin, jotka ovat olleet eristyksissä viikonlopusta lähtien."
)
LIST = (
    "The council of the district met again and the members spoke about the road, the bridge and the market. " * 20_000
)


@dataclass(frozen=True, slots=True)
class Case:
    """A page, and what must be known of it afterwards."""

    path: str
    page: Answer
    state: str
    reason: str = ""
    date: str = "Tue, 04 Mar 2025 10:00:00 +0100"


def _page(text: str, title: str = "A headline of the day") -> Answer:
    body = f"<html><head><title>{escape(title)}</title></head><body><article><h1>{escape(title)}</h1><p>{text}</p></article></body></html>"
    return Answer(body.encode("utf-8", "surrogateescape"), headers={"Content-Type": "text/html; charset=utf-8"})


CASES = {
    "no text": Case("/none", Answer(b"<html><body></body></html>", headers={"Content-Type": "text/html"}), "rejected", "no text"),
    "2 MB of text": Case("/long", _page(LIST), "coded"),
    "a NUL character": Case("/nul", _page("Rebels attacked an army base near Goma on Monday,\0 killing five soldiers, the army said. " * 3), "coded"),
    "a malformed date": Case("/date", _page(FINNISH), "uncoded", "fi", date="the day before yesterday"),
    "a URL of 6,000 characters": Case("/" + "long/" * 1200, _page("Police arrested twelve protesters in Nairobi on Tuesday, a spokesman said. " * 4), "coded"),
    "a language without a pack": Case("/sv", _page(SWEDISH), "uncoded", "no language pack for sv"),
    "not found": Case("/404", Answer(b"gone", 404), "failed", "404"),
    "gone": Case("/410", Answer(b"gone", 410), "failed", "410"),
    "a PDF": Case("/pdf", Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "failed", "application/pdf"),
    "12 MB": Case("/huge", Answer(b"<p>" + b"x" * 12_000_000, headers={"Content-Type": "text/html"}), "failed", "10"),
    "forbidden by robots.txt": Case("/private/page", _page("Secret."), "failed", "robots.txt"),
}  # fmt: skip


def _feed(site: NewsSite, article: GoldArticle) -> bytes:
    base = site.base(article.outlet.slug)
    items = [
        f"<item><title>Case {number}</title><link>{base}{case.path}</link><guid>{number}</guid><pubDate>{case.date}</pubDate></item>"
        for number, case in enumerate(CASES.values())
    ]
    good = f"<item><title>{escape(article.title)}</title><link>{base}/news/{article.slug}</link></item>"
    return f"<rss version='2.0'><channel><title>Cases</title>{''.join(items)}{good}</channel></rss>".encode()


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, dict[str, Any]]]:
    """What became of each page, by its path."""
    home = tmp_path_factory.mktemp("home")
    with NewsSite([GOOD], first=110) as site:
        for case in CASES.values():
            site.answer_instead(GOOD.outlet.slug, case.path, lambda _, page=case.page: page)
        feed = Answer(_feed(site, GOOD), headers={"Content-Type": "application/rss+xml"})
        site.answer_instead(GOOD.outlet.slug, "/feed.xml", lambda _: feed)
        with run_line(site, home, max_attempts="1") as line:
            line.wait_until_over(len(CASES) + 1)
            yield _by_path(line, site)


def _by_path(line: RunningLine, site: NewsSite) -> dict[str, dict[str, Any]]:
    base = site.base(GOOD.outlet.slug)
    return {str(row["url"]).removeprefix(base): dict(row) for row in line.rows("select * from article")}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_page_ends_with_its_reason(name: str, ended: Mapping[str, dict[str, Any]]) -> None:
    case = CASES[name]
    row = ended[case.path]
    assert (row["state"], case.reason in (row["last_error"] or "")) == (case.state, True), row["last_error"]


def test_the_good_page_among_them_is_coded(ended: Mapping[str, dict[str, Any]]) -> None:
    assert ended[f"/news/{GOOD.slug}"]["state"] == "coded"
