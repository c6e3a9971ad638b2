"""Whom a document means as a whole: the author of an act that is condemned, and the one group behind "the rebels".

Pure functions over the readings of one document; what a single sentence leaves open is settled here or left open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from worker.events.merge import Reading
from worker.events.ontology import TYPES
from worker.events.who import POLITICAL, Who

_PLAIN_FIGHTERS = frozenset({"REB"})  # PLOVER sectors of "rebels", "fighters", "insurgents"
_PLAIN_ARMED = frozenset({"UAF"})  # of "gunmen", "attackers": meant only when pointed at
_ANSWERED = frozenset({"ACCUSE"})  # types whose object may be an act instead of its author
_JUDGED = frozenset({"ACCUSE", "SUPPORT", "REJECT"})  # and those whose object may be "the move", "the outcome"
_TO_SOMEBODY = frozenset({"ACCUSE", "REJECT", "THREATEN", "CONCEDE", "AGREE"})  # said or yielded to another side
_HEARING = frozenset({"international", "justice"})  # classes of those to whom somebody complains of a third
_MATERIAL_CONFLICT = 4  # PLOVER's quad of deeds done to somebody
_EXCHANGE_SENTENCES = 3  # how far back an answer reaches to what it answers


def with_parties(readings: Sequence[Reading]) -> list[Reading]:
    """Settle what one sentence alone leaves open about who did it and to whom.

    Args:
        readings: In the order of the text.

    Returns:
        The readings, with the parties that the document names for them.
    """
    settled = list(readings)
    for settle in (with_named_groups, with_authors, with_crowds, with_the_other_side):
        settled = settle(settled)
    return settled


def with_authors(readings: Sequence[Reading]) -> list[Reading]:
    """Give a criticism of an act the act's author: "condemned the massacre" is aimed at whoever did it.

    Args:
        readings: In the order of the text.

    Returns:
        The same readings; an ACCUSE without recipient, whose object names an act told elsewhere, has the actors of the
        telling nearest before it, else of the first after it. Where its object is an act of no particular kind ("the
        move", "the listing"), or what is judged is welcomed or rejected, it is that of whoever acted last, within three
        sentences.
    """
    return [_aimed(reading, readings) if _is_open(reading) else reading for reading in readings]


def _is_open(reading: Reading) -> bool:
    return not reading.recipients and (
        (reading.type in _ANSWERED and bool(reading.about)) or (reading.type in _JUDGED and reading.judged)
    )


def _aimed(reading: Reading, readings: Sequence[Reading]) -> Reading:
    own = {who.party.name for who in reading.actors}
    told = [r for r in readings if r.type in reading.about and r.actors and r is not reading]
    before = [r for r in told if r.sentence <= reading.sentence]
    for other in (*reversed(before), *(r for r in told if r.sentence > reading.sentence)):
        authors = tuple(who for who in other.actors if who.party.name not in own)
        if authors:
            return replace(reading, recipients=authors, rules=(*reading.rules, "who is criticised did what is named"))
    return _aimed_at_the_last(reading, readings, own) if reading.judged else reading


def _aimed_at_the_last(reading: Reading, readings: Sequence[Reading], own: set[str]) -> Reading:
    for other in _told_lately(reading, readings):
        authors = tuple(w for w in other.actors if _may_be_answered(w, other.type) and w.party.name not in own)
        if authors and own.isdisjoint({who.party.name for who in other.actors}):
            return replace(reading, recipients=authors, rules=(*reading.rules, "what is judged is what was told last"))
    return reading


def _told_lately(reading: Reading, readings: Sequence[Reading]) -> Iterator[Reading]:
    """The other readings of its sentence and of the few before, the last told first."""
    for other in reversed(readings):
        if other is not reading and 0 <= reading.sentence - other.sentence <= _EXCHANGE_SENTENCES:
            yield other


def _may_be_answered(who: Who, did: str) -> bool:
    """A side that has a name, or a crowd that protests."""
    return bool(who.classes & POLITICAL) and (who.named or did == "PROTEST")


def with_crowds(readings: Sequence[Reading]) -> list[Reading]:
    """Give tear gas and batons the crowd that they were meant for: the nearest protest, of two the earlier.

    Args:
        readings: In the order of the text.

    Returns:
        The readings; force against a crowd that its sentence does not name has those who protest.
    """
    return [_with_crowd(reading, readings) if not reading.recipients else reading for reading in readings]


def _with_crowd(reading: Reading, readings: Sequence[Reading]) -> Reading:
    if reading.mode != "crowd-control":
        return reading
    own = {who.party.name for who in reading.actors}
    near = (abs(r.sentence - reading.sentence) for r in readings)
    protests = [
        (far, r) for far, r in zip(near, readings, strict=True) if r.type == "PROTEST" and far <= _EXCHANGE_SENTENCES
    ]
    for _, other in sorted(protests, key=lambda pair: (pair[0], pair[1].sentence)):
        crowd = tuple(who for who in other.actors if who.party.name not in own)
        if crowd:
            return replace(reading, recipients=crowd, rules=(*reading.rules, "a crowd is dispersed"))
    return reading


def with_the_other_side(readings: Sequence[Reading]) -> list[Reading]:
    """Give words that answer an act their addressee: whoever acted before, when Minsk "vowed a painful response".

    Args:
        readings: In the order of the text.

    Returns:
        The readings; an accusation, rejection, threat, concession or promise without recipient has whoever last,
        within three sentences, did something to its actor; an accusation, else, whoever did anybody harm.
    """
    return [_answered(reading, readings) if _lacks_other_side(reading) else reading for reading in readings]


def _lacks_other_side(reading: Reading) -> bool:
    """Whether it is not said whom it is aimed at; of "complained to the Security Council" only who is to hear it."""
    if reading.type not in _TO_SOMEBODY:
        return False
    return not reading.recipients or (reading.type == "ACCUSE" and all(_may_hear(who) for who in reading.recipients))


def _may_hear(who: Who) -> bool:
    return bool(who.classes & _HEARING) and who.classes.isdisjoint({"armed"})


def _answered(reading: Reading, readings: Sequence[Reading]) -> Reading:
    own = {who.party.name for who in reading.actors if who.named}
    lately = list(_told_lately(reading, readings))
    did = [other for other in lately if own & {who.party.name for who in other.recipients}]
    if reading.type == "ACCUSE" and not reading.recipients:
        did += [other for other in lately if TYPES[other.type].quad == _MATERIAL_CONFLICT]
    taken = own | {who.party.name for who in reading.recipients}
    for other in did:
        doers = tuple(
            who for who in other.actors if who.named and who.classes & POLITICAL and who.party.name not in taken
        )
        if doers and own.isdisjoint({who.party.name for who in other.actors}):
            return replace(reading, recipients=doers, rules=(*reading.rules, "an answer is for whoever acted before"))
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
