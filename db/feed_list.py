"""The feeds that the user chose: adding, changing, removing and listing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, any_, case, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Feed, Source
from db.sources import put_outlet
from db.text import storable
from worker.errors import InputError


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """What the user decides about a feed, in feeds.toml or on the command line."""

    url: str
    outlet: str  # name of the publisher
    kind: str = "publisher"  # see source.kind
    family: str | None = None  # owner: sources of one family count once
    country: str | None = None  # of the outlet, alpha-3
    section: str | None = None
    language: str | None = None  # ISO 639-1
    time_zone: str | None = None  # IANA name
    floor_seconds: int | None = None  # shortest interval; None: the setting's
    headers: Mapping[str, str] = field(default_factory=dict)  # header name -> name of the secret


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What applying a list of feeds changed, by address."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed as a person sees it in a list."""

    feed_id: int
    url: str
    outlet: str
    section: str | None
    active: bool
    next_poll_at: datetime
    next_poll_reason: str
    last_ok_at: datetime | None
    failures: int
    failure_detail: str | None


def add_feed(session: Session, chosen: FeedSettings, first_poll_at: datetime, *, from_list: bool = False) -> int:
    """Add a feed, or bring back one that was removed, and return its key; known feeds get the new settings.

    Args:
        session: The transaction.
        chosen: What the user decided.
        first_poll_at: When a feed that is new is first asked; an import spreads these.
        from_list: The feed stands in feeds.toml.
    """
    columns = _columns(session, chosen)
    statement = insert(Feed).values(
        url=storable(chosen.url),
        state="idle",
        next_poll_at=first_poll_at,
        from_list=from_list,
        **columns,
    )
    kept: dict[str, Any] = {name: statement.excluded[name] for name in (*columns, "from_list")}
    # A feed that comes back is asked like a new one; a known one keeps its rhythm.
    back: ColumnElement[bool] = Feed.removed_at.is_not(None)
    kept |= {
        "next_poll_at": case((back, statement.excluded.next_poll_at), else_=Feed.next_poll_at),
        "next_poll_reason": case((back, "It was added again."), else_=Feed.next_poll_reason),
        "active": case((back, True), else_=Feed.active),
        "removed_at": None,
    }
    statement = statement.on_conflict_do_update(index_elements=[Feed.url], set_=kept)
    return session.execute(statement.returning(Feed.feed_id)).scalar_one()


def apply_list(
    session: Session, chosen: Sequence[FeedSettings], now: datetime, first_polls: Mapping[str, datetime]
) -> ListChanges:
    """Make the feeds of feeds.toml those of the list: add, change and remove only what differs.

    Feeds that were added by hand are left alone. Settings of feeds that the list names follow the list. A feed that has
    moved (a permanent redirect) is meant by its former address too.

    Args:
        session: The transaction.
        chosen: The whole list.
        now: The present instant.
        first_polls: When each new feed is first asked, by address.
    """
    known = {row.url: row for row in session.execute(_with_outlet()).mappings()}
    moved = {old: url for url, row in known.items() if row["removed_at"] is None for old in row["previous_urls"]}
    chosen = [one if one.url in known else replace(one, url=moved.get(one.url, one.url)) for one in chosen]
    added, changed, unchanged = [], [], []
    for one in chosen:
        row = known.get(storable(one.url))
        if row is None or row["removed_at"] is not None:
            added.append(one.url)
        elif _differs(one, row):
            changed.append(one.url)
        else:
            unchanged.append(one.url)
            continue
        add_feed(session, one, first_polls.get(one.url, now), from_list=True)
    listed = {storable(one.url) for one in chosen}
    removed = [
        url for url, row in known.items() if row["from_list"] and row["removed_at"] is None and url not in listed
    ]
    for url in removed:
        remove_feed(session, url, now, reason="It is no longer in feeds.toml.")
    return ListChanges(tuple(added), tuple(changed), tuple(sorted(removed)), tuple(unchanged))


def addresses(session: Session) -> frozenset[str]:
    """Return the addresses, present and former, of all feeds that were not removed."""
    rows = session.execute(select(Feed.url, Feed.previous_urls).where(Feed.removed_at.is_(None)))
    return frozenset(address for url, former in rows for address in (url, *former))


def settings_at(session: Session, url: str) -> FeedSettings | None:
    """Return the settings of the feed that has, or had before it moved, an address; None when there is none."""
    here = (Feed.url == storable(url)) | (literal(storable(url)) == any_(Feed.previous_urls))
    row = session.execute(_with_outlet().where(here, Feed.removed_at.is_(None)).limit(1)).mappings().one_or_none()
    return _settings(row) if row is not None else None


