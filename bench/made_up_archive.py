"""An archive of made-up news at any size, as rows ready for COPY: what ``bench.archive_queries`` is measured on.

Made up are the words; the spread is that of news: few countries, places, parties and outlets make most of it, a story
has a handful of events and some have hundreds, half of all events are told once and a few by hundreds of articles, and
a fifth of all articles are copies. The rows agree with each other: counts stored on an event are those of its articles.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from db.vocabulary import countries
from worker.events.ontology import TYPES

BLOCK = 10_000
"""Events made at once: each block has its own seed, so an archive can grow by what it lacks."""

FIRST_DAY, DAYS = date(2023, 1, 1), 1096
"""Three years, with the month that docs/views.md asks for in their midst."""

PLACES_A_COUNTRY, ACTORS, OUTLETS, CITED = 40, 20_000, 400, 4_000
OWN_KEYS = 1_000_000_000
"""Keys from here on are given by the database: made-up rows stay below, whatever is written beside them."""

TYPE_SHARES = {"ASSAULT": 20, "CONSULT": 14, "ACCUSE": 12, "COERCE": 11, "PROTEST": 8, "REQUEST": 6, "SUPPORT": 6}
STATUS_SHARES = {
    "asserted": 52,
    "claimed": 31,
    "planned": 6,
    "disputed": 4,
    "denied": 3,
    "unverified": 3,
    "rumoured": 1,
}
MENTIONS = (((1, 1), 55), ((2, 2), 20), ((3, 3), 10), ((4, 7), 11), ((8, 28), 3.5), ((29, 170), 0.5))
"""Ranges of how many texts tell an event, with their shares in percent: three on average."""

PRECISIONS = {1: 45, 2: 15, 3: 10, 4: 15, 6: 15}

Row = tuple[object, ...]

COLUMNS: dict[str, str] = {
    "story": "story_id, title, language, reports, first_published_at, last_published_at",
    "article": "article_id, source_id, story_id, duplicate_of, state, url, url_key, title, language, published_at, "
    "found_at, state_since",
    "article_text": "text_id, article_id, title, body, sha256, reader, created_at",
    "extraction": "extraction_id, text_id, coder_id, finished_at, mentions",
    "event": "event_id, story_id, type, mode, contexts, summary, actors, recipients, date_start, date_end, "
    "date_precision, place_id, place_precision, status, confidence, fatalities_low, fatalities_best, fatalities_high, "
    "first_reported_at, last_reported_at, mentions, articles, outlets, independent_sources, revision",
    "event_actor": "event_id, role, ord, actor_id",
    "event_revision": "event_id, revision, replaced_at, was",
    "event_dispute": "event_id, other_id",
    "mention": "mention_id, extraction_id, number, event_id, type, mode, status, confidence, place_id, "
    "place_precision, date_start, date_end, date_precision",
    "quote": "mention_id, number, char_start, char_end, words",
    "mention_party": "mention_id, role, ord, actor_id, words",
    "attribution": "mention_id, step, source_id, words",
    "casualty": "casualty_id, mention_id, measure, who, low, high, approximate, subset, cumulative, status, words, "
    "char_start, char_end",
    "casualty_source": "casualty_id, step, source_id",
}
"""What is copied into which table, in the order in which rows refer to one another."""


class Shares:
    """Draws things by their shares."""

    def __init__(self, shares: dict[Any, float]) -> None:
        self._things = list(shares)
        self._sums = list(accumulate(shares.values()))

    def draw(self, rng: random.Random) -> Any:
        """Return one thing."""
        return rng.choices(self._things, cum_weights=self._sums)[0]


def zipf(things: Sequence[Any]) -> Shares:
    """Return shares by rank: the tenth has a tenth of the first."""
    return Shares({thing: 1 / rank for rank, thing in enumerate(things, 1)})


@dataclass(frozen=True, slots=True)
class World:
    """What all blocks share: countries, places, parties, outlets and those whom they cite."""

    countries: Shares
    actors: Shares
    outlets: Shares
    cited: Shares
    tables: dict[str, tuple[str, list[Row]]]  # columns and rows


def world() -> World:
    """Return the same world each time."""
    rng = random.Random(0)
    codes = sorted(str(row["iso3"]) for row in countries())
    rng.shuffle(codes)
    places: list[Row] = [
        (place_id(rank, n), f"Town {rank}-{n}", code, f"Province {n % 8}", round(rng.uniform(-60, 70), 3),
         round(rng.uniform(-180, 180), 3))
        for rank, code in enumerate(codes) for n in range(PLACES_A_COUNTRY)
    ]  # fmt: skip
    sectors = ("MIL", "GOV", "REB", "CVL", "COP", None)
    actors: list[Row] = [(n, f"Party {n}", rng.choice(codes), rng.choice(sectors)) for n in range(1, ACTORS + 1)]
    # The outlet that docs/views.md asks about is one of middling size.
    names = ["Kivu Herald" if n == 20 else f"Outlet {n}" for n in range(1, OUTLETS + 1)]
    sources: list[Row] = [(n, name, "publisher") for n, name in enumerate(names, 1)]
    cited = range(OUTLETS + 1, OUTLETS + CITED + 1)
    sources += [(n, f"Speaker {n}", "official") for n in cited]
    tables = {
        "place": ("place_id, name, iso3, admin1, latitude, longitude", places),
        "actor": ("actor_id, name, iso3, sector", actors),
        "source": ("source_id, name, kind", sources),
        "coder": ("coder_id, version, pack, pack_digest", [(1, "made up", "en", "none")]),
    }
    ranks = zipf(range(len(codes)))
    return World(ranks, zipf(range(1, ACTORS + 1)), zipf(range(1, OUTLETS + 1)), zipf(cited), tables)


def place_id(country: int, number: int) -> int:
    """Return the key of a place, by the rank of its country."""
    return 50_000_000 + country * PLACES_A_COUNTRY + number


@dataclass(slots=True)
class Block:
    """Rows of 10,000 events with all that tells them."""

    world: World
    number: int  # from 0
    keys: dict[str, int]  # next free key by table
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in COLUMNS})

    def make(self) -> Block:
        """Make all stories of the block; returns itself."""
        rng = random.Random(self.number)
        self._types = Shares({kind: TYPE_SHARES.get(kind, 23 / 9) for kind in TYPES})  # the other nine share the rest
        self._statuses, self._precisions = Shares(STATUS_SHARES), Shares(PRECISIONS)
        self._mentions = Shares(dict(MENTIONS))
        self._places = zipf(range(PLACES_A_COUNTRY))
        left = BLOCK
        while left:
            events = min(left, 1 + int(rng.paretovariate(1.16)))
            self._story(rng, events)
            left -= events
        return self

    def _key(self, table: str) -> int:
        self.keys[table] += 1
        return self.keys[table] - 1

    _types: Shares = field(init=False)
    _statuses: Shares = field(init=False)
    _precisions: Shares = field(init=False)
    _mentions: Shares = field(init=False)
    _places: Shares = field(init=False)

    def _story(self, rng: random.Random, events: int) -> None:
        story_id, country = self._key("story"), self.world.countries.draw(rng)
        began = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(
            days=int(DAYS * rng.random() ** 0.7), hours=6
        )
        told = [rng.randint(*self._mentions.draw(rng)) for _ in range(events)]
        articles = self._articles(rng, story_id, began, max(*told, int(sum(told) / 2.5)))
        ended = began + timedelta(hours=len(articles))
        self.rows["story"].append((story_id, f"Story {story_id}", "en", len(articles), began, ended))
        numbers = [0] * len(articles)
        first = 0
        ids = []
        for mentions in told:
            chosen = [(first + n) % len(articles) for n in range(mentions)]
            first += mentions
            ids.append(self._event(rng, story_id, country, began, [articles[n] for n in chosen], chosen, numbers))
        for (article_id, *_), mentions in zip(articles, numbers, strict=True):
            self.rows["extraction"].append((article_id, article_id, 1, ended, mentions))
        if events > 1 and rng.random() < 0.03:
            self.rows["event_dispute"].append((ids[0], ids[1]))

    def _articles(self, rng: random.Random, story_id: int, began: datetime, count: int) -> list[tuple[Any, ...]]:
        """Return key, outlet, publication, and the outlets of its copies, of each article that is coded."""
        made = []
        for n in range(count):
            at = began + timedelta(hours=n * 48 / (n + 24), minutes=rng.randint(0, 59))
            article_id, outlet = self._article(rng, story_id, at, None)
            body = f"Text {article_id} of story {story_id}. " * 12
            self.rows["article_text"].append((
                article_id, article_id, f"Headline {article_id}", body, _hash(article_id), "made up", at,
            ))  # fmt: skip
            copies = 0 if rng.random() < 0.9 else rng.randint(1, 4)
            after = at + timedelta(hours=1)
            made.append((article_id, outlet, at,
                         [self._article(rng, story_id, after, article_id)[1] for _ in range(copies)]))  # fmt: skip
        return made

    def _article(self, rng: random.Random, story_id: int, at: datetime, of: int | None) -> tuple[int, int]:
        article_id, outlet = self._key("article"), self.world.outlets.draw(rng)
        state = "coded" if of is None else "duplicate"
        url = f"https://outlet-{outlet}.example/{article_id}"
        self.rows["article"].append((
            article_id, outlet, story_id, of, state, url, _hash(article_id), f"Headline {article_id}", "en", at, at, at,
        ))  # fmt: skip
        return article_id, outlet

    def _event(
        self,
        rng: random.Random,
        story_id: int,
        country: int,
        began: datetime,
        articles: Sequence[tuple[Any, ...]],
        chosen: Sequence[int],
        numbers: list[int],
    ) -> int:
        event_id, kind = self._key("event"), self._types.draw(rng)
        mode = rng.choice(sorted(TYPES[kind].modes)) if TYPES[kind].modes and rng.random() < 0.7 else None
        status = self._statuses.draw(rng)
        place = place_id(country, self._places.draw(rng)) if rng.random() < 0.85 else None
        precision = self._precisions.draw(rng) if place else None
        day = began.date() + timedelta(days=rng.randint(-1, 3))
        parties = {role: sorted({self.world.actors.draw(rng) for _ in range(rng.choice((1, 1, 1, 2)))})
                   for role in ("actor", "recipient")}  # fmt: skip
        killed = int(rng.paretovariate(1.2)) if kind == "ASSAULT" and rng.random() < 0.6 else None
        common = (kind, mode, status, rng.random(), place, precision, day, day, "day")
        origins = set()
        for at, article in zip(chosen, articles, strict=True):
            numbers[at] += 1
            origins.add(self._mention(rng, event_id, article, numbers[at], common, parties, killed))
        for role, ids in parties.items():
            self.rows["event_actor"] += [(event_id, role, n, actor) for n, actor in enumerate(ids, 1)]
        revision = 1 + (len(articles) > 1)
        at = articles[0][2]
        if revision > 1:
            was = {"event_id": event_id, "status": status, "articles": 1, "fatalities_best": killed}
            self.rows["event_revision"].append((event_id, 1, at, json.dumps(was)))
        outlets = {outlet for article in articles for outlet in (article[1], *article[3])}
        names = [[f"Party {n}" for n in ids] for ids in parties.values()]
        self.rows["event"].append((
            event_id, story_id, kind, mode, [], f"{kind}: {'; '.join(names[0])} -> {'; '.join(names[1])}", *names, day,
            day, "day", place, precision, status, common[3], killed, killed, killed and killed + rng.randint(0, 5),
            at, articles[-1][2], len(articles), sum(1 + len(article[3]) for article in articles), len(outlets),
            len(origins), revision,
        ))  # fmt: skip
        return event_id

    def _mention(
        self,
        rng: random.Random,
        event_id: int,
        article: tuple[Any, ...],
        number: int,
        common: Row,
        parties: dict[str, list[int]],
        killed: int | None,
    ) -> int:
        mention_id, article_id = self._key("mention"), article[0]
        self.rows["mention"].append((mention_id, article_id, number, event_id, *common))
        for sentence in range(1, 1 + rng.choice((1, 1, 2))):
            words = f"Sentence {sentence} of article {article_id} tells of event {event_id} in a dozen words or so."
            self.rows["quote"].append((mention_id, sentence, 0, len(words), words))
        for role, ids in parties.items():
            self.rows["mention_party"] += [(mention_id, role, n, a, f"Party {a}") for n, a in enumerate(ids, 1)]
        speaker: int | None = self.world.cited.draw(rng) if rng.random() < 0.6 else None
        if speaker:
            self.rows["attribution"].append((mention_id, 1, speaker, f"Speaker {speaker}"))
        if killed:
            casualty_id = self._key("casualty")
            self.rows["casualty"].append((
                casualty_id, mention_id, "killed", "people", killed, killed, False, False, False, common[2],
                f"{killed} people", 0, 9,
            ))  # fmt: skip
            if speaker:
                self.rows["casualty_source"].append((casualty_id, 1, speaker))
        return speaker or article[1]


def _hash(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()
