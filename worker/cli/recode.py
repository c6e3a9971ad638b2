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
from sqlalchemy.orm import Session

from db import events, recoding
from db.recoding import Due, EventChange
from db.session import engine_for, session_scope
from tasks.extract import coder
from tasks.recode import Outcome, Recoded, Tally, recode_article
from worker.app import EXTRACT_SECONDS
from worker.cli import servers
from worker.errors import InputError
from worker.settings import settings

PAGE = 500  # articles asked for at a time: a look for what is due costs some milliseconds
AHEAD = 4  # articles handed to each process beyond the one it works on: keeps it busy while the others are counted
SHOWN_ERRORS = 5


class Stopped(NamedTuple):
    """How this part of a run ended."""

    outcomes: Counter[Outcome]
    errors: list[str]
    early: bool  # by Ctrl-C


class Part(NamedTuple):
    """What is done of a run in one go."""

    run: int
    before: int  # articles that earlier parts have read
    left: int
    jobs: int


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Articles published from this day on.")
@click.option("--outlet", help="Articles of this outlet only.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that code.")
@click.option("--examples", type=click.IntRange(0, 100), default=5, show_default=True, help="Examples of each change.")
def recode(since: datetime | None, outlet: str | None, jobs: int, examples: int) -> None:
    """Code stored texts anew that an older coder has read, or that waited for a language pack.

    Workers may run meanwhile. Stop it as you like: what is done is kept, the same command goes on from there, and at
    the end it says what all parts together have changed. What events said before is in event_revision.
    """
    servers.must_have_data(settings())
    with servers.reach(settings()) as addresses:
        engine = engine_for(addresses.database, pooled=False)
        due = Due(coder().versions, since.date() if since else None, outlet)
        with session_scope(engine) as session:
            if outlet is not None and not recoding.outlet_exists(session, outlet):
                raise InputError(f"There is no outlet {outlet!r}: `dateline feeds list` names those that there are.")
            left = recoding.count_due(session, due)
            begun = recoding.unfinished(session, due) is not None
        console = Console()
        if not left and not begun:
            console.print(f"Nothing to do: coder {coder().version} has read every stored text that was asked for.")
            return
        with session_scope(engine) as session:
            key = recoding.begin(session, due, datetime.now(UTC))
            before = recoding.count_read(session, key)
        earlier = f"; {before} were read before this run was stopped" if before else ""
        console.print(f"{left} articles are to be read by coder {coder().version}{earlier}.")
        done = run(engine, addresses.database, due, Part(key, before, left, jobs))
        with session_scope(engine) as session:
            events.refresh_counts(session)
            tally, read = _tally(session, key), recoding.count_read(session, key)
        console.print(*report(done, tally, read, before + left, examples), sep="\n")
        if not done.early:
            with session_scope(engine) as session:
                recoding.finish(session, key, datetime.now(UTC))
    if done.outcomes["failed"]:
        sys.exit(1)


def run(engine: Engine, database: str, due: Due, part: Part) -> Stopped:
    """Recode everything that is due, or as much as there is until Ctrl-C."""
    stopped, screen = Stopped(Counter(), [], early=False), Console(stderr=True)
    columns = (TextColumn("Articles"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Processes of their own, started anew: one that is forked beside the threads of a progress bar may hang.
    pool = ProcessPoolExecutor(
        part.jobs, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(database,)
    )
    try:
        with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
            task = progress.add_task("", total=part.before + part.left, completed=part.before)
            for done in _in_turn(pool, part, _due_articles(engine, due)):
                stopped.outcomes[done.outcome] += 1
                stopped.errors.extend([done.error] if done.error else [])
                progress.advance(task)
    except KeyboardInterrupt:
        return stopped._replace(early=True)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return stopped


def _tally(session: Session, key: int) -> Tally:
    tally = Tally()
    for changes in recoding.steps(session, key):
        tally.add(changes)
    return tally


def _due_articles(engine: Engine, due: Due) -> Iterator[int]:
    last = 0
    while True:
        with session_scope(engine) as session:
            page = recoding.due_articles(session, due, after=last, limit=PAGE)
        yield from page
        if not page:
            return
        last = page[-1]


def _in_turn(pool: ProcessPoolExecutor, part: Part, article_ids: Iterator[int]) -> Iterator[Recoded]:
    def hand_out(most: int) -> set[Future[Recoded]]:
        return {pool.submit(_recode, part.run, key) for key in itertools.islice(article_ids, most)}

    waiting = hand_out(part.jobs * (1 + AHEAD))
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        waiting |= hand_out(len(done))
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


def _recode(run: int, article_id: int) -> Recoded:
    assert _engine is not None  # noqa: S101 - the pool's initializer ran first
    seconds = settings().limit(EXTRACT_SECONDS)
    return recode_article(_engine, coder(), run, article_id, datetime.now(UTC), seconds=seconds)


# --- what changed --------------------------------------------------------------------------------------------


def report(done: Stopped, tally: Tally, read: int, total: int, examples: int) -> Iterator[Table | Text]:
    """What a run did in all its parts: articles, events by type, examples, and what went wrong in the last."""
    counts = done.outcomes
    words = f"{read} of {total} articles read anew"
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
    for error in done.errors[:SHOWN_ERRORS]:
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
