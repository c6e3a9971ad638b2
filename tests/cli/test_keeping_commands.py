"""Erasing, backing up and restoring from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from db import backup as whole
from db.models import Article, Event, Feed
from db.schema import upgrade
from db.session import engine_for, session_scope
from tests.db import news
from tests.db.stored import a_feed
from worker.cli.keeping import backup, forget, restore
from worker.errors import BackupError, InputError
from worker.settings import settings

Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command on a database; what it printed."""

    def command(of: object, url: str, *words: object, answer: str = "") -> str:
        monkeypatch.setenv("DATELINE_DATABASE_URL", url)
        settings.cache_clear()
        done = CliRunner().invoke(of, [str(word) for word in words], input=answer)  # type: ignore[arg-type]
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    yield command
    settings.cache_clear()


@pytest.fixture
def month(database_url: str) -> Iterator[Engine]:
    """A month of stored news."""
    engine = engine_for(database_url)
    news.a_month_of_news(engine)
    yield engine
    engine.dispose()


def value(engine: Engine, query: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar()


# --- forget ---


def test_what_would_go_is_shown_and_nothing_goes_without_a_yes(month: Engine, database_url: str, run: Run) -> None:
    said = run(forget, database_url, "https://kivu-herald.example/2025-03-05-1200", answer="n\n")
    assert said.startswith("M23 shells killed at least 12 people")
    assert "      1  sentences that tell events" in said
    assert "      0  events that nobody else tells" in said
    assert "      1  events that others tell as well" in said
    assert "Aborted" in said
    assert value(month, "select count(*) from article where forgotten_at is not null") == 0


def test_an_article_is_erased_by_its_address(month: Engine, database_url: str, run: Run) -> None:
    said = run(forget, database_url, "https://kivu-herald.example/2025-03-05-1200", "--yes")
    assert said.endswith("Erased.\n")
    with session_scope(month) as session:
        event = session.get_one(Event, 1)
        assert (event.fatalities_best, event.articles) == (7, 3)
    assert value(month, "select count(*) from quote where words like '%killed at least 12%'") == 0
    with pytest.raises(InputError, match="erased already"):
        run(forget, database_url, "https://kivu-herald.example/2025-03-05-1200", "--yes")


def test_an_outlet_is_erased_with_its_feeds_and_what_it_alone_told(month: Engine, database_url: str, run: Run) -> None:
    with session_scope(month) as session:
        feed_id = a_feed(session, outlet="Nile Observer")
    said = run(forget, database_url, "--outlet", "Nile Observer", answer="y\n")
    assert "      2  articles" in said
    assert "      2  events that nobody else tells: they are retracted" in said
    assert said.endswith("Erased 2 articles; the outlet's feeds are no longer polled.\n")
    with session_scope(month) as session:
        assert session.get_one(Feed, feed_id).active is False
        gone = [session.get_one(Event, key).retracted_at is not None for key in (3, 4)]
        assert gone == [True, True]
        assert session.query(Article).filter(Article.url.like("%nile-observer%")).count() == 0


@pytest.mark.parametrize("words", [(), ("https://example.org/1", "--outlet", "Both")], ids=["neither", "both"])
def test_one_thing_is_erased_at_a_time(database_url: str, run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="Say what to erase"):
        run(forget, database_url, *words)


# --- backup and restore ---


def contents(url: str) -> dict[str, whole.TableDigest]:
    engine = engine_for(url, pooled=False)
    with engine.begin() as connection:
        found = whole.digests(connection, lambda *_: None)
    engine.dispose()
    return found


def test_a_restored_database_equals_the_one_that_was_backed_up(
    month: Engine, database_url: str, run: Run, tmp_path: Path, make_database: Callable[..., str]
) -> None:
    file = tmp_path / "news.dump"
    said = run(backup, database_url, file)
    assert "rows of" in said
    listed = json.loads((tmp_path / "news.dump.json").read_text())
    assert listed["tables"]["event"]["rows"] == 7
    # What comes in after the backup is not in it.
    with month.begin() as connection:
        connection.execute(text("update event set confidence = 0.1"))
    empty = make_database()
    upgrade(empty)
    assert run(restore, empty, file).endswith("all equal.\n")
    before, after = contents(database_url), contents(empty)
    assert {name for name in before if before[name] != after.get(name)} == {"event", "event_revision"}
    assert {name: after[name].rows for name in after} == {
        name: table["rows"] for name, table in listed["tables"].items()
    }
    restored = engine_for(empty, pooled=False)
    assert value(restored, "select sum(events) from daily_counts") == 4
    assert value(restored, "select count(*) from article_text where search @@ 'shelled'") == 3
    # Keys go on after the last one, and the history goes on being kept.
    with restored.begin() as connection:
        connection.execute(text("update event set status = 'denied' where event_id = 1"))
        assert connection.execute(text("select max(revision) from event_revision where event_id = 1")).scalar_one() == 4
        assert connection.execute(text("select nextval(pg_get_serial_sequence('event', 'event_id'))")).scalar_one() == 8
    restored.dispose()


def test_a_database_without_a_schema_is_filled_too(
    month: Engine, database_url: str, run: Run, tmp_path: Path, empty_database_url: str
) -> None:
    assert value(month, "select 1") == 1
    run(backup, database_url, tmp_path / "news.dump")
    run(restore, empty_database_url, tmp_path / "news.dump")
    assert contents(empty_database_url) == contents(database_url)


def test_rows_are_never_restored_over(month: Engine, database_url: str, run: Run, tmp_path: Path) -> None:
    run(backup, database_url, tmp_path / "news.dump")
    before = contents(database_url)
    with pytest.raises(InputError, match=r"has rows already \(in actor, article"):
        run(restore, database_url, tmp_path / "news.dump")
    assert contents(database_url) == before
    with pytest.raises(InputError, match="is there already"):
        run(backup, database_url, tmp_path / "news.dump")
    assert value(month, "select count(*) from event") == 7


def test_a_database_with_workers_is_not_restored_into(
    month: Engine,
    database_url: str,
    run: Run,
    tmp_path: Path,
    make_database: Callable[..., str],
    template_database: str,
) -> None:
    assert value(month, "select 1") == 1
    run(backup, database_url, tmp_path / "news.dump")
    busy = make_database(template_database)
    engine = engine_for(busy)
    with engine.connect(), pytest.raises(InputError, match="Workers are connected"):
        run(restore, busy, tmp_path / "news.dump")
    engine.dispose()


def test_a_file_that_was_cut_leaves_the_database_empty_and_ready(
    month: Engine,
    database_url: str,
    run: Run,
    tmp_path: Path,
    make_database: Callable[..., str],
    template_database: str,
) -> None:
    assert value(month, "select 1") == 1
    file = tmp_path / "news.dump"
    run(backup, database_url, file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    empty = make_database(template_database)
    before = contents(empty)
    with pytest.raises((BackupError, InputError)):
        run(restore, empty, file)
    assert contents(empty) == before


def test_what_differs_from_its_list_is_named(
    month: Engine, database_url: str, run: Run, tmp_path: Path, make_database: Callable[..., str]
) -> None:
    assert value(month, "select 1") == 1
    file, listed = tmp_path / "news.dump", tmp_path / "news.dump.json"
    run(backup, database_url, file)
    changed = json.loads(listed.read_text())
    changed["tables"]["event"]["rows"] = 9
    changed["tables"]["quote"]["digest"] = "another"
    listed.write_text(json.dumps(changed))
    with pytest.raises(BackupError, match=r"event \(9 rows in the backup, 7 rows restored\); quote \(\d+ rows"):
        run(restore, make_database(), file)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.unlink(), "There is no file"),
        (lambda file: file.with_name("news.dump.json").unlink(), "is missing, so nobody could check"),
        (lambda file: file.with_name("news.dump.json").write_text("{}"), "is no list of a backup's tables"),
        (lambda file: file.write_bytes(b"no archive at all"), "is no backup: "),
    ],
    ids=["no file", "no list", "another list", "no archive"],
)
def test_what_is_no_backup_is_refused_before_anything_is_changed(
    month: Engine, database_url: str, run: Run, tmp_path: Path, empty_database_url: str, spoil: object, said: str
) -> None:
    assert value(month, "select 1") == 1
    run(backup, database_url, tmp_path / "news.dump")
    spoil(tmp_path / "news.dump")  # type: ignore[operator]
    with pytest.raises(InputError, match=said):
        run(restore, empty_database_url, tmp_path / "news.dump")
    assert contents(empty_database_url) == {}


