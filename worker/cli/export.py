"""Command to take events out of the database, however many, in the shape that a reader wants."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy import Connection

from db.exports import Chosen, count_events, must_be_known, one_snapshot
from db.session import engine_for
from worker.cli import servers
from worker.cli.choosing import choosing_options, chosen_events
from worker.cli.writing import must_be_free, watched_events, whole_file
from worker.errors import InputError
from worker.exports.acled import write_acled_csv
from worker.exports.flat import write_csv
from worker.exports.geojson import write_geojson
from worker.exports.json_lines import write_json_lines
from worker.exports.stored import PLACE_CREDIT, StoredEvent
from worker.settings import settings

Write = Callable[[Iterable[StoredEvent], BinaryIO], None]


def _write_parquet(events: Iterable[StoredEvent], sink: BinaryIO) -> None:
    from worker.exports.parquet import write_parquet  # noqa: PLC0415 - pyarrow takes .3 s to load

    write_parquet(events, sink)


FORMATS: dict[str, Write] = {
    "csv": write_csv,
    "acled-csv": write_acled_csv,
    "geojson": write_geojson,
    "parquet": _write_parquet,
    "jsonl": write_json_lines,
}


@click.command()
@click.argument("shape", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; default stdout.")
@click.option("--overwrite", is_flag=True, help="Replace the file when it is there.")
@choosing_options
def export(shape: str, output: Path | None, overwrite: bool, **options: Any) -> None:  # noqa: FBT001 - click's way
    """Write events as FORMAT: csv, acled-csv, geojson, parquet or jsonl.

    jsonl and parquet hold every report, sentence and rival number; csv and geojson have them in a few columns.
    All statuses are written unless --status chooses: filter on counts before counting. acled-csv has what counts
    and ACLED has a type for.
    """
    must_be_free(output, overwrite=overwrite)
    if shape == "parquet" and output is None:
        raise InputError("Parquet is no text for a terminal: name a file with -o.")
    chosen = chosen_events(**options)
    if shape == "acled-csv":
        # ACLED has no row for a rival version, nor for what did not happen unless that is asked for.
        chosen = replace(chosen, with_acled_type=True, one_version=True, happened=not chosen.statuses)
    servers.must_have_data(settings())
    with (
        servers.reach(settings()) as addresses,
        one_snapshot(engine_for(addresses.database, pooled=False)) as connection,
    ):
        must_be_known(connection, chosen)
        written = export_to(output, connection, chosen, FORMATS[shape])
        _say(connection, shape, chosen, written, output)


def export_to(output: Path | None, connection: Connection, chosen: Chosen, write: Write) -> int:
    """Write the chosen events to a file, or to standard output when None; returns how many."""
    written = 0

    def counted(events: Iterable[StoredEvent]) -> Iterator[StoredEvent]:
        nonlocal written
        for event in events:
            yield event
            written += 1

    with _sink(output) as sink, watched_events(connection, chosen) as events:
        write(counted(events), sink)
    return written


@contextlib.contextmanager
def _sink(output: Path | None) -> Iterator[BinaryIO]:
    if output is not None:
        with whole_file(output) as sink:
            yield sink
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever reads has had enough, as `head` does: no error, and nothing left for Python to flush at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(connection: Connection, shape: str, chosen: Chosen, written: int, output: Path | None) -> None:
    said = f"{written} events written" + (f" to {output}." if output else ".")
    if shape == "acled-csv":
        left_out = count_events(connection, replace(chosen, with_acled_type=False)) - written
        said += f" {left_out} were left out: ACLED has no type for them." if left_out > 0 else ""
    click.echo(f"{said} {PLACE_CREDIT}", err=True)
