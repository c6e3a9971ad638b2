"""``dateline up`` as a person runs it: Ctrl-C, kill -9, a second one on the same folder, a restart with its data."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.gold.corpus import articles
from tests.site.news_site import NewsSite
from tests.site.settings import environment_for, write_feed_list
from worker.embedded import child

pytestmark = pytest.mark.timeout(600)
FEW = [article for article in articles("dev") if article.outlet.slug == "sahel-info"]
ROOT = Path(__file__).parents[2]


class Up:
    """A ``dateline up`` in a process of its own, and the other commands beside it."""

    def __init__(self, home: Path, feeds: Path) -> None:
        self.environment = environment_for(home=str(home / "data"), flower_port="0")
        self.home = home
        self.feeds = feeds
        self.log = home / "up.log"

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            running = subprocess.Popen(
                [sys.executable, "-m", "worker.cli", "up", "--feeds", str(self.feeds)],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        shown = child.wait_until(lambda: "Ctrl-C stops everything" in self.said() or running.poll() is not None, 180)
        assert shown
        assert running.poll() is None, self.said()
        self.log.rename(self.log.with_suffix(f".{running.pid}"))
        return running

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def dateline(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "worker.cli", *words],
            cwd=ROOT, env={**self.environment, "COLUMNS": "200"}, capture_output=True, text=True, check=False,
        )  # fmt: skip


def _articles_done(up: Up) -> bool:
    shown = up.dateline("status").stdout
    return f"{len(FEW)} coded" in shown or (" coded" in shown and "pending" in shown and _nothing_pending(shown))


def _nothing_pending(shown: str) -> bool:
    rows = [line for line in shown.splitlines() if any(stage in line for stage in ("fetch", "read", "code"))]
    return all(row.split("│")[2].strip() == "0" for row in rows if row.count("│") > 3)


def test_up_is_stopped_by_ctrl_c_in_time_and_keeps_its_data(tmp_path: Path) -> None:
    with NewsSite(FEW, first=80) as site:
        write_feed_list(site, tmp_path / "feeds.toml")
        up = Up(tmp_path, tmp_path / "feeds.toml")
        running = up.start()
        second = up.dateline("up", "--no-flower")
        assert second.returncode == 1
        assert f"is in use by process {running.pid}" in second.stderr
        assert child.wait_until(lambda: _articles_done(up), 180), up.dateline("status").stdout
        before = up.dateline("events", "--everything").stdout
        assert "events" in before
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
        assert time.monotonic() - began < 10
        assert up.dateline("events", "--everything").stdout == before, "events are read while nothing runs"

        again = up.start()
        try:
            assert up.dateline("events", "--everything").stdout == before
            assert (
                "sahel-info" in up.dateline("feeds", "list").stdout.lower()
                or "Sahel" in up.dateline("feeds", "list").stdout
            )
        finally:
            again.send_signal(signal.SIGTERM)
            assert again.wait(20) == 0


def test_a_killed_up_leaves_nothing_that_blocks_the_next_start(tmp_path: Path) -> None:
    with NewsSite(FEW, first=90) as site:
        write_feed_list(site, tmp_path / "feeds.toml")
        up = Up(tmp_path, tmp_path / "feeds.toml")
        running = up.start()
        running.kill()
        running.wait()
        again = up.start()
        try:
            assert child.wait_until(lambda: _articles_done(up), 180), up.dateline("status").stdout
        finally:
            again.send_signal(signal.SIGINT)
            assert again.wait(20) == 0


def test_remove_stops_polling_and_keeps_the_data(tmp_path: Path) -> None:
    with NewsSite(FEW, first=100) as site:
        write_feed_list(site, tmp_path / "feeds.toml")
        up = Up(tmp_path, tmp_path / "feeds.toml")
        url = site.base("sahel-info") + "/feed.xml"
        added = up.dateline("feeds", "add", site.base("sahel-info") + "/")
        assert added.returncode == 0, added.stderr
        assert url in added.stdout, "the feed is found from the home page"
        assert url in up.dateline("feeds", "list").stdout.replace("\n", "")
        removed = up.dateline("feeds", "remove", url)
        assert "articles and events are kept" in removed.stdout
        assert "There are no feeds yet" in up.dateline("feeds", "list").stdout
        assert up.dateline("feeds", "remove", url).returncode == 1


def test_commands_without_any_data_say_what_to_do(tmp_path: Path) -> None:
    up = Up(tmp_path, tmp_path / "feeds.toml")
    for command in (["events"], ["status"], ["db", "url"], ["feeds", "list"]):
        said = up.dateline(*command)
        assert said.returncode == 1
        assert "run `dateline up` first" in said.stderr
