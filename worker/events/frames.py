"""Who did what to whom, as the grammar of one sentence says it: verbs and nouns with their parts.

The reader walks the phrases left and right from every verb: subject, object, by-agent, prepositional objects; it knows
passives, relative clauses, participles, infinitives, coordination, and headline grammar. It knows no word of any
language: classes come from the pack, and so does every list it asks (``FrameWords``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from worker.events.chunks import Chunk
from worker.events.pack import Grammar
from worker.events.text import Sentence

_FINITE_AUX = frozenset("MEHU")
_SKIPPED = frozenset({"A", "TIME", "PAREN", "X", '"', "Q"})
_MAX_STEPS = 60  # phrases looked at to either side of a verb; more is a list, not a sentence
_MAX_DEPTH = 12  # how often a verb may borrow its subject from another


@dataclass(frozen=True, slots=True)
class FrameWords:
    """The words of a language that decide how verbs share their parts."""

    object_control: frozenset[str]  # "order X to do": X does
    clausal: frozenset[str]  # verbs that take a whole clause: "said rebels and soldiers fought"
    inner_prepositions: frozenset[str]  # prepositions that join two ("between A and B")
    negative_determiners: frozenset[str]
    transitive: frozenset[str]  # base forms whose bare participle is a passive
    phrasal: frozenset[tuple[str, str]]  # base form and the word after it, where the two are one verb ("hack into")
    passive_markers: frozenset[str]  # class characters that carry the passive, E in English
    reciprocal_nouns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: tokens ``start`` to ``end``, with what hangs on it by "of"."""

    start: int
    end: int
    of: tuple[Phrase, ...] = ()

    @property
    def full_end(self) -> int:
        """End of the phrase with its of-phrases."""
        return max([self.end, *(p.full_end for p in self.of)])


Parts = tuple[Phrase, ...]
Preps = tuple[tuple[str, Phrase], ...]


@dataclass(slots=True)
class Verb:
    """One verb of a sentence and its parts."""

    chunk: int
    start: int  # tokens of the verb group
    end: int
    main: int  # token of the main verb
    lemmas: tuple[str, ...]
    shape: str  # finite, infinitive, gerund, participle
    passive: bool
    tense: str  # past, present, future, perfect, pluperfect, none
    modal: str | None
    negated: bool
    subject: Parts = ()
    object: Parts = ()
    agent: Parts = ()
    preps: Preps = ()
    governor: int | None = None  # chunk of the verb that it completes ("vowed to attack")
    noun_governor: int | None = None  # last token of the noun phrase that it completes ("a plan to attack")
    preposition: str | None = None  # "accused X of shelling": of
    relative: bool = False
    shares: int | None = None  # chunk of the verb whose subject it takes over
    subject_implied: bool = False


@dataclass(frozen=True)
class Parse:
    """A sentence read: its phrases and its verbs."""

    sentence: Sentence
    classes: str
    chunks: tuple[Chunk, ...]
    verbs: tuple[Verb, ...]
    by_chunk: dict[int, Verb] = field(default_factory=dict)

    @cached_property
    def chunk_of_token(self) -> list[int]:
        """For every token the index of its chunk."""
        return [k for k, chunk in enumerate(self.chunks) for _ in range(chunk.start, chunk.end)]


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


