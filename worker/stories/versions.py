"""One reading of an article: what a later one is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One reading of an article, as far as the coder's answer rests on it."""

    text: str
    title: str
    published: datetime | None  # on the clock of its outlet: "yesterday" in the text is meant there
    language: str | None
