"""Noun phrases with what hangs on them, their coordination, and the prepositional phrases after them."""

from __future__ import annotations

from collections.abc import Iterator

from worker.events.chunks import Chunk
from worker.events.pack import Grammar
from worker.events.syntax import FrameWords, Parts, Phrase, Preps, Verb
from worker.events.text import Sentence

_FINITE_AUX = frozenset("MEHU")
_SKIPPED = frozenset({"A", "TIME", "PAREN", "X", '"', "Q"})
_MAX_STEPS = 60  # phrases looked at to either side of a verb; more is a list, not a sentence


class PhraseReader:
    """One walk over one sentence's phrases; thrown away after it."""

    def __init__(
        self, sentence: Sentence, classes: str, chunks: tuple[Chunk, ...], grammar: Grammar, words: FrameWords
    ) -> None:
        self.sentence = sentence
        self.classes = classes
        self.chunks = chunks
        self.kinds = [chunk.kind for chunk in chunks]
        self.grammar = grammar
        self.words = words
        self.verbs: dict[int, Verb] = {}

    def _preposition(self, k: int) -> str:
        chunk = self.chunks[k]
        words = [self.sentence.lowers[i] for i in range(chunk.start, chunk.end) if self.classes[i] != "A"]
        written = " ".join(words)
        return self.words.written_out.get(written, written)

    def _phrase(self, i: int) -> Phrase:
        return self._phrase_and_end(i)[0]

    def _phrase_and_end(self, i: int) -> tuple[Phrase, int]:
        """The phrase that begins with chunk ``i``, and the chunk after it."""
        chunk = self.chunks[i]
        of: list[Phrase] = []
        j = i + 1
        if j < len(self.kinds) and self.kinds[j] == "PAREN":
            j += 1
        end, head = chunk.end, chunk.head
        marked = self.classes[chunk.start] == "D" and self.sentence.lowers[chunk.start] in self.words.object_marks
        if j < len(self.kinds) and self.kinds[j] == "NP" and self.kinds[j - 1] == "PAREN":
            end, head = self.chunks[j].end, self.chunks[j].head
            j += 1
        while j + 1 < len(self.kinds) and self.chunks[j].first == "O" and self.kinds[j + 1] == "NP":
            of.append(Phrase(self.chunks[j + 1].start, self.chunks[j + 1].end, core=self.chunks[j + 1].head))
            j += 2
            if (
                j + 1 < len(self.kinds)
                and self.kinds[j] == "C"
                and self.kinds[j + 1] == "NP"
                and (not self._finite_follows(j + 1) or self.classes[end - 1] == "S")
            ):
                of.append(Phrase(self.chunks[j + 1].start, self.chunks[j + 1].end, core=self.chunks[j + 1].head))
                j += 2
            if j + 2 < len(self.kinds) and self.kinds[j] == "C" and self.chunks[j + 1].first == "O":
                j += 1  # "envoys of the government and of the rebels"
        return Phrase(chunk.start + (marked and chunk.end - chunk.start > 1), end, tuple(of), head), j

    def _finite_follows(self, i: int) -> bool:
        j = i + 1
        while j < len(self.kinds) and (self.kinds[j] in _SKIPPED):
            j += 1
        verb = self.verbs.get(j)
        return verb is not None and verb.shape == "finite"

    def _group_right(self, i: int, *, inner: bool = False) -> tuple[Parts, int]:
        """The noun phrase beginning at ``i`` with those coordinated to its right, and the chunk after them."""
        phrase, j = self._phrase_and_end(i)
        group = [phrase]
        while j + 1 < len(self.kinds):
            k = j
            if self.kinds[k] == ",":
                k += 1
            joined = k < len(self.kinds) and self.kinds[k] == "C"
            if joined:
                k += 1
            if k == j or k >= len(self.kinds) or self.kinds[k] != "NP":
                break
            if not joined and not self._list_goes_on(k):
                break
            following, after = self._phrase_and_end(k)
            if not inner and self._finite_follows(after - 1):
                break
            group.append(following)
            j = after
            if joined:
                break
        return tuple(group), j

    def _list_goes_on(self, k: int) -> bool:
        """Whether a comma joins a list: some conjunction must follow before a verb does."""
        for j in range(k + 1, min(len(self.kinds), k + 10)):
            if self.kinds[j] == "C":
                listed = j + 1 < len(self.kinds) and self.kinds[j + 1] == "NP"
                return listed and not self._finite_follows(self._phrase_and_end(j + 1)[1] - 1)
            if self.kinds[j] not in {"NP", ",", "PAREN"} and self.chunks[j].first != "O":
                return False
        return False

    def _objects(self, k: int) -> tuple[Parts, int]:
        i = k + 1
        while i < len(self.kinds) and self.kinds[i] in _SKIPPED:
            i += 2 if self._measures(i) else 1
        if i < len(self.kinds) and self.kinds[i] == "NP":
            return self._group_right(i)
        return (), i

    def _measures(self, i: int) -> bool:
        """Of "held five hours of talks" the hours are no day but say how long."""
        if i + 2 >= len(self.kinds) or self.kinds[i] != "TIME" or self.chunks[i + 1].first != "O":
            return False
        return self.kinds[i + 2] == "NP"

    def prepositions(self, i: int, *, of_noun: bool = False) -> Iterator[tuple[str, Phrase]]:
        """Prepositional phrases from chunk ``i`` on, to where the clause ends.

        Those of a noun may be followed by its verb: "a patrol by the Thai and Burmese navies began".
        """
        steps = 0
        last: str | None = None
        while i + 1 < len(self.kinds) and steps < _MAX_STEPS:
            steps += 1
            kind = self.kinds[i]
            if kind == "P" and self.kinds[i + 1] in {"NP", "P"}:
                if self.kinds[i + 1] == "P":
                    i += 1
                    continue
                last = self._preposition(i)
                inner = last in self.words.inner_prepositions or (of_noun and self.chunks[i].first in "OB")
                group, i = self._group_right(i + 1, inner=inner)
                for phrase in group:
                    yield last, phrase
            elif (
                kind in _SKIPPED
                or (kind == "P" and self.kinds[i + 1] == "TIME")
                or (kind in {",", "C"} and self.kinds[i + 1] in {"P", "TIME"})
                or (kind == "," and self.kinds[i + 1] == "NP" and last is not None and self._closes_insertion(i))
            ):
                i += 1
            elif kind == "NP" and last is not None and self.kinds[i - 1] == ",":
                i += 2 if i + 1 < len(self.kinds) and self.kinds[i + 1] == "," else 1
            else:
                return

    def _closes_insertion(self, i: int) -> bool:
        """Of "in Douma, a suburb, on Monday": a comma, a noun phrase, and another comma."""
        j = self._phrase_and_end(i + 1)[1]
        return j < len(self.kinds) and self.kinds[j] == ","

    def right_of(self, i: int, *, of_noun: bool = False) -> tuple[Parts, Preps]:
        """Noun phrases from chunk ``i`` on, and prepositional phrases after them."""
        objects, after = self._objects(i - 1)
        return objects, tuple(self.prepositions(after, of_noun=of_noun))

    def _is_negative(self, parts: Parts) -> bool:
        negative = self.words.negative_determiners
        return any(self.sentence.lowers[p.start] in negative and self.classes[p.start] != "Q" for p in parts)

    def _has_aux(self, verb: Verb) -> bool:
        return any(c in _FINITE_AUX for c in self.classes[verb.start : verb.main])

    def _next_kind(self, k: int) -> int | None:
        i = k + 1
        while i < len(self.kinds) and self.kinds[i] in _SKIPPED:
            i += 1
        return i if i < len(self.kinds) else None

    def _previous_solid(self, k: int) -> int | None:
        i = k - 1
        while i >= 0 and self.kinds[i] in {"A", "X", '"'}:
            i -= 1
        return i if i >= 0 else None
