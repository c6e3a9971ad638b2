"""A party of an event, with what the gates ask about it; two sides without anybody on both."""

from __future__ import annotations

from dataclasses import dataclass, replace

from worker.records import Party

POLITICAL = frozenset({"armed", "state", "political", "international"})


@dataclass(frozen=True, slots=True)
class Who:
    """A party of an event, with what the gates ask about it."""

    party: Party
    classes: frozenset[str]
    head: str  # the phrase's last word, lower case
    named: bool  # resolved to somebody in particular, not to "gunmen"
    known: bool  # the book of actors knows it
    pronoun: bool = False
    words: tuple[str, ...] = ()  # the phrase's words, lower case
    definite: bool = False  # "the gunmen", "those fighters"
    plain: str | None = None  # its name without a country, where the country is only the document's
    is_head: bool = True  # False for "Hezbollah position": the party is named, the thing is another


def apart(actors: tuple[Who, ...], recipients: tuple[Who, ...]) -> tuple[tuple[Who, ...], tuple[Who, ...]]:
    """Two sides without anybody on both: nobody does it to himself.

    Args:
        actors: One side.
        recipients: The other.

    Returns:
        Both sides. A party on both keeps the side on which its country is said; where that is only the document's it
        loses the country ("the minister consulted the Egyptian government": some minister).
    """
    shared = {who.party.name for who in actors} & {who.party.name for who in recipients}
    if not shared:
        return actors, recipients
    if any(who.plain for who in actors if who.party.name in shared):
        return tuple(_stateless(who) if who.party.name in shared else who for who in actors), recipients
    kept = (_stateless(who) if who.party.name in shared else who for who in recipients)
    return actors, tuple(who for who in kept if who.party.name not in shared)


def _stateless(who: Who) -> Who:
    if who.plain is None:
        return who
    return replace(who, party=replace(who.party, name=who.plain, country=None), named=False, plain=None)
