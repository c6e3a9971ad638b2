"""Whom a document means as a whole: the author of an act that is condemned, and the one group behind "the rebels".

Pure functions over the readings of one document; what a single sentence leaves open is settled here or left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from worker.events.merge import Reading
from worker.events.who import Who

_PLAIN_FIGHTERS = frozenset({"REB"})  # PLOVER sectors of "rebels", "fighters", "insurgents"
_PLAIN_ARMED = frozenset({"UAF"})  # of "gunmen", "attackers": meant only when pointed at
_ANSWERED = frozenset({"ACCUSE"})  # types whose object may be an act instead of its author


def with_authors(readings: Sequence[Reading]) -> list[Reading]:
    """Give a criticism of an act the act's author: "condemned the massacre" is aimed at whoever did it.

    Args:
        readings: In the order of the text.

    Returns:
        The same readings; an ACCUSE without recipient, whose object names an act told elsewhere, has the actors of the
        telling nearest before it, else of the first after it.
    """
    return [_aimed(reading, readings) if _is_open(reading) else reading for reading in readings]


def _is_open(reading: Reading) -> bool:
    return reading.type in _ANSWERED and not reading.recipients and bool(reading.about)


def _aimed(reading: Reading, readings: Sequence[Reading]) -> Reading:
    own = {who.party.name for who in reading.actors}
    told = [r for r in readings if r.type in reading.about and r.actors and r is not reading]
    before = [r for r in told if r.sentence <= reading.sentence]
    for other in (*reversed(before), *(r for r in told if r.sentence > reading.sentence)):
        authors = tuple(who for who in other.actors if who.party.name not in own)
        if authors:
            return replace(reading, recipients=authors, rules=(*reading.rules, "who is criticised did what is named"))
    return reading


def with_named_groups(readings: Sequence[Reading]) -> list[Reading]:
    """Give "rebels" and "the gunmen" the name of the one armed group that acts or suffers in the document.

    Args:
        readings: In the order of the text.

    Returns:
        The readings; unchanged when no such group takes part, or more than one.
    """
    parties = (who for reading in readings for who in (*reading.actors, *reading.recipients))
    named = {who.party.name: who for who in parties if who.named and _is_group(who)}
    if len(named) != 1:
        return list(readings)
    group = next(iter(named.values()))
    return [
        replace(
            reading,
            actors=tuple(_named(who, group) for who in reading.actors),
            recipients=tuple(_named(who, group) for who in reading.recipients),
        )
        for reading in readings
    ]


def _is_group(who: Who) -> bool:
    return who.known and "armed" in who.classes and "state" not in who.classes


def _named(who: Who, group: Who) -> Who:
    if who.named or not who.known or "state" in who.classes:
        return who
    plain = who.party.sector in _PLAIN_FIGHTERS or (who.party.sector in _PLAIN_ARMED and who.definite)
    if not plain or (who.party.country and group.party.country and who.party.country != group.party.country):
        return who
    party = replace(
        who.party, name=group.party.name, country=group.party.country, sector=group.party.sector or who.party.sector
    )
    return replace(who, party=party, named=True)
