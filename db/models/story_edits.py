"""What was changed about stories after the fact, and when upkeep that must not be repeated was last done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ARRAY, REAL, BigInteger, Boolean, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, one_of

EDIT_KINDS = ("merge", "split")


class StoryEdit(Base):
    """One merge or split of stories: what moved, who asked for it, and whether it was taken back."""

    __tablename__ = "story_edit"
    __table_args__ = (
        one_of("kind", EDIT_KINDS),
        CheckConstraint("story_id <> other_id", name="two_stories"),
        Index("ix_story_edit_story_id", "story_id"),
        Index("ix_story_edit_other_id", "other_id"),
        {
            "comment": "Merges and splits of stories. A split that stands and a merge that was taken back keep the two "
            "stories apart: no nightly merge makes them one again."
        },
    )

    edit_id: Mapped[Id] = mapped_column(comment="Key of the edit.")
    kind: Mapped[str] = mapped_column(comment="merge: the story became part of the other; split: it was taken out.")
    story_id: Mapped[int] = mapped_column(
        ForeignKey("story.story_id"), comment="The part: the story that was merged, or the new one that was split off."
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("story.story_id"), comment="The whole: the story it was merged into or split off from."
    )
    articles: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), comment="Keys of the articles that moved.")
    followers: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger),
        server_default=text("'{}'"),
        comment="Stories merged into the part before, which a merge takes along.",
    )
    score: Mapped[float | None] = mapped_column(
        REAL, comment="How much the two were one, 0 to 1, as the nightly merge saw it; null: the user asked for it."
    )
    by_user: Mapped[bool] = mapped_column(
        Boolean, comment="True when a command asked for it; false: the nightly merge."
    )
    made_at: Mapped[datetime] = mapped_column(comment="When it was done (UTC).")
    undone_at: Mapped[datetime | None] = mapped_column(comment="When it was taken back (UTC); null: it stands.")


class Chore(Base):
    """When a piece of upkeep that is not to be repeated was last done."""

    __tablename__ = "chore"
    __table_args__ = ({"comment": "Upkeep done once a night or once a week, however often it is rung for."},)

    name: Mapped[str] = mapped_column(primary_key=True, comment="What was done.")
    done_at: Mapped[datetime] = mapped_column(
        comment="When it was last begun, or up to when it has seen everything (UTC)."
    )
