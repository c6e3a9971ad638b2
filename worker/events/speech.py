"""Somebody's word as values: who says it, by which words, and which tokens of the sentence are theirs.

:func:`worker.events.who_says.attributions` finds them; all words come from the pack (``attribution.toml``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from worker.events.pack import Pack
from worker.events.syntax import Phrase

_REPORTING = ("say", "deny", "retract", "finding", "seeing")
_CUES = ("adverbs", "rumour_nouns", "report_nouns", "false_nouns", "refuting")


@dataclass(frozen=True, slots=True)
class SpeechWords:
    """The pack's words for who says so."""

    say: frozenset[str]
    finding: frozenset[str]  # report when a clause follows: "found that"
    seeing: frozenset[str]  # report what an onlooker saw: "a correspondent saw police beat"
    onlookers: frozenset[str]
    hearing: frozenset[str]  # report what somebody else said: "heard from a survivor that"
    addressing: frozenset[str]
    audience: frozenset[str]  # whoever is told beside these passes the words on: "told reporters" has no second link
    deny: frozenset[str]
    retract: frozenset[str]  # take back what one has told: "withdrew its report that"
    accuse: frozenset[str]
    relay: frozenset[str]
    citing: tuple[tuple[str, ...], ...]
    prepositions: tuple[tuple[str, ...], ...]
    relayed: frozenset[str]
    carried_by: frozenset[str]  # prepositions before a carrier: "was quoted as saying by"
    interviews: frozenset[str]  # talk with a medium ...
    talking_to: frozenset[str]  # ... and the prepositions before it
    source_prepositions: frozenset[str]
    written: frozenset[str]  # what is written or told by somebody, who is the source: "a report by"
    authoring: frozenset[str]  # prepositions before its author
    adverbs: frozenset[str]
    report_nouns: frozenset[str]
    rumour_nouns: frozenset[str]
    talk_phrases: tuple[str, ...]
    false_nouns: frozenset[str]
    impersonal: frozenset[str]
    contrasting: frozenset[str]  # begin the word of somebody else: "..., while the police said"
    refuting: frozenset[str]
    refuting_phrases: tuple[str, ...]
    rivalry: tuple[str, ...]  # two sides tell it otherwise: "accused each other"
    bare_no: frozenset[str]  # end a sentence that contradicts: "his family said he was not"
    answered: frozenset[str]  # what is denied when an answer points back: "denied it", "rejected the accusation"
    counts: frozenset[str]  # words for numbers
    unverified: re.Pattern[str] | None
    reporting: frozenset[str]  # every verb whose object or clause can be somebody's word
    cues: frozenset[str]  # every word that makes its clause nobody's word in particular
    cue_openers: frozenset[str]  # first words of `prepositions` and `citing`

    @classmethod
    def of(cls, pack: Pack) -> SpeechWords:
        """Read the words of a pack."""
        table = pack.tables.get("attribution", {})
        patterns = table.get("unverified", ())
        values: dict[str, Any] = {name: pack.words("attribution", name) for name in cls.__slots__}
        values |= {name: tuple(table.get(name, ())) for name in ("refuting_phrases", "talk_phrases", "rivalry")}
        values |= {name: tuple(tuple(p.split()) for p in table.get(name, ())) for name in ("prepositions", "citing")}
        values["unverified"] = re.compile("|".join(patterns)) if patterns else None
        values["reporting"] = frozenset().union(*(values[name] for name in _REPORTING))
        values["cues"] = frozenset().union(*(values[name] for name in _CUES))
        values["cue_openers"] = frozenset(cue[0] for name in ("prepositions", "citing") for cue in values[name])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Link:
    """The phrase of one source: tokens of a sentence."""

    sentence: int
    start: int
    end: int
    core: int = -1  # token of its head where that is not the last one
    role: Phrase | None = None  # what is said of it behind a comma: "Amina Bello, a lawyer for the families"
    medium: bool = False  # counts only if it is a news medium: "speaking to X"

    @property
    def phrase(self) -> Phrase:
        """The tokens as a noun phrase."""
        return Phrase(self.start, self.end, core=self.core)


@dataclass(frozen=True, slots=True)
class Said:
    """One attribution: who, by which word, and which tokens of the sentence are theirs."""

    links: tuple[Link, ...]  # innermost first; empty when nobody is named
    cue: tuple[int, int]
    content: tuple[int, int]
    stance: str  # say, deny, accuse, anonymous, rumour
    main: bool = False  # the content is a whole clause, not a noun phrase
    cites: bool = False  # its sources are cited by whoever speaks beside it
    hearsay: bool = False  # nobody is named because nobody answers for it: "reportedly", "is said to have"
    tentative: bool = False  # by a mark alone ("Gunmen kill 12: police"): only what is known for a source is one

    def covers(self, token: int) -> bool:
        """Whether a token lies in what is said."""
        return self.content[0] <= token < self.content[1]
