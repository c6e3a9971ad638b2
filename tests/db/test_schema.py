from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from db import views
from db.models import Base
from db.partitions import Span, drop_anchor_partitions, make_anchor_partitions, missing_spans, week_of
from db.schema import downgrade, upgrade, version
from db.session import engine_for, session_scope
from db.vocabulary import SECTORS, countries, event_modes, event_types
from tests.db.stored import NOW, an_article
from worker.events.ontology import TYPES

OURS = """
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm')
"""

CATALOGUE = (
    """
    select table_name, column_name, data_type, is_nullable, coalesce(column_default, generation_expression, ''),
      coalesce(col_description(format('public.%I', table_name)::regclass, ordinal_position), '')
    from information_schema.columns where table_schema = 'public' and table_name = any(:names)
    """,
    """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    from pg_constraint where conrelid::regclass::text = any(:names)
    """,
    "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' and tablename = any(:names)",
    "select relname, obj_description(oid, 'pg_class') from pg_class where relname = any(:names)",
)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


def everything(url: str) -> list[tuple[str, ...]]:
    """Each column, constraint, index and comment of the tables, as the catalogue says it."""
    engine = engine_for(url, pooled=False)
    with engine.connect() as connection:
        found: list[tuple[str, ...]] = []
        for query in CATALOGUE:
            names = [table.name for table in Base.metadata.sorted_tables]
            found += [tuple(map(str, row)) for row in connection.execute(text(query), {"names": names})]
    engine.dispose()
    return sorted(found)


def test_migrations_make_what_the_models_say(database_url: str, make_database: Callable[..., str]) -> None:
    by_models = make_database()
    engine = engine_for(by_models, pooled=False)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    engine.dispose()
    assert everything(database_url) == everything(by_models)


# What PostgreSQL rewrites of a generated column's expression cannot be compared; the test above compares it whole.
@pytest.mark.filterwarnings("ignore:Computed default on .* cannot be modified")
def test_autogenerate_finds_nothing_to_do(connection: Connection) -> None:
    context = MigrationContext.configure(
        connection,
        opts={
            "include_name": lambda name, kind, _: (
                not (kind == "table" and (name.startswith("anchor_") or name == "alembic_version"))
            ),
            "compare_server_default": True,
            "target_metadata": Base.metadata,
        },
    )
    assert compare_metadata(context, Base.metadata) == []


