"""What kind of thing a noun names: a human being, a vehicle, ground; and what its head says of a body's name.

Which noun names what is a language's (``packs/<language>/nouns.toml``); trigger entries and word lists ask for a kind
as ``@kind``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from worker.errors import PackError
from worker.events.roles import CLASSES

MARK = "@"  # before the name of a kind in trigger entries
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Body:
    """What the head of a proper name says of the body so named."""

    sector: str  # PLOVER
    classes: frozenset[str]


@dataclass(frozen=True)
class Kinds:
    """The kinds of a language's nouns."""

    by_noun: Mapping[str, frozenset[str]]  # singular or plural, lower case -> kinds, each with its mark
    bodies: Mapping[str, Body]  # head, lower case

    @classmethod
    def of(cls, table: Mapping[str, Any], plural: Callable[[str], str]) -> Kinds:
        """Read the table of a pack.

        Args:
            table: What ``nouns.toml`` holds: ``kinds``, a string of singulars each, and ``body``.
            plural: Makes a noun's plural.

        Returns:
            The kinds; empty for a pack without the file.

        Raises:
            PackError: A body has a class that no party has.
        """
        found: dict[str, set[str]] = {}
        for kind, words in table.get("kinds", {}).items():
            for noun in words.split():
                for form in (noun, plural(noun)):
                    found.setdefault(form, set()).add(MARK + kind)
        for row in table.get("body", ()):
            if unknown := frozenset(row["classes"]) - CLASSES:
                raise PackError(
                    f"nouns.toml: the body {row['words']!r} has {sorted(unknown)}, which is no class of a party."
                )
        bodies = {
            word: Body(row["sector"], frozenset(row["classes"]))
            for row in table.get("body", ())
            for word in row["words"].split()
        }
        return cls({noun: frozenset(kinds) for noun, kinds in found.items()}, bodies)

    @cached_property
    def nouns(self) -> Mapping[str, frozenset[str]]:
        """By marked kind all nouns of it."""
        found: dict[str, set[str]] = {}
        for noun, kinds in self.by_noun.items():
            for kind in kinds:
                found.setdefault(kind, set()).add(noun)
        return {kind: frozenset(nouns) for kind, nouns in found.items()}

    def kinds_of(self, noun: str) -> frozenset[str]:
        """The kinds of a noun in lower case, marked; none when it is not known."""
        return self.by_noun.get(noun, NONE)

    def is_human(self, noun: str) -> bool:
        """Whether a noun names human beings."""
        return "@human" in self.by_noun.get(noun, NONE)

    def is_private(self, noun: str) -> bool:
        """Whether a noun belongs to business, sport or art: its country's adjective makes it nobody's arm."""
        return "@private" in self.by_noun.get(noun, NONE)
