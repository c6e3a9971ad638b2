"""Commands on stories and copies: see why articles were put together, and take it back where that was wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import RowMapping, select, text
from sqlalchemy.orm import Session

from db import duplicates as copies
from db import events, story_edits
from db.models import Article
from db.session import engine_for, session_scope
from db.sketches import load_sketches
from db.stories import lock_neighbourhood
from worker.cli import servers
from worker.errors import InputError
from worker.settings import settings

LATEST = """
select story_id, title, reports, copies, outlets, events, last_published_at from stories
order by last_published_at desc nulls last, story_id desc limit :limit"""

TOLD_BY = """
select article_id, outlet, title, published_at, copy_of, why from story_articles
where story_id = :story order by published_at nulls last, article_id"""

HISTORY = """
select edit_id, made_at, kind, by_user, score, part_id, part_title, whole_id, whole_title, articles, undone_at
from story_history where cast(:story as bigint) is null or :story in (part_id, whole_id)
order by edit_id desc limit :limit"""

TIES = """
select other_id, other_outlet, other_title, kind, containment, joins, decided_at, undone_at, standing_id
from duplicates where article_id = :article order by undone_at is not null, containment desc, other_id"""


@click.group(invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1, 10_000), default=30, show_default=True, help="Rows, the latest.")
@click.pass_context
def stories(context: click.Context, limit: int) -> None:
    """List the latest stories; with a subcommand, look into one or put it right."""
    if context.invoked_subcommand is None:
        with _session() as session:
            rows = session.execute(text(LATEST), {"limit": limit}).mappings().all()
        _print(f"The latest {len(rows)} stories", rows)


@stories.command()
@click.argument("story_id", type=int)
def show(story_id: int) -> None:
    """Show the articles of STORY_ID, each with why it was put there, and what was changed about the story."""
    with _session() as session:
        rows = session.execute(text(TOLD_BY), {"story": story_id}).mappings().all()
        edits = session.execute(text(HISTORY), {"story": story_id, "limit": 100}).mappings().all()
    if not rows and not edits:
        raise InputError(f"There is no story {story_id}: `dateline stories` lists the latest.")
    _print(f"Story {story_id}", rows)
    if edits:
        _print("Merges and splits", edits)


@stories.command()
@click.option("--story", type=int, help="Only those of this story.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=30, show_default=True, help="Rows, the latest.")
def history(story: int | None, limit: int) -> None:
    """List merges and splits, the nightly ones and your own, the latest first."""
    with _session() as session:
        rows = session.execute(text(HISTORY), {"story": story, "limit": limit}).mappings().all()
    _print("Merges and splits of stories", rows)


@stories.command()
@click.argument("part", type=int)
@click.argument("whole", type=int)
def merge(part: int, whole: int) -> None:
    """Make story PART a part of story WHOLE."""
    with _session() as session:
        edit = story_edits.join_stories(session, part, whole, _now())
    click.echo(f"Story {part} is part of story {whole} now. `dateline stories undo {edit}` takes it back.")


@stories.command()
@click.argument("story_id", type=int)
@click.argument("articles", type=int, nargs=-1, required=True)
def split(story_id: int, articles: tuple[int, ...]) -> None:
    """Move ARTICLES, with their copies, out of STORY_ID into a story of their own, and keep the two apart."""
    with _session() as session:
        new = story_edits.split_story(session, story_id, articles, _now())
    click.echo(f"They are story {new} now; no nightly merge makes the two one again.")


@stories.command()
@click.argument("edit_id", type=int)
def undo(edit_id: int) -> None:
    """Take merge or split EDIT_ID back, for good: see `dateline stories history`."""
    with _session() as session:
        edit = story_edits.undo_edit(session, edit_id, _now())
        kind, part, whole = edit.kind, edit.story_id, edit.other_id
    if kind == "merge":
        click.echo(f"Story {part} stands for itself again, and stays out of story {whole}.")
    else:
        click.echo(f"Story {part} is part of story {whole} again.")


@click.group()
def duplicates() -> None:
    """See what an article was taken for a copy of, and take that back."""


@duplicates.command("show")
@click.argument("article_id", type=int)
def show_ties(article_id: int) -> None:
    """Show what ARTICLE_ID shares text with: the kind, how much, since when."""
    with _session() as session:
        _article(session, article_id)
        rows = session.execute(text(TIES), {"article": article_id}).mappings().all()
    if not rows:
        click.echo(f"Article {article_id} shares text with no other.")
        return
    _print(f"What article {article_id} shares text with", rows)


@duplicates.command("undo")
@click.argument("article_id", type=int)
@click.argument("other_id", type=int, required=False)
def take_apart(article_id: int, other_id: int | None) -> None:
    """Say that ARTICLE_ID is no copy of OTHER_ID, or of none at all; it stays so, and is coded for itself."""
    moment = _now()
    with _session() as session:
        _article(session, article_id)
        # Nobody may place a copy of either meanwhile: it would see half of what is changed here.
        sketches = load_sketches(session, [article_id, *([other_id] if other_id else [])])
        lock_neighbourhood(session, {anchor for one in sketches for anchor in one.sketch.anchors}, ())
        changed = copies.take_apart(session, article_id, other_id, moment)
        affected = [article_id, *changed]
        touched = session.execute(select(Article.story_id).where(Article.article_id.in_(affected))).scalars()
        events.merge_stories(session, {story for story in touched if story is not None}, moment)
    for one, stands in sorted(changed.items()):
        click.echo(f"Article {one} {f'is a copy of article {stands}' if stands else 'stands for itself'} now.")
    if not changed:
        click.echo(f"Article {article_id} is kept apart from now on; nothing else changed.")


def _article(session: Session, article_id: int) -> None:
    if session.get(Article, article_id) is None:
        raise InputError(f"There is no article {article_id}.")


def _print(title: str, rows: Sequence[RowMapping]) -> None:
    """A table of rows as they come: columns named as in the view."""
    console = Console()
    if not rows:
        console.print(f"{title}: none.")
        return
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name, value in rows[0].items():
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        table.add_column(name.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(value)) for value in row.values()))
    console.print(table)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _session() -> Iterator[Session]:
    servers.must_have_data(settings())
    with servers.reach(settings()) as addresses, session_scope(engine_for(addresses.database, pooled=False)) as session:
        yield session