class _Reader:
    """One walk over one sentence; thrown away after it."""

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

    def read(self) -> Parse:
        for k, kind in enumerate(self.kinds):
            if kind == "VG":
                self.verbs[k] = self._verb_group(k)
        for k, verb in self.verbs.items():
            self._settle_voice(k, verb)
        for k, verb in self.verbs.items():
            self._link(k, verb)
        for k, verb in self.verbs.items():
            verb.subject = self._subject(k, 0)
            self._right_side(k, verb)
            if verb.negated is False and verb.subject and self._is_negative(verb.subject):
                verb.negated = True
        return Parse(self.sentence, self.classes, self.chunks, tuple(self.verbs.values()), self.verbs)

    # --- the verb group itself ------------------------------------------------------------------------------

    def _verb_group(self, k: int) -> Verb:
        chunk = self.chunks[k]
        classes = self.classes[chunk.start : chunk.end]
        main = chunk.end - 1
        lower = self.sentence.lowers[main]
        lemmas = tuple(base for base, _ in self.grammar.forms.get(lower, ()))
        letter = classes[-1]
        aux = [c for c in classes[:-1] if c in _FINITE_AUX]
        infinitive = "T" in classes
        modal = next((self.sentence.lowers[chunk.start + i] for i, c in enumerate(classes) if c == "M"), None)
        passive = letter in "vn" and bool(aux) and aux[-1] in self.words.passive_markers
        if infinitive:
            shape = "infinitive"
        elif aux or letter in "dzMEHU":
            shape = "finite"
        elif letter == "g":
            shape = "gerund"
        elif letter == "n":
            shape = "participle"
        else:
            shape = "finite"
        return Verb(
            chunk=k,
            start=chunk.start,
            end=chunk.end,
            main=main,
            lemmas=lemmas or (lower,),
            shape=shape,
            passive=passive or (letter == "n" and not aux),
            tense=self._tense(classes, chunk.start),
            modal=modal,
            negated="X" in classes,
        )

    def _tense(self, classes: str, start: int) -> str:
        if "M" in classes:
            return "future"
        if "H" in classes:
            first = self.sentence.lowers[start + classes.index("H")]
            past = self.grammar.class_of.get("had") == "H" and first.startswith("had")
            return "pluperfect" if past else "perfect"
        if classes[-1] in "dvn":
            return "past"
        return "present"

    def _settle_voice(self, k: int, verb: Verb) -> None:
        """A bare past form is a passive participle when a by-phrase follows, or when its object is missing."""
        if verb.shape != "finite" or verb.passive or self.classes[verb.main] != "v" or self._has_aux(verb):
            return
        following = self._next_kind(k)
        after = self.chunks[following] if following is not None else None
        left = self._previous_solid(k)
        by_agent = (
            after is not None and after.first == "B" and left is not None and self.kinds[left] in {"NP", ",", "VG"}
        )
        next_word = self.sentence.lowers[verb.end] if verb.end < len(self.sentence) else ""
        phrasal = any((lemma, next_word) in self.words.phrasal for lemma in verb.lemmas)
        strict = not phrasal and any(lemma in self.words.transitive for lemma in verb.lemmas)
        no_object = after is None or after.kind not in {"NP", "VG", "K"}
        if self._coordinated_passive(k):
            verb.passive = by_agent or no_object or not strict
            verb.shape = "finite"
        elif by_agent or (
            strict and no_object and left is not None and self.kinds[left] in {"NP", "TIME", "PAREN", "VG"}
        ):
            verb.passive, verb.shape = True, "participle"

    def _coordinated_passive(self, k: int) -> bool:
        """Of "were killed and wounded": the second takes the first one's auxiliary."""
        if k < 2 or self.kinds[k - 1] not in {"C", ","}:  # noqa: PLR2004 - needs a verb and a conjunction before it
            return False
        before = self.verbs.get(k - 2)
        return before is not None and before.passive

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

    # --- how verbs hang on one another ----------------------------------------------------------------------

    def _link(self, k: int, verb: Verb) -> None:
        if verb.shape not in {"infinitive", "gerund"}:
            return
        if k and self.kinds[k - 1] == "C" and self._link_as_before(k, verb):
            return
        i = k - 1
        steps = 0
        while i >= 0 and steps < _MAX_STEPS:
            steps += 1
            kind = self.kinds[i]
            if kind == "VG":
                if self.verbs[i].shape == "gerund" and verb.shape == "gerund" and i != k - 1:
                    i -= 1
                    continue
                verb.governor = i
                return
            if kind == "P" and i == k - 1:
                verb.preposition = self._preposition(i)
            elif (kind == "NP" and i == k - 1 and verb.shape == "infinitive" and verb.noun_governor is None) or (
                kind == "NP" and i == k - 2 and verb.preposition is not None
            ):
                verb.noun_governor = self.chunks[i].end - 1
            elif kind == "," and verb.shape == "gerund" and i == k - 1:
                verb.shares = self._main_verb_before(i)
                return
            elif kind in {";", "K"} or (kind == "," and steps > 8):  # noqa: PLR2004 - a comma that far off closes the clause
                return
            i -= 1

    def _link_as_before(self, k: int, verb: Verb) -> bool:
        """Of "killing one and arresting twelve" the second hangs where the first hangs."""
        for j in range(k - 2, max(-1, k - 14), -1):
            other = self.verbs.get(j)
            if other is None:
                continue
            if other.shape != verb.shape:
                return False
            verb.governor, verb.noun_governor = other.governor, other.noun_governor
            verb.preposition, verb.shares = other.preposition, other.shares
            return verb.governor is not None or verb.noun_governor is not None or verb.shares is not None
        return False

    def _main_verb_before(self, i: int) -> int | None:
        """The verb that a participle after a comma elaborates: the last finite one, relative clauses passed over."""
        best = None
        for j in range(i - 1, max(-1, i - _MAX_STEPS), -1):
            if self.kinds[j] in {";", "K"} and best is not None:
                break
            verb = self.verbs.get(j)
            if verb is not None and verb.shape == "finite":
                best = j
                if not self._is_relative(j):
                    return j
        return best

    def _is_relative(self, k: int) -> bool:
        i = k - 1
        while i >= 0 and self.kinds[i] in _SKIPPED:
            i -= 1
        return i >= 0 and self.kinds[i] == "W"

    # --- subjects -------------------------------------------------------------------------------------------

    def _subject(self, k: int, depth: int) -> Parts:
        verb = self.verbs[k]
        if depth > _MAX_DEPTH:
            return ()
        if verb.shares is not None:
            verb.subject_implied = True
            return self._subject(verb.shares, depth + 1)
        if verb.governor is not None and verb.shape in {"infinitive", "gerund"}:
            return self._controlled(verb, depth)
        if verb.noun_governor is not None and verb.shape == "infinitive":
            return ()
        return self._walk_left(k, verb, depth)

    def _controlled(self, verb: Verb, depth: int) -> Parts:
        """The subject of an infinitive or gerund: that of its governor, or the governor's object."""
        if verb.governor is None:
            return ()
        governor = self.verbs[verb.governor]
        objects, _ = self._objects(verb.governor)
        object_control = any(lemma in self.words.object_control for lemma in governor.lemmas)
        if verb.shape == "gerund" and verb.preposition is None and objects:
            return objects  # "saw soldiers firing"
        if object_control and not governor.passive and objects:
            return objects
        return self._subject(verb.governor, depth + 1)

    def _walk_left(self, k: int, verb: Verb, depth: int) -> Parts:  # noqa: C901, PLR0911, PLR0912 - one case a kind of phrase, read top to bottom
        i = k - 1
        steps = 0
        while i >= 0 and steps < _MAX_STEPS:
            steps += 1
            kind = self.kinds[i]
            if kind == "TIME":
                i -= 2 if i and self.kinds[i - 1] == "P" else 1
            elif kind in _SKIPPED:
                i -= 1
            elif kind == "NP" and i == k - 1 and verb.shape == "gerund" and not self._is_object_of_finite(i):
                return self._group_left(i)
            elif kind == "NP":
                step = self._skip_noun(i, k)
                if step is None:
                    return self._group_left(i)
                i = step
            elif kind == "W":
                verb.relative = True
                return self._antecedent(i)
            elif kind == ",":
                inside = self._skip_insertion(i)
                if inside is None:
                    return self._borrow(i, verb, depth)
                i = inside
            elif kind == "C":
                return self._borrow(i, verb, depth)
            elif kind == "VG":
                other = self.verbs[i]
                if i == k - 1 or other.shape == "finite":
                    return self._subject(i, depth + 1) if i == k - 1 else ()
                i -= 1
            elif kind == "P":
                i -= 1
            else:
                return ()
        return ()

    def _is_object_of_finite(self, i: int) -> bool:
        return i > 0 and i - 1 in self.verbs

    def _skip_noun(self, i: int, k: int) -> int | None:
        """None when the noun phrase is the subject, else where to look on."""
        before = self.chunks[i - 1] if i else None
        if before is None:
            return None
        if before.kind == "P":
            clause = self.classes[before.end - 1] == "k" and i == k - 1 and self.verbs[k].shape == "finite"
            return None if clause else i - 2
        if before.kind == "C":
            head = self._head_of_coordinated_preposition(i)
            if head is not None:
                return head
        if before.kind == "VG" and i >= 2 and self.kinds[i - 2] in {"NP", "P"}:  # noqa: PLR2004 - a verb and a noun before it
            other = self.verbs[i - 1]
            bare = other.shape in {"gerund", "infinitive"} and not other.passive
            finite = self.verbs[k].shape == "finite" and self.classes[self.verbs[k].main] != "g"
            if bare and finite and self._clause_needs_subject(k):
                return i - 2
        return None

    def _clause_needs_subject(self, k: int) -> bool:
        """Whether no finite verb stands left of this one in the clause: then "men carrying guns" is one phrase."""
        for j in range(k - 1, -1, -1):
            if self.kinds[j] in {";", "K", "W", ","}:
                return True
            verb = self.verbs.get(j)
            if verb is not None and verb.shape == "finite":
                return False
        return True

    def _head_of_coordinated_preposition(self, i: int) -> int | None:
        """For "leaders of A and B met": the place of A's preposition's left neighbour; None if no such thing."""
        if i < 3 or self.kinds[i - 2] != "NP" or self.kinds[i - 3] != "P":  # noqa: PLR2004 - NP P NP C NP
            return None
        preposition = self._preposition(i - 3)
        if self.chunks[i - 3].first == "O" or preposition in self.words.inner_prepositions:
            return i - 4
        return None

    def _antecedent(self, i: int) -> Parts:
        j = i - 1
        while j >= 0 and self.kinds[j] in {",", "PAREN", "A", "TIME"}:
            j -= 1
        if j < 0 or self.kinds[j] != "NP":
            return ()
        return (self._phrase(j),)

    def _skip_insertion(self, i: int) -> int | None:
        """Left of a closing comma: past what was inserted between two commas, else None."""
        for j in range(i - 1, max(-1, i - 14), -1):
            if self.kinds[j] == ";":
                return None
            if self.kinds[j] == "," and j and self.kinds[j - 1] in {"NP", "PAREN"}:
                verbs = [self.verbs[x] for x in range(j, i) if x in self.verbs and not self._is_reduced(x)]
                relative = self.kinds[j + 1] in {"W", "P", "TIME", "A"} or (j + 1 in self.verbs)
                if relative or not any(v.shape == "finite" for v in verbs):
                    return j - 1
                return None
        return None

    def _is_reduced(self, k: int) -> bool:
        """A bare past form before a preposition: "an agency based in London"."""
        verb = self.verbs[k]
        following = self._next_kind(k)
        bare = self.classes[verb.main] in "vn" and not self._has_aux(verb)
        return (
            bare
            and following is not None
            and self.kinds[following] == "P"
            and k > 0
            and self.kinds[k - 1] in {"NP", ","}
        )

    def _borrow(self, i: int, verb: Verb, depth: int) -> Parts:
        """A verb after "and" or a comma takes the subject of the finite verb before it."""
        for j in range(i - 1, max(-1, i - _MAX_STEPS), -1):
            other = self.verbs.get(j)
            if self.kinds[j] in {";", "K"}:
                return ()
            if other is None or (other.shape != "finite" and not other.passive and verb.shape == "finite"):
                continue
            verb.shares = j
            verb.subject_implied = True
            if verb.modal is None and not self._has_aux(verb) and self.classes[verb.main] in "bvn":
                verb.modal, verb.tense = other.modal, (other.tense if other.modal else verb.tense)
                verb.negated = verb.negated or (other.negated and self.classes[verb.main] == "b")
            verb.relative = other.relative
            return self._subject(j, depth + 1)
        return ()

    # --- phrases --------------------------------------------------------------------------------------------

    def _preposition(self, k: int) -> str:
        chunk = self.chunks[k]
        words = [self.sentence.lowers[i] for i in range(chunk.start, chunk.end) if self.classes[i] != "A"]
        return " ".join(words)

    def _phrase(self, i: int) -> Phrase:
        return self._phrase_and_end(i)[0]

    def _phrase_and_end(self, i: int) -> tuple[Phrase, int]:
        """The phrase that begins with chunk ``i``, and the chunk after it."""
        chunk = self.chunks[i]
        of: list[Phrase] = []
        j = i + 1
        if j < len(self.kinds) and self.kinds[j] == "PAREN":
            j += 1
        end = chunk.end
        if j < len(self.kinds) and self.kinds[j] == "NP" and self.kinds[j - 1] == "PAREN":
            end = self.chunks[j].end
            j += 1
        while j + 1 < len(self.kinds) and self.chunks[j].first == "O" and self.kinds[j + 1] == "NP":
            of.append(Phrase(self.chunks[j + 1].start, self.chunks[j + 1].end))
            j += 2
            if (
                j + 1 < len(self.kinds)
                and self.kinds[j] == "C"
                and self.kinds[j + 1] == "NP"
                and (not self._finite_follows(j + 1) or self.classes[end - 1] == "S")
            ):
                of.append(Phrase(self.chunks[j + 1].start, self.chunks[j + 1].end))
                j += 2
        return Phrase(chunk.start, end, tuple(of)), j

    def _finite_follows(self, i: int) -> bool:
        j = i + 1
        while j < len(self.kinds) and (self.kinds[j] in _SKIPPED):
            j += 1
        verb = self.verbs.get(j)
        return verb is not None and verb.shape == "finite"

    def _group_left(self, i: int) -> Parts:
        """The noun phrase ending before a verb, with those coordinated to its left."""
        group = [self._phrase(i)]
        j = i
        seen_conjunction = False
        while j >= 2:  # noqa: PLR2004 - a phrase and a conjunction must stand before it
            join = self.kinds[j - 1]
            if join == "," and j >= 3 and self.kinds[j - 2] == "C":  # noqa: PLR2004
                join, j = "C", j - 1
            if join == "C":
                seen_conjunction = True
            elif join != "," or not seen_conjunction:
                break
            k = j - 2
            if k >= 1 and self.kinds[k] == ",":
                inserted = self._skip_insertion(k)
                k = inserted if inserted is not None else k - 1
            if self.kinds[k] == "PAREN":
                k -= 1
            if k < 0 or self.kinds[k] != "NP":
                break
            if (
                k
                and self.kinds[k - 1] == "P"
                and self.chunks[k - 1].first == "O"
                and k > 1
                and self.kinds[k - 2] == "NP"
            ):
                k -= 2
            if k and not self._may_coordinate(k):
                break
            group.append(self._phrase(k))
            j = k
        return tuple(reversed(group))

    def _may_coordinate(self, k: int) -> bool:
        before = self.kinds[k - 1]
        if before == "VG":
            return any(lemma in self.words.clausal for lemma in self.verbs[k - 1].lemmas)
        return before != "P"

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

    # --- right side -----------------------------------------------------------------------------------------

    def _objects(self, k: int) -> tuple[Parts, int]:
        i = k + 1
        while i < len(self.kinds) and self.kinds[i] in _SKIPPED:
            i += 1
        if i < len(self.kinds) and self.kinds[i] == "NP":
            return self._group_right(i)
        return (), i

    def right_of(self, i: int) -> tuple[Parts, Preps]:
        """Noun phrases from chunk ``i`` on, and prepositional phrases after them."""
        objects, after = self._objects(i - 1)
        return objects, tuple(self.prepositions(after))

    def _right_side(self, k: int, verb: Verb) -> None:
        objects, after = self._objects(k)
        verb.object = objects
        verb.preps = tuple(self.prepositions(after))
        if verb.passive:
            verb.agent = tuple(phrase for word, phrase in verb.preps if self.grammar.class_of.get(word) == "B")

    def prepositions(self, i: int) -> Iterator[tuple[str, Phrase]]:
        """Prepositional phrases from chunk ``i`` on, to where the clause ends."""
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
                group, i = self._group_right(i + 1, inner=last in self.words.inner_prepositions)
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

    def _is_negative(self, parts: Parts) -> bool:
        return any(self.sentence.lowers[p.start] in self.words.negative_determiners for p in parts)


def right_of(parsed: Parse, chunk: int, grammar: Grammar, words: FrameWords) -> tuple[Parts, Preps]:
    """What stands right of a verb phrase of several words, or of a noun phrase.

    Args:
        parsed: The sentence.
        chunk: Index of the first chunk after the words.
        grammar: The pack's grammar.
        words: The pack's lists.

    Returns:
        The noun phrases that follow directly, and the prepositional phrases after them.
    """
    reader = _Reader(parsed.sentence, parsed.classes, parsed.chunks, grammar, words)
    reader.verbs = parsed.by_chunk
    return reader.right_of(chunk)


def words_of(sentence: Sentence, phrases: Sequence[Phrase]) -> str:
    """The words of phrases, for messages and tests."""
    return " | ".join(" ".join(sentence.words[p.start : p.full_end]) for p in phrases)
