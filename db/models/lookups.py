"""Closed lists with readable keys: what the codes in the other tables mean."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    Numeric,
    Sequence,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base

LOCAL_PLACE = Sequence("local_place_id", start=-1, increment=-1, minvalue=-(2**62), maxvalue=-1, metadata=Base.metadata)
"""Ids of places that GeoNames does not hold: negative, so that they never meet a geonameid."""


class Country(Base):
    """A country of ISO 3166."""

    __tablename__ = "country"
    __table_args__ = ({"comment": "Countries and territories by ISO 3166-1; Kosovo, which has no code there, as KOS."},)

    iso3: Mapped[str] = mapped_column(CHAR(3), primary_key=True, comment="ISO 3166-1 alpha-3 code; KOS is Kosovo.")
    iso2: Mapped[str | None] = mapped_column(CHAR(2), unique=True, comment="ISO 3166-1 alpha-2 code; XK is Kosovo.")
    name: Mapped[str] = mapped_column(comment="English short name, from Unicode CLDR.")


class Sector(Base):
    """What an actor is: PLOVER's sectors."""

    __tablename__ = "sector"
    __table_args__ = ({"comment": "Sectors of society an actor can belong to (PLOVER, manual of February 2024)."},)

    code: Mapped[str] = mapped_column(CHAR(3), primary_key=True, comment="PLOVER code, such as MIL.")
    name: Mapped[str] = mapped_column(comment="What the code stands for.")
    is_state: Mapped[bool] = mapped_column(comment="True for organs of a state: government, army, police, courts.")
    is_civilian: Mapped[bool] = mapped_column(comment="True for unarmed people without public office.")


class EventType(Base):
    """What was done: the 16 types of PLOVER."""

    __tablename__ = "event_type"
    __table_args__ = (
        CheckConstraint("quad between 1 and 4", name="quad"),
        {"comment": "The 16 event types of PLOVER (manual of February 2024)."},
    )

    code: Mapped[str] = mapped_column(primary_key=True, comment="PLOVER type, such as ASSAULT.")
    quad: Mapped[int] = mapped_column(
        SmallInteger,
        comment="1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.",
    )
    score: Mapped[Decimal] = mapped_column(
        Numeric(3, 1),
        comment="Weight from -10 (most hostile) to 10 (most friendly), after Goldstein (1992) as PLOVER gives it.",
    )
    description: Mapped[str] = mapped_column(comment="The type in a few words.")


class AcledSubEvent(Base):
    """ACLED's sub-event types, for people who think in them."""

    __tablename__ = "acled_sub_event"
    __table_args__ = ({"comment": "Sub-event types of ACLED (codebook of 2023) with the types above them."},)

    name: Mapped[str] = mapped_column(primary_key=True, comment="ACLED sub-event type.")
    event_type: Mapped[str] = mapped_column(comment="ACLED event type it belongs to.")
    disorder_type: Mapped[str] = mapped_column(comment="ACLED disorder type it belongs to.")


class EventMode(Base):
    """How it was done: the modes of a type."""

    __tablename__ = "event_mode"
    __table_args__ = (
        {"comment": "Modes that refine an event type (PLOVER), with this project's own mapping to ACLED."},
    )

    type_code: Mapped[str] = mapped_column(ForeignKey("event_type.code"), primary_key=True, comment="The event type.")
    code: Mapped[str] = mapped_column(primary_key=True, comment="The mode, such as heavy-weapons.")
    acled_sub_event: Mapped[str | None] = mapped_column(
        ForeignKey("acled_sub_event.name"),
        comment="Usual ACLED sub-event of this mode; parties and outcome may make a single event differ.",
    )
    description: Mapped[str] = mapped_column(comment="The mode in a few words.")


class Place(Base):
    """A place that an event names."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("latitude between -90 and 90", name="latitude"),
        CheckConstraint("longitude between -180 and 180", name="longitude"),
        CheckConstraint("(latitude is null) = (longitude is null)", name="both_coordinates"),
        Index(
            "uq_place_local",
            "name",
            "iso3",
            "admin1",
            unique=True,
            postgresql_where=text("place_id < 0"),
            postgresql_nulls_not_distinct=True,
        ),
        {"comment": "Places that events name. Coordinates are GeoNames' (CC BY 4.0, www.geonames.org)."},
    )

    place_id: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="GeoNames id; negative for places that GeoNames does not hold.",
    )
    name: Mapped[str] = mapped_column(comment="Usual English name.")
    iso3: Mapped[str | None] = mapped_column(CHAR(3), ForeignKey("country.iso3"), comment="Country it lies in.")
    admin1: Mapped[str | None] = mapped_column(comment="Province, state or governorate it lies in, by name.")
    latitude: Mapped[float | None] = mapped_column(Double, comment="Degrees north, WGS 84; null: unknown.")
    longitude: Mapped[float | None] = mapped_column(Double, comment="Degrees east, WGS 84; null: unknown.")
