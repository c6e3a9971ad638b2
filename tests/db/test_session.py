"""Connections that a restarted server leaves behind are replaced before anybody notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from db import session as session_module
from db.session import engine_for, session_scope
from db.straight import rows_of


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url, application="rested")
    yield engine
    engine.dispose()


def _end_all_connections(database_url: str) -> None:
    other = engine_for(database_url, pooled=False, application="other")
    with other.connect() as connection:
        ended = "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where application_name = 'rested'"
        assert connection.execute(text(ended)).scalar() == 1


def _ask(engine: Engine) -> object:
    with session_scope(engine) as session:
        return session.execute(text("select 1")).scalar()


def test_a_connection_that_rested_is_tried_before_use(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "RESTED_SECONDS", 0.0)
    assert _ask(engine) == 1
    _end_all_connections(database_url)
    assert _ask(engine) == 1


def test_one_in_steady_use_fails_once_and_is_then_replaced(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "RESTED_SECONDS", 3600.0)
    assert _ask(engine) == 1
    _end_all_connections(database_url)
    with pytest.raises(DBAPIError) as raised:
        _ask(engine)
    assert raised.value.connection_invalidated
    assert _ask(engine) == 1


def test_a_question_put_straight_to_the_driver_fails_as_any_other(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "RESTED_SECONDS", 3600.0)

    def ask(question: LiteralString) -> object:
        with session_scope(engine) as session:
            return rows_of(session, question, {"of": 1})

    assert ask("select %(of)s::int as it") == [(1,)]
    with pytest.raises(DBAPIError, match="division by zero") as raised:
        ask("select %(of)s::int / 0")
    assert not raised.value.connection_invalidated
    _end_all_connections(database_url)
    with pytest.raises(DBAPIError) as raised:
        ask("select %(of)s::int as it")
    assert raised.value.connection_invalidated
    assert ask("select %(of)s::int as it") == [(1,)]
