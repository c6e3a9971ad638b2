"""Say that the anchor index has partitions of five weeks; those of a week each are dropped when they are old, as ever.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WHAT = "The 24 smallest hashes of each text of the last weeks; articles that share two are compared. Partitions of "


def upgrade() -> None:
    op.execute(f"comment on table anchor is '{WHAT}five weeks each are dropped when they are old.'")


def downgrade() -> None:
    op.execute(f"comment on table anchor is '{WHAT}a week each are dropped when they are old.'")
