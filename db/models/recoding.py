"""Runs that code the archive anew, and what each has changed: a killed one can still say the whole at its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id


class Recoding(Base):
    """One run over the archive; begun again after it was stopped, it is the same run."""

    __tablename__ = "recoding"
    __table_args__ = (
        Index("uq_recoding_unfinished", "chosen", unique=True, postgresql_where=text("finished_at is null")),
        {"comment": "Runs that code stored texts anew, from their begin until all that was asked for is read."},
    )

    recoding_id: Mapped[Id] = mapped_column(comment="Key of the run.")
    chosen: Mapped[str] = mapped_column(comment="What was asked for: versions of the coder, first day, outlet.")
    started_at: Mapped[datetime] = mapped_column(comment="When it was first begun (UTC).")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When nothing was left to read (UTC); null: not yet.")


class RecodingStep(Base):
    """One article that a run has read, with what that changed."""

    __tablename__ = "recoding_step"
    __table_args__ = (
        UniqueConstraint("recoding_id", "article_id"),
        {"comment": "Articles that a run has coded anew, in order; kept until a later run begins."},
    )

    step_id: Mapped[Id] = mapped_column(
        comment="Key of the step; of two that change one event the later has the higher."
    )
    recoding_id: Mapped[int] = mapped_column(ForeignKey("recoding.recoding_id", ondelete="CASCADE"), comment="The run.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.article_id"), comment="Article that was read.")
    changes: Mapped[list[Any]] = mapped_column(
        JSONB,
        comment="Events that say something else now: key, type and summary before, type and summary after.",
    )
