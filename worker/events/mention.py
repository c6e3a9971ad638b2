"""One trigger in one sentence, with its parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from worker.events.lexicon import Trigger
from worker.events.syntax import Parse, Parts, Phrase, Verb
from worker.events.who import Who

VIOLENT = frozenset({"ASSAULT", "COERCE", "SANCTION"})
NO_OTHER_PARTY = frozenset({"ASSAULT", "CONSULT", "MOBILIZE"})  # an adjunct is the scene or the topic, not a side
OWN_SLOTS = frozenset({"subject", "agent", "owner", "sufferer", "speaker"})  # parts of who acts, suffers or speaks


@dataclass(frozen=True)
class Mention:
    """One trigger in one sentence, with its parties; not yet checked, resolved in place and time, or merged."""

    trigger: Trigger
    type: str
    mode: str | None
    parsed: Parse
    start: int  # tokens of the trigger
    end: int
    actors: tuple[Who, ...] = ()
    recipients: tuple[Who, ...] = ()
    places: Parts = ()  # phrases that the entry says are places
    signs: frozenset[str] = frozenset()
    verb: Verb | None = None
    chunk: int = 0
    parts: Mapping[str, Parts] = field(default_factory=dict)
    evidence: tuple[tuple[int, int], ...] = ()  # further trigger words that tell of the same
    rules: tuple[str, ...] = ()
    topic: bool = False  # only spoken of: "condemned the coup"
    presumed: bool = (
        False  # who did it is not named, or is nobody that is known: stands only where conflict is the matter
    )

    @property
    def parties(self) -> tuple[Who, ...]:
        """Everybody on either side."""
        return (*self.actors, *self.recipients)


class PlaceTest:
    """Asks whether a phrase names a place; a class of its own so that the composer knows no gazetteer."""

    def __call__(self, parsed: Parse, phrase: Phrase) -> bool:
        """Whether the phrase names a place."""
        raise NotImplementedError
