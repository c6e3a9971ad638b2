"""Know of a number of people whose losses it gives, also once its words are erased.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COMMENT = "Whose losses: forces (of a state), fighters (of nobody's state), others; null: of all."


def upgrade() -> None:
    op.add_column("casualty", sa.Column("side", sa.Text(), nullable=True, comment=COMMENT))
    op.create_check_constraint(
        op.f("ck_casualty_side"), "casualty", sa.text("side in ('forces', 'fighters', 'others')")
    )


def downgrade() -> None:
    op.drop_column("casualty", "side")
