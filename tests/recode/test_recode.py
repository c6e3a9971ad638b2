"""Coding an archive anew: complete, resumable, once each, and beside a line at work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from db.events import refresh_counts
from db.merging import lock_story
from db.models import Article
from db.recoding import Due, EventChange, EventLine, begin, count_due, due_articles, steps
from db.session import session_scope
from tasks.recode import Recoded, Tally, recode_article
from tests.db.stored import a_text, an_article
from tests.recode.conftest import OLD, archive, present_coder, what_events_say
from worker.cli import dateline
from worker.embedded import child
from worker.errors import InputError
from worker.events.extract import Coder
from worker.records import ArticleText, CodedText
from worker.settings import settings

pytestmark = pytest.mark.timeout(600)
PATIENCE = 240
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENGLISH = present_coder().versions["en"]
ALL = Due({"en": ENGLISH})


def value(engine: Engine, query: str, **values: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(query), values).scalar()


def due(engine: Engine, which: Due = ALL) -> tuple[int, ...]:
    with session_scope(engine) as session:
        found = due_articles(session, which, after=0, limit=1000)
        assert count_due(session, which) == len(found)
        return found


def recode(engine: Engine, article_id: int, coder: Any = None) -> Recoded:
    return recode_article(engine, coder or present_coder(), the_run(engine), article_id, NOW, seconds=60)


def the_run(engine: Engine) -> int:
    with session_scope(engine) as session:
        return begin(session, ALL, NOW)


def changed(engine: Engine) -> Tally:
    tally = Tally()
    with session_scope(engine) as session:
        for changes in steps(session, the_run(engine)):
            tally.add(changes)
    return tally


def everything_once(engine: Engine) -> None:
    """Each text is read once by the present coder, and only that reading has mentions."""
    standing = "select count(*) from extraction x join coder k using (coder_id) where x.superseded_at is null and k.version = :v"
    assert value(engine, standing, v=ENGLISH) == len(archive())
    assert value(engine, "select count(*) from extraction where superseded_at is null") == len(archive())
    left = "select count(*) from mention m join extraction x using (extraction_id) where x.superseded_at is not null"
    assert value(engine, left) == 0
    assert value(engine, "select count(*) from article where state <> 'coded'") == 0
    assert due(engine) == ()


def command(url: str) -> subprocess.Popen[str]:
    code = "from worker.cli import dateline; dateline(prog_name='dateline')"
    return subprocess.Popen(
        [sys.executable, "-c", code, "recode"],
        env={**os.environ, "DATELINE_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def dateline_recode(archive_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """The command in this process, whose coder is loaded; its own processes are real."""
    monkeypatch.setenv("DATELINE_DATABASE_URL", archive_url)
    monkeypatch.setenv("COLUMNS", "160")
    settings.cache_clear()

    def run(*options: str) -> str:
        done = CliRunner().invoke(dateline, ["recode", *options], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    yield run
    settings.cache_clear()


def test_the_archive_reads_afterwards_as_if_the_present_coder_had_read_it_from_the_start(
    engine: Engine, as_if_new: list[tuple[Any, ...]]
) -> None:
    before = {row[0]: row[1] for row in _rows(engine, "select event_id, type from events")}
    for article_id in due(engine):
        assert recode(engine, article_id) == Recoded(article_id, "recoded")
    tally = changed(engine)
    everything_once(engine)
    assert what_events_say(engine) == as_if_new
    after = {row[0] for row in _rows(engine, "select event_id from events")}
    assert {change.event_id for change in tally.new()} == after - set(before)
    assert {change.event_id for change in tally.gone()} == set(before) - after
    assert {change.event_id for change in tally.altered()} <= set(before) & after
    assert all(tally.new()), all(tally.gone())
    # What the events said before is kept.
    for change in tally.gone() + tally.altered():
        told = "select was ->> 'summary' from event_revision where event_id = :id order by revision"
        assert change.before is not None
        assert change.before.summary in [row[0] for row in _rows(engine, told, id=change.event_id)]


def _rows(engine: Engine, query: str, **values: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query), values))


def test_killed_halfway_it_goes_on_and_says_what_both_parts_have_changed(
    engine: Engine, archive_url: str, as_if_new: list[tuple[Any, ...]], dateline_recode: Callable[..., str]
) -> None:
    before = {row[0] for row in _rows(engine, "select event_id from events")}
    done = f"select count(*) from extraction x join coder k using (coder_id) where k.version = '{ENGLISH}'"
    some_way = len(archive()) // 4
    first = "select story_id from article group by 1 having min(article_id) > :id order by min(article_id) limit 1"
    story = value(engine, first, id=due(engine)[some_way])  # told by no article before
    with Session(engine) as holder:  # nobody gets past this story: so it is halfway, however fast the machine is
        holder.execute(text("set local idle_in_transaction_session_timeout = 0"))
        lock_story(holder, story)
        killed = command(archive_url)
        assert child.wait_until(lambda: value(engine, done) >= some_way, PATIENCE)
        children = Path(f"/proc/{killed.pid}/task/{killed.pid}/children").read_text().split()
        os.kill(killed.pid, signal.SIGKILL)
        killed.communicate()
        assert child.wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), PATIENCE), children
    some = value(engine, done)
    assert 0 < some < len(archive())
    said = dateline_recode("--jobs", "2")
    assert f"{len(archive()) - some} articles are to be read" in said
    assert f"{some} were read before this run was stopped" in said
    assert f"{len(archive())} of {len(archive())} articles read anew." in said
    everything_once(engine)
    assert what_events_say(engine) == as_if_new
    after = {row[0] for row in _rows(engine, "select event_id from events")}
    footer = next(line for line in said.splitlines() if line.split()[:1] == ["all"])
    assert footer.split()[1:3] == [str(len(after - before)), str(len(before - after))]
    assert "Nothing to do" in dateline_recode()


def test_the_command_says_what_changed_and_brings_the_counts_up_to_date(
    engine: Engine, dateline_recode: Callable[..., str]
) -> None:
    with session_scope(engine) as session:
        refresh_counts(session)
    outlet = archive()[0].outlet.name
    wrong = value(engine, "select sum(events) from daily_counts where day = '2001-01-01'")
    chosen = due(engine, replace(ALL, outlet=outlet))
    said = dateline_recode("--outlet", outlet, "--examples", "2")
    assert f"{len(chosen)} of {len(chosen)} articles read anew." in said
    assert "AID: unknown; 2001-01-01; asserted" in said
    for words in ("Events that changed", "new", "gone", "altered", "Examples"):
        assert words in said
    assert len(due(engine)) == len(archive()) - len(chosen)
    assert (value(engine, "select sum(events) from daily_counts where day = '2001-01-01'") or 0) < wrong


def test_an_unknown_outlet_is_named_and_an_archive_that_is_read_is_left_alone(
    engine: Engine, dateline_recode: Callable[..., str]
) -> None:
    with pytest.raises(InputError, match="There is no outlet 'Nobody'"):
        dateline(["recode", "--outlet", "Nobody"], standalone_mode=False)
    assert "Nothing to do" in dateline_recode("--since", "2100-01-01")
    assert len(due(engine)) == len(archive())


def test_another_languages_pack_makes_nothing_due() -> None:
    now = present_coder()
    spanish = now.languages["es"]
    then = Coder({**now.languages, "es": replace(spanish, pack=replace(spanish.pack, digest="another"))})
    assert now.versions["en"] == then.versions["en"]
    assert now.versions["es"] != then.versions["es"]
    assert now.version != then.version
    assert now.code(ArticleText("Rebels shelled Goma on Monday.", language="en")).coder_version == now.versions["en"]


def test_what_is_due_is_what_the_present_coder_has_not_read(engine: Engine) -> None:
    everything = due(engine)
    assert len(everything) == len(archive())
    assert due(engine, Due({"en": OLD})) == everything[::5]  # those that wait: the old one has read the others
    assert due(engine, Due({"sw": ENGLISH})) == ()
    day = archive()[10].published.astimezone(UTC).date()
    since = due(engine, replace(ALL, since=day))
    expected = [number for number, article in enumerate(archive()) if article.published.astimezone(UTC).date() >= day]
    assert since == tuple(everything[number] for number in expected)
    assert 0 < len(since) < len(everything)
    assert due(engine, replace(ALL, since=date(2100, 1, 1))) == ()


class CoderWhileTheWorldMovesOn:
    """The present coder; something happens while it reads."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self.happens = happens

    def code(self, article: ArticleText) -> CodedText:
        coded = present_coder().code(article)
        self.happens()
        return coded


