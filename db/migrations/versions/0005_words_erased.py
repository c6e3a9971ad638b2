"""Know of a text whether its sentences are erased as well, and find the oldest whose are not by an index.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHO = "Whom it befell, in the text's words"


def upgrade() -> None:
    op.add_column(
        "article_text",
        sa.Column(
            "words_erased_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the sentences and words that were read out of it were erased as well (UTC).",
        ),
    )
    op.create_index(
        "ix_article_text_words_kept",
        "article_text",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("words_erased_at is null"),
    )
    op.alter_column("casualty", "who", comment=f"{WHO}; empty once erased.", existing_comment=f"{WHO}.")


def downgrade() -> None:
    op.alter_column("casualty", "who", comment=f"{WHO}.", existing_comment=f"{WHO}; empty once erased.")
    op.drop_index("ix_article_text_words_kept", "article_text")
    op.drop_column("article_text", "words_erased_at")
