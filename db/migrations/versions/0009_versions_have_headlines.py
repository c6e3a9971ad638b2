"""Say that a version of an article is its headline and its body.

Texts that are stored keep the digest of their body alone: read again, they become one version more, that is not coded.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("comment on column article_text.sha256 is 'SHA-256 of headline, line feed and body in UTF-8.'")


def downgrade() -> None:
    op.execute("comment on column article_text.sha256 is 'SHA-256 of the body in UTF-8.'")
