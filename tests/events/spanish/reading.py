"""What the tests of the Spanish pack share: one coder with both packs, and one way to read a sentence with it."""

from datetime import UTC, datetime
from functools import cache

from worker.events.extract import Coder
from worker.records import ArticleText, Event

SUNDAY = datetime(2024, 12, 1, 18, 0, tzinfo=UTC)


@cache
def coder() -> Coder:
    """The coder with every pack, loaded once a test process."""
    return Coder.load()


def events(text: str, kind: str | None = None) -> tuple[Event, ...]:
    """The events of a Spanish text published on Sunday 1 December 2024, of one type where one is asked for."""
    coded = coder().code(ArticleText(text, published=SUNDAY, language="es"))
    return tuple(event for event in coded.events if kind in {None, event.type})


def only(text: str, kind: str) -> Event:
    """The one event of a type that a text tells of."""
    found = events(text, kind)
    assert len(found) == 1, [(e.type, e.mode, e.status) for e in events(text)]
    return found[0]
