"""Happenings, each merged over all its reports, and what their rows said before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, one_of
from db.models.coding import DATE_PRECISIONS, ROLES, STATUSES

LIVE = text("merged_into is null and retracted_at is null")


def _live_and(condition: str) -> TextClause:
    return text(f"merged_into is null and retracted_at is null and {condition}")


class Event(Base):
    """One real-world happening."""

    __tablename__ = "event"
    __table_args__ = (
        one_of("status", STATUSES),
        one_of("date_precision", DATE_PRECISIONS),
        ForeignKeyConstraint(["type", "mode"], ["event_mode.type_code", "event_mode.code"]),
        CheckConstraint("date_start <= date_end", name="dates"),
        CheckConstraint("place_precision between 1 and 7", name="place_precision"),
        CheckConstraint("fatalities_low <= fatalities_high", name="fatalities"),
        CheckConstraint("merged_into <> event_id", name="merged_into_another"),
        Index("ix_event_event_date_type", "event_date", "type", postgresql_where=LIVE),
        Index("ix_event_latest", text("event_date desc nulls last"), text("event_id desc"), postgresql_where=LIVE),
        # What is told or vouched for by many is asked for often and is a small part of all: these stay below 1 MB each.
        Index("ix_event_told_widely", "place_id", "articles", postgresql_where=_live_and("articles >= 10")),
        Index(
            "ix_event_vouched_for",
            "place_id",
            "independent_sources",
            postgresql_where=_live_and("independent_sources >= 5"),
        ),
        Index("ix_event_deadly", "fatalities_best", "event_date", postgresql_where=_live_and("fatalities_best >= 10")),
        Index("ix_event_place_id_event_date", "place_id", "event_date"),
        Index("ix_event_story_id", "story_id"),
        Index("ix_event_change_no_event_id", "change_no", "event_id"),
        Index("ix_event_contexts", "contexts", postgresql_using="gin"),
        Index("ix_event_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
        {
            "comment": "One real-world happening, merged over all its reports. Count rows here where merged_into and "
            "retracted_at are null and happened is true, or use the view events."
        },
    )

    event_id: Mapped[Id] = mapped_column(comment="Key of the event; never changes and is never used again.")
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.story_id"), comment="Story that tells it.")
    type: Mapped[str] = mapped_column(ForeignKey("event_type.code"), comment="What was done: PLOVER type.")
    mode: Mapped[str | None] = mapped_column(comment="How: PLOVER mode; null: none or unknown.")
    acled_sub_event: Mapped[str | None] = mapped_column(
        ForeignKey("acled_sub_event.name"), comment="ACLED sub-event; null: ACLED has none for it."
    )
    contexts: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="PLOVER contexts, such as election."
    )
    summary: Mapped[str] = mapped_column(comment="The event in a line made from its own columns.")
    actors: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="Names of who did it, the principal first."
    )
    recipients: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="Names of whom it was done to, the principal first."
    )
    date_start: Mapped[date | None] = mapped_column(comment="First day it may have happened on; null: unknown.")
    date_end: Mapped[date | None] = mapped_column(comment="Last day it may have happened on; null: unknown.")
    date_precision: Mapped[str] = mapped_column(comment="day, range or unknown.")
    event_date: Mapped[date | None] = mapped_column(
        Computed("coalesce(date_start, date_end)", persisted=True), comment="Day to count it under: date_start."
    )
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.place_id"), comment="Where; null: not said.")
    place_precision: Mapped[int | None] = mapped_column(
        SmallInteger,
        comment="How exactly, as UCDP GED: 1 exact, 2 within 25 km, 3 district, 4 province, 5 area, 6 country, "
        "7 international waters or airspace.",
    )
    status: Mapped[str] = mapped_column(
        comment="asserted: reported in a text's own voice; claimed: on someone's word; disputed: said and denied; "
        "unverified, rumoured, planned, denied: it did not happen as far as is known."
    )
    happened: Mapped[bool] = mapped_column(
        Computed("status in ('asserted', 'claimed', 'disputed')", persisted=True),
        comment="False for planned, rumoured, denied and unverified events. Filter on it before counting.",
    )
    confidence: Mapped[float] = mapped_column(REAL, comment="Highest confidence of the mentions that stand, 0 to 1.")
    civilian_targeting: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="True when force was used and all its recipients were civilians."
    )
    fatalities_low: Mapped[int | None] = mapped_column(Integer, comment="Lowest number of killed that stands.")
    fatalities_best: Mapped[int | None] = mapped_column(
        Integer, comment="Number of killed that most independent sources last gave; null: no number known, never 0."
    )
    fatalities_high: Mapped[int | None] = mapped_column(Integer, comment="Highest number of killed that anybody gave.")
    first_reported_at: Mapped[datetime] = mapped_column(comment="Publication of the first report of it (UTC).")
    last_reported_at: Mapped[datetime] = mapped_column(comment="Publication of the last report of it (UTC).")
    mentions: Mapped[int] = mapped_column(Integer, comment="Sentences that tell it, over all articles.")
    articles: Mapped[int] = mapped_column(Integer, comment="Articles that tell it, copies included.")
    outlets: Mapped[int] = mapped_column(Integer, comment="Outlets whose articles tell it, copies included.")
    independent_sources: Mapped[int] = mapped_column(
        Integer,
        comment="Sources that do not rest on one another: for each report the first source with its own name, else "
        "the agency, else the outlet; sources of one family count once, copies add nothing.",
    )
    revision: Mapped[int] = mapped_column(
        Integer, server_default=text("1"), comment="1 at first; one more with every change."
    )
    created_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When it was first stored (UTC)."
    )
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"), comment="When it last changed (UTC).")
    change_no: Mapped[int] = mapped_column(
        BigInteger,
        server_default=text("(pg_current_xact_id()::text)::bigint"),
        comment="Number of the transaction that last changed it: the order of the view event_changes.",
    )
    version_of: Mapped[int | None] = mapped_column(
        ForeignKey("event.event_id"),
        comment="Event that tells the same happening with another culprit and rests on more sources; null: count this "
        "one.",
    )
    merged_into: Mapped[int | None] = mapped_column(
        ForeignKey("event.event_id"), comment="Event that it turned out to be the same as."
    )
    retracted_at: Mapped[datetime | None] = mapped_column(
        comment="When no text told it any more (UTC): its reports were corrected, coded anew or erased."
    )


class EventActor(Base):
    """A party of an event."""

    __tablename__ = "event_actor"
    __table_args__ = (
        one_of("role", ROLES),
        PrimaryKeyConstraint("event_id", "role", "ord"),
        UniqueConstraint("event_id", "role", "actor_id"),
        CheckConstraint("ord > 0", name="ord"),
        Index("ix_event_actor_actor_id_event_id", "actor_id", "event_id"),
        {"comment": "Who did it and to whom. ord 1 is the principal of its role: sums over those count an event once."},
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.event_id", ondelete="CASCADE"), comment="The event.")
    role: Mapped[str] = mapped_column(comment="actor did it, recipient had it done to them.")
    ord: Mapped[int] = mapped_column(SmallInteger, comment="Place among the parties of that role; 1 is the principal.")
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.actor_id"), comment="Who it is.")


class EventRevision(Base):
    """What an event's row said before it changed."""

    __tablename__ = "event_revision"
    __table_args__ = (
        PrimaryKeyConstraint("event_id", "revision"),
        {"comment": "Every earlier state of every event, written by a trigger: nothing is overwritten silently."},
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.event_id", ondelete="CASCADE"), comment="The event.")
    revision: Mapped[int] = mapped_column(Integer, comment="Revision of the row that is kept here.")
    replaced_at: Mapped[datetime] = mapped_column(comment="When the next revision took its place (UTC).")
    was: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="The row as it was, column by column.")


class EventDispute(Base):
    """Two versions of what may be one happening, told by rivals."""

    __tablename__ = "event_dispute"
    __table_args__ = (
        PrimaryKeyConstraint("event_id", "other_id"),
        CheckConstraint("event_id < other_id", name="order"),
        Index("ix_event_dispute_other_id", "other_id"),
        {"comment": "Pairs of events that tell one happening with rival culprits, as when each side blames the other."},
    )

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.event_id", ondelete="CASCADE"), comment="The event of the pair with the lower key."
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("event.event_id", ondelete="CASCADE"), comment="The event of the pair with the higher key."
    )
