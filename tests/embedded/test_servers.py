"""The embedded servers: started, stopped, found again, and never in each other's way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from worker.embedded import child
from worker.embedded.postgres import EmbeddedPostgres, RunAs, how_to_run, memory_of_machine, shared_buffers
from worker.embedded.valkey import EmbeddedValkey


def _connect(server: EmbeddedPostgres) -> psycopg.Connection:
    return psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True)


def test_what_was_written_is_there_after_a_restart_at_the_same_address(tmp_path: Path) -> None:
    first = EmbeddedPostgres(tmp_path / "pg", durable=False)
    url = first.start()
    with _connect(first) as connection:
        connection.execute("create table kept as select 7 as number")
    first.stop()
    second = EmbeddedPostgres(tmp_path / "pg", durable=False)
    assert second.start() == url
    with _connect(second) as connection:
        assert connection.execute("select number from kept").fetchone() == (7,)
    second.stop()


def test_valkey_keeps_what_it_was_told_over_a_restart(tmp_path: Path) -> None:
    first = EmbeddedValkey(tmp_path / "valkey")
    url = first.start()
    with redis.Redis.from_url(url) as client:
        client.set("bell", "rung")
    first.stop()
    second = EmbeddedValkey(tmp_path / "valkey")
    assert second.start() == url
    with redis.Redis.from_url(url) as client:
        assert client.get("bell") == b"rung"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    second.stop()


def test_both_servers_refuse_a_wrong_password(postgres_server: EmbeddedPostgres, valkey_server: EmbeddedValkey) -> None:
    wrong = postgres_server.url.replace("+psycopg", "").replace("dateline:", "dateline:not", 1)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong)
    with redis.Redis.from_url(valkey_server.url.replace("://:", "://:not")) as client, pytest.raises(redis.RedisError):
        client.ping()


def test_a_crashed_database_comes_back_with_its_committed_rows(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg")
    server.start()
    with _connect(server) as connection:
        connection.execute("create table kept as select 7 as number")
    server.crash()
    server.start()
    with _connect(server) as connection:
        assert connection.execute("select number from kept").fetchone() == (7,)
    server.stop()


_STARTS_BOTH = """
import sys, time
from pathlib import Path
from worker.embedded.postgres import EmbeddedPostgres
from worker.embedded.valkey import EmbeddedValkey
postgres = EmbeddedPostgres(Path(sys.argv[1]) / "pg", durable=False); postgres.start()
valkey = EmbeddedValkey(Path(sys.argv[1]) / "valkey", durable=False); valkey.start()
print(postgres.pid, valkey.pid, flush=True)
sys.stdin.read()
"""


def test_the_servers_die_with_a_killed_parent_and_the_next_start_is_clean(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _STARTS_BOTH, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    pids = [int(word) for word in parent.stdout.readline().split()]
    parent.kill()
    parent.communicate()
    assert child.wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 60)
    for server in (
        EmbeddedPostgres(tmp_path / "pg", durable=False),
        EmbeddedValkey(tmp_path / "valkey", durable=False),
    ):
        assert server.start()
        server.stop()


def test_a_server_left_running_is_ended_before_a_new_one_starts(tmp_path: Path) -> None:
    left = EmbeddedPostgres(tmp_path / "pg", durable=False)
    left.start()
    again = EmbeddedPostgres(tmp_path / "pg", durable=False)
    again.start()
    assert again.alive
    assert not left.alive
    again.stop()


def test_a_stale_pid_file_that_names_somebody_else_hurts_nobody(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", durable=False)
    server.start()
    server.stop()
    bystander = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    (tmp_path / "pg" / "cluster" / "postmaster.pid").write_text(f"{bystander.pid}\n")
    server.start()
    assert bystander.poll() is None
    bystander.communicate()
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to get around PostgreSQL's refusal to run as root")
@pytest.mark.parametrize("way", ["namespace", "nobody"])
def test_root_gets_a_server_either_way(way: RunAs, tmp_path: Path) -> None:
    if way == "namespace" and how_to_run() != "namespace":
        pytest.skip("user namespaces are refused on this machine")
    server = EmbeddedPostgres(tmp_path / "pg", durable=False, run_as=way)
    server.start()
    with _connect(server) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    owner = Path(f"/proc/{server.pid}").stat().st_uid
    assert (owner == 0) == (way == "namespace")
    server.stop()
    if not server.folder.is_relative_to(tmp_path):  # moved to where any user may traverse
        shutil.rmtree(server.folder)


def test_a_process_that_ignores_the_request_is_ended_with_its_group(tmp_path: Path) -> None:
    stubborn = child.start(["bash", "-c", "trap '' TERM; echo up; while true; do sleep 0.1; done"], tmp_path / "log")
    child.wait_until(lambda: "up" in child.tail(tmp_path / "log"), 5)
    assert child.stop(stubborn, signal.SIGTERM, 0.3) is False
    assert stubborn.poll() is not None


@pytest.mark.parametrize(("gigabytes", "megabytes"), [(0.5, 128), (2, 256), (16, 2048), (512, 4096)])
def test_buffers_are_an_eighth_of_the_memory(gigabytes: float, megabytes: int) -> None:
    assert shared_buffers(int(gigabytes * 2**30)) == f"shared_buffers={megabytes}MB"
    assert memory_of_machine() > 2**27
