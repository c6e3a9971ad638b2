"""Whom an article introduces by title and name, so that a bare surname later on means somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from worker.events.actors import ActorMatch
from worker.events.syntax import Phrase
from worker.events.text import Sentence
from worker.events.who import POLITICAL, Who

_LONGEST_TITLE = 6  # words from a title to the end of the name: "Palace Press Officer Corazon T. Belmonte"
SENTENCES_OF_PEOPLE = 200  # an article introduces its people in far fewer
_MOST_NAMES = 200  # people an article can introduce; more is a list


class Introductions:
    """Everybody whom one document gives a title or an apposition."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        match: Callable[[Sequence[str], int], ActorMatch | None],
        who: Callable[[Sentence, Phrase, ActorMatch, int], Who],
    ) -> None:
        self._sentences = sentences
        self._match = match
        self._who = who
        self._names: dict[str, tuple[int, Who] | None] = {}  # surname -> whoever was introduced by it, and where

    def by_name(self, until: Sentence, name: str) -> Who | None:
        """The party that a title before a name, or an apposition after it, gave to that name up to a sentence."""
        if name not in self._names and len(self._names) < _MOST_NAMES:
            self._names[name] = self._introduced(name)
        found = self._names.get(name)
        return found[1] if found is not None and found[0] <= until.index else None

    def _introduced(self, name: str) -> tuple[int, Who] | None:
        """The first sentence that introduces somebody by a name, and whom."""
        for sentence in self._sentences[:SENTENCES_OF_PEOPLE]:
            if name in sentence.words:
                at = sentence.words.index(name)
                who = self._titled(sentence, at) or self._in_apposition(sentence, at)
                if who is not None:
                    return sentence.index, who
        return None

    def _titled(self, sentence: Sentence, at: int) -> Who | None:
        """Of "union leader Juan Mamani" the union's leader."""
        for begin in range(max(0, at - _LONGEST_TITLE), at):
            match = self._match(sentence.words, begin)
            if match is not None and begin + match.length > at and match.classes:
                return self._who(sentence, Phrase(begin, begin + match.length), match, begin)
        return None

    def _in_apposition(self, sentence: Sentence, at: int) -> Who | None:
        """Of "Juan Mamani, the miners' leader," the miners' leader."""
        words = sentence.words
        if at + 2 >= len(words) or words[at + 1] != "," or at == 0:
            return None
        for begin in range(at + 2, min(at + 2 + _LONGEST_TITLE, len(words))):
            if words[begin] in {",", "."}:
                return None
            match = self._match(words, begin)
            if match is not None and match.classes & (POLITICAL | {"civil", "justice"}) and match.kind != "country":
                return self._who(sentence, Phrase(begin, begin + match.length), match, begin)
        return None