def a_program(folder: Path, name: str, version: str, does: str = "") -> Path:
    """A program that knows its version and does something."""
    program = folder / name
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then echo "{name} (PostgreSQL) {version}"; exit; fi\n{does}\n'
    )
    program.chmod(0o755)
    return program


def test_missing_and_old_programs_are_named_with_what_to_install(
    month: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert value(month, "select 1") == 1
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("db.pg_programs.DEBIAN", tmp_path)
    with pytest.raises(
        BackupError, match=r"pg_dump of PostgreSQL \d+ or later is needed: install .*postgresql-client-"
    ):
        whole.back_up(database_url, tmp_path / "news.dump", news.MARCH_5, lambda *_: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    a_program(tmp_path, "pg_dump", "9.6")
    with pytest.raises(BackupError, match="or later is needed; here are only 9: install"):
        whole.back_up(database_url, tmp_path / "news.dump", news.MARCH_5, lambda *_: None)


def test_a_failure_leaves_no_file_says_why_and_shows_no_password(
    month: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert value(month, "select 1") == 1
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("db.pg_programs.DEBIAN", tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    said = tmp_path / "said"
    fails = f'echo "$@" > {said}; echo "$PGPASSWORD" >> {said}; echo "the disk is full" >&2; exit 1'
    for name in ("pg_dump", "pg_restore"):
        a_program(programs, name, "99.0", fails)
    with pytest.raises(BackupError, match="pg_dump failed: the disk is full"):
        whole.back_up(database_url, tmp_path / "news.dump", news.MARCH_5, lambda *_: None, [programs])
    arguments, password = said.read_text().splitlines()
    assert password
    assert password not in arguments
    assert {file.name for file in tmp_path.iterdir()} == {"programs", "said"}
