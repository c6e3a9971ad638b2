"""`make demo`: the whole line for real, on a news site served here, in under a minute; nothing leaves this machine.

With KEEP=1 everything stays up until Ctrl-C, Flower included.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine, text

from db.session import engine_for
from tests.gold.corpus import articles
from tests.site.news_site import NewsSite
from tests.site.settings import environment_for, settings_from, write_feed_list
from worker.cli import servers
from worker.cli.look import event_story, event_table
from worker.cli.run import wait_for_a_signal, whole_line

PATIENCE_SECONDS = 150  # the demo takes about 30 s; this long only on a machine that is very busy
ENDS = ("coded", "duplicate", "rejected", "uncoded", "failed")

QUERIES = {
    "What happened where, the deadliest first": """
select event_date, type, mode, place, fatalities_low as killed, status, independent_sources as sources, summary
from events where happened order by fatalities_low desc nulls last limit 10;""",
    "Rival tolls of one event, each with who says so": """
select event_id, measure, low, high, claimed_by, outlet, quote from claims order by event_id, low limit 12;""",
    "Rumours, denials and plans, kept apart from facts": """
select event_date, status, type, actors, recipients, place from events where not happened order by event_date limit 10;""",
}


def main() -> None:
    """Run the demo; exit code 1 when it did not finish."""
    console = Console()
    keep = os.environ.get("KEEP", "") not in ("", "0")
    with tempfile.TemporaryDirectory(prefix="dateline-demo-") as folder, NewsSite(articles()) as site:
        home = Path(folder)
        feeds = home / "feeds.toml"
        write_feed_list(site, feeds)
        environment = environment_for(home=str(home))
        console.print(
            f"[bold]Dateline demo[/]: {len(articles())} articles of {len(site.feeds())} outlets are served on "
            "127.0.0.2, 127.0.0.3 ...; database, broker, workers, beat and Flower are starting ..."
        )
        with whole_line(settings_from(environment), feeds=feeds, flower=keep, environment=environment) as (where, _):
            engine = engine_for(where.database)
            finished = watch_progress(engine, len(articles()), console)
            show_events(engine, console)
            if keep:
                stay(where, console)
        engine.dispose()
    if not finished:
        sys.exit("The demo did not finish in time; run it with KEEP=1 and look at `pipeline_health` in the database.")


def watch_progress(engine: Engine, expected: int, console: Console) -> bool:
    """Show the line at work until every article has reached an end; False when that took too long."""
    columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    deadline = time.monotonic() + PATIENCE_SECONDS
    with Progress(*columns, console=console) as progress, engine.connect() as connection:
        bars = {name: progress.add_task(name, total=expected) for name in ("found", "fetched", "read", "finished")}
        while time.monotonic() < deadline:
            rows = connection.execute(text("select state, count(*) from article group by state")).all()
            connection.rollback()
            counts = {row.state: row.count for row in rows}
            finished = sum(counts.get(state, 0) for state in ENDS)
            read = finished + counts.get("read", 0)
            reached = {"found": sum(counts.values()), "fetched": read + counts.get("fetched", 0), "read": read}
            for name, bar in bars.items():
                progress.update(bar, completed=reached.get(name, finished))
            if finished >= expected:
                return True
            time.sleep(0.2)
    return False


def show_events(engine: Engine, console: Console) -> None:
    """A table of events, one event with its evidence and claims, and queries to try."""
    with engine.connect() as connection:
        total = connection.execute(text("select count(*), count(*) filter (where happened) from events")).one()
        console.print(
            f"\n[bold]{total[0]} events[/], of which {total[1]} happened; the others are plans, rumours, denials."
        )
        console.print(event_table(connection, limit=15))
        told = connection.execute(
            text(
                "select event_id from events where happened order by independent_sources desc, articles desc, event_id limit 1"
            )
        ).scalar()
        if told is not None:
            console.print(event_story(connection, told))
    console.print("\n[bold]Three queries to try[/] (psql, a notebook, any BI tool):")
    for question, query in QUERIES.items():
        console.print(f"\n[cyan]-- {question}[/]{query}", highlight=False)


def stay(where: servers.Addresses, console: Console) -> None:
    """Leave everything running until Ctrl-C."""
    console.print(f"\n[bold]Kept running.[/] Flower: {where.flower}", soft_wrap=True)
    console.print(f"Database: {where.database.replace('+psycopg', '')}", soft_wrap=True)
    console.print("Ctrl-C stops everything.")
    wait_for_a_signal()


if __name__ == "__main__":
    main()
