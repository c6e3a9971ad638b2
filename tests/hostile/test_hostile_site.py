"""Every behaviour of the hostile site through the real workers: what it leaves in SQL, and that the line goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hostile.conftest import SECOND, Aftermath, Left
from tests.hostile.hostile_site import CASES

# One line serves all: were the tests spread over processes, each would start its own.
pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("hostile")]
GOOD = {"ok", "not_modified"}
HOUR = timedelta(hours=1)


def _said(left: Left) -> str:
    return " ".join([left.attempts[0]["detail"], left.health["detail"] or "", *left.health["problems"]])


def test_there_are_at_least_forty_behaviours() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
def test_a_behaviour_leaves_its_outcome(name: str, aftermath: Aftermath) -> None:
    case, left = CASES[name], aftermath.of[name]
    health = case.health or ("ok" if case.outcome in GOOD else "failing")
    assert left.attempts[0]["outcome"] == case.outcome, left.attempts[0]["detail"]
    assert left.health["health"] == health, left.health["detail"]
    assert case.said in _said(left)
    assert len(left.attempts) >= case.polls
    if case.titles is not None:
        assert sorted(row["feed_title"] for row in left.articles) == sorted(case.titles)


@pytest.mark.parametrize("name", CASES)
def test_every_poll_has_its_row_and_says_when_and_why_the_next_one_comes(name: str, aftermath: Aftermath) -> None:
    left = aftermath.of[name]
    assert left.health["next_poll_reason"]
    assert left.health["next_poll_at"] > left.health["last_polled_at"]
    for row in left.attempts:
        assert row["next_reason"]
        assert row["next_at"] > row["started_at"]
        assert row["task_id"]
    assert left.host.tls or len(left.attempts) <= left.host.polls


def test_nobody_spoke_to_an_address_that_is_not_allowed(aftermath: Aftermath) -> None:
    assert aftermath.site.canary.connections == 0


# --- asking only for what is new -----------------------------------------------------------------------------


def _tags_sent(left: Left) -> list[str | None]:
    return [asked.headers.get("if-none-match") for asked in left.host.asked if asked.path == "/feed"]


def test_validators_go_back_as_they_came(aftermath: Aftermath) -> None:
    kept, renewed = aftermath.of["304 without validators"], aftermath.of["304 with new validators"]
    assert _tags_sent(kept)[:3] == [None, '"a"', '"a"']
    assert _tags_sent(renewed)[:3] == [None, '"a"', '"b"']
    asked = [asked for asked in kept.host.asked if asked.path == "/feed"]
    assert asked[1].headers["if-modified-since"] == "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("304 with new validators", ["ok", "not_modified", "not_modified"]),
        ("the same bytes without validators", ["ok", "ok", "ok"]),
    ],
)
def test_what_did_not_change_brings_no_new_bytes(name: str, outcomes: list[str], aftermath: Aftermath) -> None:
    left = aftermath.of[name]
    assert [row["outcome"] for row in left.attempts[:3]] == outcomes
    assert [row["new_bytes"] for row in left.attempts[:3]] == [True, False, False]
    assert left.feed["state"] == "idle"


@pytest.mark.parametrize("name", ["a lying ETag on 200", "a lying ETag on 304"])
def test_a_liar_is_found_out_and_no_longer_believed(name: str, aftermath: Aftermath) -> None:
    left = aftermath.of[name]
    assert not left.feed["validators_trusted"]
    assert _tags_sent(left)[1] == '"always"'
    assert _tags_sent(left)[-1] is None
    assert len(left.articles) > 1


# --- redirects -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "statuses", "remembered"),
    [
        ("301 twice", [301, 301], True),
        ("302 twice", [302, 302], False),
        ("303", [303], False),
        ("307", [307], False),
        ("308 three times", [308, 308, 308], True),
        ("a redirect to another host", [302], False),
    ],
)
def test_redirects_are_recorded_and_permanent_ones_remembered(
    name: str, statuses: list[int], remembered: bool, aftermath: Aftermath
) -> None:
    left = aftermath.of[name]
    assert [hop["status"] for hop in left.attempts[0]["hops"]] == statuses
    assert (left.feed["permanent_redirect_to"] is not None) is remembered
    assert left.feed["url"] == left.host.url + "/feed"


def test_secrets_stay_with_the_host_they_are_for(aftermath: Aftermath) -> None:
    left = aftermath.of["a redirect to another host"]
    assert left.host.asked[0].headers["x-api-key"] == "open-sesame"
    at_haven = [asked for asked in aftermath.site.haven.asked if asked.path == "/other"]
    assert at_haven
    assert not any("x-api-key" in asked.headers for asked in at_haven)


def test_every_request_says_who_asks(aftermath: Aftermath) -> None:
    agents = {asked.headers["user-agent"] for left in aftermath.of.values() for asked in left.host.asked}
    assert len(agents) == 1
    assert "dateline.example" in agents.pop()


# --- being told to wait --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["429", "503"])
@pytest.mark.parametrize(("form", "wait"), [("in seconds", HOUR), ("with a date", 2 * HOUR)])
def test_retry_after_is_honoured_in_both_forms(status: str, form: str, wait: timedelta, aftermath: Aftermath) -> None:
    left = aftermath.of[f"{status} {form}"]
    waits = left.health["next_poll_at"] - left.health["last_polled_at"]
    assert wait - timedelta(seconds=5) <= waits <= wait + timedelta(minutes=5)
    assert left.host.polls == 1


def test_429_counts_for_the_whole_host(aftermath: Aftermath) -> None:
    assert not any(SECOND in path for path in aftermath.of["429 in seconds"].host.paths)
    waits = aftermath.line.rows("select * from feed_health where url like :second", second=f"%{SECOND}")[0]
    assert (waits["failures"], waits["last_polled_at"]) == (0, None)
    assert waits["next_poll_at"] > aftermath.of["429 in seconds"].health["last_polled_at"] + HOUR / 2


def test_gone_is_gone_only_after_days_and_is_not_asked_again(aftermath: Aftermath) -> None:
    left = aftermath.of["410"]
    assert not left.feed["active"]
    assert "Gone" in left.health["next_poll_reason"]
    assert left.host.polls == 2


# --- limits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a slow drip", "a slow drip of headers", "silence"])
def test_no_server_makes_a_request_longer_than_its_total_time(name: str, aftermath: Aftermath) -> None:
    assert aftermath.of[name].attempts[0]["elapsed_ms"] < 2000 + 1000  # and a second for a busy machine


@pytest.mark.parametrize("name", ["a gzip bomb", "six megabytes"])
def test_what_is_too_large_is_not_kept(name: str, aftermath: Aftermath) -> None:
    assert aftermath.of[name].attempts[0]["body_bytes"] == 0
    assert aftermath.line.value("select max(size) from payload") < 5 * 2**20


def test_two_thousand_entries_of_twenty_thousand_are_read(aftermath: Aftermath) -> None:
    assert max(aftermath.of["20,000 entries"].feed["entry_counts"]) == 2000


def test_entities_neither_swell_nor_read_files(aftermath: Aftermath) -> None:
    assert len(aftermath.of["entities that swell"].feed["title"] or "") < 1000
    assert "root:" not in (aftermath.of["an entity that reads a file"].feed["title"] or "")


def test_dates_in_the_future_are_clamped_and_kept_as_they_were(aftermath: Aftermath) -> None:
    article = aftermath.of["dates in the future"].articles[0]
    assert article["published_at"] <= article["found_at"]
    assert article["feed_published_at"].year == 2099


# --- robots.txt and pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "pages", "said"),
    [
        ("robots allows", 2, ""),
        ("robots forbids", 0, "forbids it to Dateline"),
        ("robots is missing", 2, ""),
        ("robots fails", 0, "could not be read"),
        ("robots is a page", 2, ""),
        ("robots is silent", 0, "could not be read"),
        ("robots asks for a pause", 2, ""),
        ("robots redirects", 2, ""),
    ],
)
def test_robots_is_asked_once_and_obeyed(name: str, pages: int, said: str, aftermath: Aftermath) -> None:
    left = aftermath.of[name]
    # A redirect of robots.txt to a host whose turn is another's is followed later, from the start again.
    most = 3 if name == "robots redirects" else 1
    assert 1 <= left.host.paths.count("/robots.txt") <= most
    assert sum(path.startswith("/news/") for path in left.host.paths) == pages
    assert len(left.fetches) == pages
    if said:
        assert {row["state"] for row in left.articles} == {"failed"}
        assert all(said in row["last_error"] for row in left.articles)


def test_a_pause_that_robots_asks_for_is_kept(aftermath: Aftermath) -> None:
    first, second = (row["started_at"] for row in aftermath.of["robots asks for a pause"].fetches)
    assert second - first >= timedelta(seconds=2)


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("a reservation", ["tdm-reservation"]),
        ("a reservation without an end", []),
        ("a reservation of another site", []),
        ("robots allows", []),
    ],
)
def test_what_a_site_reserves_is_asked_once_and_recorded(name: str, rights: list[str], aftermath: Aftermath) -> None:
    left = aftermath.of[name]
    assert left.host.paths.count("/.well-known/tdmrep.json") == 1
    assert [row["rights"] for row in left.articles] == [rights, rights]


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("a page that leads to this machine", "server_error"),  # its robots.txt cannot be read, so it is not followed
        ("a page that leads to a forbidden one", "robots"),
        ("a page that leads to another host", "ok"),
    ],
)
def test_a_page_is_followed_where_that_is_allowed(name: str, outcome: str, aftermath: Aftermath) -> None:
    left = aftermath.of[name]
    assert [row["outcome"] for row in left.fetches] == [outcome]


def test_the_host_that_a_page_leads_to_was_asked_for_its_rules_first(aftermath: Aftermath) -> None:
    paths = aftermath.site.haven.paths
    assert paths.index("/robots.txt") < paths.index("/page")


def test_the_line_is_well_after_all_that(aftermath: Aftermath) -> None:
    assert all(process.deaths == 0 for process in aftermath.line.house.processes)
    assert (
        aftermath.line.value("select count(*) from article where state = 'failed' and last_error like '%Error:%'") == 0
    )
