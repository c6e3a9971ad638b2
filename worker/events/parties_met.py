"""Which parties one document has spoken of so far, for the words that point back to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from worker.events.syntax import Phrase
from worker.events.text import Sentence
from worker.events.who import POLITICAL, Who


class PartiesMet:
    """Remembers subjects; reads them only when a later word points back, for most never are asked for."""

    def __init__(self, read: Callable[[Sentence, Phrase], tuple[Who, ...]], things: frozenset[str]) -> None:
        self._read = read
        self._things = things
        self._met_so_far: list[tuple[int, Who]] = []
        self._to_meet: list[tuple[Sentence, Phrase]] = []
        self._seen_so_far: list[tuple[int, Who]] = []
        self._to_see: list[tuple[Sentence, Phrase]] = []

    def meet(self, sentence: Sentence, phrase: Phrase) -> None:
        """Remember the subject of a sentence as somebody that a later word may point back to."""
        if not sentence.is_title:
            self._to_meet.append((sentence, phrase))

    @property
    def met(self) -> list[tuple[int, Who]]:
        """Sides that were subjects, with the index of their sentence; the newest last."""
        waiting, self._to_meet = self._to_meet, []
        for sentence, phrase in waiting:
            for who in self._read(sentence, phrase):
                if who.known and who.classes & POLITICAL and who.head not in self._things:
                    self._met_so_far.append((sentence.index, replace(who, pronoun=False) if who.pronoun else who))
        return self._met_so_far

    def see(self, sentence: Sentence, phrase: Phrase) -> None:
        """Remember any subject as one of two that "the two armies" may mean."""
        if not sentence.is_title:
            self._to_see.append((sentence, phrase))

    @property
    def seen(self) -> list[tuple[int, Who]]:
        """Named parties that were any verb's subject, with the index of their sentence; the newest last."""
        waiting, self._to_see = self._to_see, []
        for sentence, phrase in waiting:
            for who in self._read(sentence, phrase):
                if who.known and who.named and not who.pronoun:
                    self._seen_so_far.append((sentence.index, who))
        return self._seen_so_far

    def met_before(self, index: int) -> int:
        """Index of the last sentence before one whose subject was remembered; -1 when there is none."""
        return next((at for at, _ in reversed(self.met) if at < index), -1)
