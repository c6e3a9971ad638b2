"""Whose word it is: the phrases of an attribution as links of a chain, innermost first, and speech that runs on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from worker.events.parties import PartyReader
from worker.events.pointing_words import PointingWords
from worker.events.sources import SourceMatch
from worker.events.speech import Link, Said
from worker.events.syntax import Parse, Phrase
from worker.events.text import Sentence
from worker.events.who import Who
from worker.records import Source, Span

QUOTES = frozenset('"“”„«»')
_LONGEST_NAME = 80  # characters; a longer source is a clause that was misread
_SENTENCES_QUOTED = 3  # a quotation runs on, and "he said" points back, so far; farther back nobody remembers
_SENTENCES_ABOUT = 2  # how far "she said" reaches to whom the text was about before she spoke

_STATES = "Government of "

MEDIA = frozenset({"publisher", "news_agency", "state_media"})
"""Kinds of sources to whom somebody speaks."""

_CARRIERS = MEDIA - {"state_media"}
"""Kinds that stand for nobody and only pass on what others say; a state's media speak for it."""


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
    """Resolves sources; remembers who spoke and who was spoken of, so that "he said" can find them."""

    def __init__(self, book: SourceFinder, parties: PartyReader, words: PointingWords, text: str) -> None:
        self._book = book
        self._parties = parties
        self._words = words
        self._text = text
        self._last: tuple[int, tuple[Source, ...]] | None = None
        self._subject: tuple[Sentence, Link] | None = None

    def voices(self, parsed: Parse, attributions: tuple[Said, ...]) -> tuple[Voice, ...]:
        """Resolve the sources of a sentence's attributions, in the order given."""
        voices = [Voice(said, self._chain(parsed, said)) for said in attributions]
        voices = [voice for voice in voices if not voice.said.tentative or _may_be_a_source(voice)]
        spoken = [voice for voice in voices if voice.chain and voice.said.stance == "say"]
        if spoken:
            self._last = (parsed.sentence.index, spoken[0].chain)
        self._remember_subject(parsed)
        return tuple(voices)

    def running_on(self, parsed: Parse, *, before: bool) -> tuple[Source, ...]:
        """The chain of a sentence that stands wholly in a quotation begun before it, else nothing."""
        if not before or self._last is None or parsed.sentence.index - self._last[0] > _SENTENCES_QUOTED:
            return ()
        return self._last[1]

    def _remember_subject(self, parsed: Parse) -> None:
        """Keep whom a sentence is about: the next one may quote him by a pronoun."""
        first = next((verb for verb in parsed.verbs if verb.shape == "finite" and verb.subject), None)
        phrase = first.subject[0] if first is not None else None
        if phrase is None or parsed.sentence.is_title or parsed.classes[phrase.start : phrase.end] == "R":
            return
        self._subject = (parsed.sentence, Link(parsed.sentence.index, phrase.start, phrase.full_end, phrase.core))

    def _chain(self, parsed: Parse, said: Said) -> tuple[Source, ...]:
        chain: list[Source] = []
        for link in said.links:
            found = self._sources(parsed.sentence, link)
            chain += [one for one in found if not link.medium or one.kind in MEDIA]
        return in_order(chain)

    def _sources(self, sentence: Sentence, link: Link) -> tuple[Source, ...]:
        if link.end - link.start == 1 and sentence.lowers[link.start] in self._words.pronouns:
            return self._pointed_at(sentence, link)
        named, unnamed = self._matches(sentence, link)
        if named is not None:
            return (named,)
        whos = self._parties.read(sentence, self.phrase_of(sentence, link))
        if whos and whos[0].known and whos[0].named and whos[0].is_head and not whos[0].pronoun:
            return (self._of_party(whos[0], sentence, link),)
        if unnamed is not None:
            return (unnamed,)
        return tuple(self._of_party(who, sentence, link) for who in whos[:1])

    def phrase_of(self, sentence: Sentence, link: Link) -> Phrase:
        """The words by which a speaker is best known: his office, where it names a party or his rank is all else."""
        if link.role is None:
            return link.phrase
        office = self._parties.read(sentence, link.role)
        if office and office[0].known and office[0].named:
            return link.role
        by_rank = any("armed" in who.classes for who in self._parties.read(sentence, link.phrase))
        return link.role if by_rank else link.phrase  # "Colonel Reyes, the province's police director"

    def _pointed_at(self, sentence: Sentence, link: Link) -> tuple[Source, ...]:
        """Who a pronoun means: who spoke last, else whom the sentence before was about, else a side that acted."""
        acted = self._parties.memory.met_before(sentence.index)
        newer = self._last is not None and self._last[0] < acted == sentence.index - 1
        if self._last is not None and not newer and sentence.index - self._last[0] <= _SENTENCES_QUOTED:
            return self._last[1][:1]
        if self._subject is not None and 0 < sentence.index - self._subject[0].index <= _SENTENCES_ABOUT:
            about, subject = self._subject
            found = [one for one in self._sources(about, subject) if one.kind != "other" or one.name[:1].isupper()]
            if found and self._agrees(sentence.lowers[link.start], about, subject):
                return tuple(found)
        return tuple(self._of_party(who, sentence, link) for who in self._parties.read(sentence, link.phrase))

    def _agrees(self, pronoun: str, about: Sentence, subject: Link) -> bool:
        """Whether a subject is one or several as its pronoun is."""
        first = about.lowers[subject.start]
        several = first in self._words.counting and first not in self._words.indefinite
        return (pronoun in self._words.plural) == (several or about.lowers[subject.phrase.head].endswith("s"))

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
                match.name, match.kind, self._written(sentence, link), match.country, self._span(sentence, link)
            )
            if match.named:
                named = named or source
            else:
                unnamed = unnamed or Source(
                    self._plain_name(sentence, link)[:_LONGEST_NAME],
                    match.kind,
                    self._written(sentence, link),
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
            self._name(who, sentence, link)[:_LONGEST_NAME],
            kind,
            self._written(sentence, link),
            who.party.country,
            self._span(sentence, link),
        )

    def _name(self, who: Who, sentence: Sentence, link: Link) -> str:
        """Its name; of somebody whom no book knows the words of the text, "his wife" rather than "civilians"."""
        if who.named or who.known or who.pronoun or link.end - link.start == 1:
            return who.party.name
        return self._plain_name(sentence, link)

    def _plain_name(self, sentence: Sentence, link: Link) -> str:
        """The words of a source without a name, no article before them, no capital because they begin a sentence."""
        article = sentence.lowers[link.start] in self._words.articles
        words = sentence.words[link.start + article : link.end]
        first = sentence.lowers[0] if words and not link.start + article else ""
        return " ".join((first, *words[1:]) if first else words)

    def _written(self, sentence: Sentence, link: Link) -> str:
        if sentence.is_title:
            return " ".join(sentence.words[link.start : link.end])
        return self._text[sentence.starts[link.start] : sentence.ends[link.end - 1]]

    def _span(self, sentence: Sentence, link: Link) -> Span | None:
        if sentence.is_title:
            return None
        return Span(sentence.starts[link.start], sentence.ends[link.end - 1], self._written(sentence, link))


def _may_be_a_source(voice: Voice) -> bool:
    """Whether the name beside a headline's mark speaks, and is not only a topic ("Ukraine: ...") or a place."""
    after = voice.said.cue[0] < voice.said.links[0].start
    return any(one.kind != "other" and (after or not one.name.startswith(_STATES)) for one in voice.chain)


def in_order(chain: Iterable[Source]) -> tuple[Source, ...]:
    """Each source once, those that pass words on after those whose words they are."""
    once = list({(one.name, one.text if one.name[:1].islower() else ""): one for one in chain}.values())
    return tuple(sorted(once, key=lambda one: one.kind in _CARRIERS))


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
    inside = open_before or (bool(sentence.words) and sentence.words[0] in QUOTES)
    marks = [i for i, word in enumerate(sentence.words) if word in QUOTES]
    if not inside:
        return False
    rest = marks[1:] if sentence.words[0] in QUOTES and not open_before else marks
    return not rest or rest[0] >= len(sentence) - 2
