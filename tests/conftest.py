"""Servers for the whole suite: one PostgreSQL and one Valkey per test process, started by the suite itself."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import psycopg
import pytest
import redis
from psycopg import sql

from worker.embedded.postgres import EmbeddedPostgres
from worker.embedded.valkey import EmbeddedValkey

hypothesis.settings.register_profile("dateline", deadline=None)  # a busy machine is slow, not wrong
hypothesis.settings.load_profile("dateline")

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class GivenPostgres:
    """A server that somebody else runs, to test on another version of PostgreSQL."""

    url: str


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres | GivenPostgres]:
    """A PostgreSQL server of this test process, or the one that DATELINE_TEST_POSTGRES names (as a superuser).

    Its own database is never written to.
    """
    if given := os.environ.get("DATELINE_TEST_POSTGRES"):
        yield GivenPostgres(given)
        return
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """A Valkey server of this test process."""
    server = EmbeddedValkey(tmp_path_factory.mktemp("valkey"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(valkey_server: EmbeddedValkey) -> str:
    """The URL of an empty Redis-protocol server."""
    with redis.Redis.from_url(valkey_server.url) as client:
        client.flushall()
    return valkey_server.url


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@pytest.fixture(scope="session")
def make_database(postgres_server: EmbeddedPostgres | GivenPostgres) -> Callable[..., str]:
    """Makes a database, empty or as a copy of another one; returns its SQLAlchemy URL."""

    def make(template: str | None = None) -> str:
        name = f"dateline_test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(_plain(postgres_server.url), autocommit=True) as admin:
            made = sql.SQL("create database {}").format(sql.Identifier(name))
            if template:
                made += sql.SQL(" template {}").format(sql.Identifier(template))
            admin.execute(made)
        return postgres_server.url.rpartition("/")[0] + f"/{name}"

    return make


@pytest.fixture
def empty_database_url(make_database: Callable[..., str]) -> str:
    """A database without any table, for tests of migrations."""
    return make_database()


@pytest.fixture(scope="session")
def template_database(make_database: Callable[..., str]) -> str:
    """The name of a database that has been migrated once and that nobody is connected to."""
    from db.schema import upgrade  # noqa: PLC0415 - tests without a database need not load the models

    url = make_database()
    upgrade(url)
    return url.rpartition("/")[2]


@pytest.fixture
def database_url(make_database: Callable[..., str], template_database: str) -> str:
    """A fresh, migrated database of this test alone."""
    return make_database(template_database)


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder with the open test data; the test is skipped where there is none."""
    place = os.environ.get("DATELINE_OPEN_DATA")
    if not place or not Path(place).is_dir():
        pytest.skip("DATELINE_OPEN_DATA is unset: point it at a folder with the open test data to run this test.")
    return Path(place)
