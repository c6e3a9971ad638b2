"""Trigger entries: which word, in which company, tells of which event.

An entry is a table in ``packs/<language>/triggers/*.toml``. Its keys:

- ``lemma``: a word or several words that share everything else; a string or a list. More words than one make a
  phrase; ``_`` in a phrase stands for up to eight words ("take _ hostage").
- ``pos``: ``verb`` (the default; the first word takes verb forms) or ``noun`` (the last word takes a plural).
- ``type``, ``mode``: the PLOVER type and mode.
- ``roles``: which part of the sentence is ``actor``, ``recipient`` and ``place``: alternatives in order, from
  ``subject``, ``object``, ``agent`` (the by-phrase), ``owner`` (possessive or modifier), ``of``, ``speaker`` (who says
  the words in which the trigger lies), or any preposition of the language; ``both`` names the parts that are actors on
  both sides ("clash with").
- ``needs``: part -> classes or words of which the part must show one; a part may be absent only if listed with ``?``.
- ``blocks``: part -> classes or words that make it no event; the parts ``next`` (the word after the trigger),
  ``before`` (the word before it), ``near`` (up to six words off), ``sentence`` and ``article`` are words.
- ``gate``: ``violent`` (counts without a named side), ``strict`` (needs an armed or political side), ``open``.
- ``ground``: true where the word tells of what troops do on the ground, which is never one event with an air strike.
- ``negated``: true where the word tells of this only with a negation, which belongs to the phrase ("will not abandon").
- ``signed``: true where the word says that something was concluded in writing.
- ``yes``, ``no``: sentences; each ``yes`` must give this type and mode from this trigger, each ``no`` must not. They
  are run as tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from worker.errors import PackError
from worker.events.kinds import MARK
from worker.events.ontology import TYPES
from worker.events.roles import CLASSES

_KEYS = frozenset(
    {"lemma", "pos", "type", "mode", "roles", "needs", "blocks", "gate", "signed", "ground", "negated", "yes", "no"}
)
_GATES = frozenset({"violent", "strict", "open"})
_ROLES = frozenset({"actor", "recipient", "place", "both"})
GAP = "_"
ANYTHING = "*"  # what a condition wants that takes whatever its part holds
_OF_PARTIES = CLASSES | {"place"}
OF_WORDS = frozenset({"next", "before", "near", "sentence", "article"})  # parts that are words, not phrases

Slots = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """What one part of the sentence must, or must not, hold."""

    part: str
    wanted: frozenset[str]  # classes of parties, words, or "*" for anything at all
    optional: bool = False
    asks_kind: bool = True  # whether a kind of noun can meet it, or
    asks_party: bool = True  # a party: else nobody need be asked who a phrase means


@dataclass(frozen=True, slots=True)
class Trigger:
    """One word or phrase with one meaning."""

    entry: str  # file and lemma, as shown by --explain
    group: str  # file and place of the table in it: the lemmas of one table share it
    lemma: tuple[str, ...]
    pos: str
    type: str
    mode: str | None
    actor: Slots
    recipient: Slots
    place: Slots
    both: Slots
    needs: tuple[Condition, ...]
    blocks: tuple[Condition, ...]
    gate: str
    signed: bool
    ground: bool = False
    negated: bool = False
    rest: frozenset[str] = frozenset()  # the further words of a phrase, without gaps: all must be in the sentence

    @property
    def transitive(self) -> bool:
        """Whether its verb takes what it is done to as object alone: a bare participle is then a passive."""
        return self.recipient == ("object",) and not self.both


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of an entry, and what the entry must make of it."""

    entry: str  # file and first lemma
    group: str
    lemmas: tuple[tuple[str, ...], ...]
    type: str
    mode: str | None
    sentence: str
    expected: bool


_DEFAULT_ROLES: Mapping[str, Mapping[str, Slots]] = {
    "verb": {"actor": ("subject",), "recipient": ("object",)},
    "noun": {"actor": ("agent", "owner"), "recipient": ("of",)},
}


