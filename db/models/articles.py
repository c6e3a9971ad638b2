"""Articles, their texts, what they copy, and the stories they belong to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, WorkState, one_of

ARTICLE_STATES = ("found", "fetched", "read", "coded", "duplicate", "rejected", "uncoded", "failed")
PENDING = ("found", "fetched", "read")
BODY_STATUSES = ("full", "truncated", "paywalled", "consent", "live", "empty")
DUPLICATE_KINDS = ("copy", "syndicated", "partial", "update", "recurring")


class Article(WorkState, Base):
    """One article at one address."""

    __tablename__ = "article"
    __table_args__ = (
        one_of("state", ARTICLE_STATES),
        one_of("body_status", BODY_STATUSES),
        CheckConstraint("octet_length(url_key) = 32", name="url_key"),
        CheckConstraint("duplicate_of <> article_id", name="duplicate_of_another"),
        # The work that is due stays small whatever the archive grows to: only pending rows are in this index.
        Index("ix_article_pending", "next_attempt_at", postgresql_where=text("state in ('found', 'fetched', 'read')")),
        Index("ix_article_failed", "state_since", postgresql_where=text("state = 'failed'")),
        Index("ix_article_feed_id_guid", "feed_id", text("md5(guid)")),
        Index("ix_article_feed_id_title_key", "feed_id", "title_key"),
        Index("ix_article_feed_id_found_at", "feed_id", "found_at"),
        Index("ix_article_source_id_found_at", "source_id", "found_at"),
        Index("ix_article_story_id", "story_id"),
        Index("ix_article_duplicate_of", "duplicate_of", postgresql_where=text("duplicate_of is not null")),
        Index("ix_article_published_at", "published_at"),
        Index("ix_article_found_at", "found_at", postgresql_using="brin"),
        {
            "comment": "One article at one address. States: found, fetched, read, coded in this order; or an end: "
            "duplicate (a copy, not coded), rejected (nothing to code), uncoded (no pack for its language), failed "
            "(see last_error)."
        },
    )

    article_id: Mapped[Id] = mapped_column(comment="Key of the article.")
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("feed.feed_id"), comment="Feed it was first found in.")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.source_id"), comment="Outlet that published it.")
    story_id: Mapped[int | None] = mapped_column(
        ForeignKey("story.story_id"), comment="Story it belongs to; null until it was read."
    )
    story_why: Mapped[str | None] = mapped_column(comment="A sentence: why it was put into that story.")
    duplicate_of: Mapped[int | None] = mapped_column(
        ForeignKey("article.article_id"),
        comment="Article that stands for the copies of one text; null when it stands for itself.",
    )
    wire_source_id: Mapped[int | None] = mapped_column(
        ForeignKey("source.source_id"), comment="News agency that its byline credits."
    )
    url: Mapped[str] = mapped_column(comment="Address as the feed gave it, cleaned.")
    url_key: Mapped[bytes] = mapped_column(
        unique=True, comment="SHA-256 of the address with all that does not matter taken off: the identity."
    )
    canonical_url: Mapped[str | None] = mapped_column(comment="Address that the page calls its own.")
    guid: Mapped[str | None] = mapped_column(comment="Identifier that the feed gives it.")

    title: Mapped[str | None] = mapped_column(comment="Headline: the page's, before that the feed's.")
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"), comment="Bylines as given.")
    language: Mapped[str | None] = mapped_column(comment="Language, ISO 639-1.")
    published_at: Mapped[datetime | None] = mapped_column(comment="When it was published (UTC); null: unknown.")
    published_offset_minutes: Mapped[int | None] = mapped_column(
        SmallInteger,
        comment="Offset from UTC, in minutes, of the clock it was published by: 'on Sunday' is that clock's Sunday.",
    )
    date_candidates: Mapped[list[Any]] = mapped_column(
        JSONB, server_default=text("'[]'"), comment="Every publication date found, with its origin and its words."
    )

    title_key: Mapped[bytes | None] = mapped_column(
        comment="First half of the SHA-256 of the feed's headline, folded: to find it again under another address."
    )
    feed_title: Mapped[str] = mapped_column(server_default=text("''"), comment="Headline in the feed.")
    feed_summary: Mapped[str] = mapped_column(server_default=text("''"), comment="Summary in the feed, HTML.")
    feed_content: Mapped[str] = mapped_column(server_default=text("''"), comment="Full content in the feed, HTML.")
    feed_published_at: Mapped[datetime | None] = mapped_column(comment="Publication time in the feed (UTC).")
    feed_offset_minutes: Mapped[int | None] = mapped_column(
        SmallInteger, comment="Offset from UTC, in minutes, that the feed gave its time in."
    )
    feed_updated_at: Mapped[datetime | None] = mapped_column(comment="Last update according to the feed (UTC).")
    feed_language: Mapped[str | None] = mapped_column(comment="Language according to the feed, ISO 639-1.")

    found_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When a feed first named it (UTC)."
    )
    fetched_at: Mapped[datetime | None] = mapped_column(comment="When its page was last fetched (UTC).")
    read_at: Mapped[datetime | None] = mapped_column(comment="When its page was last read (UTC).")
    revisions: Mapped[int] = mapped_column(
        SmallInteger,
        server_default=text("0"),
        comment="Times the feed announced a change of it; at most 24 are followed.",
    )

    body_source: Mapped[str | None] = mapped_column(
        comment="How the body was got: extracted, json-ld, feed-content ..."
    )
    body_status: Mapped[str | None] = mapped_column(comment="Whether the body is whole, and if not, why.")
    accessible_for_free: Mapped[bool | None] = mapped_column(
        comment="isAccessibleForFree of the page (schema.org); null: not said."
    )
    rights: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'"), comment="Reservations found: noai, noimageai, tdm-reservation."
    )
    forgotten_at: Mapped[datetime | None] = mapped_column(
        comment="When the user had it erased (UTC); its key stays so that it is not taken in again."
    )


class ArticleText(Base):
    """One version of an article's body: never changed, since evidence points into it."""

    __tablename__ = "article_text"
    __table_args__ = (
        UniqueConstraint("article_id", "sha256"),
        CheckConstraint("body is not null or erased_at is not null", name="body_or_erased"),
        Index("ix_article_text_created_at", "created_at", postgresql_using="brin"),
        Index("ix_article_text_kept", "created_at", postgresql_where=text("erased_at is null")),
        Index("ix_article_text_words_kept", "created_at", postgresql_where=text("words_erased_at is null")),
        Index("ix_article_text_search", "search", postgresql_using="gin"),
        {"comment": "Versions of article bodies. Immutable: the offsets of quotes count characters of body."},
    )

    text_id: Mapped[Id] = mapped_column(comment="Key of the text; the highest one of an article is current.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.article_id"), comment="Article it is of.")
    title: Mapped[str] = mapped_column(comment="Headline at the time.")
    body: Mapped[str | None] = mapped_column(
        comment="The text, paragraphs separated by newlines; null once erased under the retention setting."
    )
    cut_lines: Mapped[list[str]] = mapped_column(
        ARRAY(Text),
        server_default=text("'{}'"),
        comment="Lines cut off the body because the outlet prints them under article after article.",
    )
    sha256: Mapped[bytes] = mapped_column(comment="SHA-256 of headline, line feed and body in UTF-8.")
    reader: Mapped[str] = mapped_column(comment="Name and version of what read it off the page.")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"), comment="When it was read (UTC).")
    erased_at: Mapped[datetime | None] = mapped_column(comment="When the body was erased (UTC).")
    words_erased_at: Mapped[datetime | None] = mapped_column(
        comment="When the sentences and words that were read out of it were erased as well (UTC)."
    )
    search: Mapped[str | None] = mapped_column(
        TSVECTOR,
        # A tsvector refuses more than a megabyte; 500,000 characters are a hundred times a long article.
        Computed("to_tsvector('simple', left(title || ' ' || coalesce(body, ''), 500000))", persisted=True),
        comment="Words of headline and body for full-text search: "
        "search @@ websearch_to_tsquery('simple', 'ceasefire').",
    )


