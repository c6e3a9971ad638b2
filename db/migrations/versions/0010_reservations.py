"""Keep each host's tdmrep.json for a day, as its robots.txt is kept.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = "What was asked for: a feed, an article or a robots.txt."
SINCE = "What was asked for: a feed, an article, or a file of its host for robots (robots.txt, tdmrep.json)."


def upgrade() -> None:
    op.create_table(
        "reservations",
        sa.Column("origin", sa.Text(), nullable=False, comment="Scheme, host and port, such as https://example.org."),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False, comment="When it was fetched (UTC)."),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True), nullable=False, comment="When it must be fetched again (UTC)."
        ),
        sa.Column("status", sa.SmallInteger(), nullable=True, comment="HTTP status; null when no answer came."),
        sa.Column(
            "rules",
            sa.Text(),
            nullable=False,
            comment="The file, at most 500 KiB; empty when there is none that can be read.",
        ),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_reservations")),
        comment="tdmrep.json of each host (TDM Reservation Protocol), kept for a day.",
    )
    op.alter_column("fetch_attempt", "purpose", comment=SINCE, existing_comment=BEFORE)


def downgrade() -> None:
    op.alter_column("fetch_attempt", "purpose", comment=BEFORE, existing_comment=SINCE)
    op.drop_table("reservations")
