"""What the tests of the coder share: one coder, and one way to read a sentence with it."""

from datetime import UTC, datetime
from functools import cache

from worker.events.extract import Coder
from worker.records import ArticleText, CodedText, Event

SUNDAY = datetime(2024, 12, 1, 18, 0, tzinfo=UTC)


@cache
def english() -> Coder:
    """The coder with the English pack, loaded once a test process."""
    return Coder.load(["en"])


def code(text: str, title: str = "", published: datetime | None = SUNDAY, **more: str | None) -> CodedText:
    """Code a text as an English article published on Sunday 1 December 2024 at 18:00 UTC."""
    return english().code(ArticleText(text, title=title, published=published, language="en", **more), layers=True)


def events(text: str, kind: str | None = None) -> tuple[Event, ...]:
    """The events of a text, of one type where one is asked for."""
    return tuple(event for event in code(text).events if kind in {None, event.type})


def only(text: str, kind: str) -> Event:
    """The one event of a type that a text tells of."""
    found = events(text, kind)
    assert len(found) == 1, [(e.type, e.mode, e.status) for e in code(text).events]
    return found[0]


def names(parties: tuple) -> set[str]:
    """The names of an event's side."""
    return {party.name for party in parties}
