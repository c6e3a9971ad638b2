"""Make the first tables: lookups, feeds, articles, stories, readings, events.

Revision ID: 0001
Revises:
"""

# ruff: noqa: E501, PLR0915 - a list of what was made; it is read top to bottom and never changed again

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acled_sub_event",
        sa.Column("name", sa.Text(), nullable=False, comment="ACLED sub-event type."),
        sa.Column("event_type", sa.Text(), nullable=False, comment="ACLED event type it belongs to."),
        sa.Column("disorder_type", sa.Text(), nullable=False, comment="ACLED disorder type it belongs to."),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_acled_sub_event")),
        comment="Sub-event types of ACLED (codebook of 2023) with the types above them.",
    )
    op.create_table(
        "anchor",
        sa.Column("anchor", sa.BigInteger(), nullable=False, comment="Hash of a shingle."),
        sa.Column("article_id", sa.BigInteger(), nullable=False, comment="Article whose text has it."),
        sa.Column("week", sa.Date(), nullable=False, comment="Monday of the week it was read in (UTC)."),
        sa.PrimaryKeyConstraint("anchor", "article_id", "week", name=op.f("pk_anchor")),
        comment="The 24 smallest hashes of each text of the last weeks; articles that share two are compared. Partitions of a week each are dropped when they are old.",
        postgresql_partition_by="RANGE (week)",
    )
    op.create_table(
        "coder",
        sa.Column(
            "coder_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the coder version."
        ),
        sa.Column("version", sa.Text(), nullable=False, comment="Version of the coder, digests included."),
        sa.Column("pack", sa.Text(), nullable=False, comment="Language pack it read with."),
        sa.Column("pack_digest", sa.Text(), nullable=False, comment="Digest of the pack's files."),
        sa.PrimaryKeyConstraint("coder_id", name=op.f("pk_coder")),
        sa.UniqueConstraint("version", "pack", "pack_digest", name=op.f("uq_coder_version_pack_pack_digest")),
        comment="Versions of the event coder that have read texts: the same version reads the same text alike.",
    )
    op.create_table(
        "country",
        sa.Column("iso3", sa.CHAR(length=3), nullable=False, comment="ISO 3166-1 alpha-3 code; KOS is Kosovo."),
        sa.Column("iso2", sa.CHAR(length=2), nullable=True, comment="ISO 3166-1 alpha-2 code; XK is Kosovo."),
        sa.Column("name", sa.Text(), nullable=False, comment="English short name, from Unicode CLDR."),
        sa.PrimaryKeyConstraint("iso3", name=op.f("pk_country")),
        sa.UniqueConstraint("iso2", name=op.f("uq_country_iso2")),
        comment="Countries and territories by ISO 3166-1; Kosovo, which has no code there, as KOS.",
    )
    op.create_table(
        "event_type",
        sa.Column("code", sa.Text(), nullable=False, comment="PLOVER type, such as ASSAULT."),
        sa.Column(
            "quad",
            sa.SmallInteger(),
            nullable=False,
            comment="1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.",
        ),
        sa.Column(
            "score",
            sa.Numeric(precision=3, scale=1),
            nullable=False,
            comment="Weight from -10 (most hostile) to 10 (most friendly), after Goldstein (1992) as PLOVER gives it.",
        ),
        sa.Column("description", sa.Text(), nullable=False, comment="The type in a few words."),
        sa.CheckConstraint("quad between 1 and 4", name=op.f("ck_event_type_quad")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_event_type")),
        comment="The 16 event types of PLOVER (manual of February 2024).",
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False, comment="Scheme, host and port, such as https://example.org."),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False, comment="When it was fetched (UTC)."),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True), nullable=False, comment="When it must be fetched again (UTC)."
        ),
        sa.Column("status", sa.SmallInteger(), nullable=True, comment="HTTP status; null when no answer came."),
        sa.Column("rules", sa.Text(), nullable=False, comment="The file, at most 500 KiB; empty when there is none."),
        sa.Column(
            "forbids_all",
            sa.Boolean(),
            nullable=False,
            comment="True when the server failed: nothing may be fetched until it answers.",
        ),
        sa.Column(
            "note", sa.Text(), nullable=False, comment="Why there are no rules, as a sentence; empty when there are."
        ),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
        comment="robots.txt of each host (RFC 9309), kept for a day.",
    )
    op.create_table(
        "sector",
        sa.Column("code", sa.CHAR(length=3), nullable=False, comment="PLOVER code, such as MIL."),
        sa.Column("name", sa.Text(), nullable=False, comment="What the code stands for."),
        sa.Column(
            "is_state",
            sa.Boolean(),
            nullable=False,
            comment="True for organs of a state: government, army, police, courts.",
        ),
        sa.Column(
            "is_civilian", sa.Boolean(), nullable=False, comment="True for unarmed people without public office."
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sector")),
        comment="Sectors of society an actor can belong to (PLOVER, manual of February 2024).",
    )
    op.create_table(
        "story",
        sa.Column(
            "story_id",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="Key of the story; never changes.",
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="Headline of its first report."),
        sa.Column("language", sa.Text(), nullable=True, comment="Language of its reports, ISO 639-1."),
        sa.Column(
            "reports",
            sa.Integer(),
            server_default=sa.text("1"),
            nullable=False,
            comment="Reports that are no copies of each other.",
        ),
        sa.Column(
            "first_published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Publication of its first report (UTC).",
        ),
        sa.Column(
            "last_published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Publication of its last report (UTC).",
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was founded (UTC).",
        ),
        sa.Column("merged_into", sa.BigInteger(), nullable=True, comment="Story that it turned out to be a part of."),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True, comment="When it was merged (UTC)."),
        sa.Column(
            "terms",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Weights of the words in its reports, summed.",
        ),
        sa.Column(
            "title_terms",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Weights of the words in its headlines, summed.",
        ),
        sa.Column(
            "marks",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Weights of the names and numbers in its reports, summed.",
        ),
        sa.CheckConstraint("merged_into <> story_id", name=op.f("ck_story_merged_into_another")),
        sa.ForeignKeyConstraint(["merged_into"], ["story.story_id"], name=op.f("fk_story_merged_into_story")),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_story")),
        comment="Happenings with what follows from them within days, each told by one or more articles.",
    )
    op.create_index("ix_story_last_published_at", "story", ["last_published_at"], unique=False)
    op.create_table(
        "term_frequency",
        sa.Column("term", sa.Text(), nullable=False, comment="Word, name or number, folded and cut to its stem."),
        sa.Column(
            "articles",
            sa.Double(),
            nullable=False,
            comment="Articles that have it; older ones fade, so the number need not be whole.",
        ),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_term_frequency")),
        comment="How common a term is in the last weeks' articles; the empty term counts the articles themselves.",
    )
    op.create_table(
        "term_inbox",
        sa.Column("inbox_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the row."),
        sa.Column("terms", sa.ARRAY(sa.Text()), nullable=False, comment="Distinct terms of one article."),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_term_inbox")),
        comment="Terms of articles waiting to be added to term_frequency.",
    )
    op.create_table(
        "actor",
        sa.Column("actor_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the actor."),
        sa.Column(
            "name",
            sa.Text(),
            nullable=False,
            comment="Resolved name; lower case for generic parties such as protesters.",
        ),
        sa.Column("iso3", sa.CHAR(length=3), nullable=True, comment="Country; null: none or unknown."),
        sa.Column("sector", sa.CHAR(length=3), nullable=True, comment="PLOVER sector; null: unknown."),
        sa.ForeignKeyConstraint(["iso3"], ["country.iso3"], name=op.f("fk_actor_iso3_country")),
        sa.ForeignKeyConstraint(["sector"], ["sector.code"], name=op.f("fk_actor_sector_sector")),
        sa.PrimaryKeyConstraint("actor_id", name=op.f("pk_actor")),
        sa.UniqueConstraint("name", "iso3", name=op.f("uq_actor_name_iso3"), postgresql_nulls_not_distinct=True),
        comment="Parties to events: states' organs, armed groups, organisations; generic parties in lower case.",
    )
    op.create_table(
        "event_mode",
        sa.Column("type_code", sa.Text(), nullable=False, comment="The event type."),
        sa.Column("code", sa.Text(), nullable=False, comment="The mode, such as heavy-weapons."),
        sa.Column(
            "acled_sub_event",
            sa.Text(),
            nullable=True,
            comment="Usual ACLED sub-event of this mode; parties and outcome may make a single event differ.",
        ),
        sa.Column("description", sa.Text(), nullable=False, comment="The mode in a few words."),
        sa.ForeignKeyConstraint(
            ["acled_sub_event"], ["acled_sub_event.name"], name=op.f("fk_event_mode_acled_sub_event_acled_sub_event")
        ),
        sa.ForeignKeyConstraint(["type_code"], ["event_type.code"], name=op.f("fk_event_mode_type_code_event_type")),
        sa.PrimaryKeyConstraint("type_code", "code", name=op.f("pk_event_mode")),
        comment="Modes that refine an event type (PLOVER), with this project's own mapping to ACLED.",
    )
    op.create_table(
        "place",
        sa.Column(
            "place_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="GeoNames id; negative for places that GeoNames does not hold.",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Usual English name."),
        sa.Column("iso3", sa.CHAR(length=3), nullable=True, comment="Country it lies in."),
        sa.Column("admin1", sa.Text(), nullable=True, comment="Province, state or governorate it lies in, by name."),
        sa.Column("latitude", sa.Double(), nullable=True, comment="Degrees north, WGS 84; null: unknown."),
        sa.Column("longitude", sa.Double(), nullable=True, comment="Degrees east, WGS 84; null: unknown."),
        sa.CheckConstraint("(latitude is null) = (longitude is null)", name=op.f("ck_place_both_coordinates")),
        sa.CheckConstraint("latitude between -90 and 90", name=op.f("ck_place_latitude")),
        sa.CheckConstraint("longitude between -180 and 180", name=op.f("ck_place_longitude")),
        sa.ForeignKeyConstraint(["iso3"], ["country.iso3"], name=op.f("fk_place_iso3_country")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_place")),
        comment="Places that events name. Coordinates are GeoNames' (CC BY 4.0, www.geonames.org).",
    )
    op.create_index(
        "uq_place_local",
        "place",
        ["name", "iso3", "admin1"],
        unique=True,
        postgresql_where=sa.text("place_id < 0"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "source",
        sa.Column("source_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the source."),
        sa.Column("name", sa.Text(), nullable=False, comment="Name as readers know it."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What it is: a publisher, an agency, an official, a witness and so on.",
        ),
        sa.Column(
            "family",
            sa.Text(),
            nullable=True,
            comment="Owner or group; sources of one family count as one when independent sources are counted.",
        ),
        sa.Column("iso3", sa.CHAR(length=3), nullable=True, comment="Country it belongs to."),
        sa.Column("domain", sa.Text(), nullable=True, comment="Registered domain that an outlet publishes under."),
        sa.Column(
            "forgotten_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the user had everything of this outlet erased (UTC); nothing of it is taken in again.",
        ),
        sa.CheckConstraint(
            "kind in ('publisher', 'news_agency', 'state_media', 'official', 'belligerent', 'monitor', 'ngo', 'witness', 'anonymous', 'other')",
            name=op.f("ck_source_kind"),
        ),
        sa.ForeignKeyConstraint(["iso3"], ["country.iso3"], name=op.f("fk_source_iso3_country")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
        comment="Outlets that publish and sources that articles cite: whoever says something.",
    )
    op.create_table(
        "story_term",
        sa.Column("term", sa.Text(), nullable=False, comment="Word, name or number, folded and cut to its stem."),
        sa.Column("day", sa.Date(), nullable=False, comment="Day a report with it was published (UTC)."),
        sa.Column("story_id", sa.BigInteger(), nullable=False, comment="The story."),
        sa.ForeignKeyConstraint(["story_id"], ["story.story_id"], name=op.f("fk_story_term_story_id_story")),
        sa.PrimaryKeyConstraint("term", "day", "story_id", name=op.f("pk_story_term")),
        comment="Rare terms of each story's reports by day of publication; old days are pruned.",
    )
    op.create_index("ix_story_term_day", "story_term", ["day"], unique=False)
    op.create_index("ix_story_term_story_id", "story_term", ["story_id"], unique=False)
    op.create_table(
        "event",
        sa.Column(
            "event_id",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="Key of the event; never changes and is never used again.",
        ),
        sa.Column("story_id", sa.BigInteger(), nullable=True, comment="Story that tells it."),
        sa.Column("type", sa.Text(), nullable=False, comment="What was done: PLOVER type."),
        sa.Column("mode", sa.Text(), nullable=True, comment="How: PLOVER mode; null: none or unknown."),
        sa.Column("acled_sub_event", sa.Text(), nullable=True, comment="ACLED sub-event; null: ACLED has none for it."),
        sa.Column(
            "contexts",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="PLOVER contexts, such as election.",
        ),
        sa.Column("summary", sa.Text(), nullable=False, comment="The event in a line made from its own columns."),
        sa.Column(
            "actors",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Names of who did it, the principal first.",
        ),
        sa.Column(
            "recipients",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Names of whom it was done to, the principal first.",
        ),
        sa.Column("date_start", sa.Date(), nullable=True, comment="First day it may have happened on; null: unknown."),
        sa.Column("date_end", sa.Date(), nullable=True, comment="Last day it may have happened on; null: unknown."),
        sa.Column("date_precision", sa.Text(), nullable=False, comment="day, range or unknown."),
        sa.Column(
            "event_date",
            sa.Date(),
            sa.Computed("coalesce(date_start, date_end)", persisted=True),
            nullable=True,
            comment="Day to count it under: date_start.",
        ),
        sa.Column("place_id", sa.BigInteger(), nullable=True, comment="Where; null: not said."),
        sa.Column(
            "place_precision",
            sa.SmallInteger(),
            nullable=True,
            comment="How exactly, as UCDP GED: 1 exact, 2 within 25 km, 3 district, 4 province, 5 area, 6 country, 7 international waters or airspace.",
        ),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="asserted: reported in a text's own voice; claimed: on someone's word; disputed: said and denied; unverified, rumoured, planned, denied: it did not happen as far as is known.",
        ),
        sa.Column(
            "happened",
            sa.Boolean(),
            sa.Computed("status in ('asserted', 'claimed', 'disputed')", persisted=True),
            nullable=False,
            comment="False for planned, rumoured, denied and unverified events. Filter on it before counting.",
        ),
        sa.Column(
            "confidence", sa.REAL(), nullable=False, comment="Highest confidence of the mentions that stand, 0 to 1."
        ),
        sa.Column(
            "civilian_targeting",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="True when force was used and all its recipients were civilians.",
        ),
        sa.Column("fatalities_low", sa.Integer(), nullable=True, comment="Lowest number of killed that stands."),
        sa.Column(
            "fatalities_best",
            sa.Integer(),
            nullable=True,
            comment="Number of killed that most independent sources last gave; null: no number known, never 0.",
        ),
        sa.Column(
            "fatalities_high", sa.Integer(), nullable=True, comment="Highest number of killed that anybody gave."
        ),
        sa.Column(
            "first_reported_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Publication of the first report of it (UTC).",
        ),
        sa.Column(
            "last_reported_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Publication of the last report of it (UTC).",
        ),
        sa.Column("mentions", sa.Integer(), nullable=False, comment="Sentences that tell it, over all articles."),
        sa.Column("articles", sa.Integer(), nullable=False, comment="Articles that tell it, copies included."),
        sa.Column("outlets", sa.Integer(), nullable=False, comment="Outlets whose articles tell it, copies included."),
        sa.Column(
            "independent_sources",
            sa.Integer(),
            nullable=False,
            comment="Sources that do not rest on one another: for each report the first source with its own name, else the agency, else the outlet; sources of one family count once, copies add nothing.",
        ),
        sa.Column(
            "revision",
            sa.Integer(),
            server_default=sa.text("1"),
            nullable=False,
            comment="1 at first; one more with every change.",
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was first stored (UTC).",
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it last changed (UTC).",
        ),
        sa.Column(
            "change_no",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
            comment="Number of the transaction that last changed it: the order of the view event_changes.",
        ),
        sa.Column("merged_into", sa.BigInteger(), nullable=True, comment="Event that it turned out to be the same as."),
        sa.Column(
            "retracted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When no text told it any more (UTC): its reports were corrected, coded anew or erased.",
        ),
        sa.CheckConstraint("date_precision in ('day', 'range', 'unknown')", name=op.f("ck_event_date_precision")),
        sa.CheckConstraint(
            "status in ('asserted', 'claimed', 'disputed', 'unverified', 'rumoured', 'planned', 'denied')",
            name=op.f("ck_event_status"),
        ),
        sa.CheckConstraint("date_start <= date_end", name=op.f("ck_event_dates")),
        sa.CheckConstraint("fatalities_low <= fatalities_high", name=op.f("ck_event_fatalities")),
        sa.CheckConstraint("merged_into <> event_id", name=op.f("ck_event_merged_into_another")),
        sa.CheckConstraint("place_precision between 1 and 7", name=op.f("ck_event_place_precision")),
        sa.ForeignKeyConstraint(
            ["acled_sub_event"], ["acled_sub_event.name"], name=op.f("fk_event_acled_sub_event_acled_sub_event")
        ),
        sa.ForeignKeyConstraint(["merged_into"], ["event.event_id"], name=op.f("fk_event_merged_into_event")),
        sa.ForeignKeyConstraint(["place_id"], ["place.place_id"], name=op.f("fk_event_place_id_place")),
        sa.ForeignKeyConstraint(["story_id"], ["story.story_id"], name=op.f("fk_event_story_id_story")),
        sa.ForeignKeyConstraint(
            ["type", "mode"], ["event_mode.type_code", "event_mode.code"], name=op.f("fk_event_type_mode_event_mode")
        ),
        sa.ForeignKeyConstraint(["type"], ["event_type.code"], name=op.f("fk_event_type_event_type")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event")),
        comment="One real-world happening, merged over all its reports. Count rows here where merged_into and retracted_at are null and happened is true, or use the view events.",
    )
    op.create_index("ix_event_change_no_event_id", "event", ["change_no", "event_id"], unique=False)
    op.create_index("ix_event_contexts", "event", ["contexts"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_event_event_date_type",
        "event",
        ["event_date", "type"],
        unique=False,
        postgresql_where=sa.text("merged_into is null and retracted_at is null"),
    )
    op.create_index(
        "ix_event_merged_into",
        "event",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into is not null"),
    )
    op.create_index("ix_event_place_id_event_date", "event", ["place_id", "event_date"], unique=False)
    op.create_index("ix_event_story_id", "event", ["story_id"], unique=False)
    op.create_table(
        "feed",
        sa.Column("feed_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the feed."),
        sa.Column("source_id", sa.BigInteger(), nullable=False, comment="Outlet that publishes it."),
        sa.Column("url", sa.Text(), nullable=False, comment="Address that is polled."),
        sa.Column(
            "previous_urls",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Addresses it had before permanent redirects, oldest first.",
        ),
        sa.Column("title", sa.Text(), nullable=True, comment="Title the feed gives itself."),
        sa.Column("home_url", sa.Text(), nullable=True, comment="Page the feed says it belongs to."),
        sa.Column(
            "section", sa.Text(), nullable=True, comment="Section of the outlet, such as world; set by the user."
        ),
        sa.Column(
            "language", sa.Text(), nullable=True, comment="Language of its articles, ISO 639-1; set by the user."
        ),
        sa.Column(
            "time_zone",
            sa.Text(),
            nullable=True,
            comment="IANA zone in which dates without one are read, such as Africa/Nairobi; set by the user.",
        ),
        sa.Column(
            "headers",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Extra request headers: header name to the name of the secret that holds its value, never the value.",
        ),
        sa.Column(
            "from_list",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="True when feeds.toml names it: the list then decides over its settings.",
        ),
        sa.Column(
            "added_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was added (UTC).",
        ),
        sa.Column(
            "active",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="False: not polled; next_poll_reason says why.",
        ),
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the user removed it (UTC); its articles are kept.",
        ),
        sa.Column(
            "next_poll_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it is asked next (UTC).",
        ),
        sa.Column(
            "next_poll_reason",
            sa.Text(),
            server_default=sa.text("'It is new.'"),
            nullable=False,
            comment="Why it is asked then, as a sentence with the numbers.",
        ),
        sa.Column(
            "interval_seconds",
            sa.Integer(),
            server_default=sa.text("3600"),
            nullable=False,
            comment="Present interval between polls in seconds, before jitter.",
        ),
        sa.Column(
            "floor_seconds",
            sa.Integer(),
            nullable=True,
            comment="Shortest interval in seconds that the user chose for it; null: as the settings say.",
        ),
        sa.Column(
            "etag", sa.Text(), nullable=True, comment="ETag of the last answer, exactly as received (RFC 9110, 8.8.3)."
        ),
        sa.Column(
            "last_modified",
            sa.Text(),
            nullable=True,
            comment="Last-Modified of the last answer, exactly as received (RFC 9110, 8.8.2).",
        ),
        sa.Column(
            "validators_trusted",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="False once the bytes changed under an unchanged ETag or Last-Modified.",
        ),
        sa.Column(
            "unconditional_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Last request sent without validators (UTC), to find out servers that lie.",
        ),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=True, comment="SHA-256 of the last bytes received."),
        sa.Column(
            "last_polled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Last request, whatever it brought (UTC).",
        ),
        sa.Column(
            "last_ok_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Last answer that was good, changed or not (UTC).",
        ),
        sa.Column(
            "last_changed_at", sa.DateTime(timezone=True), nullable=True, comment="Last answer with new bytes (UTC)."
        ),
        sa.Column(
            "failures", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Failed polls in a row."
        ),
        sa.Column(
            "failure_class", sa.Text(), nullable=True, comment="Class of the last failure; null after a success."
        ),
        sa.Column(
            "failure_detail", sa.Text(), nullable=True, comment="The last failure as a sentence; null after a success."
        ),
        sa.Column(
            "gone_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="First 410 of the present run of them (UTC).",
        ),
        sa.Column(
            "gone_count",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="410 answers in a row; three over 48 hours end the polling.",
        ),
        sa.Column(
            "permanent_redirect_to", sa.Text(), nullable=True, comment="Where permanent redirects point, not yet taken."
        ),
        sa.Column(
            "permanent_redirect_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Since when they point there (UTC); after 7 days the address is taken.",
        ),
        sa.Column("ttl_minutes", sa.Integer(), nullable=True, comment="RSS ttl as the feed last gave it."),
        sa.Column("update_minutes", sa.Integer(), nullable=True, comment="sy:updatePeriod over sy:updateFrequency."),
        sa.Column("max_age_seconds", sa.Integer(), nullable=True, comment="max-age of Cache-Control (RFC 9111)."),
        sa.Column(
            "new_counts",
            sa.ARRAY(sa.Integer()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="New entries at the last polls, newest last.",
        ),
        sa.Column(
            "entry_counts",
            sa.ARRAY(sa.Integer()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="All entries at the same polls, newest last.",
        ),
        sa.Column(
            "recent_published",
            sa.ARRAY(sa.DateTime(timezone=True)),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Publication times of the latest entries (UTC).",
        ),
        sa.Column(
            "problems",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="What was wrong with the feed when it was last read.",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="Last finished stage, or how the work ended."),
        sa.Column(
            "state_since",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When this state was reached (UTC).",
        ),
        sa.Column(
            "attempts",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Tries of the stage that is due; starts again at each stage.",
        ),
        sa.Column(
            "token",
            sa.Uuid(),
            nullable=True,
            comment="Mark of the worker that holds the row; results are only taken from the holder of this mark.",
        ),
        sa.Column(
            "lease_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Until when the holder may work on the row (UTC); null or past: nobody holds it.",
        ),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="Not to be tried before this instant (UTC): backoff and politeness wait here.",
        ),
        sa.Column(
            "announced_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a message for the stage that is due was last sent (UTC); null: to be sent by the sweeper.",
        ),
        sa.Column(
            "failed_in",
            sa.Text(),
            nullable=True,
            comment="State it was in when it was given up, to which it can be put back; null otherwise.",
        ),
        sa.Column(
            "last_error",
            sa.Text(),
            nullable=True,
            comment="Why the last try failed, as a sentence; null after a success.",
        ),
        sa.CheckConstraint(
            "failure_class in ('ok', 'not_modified', 'throttled', 'gone', 'client_error', 'server_error', 'challenge', 'robots', 'refused', 'redirect_loop', 'dns', 'connect', 'tls', 'timeout', 'too_large', 'bad_content')",
            name=op.f("ck_feed_failure_class"),
        ),
        sa.CheckConstraint("state in ('idle', 'fetched')", name=op.f("ck_feed_state")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_feed_source_id_source")),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feed")),
        sa.UniqueConstraint("url", name=op.f("uq_feed_url")),
        comment="Feeds that are polled. State 'fetched' means that new bytes wait to be read.",
    )
    op.create_index("ix_feed_due", "feed", ["next_poll_at"], unique=False, postgresql_where=sa.text("active"))
    op.create_index(
        "ix_feed_pending", "feed", ["next_attempt_at"], unique=False, postgresql_where=sa.text("state = 'fetched'")
    )
    op.create_index("ix_feed_source_id", "feed", ["source_id"], unique=False)
    op.create_table(
        "article",
        sa.Column(
            "article_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the article."
        ),
        sa.Column("feed_id", sa.BigInteger(), nullable=True, comment="Feed it was first found in."),
        sa.Column("source_id", sa.BigInteger(), nullable=False, comment="Outlet that published it."),
        sa.Column("story_id", sa.BigInteger(), nullable=True, comment="Story it belongs to; null until it was read."),
        sa.Column(
            "duplicate_of",
            sa.BigInteger(),
            nullable=True,
            comment="Article that stands for the copies of one text; null when it stands for itself.",
        ),
        sa.Column("wire_source_id", sa.BigInteger(), nullable=True, comment="News agency that its byline credits."),
        sa.Column("url", sa.Text(), nullable=False, comment="Address as the feed gave it, cleaned."),
        sa.Column(
            "url_key",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of the address with all that does not matter taken off: the identity.",
        ),
        sa.Column("canonical_url", sa.Text(), nullable=True, comment="Address that the page calls its own."),
        sa.Column("guid", sa.Text(), nullable=True, comment="Identifier that the feed gives it."),
        sa.Column("title", sa.Text(), nullable=True, comment="Headline: the page's, before that the feed's."),
        sa.Column(
            "authors", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False, comment="Bylines as given."
        ),
        sa.Column("language", sa.Text(), nullable=True, comment="Language, ISO 639-1."),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was published (UTC); null: unknown.",
        ),
        sa.Column(
            "published_offset_minutes",
            sa.SmallInteger(),
            nullable=True,
            comment="Offset from UTC, in minutes, of the clock it was published by: 'on Sunday' is that clock's Sunday.",
        ),
        sa.Column(
            "date_candidates",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="Every publication date found, with its origin and its words.",
        ),
        sa.Column(
            "title_key",
            sa.LargeBinary(),
            nullable=True,
            comment="First half of the SHA-256 of the feed's headline, folded: to find it again under another address.",
        ),
        sa.Column(
            "feed_title", sa.Text(), server_default=sa.text("''"), nullable=False, comment="Headline in the feed."
        ),
        sa.Column(
            "feed_summary",
            sa.Text(),
            server_default=sa.text("''"),
            nullable=False,
            comment="Summary in the feed, HTML.",
        ),
        sa.Column(
            "feed_content",
            sa.Text(),
            server_default=sa.text("''"),
            nullable=False,
            comment="Full content in the feed, HTML.",
        ),
        sa.Column(
            "feed_published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Publication time in the feed (UTC).",
        ),
        sa.Column(
            "feed_offset_minutes",
            sa.SmallInteger(),
            nullable=True,
            comment="Offset from UTC, in minutes, that the feed gave its time in.",
        ),
        sa.Column(
            "feed_updated_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Last update according to the feed (UTC).",
        ),
        sa.Column("feed_language", sa.Text(), nullable=True, comment="Language according to the feed, ISO 639-1."),
        sa.Column(
            "found_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When a feed first named it (UTC).",
        ),
        sa.Column(
            "fetched_at", sa.DateTime(timezone=True), nullable=True, comment="When its page was last fetched (UTC)."
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True, comment="When its page was last read (UTC)."),
        sa.Column(
            "revisions",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Times the feed announced a change of it; at most 24 are followed.",
        ),
        sa.Column(
            "body_source",
            sa.Text(),
            nullable=True,
            comment="How the body was got: extracted, json-ld, feed-content ...",
        ),
        sa.Column("body_status", sa.Text(), nullable=True, comment="Whether the body is whole, and if not, why."),
        sa.Column(
            "accessible_for_free",
            sa.Boolean(),
            nullable=True,
            comment="isAccessibleForFree of the page (schema.org); null: not said.",
        ),
        sa.Column(
            "rights",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Reservations found: noai, noimageai, tdm-reservation.",
        ),
        sa.Column(
            "forgotten_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the user had it erased (UTC); its key stays so that it is not taken in again.",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="Last finished stage, or how the work ended."),
        sa.Column(
            "state_since",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When this state was reached (UTC).",
        ),
        sa.Column(
            "attempts",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Tries of the stage that is due; starts again at each stage.",
        ),
        sa.Column(
            "token",
            sa.Uuid(),
            nullable=True,
            comment="Mark of the worker that holds the row; results are only taken from the holder of this mark.",
        ),
        sa.Column(
            "lease_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Until when the holder may work on the row (UTC); null or past: nobody holds it.",
        ),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="Not to be tried before this instant (UTC): backoff and politeness wait here.",
        ),
        sa.Column(
            "announced_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a message for the stage that is due was last sent (UTC); null: to be sent by the sweeper.",
        ),
        sa.Column(
            "failed_in",
            sa.Text(),
            nullable=True,
            comment="State it was in when it was given up, to which it can be put back; null otherwise.",
        ),
        sa.Column(
            "last_error",
            sa.Text(),
            nullable=True,
            comment="Why the last try failed, as a sentence; null after a success.",
        ),
        sa.CheckConstraint(
            "body_status in ('full', 'truncated', 'paywalled', 'consent', 'live', 'empty')",
            name=op.f("ck_article_body_status"),
        ),
        sa.CheckConstraint(
            "state in ('found', 'fetched', 'read', 'coded', 'duplicate', 'rejected', 'uncoded', 'failed')",
            name=op.f("ck_article_state"),
        ),
        sa.CheckConstraint("duplicate_of <> article_id", name=op.f("ck_article_duplicate_of_another")),
        sa.CheckConstraint("octet_length(url_key) = 32", name=op.f("ck_article_url_key")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["article.article_id"], name=op.f("fk_article_duplicate_of_article")),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.feed_id"], name=op.f("fk_article_feed_id_feed")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_article_source_id_source")),
        sa.ForeignKeyConstraint(["story_id"], ["story.story_id"], name=op.f("fk_article_story_id_story")),
        sa.ForeignKeyConstraint(
            ["wire_source_id"], ["source.source_id"], name=op.f("fk_article_wire_source_id_source")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article")),
        sa.UniqueConstraint("url_key", name=op.f("uq_article_url_key")),
        comment="One article at one address. States: found, fetched, read, coded in this order; or an end: duplicate (a copy, not coded), rejected (nothing to code), uncoded (no pack for its language), failed (see last_error).",
    )
    op.create_index(
        "ix_article_duplicate_of",
        "article",
        ["duplicate_of"],
        unique=False,
        postgresql_where=sa.text("duplicate_of is not null"),
    )
    op.create_index(
        "ix_article_failed", "article", ["state_since"], unique=False, postgresql_where=sa.text("state = 'failed'")
    )
    op.create_index("ix_article_feed_id_found_at", "article", ["feed_id", "found_at"], unique=False)
    op.create_index("ix_article_feed_id_guid", "article", ["feed_id", sa.literal_column("md5(guid)")], unique=False)
    op.create_index("ix_article_feed_id_title_key", "article", ["feed_id", "title_key"], unique=False)
    op.create_index("ix_article_found_at", "article", ["found_at"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_article_pending",
        "article",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state in ('found', 'fetched', 'read')"),
    )
    op.create_index("ix_article_published_at", "article", ["published_at"], unique=False)
    op.create_index("ix_article_source_id_found_at", "article", ["source_id", "found_at"], unique=False)
    op.create_index("ix_article_story_id", "article", ["story_id"], unique=False)
    op.create_table(
        "event_actor",
        sa.Column("event_id", sa.BigInteger(), nullable=False, comment="The event."),
        sa.Column("role", sa.Text(), nullable=False, comment="actor did it, recipient had it done to them."),
        sa.Column(
            "ord",
            sa.SmallInteger(),
            nullable=False,
            comment="Place among the parties of that role; 1 is the principal.",
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=False, comment="Who it is."),
        sa.CheckConstraint("role in ('actor', 'recipient')", name=op.f("ck_event_actor_role")),
        sa.CheckConstraint("ord > 0", name=op.f("ck_event_actor_ord")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.actor_id"], name=op.f("fk_event_actor_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.event_id"], name=op.f("fk_event_actor_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "role", "ord", name=op.f("pk_event_actor")),
        sa.UniqueConstraint("event_id", "role", "actor_id", name=op.f("uq_event_actor_event_id_role_actor_id")),
        comment="Who did it and to whom. ord 1 is the principal of its role: sums over those count an event once.",
    )
    op.create_index("ix_event_actor_actor_id_event_id", "event_actor", ["actor_id", "event_id"], unique=False)
    op.create_table(
        "event_dispute",
        sa.Column("event_id", sa.BigInteger(), nullable=False, comment="The event of the pair with the lower key."),
        sa.Column("other_id", sa.BigInteger(), nullable=False, comment="The event of the pair with the higher key."),
        sa.CheckConstraint("event_id < other_id", name=op.f("ck_event_dispute_order")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.event_id"], name=op.f("fk_event_dispute_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["event.event_id"], name=op.f("fk_event_dispute_other_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "other_id", name=op.f("pk_event_dispute")),
        comment="Pairs of events that tell one happening with rival culprits, as when each side blames the other.",
    )
    op.create_index("ix_event_dispute_other_id", "event_dispute", ["other_id"], unique=False)
    op.create_table(
        "event_revision",
        sa.Column("event_id", sa.BigInteger(), nullable=False, comment="The event."),
        sa.Column("revision", sa.Integer(), nullable=False, comment="Revision of the row that is kept here."),
        sa.Column(
            "replaced_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When the next revision took its place (UTC).",
        ),
        sa.Column(
            "was",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="The row as it was, column by column.",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.event_id"], name=op.f("fk_event_revision_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "revision", name=op.f("pk_event_revision")),
        comment="Every earlier state of every event, written by a trigger: nothing is overwritten silently.",
    )
    op.create_table(
        "article_text",
        sa.Column(
            "text_id",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="Key of the text; the highest one of an article is current.",
        ),
        sa.Column("article_id", sa.BigInteger(), nullable=False, comment="Article it is of."),
        sa.Column("title", sa.Text(), nullable=False, comment="Headline at the time."),
        sa.Column(
            "body",
            sa.Text(),
            nullable=True,
            comment="The text, paragraphs separated by newlines; null once erased under the retention setting.",
        ),
        sa.Column(
            "cut_lines",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Lines cut off the body because the outlet prints them under article after article.",
        ),
        sa.Column("sha256", sa.LargeBinary(), nullable=False, comment="SHA-256 of the body in UTF-8."),
        sa.Column("reader", sa.Text(), nullable=False, comment="Name and version of what read it off the page."),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was read (UTC).",
        ),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True, comment="When the body was erased (UTC)."),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple', left(title || ' ' || coalesce(body, ''), 500000))", persisted=True),
            nullable=True,
            comment="Words of headline and body for full-text search: search @@ websearch_to_tsquery('simple', 'ceasefire').",
        ),
        sa.CheckConstraint("body is not null or erased_at is not null", name=op.f("ck_article_text_body_or_erased")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.article_id"], name=op.f("fk_article_text_article_id_article")
        ),
        sa.PrimaryKeyConstraint("text_id", name=op.f("pk_article_text")),
        sa.UniqueConstraint("article_id", "sha256", name=op.f("uq_article_text_article_id_sha256")),
        comment="Versions of article bodies. Immutable: the offsets of quotes count characters of body.",
    )
    op.create_index("ix_article_text_created_at", "article_text", ["created_at"], unique=False, postgresql_using="brin")
    op.create_index("ix_article_text_search", "article_text", ["search"], unique=False, postgresql_using="gin")
    op.create_table(
        "fetch_attempt",
        sa.Column("fetch_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the request."),
        sa.Column(
            "purpose", sa.Text(), nullable=False, comment="What was asked for: a feed, an article or a robots.txt."
        ),
        sa.Column("feed_id", sa.BigInteger(), nullable=True, comment="The feed that was polled."),
        sa.Column("article_id", sa.BigInteger(), nullable=True, comment="The article that was fetched."),
        sa.Column("url", sa.Text(), nullable=False, comment="Address as asked."),
        sa.Column("final_url", sa.Text(), nullable=False, comment="Address that answered, after redirects."),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="When the request began (UTC)."),
        sa.Column("elapsed_ms", sa.Integer(), nullable=False, comment="Milliseconds until it was over."),
        sa.Column("outcome", sa.Text(), nullable=False, comment="Class of the outcome."),
        sa.Column("status", sa.SmallInteger(), nullable=True, comment="HTTP status; null when no answer came."),
        sa.Column("detail", sa.Text(), nullable=False, comment="The outcome as a sentence."),
        sa.Column(
            "wire_bytes",
            sa.BigInteger(),
            nullable=False,
            comment="Bytes of the body as received, before decompression.",
        ),
        sa.Column("body_bytes", sa.BigInteger(), nullable=False, comment="Bytes of the body after decompression."),
        sa.Column("new_bytes", sa.Boolean(), nullable=False, comment="True when the body differs from the one before."),
        sa.Column("etag", sa.Text(), nullable=True, comment="ETag received."),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="Last-Modified received."),
        sa.Column(
            "hops",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="Redirects on the way: url, status, location of each.",
        ),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), nullable=True, comment="When the next request was set to (UTC)."
        ),
        sa.Column("next_reason", sa.Text(), nullable=True, comment="Why it was set to that instant."),
        sa.Column(
            "interval_seconds", sa.Integer(), nullable=True, comment="Interval chosen for a feed, before jitter."
        ),
        sa.Column("task_id", sa.Uuid(), nullable=True, comment="Task that made the request, as Flower shows it."),
        sa.CheckConstraint(
            "outcome in ('ok', 'not_modified', 'throttled', 'gone', 'client_error', 'server_error', 'challenge', 'robots', 'refused', 'redirect_loop', 'dns', 'connect', 'tls', 'timeout', 'too_large', 'bad_content')",
            name=op.f("ck_fetch_attempt_outcome"),
        ),
        sa.CheckConstraint("purpose in ('feed', 'article', 'robots')", name=op.f("ck_fetch_attempt_purpose")),
        sa.CheckConstraint("feed_id is null or article_id is null", name=op.f("ck_fetch_attempt_one_subject")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.article_id"], name=op.f("fk_fetch_attempt_article_id_article")
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.feed_id"], name=op.f("fk_fetch_attempt_feed_id_feed")),
        sa.PrimaryKeyConstraint("fetch_id", name=op.f("pk_fetch_attempt")),
        comment="One row for every request that was made, failed ones included; pruned after some months.",
    )
    op.create_index(
        "ix_fetch_attempt_article_id",
        "fetch_attempt",
        ["article_id"],
        unique=False,
        postgresql_where=sa.text("article_id is not null"),
    )
    op.create_index(
        "ix_fetch_attempt_feed_id_started_at",
        "fetch_attempt",
        ["feed_id", "started_at"],
        unique=False,
        postgresql_where=sa.text("feed_id is not null"),
    )
    op.create_index(
        "ix_fetch_attempt_started_at", "fetch_attempt", ["started_at"], unique=False, postgresql_using="brin"
    )
    op.create_table(
        "near_duplicate",
        sa.Column("first_id", sa.BigInteger(), nullable=False, comment="The article of the pair with the lower key."),
        sa.Column("second_id", sa.BigInteger(), nullable=False, comment="The article of the pair with the higher key."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="copy and syndicated: the same text; partial: a part of it; update: a new version; recurring: a form filled in anew, such as a market report.",
        ),
        sa.Column(
            "containment",
            sa.REAL(),
            nullable=False,
            comment="Share of the shorter text's shingles found in the longer, 0 to 1.",
        ),
        sa.Column("joins", sa.Boolean(), nullable=False, comment="True when the two count as copies of one text."),
        sa.Column(
            "leaf_id",
            sa.BigInteger(),
            nullable=True,
            comment="The one of the two that is a mere part of a much longer text; null when neither is.",
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False, comment="When it was decided (UTC)."),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True, comment="When the user took it back (UTC)."),
        sa.CheckConstraint(
            "kind in ('copy', 'syndicated', 'partial', 'update', 'recurring')", name=op.f("ck_near_duplicate_kind")
        ),
        sa.CheckConstraint("containment between 0 and 1", name=op.f("ck_near_duplicate_containment")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_near_duplicate_order")),
        sa.CheckConstraint("leaf_id in (first_id, second_id)", name=op.f("ck_near_duplicate_leaf")),
        sa.ForeignKeyConstraint(["first_id"], ["article.article_id"], name=op.f("fk_near_duplicate_first_id_article")),
        sa.ForeignKeyConstraint(
            ["second_id"], ["article.article_id"], name=op.f("fk_near_duplicate_second_id_article")
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_near_duplicate")),
        comment="Pairs of articles of which one reproduces the other, wholly or in part.",
    )
    op.create_index("ix_near_duplicate_second_id", "near_duplicate", ["second_id"], unique=False)
    op.create_table(
        "payload",
        sa.Column(
            "payload_id",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="Key of the bytes; the highest one of a feed or article is current.",
        ),
        sa.Column("feed_id", sa.BigInteger(), nullable=True, comment="Feed they are of."),
        sa.Column("article_id", sa.BigInteger(), nullable=True, comment="Article they are of."),
        sa.Column(
            "received_at", sa.DateTime(timezone=True), nullable=False, comment="When the request for them began (UTC)."
        ),
        sa.Column("final_url", sa.Text(), nullable=False, comment="Address that answered, after redirects."),
        sa.Column(
            "headers",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Response headers, names in lower case.",
        ),
        sa.Column("sha256", sa.LargeBinary(), nullable=False, comment="SHA-256 of the bytes before compression."),
        sa.Column("size", sa.Integer(), nullable=False, comment="Bytes before compression."),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="The bytes, compressed with zlib (RFC 1950)."),
        sa.CheckConstraint("num_nonnulls(feed_id, article_id) = 1", name=op.f("ck_payload_one_subject")),
        sa.ForeignKeyConstraint(["article_id"], ["article.article_id"], name=op.f("fk_payload_article_id_article")),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.feed_id"], name=op.f("fk_payload_feed_id_feed")),
        sa.PrimaryKeyConstraint("payload_id", name=op.f("pk_payload")),
        comment="Raw bytes of feeds and pages as received, compressed; pruned after some days.",
    )
    op.create_index(
        "ix_payload_article_id",
        "payload",
        ["article_id"],
        unique=False,
        postgresql_where=sa.text("article_id is not null"),
    )
    op.create_index(
        "ix_payload_feed_id", "payload", ["feed_id"], unique=False, postgresql_where=sa.text("feed_id is not null")
    )
    op.create_index("ix_payload_received_at", "payload", ["received_at"], unique=False, postgresql_using="brin")
    op.create_table(
        "extraction",
        sa.Column(
            "extraction_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the reading."
        ),
        sa.Column("text_id", sa.BigInteger(), nullable=False, comment="Text that was read."),
        sa.Column("coder_id", sa.BigInteger(), nullable=False, comment="Coder version that read it."),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False, comment="When it was read (UTC)."),
        sa.Column(
            "superseded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a reading by another coder, or of a newer text, took its place (UTC); its mentions are gone then.",
        ),
        sa.Column("mentions", sa.Integer(), nullable=False, comment="Mentions it found."),
        sa.ForeignKeyConstraint(["coder_id"], ["coder.coder_id"], name=op.f("fk_extraction_coder_id_coder")),
        sa.ForeignKeyConstraint(["text_id"], ["article_text.text_id"], name=op.f("fk_extraction_text_id_article_text")),
        sa.PrimaryKeyConstraint("extraction_id", name=op.f("pk_extraction")),
        sa.UniqueConstraint("text_id", "coder_id", name=op.f("uq_extraction_text_id_coder_id")),
        comment="Readings: one text by one coder version. Mentions hang on the latest reading of an article.",
    )
    op.create_index("ix_extraction_finished_at", "extraction", ["finished_at"], unique=False)
    op.create_table(
        "sketch",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Article it is of."),
        sa.Column("text_id", sa.BigInteger(), nullable=False, comment="Text it was made of."),
        sa.Column("version", sa.Integer(), nullable=False, comment="How it was made; only equal versions compare."),
        sa.Column(
            "hashes",
            sa.ARRAY(sa.BigInteger()),
            nullable=False,
            comment="The 128 smallest hashes of its shingles, ascending.",
        ),
        sa.Column("shingles", sa.Integer(), nullable=False, comment="Distinct shingles of the whole text."),
        sa.Column("words", sa.Integer(), nullable=False, comment="Words of the whole text."),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False, comment="SHA-256 over the folded words."),
        sa.Column("numbers", sa.ARRAY(sa.Text()), nullable=False, comment="Numbers in the text, written in digits."),
        sa.Column(
            "wire", sa.Boolean(), nullable=False, comment="True when a news agency published it on its own site."
        ),
        sa.Column(
            "indexed",
            sa.Boolean(),
            nullable=False,
            comment="True when its anchors are in table anchor; an exact copy of a text that is there needs none.",
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.article_id"], name=op.f("fk_sketch_article_id_article")),
        sa.ForeignKeyConstraint(["text_id"], ["article_text.text_id"], name=op.f("fk_sketch_text_id_article_text")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_sketch")),
        comment="Bottom-k sketch of each article's current text, to tell how much two texts share.",
    )
    op.create_index("ix_sketch_body_sha256", "sketch", ["body_sha256"], unique=False)
    op.create_index("ix_sketch_text_id", "sketch", ["text_id"], unique=False)
    op.create_table(
        "mention",
        sa.Column(
            "mention_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the mention."
        ),
        sa.Column("extraction_id", sa.BigInteger(), nullable=False, comment="Reading that found it."),
        sa.Column(
            "number", sa.SmallInteger(), nullable=False, comment="Place among the mentions of the reading, from 1."
        ),
        sa.Column("event_id", sa.BigInteger(), nullable=True, comment="Event that it and others were merged into."),
        sa.Column("type", sa.Text(), nullable=False, comment="PLOVER type."),
        sa.Column("mode", sa.Text(), nullable=True, comment="PLOVER mode; null: none or unknown."),
        sa.Column("acled_sub_event", sa.Text(), nullable=True, comment="ACLED sub-event; null: ACLED has none for it."),
        sa.Column(
            "contexts",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="PLOVER contexts, such as election.",
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="How certain the text makes it."),
        sa.Column(
            "confidence", sa.REAL(), nullable=False, comment="The coder's own estimate that it read rightly, 0 to 1."
        ),
        sa.Column("place_id", sa.BigInteger(), nullable=True, comment="Where; null: not said."),
        sa.Column(
            "place_precision",
            sa.SmallInteger(),
            nullable=True,
            comment="How exactly, as UCDP GED: 1 exact ... 7 international waters or airspace.",
        ),
        sa.Column("place_text", sa.Text(), nullable=True, comment="Words that name the place."),
        sa.Column("date_start", sa.Date(), nullable=True, comment="First day it may have happened on; null: unknown."),
        sa.Column("date_end", sa.Date(), nullable=True, comment="Last day it may have happened on; null: unknown."),
        sa.Column("date_precision", sa.Text(), nullable=False, comment="day, range or unknown."),
        sa.Column("date_text", sa.Text(), nullable=True, comment="Words that name the date."),
        sa.CheckConstraint("date_precision in ('day', 'range', 'unknown')", name=op.f("ck_mention_date_precision")),
        sa.CheckConstraint(
            "status in ('asserted', 'claimed', 'disputed', 'unverified', 'rumoured', 'planned', 'denied')",
            name=op.f("ck_mention_status"),
        ),
        sa.CheckConstraint("confidence between 0 and 1", name=op.f("ck_mention_confidence")),
        sa.CheckConstraint("date_start <= date_end", name=op.f("ck_mention_dates")),
        sa.CheckConstraint("place_precision between 1 and 7", name=op.f("ck_mention_place_precision")),
        sa.ForeignKeyConstraint(
            ["acled_sub_event"], ["acled_sub_event.name"], name=op.f("fk_mention_acled_sub_event_acled_sub_event")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.event_id"], name=op.f("fk_mention_event_id_event")),
        sa.ForeignKeyConstraint(
            ["extraction_id"],
            ["extraction.extraction_id"],
            name=op.f("fk_mention_extraction_id_extraction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.place_id"], name=op.f("fk_mention_place_id_place")),
        sa.ForeignKeyConstraint(
            ["type", "mode"], ["event_mode.type_code", "event_mode.code"], name=op.f("fk_mention_type_mode_event_mode")
        ),
        sa.ForeignKeyConstraint(["type"], ["event_type.code"], name=op.f("fk_mention_type_event_type")),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_mention")),
        sa.UniqueConstraint("extraction_id", "number", name=op.f("uq_mention_extraction_id_number")),
        comment="One happening as one text tells it, read by one coder version. To count happenings, see event.",
    )
    op.create_index("ix_mention_event_id", "mention", ["event_id"], unique=False)
    op.create_table(
        "attribution",
        sa.Column("mention_id", sa.BigInteger(), nullable=False, comment="Mention that is told so."),
        sa.Column("step", sa.SmallInteger(), nullable=False, comment="1 is the origin, 2 who quotes it, and so on."),
        sa.Column("source_id", sa.BigInteger(), nullable=False, comment="Who says so."),
        sa.Column("words", sa.Text(), nullable=True, comment="Words of the text that name it; null once erased."),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.mention_id"], name=op.f("fk_attribution_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_attribution_source_id_source")),
        sa.PrimaryKeyConstraint("mention_id", "step", name=op.f("pk_attribution")),
        comment="According to whom a mention is told: a chain, the origin first. No row: the article's own voice.",
    )
    op.create_table(
        "casualty",
        sa.Column(
            "casualty_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the number."
        ),
        sa.Column("mention_id", sa.BigInteger(), nullable=False, comment="Mention it belongs to."),
        sa.Column("measure", sa.Text(), nullable=False, comment="What befell them."),
        sa.Column("who", sa.Text(), nullable=False, comment="Whom it befell, in the text's words."),
        sa.Column("low", sa.Integer(), nullable=True, comment="At least so many; null: unknown."),
        sa.Column("high", sa.Integer(), nullable=True, comment="At most so many; null: open ('at least 12')."),
        sa.Column("approximate", sa.Boolean(), nullable=False, comment="True for 'around', 'dozens' and the like."),
        sa.Column("subset", sa.Boolean(), nullable=False, comment="True when these are among others already counted."),
        sa.Column(
            "cumulative",
            sa.Boolean(),
            nullable=False,
            comment="True for a total over time: not this happening's alone.",
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="How certain the text makes it."),
        sa.Column("words", sa.Text(), nullable=True, comment="Words of the text it was read from; null once erased."),
        sa.Column("char_start", sa.Integer(), nullable=False, comment="First character of these words."),
        sa.Column("char_end", sa.Integer(), nullable=False, comment="Character after the last."),
        sa.CheckConstraint(
            "measure in ('killed', 'injured', 'captured', 'missing', 'displaced')", name=op.f("ck_casualty_measure")
        ),
        sa.CheckConstraint(
            "status in ('asserted', 'claimed', 'disputed', 'unverified', 'rumoured', 'planned', 'denied')",
            name=op.f("ck_casualty_status"),
        ),
        sa.CheckConstraint("low <= high", name=op.f("ck_casualty_bounds")),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.mention_id"], name=op.f("fk_casualty_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("casualty_id", name=op.f("pk_casualty")),
        comment="Numbers of people as one source gave them; rival numbers are rows of their own and never added.",
    )
    op.create_index("ix_casualty_mention_id", "casualty", ["mention_id"], unique=False)
    op.create_table(
        "mention_party",
        sa.Column("mention_id", sa.BigInteger(), nullable=False, comment="Mention it is a party of."),
        sa.Column("role", sa.Text(), nullable=False, comment="actor does it, recipient has it done to them."),
        sa.Column("ord", sa.SmallInteger(), nullable=False, comment="Place among the parties of that role, from 1."),
        sa.Column("actor_id", sa.BigInteger(), nullable=False, comment="Who it is."),
        sa.Column("words", sa.Text(), nullable=True, comment="Words of the text it was read from; null once erased."),
        sa.Column("char_start", sa.Integer(), nullable=True, comment="First character of these words."),
        sa.Column("char_end", sa.Integer(), nullable=True, comment="Character after the last."),
        sa.CheckConstraint("role in ('actor', 'recipient')", name=op.f("ck_mention_party_role")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.actor_id"], name=op.f("fk_mention_party_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.mention_id"], name=op.f("fk_mention_party_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "role", "ord", name=op.f("pk_mention_party")),
        comment="Who did it and to whom, according to one mention.",
    )
    op.create_table(
        "quote",
        sa.Column("mention_id", sa.BigInteger(), nullable=False, comment="Mention it is evidence of."),
        sa.Column("number", sa.SmallInteger(), nullable=False, comment="Place among the mention's sentences, from 1."),
        sa.Column("char_start", sa.Integer(), nullable=False, comment="First character, counted from 0."),
        sa.Column("char_end", sa.Integer(), nullable=False, comment="Character after the last."),
        sa.Column(
            "words", sa.Text(), nullable=True, comment="The sentence; null once erased under the retention setting."
        ),
        sa.Column("trigger_start", sa.Integer(), nullable=True, comment="First character of the word that tells it."),
        sa.Column("trigger_end", sa.Integer(), nullable=True, comment="Character after the last of that word."),
        sa.CheckConstraint("char_start < char_end", name=op.f("ck_quote_span")),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.mention_id"], name=op.f("fk_quote_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "number", name=op.f("pk_quote")),
        comment="Sentences that tell a mention: its evidence, in characters of article_text.body.",
    )
    op.create_table(
        "casualty_source",
        sa.Column("casualty_id", sa.BigInteger(), nullable=False, comment="Number that is given so."),
        sa.Column("step", sa.SmallInteger(), nullable=False, comment="1 is the origin, 2 who quotes it, and so on."),
        sa.Column("source_id", sa.BigInteger(), nullable=False, comment="Who gives it."),
        sa.ForeignKeyConstraint(
            ["casualty_id"],
            ["casualty.casualty_id"],
            name=op.f("fk_casualty_source_casualty_id_casualty"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_casualty_source_source_id_source")),
        sa.PrimaryKeyConstraint("casualty_id", "step", name=op.f("pk_casualty_source")),
        comment="According to whom a number is given: a chain, the origin first.",
    )


def downgrade() -> None:
    op.drop_table("casualty_source")
    op.drop_table("quote")
    op.drop_table("mention_party")
    op.drop_index("ix_casualty_mention_id", table_name="casualty")
    op.drop_table("casualty")
    op.drop_table("attribution")
    op.drop_index("ix_mention_event_id", table_name="mention")
    op.drop_table("mention")
    op.drop_index("ix_sketch_text_id", table_name="sketch")
    op.drop_index("ix_sketch_body_sha256", table_name="sketch")
    op.drop_table("sketch")
    op.drop_index("ix_extraction_finished_at", table_name="extraction")
    op.drop_table("extraction")
    op.drop_index("ix_payload_received_at", table_name="payload", postgresql_using="brin")
    op.drop_index("ix_payload_feed_id", table_name="payload", postgresql_where=sa.text("feed_id is not null"))
    op.drop_index("ix_payload_article_id", table_name="payload", postgresql_where=sa.text("article_id is not null"))
    op.drop_table("payload")
    op.drop_index("ix_near_duplicate_second_id", table_name="near_duplicate")
    op.drop_table("near_duplicate")
    op.drop_index("ix_fetch_attempt_started_at", table_name="fetch_attempt", postgresql_using="brin")
    op.drop_index(
        "ix_fetch_attempt_feed_id_started_at",
        table_name="fetch_attempt",
        postgresql_where=sa.text("feed_id is not null"),
    )
    op.drop_index(
        "ix_fetch_attempt_article_id", table_name="fetch_attempt", postgresql_where=sa.text("article_id is not null")
    )
    op.drop_table("fetch_attempt")
    op.drop_index("ix_article_text_search", table_name="article_text", postgresql_using="gin")
    op.drop_index("ix_article_text_created_at", table_name="article_text", postgresql_using="brin")
    op.drop_table("article_text")
    op.drop_table("event_revision")
    op.drop_index("ix_event_dispute_other_id", table_name="event_dispute")
    op.drop_table("event_dispute")
    op.drop_index("ix_event_actor_actor_id_event_id", table_name="event_actor")
    op.drop_table("event_actor")
    op.drop_index("ix_article_story_id", table_name="article")
    op.drop_index("ix_article_source_id_found_at", table_name="article")
    op.drop_index("ix_article_published_at", table_name="article")
    op.drop_index(
        "ix_article_pending", table_name="article", postgresql_where=sa.text("state in ('found', 'fetched', 'read')")
    )
    op.drop_index("ix_article_found_at", table_name="article", postgresql_using="brin")
    op.drop_index("ix_article_feed_id_title_key", table_name="article")
    op.drop_index("ix_article_feed_id_guid", table_name="article")
    op.drop_index("ix_article_feed_id_found_at", table_name="article")
    op.drop_index("ix_article_failed", table_name="article", postgresql_where=sa.text("state = 'failed'"))
    op.drop_index("ix_article_duplicate_of", table_name="article", postgresql_where=sa.text("duplicate_of is not null"))
    op.drop_table("article")
    op.drop_index("ix_feed_source_id", table_name="feed")
    op.drop_index("ix_feed_pending", table_name="feed", postgresql_where=sa.text("state = 'fetched'"))
    op.drop_index("ix_feed_due", table_name="feed", postgresql_where=sa.text("active"))
    op.drop_table("feed")
    op.drop_index("ix_event_story_id", table_name="event")
    op.drop_index("ix_event_place_id_event_date", table_name="event")
    op.drop_index("ix_event_merged_into", table_name="event", postgresql_where=sa.text("merged_into is not null"))
    op.drop_index(
        "ix_event_event_date_type",
        table_name="event",
        postgresql_where=sa.text("merged_into is null and retracted_at is null"),
    )
    op.drop_index("ix_event_contexts", table_name="event", postgresql_using="gin")
    op.drop_index("ix_event_change_no_event_id", table_name="event")
    op.drop_table("event")
    op.drop_index("ix_story_term_story_id", table_name="story_term")
    op.drop_index("ix_story_term_day", table_name="story_term")
    op.drop_table("story_term")
    op.drop_table("source")
    op.drop_index(
        "uq_place_local",
        table_name="place",
        postgresql_where=sa.text("place_id < 0"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_table("place")
    op.drop_table("event_mode")
    op.drop_table("actor")
    op.drop_table("term_inbox")
    op.drop_table("term_frequency")
    op.drop_index("ix_story_last_published_at", table_name="story")
    op.drop_table("story")
    op.drop_table("sector")
    op.drop_table("robots")
    op.drop_table("event_type")
    op.drop_table("country")
    op.drop_table("coder")
    op.drop_table("anchor")
    op.drop_table("acled_sub_event")
