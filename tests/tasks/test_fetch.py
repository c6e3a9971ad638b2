"""Fetching articles: robots.txt, turns, and where redirects may lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.feed_list import FeedSettings, add_feed
from db.session import session_scope
from tasks import asking, enter, fetch, poll
from tests.site.news_site import Answer, NewsSite
from tests.tasks.conftest import Bench
from worker.fetch.slots import Granted
from worker.settings import settings
from worker.urls import registered_domain

HOME, AWAY = "meridian", "harbour-post"
RESERVATIONS = "/.well-known/tdmrep.json"


@pytest.fixture
def article(bench: Bench, site: NewsSite) -> Callable[..., int]:
    """Puts addresses on the feed of the home outlet; the key of the first one's article."""

    def found(*urls: str) -> int:
        items = "".join(f"<item><title>Number {n}</title><link>{url}</link></item>" for n, url in enumerate(urls))
        body = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()
        site.answer_instead(HOME, "/feed.xml", lambda _: Answer(body, headers={"Content-Type": "application/rss+xml"}))
        with session_scope(bench.engine) as session:
            feed_id = add_feed(
                session, FeedSettings(url=site.base(HOME) + "/feed.xml", outlet="Meridian"), datetime.now(UTC)
            )
        poll.poll_feed.run(feed_id=feed_id)
        enter.read_feed.run(feed_id=feed_id)
        return int(bench.value("select article_id from article where url = :url", url=urls[0]))

    return found


def _redirect(site: NewsSite, target: str, *, path: str = "/go", status: int = 302) -> str:
    site.answer_instead(HOME, path, lambda _: Answer(status=status, headers={"Location": target}))
    return site.base(HOME) + path


def _page(site: NewsSite, outlet: str) -> str:
    """The path of one page of an outlet."""
    return f"/news/{site._newest(outlet)[0].slug}"


def _fetch(article_id: int) -> list[str]:
    """Fetch until it no longer waits for a turn; what each try said."""
    said: list[str] = []
    for _ in range(5):
        said.append(fetch.fetch_article.run(article_id=article_id))
        if not said[-1].startswith("waits"):
            break
    return said


def _asked(site: NewsSite, outlet: str) -> list[str]:
    address = site.base(outlet).split("/")[2].split(":")[0]
    return [asked.path for asked in site.asked if asked.address == address]


def _row(bench: Bench, article_id: int) -> dict[str, Any]:
    return bench.rows("select * from article where article_id = :id", id=article_id)[0]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_asks_its_robots_first(
    bench: Bench, site: NewsSite, article: Callable[..., int], status: int
) -> None:
    page = _page(site, AWAY)
    article_id = article(_redirect(site, site.base(AWAY) + page, status=status))
    assert "fetched" in _fetch(article_id)[-1]
    assert _asked(site, AWAY) == ["/robots.txt", RESERVATIONS, page]
    assert _row(bench, article_id)["state"] == "fetched"


def test_a_redirect_to_a_page_that_robots_forbids_is_not_followed(
    bench: Bench, site: NewsSite, article: Callable[..., int]
) -> None:
    article_id = article(_redirect(site, site.base(AWAY) + "/private/page"))
    _fetch(article_id)
    row = _row(bench, article_id)
    assert (row["state"], "robots.txt forbids it" in row["last_error"]) == ("failed", True)
    assert _asked(site, AWAY) == ["/robots.txt"]
    assert bench.value("select outcome from fetch_attempt where article_id = :id", id=article_id) == "robots"


def test_a_redirect_within_the_host_needs_no_second_turn(
    bench: Bench, site: NewsSite, article: Callable[..., int]
) -> None:
    page = _page(site, HOME)
    article_id = article(_redirect(site, page))
    assert len(_fetch(article_id)) == 1
    assert _row(bench, article_id)["state"] == "fetched"


def test_a_redirect_to_a_known_article_is_not_fetched_again(
    bench: Bench, site: NewsSite, article: Callable[..., int]
) -> None:
    known = site.base(HOME) + _page(site, HOME)
    article_id = article(_redirect(site, known), known)
    assert _fetch(article_id)[-1].startswith("rejected")
    row = _row(bench, article_id)
    assert (row["state"], "is not read twice" in row["last_error"]) == ("rejected", True)
    assert _page(site, HOME) not in _asked(site, HOME)


def test_a_redirect_to_a_busy_host_waits_for_its_turn_and_keeps_it(
    bench: Bench, site: NewsSite, article: Callable[..., int]
) -> None:
    page = _page(site, AWAY)
    article_id = article(_redirect(site, site.base(AWAY) + page))
    fetch.fetch_article.run(article_id=article_id)  # learns the robots.txt of the other host
    domain, slots = registered_domain(site.base(AWAY)), asking.slots()
    other = slots.take(domain, datetime.now(UTC), 0, 60, who="somebody else")
    assert isinstance(other, Granted)
    assert fetch.fetch_article.run(article_id=article_id).startswith("waits for its turn at " + domain)
    row = _row(bench, article_id)
    assert (row["state"], row["attempts"], row["lease_until"]) == ("found", 0, None)
    assert page not in _asked(site, AWAY)
    slots.give_back(domain, other.token)
    bench.run("update article set next_attempt_at = now() - interval '1 second'")
    assert "fetched" in _fetch(article_id)[-1]
    held = [key for key in (registered_domain(site.base(HOME)), domain) if not _is_free(key)]
    assert held == []


