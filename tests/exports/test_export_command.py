"""The command: what it chooses, what it refuses, and that a large export stays small in memory."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.exports import BATCH, Chosen, one_snapshot, read_events
from tests.exports.conftest import Run
from worker.cli.writing import whole_file
from worker.errors import InputError


def keys(out: str) -> list[int]:
    return [json.loads(line)["event_id"] for line in out.splitlines()]


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ((), [1, 2, 3, 4, 5, 6, 8]),
        (("--since", "2025-03-19"), [4, 6, 8]),
        (("--until", "2025-03-06"), [1, 2, 3]),
        (("--since", "2025-03-06", "--until", "2025-03-18"), [3, 5]),
        (("--country", "sdn"), [3, 4]),
        (("--country", "KEN", "--country", "COD"), [1, 2, 5, 6]),
        (("--type", "protest"), [5, 6]),
        (("--story", "1"), [1, 2]),
        (("--status", "planned", "--status", "disputed"), [1, 6]),
        (("--country", "FRA"), []),
        (("--country", "SDN", "--type", "PROTEST"), []),
    ],
)
def test_choosing(run: Run, options: tuple[str, ...], chosen: list[int]) -> None:
    done = run("export", "jsonl", *options)
    assert keys(done.stdout) == chosen
    assert done.stderr.startswith(f"{len(chosen)} events written. Places: GeoNames")


def test_acled_has_what_counts_and_says_what_it_leaves_out(run: Run) -> None:
    done = run("export", "acled-csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["event_id_cnty"] for row in rows] == ["COD1", "8"]  # 2 is the rival version of 1
    assert "3 were left out: ACLED has no type for them." in done.stderr
    chosen = ("--status", "disputed", "--status", "claimed", "--status", "planned")  # 2 is claimed, 1 disputed
    of_both = run("export", "acled-csv", *chosen)
    assert [row["event_id_cnty"] for row in csv.DictReader(io.StringIO(of_both.stdout))] == ["COD1"]
    assert run("export", "acled-csv", "--status", "claimed").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--country", "XYZ"), "XYZ is no country here"),
        (("--story", "99"), "There is no story 99"),
    ],
)
def test_what_does_not_exist_is_named(run: Run, options: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        run("export", "csv", *options)


def test_a_file_is_not_overwritten_unasked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("mine")
    with pytest.raises(InputError, match=r"events\.csv is there already, and is left as it is"):
        run("export", "csv", "-o", file)
    assert file.read_text() == "mine"
    done = run("export", "csv", "-o", file, "--overwrite")
    assert file.read_text().startswith("event_id,")
    assert done.stdout == ""
    assert f"7 events written to {file}." in done.stderr


def test_parquet_wants_a_file(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name a file with -o"):
        run("export", "parquet")
    run("export", "parquet", "-o", tmp_path / "events.parquet")
    assert (tmp_path / "events.parquet").read_bytes()[:4] == b"PAR1"


def test_an_export_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def break_off() -> None:
        with whole_file(tmp_path / "half.csv") as sink:
            sink.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_had_enough_is_no_error(run: Run, news_url: str) -> None:
    code = "import sys; from worker.cli import main; sys.argv = ['dateline', 'export', 'jsonl']; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "DATELINE_DATABASE_URL": news_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()  # before a single event is read
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), b"Traceback" in said) == (0, False), said


def test_batches_join_without_a_seam(news: Engine, events: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(events) < BATCH
    monkeypatch.setattr("db.exports.BATCH", 2)
    with one_snapshot(news) as connection:
        assert list(read_events(connection, Chosen())) == events


def test_the_latest_are_chosen_by_day(news: Engine) -> None:
    with one_snapshot(news) as connection:
        assert [event.event_id for event in read_events(connection, Chosen(), latest=3)] == [4, 6, 8]
