"""Feeds from the command line: import, export, discovery, and a list that is applied again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from db.session import engine_for
from tasks import asking
from tests.gold.corpus import articles
from tests.site.news_site import NewsSite
from worker.cli.feeds import apply_file, feeds
from worker.errors import DatelineError
from worker.feeds.feed_list import ListedFeed
from worker.feeds.opml import read_opml
from worker.settings import settings

Run = Callable[..., str]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command of ``dateline feeds``; what it printed on standard output."""
    monkeypatch.setenv("DATELINE_DATABASE_URL", database_url)
    monkeypatch.setenv("DATELINE_ALLOWED_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("COLUMNS", "400")
    settings.cache_clear()

    def command(*words: str) -> str:
        done = CliRunner().invoke(feeds, words)
        if done.exception is not None:
            raise done.exception
        run.said = done.stderr  # type: ignore[attr-defined]
        return done.stdout

    run = command
    yield command
    settings.cache_clear()


@pytest.fixture
def rows(database_url: str) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    engine = engine_for(database_url, pooled=False)

    def select(query: str = "select * from feed order by url", **values: Any) -> list[dict[str, Any]]:
        with engine.begin() as connection:
            found = connection.execute(text(query), values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    yield select
    engine.dispose()


BAD = """<outline type="rss" text="No address"/><outline text="Twice" xmlUrl="https://outlet0.example/feed/0"/>
<outline text="Not the web" xmlUrl="ftp://outlet1.example/feed"/>"""


def opml(count: int, extra: str = "") -> str:
    folders = "".join(
        f'<outline text="Section {section}">'
        + "".join(
            f'<outline type="rss" text="Outlet {n}" xmlUrl="https://outlet{n}.example/feed/{n}" language="en"/>'
            for n in range(section, count, 10)
        )
        + "</outline>"
        for section in range(10)
    )
    return f'<opml version="2.0"><head/><body>{folders}{extra}</body></opml>'


def test_a_thousand_feeds_are_imported_with_progress_and_a_report(
    run: Run, rows: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(opml(1000, BAD))
    lines = run("import", str(file)).splitlines()
    assert lines[0] == "1000 added, 0 known already, 3 refused."
    assert [("no xmlUrl" in line, "earlier" in line, "not a web address" in line) for line in lines[1:]] == [
        (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip
    assert "Importing" in run.said  # type: ignore[attr-defined]
    now = datetime.now(UTC)
    first = sorted(row["next_poll_at"] for row in rows())
    floor = timedelta(seconds=settings().feed_floor_seconds)
    assert len(first) == 1000
    assert first[-1] - first[0] > floor * 0.8, "spread over the first interval"
    assert first[-1] < now + floor


def test_an_import_leaves_known_feeds_as_they_are(run: Run, rows: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(opml(10))
    run("import", str(file))
    rows("update feed set headers = '{\"X-Key\": \"key\"}', floor_seconds = 300, time_zone = 'Asia/Tokyo' where true")
    rows("update source set kind = 'news_agency', family = 'Group'")
    before = rows(), rows("select * from source order by source_id")
    assert run("import", str(file)).startswith("0 added, 10 known already, 0 refused.")
    assert (rows(), rows("select * from source order by source_id")) == before


def test_a_new_feed_of_a_known_outlet_does_not_change_what_the_outlet_is(
    run: Run, rows: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "feeds.opml"
    run(
        "add",
        "--unchecked",
        "--outlet",
        "Outlet 3",
        "--kind",
        "news_agency",
        "--family",
        "Group",
        "https://a.example/1",
    )
    file.write_text(opml(10))
    run("import", str(file))
    kinds = rows("select kind, family from source where name = 'Outlet 3'")
    assert kinds == [{"kind": "news_agency", "family": "Group"}]


def test_an_export_imported_elsewhere_exports_the_same(
    run: Run, make_database: Callable[..., str], template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, again = (tmp_path / name for name in ("first", "second", "again"))
    first.write_text(opml(200).replace("Outlet 7", "Zeitung für &lt;Köln&gt; &amp; Umgebung"))
    run("import", str(first))
    run("export", str(second))
    assert len(read_opml(second.read_bytes()).feeds) == 200
    assert _by_url(second) == _by_url(first)
    monkeypatch.setenv("DATELINE_DATABASE_URL", make_database(template_database))
    settings.cache_clear()
    run("import", str(second))
    run("export", str(again))
    assert again.read_bytes() == second.read_bytes()


def _by_url(file: Path) -> list[ListedFeed]:
    return sorted(read_opml(file.read_bytes()).feeds, key=lambda feed: feed.url)


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite([article for article in articles() if article.outlet.slug == "meridian"], first=150) as running:
        yield running


@pytest.mark.parametrize("path", ["/", "/feed.xml"], ids=["its home page", "its own address"])
def test_a_feed_is_found_from(path: str, run: Run, rows: Callable[..., Any], site: NewsSite) -> None:
    said = run("add", site.base("meridian") + path)
    assert "Added." in said
    assert [row["url"] for row in rows()] == [site.base("meridian") + "/feed.xml"]
    assert site.base("meridian") in run("list")
    assert {asked.headers["user-agent"] for asked in site.asked} == {asking.identity()}


def test_a_page_without_a_feed_is_said_to_have_none(run: Run, rows: Callable[..., Any], site: NewsSite) -> None:
    site.answer_instead("meridian", "*", lambda asked: None if asked.path.startswith("/news/") else _missing())
    page = site.base("meridian") + f"/news/{site._newest('meridian')[0].slug}"
    with pytest.raises(DatelineError, match="neither it nor the usual addresses"):
        run("add", page)
    assert rows() == []


def test_a_feed_added_again_keeps_what_is_not_told_anew(run: Run, rows: Callable[..., Any]) -> None:
    address = "https://a.example/feed"
    told = ("--outlet", "Wire", "--kind", "news_agency", "--family", "Group", "--language", "es", "--interval", "300")
    assert "Added." in run("add", "--unchecked", address, *told)
    before = rows(), rows("select name, kind, family from source")
    assert "with the same settings" in run("add", "--unchecked", address)
    assert (rows(), rows("select name, kind, family from source")) == before
    assert "settings were changed" in run("add", "--unchecked", address, "--section", "world")
    (feed,) = rows()
    assert (feed["section"], feed["language"], feed["floor_seconds"]) == ("world", "es", 300)
    assert "Added." in run("add", "--unchecked", "https://a.example/second", "--outlet", "Wire")
    assert rows("select name, kind, family from source") == before[1]


def test_a_feed_added_by_its_former_address_is_the_one_that_moved(run: Run, rows: Callable[..., Any]) -> None:
    run("add", "--unchecked", "https://a.example/new")
    rows("update feed set previous_urls = array['https://a.example/old'] where true")
    assert "https://a.example/new is known already" in run("add", "--unchecked", "https://a.example/old")
    assert len(rows()) == 1


def test_an_address_with_a_login_is_not_taken(run: Run, rows: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="put user:password into a secret") as caught:
        run("add", "--unchecked", "https://ana:s3cret@a.example/feed")
    assert "s3cret" not in str(caught.value)
    file = tmp_path / "feeds.opml"
    file.write_text(opml(1, '<outline text="Paid" xmlUrl="https://ana:s3cret@a.example/feed"/>'))
    said = run("import", str(file))
    assert said.startswith("1 added, 0 known already, 1 refused.")
    assert "s3cret" not in said
    assert [row["url"] for row in rows()] == ["https://outlet0.example/feed/0"]


def _missing() -> Any:
    from tests.site.news_site import Answer  # noqa: PLC0415 - one test's own

    return Answer(b"no", 404)


LIST = """[[feed]]
url = "https://A.example/feed"
outlet = "A"
headers = { X-Key = "key" }
interval = "15 min"

[[feed]]
url = "https://b.example/feed"
"""


def test_a_list_applied_again_changes_nothing(
    run: Run, rows: Callable[..., Any], database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(LIST)
    assert apply_file(database_url, file).endswith("2 added.")
    before = rows("select xmin::text, * from feed order by url")
    assert apply_file(database_url, file).endswith("2 unchanged.")
    assert rows("select xmin::text, * from feed order by url") == before


def test_a_list_applied_again_changes_only_what_changed(
    run: Run, rows: Callable[..., Any], database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(LIST)
    apply_file(database_url, file)
    before = {row["url"]: row for row in rows("select xmin::text, * from feed")}
    file.write_text(LIST.replace("15 min", "20 min") + '[[feed]]\nurl = "https://c.example/feed"\n')
    assert apply_file(database_url, file).endswith("1 added, 1 changed, 1 unchanged.")
    after = {row["url"]: row for row in rows("select xmin::text, * from feed")}
    assert after["https://b.example/feed"] == before["https://b.example/feed"]
    changed = {
        name
        for name, value in after["https://a.example/feed"].items()
        if before["https://a.example/feed"][name] != value
    }
    assert changed == {"xmin", "floor_seconds"}


def test_a_feed_that_moved_is_still_the_one_of_the_list(
    run: Run, rows: Callable[..., Any], database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(LIST)
    apply_file(database_url, file)
    rows("update feed set previous_urls = array[url], url = 'https://moved.example/feed' where url like '%a.example%'")
    assert apply_file(database_url, file).endswith("2 unchanged.")
    assert [row["url"] for row in rows()] == ["https://b.example/feed", "https://moved.example/feed"]
    opml_file = tmp_path / "old.opml"
    opml_file.write_text('<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/feed"/></body></opml>')
    assert run("import", str(opml_file)).startswith("0 added, 1 known already")
    assert len(rows()) == 2


@pytest.mark.parametrize("command", ["poll", "remove"])
def test_an_imported_feed_is_found_however_its_address_is_written(
    command: str, run: Run, rows: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text('<opml version="2.0"><body><outline text="A" xmlUrl="HTTPS://A.example:443/feed"/></body></opml>')
    run("import", str(file))
    assert "a.example" in run(command, "https://a.EXAMPLE/feed").lower()
    assert rows()[0]["next_poll_reason"] in {"You asked for it.", "It was removed."}