def outlet_at(session: Session, outlet: str) -> FeedSettings | None:
    """Return the settings of some feed of an outlet, which say what the outlet is; None when it has no feed."""
    row = session.execute(_with_outlet().where(Source.name == storable(outlet)).limit(1)).mappings().one_or_none()
    return _settings(row) if row is not None else None


def remove_feed(session: Session, url: str, now: datetime, *, reason: str = "It was removed.") -> int:
    """Stop polling a feed; its articles and events are kept. Returns its key.

    Raises:
        InputError: There is no such feed.
    """
    feed_id = session.execute(
        update(Feed)
        .where(Feed.url == url, Feed.removed_at.is_(None))
        .values(removed_at=now, active=False, next_poll_reason=reason)
        .returning(Feed.feed_id)
    ).scalar()
    if feed_id is None:
        raise InputError(f"No feed has the address {url}: `dateline feeds list` shows those that there are.")
    return feed_id


def poll_now(session: Session, url: str, now: datetime) -> int:
    """Make a feed due at once and return its key; one that had been given up as gone is tried again.

    Raises:
        InputError: There is no such feed.
    """
    feed_id = session.execute(
        update(Feed)
        .where(Feed.url == url, Feed.removed_at.is_(None))
        .values(next_poll_at=now, active=True, next_poll_reason="You asked for it.")
        .returning(Feed.feed_id)
    ).scalar()
    if feed_id is None:
        raise InputError(f"No feed has the address {url}: add it with `dateline feeds add {url}`.")
    return feed_id


def list_feeds(session: Session) -> tuple[FeedRow, ...]:
    """Return all feeds that were not removed, by outlet and address."""
    rows = session.execute(
        select(
            Feed.feed_id,
            Feed.url,
            Source.name.label("outlet"),
            Feed.section,
            Feed.active,
            Feed.next_poll_at,
            Feed.next_poll_reason,
            Feed.last_ok_at,
            Feed.failures,
            Feed.failure_detail,
        )
        .join(Source, Source.source_id == Feed.source_id)
        .where(Feed.removed_at.is_(None))
        .order_by(Source.name, Feed.url)
    ).mappings()
    return tuple(FeedRow(**row) for row in rows)


def settings_of(session: Session) -> tuple[FeedSettings, ...]:
    """Return the settings of all feeds that were not removed, for export."""
    rows = session.execute(_with_outlet().where(Feed.removed_at.is_(None)).order_by(Feed.url)).mappings()
    return tuple(_settings(row) for row in rows)


def _settings(row: RowMapping) -> FeedSettings:
    return FeedSettings(
        url=row["url"],
        outlet=row["outlet"],
        kind=row["kind"],
        family=row["family"],
        country=row["iso3"],
        section=row["section"],
        language=row["language"],
        time_zone=row["time_zone"],
        floor_seconds=row["floor_seconds"],
        headers=row["headers"],
    )


def _columns(session: Session, chosen: FeedSettings) -> dict[str, Any]:
    source_id = put_outlet(session, chosen.outlet, kind=chosen.kind, family=chosen.family, country=chosen.country)
    return {
        "source_id": source_id,
        "section": chosen.section,
        "language": chosen.language,
        "time_zone": chosen.time_zone,
        "headers": dict(chosen.headers),
        "floor_seconds": chosen.floor_seconds,
    }


def _with_outlet() -> Select[*tuple[Any, ...]]:
    return select(
        Feed.url,
        Feed.previous_urls,
        Feed.section,
        Feed.language,
        Feed.time_zone,
        Feed.headers,
        Feed.floor_seconds,
        Feed.from_list,
        Feed.removed_at,
        Source.name.label("outlet"),
        Source.kind,
        Source.family,
        Source.iso3,
    ).join(Source, Source.source_id == Feed.source_id)


def _differs(chosen: FeedSettings, row: RowMapping) -> bool:
    same = (
        row["from_list"]
        and row["outlet"] == chosen.outlet
        and row["kind"] == chosen.kind
        and row["family"] == chosen.family
        and chosen.country in {None, row["iso3"]}
        and row["section"] == chosen.section
        and row["language"] == chosen.language
        and row["time_zone"] == chosen.time_zone
        and row["headers"] == dict(chosen.headers)
        and chosen.floor_seconds == row["floor_seconds"]
    )
    return not same
