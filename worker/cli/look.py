"""Commands to look: how the line does, which events there are, and what one event rests on."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

import click
from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, RowMapping, text

from db import claims
from db.models import Article
from db.session import engine_for, session_scope
from worker.cli import servers
from worker.cli.feeds import span
from worker.errors import InputError
from worker.exports.stored import number_in_words
from worker.settings import settings

WATCH_SECONDS = 2.0
STYLES = {"denied": "dim", "rumoured": "dim", "planned": "cyan", "unverified": "yellow", "disputed": "yellow"}
SHOWN_FAILURES = 10

Row = RowMapping

_EVENTS = """
select * from (
    select event_id, event_date, date_precision, type, mode, status, actors, recipients, place, country,
           place_precision, fatalities_low, fatalities_best, fatalities_high, articles, independent_sources
    from events
    where (:since is null or event_date >= :since) and (:country is null or iso3 = :country)
      and (:type is null or type = :type) and (:everything or happened)
    order by event_date desc nulls last, event_id desc limit :limit) as latest
order by event_date nulls first, event_id"""

_FAILED = """
select coalesce(last_error, '') as reason, count(*) as articles from article where state = 'failed'
group by 1 order by 2 desc limit :limit"""


# --- events --------------------------------------------------------------------------------------------------


@click.command()
@click.argument("event_id", type=int, required=False)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on.")
@click.option("--country", help="ISO 3166 alpha-3, such as SDN.")
@click.option("--type", "kind", help="PLOVER type, such as ASSAULT.")
@click.option("--everything", is_flag=True, help="Show also what was planned, rumoured, denied or unverified.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=30, show_default=True, help="Rows, the latest.")
def events(
    event_id: int | None,
    since: datetime | None,
    country: str | None,
    kind: str | None,
    everything: bool,  # noqa: FBT001 - click's way
    limit: int,
) -> None:
    """Show the latest events as a table; with EVENT_ID, one event with its evidence and claims."""
    console = Console()
    with _connection() as connection:
        if event_id is not None:
            console.print(event_story(connection, event_id))
            return
        console.print(
            event_table(
                connection,
                since=since.date() if since else None,
                country=country.upper() if country else None,
                kind=kind.upper() if kind else None,
                everything=everything,
                limit=limit,
            )
        )


def event_table(
    connection: Connection,
    *,
    since: date | None = None,
    country: str | None = None,
    kind: str | None = None,
    everything: bool = True,
    limit: int = 30,
) -> Table:
    """The latest events, oldest of them first; what is no fact is dimmed or coloured."""
    values = {"since": since, "country": country, "type": kind, "everything": everything, "limit": limit}
    statement = text(_EVENTS.replace(":since", "cast(:since as date)").replace(":country", "cast(:country as text)")
                     .replace(":type", "cast(:type as text)"))  # fmt: skip
    rows = connection.execute(statement, values).mappings().all()
    table = Table(
        title=f"The latest {len(rows)} events", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column("id", justify="right", no_wrap=True)
    table.add_column("day", no_wrap=True)
    table.add_column("event", min_width=9)
    table.add_column("who, to whom", ratio=3)
    table.add_column("where", ratio=2)
    table.add_column("killed", justify="right", no_wrap=True)
    table.add_column("status, sources", min_width=8)
    for row in rows:
        certainty = f"{row['status']}, {row['independent_sources']}"
        style = STYLES.get(row["status"])
        table.add_row(
            str(row["event_id"]), _day(row), _kind(row), _who(row), _where(row), _killed(row), certainty, style=style
        )
    return table


def event_story(connection: Connection, event_id: int) -> RenderableType:
    """One event: what it says, each sentence that tells it, and each number with who gave it.

    Raises:
        InputError: there is no such event.
    """
    event = connection.execute(text("select * from events where event_id = :id"), {"id": event_id}).mappings().first()
    if event is None:
        raise InputError(f"There is no event {event_id}: `dateline events --everything` lists those that there are.")
    head = Text.assemble((f"Event {event_id}: ", "bold"), event["summary"])
    facts = (
        f"{_kind(event)}, {_day(event)}, {event['status']}; {event['articles']} articles, "
        f"{event['independent_sources']} independent sources, confidence {event['confidence']:.2f}"
    )
    return Group(head, Text(facts, style="dim"), _evidence(connection, event_id), *_claims(connection, event_id))


def _evidence(connection: Connection, event_id: int) -> Table:
    table = Table(title="Told by", title_justify="left", expand=True)
    for name, ratio in (("outlet", 2), ("according to", 2), ("status", 1), ("words", 6)):
        table.add_column(name, ratio=ratio)
    for row in connection.execute(
        text(
            "select outlet, according_to, status, quote from event_sources where event_id = :id "
            "order by published_at, article_id, sentence"
        ),
        {"id": event_id},
    ).mappings():
        said_by = Text(row["according_to"] or "the article itself")
        table.add_row(Text(row["outlet"]), said_by, row["status"], Text(row["quote"] or "", style="italic"))
    return table


def _claims(connection: Connection, event_id: int) -> Iterator[Table]:
    rows = (
        connection.execute(
            text(
                "select measure, low, high, approximate, who, status, claimed_by, outlet, quote from claims "
                "where event_id = :id order by measure, published_at, casualty_id"
            ),
            {"id": event_id},
        )
        .mappings()
        .all()
    )
    if not rows:
        return
    table = Table(title="Numbers as given", title_justify="left", expand=True)
    for name, ratio in (("of", 1), ("number", 1), ("who", 2), ("status", 1), ("claimed by", 2), ("words", 3)):
        table.add_column(name, ratio=ratio)
    for row in rows:
        table.add_row(
            row["measure"], number_in_words(row["low"], row["high"], approximate=row["approximate"]),
            Text(row["who"] or ""), row["status"], Text(row["claimed_by"] or ""), Text(row["quote"], style="italic"),
        )  # fmt: skip
    yield table


def _killed(row: Row) -> str:
    if row["fatalities_low"] is None and row["fatalities_high"] is None:
        return ""
    return number_in_words(row["fatalities_low"], row["fatalities_high"])


def _day(row: Row) -> str:
    return f"{row['event_date'] or 'unknown'}" + ("~" if row["event_date"] and row["date_precision"] != "day" else "")


def _kind(row: Row) -> str:
    return f"{row['type']} {row['mode'] or ''}".strip()


def _who(row: Row) -> Text:
    whom = f" -> {row['recipients']}" if row["recipients"] else ""
    return Text(f"{row['actors'] or '?'}{whom}")


def _where(row: Row) -> Text:
    country_alone = 6  # precision of a place that is no more than its country
    if row["place"] is None:
        return Text(row["country"] or "")
    near = "near " if row["place_precision"] == 2 else ""  # noqa: PLR2004 - UCDP GED: within 25 km
    named = row["country"] and row["place_precision"] != country_alone and row["country"] != row["place"]
    return Text(f"{near}{row['place']}" + (f", {row['country']}" if named else ""))


# --- the line ------------------------------------------------------------------------------------------------


@click.command()
@click.option("--watch", is_flag=True, help="Look again every 2 seconds until Ctrl-C.")
def status(watch: bool) -> None:  # noqa: FBT001 - click's way
    """Show how the line does: what waits, what runs, what fails and why."""
    with _connection() as connection:
        if not watch:
            Console().print(line_screen(connection))
            return
        with (
            contextlib.suppress(KeyboardInterrupt),
            Live(line_screen(connection), screen=True, auto_refresh=False) as live,
        ):
            while True:
                time.sleep(WATCH_SECONDS)
                live.update(line_screen(connection), refresh=True)


def line_screen(connection: Connection) -> RenderableType:
    """The state of the line at this moment."""
    now = datetime.now(UTC)
    stages = connection.execute(text("select * from pipeline_health order by step")).mappings().all()
    ends = connection.execute(text("select state, count(*) as articles from article group by 1 order by 1")).tuples()
    totals = connection.execute(text("select count(*), count(*) filter (where happened) from events")).one()
    sick = connection.execute(
        text("select outlet, url, failures, detail, next_poll_at from feed_health "
             "where health in ('failing', 'gone') order by failures desc limit :limit"), {"limit": SHOWN_FAILURES},
    ).mappings().all()  # fmt: skip
    failed = connection.execute(text(_FAILED), {"limit": SHOWN_FAILURES}).mappings().all()
    connection.rollback()  # a fresh look next time, and no transaction held open meanwhile
    states = ", ".join(f"{articles} {state}" for state, articles in ends) or "none yet"
    return Group(
        Text.assemble(("Dateline ", "bold"), f"{now:%Y-%m-%d %H:%M:%S} UTC"),
        Text(f"Articles: {states}"),
        Text(f"Events: {totals[0]}, of which {totals[1]} happened"),
        _stage_table(stages, now),
        *_failing(sick, failed, now),
    )


def _stage_table(stages: Sequence[Row], now: datetime) -> Table:
    table = Table(title="Stages", title_justify="left")
    for name in (
        "stage",
        "pending",
        "running",
        "waits for its turn",
        "oldest pending",
        "done in the last hour",
        "failed",
    ):
        table.add_column(name, justify="left" if name == "stage" else "right")
    for row in stages:
        oldest = row["oldest_pending_at"]
        table.add_row(
            row["stage"], str(row["pending"]), str(row["running"]), str(row["waiting_for_turn"]),
            span(now - oldest) if oldest else "-", str(row["done_1h"]), str(row["failed_24h"]),
        )  # fmt: skip
    return table


def _failing(sick: Sequence[Row], failed: Sequence[Row], now: datetime) -> Iterator[Table]:
    if sick:
        table = Table(title="Feeds that fail", title_justify="left", expand=True)
        for name, ratio in (("outlet", 2), ("feed", 3), ("failures", 1), ("why", 5), ("again", 1)):
            table.add_column(name, ratio=ratio, overflow="fold")
        for row in sick:
            again = span(row["next_poll_at"] - now)
            table.add_row(Text(row["outlet"]), Text(row["url"]), str(row["failures"]), Text(row["detail"] or ""), again)
        yield table
    if failed:
        table = Table(title="Articles that failed (`dateline retry` puts them back)", title_justify="left", expand=True)
        table.add_column("articles", ratio=1, justify="right")
        table.add_column("why", ratio=8, overflow="fold")
        for row in failed:
            table.add_row(str(row["articles"]), Text(row["reason"]))
        yield table


@click.command()
@click.argument("article_ids", type=int, nargs=-1)
def retry(article_ids: tuple[int, ...]) -> None:
    """Put failed articles back to the stage they failed in: those named, or all of them."""
    servers.must_have_data(settings())
    with servers.reach(settings()) as addresses:
        engine = engine_for(addresses.database, pooled=False)
        with session_scope(engine) as session:
            chosen = article_ids or tuple(
                session.execute(text("select article_id from article where state = 'failed'")).scalars()
            )
            back = claims.put_back(session, Article, chosen, datetime.now(UTC))
    click.echo(f"{len(back)} articles put back.")


@contextmanager
def _connection() -> Iterator[Connection]:
    servers.must_have_data(settings())
    with servers.reach(settings()) as addresses, engine_for(addresses.database, pooled=False).connect() as connection:
        yield connection
