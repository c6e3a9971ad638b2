"""How a command writes a file: never over another one unasked, never half, and with a bar to look at meanwhile."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection

from db.exports import Chosen, count_events, read_events
from worker.errors import InputError
from worker.exports.stored import StoredEvent


def must_be_free(output: Path | None, *, overwrite: bool) -> None:
    """Say so when a file would be overwritten unasked, before any work is done.

    Raises:
        InputError: the file is there.
    """
    if output is not None and output.exists() and not overwrite:
        raise InputError(f"{output} is there already, and is left as it is: choose another name, or add --overwrite.")


@contextlib.contextmanager
def whole_file(output: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only once it is whole: a killed command leaves no half of one."""
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as sink:
            yield sink
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def watched_events(
    connection: Connection, chosen: Chosen, *, latest: int | None = None
) -> Iterator[Iterator[StoredEvent]]:
    """The chosen events one by one, with a bar on standard error where a person looks at it."""
    screen = Console(stderr=True)
    columns = (TextColumn("Events"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        total = count_events(connection, chosen) if screen.is_terminal else None
        task = progress.add_task("", total=total if latest is None or total is None else min(total, latest))

        def each() -> Iterator[StoredEvent]:
            for event in read_events(connection, chosen, latest=latest):
                yield event
                progress.advance(task)

        yield each()
