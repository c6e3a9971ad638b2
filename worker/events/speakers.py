"""Whose word it is: the phrases of an attribution as links of a chain, innermost first, and speech that runs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from worker.events.parties import PartyReader
from worker.events.sources import SourceMatch
from worker.events.speech import Link, Said
from worker.events.syntax import Parse
from worker.events.text import Sentence
from worker.events.who import Who
from worker.records import Source, Span

_QUOTES = frozenset('"“”„«»')
_LONGEST_NAME = 80  # characters; a longer source is a clause that was misread


class SourceFinder(Protocol):
    """What is asked of the book of sources."""

    def match(self, tokens: Sequence[str], start: int) -> SourceMatch | None:
        """The longest source that begins at a token."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One attribution of a document with its chain resolved."""

    said: Said
    chain: tuple[Source, ...]  # innermost first


class Speakers:
    """Resolves sources; remembers the last speaker so that "he said" can find it."""

    def __init__(self, book: SourceFinder, parties: PartyReader, pronouns: frozenset[str], text: str) -> None:
        self._book = book
        self._parties = parties
        self._pronouns = pronouns
        self._text = text
        self._last: tuple[int, tuple[Source, ...]] | None = None

    def voices(self, parsed: Parse, attributions: tuple[Said, ...]) -> tuple[Voice, ...]:
        """Resolve the sources of a sentence's attributions, in the order given."""
        voices = [Voice(said, self._chain(parsed, said)) for said in attributions]
        spoken = [voice for voice in voices if voice.chain and voice.said.stance == "say"]
        if spoken:
            self._last = (parsed.sentence.index, spoken[0].chain)
        return tuple(voices)

    def running_on(self, parsed: Parse, *, before: bool) -> tuple[Source, ...]:
        """The chain of a sentence that stands wholly in a quotation begun before it, else nothing."""
        if not before or self._last is None or parsed.sentence.index - self._last[0] > 3:  # noqa: PLR2004 - a quotation runs a few sentences
            return ()
        return self._last[1]

    def _chain(self, parsed: Parse, said: Said) -> tuple[Source, ...]:
        chain: list[Source] = []
        for link in said.links:
            chain += [
                source for source in self._sources(parsed.sentence, link) if source.name not in {s.name for s in chain}
            ]
        return tuple(chain)

    def _sources(self, sentence: Sentence, link: Link) -> tuple[Source, ...]:
        lowers = sentence.lowers
        if link.end - link.start == 1 and lowers[link.start] in self._pronouns:
            acted = self._parties.memory.met_before(sentence.index)
            newer = self._last is not None and self._last[0] < acted == sentence.index - 1
            if self._last is not None and not newer and sentence.index - self._last[0] <= 3:  # noqa: PLR2004 - farther back nobody remembers
                return self._last[1][:1]
            whos = self._parties.read(sentence, link.phrase)
            return tuple(self._of_party(who, sentence, link) for who in whos)
        named, unnamed = self._matches(sentence, link)
        if named is not None:
            return (named,)
        whos = self._parties.read(sentence, link.phrase)
        if whos and whos[0].known and whos[0].named and whos[0].is_head and not whos[0].pronoun:
            return (self._of_party(whos[0], sentence, link),)
        if unnamed is not None:
            return (unnamed,)
        return tuple(self._of_party(who, sentence, link) for who in whos[:1])

    def _matches(self, sentence: Sentence, link: Link) -> tuple[Source | None, Source | None]:
        """The first named source in the phrase, and the first unnamed voice."""
        named: Source | None = None
        unnamed: Source | None = None
        at = link.start
        while at < link.end:
            match = self._book.match(sentence.words, at)
            if match is None or at + match.length > link.end:
                at += 1
                continue
            source = Source(
                match.name, match.kind, self._words(sentence, link), match.country, self._span(sentence, link)
            )
            if match.named:
                named = named or source
            else:
                unnamed = unnamed or Source(
                    self._words(sentence, link)[:_LONGEST_NAME].lower(),
                    match.kind,
                    self._words(sentence, link),
                    match.country,
                    self._span(sentence, link),
                )
            at += match.length
        return named, unnamed

    def _of_party(self, who: Who, sentence: Sentence, link: Link) -> Source:
        kind = "other"
        if "armed" in who.classes:
            kind = "belligerent"
        elif who.classes & {"state", "political", "international", "justice"}:
            kind = "official"
        elif "media" in who.classes:
            kind = "publisher"
        elif "civil" in who.classes or "victim" in who.classes:
            kind = "witness"
        return Source(
            who.party.name[:_LONGEST_NAME],
            kind,
            self._words(sentence, link),
            who.party.country,
            self._span(sentence, link),
        )

    def _words(self, sentence: Sentence, link: Link) -> str:
        if sentence.is_title:
            return " ".join(sentence.words[link.start : link.end])
        return self._text[sentence.starts[link.start] : sentence.ends[link.end - 1]]

    def _span(self, sentence: Sentence, link: Link) -> Span | None:
        if sentence.is_title:
            return None
        return Span(sentence.starts[link.start], sentence.ends[link.end - 1], self._words(sentence, link))


def quotation_after(sentence: Sentence, *, open_before: bool) -> bool:
    """Whether a quotation is open after a sentence.

    Args:
        sentence: The sentence.
        open_before: Whether one was open before it.

    Returns:
        True when the marks leave one open; straight marks toggle.
    """
    state = open_before
    for word in sentence.words:
        if word in {"“", "„", "«"}:
            state = True
        elif word in {"”", "»"}:
            state = False
        elif word == '"':
            state = not state
    return state


def is_wholly_quoted(sentence: Sentence, *, open_before: bool) -> bool:
    """Whether all of a sentence lies inside quotation marks."""
    inside = open_before or (bool(sentence.words) and sentence.words[0] in _QUOTES)
    marks = [i for i, word in enumerate(sentence.words) if word in _QUOTES]
    if not inside:
        return False
    rest = marks[1:] if sentence.words[0] in _QUOTES and not open_before else marks
    return not rest or rest[0] >= len(sentence) - 2
