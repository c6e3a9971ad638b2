"""Say when a story last changed, so that a night compares what changed and not all that is active.

Stories of the last nine days are given the hour of their founding; older ones change with their next report.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = "When it was last begun (UTC)."
SINCE = "When it was last begun, or up to when it has seen everything (UTC)."
WHAT = "When what it is known by last changed (UTC): what changed is looked at the night after."


def upgrade() -> None:
    op.add_column("story", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True, comment=WHAT))
    op.execute(
        "update story set changed_at = created_at "
        "where last_published_at > now() - interval '9 days' and merged_into is null"
    )
    op.alter_column("chore", "done_at", comment=SINCE, existing_comment=BEFORE)
    op.create_index("ix_story_changed_at", "story", ["changed_at", "story_id"])


def downgrade() -> None:
    op.alter_column("chore", "done_at", comment=BEFORE, existing_comment=SINCE)
    op.drop_index("ix_story_changed_at", table_name="story")
    op.drop_column("story", "changed_at")
