"""Commands about feeds: add, list, import, export, apply a list, poll now, remove."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from db import feed_list
from db.feed_list import FeedRow, FeedSettings
from db.schema import upgrade
from db.session import engine_for, session_scope
from worker.cli import servers
from worker.errors import FeedListError, InputError
from worker.feeds.discovery import find_feeds, usual_addresses
from worker.feeds.feed_list import KINDS, ListedFeed, login_refusal, read_feeds_toml
from worker.feeds.interval import first_poll
from worker.feeds.opml import read_opml, write_opml
from worker.feeds.parse import ParseLimits, parse_feed
from worker.fetch.client import Client, FetchLimits
from worker.fetch.outcome import is_success
from worker.records import Fetched, ParsedFeed
from worker.settings import settings
from worker.urls import canonical, host_of, is_fetchable

SHOWN_REFUSALS = 20  # a screenful; the count says how many more there are


@click.group()
def feeds() -> None:
    """Add, list, import, export, poll or remove feeds."""


@feeds.command()
@click.argument("url")
@click.option("--outlet", help="Name of the house that publishes it; the feed's own title when left out.")
@click.option("--kind", type=click.Choice(KINDS), help="What it is; a publisher when it is new and you do not say.")
@click.option("--family", help="Owner or group: outlets of one family count as one independent source.")
@click.option("--section", help="world, politics, sport ...")
@click.option("--language", help="ISO 639-1, for articles whose language cannot be told.")
@click.option("--time-zone", help="IANA zone of dates that name none, such as Africa/Nairobi.")
@click.option("--interval", type=click.IntRange(1, 7 * 86400), help="Shortest seconds between two polls.")
@click.option("--unchecked", is_flag=True, help="Add it without looking at it first.")
def add(url: str, unchecked: bool, **given: str | int | None) -> None:  # noqa: FBT001 - click's way
    """Add a feed by its address, or by that of a page that names one; of a known feed, change what is given."""
    if not is_fetchable(url):
        raise InputError(f"{url} is not an http or https address: give the address of a feed or of a page.")
    if reason := login_refusal(url):
        raise InputError(reason)
    _check(given)
    found = canonical(url)
    title = ""
    if not unchecked:
        found, parsed = _look_at(found)
        title = parsed.title
        click.echo(f"{found}: {len(parsed.entries)} entries" + (f", {title!r}" if title else ""))
    told = {name: value for name, value in given.items() if value is not None}
    if "interval" in told:
        told["floor_seconds"] = told.pop("interval")
    with _database() as session:
        click.echo(_put(session, found, title, told))


def _put(session: Session, url: str, title: str, told: Mapping[str, Any]) -> str:
    """Add a feed, or change what was told of one that is known; what was done, as a sentence."""
    known = feed_list.settings_at(session, url)
    outlet = str(told.get("outlet") or (known.outlet if known else title) or host_of(url))
    of_outlet = known if known and known.outlet == outlet else feed_list.outlet_at(session, outlet)
    about = {"kind": of_outlet.kind, "family": of_outlet.family, "country": of_outlet.country} if of_outlet else {}
    chosen = replace(known or FeedSettings(url, outlet), **{"outlet": outlet, **about, **told})
    if chosen == known:
        return f"{chosen.url} is known already, with the same settings."
    feed_list.add_feed(session, chosen, datetime.now(UTC))
    if known:
        return f"{chosen.url} was known already; its settings were changed."
    return "Added. It is polled at the next tick of a running `dateline up`."


def _check(given: Mapping[str, object]) -> None:
    """Say which option has a value that no feed can have, in the words of feeds.toml."""
    words = {name: given[name] for name in ("language", "time_zone") if given[name] is not None}
    lines = [f"{name} = {json.dumps(value)}" for name, value in words.items()]
    try:
        read_feeds_toml("\n".join(["[[feed]]", 'url = "https://example.org/"', *lines]))
    except FeedListError as error:
        raise InputError(str(error).partition(": ")[2]) from None


@feeds.command("list")
def show() -> None:
    """Show every feed: when it is polled next and why, and what goes wrong."""
    servers.must_have_data(settings())
    with _database() as session:
        rows = feed_list.list_feeds(session)
    Console().print(feed_table(rows) if rows else "There are no feeds yet: add one with `dateline feeds add URL`.")


@feeds.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(file: Path) -> None:
    """Add all feeds of an OPML file; their first polls are spread over the first interval."""
    report = read_opml(file.read_bytes())
    now = datetime.now(UTC)
    with _database() as session:
        known = feed_list.addresses(session)
        outlets = {chosen.outlet: chosen for chosen in feed_list.settings_of(session)}
        new = [feed for feed in report.feeds if feed.url not in known]
        for feed in track(new, description="Importing", console=Console(stderr=True)):
            feed_list.add_feed(session, _of_known_outlet(_chosen(feed), outlets), _first_poll(now))
    already = len(report.feeds) - len(new)
    click.echo(f"{len(new)} added, {already} known already, {len(report.refused)} refused.")
    for refused in report.refused[:SHOWN_REFUSALS]:
        click.echo(f"  line {refused.line}: {refused.text}: {refused.reason}")
    if len(report.refused) > SHOWN_REFUSALS:
        click.echo(f"  ... and {len(report.refused) - SHOWN_REFUSALS} more")


@feeds.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default="-")
def export(file: Path) -> None:
    """Write all feeds as OPML, to a file or to standard output."""
    servers.must_have_data(settings())
    with _database() as session:
        listed = [_listed(chosen) for chosen in feed_list.settings_of(session)]
    written = write_opml(listed, title="Feeds of Dateline")
    if str(file) == "-":
        sys.stdout.buffer.write(written)
    else:
        file.write_bytes(written)


@feeds.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def apply(file: Path) -> None:
    """Make the feeds those of a feeds.toml: only what differs is changed."""
    with servers.reach(settings()) as addresses:
        upgrade(addresses.database)
        click.echo(apply_file(addresses.database, file))


@feeds.command()
@click.argument("url")
def poll(url: str) -> None:
    """Ask a feed at the next tick, whatever its interval; one given up as gone is tried again."""
    servers.must_have_data(settings())
    with _database() as session:
        feed_list.poll_now(session, canonical(url), datetime.now(UTC))
    click.echo(f"{url} is asked at the next tick of a running `dateline up`.")


@feeds.command()
@click.argument("url")
def remove(url: str) -> None:
    """Stop polling a feed; what was gathered from it stays."""
    servers.must_have_data(settings())
    with _database() as session:
        feed_list.remove_feed(session, canonical(url), datetime.now(UTC))
    click.echo(f"{url} is no longer polled. Its articles and events are kept.")


def apply_file(database: str, file: Path) -> str:
    """Apply a feeds.toml to a database; what changed, as a sentence.

    Raises:
        FeedListError: the file cannot be read; the text names each mistake with its line.
    """
    try:
        listed = read_feeds_toml(file.read_text())
    except FeedListError as error:
        raise FeedListError(str(error).replace("feeds.toml, line", f"{file}, line")) from None
    except (OSError, UnicodeDecodeError) as error:
        raise FeedListError(f"{file} cannot be read: {error}") from None
    now = datetime.now(UTC)
    engine = engine_for(database, pooled=False)
    chosen = [_chosen(feed) for feed in listed.feeds]
    with session_scope(engine) as session:
        first = {feed.url: _first_poll(now) if len(chosen) > FEW else now for feed in chosen}
        changes = feed_list.apply_list(session, chosen, now, first)
    parts = {
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
        "unchanged": changes.unchanged,
    }
    counts = ", ".join(f"{len(urls)} {name}" for name, urls in parts.items() if urls)
    return f"{file}: {counts or 'it names no feed'}."


FEW = 50  # so many feeds may be asked at once: the hosts' turns spread them


def feed_table(rows: Sequence[FeedRow]) -> Table:
    """Feeds as a person reads them: what is wrong stands out."""
    table = Table(title=f"{len(rows)} feeds", title_justify="left")
    for name, ratio in (("outlet", 2), ("feed", 4), ("last good", 2), ("next poll", 2), ("why", 4)):
        table.add_column(name, ratio=ratio, overflow="fold")
    now = datetime.now(UTC)
    for row in rows:
        why = Text(row.failure_detail or row.next_poll_reason, style="red" if row.failures else "")
        when = span(row.next_poll_at - now) if row.active else "never"
        good = f"{span(now - row.last_ok_at)} ago" if row.last_ok_at else "-"
        table.add_row(Text(row.outlet), Text(row.url), good, when, why)
    return table


def span(delta: timedelta) -> str:
    """A stretch of time in the unit that fits it; what lies in the past is ``now``."""
    seconds = delta.total_seconds()
    if seconds <= 0:
        return "now"
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


# --- looking at an address -----------------------------------------------------------------------------------


def _look_at(url: str) -> tuple[str, ParsedFeed]:
    """The feed at an address, or the first one that the page there names.

    Raises:
        InputError: neither; the text says what came instead.
    """
    from tasks.asking import identity  # noqa: PLC0415 - loads Celery, which no other command about feeds needs

    client = Client(FetchLimits(), identity(), settings().allowed_networks, ca_file=settings().ca_file)
    try:
        first = _get(client, url)
        parsed = _parse(first)
        if parsed.kind:
            return first.final_url, parsed
        named = [feed.url for feed in find_feeds(first.body, first.final_url)]
        for candidate in [*named, *usual_addresses(first.final_url)]:
            fetched = client.get(candidate, accept="*/*", max_bytes=settings().feed_max_bytes)
            if is_success(fetched.outcome) and (parsed := _parse(fetched)).kind:
                return fetched.final_url, parsed
    finally:
        client.close()
    raise InputError(f"{url} is a page, and neither it nor the usual addresses of its host lead to a feed.")


def _get(client: Client, url: str) -> Fetched:
    fetched = client.get(url, accept="*/*", max_bytes=settings().feed_max_bytes)
    if not is_success(fetched.outcome):
        raise InputError(f"{fetched.detail} Use --unchecked to add it all the same.")
    return fetched


def _parse(fetched: Fetched) -> ParsedFeed:
    return parse_feed(
        fetched.body, url=fetched.final_url, headers=fetched.headers, now=fetched.started_at, limits=ParseLimits()
    )


@contextmanager
def _database() -> Iterator[Session]:
    with servers.reach(settings()) as addresses:
        upgrade(addresses.database)
        engine = engine_for(addresses.database, pooled=False)
        with session_scope(engine) as session:
            yield session


def _first_poll(now: datetime) -> datetime:
    return first_poll(settings().feed_floor_seconds, now, random.random()).at  # noqa: S311 - spreads load, no secret


def _chosen(feed: ListedFeed) -> FeedSettings:
    return FeedSettings(
        url=feed.url,
        outlet=feed.outlet,
        kind=feed.kind,
        family=feed.family,
        section=feed.section,
        language=feed.language,
        time_zone=feed.time_zone,
        floor_seconds=feed.interval_seconds,
        headers=feed.headers,
    )


def _of_known_outlet(chosen: FeedSettings, outlets: Mapping[str, FeedSettings]) -> FeedSettings:
    """OPML does not say what an outlet is: what the user said of it before holds."""
    known = outlets.get(chosen.outlet)
    return replace(chosen, kind=known.kind, family=known.family, country=known.country) if known else chosen


def _listed(chosen: FeedSettings) -> ListedFeed:
    return ListedFeed(
        url=chosen.url,
        outlet=chosen.outlet,
        kind=chosen.kind,
        family=chosen.family,
        section=chosen.section,
        language=chosen.language,
        time_zone=chosen.time_zone,
        interval_seconds=chosen.floor_seconds,
        headers=chosen.headers,
    )