def test_up_down_and_up_again(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    first = everything(empty_database_url)
    upgrade(empty_database_url)
    downgrade(empty_database_url, "base")
    engine = engine_for(empty_database_url, pooled=False)
    with engine.connect() as connection:
        left = connection.execute(text(f"select relname {OURS} order by 1")).scalars().all()
        left += (
            connection.execute(text("select proname from pg_proc where pronamespace = 'public'::regnamespace"))
            .scalars()
            .all()
        )
        assert left == ["alembic_version"]
    upgrade(empty_database_url)
    assert everything(empty_database_url) == first
    with engine.connect() as connection:
        assert version(connection) == "0012"
    engine.dispose()


def test_an_empty_database_has_no_version(empty_database_url: str) -> None:
    engine = engine_for(empty_database_url, pooled=False)
    with engine.connect() as connection:
        assert version(connection) is None
    engine.dispose()


def test_migrations_at_once_do_no_harm(empty_database_url: str) -> None:
    program = [
        sys.executable,
        "-c",
        "import sys; from db.schema import upgrade; upgrade(sys.argv[1])",
        empty_database_url,
    ]
    running = [subprocess.Popen(program, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[1] for process in running] == ["", ""]
    assert [process.returncode for process in running] == [0, 0]


def test_an_analysts_own_view_is_named_and_not_dropped(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_for(database_url, pooled=False)
    with engine.begin() as connection:
        connection.execute(text("create view of_mine as select event_id from events"))
        connection.execute(text("comment on table alembic_version is 'views of another digest'"))
    with pytest.raises(Exception, match="of_mine"):
        upgrade(database_url)
    with engine.begin() as connection:
        connection.execute(text("drop view of_mine"))
    upgrade(database_url)
    with engine.connect() as connection:
        assert (
            views.digest()
            in connection.execute(text("select obj_description('alembic_version'::regclass)")).scalar_one()
        )
    engine.dispose()


# --- comments, names ---


def test_every_table_and_column_says_what_it_is(connection: Connection) -> None:
    silent = connection.execute(
        text(
            f"select c.relname, '' {OURS} and obj_description(c.oid, 'pg_class') is null "
            "union all select c.relname, a.attname "
            f"{OURS.replace('where', 'join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where')} "
            "and col_description(c.oid, a.attnum) is null and c.relname !~ '^anchor_'"
        )
    ).all()
    assert silent == []


def test_comments_are_sentences(connection: Connection) -> None:
    told = (
        connection.execute(
            text(
                "select description from pg_description where objsubid >= 0 and classoid = 'pg_class'::regclass and objoid in (select c.oid "
                + OURS
                + ")"
            )
        )
        .scalars()
        .all()
    )
    assert len(told) > 400
    assert [comment for comment in told if not comment.endswith(".") or "\n" in comment] == []


def test_no_name_is_a_reserved_word(connection: Connection) -> None:
    reserved = connection.execute(
        text(
            f"select c.relname, a.attname {OURS.replace('where', 'join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 join pg_get_keywords() k on k.word in (a.attname, c.relname) where')} "
            "and k.catcode in ('R', 'T') and not a.attisdropped"
        )
    ).all()
    assert reserved == []


# --- views ---


@pytest.mark.parametrize("view", views.ORDER)
def test_each_view_has_a_description_and_an_example_that_runs(connection: Connection, view: str) -> None:
    head = re.match(r"(?:--.*\n)+", views.source_of(view))
    assert head is not None
    lines = [line.removeprefix("--").strip() for line in head[0].splitlines()]
    assert lines[0].startswith(f"{view}: ")
    example = head[0].partition("-- Example:")[2].partition("\n")[2].replace("--", "")
    assert "select" in example
    connection.execute(text(example.replace(";", "").replace(":", r"\:")))


def test_every_view_file_is_installed() -> None:
    present = {path.name.removesuffix(".sql") for path in files("db.views").iterdir() if path.name.endswith(".sql")}
    assert present == set(views.ORDER)


# --- the analyst ---


@pytest.fixture
def analyst(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("set role analyst")
        yield connection
        connection.rollback()


@pytest.mark.parametrize("name", [*views.ORDER, "event", "article", "mention", "country"])
def test_an_analyst_can_read(analyst: psycopg.Connection, name: str) -> None:
    analyst.execute(sql.SQL("select * from {} limit 1").format(sql.Identifier(name)))


@pytest.mark.parametrize(
    "statement",
    [
        "insert into country (iso3, name) values ('XXX', 'Nowhere')",
        "update event set status = 'denied'",
        "delete from article",
        "truncate event cascade",
        "drop view events",
        "create table mine (one int)",
        "refresh materialized view daily_counts",
        "select nextval('local_place_id')",
    ],
)
def test_an_analyst_cannot_write(analyst: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        analyst.execute(statement)


def test_an_analyst_can_read_what_is_made_later(database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as owner:
        owner.execute("create table made_later (one int)")
        owner.execute("set role analyst")
        assert owner.execute("select count(*) from made_later").fetchone() == (0,)
        owner.rollback()


# --- lookups ---


def test_the_lookups_are_filled(connection: Connection) -> None:
    for table, rows in (("event_type", event_types()), ("event_mode", event_modes()), ("country", countries())):
        assert connection.execute(text(f"select count(*) from {table}")).scalar_one() == len(rows)
    assert {row["code"] for row in event_types()} == set(TYPES)
    known = {row["iso3"] for row in countries()}
    assert {"KOS", "PSE", "TWN", "SSD", "COD"} <= known
    assert {"XKX", "ANT", "SCG"} & known == set()
    assert all(len(code) == 3 for code in SECTORS)


def test_a_lookup_that_was_damaged_is_mended(database_url: str) -> None:
    engine = engine_for(database_url, pooled=False)
    with engine.begin() as connection:
        connection.execute(text("update country set name = 'Nowhere' where iso3 = 'KEN'"))
        connection.execute(text("delete from event_mode where code = 'drone'"))
    upgrade(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("select name from country where iso3 = 'KEN'")).scalar_one() == "Kenya"
        assert connection.execute(text("select count(*) from event_mode where code = 'drone'")).scalar_one() == 1
    engine.dispose()


# --- partitions ---

WEDNESDAY = date(2031, 1, 8)


def test_partitions_are_made_ahead_once_and_take_what_waited(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("insert into anchor values (1, 1, :week), (2, 2, '2031-06-02')"), {"week": week_of(WEDNESDAY)}
        )
        made = make_anchor_partitions(connection, WEDNESDAY)
        assert made == ("anchor_2031_01_06",)
        assert make_anchor_partitions(connection, WEDNESDAY) == ()
        assert make_anchor_partitions(connection, WEDNESDAY + timedelta(weeks=2)) == ("anchor_2031_02_10",)
        assert connection.execute(text("select anchor from anchor_2031_01_06")).scalars().all() == [1]
        assert connection.execute(text("select anchor from anchor order by 1")).scalars().all() == [1, 2]


def test_old_partitions_are_dropped_with_their_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        make_anchor_partitions(connection, WEDNESDAY)
        connection.execute(text("insert into anchor values (1, 1, '2031-01-06'), (2, 2, '2030-01-07')"))
        assert "anchor_2031_01_06" not in drop_anchor_partitions(connection, date(2031, 3, 11))
        assert drop_anchor_partitions(connection, date(2031, 3, 12)) == ("anchor_2031_01_06",)
        assert connection.execute(text("select count(*) from anchor")).scalar_one() == 0


MONDAY = date(2031, 1, 6)


def span(first: int, weeks: int) -> Span:
    """A partition that begins so many weeks after MONDAY."""
    start = MONDAY + timedelta(weeks=first)
    return Span(f"anchor_{start:%Y_%m_%d}", start, start + timedelta(weeks=weeks))


@pytest.mark.parametrize(
    ("there", "weeks", "missing"),
    [
        ([], 5, [span(0, 5)]),
        ([], 1, [span(0, 1), span(1, 1), span(2, 1), span(3, 1)]),
        ([span(-4, 5)], 5, [span(1, 5)]),
        ([span(-1, 5)], 5, []),
        ([span(week, 1) for week in range(-5, 3)], 5, [span(3, 5)]),  # made when each week had its own
        ([span(2, 5)], 5, [span(0, 2)]),  # the clock went back
        ([span(-30, 5)], 5, [span(0, 5)]),  # switched off for half a year
    ],
)
def test_a_partition_is_as_long_as_there_is_room(there: list[Span], weeks: int, missing: list[Span]) -> None:
    assert missing_spans(there, MONDAY, weeks) == tuple(missing)


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (date(2025, 3, 3), date(2025, 3, 3)),
        (date(2025, 3, 9), date(2025, 3, 3)),
        (datetime(2025, 1, 1, tzinfo=UTC), date(2024, 12, 30)),
    ],
)
def test_weeks_begin_on_mondays(moment: date, monday: date) -> None:
    assert week_of(moment) == monday


# --- sessions ---


def test_a_scope_that_raises_stores_nothing(engine: Engine) -> None:
    class StopError(Exception):
        pass

    def stop_halfway() -> None:
        with session_scope(engine) as session:
            an_article(session)
            raise StopError

    with pytest.raises(StopError):
        stop_halfway()
    with session_scope(engine) as session:
        assert session.execute(text("select count(*) from article")).scalar_one() == 0


def test_sessions_are_in_utc_and_have_limits(connection: Connection) -> None:
    for name, value in (("timezone", "UTC"), ("statement_timeout", "30s"), ("lock_timeout", "20s")):
        assert connection.execute(text(f"show {name}")).scalar_one() == value


def test_errors_do_not_show_the_text_of_articles(engine: Engine) -> None:
    with pytest.raises(ProgrammingError) as caught, session_scope(engine) as session:
        session.execute(text("select * from nowhere where words = :words"), {"words": "the secret of the source"})
    assert "the secret" not in str(caught.value)


def test_restored_change_numbers_are_brought_back_to_this_server(database_url: str, engine: Engine) -> None:
    with session_scope(engine) as session:
        session.execute(
            text(
                "insert into event (type, summary, date_precision, status, confidence, first_reported_at, last_reported_at, "
                "mentions, articles, outlets, independent_sources, change_no) "
                "values ('PROTEST', 'x', 'unknown', 'asserted', 1, now(), now(), 1, 1, 1, 1, 99999999999)"
            )
        )
    assert count_changes(engine) == 0
    upgrade(database_url)
    assert count_changes(engine) == 1
    with session_scope(engine) as session:
        assert session.execute(text("select revision from event")).scalar_one() == 1
        assert NOW.tzinfo is UTC


def count_changes(engine: Engine) -> int:
    with session_scope(engine) as session:
        return int(session.execute(text("select count(*) from event_changes")).scalar_one())