class TextSketch(Base):
    """What is kept of a text to recognise it by."""

    __tablename__ = "sketch"
    __table_args__ = (
        Index("ix_sketch_body_sha256", "body_sha256"),
        Index("ix_sketch_text_id", "text_id"),
        {"comment": "Bottom-k sketch of each article's current text, to tell how much two texts share."},
    )

    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.article_id"), primary_key=True, autoincrement=False, comment="Article it is of."
    )
    text_id: Mapped[int] = mapped_column(ForeignKey("article_text.text_id"), comment="Text it was made of.")
    version: Mapped[int] = mapped_column(Integer, comment="How it was made; only equal versions compare.")
    hashes: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), comment="The 128 smallest hashes of its shingles, ascending."
    )
    shingles: Mapped[int] = mapped_column(Integer, comment="Distinct shingles of the whole text.")
    words: Mapped[int] = mapped_column(Integer, comment="Words of the whole text.")
    body_sha256: Mapped[bytes] = mapped_column(comment="SHA-256 over the folded words.")
    numbers: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="Numbers in the text, written in digits.")
    wire: Mapped[bool] = mapped_column(comment="True when a news agency published it on its own site.")
    indexed: Mapped[bool] = mapped_column(
        comment="True when its anchors are in table anchor; an exact copy of a text that is there needs none."
    )


class Anchor(Base):
    """Index of the smallest hashes, by which candidates for copies are found."""

    __tablename__ = "anchor"
    __table_args__ = (
        PrimaryKeyConstraint("anchor", "article_id", "week"),
        {
            "postgresql_partition_by": "RANGE (week)",
            "comment": "The 24 smallest hashes of each text of the last weeks; articles that share two are compared. "
            "Partitions of five weeks each are dropped when they are old.",
        },
    )

    anchor: Mapped[int] = mapped_column(BigInteger, comment="Hash of a shingle.")
    article_id: Mapped[int] = mapped_column(BigInteger, comment="Article whose text has it.")
    week: Mapped[date] = mapped_column(comment="Monday of the week it was read in (UTC).")


