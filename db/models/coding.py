"""What a coder read out of a text: mentions with their words, parties, sources and numbers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    ARRAY,
    REAL,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, one_of

STATUSES = ("asserted", "claimed", "disputed", "unverified", "rumoured", "planned", "denied")
DATE_PRECISIONS = ("day", "range", "unknown")
MEASURES = ("killed", "injured", "captured", "missing", "displaced")
SIDES = ("forces", "fighters", "others")
ROLES = ("actor", "recipient")


class Coder(Base):
    """One version of the event coder with one language pack."""

    __tablename__ = "coder"
    __table_args__ = (
        UniqueConstraint("version", "pack", "pack_digest"),
        {"comment": "Versions of the event coder that have read texts: the same version reads the same text alike."},
    )

    coder_id: Mapped[Id] = mapped_column(comment="Key of the coder version.")
    version: Mapped[str] = mapped_column(comment="Version of the coder, digests included.")
    pack: Mapped[str] = mapped_column(comment="Language pack it read with.")
    pack_digest: Mapped[str] = mapped_column(comment="Digest of the pack's files.")


class Extraction(Base):
    """One reading of one text by one coder version."""

    __tablename__ = "extraction"
    __table_args__ = (
        UniqueConstraint("text_id", "coder_id"),
        Index("ix_extraction_finished_at", "finished_at"),
        {"comment": "Readings: one text by one coder version. Mentions hang on the latest reading of an article."},
    )

    extraction_id: Mapped[Id] = mapped_column(comment="Key of the reading.")
    text_id: Mapped[int] = mapped_column(ForeignKey("article_text.text_id"), comment="Text that was read.")
    coder_id: Mapped[int] = mapped_column(ForeignKey("coder.coder_id"), comment="Coder version that read it.")
    finished_at: Mapped[datetime] = mapped_column(comment="When it was read (UTC).")
    superseded_at: Mapped[datetime | None] = mapped_column(
        comment="When a reading by another coder, or of a newer text, took its place (UTC); its mentions are gone then."
    )
    mentions: Mapped[int] = mapped_column(Integer, comment="Mentions it found.")


class Actor(Base):
    """Who does things, or has them done to them."""

    __tablename__ = "actor"
    __table_args__ = (
        UniqueConstraint("name", "iso3", postgresql_nulls_not_distinct=True),
        {"comment": "Parties to events: states' organs, armed groups, organisations; generic parties in lower case."},
    )

    actor_id: Mapped[Id] = mapped_column(comment="Key of the actor.")
    name: Mapped[str] = mapped_column(comment="Resolved name; lower case for generic parties such as protesters.")
    iso3: Mapped[str | None] = mapped_column(ForeignKey("country.iso3"), comment="Country; null: none or unknown.")
    sector: Mapped[str | None] = mapped_column(ForeignKey("sector.code"), comment="PLOVER sector; null: unknown.")


class Mention(Base):
    """One happening as one text tells it."""

    __tablename__ = "mention"
    __table_args__ = (
        one_of("status", STATUSES),
        one_of("date_precision", DATE_PRECISIONS),
        ForeignKeyConstraint(["type", "mode"], ["event_mode.type_code", "event_mode.code"]),
        UniqueConstraint("extraction_id", "number"),
        CheckConstraint("confidence between 0 and 1", name="confidence"),
        CheckConstraint("place_precision between 1 and 7", name="place_precision"),
        CheckConstraint("date_start <= date_end", name="dates"),
        Index("ix_mention_event_id", "event_id"),
        {"comment": "One happening as one text tells it, read by one coder version. To count happenings, see event."},
    )

    mention_id: Mapped[Id] = mapped_column(comment="Key of the mention.")
    extraction_id: Mapped[int] = mapped_column(
        ForeignKey("extraction.extraction_id", ondelete="CASCADE"), comment="Reading that found it."
    )
    number: Mapped[int] = mapped_column(SmallInteger, comment="Place among the mentions of the reading, from 1.")
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.event_id"), comment="Event that it and others were merged into."
    )
    type: Mapped[str] = mapped_column(ForeignKey("event_type.code"), comment="PLOVER type.")
    mode: Mapped[str | None] = mapped_column(comment="PLOVER mode; null: none or unknown.")
    acled_sub_event: Mapped[str | None] = mapped_column(
        ForeignKey("acled_sub_event.name"), comment="ACLED sub-event; null: ACLED has none for it."
    )
    contexts: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="PLOVER contexts, such as election."
    )
    status: Mapped[str] = mapped_column(comment="How certain the text makes it.")
    confidence: Mapped[float] = mapped_column(REAL, comment="The coder's own estimate that it read rightly, 0 to 1.")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.place_id"), comment="Where; null: not said.")
    place_precision: Mapped[int | None] = mapped_column(
        SmallInteger, comment="How exactly, as UCDP GED: 1 exact ... 7 international waters or airspace."
    )
    place_text: Mapped[str | None] = mapped_column(comment="Words that name the place.")
    date_start: Mapped[date | None] = mapped_column(comment="First day it may have happened on; null: unknown.")
    date_end: Mapped[date | None] = mapped_column(comment="Last day it may have happened on; null: unknown.")
    date_precision: Mapped[str] = mapped_column(comment="day, range or unknown.")
    date_text: Mapped[str | None] = mapped_column(comment="Words that name the date.")


class Quote(Base):
    """A sentence of a text that tells a mention."""

    __tablename__ = "quote"
    __table_args__ = (
        PrimaryKeyConstraint("mention_id", "number"),
        CheckConstraint("char_start < char_end", name="span"),
        {"comment": "Sentences that tell a mention: its evidence, in characters of article_text.body."},
    )

    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mention.mention_id", ondelete="CASCADE"), comment="Mention it is evidence of."
    )
    number: Mapped[int] = mapped_column(SmallInteger, comment="Place among the mention's sentences, from 1.")
    char_start: Mapped[int] = mapped_column(Integer, comment="First character, counted from 0.")
    char_end: Mapped[int] = mapped_column(Integer, comment="Character after the last.")
    words: Mapped[str | None] = mapped_column(comment="The sentence; null once erased under the retention setting.")
    trigger_start: Mapped[int | None] = mapped_column(Integer, comment="First character of the word that tells it.")
    trigger_end: Mapped[int | None] = mapped_column(Integer, comment="Character after the last of that word.")


class MentionParty(Base):
    """A party of a mention."""

    __tablename__ = "mention_party"
    __table_args__ = (
        one_of("role", ROLES),
        PrimaryKeyConstraint("mention_id", "role", "ord"),
        {"comment": "Who did it and to whom, according to one mention."},
    )

    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mention.mention_id", ondelete="CASCADE"), comment="Mention it is a party of."
    )
    role: Mapped[str] = mapped_column(comment="actor does it, recipient has it done to them.")
    ord: Mapped[int] = mapped_column(SmallInteger, comment="Place among the parties of that role, from 1.")
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.actor_id"), comment="Who it is.")
    words: Mapped[str | None] = mapped_column(comment="Words of the text it was read from; null once erased.")
    char_start: Mapped[int | None] = mapped_column(Integer, comment="First character of these words.")
    char_end: Mapped[int | None] = mapped_column(Integer, comment="Character after the last.")


class Attribution(Base):
    """Who says so."""

    __tablename__ = "attribution"
    __table_args__ = (
        PrimaryKeyConstraint("mention_id", "step"),
        {"comment": "According to whom a mention is told: a chain, the origin first. No row: the article's own voice."},
    )

    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mention.mention_id", ondelete="CASCADE"), comment="Mention that is told so."
    )
    step: Mapped[int] = mapped_column(SmallInteger, comment="1 is the origin, 2 who quotes it, and so on.")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.source_id"), comment="Who says so.")
    words: Mapped[str | None] = mapped_column(comment="Words of the text that name it; null once erased.")


class Casualty(Base):
    """A number as one source gave it."""

    __tablename__ = "casualty"
    __table_args__ = (
        one_of("measure", MEASURES),
        one_of("side", SIDES),
        one_of("status", STATUSES),
        CheckConstraint("low <= high", name="bounds"),
        Index("ix_casualty_mention_id", "mention_id"),
        {"comment": "Numbers of people as one source gave them; rival numbers are rows of their own and never added."},
    )

    casualty_id: Mapped[Id] = mapped_column(comment="Key of the number.")
    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mention.mention_id", ondelete="CASCADE"), comment="Mention it belongs to."
    )
    measure: Mapped[str] = mapped_column(comment="What befell them.")
    who: Mapped[str] = mapped_column(comment="Whom it befell, in the text's words; empty once erased.")
    side: Mapped[str | None] = mapped_column(
        comment="Whose losses: forces (of a state), fighters (of nobody's state), others; null: of all."
    )
    low: Mapped[int | None] = mapped_column(Integer, comment="At least so many; null: unknown.")
    high: Mapped[int | None] = mapped_column(Integer, comment="At most so many; null: open ('at least 12').")
    approximate: Mapped[bool] = mapped_column(comment="True for 'around', 'dozens' and the like.")
    subset: Mapped[bool] = mapped_column(comment="True when these are among others already counted.")
    cumulative: Mapped[bool] = mapped_column(comment="True for a total over time: not this happening's alone.")
    status: Mapped[str] = mapped_column(comment="How certain the text makes it.")
    words: Mapped[str | None] = mapped_column(comment="Words of the text it was read from; null once erased.")
    char_start: Mapped[int] = mapped_column(Integer, comment="First character of these words.")
    char_end: Mapped[int] = mapped_column(Integer, comment="Character after the last.")


class CasualtySource(Base):
    """Who gave a number."""

    __tablename__ = "casualty_source"
    __table_args__ = (
        PrimaryKeyConstraint("casualty_id", "step"),
        {"comment": "According to whom a number is given: a chain, the origin first."},
    )

    casualty_id: Mapped[int] = mapped_column(
        ForeignKey("casualty.casualty_id", ondelete="CASCADE"), comment="Number that is given so."
    )
    step: Mapped[int] = mapped_column(SmallInteger, comment="1 is the origin, 2 who quotes it, and so on.")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.source_id"), comment="Who gives it.")
