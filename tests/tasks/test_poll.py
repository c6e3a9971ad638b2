"""Polling: what an answer changes, and what a poll leaves in the database."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.feed_list import FeedSettings, add_feed
from db.session import session_scope
from tasks import asking, enter, fetch, poll
from tests.fetch.certificates import self_signed
from tests.fetch.sites import Site, usual_ports_are_ours
from tests.site.news_site import Answer, NewsSite
from tests.tasks.conftest import Bench
from worker.app import broker
from worker.records import FeedState, FetchClass, Fetched, Hop, Validators
from worker.settings import settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATE = FeedState(
    feed_id=1, url="http://a.example/feed", validators=Validators('"1"'), body_sha256=b"old", unconditional_at=NOW,
    failures=2, failure_class=FetchClass.TIMEOUT,
)  # fmt: skip


def _answer(outcome: FetchClass = FetchClass.OK, **changes: Any) -> Fetched:
    answer = Fetched(
        STATE.url, STATE.url, outcome, "said.", started_at=NOW, elapsed_ms=5, status=200, body=b"x", sha256=b"new",
        validators=Validators('"2"'),
    )  # fmt: skip
    return replace(answer, **changes)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (_answer(), {"new_bytes": True, "gone": False}),
        (_answer(sha256=b"old"), {"new_bytes": False}),
        (_answer(FetchClass.NOT_MODIFIED, status=304, body=b"", sha256=b""), {"new_bytes": False}),
        (_answer(FetchClass.SERVER_ERROR, status=500), {"new_bytes": False, "gone": False}),
    ],
    ids=["new bytes", "same bytes", "304", "500"],
)
def test_only_new_bytes_are_handed_to_the_reader(answer: Fetched, expected: dict[str, bool]) -> None:
    decision = poll.decide(STATE, answer, NOW, 0.5)
    assert {name: getattr(decision, name) for name in expected} == expected


def test_success_forgets_failures_and_keeps_the_new_validators() -> None:
    after = poll.decide(STATE, _answer(), NOW, 0.5).state
    assert (after.failures, after.failure_class, after.validators) == (0, None, Validators('"2"'))


def test_a_failure_counts_and_waits_longer_each_time() -> None:
    waits = []
    state = STATE
    for _ in range(3):
        decision = poll.decide(state, _answer(FetchClass.TIMEOUT, status=None), NOW, 0.5)
        waits.append(decision.next_poll.at - NOW)
        state = decision.state
    assert state.failures == 5
    assert waits[0] < waits[1] < waits[2]


def test_our_own_network_is_no_failure_of_a_feed() -> None:
    decision = poll.decide(STATE, _answer(FetchClass.CONNECT, status=None), NOW, 0.5, our_network=True)
    assert decision.state.failures == STATE.failures
    assert "our network" in decision.next_poll.reason


def test_an_address_that_moved_for_good_is_taken_after_a_week() -> None:
    hops = (Hop(STATE.url, 301, "http://a.example/new"),)
    moved = _answer(final_url="http://a.example/new", hops=hops)
    first = poll.decide(STATE, moved, NOW, 0.5).state
    assert first.url == STATE.url
    later = poll.decide(first, moved, NOW + timedelta(days=7, minutes=1), 0.5).state
    assert later.url == "http://a.example/new"


def test_a_feed_that_sends_secrets_stays_at_its_host() -> None:
    away = _answer(final_url="http://b.example/feed", hops=(Hop(STATE.url, 301, "http://b.example/feed"),))
    first = poll.decide(STATE, away, NOW, 0.5, sends_secrets=True).state
    week_later = NOW + timedelta(days=8)
    assert poll.decide(first, away, week_later, 0.5, sends_secrets=True).state.url == STATE.url
    assert poll.decide(first, away, week_later, 0.5).state.url == "http://b.example/feed"
    secure = STATE.url.replace("http:", "https:")
    safe = _answer(final_url=secure, hops=(Hop(STATE.url, 301, secure),))
    assert poll.decide(STATE, safe, NOW, 0.5, sends_secrets=True).state.url == secure


# --- on the database -----------------------------------------------------------------------------------------


@pytest.fixture
def add(bench: Bench) -> Callable[[str], int]:
    def _add(url: str, **more: Any) -> int:
        with session_scope(bench.engine) as session:
            return add_feed(session, FeedSettings(url=url, outlet="Meridian Wire", **more), datetime.now(UTC))

    return _add


def test_a_poll_leaves_a_row_the_bytes_and_a_reason_and_rings_for_the_reader(
    bench: Bench, site: NewsSite, add: Callable[[str], int]
) -> None:
    feed_id = add(site.base("meridian") + "/feed.xml")
    assert poll.poll_due_feeds.run() == "1 feeds due"
    assert "kB" in poll.poll_feed.run(feed_id=feed_id)
    fetch = bench.rows("select outcome, status, new_bytes, interval_seconds, next_reason from fetch_attempt")
    assert [(row["outcome"], row["status"], row["new_bytes"]) for row in fetch] == [("ok", 200, True)]
    assert fetch[0]["next_reason"]
    assert bench.value("select state from feed") == "fetched"
    assert bench.value("select count(*) from payload") == 1
    assert (bench.waiting("net"), bench.waiting("cpu")) == (1, 1)


def test_more_feeds_than_threads_go_together_and_a_failing_one_alone(
    bench: Bench, add: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        add(f"https://example.org/{number}")
    bench.run("update feed set failures = 1 where feed_id = 2")
    monkeypatch.setenv("DATELINE_NET_THREADS", "1")
    settings.cache_clear()
    assert poll.poll_due_feeds.run() == "3 feeds due"
    rung = [json.loads(message)["headers"] for message in broker().lrange("net", 0, -1)]
    assert sorted((headers["task"], headers["kwargsrepr"]) for headers in rung) == [
        ("tasks.poll.poll_feed", "feed_id=2"),
        ("tasks.poll.poll_feeds", "feed_ids=[1, 3]"),
    ]


def test_what_one_feed_of_a_batch_raises_keeps_no_neighbour_from_being_asked(
    bench: Bench, site: NewsSite, add: Callable[[str], int]
) -> None:
    feeds = [add(site.base(outlet) + "/feed.xml") for outlet in ("meridian", "harbour-post", "sahel-info")]
    bench.run("update feed set headers = '{\"X-Key\": 5}' where feed_id = 2")  # nothing that we would have stored
    with pytest.raises(ExceptionGroup, match="1 of 3 feeds") as raised:
        poll.poll_feeds.run(feed_ids=feeds)
    assert [type(error) for error in raised.value.exceptions] == [AttributeError]
    assert bench.rows("select feed_id from fetch_attempt where outcome = 'ok'") == [{"feed_id": 1}, {"feed_id": 3}]
    assert bench.value("select token is not null and lease_until > now() from feed where feed_id = 2")


def test_what_slow_feeds_keep_from_being_asked_is_rung_for_one_by_one(
    bench: Bench, add: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = [add(f"https://example.org/{number}") for number in range(3)]
    monkeypatch.setattr(poll, "BATCH_SECONDS", 0.0)
    assert poll.poll_feeds.run(feed_ids=feeds) == "0 of 3 asked"
    assert bench.waiting("net") == 3


def test_what_did_not_change_is_not_read_again(bench: Bench, site: NewsSite, add: Callable[[str], int]) -> None:
    feed_id = add(site.base("meridian") + "/feed.xml")
    poll.poll_feed.run(feed_id=feed_id)
    enter.read_feed.run(feed_id=feed_id)
    found = bench.value("select count(*) from article where state = 'found'")
    assert found == sum(asked.path == "/feed.xml" for asked in site.asked) * found > 0
    bench.run("update feed set next_poll_at = now()")
    assert "not changed (304)" in poll.poll_feed.run(feed_id=feed_id)
    assert bench.value("select state from feed") == "idle"
    assert enter.read_feed.run(feed_id=feed_id) == "already read"


def test_the_same_message_twice_asks_once(bench: Bench, site: NewsSite, add: Callable[[str], int]) -> None:
    feed_id = add(site.base("meridian") + "/feed.xml")
    poll.poll_feed.run(feed_id=feed_id)
    assert poll.poll_feed.run(feed_id=feed_id) == "not due, or asked by another worker"
    assert sum(asked.path == "/feed.xml" for asked in site.asked) == 1


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (
            Answer(b"<html><body>Welcome</body></html>", headers={"Content-Type": "text/html"}),
            "bad_content",
            "feeds add",
        ),
        (Answer(b"<h1>no</h1>", 404), "client_error", "404"),
        (Answer(b"", headers={"Content-Type": "application/rss+xml"}), "bad_content", "empty"),
        (Answer(b"x" * 50_000_000, headers={"Content-Type": "application/rss+xml"}), "too_large", "5"),
        (Answer(act=lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)), "connect", ""),
    ],
    ids=["HTML", "404", "empty", "50 MB", "hangs up"],
)
def test_bad_feeds_get_a_reason_in_feed_health_and_the_line_goes_on(
    bench: Bench, site: NewsSite, add: Callable[[str], int], answer: Answer, outcome: str, said: str
) -> None:
    site.answer_instead("meridian", "/feed.xml", lambda _: answer)
    feed_id = add(site.base("meridian") + "/feed.xml")
    poll.poll_feed.run(feed_id=feed_id)
    enter.read_feed.run(feed_id=feed_id)
    health = bench.rows("select * from feed_health")[0]
    assert health["failures"] == 1
    told = f"{health['failure_class']} {health['detail']} {health['next_poll_reason']}"
    assert outcome in told
    assert said in told
    assert health["next_poll_at"] > datetime.now(UTC)


def test_a_feed_that_hangs_is_a_time_out(
    bench: Bench, site: NewsSite, add: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_READ_SECONDS", "0.3")
    poll.settings.cache_clear()
    release: list[bool] = []

    gate = threading.Event()
    site.answer_instead(
        "meridian", "/feed.xml", lambda _: Answer(act=lambda _handler: (gate.wait(20), release.append(True)))
    )
    feed_id = add(site.base("meridian") + "/feed.xml")
    poll.poll_feed.run(feed_id=feed_id)
    gate.set()
    assert bench.value("select failure_class from feed_health") == "timeout"


def test_bytes_that_wait_for_the_reader_are_not_replaced(
    bench: Bench, site: NewsSite, add: Callable[[str], int]
) -> None:
    feed_id = add(site.base("meridian") + "/feed.xml")
    poll.poll_feed.run(feed_id=feed_id)
    bench.run("update feed set next_poll_at = now(), lease_until = null")
    assert poll.poll_due_feeds.run() == "0 feeds due"
    assert poll.poll_feed.run(feed_id=feed_id) == "not due, or asked by another worker"
    enter.read_feed.run(feed_id=feed_id)
    bench.run("update feed set next_poll_at = now()")
    assert poll.poll_due_feeds.run() == "1 feeds due"


def test_a_429_holds_back_the_articles_of_the_host_too(bench: Bench, site: NewsSite, add: Callable[[str], int]) -> None:
    first, second = (add(site.base("meridian") + path) for path in ("/feed.xml", "/second.xml"))
    site.answer_instead("meridian", "/second.xml", lambda _: Answer(b"", 429, {"Retry-After": "3600"}))
    poll.poll_feed.run(feed_id=first)
    enter.read_feed.run(feed_id=first)
    poll.poll_feed.run(feed_id=second)
    article_id = bench.value("select min(article_id) from article")
    assert fetch.fetch_article.run(article_id=article_id).startswith("waits for its turn")
    waits = bench.value("select next_attempt_at - now() from article where article_id = :id", id=article_id)
    assert timedelta(minutes=55) < waits < timedelta(minutes=65)


@pytest.mark.skipif(not usual_ports_are_ours(), reason="ports 80 and 443 of 127.77.0.0/16 may not be opened here")
def test_http_that_leads_to_https_is_followed_for_good(
    bench: Bench, add: Callable[[str], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same address over https: the usual ports must be used, so the machine must allow that."""
    here = f"127.77.{os.getpid() % 250}.{os.getpid() // 250 % 250 + 1}"
    authority, tls = self_signed(tmp_path, [here])
    plain = Site(lambda c: c.answer(301, {"Location": f"https://{here}{c.path}"}), None, here, 80)
    feed = b"<rss><channel><title>T</title></channel></rss>"
    secure = Site(lambda c: c.answer(200, {"Content-Type": "application/rss+xml"}, feed), tls, here, 443)
    monkeypatch.setenv("DATELINE_CA_FILE", str(authority))
    settings.cache_clear()
    asking.client.cache_clear()
    feed_id = add(f"http://{here}/feed")
    assert "kB" in poll.poll_feed.run(feed_id=feed_id)
    assert bench.rows("select url, previous_urls from feed") == [
        {"url": f"https://{here}/feed", "previous_urls": [f"http://{here}/feed"]}
    ]
    enter.read_feed.run(feed_id=feed_id)
    bench.run("update feed set next_poll_at = now()")
    poll.poll_feed.run(feed_id=feed_id)
    assert (len(plain.requests), len(secure.requests)) == (1, 2), "http is not asked again"
    plain.close()
    secure.close()


def test_a_login_in_an_address_is_shown_nowhere(bench: Bench, site: NewsSite, add: Callable[[str], int]) -> None:
    url = site.base("meridian").replace("http://", "http://ana:s3cret@") + "/feed.xml"
    feed_id = add(url)
    assert "s3cret" not in poll.poll_feed.run(feed_id=feed_id)
    assert bench.rows("select 1 from fetch_attempt where url like '%s3cret%' or final_url like '%s3cret%'") == []
    assert any(asked.headers.get("authorization") for asked in site.asked), "the site itself is sent the login"


def test_control_characters_in_validators_stop_nothing(bench: Bench, site: NewsSite, add: Callable[[str], int]) -> None:
    odd = Answer(
        b"<rss><channel><title>T</title></channel></rss>", headers={"ETag": '"a\0b"', "Content-Type": "text/xml"}
    )
    site.answer_instead("meridian", "/feed.xml", lambda _: odd)
    poll.poll_feed.run(feed_id=add(site.base("meridian") + "/feed.xml"))
    assert bench.value("select count(*) from fetch_attempt where purpose = 'feed'") == 1
    assert bench.value("select lease_until is null and next_poll_at > now() from feed")