def _is_free(domain: str) -> bool:
    return isinstance(asking.slots().take(domain, datetime.now(UTC) + timedelta(seconds=1), 0, 1), Granted)


def test_a_feed_that_redirects_to_a_busy_host_is_put_off_and_no_failure(
    bench: Bench, site: NewsSite, article: Callable[..., int]
) -> None:
    with session_scope(bench.engine) as session:
        url = _redirect(site, site.base(AWAY) + "/feed.xml", path="/moved.xml")
        feed_id = add_feed(session, FeedSettings(url=url, outlet="Meridian"), datetime.now(UTC))
    domain = registered_domain(site.base(AWAY))
    other = asking.slots().take(domain, datetime.now(UTC), 0, 60, who="somebody else")
    assert isinstance(other, Granted)
    assert poll.poll_feed.run(feed_id=feed_id).startswith("waits for its turn at " + domain)
    assert _asked(site, AWAY) == []
    health = bench.rows("select failures, next_poll_reason from feed_health")[0]
    assert health == {"failures": 0, "next_poll_reason": f"Waits for its turn at {domain}."}
    asking.slots().give_back(domain, other.token)
    bench.run("update feed set next_poll_at = now() - interval '1 second'")
    assert "kB" in poll.poll_feed.run(feed_id=feed_id)


def test_robots_may_be_left_unasked_by_setting(
    bench: Bench, site: NewsSite, article: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_OBEY_ROBOTS", "false")
    settings.cache_clear()
    article_id = article(_redirect(site, site.base(AWAY) + "/private/page"))
    _fetch(article_id)
    assert _asked(site, AWAY) == ["/private/page"]


RESERVED = b'[{"location": "/news/", "tdm-reservation": 1}]'


@pytest.mark.parametrize(
    ("file", "header", "kept"),
    [(RESERVED, None, "1"), (RESERVED, "0", "0"), (b"<h1>Home</h1>", None, None), (RESERVED[:-1], None, None)],
    ids=["reserved", "the page says otherwise", "no such file", "cut off"],
)
def test_what_a_host_reserves_is_kept_with_its_pages(
    bench: Bench, site: NewsSite, article: Callable[..., int], file: bytes, header: str | None, kept: str | None
) -> None:
    page, second = _page(site, HOME), "/news/second"
    site.answer_instead(HOME, RESERVATIONS, lambda _: Answer(file, headers={"Content-Type": "application/json"}))
    told = {"Content-Type": "text/html"} | ({"TDM-Reservation": header} if header else {})
    for path in (page, second):
        site.answer_instead(HOME, path, lambda _: Answer(b"<p>Shells fell on the town.</p>", headers=told))
    article(site.base(HOME) + page, site.base(HOME) + second)
    for row in bench.rows("select article_id from article order by url <> :first", first=site.base(HOME) + page):
        assert _fetch(row["article_id"])[-1].startswith("fetched")
    rows = bench.rows("select headers->>'tdm-reservation' as reserved from payload where article_id is not null")
    assert [row["reserved"] for row in rows] == [kept, kept]
    assert _asked(site, HOME) == ["/feed.xml", "/robots.txt", RESERVATIONS, page, second]


def test_a_host_that_hides_the_file_from_robots_is_not_asked_for_it(
    bench: Bench, site: NewsSite, article: Callable[..., int]
) -> None:
    rules = b"User-agent: *\nDisallow: /.well-known/\n"
    site.answer_instead(HOME, "/robots.txt", lambda _: Answer(rules, headers={"Content-Type": "text/plain"}))
    assert "fetched" in _fetch(article(site.base(HOME) + _page(site, HOME)))[-1]
    assert RESERVATIONS not in _asked(site, HOME)
    assert bench.value("select rules from reservations") == ""


def test_a_robots_that_cannot_be_read_is_waited_for(bench: Bench, site: NewsSite, article: Callable[..., int]) -> None:
    site.answer_instead(HOME, "/robots.txt", lambda _: Answer(b"", 500))
    article_id = article(site.base(HOME) + _page(site, HOME))
    assert fetch.fetch_article.run(article_id=article_id).startswith("again at")
    row = _row(bench, article_id)
    assert (row["state"], row["attempts"], "could not be read" in row["last_error"]) == ("found", 1, True)
    assert timedelta(minutes=50) < row["next_attempt_at"] - datetime.now(UTC) < timedelta(minutes=70)
    site.answer_normally(HOME, "/robots.txt")
    bench.run("update article set next_attempt_at = now() - interval '1 second'")
    bench.run("delete from robots")
    assert "fetched" in _fetch(article_id)[-1]


def test_an_article_that_robots_forbids_is_given_up(bench: Bench, site: NewsSite, article: Callable[..., int]) -> None:
    article_id = article(site.base(HOME) + "/private/page")
    assert fetch.fetch_article.run(article_id=article_id).startswith("failed")
    assert _row(bench, article_id)["state"] == "failed"
