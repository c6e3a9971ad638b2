"""The labelled corpus: own articles of invented outlets, each with its events, its story and what it copies.

An article is a TOML file ``articles/<outlet>/<slug>.toml``; docs/coding-scheme.md explains its labels. Evidence is
given as words of the article, which must occur there exactly once; offsets are worked out when it is loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

ARTICLES = Path(__file__).parent / "articles"
SPANISH = Path(__file__).parent / "articles-es"
"""Articles of a Spanish outlet: development data of the second language pack, kept out of the English figures."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented house: who it is, and how its feed and pages look."""

    slug: str
    name: str
    kind: str
    family: str
    country: str
    language: str
    timezone: str
    feed: str  # rss or atom
    boilerplate: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldToll:
    measure: str
    low: int | None
    high: int | None  # None: open upwards
    approximate: bool
    status: str
    sources: tuple[str, ...]
    who: str
    quote: str


@dataclass(frozen=True, slots=True)
class GoldEvent:
    key: str
    type: str
    mode: str | None
    acled_sub_event: str | None
    actors: tuple[str, ...]
    actors_text: tuple[str, ...]
    recipients: tuple[str, ...]
    recipients_text: tuple[str, ...]
    place: str | None
    country: str | None
    place_precision: int | None
    date_start: date | None
    date_end: date | None
    date_precision: str
    status: str
    attribution: tuple[str, ...]
    trigger: str
    quote: str
    more_quotes: tuple[str, ...]
    tolls: tuple[GoldToll, ...]

    @property
    def happened(self) -> bool:
        """Did it happen, by the label's status?"""
        return self.status in {"asserted", "claimed", "disputed"}


@dataclass(frozen=True, slots=True)
class GoldArticle:
    outlet: Outlet
    slug: str
    title: str
    published: datetime
    section: str
    author: str | None
    story: str
    kind: str
    copy_of: str | None  # outlet/slug
    split: str  # dev or test
    coded: bool  # True: every event of the text is labelled
    text: str  # paragraphs with one newline between them, as a reader leaves them
    events: tuple[GoldEvent, ...]
    not_events: tuple[tuple[str, str], ...]  # (words, reason)
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        return f"{self.outlet.slug}/{self.slug}"

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")


@cache
def outlets(folder: Path = ARTICLES) -> Mapping[str, Outlet]:
    """All outlets by folder name."""
    return {file.parent.name: _outlet(file) for file in sorted(folder.glob("*/outlet.toml"))}


@cache
def articles(split: str | None = None, folder: Path = ARTICLES) -> tuple[GoldArticle, ...]:
    """All articles, or those of one split, oldest first."""
    files = [file for file in sorted(folder.glob("*/*.toml")) if file.name != "outlet.toml"]
    read = [_article(file) for file in files]
    return tuple(sorted((a for a in read if split in (None, a.split)), key=lambda a: (a.published, a.id)))


def article(wanted: str) -> GoldArticle:
    """One article by ``outlet/slug``."""
    return next(found for found in articles() if found.id == wanted)


def _outlet(file: Path) -> Outlet:
    row = tomllib.loads(file.read_text())
    known = {key: row[key] for key in ("name", "kind", "country", "language", "timezone", "feed")}
    return Outlet(
        slug=file.parent.name, family=row.get("family", ""), boilerplate=tuple(row.get("boilerplate", ())), **known
    )


def _article(file: Path) -> GoldArticle:
    row = tomllib.loads(file.read_text())
    return GoldArticle(
        outlet=outlets(file.parent.parent)[file.parent.name],
        slug=file.stem,
        title=row["title"],
        published=row["published"],
        section=row["section"],
        author=row.get("author"),
        story=row["story"],
        kind=row["kind"],
        copy_of=row.get("copy_of"),
        split=row["split"],
        coded=row["coded"],
        text="\n".join(line.strip() for line in row["text"].splitlines() if line.strip()),
        events=tuple(_event(event) for event in row.get("event", ())),
        not_events=tuple((label["quote"], label["reason"]) for label in row.get("not_event", ())),
        raw=row,
    )


def _event(row: Mapping[str, Any]) -> GoldEvent:
    return GoldEvent(
        key=row["key"],
        type=row["type"],
        mode=row.get("mode") or None,
        acled_sub_event=row.get("acled_sub_event") or None,
        actors=tuple(row["actors"]),
        actors_text=tuple(row["actors_text"]),
        recipients=tuple(row["recipients"]),
        recipients_text=tuple(row["recipients_text"]),
        place=row["place"] or None,
        country=row["country"] or None,
        place_precision=row["place_precision"] or None,
        date_start=row.get("date_start"),
        date_end=row.get("date_end"),
        date_precision=row["date_precision"],
        status=row["status"],
        attribution=tuple(row["attribution"]),
        trigger=row["trigger"],
        quote=row["quote"],
        more_quotes=tuple(row.get("more_quotes", ())),
        tolls=tuple(_toll(toll) for toll in row.get("tolls", ())),
    )


def _toll(row: Mapping[str, Any]) -> GoldToll:
    return GoldToll(
        measure=row["measure"],
        low=row["low"] or None,
        high=None if row.get("open") else row["high"] or row["low"] or None,
        approximate=row["approximate"],
        status=row["status"],
        sources=tuple(row["sources"]),
        who=row["who"],
        quote=row["quote"],
    )
