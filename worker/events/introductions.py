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
        self._names: dict[str, Who | None] = {}  # surname -> whoever was introduced by it

    def by_name(self, until: Sentence, name: str) -> Who | None:
        """The party that a title before a name, or an apposition after it, gave to that name up to a sentence."""
        if name in self._names or len(self._names) >= _MOST_NAMES:
            return self._names.get(name)
        who: Who | None = None
        for sentence in self._sentences[: min(until.index + 1, SENTENCES_OF_PEOPLE)]:
            if name not in sentence.words:
                continue
            at = sentence.words.index(name)
            who = self._titled(sentence, at) or self._in_apposition(sentence, at)
            if who is not None:
                break
        self._names[name] = who
        return who

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