def read_entries(
    name: str, rows: Sequence[Mapping[str, Any]], lists: Mapping[str, Sequence[str]]
) -> tuple[list[Trigger], list[Example]]:
    """Read the entries of one file.

    Args:
        name: The file's name, for messages.
        rows: Its ``[[trigger]]`` tables.
        lists: Named word lists of the pack, usable in conditions as ``list:NAME``.

    Returns:
        Triggers, one a lemma; and the examples of all entries.

    Raises:
        PackError: An entry breaks a rule of the format; the message names it.
    """
    triggers: list[Trigger] = []
    examples: list[Example] = []
    for number, row in enumerate(rows, 1):
        group = f"{name}#{number}"
        lemmas = _lemmas(name, row)
        entry = f"{name}:{' '.join(lemmas[0])}"
        _check(entry, row)
        needs = _conditions(entry, row.get("needs", {}), lists)  # once for all lemmas: some lists have a hundred words
        blocks = _conditions(entry, row.get("blocks", {}), lists)
        triggers += [_trigger(f"{name}:{' '.join(lemma)}", group, lemma, row, needs, blocks) for lemma in lemmas]
        for key, expected in (("yes", True), ("no", False)):
            examples += [
                Example(entry, group, tuple(lemmas), row["type"], row.get("mode"), sentence, expected)
                for sentence in row.get(key, ())
            ]
    return triggers, examples


def _lemmas(name: str, row: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    given = row.get("lemma")
    words = [given] if isinstance(given, str) else given
    if not words or not all(isinstance(word, str) and word.strip() for word in words):
        raise PackError(f"{name}: an entry has no lemma. Give a word or a list of words. The entry: {dict(row)!r}")
    return tuple(tuple(word.split()) for word in words)


def _check(entry: str, row: Mapping[str, Any]) -> None:
    unknown = set(row) - _KEYS
    if unknown:
        raise PackError(f"{entry}: unknown keys {sorted(unknown)}. Allowed are {sorted(_KEYS)}.")
    kind = str(row.get("type"))
    if kind not in TYPES:
        raise PackError(f"{entry}: type {kind!r} is not in the ontology. Use one of {sorted(TYPES)}.")
    mode = row.get("mode")
    if mode is not None and mode not in TYPES[kind].modes:
        raise PackError(
            f"{entry}: {kind} has no mode {mode!r}. Use one of {sorted(TYPES[kind].modes)} or leave it out."
        )
    if row.get("gate", "strict") not in _GATES:
        raise PackError(f"{entry}: gate {row['gate']!r} is unknown. Use one of {sorted(_GATES)}.")
    if set(row.get("roles", {})) - _ROLES:
        raise PackError(f"{entry}: roles has unknown keys. Allowed are {sorted(_ROLES)}.")
    if not row.get("yes"):
        raise PackError(f"{entry}: no example. Give at least one sentence in `yes`; it is run as a test.")


def _slots(value: Any) -> Slots:
    if value is None:
        return ()
    return tuple([value] if isinstance(value, str) else value)


def _trigger(
    entry: str,
    group: str,
    lemma: tuple[str, ...],
    row: Mapping[str, Any],
    needs: tuple[Condition, ...],
    blocks: tuple[Condition, ...],
) -> Trigger:
    pos = row.get("pos", "verb")
    given = row.get("roles", {})
    default = _DEFAULT_ROLES[pos]
    return Trigger(
        entry=entry,
        group=group,
        lemma=lemma,
        pos=pos,
        type=row["type"],
        mode=row.get("mode"),
        actor=_slots(given.get("actor")) if "actor" in given else default["actor"],
        recipient=_slots(given.get("recipient")) if "recipient" in given else default["recipient"],
        place=_slots(given.get("place")),
        both=_slots(given.get("both")),
        needs=needs,
        blocks=blocks,
        gate=row.get("gate", "strict"),
        signed=bool(row.get("signed")),
        ground=bool(row.get("ground")),
        negated=bool(row.get("negated")),
        rest=frozenset(lemma[1:]) - {GAP} if pos == "verb" else frozenset(),
    )


def _conditions(entry: str, table: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> tuple[Condition, ...]:
    found = []
    for part, values in table.items():
        wanted: set[str] = set()
        for value in _slots(values):
            if value.startswith("list:"):
                if value[5:] not in lists:
                    raise PackError(f"{entry}: {value} names no list of the pack. Known: {sorted(lists)}.")
                wanted.update(lists[value[5:]])
            else:
                wanted.add(value)
        found.append(
            Condition(
                part.rstrip("?"),
                frozenset(wanted),
                optional=part.endswith("?"),
                asks_kind=any(word.startswith(MARK) for word in wanted),
                asks_party=not wanted.isdisjoint(_OF_PARTIES),
            )
        )
    return tuple(sorted(found, key=lambda condition: condition.part not in OF_WORDS))  # the cheap questions first


def inflect(base: str, rules: Iterable[tuple[re.Pattern[str], str]]) -> str:
    """Give a base form its ending by the first rule that matches; without one it stays as it is."""
    for pattern, ending in rules:
        if pattern.search(base):
            return pattern.sub(ending, base, count=1)
    return base
