"""Command to run the present coder over stored texts that an older one has read, and to say what that changes."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from datetime import UTC, datetime
from multiprocessing.connection import wait as wait_for_any
from typing import NamedTuple

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from db import events, recoding
from db.recoding import Due, EventChange
from db.session import engine_for, session_scope
from tasks.extract import coder
from tasks.recode import Recoded, Tally, recode_article
from worker.app import EXTRACT_SECONDS
from worker.cli import servers
from worker.errors import InputError
from worker.settings import settings

PAGE = 500  # articles asked for at a time: a look for what is due costs some milliseconds
AHEAD = 4  # articles handed to each process beyond the one it works on: keeps it busy while the others are counted
SHOWN_ERRORS = 5


class Stopped(NamedTuple):
    """How a run ended."""

    tally: Tally
    early: bool  # by Ctrl-C


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Articles published from this day on.")
@click.option("--outlet", help="Articles of this outlet only.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that code.")
@click.option("--examples", type=click.IntRange(0, 100), default=5, show_default=True, help="Examples of each change.")
def recode(since: datetime | None, outlet: str | None, jobs: int, examples: int) -> None:
    """Code stored texts anew that an older coder has read, or that waited for a language pack.

    Workers may run meanwhile. Stop it as you like: what is done is kept, and the next run goes on from there. What
    events said before is in event_revision.
    """
    servers.must_have_data(settings())
    with servers.reach(settings()) as addresses:
        engine = engine_for(addresses.database, pooled=False)
        due = Due(coder().version, tuple(coder().packs()), since.date() if since else None, outlet)
        with session_scope(engine) as session:
            if outlet is not None and not recoding.outlet_exists(session, outlet):
                raise InputError(f"There is no outlet {outlet!r}: `dateline feeds list` names those that there are.")
            total = recoding.count_due(session, due)
        console = Console()
        if not total:
            console.print(f"Nothing to do: coder {due.version} has read every stored text that was asked for.")
            return
        console.print(f"{total} articles are to be read by coder {due.version}.")
        done = run(engine, addresses.database, due, total, jobs)
        with session_scope(engine) as session:
            events.refresh_counts(session)
    console.print(*report(done, total, examples), sep="\n")
    if done.tally.outcomes["failed"]:
        sys.exit(1)


def run(engine: Engine, database: str, due: Due, total: int, jobs: int) -> Stopped:
    """Recode everything that is due, or as much as there is until Ctrl-C."""
    tally, screen = Tally(), Console(stderr=True)
    columns = (TextColumn("Articles"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Processes of their own, started anew: one that is forked beside the threads of a progress bar may hang.
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(database,))
    try:
        with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
            task = progress.add_task("", total=total)
            for done in _in_turn(pool, _due_articles(engine, due), jobs * (1 + AHEAD)):
                tally.add(done)
                progress.advance(task)
    except KeyboardInterrupt:
        return Stopped(tally, early=True)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return Stopped(tally, early=False)


def _due_articles(engine: Engine, due: Due) -> Iterator[int]:
    last = 0
    while True:
        with session_scope(engine) as session:
            page = recoding.due_articles(session, due, after=last, limit=PAGE)
        yield from page
        if not page:
            return
        last = page[-1]


def _in_turn(pool: ProcessPoolExecutor, article_ids: Iterator[int], at_once: int) -> Iterator[Recoded]:
    waiting: set[Future[Recoded]] = {pool.submit(_recode, key) for key in itertools.islice(article_ids, at_once)}
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        waiting |= {pool.submit(_recode, key) for key in itertools.islice(article_ids, len(done))}
        for future in done:
            yield future.result()


# --- in each process -----------------------------------------------------------------------------------------

_engine: Engine | None = None


def _begin(database: str) -> None:
    global _engine  # noqa: PLW0603 - a process of the pool has one database for its life
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent decides what it means
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this runs in a process of the pool
    # A pool's process waits for work for ever when its parent is killed; what it has begun is rolled back.
    threading.Thread(target=lambda: (wait_for_any([parent.sentinel]), os._exit(1)), daemon=True).start()
    _engine = engine_for(database)
    coder()


def _recode(article_id: int) -> Recoded:
    assert _engine is not None  # noqa: S101 - the pool's initializer ran first
    return recode_article(_engine, coder(), article_id, datetime.now(UTC), seconds=settings().limit(EXTRACT_SECONDS))


# --- what changed --------------------------------------------------------------------------------------------


def report(done: Stopped, total: int, examples: int) -> Iterator[Table | Text]:
    """What a run did: articles, events by type, examples, and what went wrong."""
    tally = done.tally
    counts = tally.outcomes
    words = f"{counts['recoded']} of {total} articles read anew"
    words += f", {counts['no pack']} wait for a language pack" if counts["no pack"] else ""
    words += f", {counts['left']} left to the line" if counts["left"] else ""
    words += f", {counts['failed']} failed" if counts["failed"] else ""
    yield Text(f"{words}{'; stopped early: run it again to go on' if done.early else ''}.")
    if not (tally.new() or tally.gone() or tally.altered()):
        yield Text("No event says anything else than before.")
    else:
        yield _by_type(tally)
        if examples:
            yield _examples(tally, examples)
    for error in tally.errors[:SHOWN_ERRORS]:
        yield Text(error, style="red")


def _by_type(tally: Tally) -> Table:
    new, gone, altered = (_types(changes) for changes in (tally.new(), tally.gone(), tally.altered()))
    table = Table(title="Events that changed", title_justify="left", box=box.SIMPLE_HEAD, show_footer=True)
    table.add_column("type", footer="all")
    for name, column in (("new", new), ("gone", gone), ("altered", altered)):
        table.add_column(name, justify="right", footer=str(column.total()))
    for kind in sorted({*new, *gone, *altered}):
        table.add_row(kind, *(str(column[kind] or "") for column in (new, gone, altered)))
    return table


def _types(changes: Sequence[EventChange]) -> Counter[str]:
    """How many of each type; an event that changed its type counts under the new one."""
    lines = (change.after or change.before for change in changes)
    return Counter(line.type for line in lines if line is not None)


def _examples(tally: Tally, examples: int) -> Table:
    table = Table(title="Examples", title_justify="left", box=box.SIMPLE_HEAD, expand=True)
    for name in ("event", "change"):
        table.add_column(name, no_wrap=True)
    table.add_column("what it says", ratio=1, overflow="fold")
    for name, changes in (("new", tally.new()), ("gone", tally.gone()), ("altered", tally.altered())):
        for change in changes[:examples]:
            lines = [line.summary for line in (change.before, change.after) if line is not None]
            table.add_row(str(change.event_id), name, Text("\n-> ".join(lines)))
    return table
