"""Count rival versions of one happening once; find the latest events and the oldest texts by an index.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What later merges decide by the reports (worker.events.happenings.versions), here by the stored counts: of each pair
# the version on more sources. A version of two others is counted as one of the first of them.
DECIDE = """
with pair as (
  select case when (a.independent_sources, a.articles, -a.event_id) > (b.independent_sources, b.articles, -b.event_id)
      then b.event_id else a.event_id end as weaker,
    case when (a.independent_sources, a.articles, -a.event_id) > (b.independent_sources, b.articles, -b.event_id)
      then a.event_id else b.event_id end as stronger
  from event_dispute d join event a on a.event_id = d.event_id join event b on b.event_id = d.other_id
)
update event set version_of = (select min(stronger) from pair where weaker = event.event_id)
where event_id in (select weaker from pair where stronger not in (select weaker from pair))
"""


def upgrade() -> None:
    op.add_column(
        "event",
        sa.Column(
            "version_of",
            sa.BigInteger(),
            nullable=True,
            comment="Event that tells the same happening with another culprit and rests on more sources; null: count "
            "this one.",
        ),
    )
    op.create_foreign_key(op.f("fk_event_version_of_event"), "event", "event", ["version_of"], ["event_id"])
    op.execute(DECIDE)
    op.create_index(
        "ix_event_latest",
        "event",
        [sa.literal_column("event_date desc nulls last"), sa.literal_column("event_id desc")],
        unique=False,
        postgresql_where=sa.text("merged_into is null and retracted_at is null"),
    )
    op.create_index(
        "ix_article_text_kept",
        "article_text",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("erased_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_article_text_kept", "article_text")
    op.drop_index("ix_event_latest", "event")
    op.drop_column("event", "version_of")