@pytest.mark.parametrize("what", ["a newer text", "fetched again", "erased", "forgotten"])
def test_an_article_that_moved_on_meanwhile_is_left_as_it_is(engine: Engine, what: str) -> None:
    article_id = due(engine)[1]

    def move_on() -> None:
        with session_scope(engine) as session:
            if what == "a newer text":
                a_text(session, article_id, "Something else altogether happened.")
            elif what == "fetched again":
                session.get_one(Article, article_id).state = "fetched"
            elif what == "erased":
                erased = "update article_text set body = null, erased_at = now() where article_id = :id"
                session.execute(text(erased), {"id": article_id})
            else:
                texts = "select text_id from article_text where article_id = :id"
                session.execute(text(f"delete from extraction where text_id in ({texts})"), {"id": article_id})
                session.execute(text("delete from article_text where article_id = :id"), {"id": article_id})
        states.append(what_events_say(engine))

    states: list[object] = []
    assert recode(engine, article_id, CoderWhileTheWorldMovesOn(move_on)) == Recoded(article_id, "left")
    assert [what_events_say(engine)] == states  # as they were when it came to storing
    assert (
        value(engine, "select count(*) from extraction x join coder k using (coder_id) where k.version <> :o", o=OLD)
        == 0
    )


def test_a_text_that_hangs_is_given_up_and_said(engine: Engine) -> None:
    article_id = due(engine)[1]

    def hang() -> None:
        while True:
            pass

    hanging: Any = CoderWhileTheWorldMovesOn(hang)
    done = recode_article(engine, hanging, the_run(engine), article_id, NOW, seconds=0.2)
    assert (done.outcome, done.error) == (
        "failed",
        f"article {article_id}: TimeoutError: coding took longer than 0 s",
    )
    assert recode(engine, article_id).outcome == "recoded"


