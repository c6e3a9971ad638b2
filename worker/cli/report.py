"""Command to make a page about events that a person can read, keep and pass on."""

from __future__ import annotations

import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from sqlalchemy import Connection, text

from db.exports import Chosen, count_events, must_be_known, one_snapshot
from db.session import engine_for
from worker.cli import servers
from worker.cli.choosing import choosing_options, chosen_events
from worker.cli.writing import must_be_free, watched_events, whole_file
from worker.errors import InputError
from worker.settings import settings

LIMIT = 2000
"""Events on one page: about 3 KB each beside the 5 MB of plotly; a phone scrolls through so many, no more."""


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default="report.html", show_default=True
)
@click.option("--overwrite", is_flag=True, help="Replace the file when it is there.")
@click.option("--title", help="Headline of the page; default: the story's, else what was chosen.")
@click.option("--limit", type=click.IntRange(1, 20_000), default=LIMIT, show_default=True, help="Events, the latest.")
@click.option("--open", "show", is_flag=True, help="Open the page in a browser.")
@choosing_options
def report(output: Path, overwrite: bool, title: str | None, limit: int, show: bool, **options: Any) -> None:  # noqa: FBT001 - click's way
    """Make one HTML file about events: map, timeline, rival tolls, every sentence with its source.

    It needs no network, and may be mailed or put anywhere. Facts, claims and what is not known to have happened stand
    apart in it.
    """
    must_be_free(output, overwrite=overwrite)
    chosen = chosen_events(**options)
    servers.must_have_data(settings())
    with (
        servers.reach(settings()) as addresses,
        one_snapshot(engine_for(addresses.database, pooled=False)) as connection,
    ):
        must_be_known(connection, chosen)
        page, shown = make_page(connection, chosen, title=title, limit=limit)
    with whole_file(output) as sink:
        sink.write(page.encode("utf-8"))
    click.echo(f"{shown} events on {output} ({len(page) / 1e6:.1f} MB).", err=True)
    if show:
        webbrowser.open(output.absolute().as_uri())


def make_page(connection: Connection, chosen: Chosen, *, title: str | None, limit: int) -> tuple[str, int]:
    """The page about the chosen events, and how many are on it.

    Raises:
        InputError: there is none.
    """
    from worker.reports.page import Heading, render  # noqa: PLC0415 - plotly takes a second to load

    with watched_events(connection, chosen, latest=limit) as read:
        events = list(read)
    if not events:
        raise InputError("There is no such event: `dateline events --everything` lists those that there are.")
    heading = Heading(
        title=title or _title(connection, chosen),
        chosen=in_words(chosen),
        made_at=datetime.now(UTC),
        left_out=count_events(connection, chosen) - len(events),
    )
    with Console(stderr=True).status("Drawing the map ..."):
        return render(events, heading), len(events)


def in_words(chosen: Chosen) -> str:
    """Which events were asked for, as a sentence."""
    parts = [
        f"of type {', '.join(chosen.types)}" if chosen.types else "",
        f"in {', '.join(chosen.countries)}" if chosen.countries else "",
        f"from {chosen.since}" if chosen.since else "",
        f"up to {chosen.until}" if chosen.until else "",
        f"of story {', '.join(map(str, chosen.stories))}" if chosen.stories else "",
        f"that are {' or '.join(chosen.statuses)}" if chosen.statuses else "",
    ]
    said = " ".join(part for part in parts if part)
    return f"Events {said}." if said else "All events."


def _title(connection: Connection, chosen: Chosen) -> str:
    if len(chosen.stories) == 1:
        query = text("select title from story where story_id = :id")
        return str(connection.execute(query, {"id": chosen.stories[0]}).scalar() or "") or "Events"
    if chosen.countries:
        query = text("select name from country where iso3 = any(:codes) order by name")
        names = connection.execute(query, {"codes": list(chosen.countries)}).scalars()
        return "Events in " + " and ".join(names)
    return "Events"