class NearDuplicate(Base):
    """A tie between two articles that share text, and why it was drawn."""

    __tablename__ = "near_duplicate"
    __table_args__ = (
        one_of("kind", DUPLICATE_KINDS),
        PrimaryKeyConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("containment between 0 and 1", name="containment"),
        CheckConstraint("leaf_id in (first_id, second_id)", name="leaf"),
        Index("ix_near_duplicate_second_id", "second_id"),
        {"comment": "Pairs of articles of which one reproduces the other, wholly or in part."},
    )

    first_id: Mapped[int] = mapped_column(
        ForeignKey("article.article_id"), comment="The article of the pair with the lower key."
    )
    second_id: Mapped[int] = mapped_column(
        ForeignKey("article.article_id"), comment="The article of the pair with the higher key."
    )
    kind: Mapped[str] = mapped_column(
        comment="copy and syndicated: the same text; partial: a part of it; update: a new version; recurring: a form "
        "filled in anew, such as a market report."
    )
    containment: Mapped[float] = mapped_column(
        REAL, comment="Share of the shorter text's shingles found in the longer, 0 to 1."
    )
    joins: Mapped[bool] = mapped_column(comment="True when the two count as copies of one text.")
    leaf_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="The one of the two that is a mere part of a much longer text; null when neither is."
    )
    decided_at: Mapped[datetime] = mapped_column(comment="When it was decided (UTC).")
    undone_at: Mapped[datetime | None] = mapped_column(comment="When the user took it back (UTC).")


class Story(Base):
    """What several reports tell about together."""

    __tablename__ = "story"
    __table_args__ = (
        Index("ix_story_last_published_at", "last_published_at"),
        Index("ix_story_changed_at", "changed_at", "story_id"),
        CheckConstraint("merged_into <> story_id", name="merged_into_another"),
        {"comment": "Happenings with what follows from them within days, each told by one or more articles."},
    )

    story_id: Mapped[Id] = mapped_column(comment="Key of the story; never changes.")
    title: Mapped[str] = mapped_column(comment="Headline of its first report.")
    language: Mapped[str | None] = mapped_column(comment="Language of its reports, ISO 639-1.")
    reports: Mapped[int] = mapped_column(
        Integer, server_default=text("1"), comment="Reports that are no copies of each other."
    )
    first_published_at: Mapped[datetime | None] = mapped_column(comment="Publication of its first report (UTC).")
    last_published_at: Mapped[datetime | None] = mapped_column(comment="Publication of its last report (UTC).")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"), comment="When it was founded (UTC).")
    changed_at: Mapped[datetime | None] = mapped_column(
        comment="When what it is known by last changed (UTC): what changed is looked at the night after."
    )
    merged_into: Mapped[int | None] = mapped_column(
        ForeignKey("story.story_id"), comment="Story that it turned out to be a part of."
    )
    merged_at: Mapped[datetime | None] = mapped_column(comment="When it was merged (UTC).")
    terms: Mapped[dict[str, float]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="Weights of the words in its reports, summed."
    )
    title_terms: Mapped[dict[str, float]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="Weights of the words in its headlines, summed."
    )
    marks: Mapped[dict[str, float]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="Weights of the names and numbers in its reports, summed."
    )


class StoryTerm(Base):
    """Index of the rare terms of stories, by which a report finds the stories it may belong to."""

    __tablename__ = "story_term"
    __table_args__ = (
        PrimaryKeyConstraint("term", "day", "story_id"),
        Index("ix_story_term_story_id", "story_id"),
        Index("ix_story_term_day", "day"),
        {"comment": "Rare terms of each story's reports by day of publication; old days are pruned."},
    )

    term: Mapped[str] = mapped_column(comment="Word, name or number, folded and cut to its stem.")
    day: Mapped[date] = mapped_column(comment="Day a report with it was published (UTC).")
    story_id: Mapped[int] = mapped_column(ForeignKey("story.story_id"), comment="The story.")


class TermFrequency(Base):
    """In how many articles of the last weeks a term occurs."""

    __tablename__ = "term_frequency"
    __table_args__ = (
        {"comment": "How common a term is in the last weeks' articles; the empty term counts the articles themselves."},
    )

    term: Mapped[str] = mapped_column(primary_key=True, comment="Word, name or number, folded and cut to its stem.")
    articles: Mapped[float] = mapped_column(
        Double, comment="Articles that have it; older ones fade, so the number need not be whole."
    )


class TermInbox(Base):
    """Terms of articles that are not yet counted: one row an article, so that workers do not wait for each other."""

    __tablename__ = "term_inbox"
    __table_args__ = ({"comment": "Terms of articles waiting to be added to term_frequency."},)

    inbox_id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=True), primary_key=True, comment="Key of the row."
    )
    terms: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="Distinct terms of one article.")
