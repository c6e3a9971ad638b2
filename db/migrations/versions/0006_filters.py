"""Find what many articles tell, what many sources vouch for, and the deadliest events by small indexes.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_event_told_widely": (["place_id", "articles"], "articles >= 10"),
    "ix_event_vouched_for": (["place_id", "independent_sources"], "independent_sources >= 5"),
    "ix_event_deadly": (["fatalities_best", "event_date"], "fatalities_best >= 10"),
}


def upgrade() -> None:
    for name, (columns, condition) in INDEXES.items():
        live = sa.text(f"merged_into is null and retracted_at is null and {condition}")
        op.create_index(name, "event", columns, unique=False, postgresql_where=live)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "event")
