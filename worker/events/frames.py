"""Who did what to whom, as the grammar of one sentence says it: verbs and nouns with their parts.

The reader walks the phrases left and right from every verb: subject, object, by-agent, prepositional objects; it knows
passives, relative clauses, participles, infinitives, coordination, and headline grammar. It knows no word of any
language: classes come from the pack, and so does every list it asks (``FrameWords``).
"""

from __future__ import annotations

from worker.events.chunks import Chunk
from worker.events.pack import Grammar
from worker.events.subjects import SubjectReader
from worker.events.syntax import FrameWords, Parse, Parts, Preps, Verb
from worker.events.text import Sentence


def parse(sentence: Sentence, classes: str, chunks: tuple[Chunk, ...], grammar: Grammar, words: FrameWords) -> Parse:
    """Read a sentence's verbs and their parts.

    Args:
        sentence: The sentence.
        classes: Its class string.
        chunks: Its phrases.
        grammar: The pack's grammar.
        words: The pack's lists for this question.

    Returns:
        The sentence with its verbs, in order.
    """
    return _Reader(sentence, classes, chunks, grammar, words).read()


class _Reader(SubjectReader):
    """One walk over one sentence; thrown away after it."""

    def read(self) -> Parse:
        for k, kind in enumerate(self.kinds):
            if kind == "VG":
                self.verbs[k] = self._verb_group(k)
        for k, verb in self.verbs.items():
            self._settle_voice(k, verb)
        for k, verb in self.verbs.items():
            self._link(k, verb)
            self._complete_helping(k, verb)
        for k, verb in self.verbs.items():
            verb.subject = self._subject(k, 0)
            self._right_side(k, verb)
            self._take_subject_after(verb)
            if verb.negated is False and verb.subject and self._is_negative(verb.subject):
                verb.negated = True
        return Parse(
            self.sentence,
            self.classes,
            self.chunks,
            tuple(self.verbs.values()),
            self.verbs,
            word_set=frozenset(self.sentence.lowers),
            chunk_of_token=[k for k, chunk in enumerate(self.chunks) for _ in range(chunk.start, chunk.end)],
        )

    def _take_subject_after(self, verb: Verb) -> None:
        """Of "murieron tres soldados" and "informó la policía que" the noun after the verb is its subject."""
        if not verb.object or (verb.subject and not verb.subject_implied and not verb.relative):
            return
        lemmas = set(verb.lemmas)
        k = max(i for i, chunk in enumerate(self.chunks) if chunk.start < verb.object[-1].full_end) + 1
        if self._is_inverted_speech(verb, k):
            verb.subject, verb.object, verb.subject_implied, verb.shares = verb.object, (), False, None
            return
        closes = self.kinds[verb.chunk - 1] == "," if verb.chunk else False
        said = closes and (k == len(self.kinds) or self.kinds[k] in {".", ";", '"'})  # ", confirmó la cancillería."
        reports = not lemmas.isdisjoint(self.words.speaking) and (said or self.kinds[k : k + 1] == ["K"])
        turned = self.words.verb_first and ((verb.passive and verb.shape == "finite") or reports)
        if turned or not lemmas.isdisjoint(self.words.postposed):
            verb.subject, verb.object, verb.subject_implied = verb.object, (), False

    def _is_inverted_speech(self, verb: Verb, after: int) -> bool:
        """Of "..., said a lawmaker who fled" the noun behind speaks; a rarer verb wants a name or a quotation."""
        lemmas = set(verb.lemmas)
        before = self.kinds[verb.chunk - 1] if verb.chunk else ""
        if before not in {",", '"'} or verb.shape != "finite" or lemmas.isdisjoint(self.words.inverting):
            return False
        spoken = self.classes[verb.object[0].start : verb.object[0].end]
        if spoken == "R" or (after < len(self.kinds) and self.kinds[after] in {"VG", "K"}):
            return False
        return before == '"' or not lemmas.isdisjoint(self.words.inverting_freely) or "Y" in spoken

    def _right_side(self, k: int, verb: Verb) -> None:
        objects, after = self._objects(k)
        gives = not verb.passive and not self.words.double_object.isdisjoint(verb.lemmas)
        if objects and gives and self.kinds[after : after + 1] == ["NP"]:  # "gave Tanzania a grant"
            second, after = self._group_right(after)
            objects = (*objects, *second)
        verb.object = objects or self._what_is_related(verb) or self._what_follows_the_next(k, verb)
        verb.preps = tuple(self.prepositions(after))
        if verb.passive:
            verb.agent = tuple(phrase for word, phrase in verb.preps if self.grammar.class_of.get(word) == "B")

    def _what_follows_the_next(self, k: int, verb: Verb) -> Parts:
        """Of "arrested and deported twenty people" the object of the second verb, which the first shares."""
        i = k + 1
        if verb.passive or i + 1 >= len(self.kinds) or self.kinds[i] != "C":
            return ()
        following = next((j for j in range(i + 1, min(i + 3, len(self.kinds))) if self.kinds[j] != "A"), i)
        other = self.verbs.get(following)
        alike = other is not None and not other.passive and self.classes[other.main] == self.classes[verb.main]
        return self._objects(following)[0] if alike else ()

    def _what_is_related(self, verb: Verb) -> Parts:
        """Of "sanctions which Canada imposed" and "a charge the army denied" the noun before, which the verb lacks."""
        if verb.passive or verb.shape != "finite" or verb.subject_implied or not verb.subject:
            return ()
        first = self._chunk_at(verb.subject[0].start)
        if first < 1:
            return ()
        if self.kinds[first - 1] == "W":
            return self._antecedent(first - 1)
        contact = self.kinds[first - 1] == "NP" and verb.chunk == self._phrase_and_end(first)[1]
        return (self._phrase(first - 1),) if contact else ()

    def _chunk_at(self, token: int) -> int:
        return next((k for k, chunk in enumerate(self.chunks) if chunk.start <= token < chunk.end), -1)


def right_of(
    parsed: Parse, chunk: int, grammar: Grammar, words: FrameWords, *, of_noun: bool = False
) -> tuple[Parts, Preps]:
    """What stands right of a verb phrase of several words, or of a noun phrase.

    Args:
        parsed: The sentence.
        chunk: Index of the first chunk after the words.
        grammar: The pack's grammar.
        words: The pack's lists.
        of_noun: Whether they are a noun's, which a verb of its own may follow.

    Returns:
        The noun phrases that follow directly, and the prepositional phrases after them.
    """
    reader = _Reader(parsed.sentence, parsed.classes, parsed.chunks, grammar, words)
    reader.verbs = parsed.by_chunk
    return reader.right_of(chunk, of_noun=of_noun)