def test_a_text_in_no_known_language_goes_on_waiting(engine: Engine) -> None:
    with session_scope(engine) as session:
        article_id = an_article(session, state="uncoded", story_id=1, language=None)
        a_text(session, article_id, "Xyzzy plugh frobnitz quux zorkmid grue.", "Xyzzy")
    assert recode(engine, article_id) == Recoded(article_id, "no pack")
    assert value(engine, "select state from article where article_id = :id", id=article_id) == "uncoded"


A, B, C = (EventLine("ASSAULT", name) for name in "ABC")


@pytest.mark.parametrize(
    ("lines", "new", "gone", "altered"),
    [
        ([(None, A)], 1, 0, 0),
        ([(A, None)], 0, 1, 0),
        ([(A, B)], 0, 0, 1),
        ([(A, B), (B, A)], 0, 0, 0),
        ([(A, B), (B, C)], 0, 0, 1),
        ([(None, A), (A, B)], 1, 0, 0),
        ([(None, A), (A, None)], 0, 0, 0),
        ([(A, B), (B, None)], 0, 1, 0),
        ([(A, None), (None, B)], 0, 0, 1),
    ],
)
def test_changes_are_counted_net(
    lines: list[tuple[EventLine | None, EventLine | None]], new: int, gone: int, altered: int
) -> None:
    tally = Tally()
    for before, after in lines:
        tally.add([EventChange(1, before, after)])
    assert (len(tally.new()), len(tally.gone()), len(tally.altered())) == (new, gone, altered)
