"""Keep the history of merges and splits of stories, why an article is in its story, and when upkeep was done.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "article",
        sa.Column("story_why", sa.Text(), nullable=True, comment="A sentence: why it was put into that story."),
    )
    op.create_table(
        "chore",
        sa.Column("name", sa.Text(), nullable=False, comment="What was done."),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last begun (UTC)."),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore")),
        comment="Upkeep done once a night or once a week, however often it is rung for.",
    )
    op.create_table(
        "story_edit",
        sa.Column("edit_id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Key of the edit."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="merge: the story became part of the other; split: it was taken out.",
        ),
        sa.Column(
            "story_id",
            sa.BigInteger(),
            nullable=False,
            comment="The part: the story that was merged, or the new one that was split off.",
        ),
        sa.Column(
            "other_id",
            sa.BigInteger(),
            nullable=False,
            comment="The whole: the story it was merged into or split off from.",
        ),
        sa.Column(
            "articles",
            postgresql.ARRAY(sa.BigInteger()),
            nullable=False,
            comment="Keys of the articles that moved.",
        ),
        sa.Column(
            "followers",
            postgresql.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Stories merged into the part before, which a merge takes along.",
        ),
        sa.Column(
            "score",
            sa.REAL(),
            nullable=True,
            comment="How much the two were one, 0 to 1, as the nightly merge saw it; null: the user asked for it.",
        ),
        sa.Column(
            "by_user",
            sa.Boolean(),
            nullable=False,
            comment="True when a command asked for it; false: the nightly merge.",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was done (UTC)."),
        sa.Column(
            "undone_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was taken back (UTC); null: it stands.",
        ),
        sa.CheckConstraint("kind in ('merge', 'split')", name=op.f("ck_story_edit_kind")),
        sa.CheckConstraint("story_id <> other_id", name=op.f("ck_story_edit_two_stories")),
        sa.ForeignKeyConstraint(["story_id"], ["story.story_id"], name=op.f("fk_story_edit_story_id_story")),
        sa.ForeignKeyConstraint(["other_id"], ["story.story_id"], name=op.f("fk_story_edit_other_id_story")),
        sa.PrimaryKeyConstraint("edit_id", name=op.f("pk_story_edit")),
        comment="Merges and splits of stories. A split that stands and a merge that was taken back keep the two "
        "stories apart: no nightly merge makes them one again.",
    )
    op.create_index("ix_story_edit_story_id", "story_edit", ["story_id"], unique=False)
    op.create_index("ix_story_edit_other_id", "story_edit", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("story_edit")
    op.drop_table("chore")
    op.drop_column("article", "story_why")
