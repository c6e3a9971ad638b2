"""Who publishes, which feeds are polled, and what every request brought."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, WorkState, one_of
from worker.records import FetchClass

SOURCE_KINDS = (
    "publisher",
    "news_agency",
    "state_media",
    "official",
    "belligerent",
    "monitor",
    "ngo",
    "witness",
    "anonymous",
    "other",
)
FEED_STATES = ("idle", "fetched")
PURPOSES = ("feed", "article", "robots")


class Source(Base):
    """An outlet that publishes, or anybody that a text cites."""

    __tablename__ = "source"
    __table_args__ = (
        one_of("kind", SOURCE_KINDS),
        {"comment": "Outlets that publish and sources that articles cite: whoever says something."},
    )

    source_id: Mapped[Id] = mapped_column(comment="Key of the source.")
    name: Mapped[str] = mapped_column(unique=True, comment="Name as readers know it.")
    kind: Mapped[str] = mapped_column(comment="What it is: a publisher, an agency, an official, a witness and so on.")
    family: Mapped[str | None] = mapped_column(
        comment="Owner or group; sources of one family count as one when independent sources are counted."
    )
    iso3: Mapped[str | None] = mapped_column(CHAR(3), ForeignKey("country.iso3"), comment="Country it belongs to.")
    domain: Mapped[str | None] = mapped_column(comment="Registered domain that an outlet publishes under.")
    forgotten_at: Mapped[datetime | None] = mapped_column(
        comment="When the user had everything of this outlet erased (UTC); nothing of it is taken in again."
    )


class Feed(WorkState, Base):
    """A feed that the user chose, and what polling has learnt about it."""

    __tablename__ = "feed"
    __table_args__ = (
        one_of("state", FEED_STATES),
        one_of("failure_class", (c.value for c in FetchClass)),
        Index("ix_feed_due", "next_poll_at", postgresql_where=text("active")),
        Index("ix_feed_pending", "next_attempt_at", postgresql_where=text("state = 'fetched'")),
        Index("ix_feed_source_id", "source_id"),
        {"comment": "Feeds that are polled. State 'fetched' means that new bytes wait to be read."},
    )

    feed_id: Mapped[Id] = mapped_column(comment="Key of the feed.")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.source_id"), comment="Outlet that publishes it.")
    url: Mapped[str] = mapped_column(unique=True, comment="Address that is polled.")
    previous_urls: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="Addresses it had before permanent redirects, oldest first."
    )
    title: Mapped[str | None] = mapped_column(comment="Title the feed gives itself.")
    home_url: Mapped[str | None] = mapped_column(comment="Page the feed says it belongs to.")
    section: Mapped[str | None] = mapped_column(comment="Section of the outlet, such as world; set by the user.")
    language: Mapped[str | None] = mapped_column(comment="Language of its articles, ISO 639-1; set by the user.")
    time_zone: Mapped[str | None] = mapped_column(
        comment="IANA zone in which dates without one are read, such as Africa/Nairobi; set by the user."
    )
    headers: Mapped[dict[str, str]] = mapped_column(
        JSONB,
        server_default=text("'{}'"),
        comment="Extra request headers: header name to the name of the secret that holds its value, never the value.",
    )
    from_list: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="True when feeds.toml names it: the list then decides over its settings."
    )
    added_at: Mapped[datetime] = mapped_column(server_default=text("now()"), comment="When it was added (UTC).")
    active: Mapped[bool] = mapped_column(
        server_default=text("true"), comment="False: not polled; next_poll_reason says why."
    )
    removed_at: Mapped[datetime | None] = mapped_column(
        comment="When the user removed it (UTC); its articles are kept."
    )

    next_poll_at: Mapped[datetime] = mapped_column(server_default=text("now()"), comment="When it is asked next (UTC).")
    next_poll_reason: Mapped[str] = mapped_column(
        server_default=text("'It is new.'"), comment="Why it is asked then, as a sentence with the numbers."
    )
    interval_seconds: Mapped[int] = mapped_column(
        Integer, server_default=text("3600"), comment="Present interval between polls in seconds, before jitter."
    )
    floor_seconds: Mapped[int | None] = mapped_column(
        Integer, comment="Shortest interval in seconds that the user chose for it; null: as the settings say."
    )

    etag: Mapped[str | None] = mapped_column(comment="ETag of the last answer, exactly as received (RFC 9110, 8.8.3).")
    last_modified: Mapped[str | None] = mapped_column(
        comment="Last-Modified of the last answer, exactly as received (RFC 9110, 8.8.2)."
    )
    validators_trusted: Mapped[bool] = mapped_column(
        server_default=text("true"), comment="False once the bytes changed under an unchanged ETag or Last-Modified."
    )
    unconditional_at: Mapped[datetime | None] = mapped_column(
        comment="Last request sent without validators (UTC), to find out servers that lie."
    )
    body_sha256: Mapped[bytes | None] = mapped_column(comment="SHA-256 of the last bytes received.")

    last_polled_at: Mapped[datetime | None] = mapped_column(comment="Last request, whatever it brought (UTC).")
    last_ok_at: Mapped[datetime | None] = mapped_column(comment="Last answer that was good, changed or not (UTC).")
    last_changed_at: Mapped[datetime | None] = mapped_column(comment="Last answer with new bytes (UTC).")
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"), comment="Failed polls in a row.")
    failure_class: Mapped[str | None] = mapped_column(comment="Class of the last failure; null after a success.")
    failure_detail: Mapped[str | None] = mapped_column(comment="The last failure as a sentence; null after a success.")
    gone_since: Mapped[datetime | None] = mapped_column(comment="First 410 of the present run of them (UTC).")
    gone_count: Mapped[int] = mapped_column(
        SmallInteger, server_default=text("0"), comment="410 answers in a row; three over 48 hours end the polling."
    )
    permanent_redirect_to: Mapped[str | None] = mapped_column(comment="Where permanent redirects point, not yet taken.")
    permanent_redirect_since: Mapped[datetime | None] = mapped_column(
        comment="Since when they point there (UTC); after 7 days the address is taken."
    )

    ttl_minutes: Mapped[int | None] = mapped_column(Integer, comment="RSS ttl as the feed last gave it.")
    update_minutes: Mapped[int | None] = mapped_column(Integer, comment="sy:updatePeriod over sy:updateFrequency.")
    max_age_seconds: Mapped[int | None] = mapped_column(Integer, comment="max-age of Cache-Control (RFC 9111).")
    new_counts: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default=text("'{}'"), comment="New entries at the last polls, newest last."
    )
    entry_counts: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default=text("'{}'"), comment="All entries at the same polls, newest last."
    )
    recent_published: Mapped[list[datetime]] = mapped_column(
        ARRAY(DateTime(timezone=True)),
        server_default=text("'{}'"),
        comment="Publication times of the latest entries (UTC).",
    )
    problems: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="What was wrong with the feed when it was last read."
    )


class Fetch(Base):
    """One request and what it brought."""

    __tablename__ = "fetch_attempt"
    __table_args__ = (
        one_of("purpose", PURPOSES),
        one_of("outcome", (c.value for c in FetchClass)),
        CheckConstraint("feed_id is null or article_id is null", name="one_subject"),
        Index(
            "ix_fetch_attempt_feed_id_started_at", "feed_id", "started_at", postgresql_where=text("feed_id is not null")
        ),
        Index("ix_fetch_attempt_article_id", "article_id", postgresql_where=text("article_id is not null")),
        Index("ix_fetch_attempt_started_at", "started_at", postgresql_using="brin"),
        {"comment": "One row for every request that was made, failed ones included; pruned after some months."},
    )

    fetch_id: Mapped[Id] = mapped_column(comment="Key of the request.")
    purpose: Mapped[str] = mapped_column(
        comment="What was asked for: a feed, an article, or a file of its host for robots (robots.txt, tdmrep.json)."
    )
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("feed.feed_id"), comment="The feed that was polled.")
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("article.article_id"), comment="The article that was fetched."
    )
    url: Mapped[str] = mapped_column(comment="Address as asked.")
    final_url: Mapped[str] = mapped_column(comment="Address that answered, after redirects.")
    started_at: Mapped[datetime] = mapped_column(comment="When the request began (UTC).")
    elapsed_ms: Mapped[int] = mapped_column(Integer, comment="Milliseconds until it was over.")
    outcome: Mapped[str] = mapped_column(comment="Class of the outcome.")
    status: Mapped[int | None] = mapped_column(SmallInteger, comment="HTTP status; null when no answer came.")
    detail: Mapped[str] = mapped_column(comment="The outcome as a sentence.")
    wire_bytes: Mapped[int] = mapped_column(BigInteger, comment="Bytes of the body as received, before decompression.")
    body_bytes: Mapped[int] = mapped_column(BigInteger, comment="Bytes of the body after decompression.")
    new_bytes: Mapped[bool] = mapped_column(comment="True when the body differs from the one before.")
    etag: Mapped[str | None] = mapped_column(comment="ETag received.")
    last_modified: Mapped[str | None] = mapped_column(comment="Last-Modified received.")
    hops: Mapped[list[Any]] = mapped_column(
        JSONB, server_default=text("'[]'"), comment="Redirects on the way: url, status, location of each."
    )
    next_at: Mapped[datetime | None] = mapped_column(comment="When the next request was set to (UTC).")
    next_reason: Mapped[str | None] = mapped_column(comment="Why it was set to that instant.")
    interval_seconds: Mapped[int | None] = mapped_column(Integer, comment="Interval chosen for a feed, before jitter.")
    task_id: Mapped[UUID | None] = mapped_column(comment="Task that made the request, as Flower shows it.")


class Payload(Base):
    """Raw bytes of an answer, kept so that they can be read again by a better reader."""

    __tablename__ = "payload"
    __table_args__ = (
        CheckConstraint("num_nonnulls(feed_id, article_id) = 1", name="one_subject"),
        Index("ix_payload_feed_id", "feed_id", postgresql_where=text("feed_id is not null")),
        Index("ix_payload_article_id", "article_id", postgresql_where=text("article_id is not null")),
        Index("ix_payload_received_at", "received_at", postgresql_using="brin"),
        {"comment": "Raw bytes of feeds and pages as received, compressed; pruned after some days."},
    )

    payload_id: Mapped[Id] = mapped_column(comment="Key of the bytes; the highest one of a feed or article is current.")
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("feed.feed_id"), comment="Feed they are of.")
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.article_id"), comment="Article they are of.")
    received_at: Mapped[datetime] = mapped_column(comment="When the request for them began (UTC).")
    final_url: Mapped[str] = mapped_column(comment="Address that answered, after redirects.")
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, comment="Response headers, names in lower case.")
    sha256: Mapped[bytes] = mapped_column(comment="SHA-256 of the bytes before compression.")
    size: Mapped[int] = mapped_column(Integer, comment="Bytes before compression.")
    body: Mapped[bytes] = mapped_column(comment="The bytes, compressed with zlib (RFC 1950).")


class Robots(Base):
    """The robots.txt of a host, as last fetched."""

    __tablename__ = "robots"
    __table_args__ = ({"comment": "robots.txt of each host (RFC 9309), kept for a day."},)

    origin: Mapped[str] = mapped_column(primary_key=True, comment="Scheme, host and port, such as https://example.org.")
    fetched_at: Mapped[datetime] = mapped_column(comment="When it was fetched (UTC).")
    expires_at: Mapped[datetime] = mapped_column(comment="When it must be fetched again (UTC).")
    status: Mapped[int | None] = mapped_column(SmallInteger, comment="HTTP status; null when no answer came.")
    rules: Mapped[str] = mapped_column(comment="The file, at most 500 KiB; empty when there is none.")
    forbids_all: Mapped[bool] = mapped_column(
        comment="True when the server failed: nothing may be fetched until it answers."
    )
    note: Mapped[str] = mapped_column(comment="Why there are no rules, as a sentence; empty when there are.")


class Reservations(Base):
    """The tdmrep.json of a host, as last fetched."""

    __tablename__ = "reservations"
    __table_args__ = ({"comment": "tdmrep.json of each host (TDM Reservation Protocol), kept for a day."},)

    origin: Mapped[str] = mapped_column(primary_key=True, comment="Scheme, host and port, such as https://example.org.")
    fetched_at: Mapped[datetime] = mapped_column(comment="When it was fetched (UTC).")
    expires_at: Mapped[datetime] = mapped_column(comment="When it must be fetched again (UTC).")
    status: Mapped[int | None] = mapped_column(SmallInteger, comment="HTTP status; null when no answer came.")
    rules: Mapped[str] = mapped_column(comment="The file, at most 500 KiB; empty when there is none that can be read.")
