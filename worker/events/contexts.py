"""In what context an event took place, by words of its own sentence: elections, health, migration and the like.

The names are PLOVER's (manual of February 2024, section on contexts). A context is a label beside the type, never a
condition of it; a sentence may carry several, and most carry none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from worker.errors import PackError
from worker.events.ontology import CONTEXTS
from worker.events.pack import Pack


@dataclass(frozen=True, slots=True)
class ContextWords:
    """The pack's words: single words and runs of words, each with its contexts."""

    words: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]  # first word -> whole run, context

    @classmethod
    def of(cls, pack: Pack) -> ContextWords:
        """Read ``contexts.toml`` of a pack.

        Raises:
            PackError: It names a context that PLOVER does not have.
        """
        words: dict[str, list[str]] = {}
        phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for context, entries in pack.tables.get("contexts", {}).get("contexts", {}).items():
            if context not in CONTEXTS:
                raise PackError(f"contexts.toml: {context} is no context of PLOVER. Known: {sorted(CONTEXTS)}.")
            for entry in entries:
                run = tuple(entry.split())
                if len(run) == 1:
                    words.setdefault(entry, []).append(context)
                else:
                    phrases.setdefault(run[0], []).append((run, context))
        return cls({w: tuple(c) for w, c in words.items()}, {w: tuple(p) for w, p in phrases.items()})


def contexts_of(lowers: Sequence[str], words: ContextWords) -> tuple[str, ...]:
    """Name the contexts of a sentence.

    Args:
        lowers: Its tokens in lower case.
        words: The pack's words.

    Returns:
        Contexts in the order of the text, each once.
    """
    found: dict[str, None] = {}
    for place, lower in enumerate(lowers):
        for context in words.words.get(lower, ()):
            found[context] = None
        for run, context in words.phrases.get(lower, ()):
            if tuple(lowers[place : place + len(run)]) == run:
                found[context] = None
    return tuple(found)
