"""Settings: where they come from, and what is said when one is wrong."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from worker.errors import SettingsError
from worker.settings import Settings, settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("DATELINE_")]:
        monkeypatch.delenv(name)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_the_defaults_are_polite() -> None:
    chosen = settings()
    assert chosen.host_spacing_seconds >= 5
    assert chosen.feed_floor_seconds >= 600
    assert chosen.obey_robots
    assert chosen.allowed_networks == ()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATELINE_TICK_SECONDS", "90", "less than or equal to 30"),
        ("DATELINE_TICK_SECONDS", "soon", "valid number"),
        ("DATELINE_ALLOWED_NETWORKS", "10.0.0.0/8,localhost", "ip"),
        ("DATELINE_LOG_FORMAT", "xml", "'auto', 'json' or 'console'"),
        ("DATELINE_MAX_ATTEMPTS", "0", "greater than or equal to 1"),
        ("DATELINE_CA_FILE", "/nowhere/ca.pem", "does not point to a file"),
        ("DATELINE_DATABASE_URL", "sqlite:///news.db", "must be a postgresql:// url"),
        ("DATELINE_REDIS_URL", "amqp://ana:s3cret@broker//", "must be a redis:// or rediss:// url"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        settings()
    assert name in str(caught.value)
    assert said in str(caught.value).lower()
    assert value.rpartition(",")[2].partition("://")[0] in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_networks_are_read_from_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_ALLOWED_NETWORKS", "127.9.0.0/16, ::1/128")
    assert settings().allowed_networks == (ipaddress.ip_network("127.9.0.0/16"), ipaddress.ip_network("::1/128"))


@pytest.mark.parametrize(
    ("url", "password", "whole"),
    [
        ("postgresql://ana@db:5432/news", None, "postgresql+psycopg://ana@db:5432/news"),
        ("postgresql://ana@db:5432/news", "p@ss/1", "postgresql+psycopg://ana:p%40ss%2F1@db:5432/news"),
        ("postgres://ana:old@db/news", "new", "postgresql+psycopg://ana:new@db/news"),
    ],
)
def test_a_password_is_put_into_the_url(url: str, password: str | None, whole: str) -> None:
    assert Settings(database_url=url, database_password=password).database == whole  # type: ignore[arg-type]


def test_a_redis_url_without_user_takes_a_password() -> None:
    chosen = Settings(redis_url="redis://redis:6379/0", redis_password="s3cret")  # type: ignore[arg-type]
    assert chosen.redis == "redis://:s3cret@redis:6379/0"


def test_secrets_come_from_files_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "dateline_database_password").write_text("from-a-file\n")
    chosen = Settings(_secrets_dir=tmp_path, database_url="postgresql://ana@db/news")  # type: ignore[call-arg]
    assert "from-a-file" in chosen.database
    assert "from-a-file" not in repr(chosen)
