"""Following event_changes with a cursor, while transactions overlap in every way."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, Engine, text

from db.models import Event, Story
from db.session import session_scope
from tests.db.stored import NOW

EVENTS = 6
PATIENCE_SECONDS = 120.0
"""A server may have transactions of its own, such as autovacuum's, that hold the view back for a while."""

VIEW = "event_changes"
UNGUARDED = "(select *, null as change from event) as unguarded"

Change = tuple[int, int, int]  # change_no, event_id, revision


@pytest.fixture
def events(engine: Engine) -> list[int]:
    with session_scope(engine) as session:
        story = Story(title="Goma", first_published_at=NOW, last_published_at=NOW)
        session.add(story)
        session.flush()
        made = [an_event(story.story_id) for _ in range(EVENTS)]
        session.add_all(made)
        session.flush()
        return [event.event_id for event in made]


def an_event(story_id: int) -> Event:
    counts = {"mentions": 1, "articles": 1, "outlets": 1, "independent_sources": 1}
    return Event(
        story_id=story_id, type="PROTEST", summary="A march.", date_precision="unknown", status="asserted",
        confidence=0.5, first_reported_at=NOW, last_reported_at=NOW, **counts,
    )  # fmt: skip


class Reader:
    """Somebody who asks for what is new, from time to time."""

    def __init__(self, engine: Engine, source: str) -> None:
        self.engine, self.source = engine, source
        self.cursor = (0, 0)
        self.seen: list[Change] = []

    def read(self) -> None:
        query = text(
            f"select change_no, event_id, revision from {self.source} where (change_no, event_id) > (:c, :e) "
            "order by change_no, event_id limit 3"
        )
        while True:
            with self.engine.connect() as connection:
                rows = connection.execute(query, {"c": self.cursor[0], "e": self.cursor[1]}).all()
            if not rows:
                return
            self.seen += [(row[0], row[1], row[2]) for row in rows]
            self.cursor = (rows[-1][0], rows[-1][1])

    def last_seen(self) -> dict[int, int]:
        """The latest revision of each event that was seen."""
        return {event_id: revision for _, event_id, revision in sorted(self.seen, key=lambda change: change[2])}


def steps(rng: random.Random, connections: list[Connection], events: list[int]) -> Iterator[None]:
    """Change events in transactions that overlap; an event is changed by one at a time, as row locks have it."""
    held: dict[int, int] = {}  # event -> connection
    for number in range(60):
        who = rng.randrange(len(connections))
        connection = connections[who]
        if connection.in_transaction() and rng.random() < 0.4:
            (connection.rollback if rng.random() < 0.3 else connection.commit)()
            held = {event: holder for event, holder in held.items() if holder != who}
        elif free := [event for event in events if held.get(event, who) == who]:
            event = rng.choice(free)
            change = rng.choice(
                ("confidence = 1 - confidence * :n / 100", "retracted_at = now(), confidence = :n / 100.0")
            )
            connection.execute(text(f"update event set {change} where event_id = :e"), {"n": number, "e": event})
            held[event] = who
        yield
    for connection in connections:
        connection.commit()


def follow(engine: Engine, events: list[int], seed: int, source: str) -> tuple[dict[int, int], dict[int, int]]:
    """Let a reader follow one course of changes; what it saw last of each event, and what there is."""
    rng, reader = random.Random(seed), Reader(engine, source)
    with ExitStack() as stack:
        connections = [stack.enter_context(engine.connect()) for _ in range(4)]
        for _ in steps(rng, connections, events):
            if rng.random() < 0.5:
                reader.read()
    with engine.connect() as connection:
        there = {row[0]: row[1] for row in connection.execute(text("select event_id, revision from event"))}
    until = time.monotonic() + PATIENCE_SECONDS
    reader.read()
    while source == VIEW and reader.last_seen() != there and time.monotonic() < until:
        reader.read()
    assert len(reader.seen) == len(set(reader.seen))
    return reader.last_seen(), there


def test_a_reader_with_a_cursor_misses_nothing(engine: Engine, events: list[int]) -> None:
    for seed in range(6):
        seen, there = follow(engine, events, seed, VIEW)
        assert seen == there, f"seed {seed}"
    # Else this would show nothing: without the view's guard the same courses of changes hide some of them.
    assert any(seen != there for seen, there in (follow(engine, events, seed, UNGUARDED) for seed in range(6)))


def test_what_was_retracted_and_told_again_is_seen_each_time(engine: Engine, events: list[int]) -> None:
    reader, changes = Reader(engine, VIEW), []
    for change in ("retracted_at = now()", "retracted_at = null", "merged_into = :other", "merged_into = null"):
        with engine.begin() as connection:
            connection.execute(
                text(f"update event set {change} where event_id = :e").bindparams(
                    e=events[0], **({"other": events[1]} if ":other" in change else {})
                )
            )
        until = time.monotonic() + PATIENCE_SECONDS
        expected = len(changes) + 2
        while reader.last_seen().get(events[0]) != expected and time.monotonic() < until:
            reader.read()
        with engine.connect() as connection:
            said = connection.execute(text("select change from event_changes where event_id = :e"), {"e": events[0]})
            changes.append(said.scalar_one())
    assert changes == ["retracted", "changed", "merged", "changed"]
