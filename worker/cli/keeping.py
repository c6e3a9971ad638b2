"""Commands about what is kept: erase an article or an outlet, back everything up, restore it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from db import backup as whole
from db import forgetting
from db.session import engine_for, session_scope
from worker.cli import servers
from worker.errors import InputError
from worker.settings import settings


@click.command()
@click.argument("url", required=False)
@click.option("--outlet", help="Erase all articles of this outlet, and stop its feeds.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(url: str | None, outlet: str | None, yes: bool) -> None:  # noqa: FBT001 - click's way
    """Erase the article at URL, or a whole outlet: text, quotes, raw bytes and what was read out of them.

    Events are merged again without it, and no feed brings it back. There is no way to undo this.
    """
    if (url is None) == (outlet is None):
        raise InputError("Say what to erase: the address of one article, or --outlet and its name.")
    servers.must_have_data(settings())
    with servers.reach(settings()) as addresses:
        engine = engine_for(addresses.database, pooled=False)
        if outlet is not None:
            _forget_outlet(engine, outlet, yes=yes)
        elif url is not None:
            _forget_article(engine, url, yes=yes)


def _forget_article(engine: Engine, url: str, *, yes: bool) -> None:
    with session_scope(engine) as session:
        article_id = forgetting.find_article(session, url)
        going = forgetting.article_going(session, article_id)
    _agree(going, yes=yes)
    with session_scope(engine) as session:
        forgetting.forget_article(session, article_id, datetime.now(UTC))
    click.echo("Erased.")


def _forget_outlet(engine: Engine, name: str, *, yes: bool) -> None:
    with session_scope(engine) as session:
        going = forgetting.outlet_going(session, name)
    _agree(going, yes=yes)
    screen = Console(stderr=True)
    erased = 0
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("Erasing", total=going.articles)
        while True:
            with session_scope(engine) as session:
                batch = forgetting.forget_outlet(session, name, datetime.now(UTC))
            if not batch:
                break
            erased += batch
            progress.update(task, completed=erased)
    click.echo(f"Erased {erased} articles; the outlet's feeds are no longer polled.")


def _agree(going: forgetting.Going, *, yes: bool) -> None:
    """Show what would go, and go on only when the user says so."""
    click.echo(f"{going.what}: what would be erased for good")
    for number, what in (
        (going.articles, "articles"),
        (going.texts, "texts"),
        (going.quotes, "sentences that tell events"),
        (going.payloads, "pages as received"),
        (going.events_alone, "events that nobody else tells: they are retracted"),
        (going.events_others, "events that others tell as well: they are merged again without it"),
        (going.copies, "copies by others: they stay, and stand for themselves"),
    ):
        click.echo(f"  {number:>7,}  {what}")
    if not yes:
        click.confirm("Erase it?", abort=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE, and to FILE.json what a restore must equal.

    It may run while workers do: the file holds everything as it was when it began.
    """
    servers.must_have_data(settings())
    with servers.reach(settings()) as addresses, _watching() as watch:
        made = whole.back_up(addresses.database, file, datetime.now(UTC), watch, servers.programs())
    size = file.stat().st_size / 2**20
    click.echo(
        f"{file}: {made.rows:,} rows of {len(made.tables)} tables, {size:,.1f} MiB; keep {file.name}.json with it."
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Fill an empty database from FILE, check every table against FILE.json, and bring the schema up to date.

    A database with rows is never touched. Programs that follow event_changes start again from 0.
    """
    with servers.reach(settings()) as addresses, _watching() as watch:
        made = whole.restore(addresses.database, file, watch, servers.programs())
    click.echo(
        f"Restored {made.rows:,} rows of {len(made.tables)} tables as of {made.made_at:%Y-%m-%d %H:%M} UTC; all equal."
    )


@contextmanager
def _watching() -> Iterator[whole.Watch]:
    """A line that says which table is copied or checked, where a person looks at it."""
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def watch(phase: str, table: str) -> None:
            progress.update(task, description=f"{table} is {phase}", total=None)

        yield watch
