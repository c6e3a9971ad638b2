"""Keep what a run over the archive has changed, so that one that was killed can still say it.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recoding",
        sa.Column("recoding_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the run."),
        sa.Column(
            "chosen",
            sa.Text(),
            nullable=False,
            comment="What was asked for: versions of the coder, first day, outlet.",
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="When it was first begun (UTC)."),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When nothing was left to read (UTC); null: not yet.",
        ),
        sa.PrimaryKeyConstraint("recoding_id", name=op.f("pk_recoding")),
        comment="Runs that code stored texts anew, from their begin until all that was asked for is read.",
    )
    op.create_index(
        "uq_recoding_unfinished", "recoding", ["chosen"], unique=True, postgresql_where=sa.text("finished_at is null")
    )
    op.create_table(
        "recoding_step",
        sa.Column(
            "step_id",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="Key of the step; of two that change one event the later has the higher.",
        ),
        sa.Column("recoding_id", sa.BigInteger(), nullable=False, comment="The run."),
        sa.Column("article_id", sa.BigInteger(), nullable=False, comment="Article that was read."),
        sa.Column(
            "changes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Events that say something else now: key, type and summary before, type and summary after.",
        ),
        sa.ForeignKeyConstraint(
            ["recoding_id"],
            ["recoding.recoding_id"],
            name=op.f("fk_recoding_step_recoding_id_recoding"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.article_id"], name=op.f("fk_recoding_step_article_id_article")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_recoding_step")),
        sa.UniqueConstraint("recoding_id", "article_id", name=op.f("uq_recoding_step_recoding_id_article_id")),
        comment="Articles that a run has coded anew, in order; kept until a later run begins.",
    )


def downgrade() -> None:
    op.drop_table("recoding_step")
    op.drop_table("recoding")
