"""One verb group: its shape, voice, tense and polarity, and the verb or noun that it completes."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from worker.events.phrases import PhraseReader
from worker.events.syntax import Verb

_FINITE_AUX = frozenset("MEHU")
_VERBAL = frozenset("bzdvngircsMEHU")
_SKIPPED = frozenset({"A", "TIME", "PAREN", "X", '"', "Q"})
_MAX_STEPS = 60  # phrases looked at to either side of a verb; more is a list, not a sentence


class _Group(NamedTuple):
    """What the classes of a verb group alone say of it; places count from its first token."""

    main: int  # of "was now in the city" the verb is "was"
    first: int  # the first verb, auxiliaries included
    modal: int  # -1 without one
    auxiliaries: str


@lru_cache(maxsize=4_096)  # there are some hundred kinds of verb groups
def _group(classes: str) -> _Group:
    verbal = [place for place, letter in enumerate(classes) if letter in _VERBAL]
    main = verbal[-1] if verbal else len(classes) - 1
    auxiliaries = "".join(letter for letter in classes[:main] if letter in _FINITE_AUX)
    return _Group(main, verbal[0] if verbal else 0, classes.find("M"), auxiliaries)


class VerbReader(PhraseReader):
    """Reads verb groups and links them to one another."""

    def _verb_group(self, k: int) -> Verb:
        chunk = self.chunks[k]
        classes = self.classes[chunk.start : chunk.end]
        group = _group(classes)
        main = chunk.start + group.main
        lower = self.sentence.lowers[main]
        lemmas = tuple(base for base, _ in self.grammar.forms.get(lower, ()))
        letter, aux = classes[group.main], group.auxiliaries
        first = self.sentence.lowers[chunk.start + group.first]  # "haber atacado" is an infinitive as "atacar" is
        infinitive = "T" in classes or classes[group.first] == "i" or first in self.grammar.infinitives
        modal = self.sentence.lowers[chunk.start + group.modal] if group.modal >= 0 else None
        factual = letter == "s" and self._follows_factual(k)
        if modal is None and not factual:
            modal = self.words.moods.get(letter)
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
            tense="past" if factual else self._tense(classes, chunk.start),
            modal=modal,
            negated=self._is_negated(chunk.start, classes),
        )

    def _is_negated(self, start: int, classes: str) -> bool:
        """Whether a group says no; "not only burned" says yes."""
        return "X" in classes and any(
            letter == "X" and not self.words.focusing.intersection(self.sentence.lowers[at + 1 : at + 2])
            for at, letter in enumerate(classes, start)
        )

    def _tense(self, classes: str, start: int) -> str:
        if "M" in classes or classes[-1] in "rc":
            return "future"
        if "H" in classes:
            first = self.sentence.lowers[start + classes.index("H")]
            before = first in self.words.pluperfect
            if classes.rstrip("XA")[-1] == "H":
                return "past" if before else "present"  # "had lunch": the auxiliary is the verb
            return "pluperfect" if before else "perfect"
        group = self.sentence.lowers[start : start + len(classes)]
        return "past" if classes[-1] in "dvn" or not self.words.past_copula.isdisjoint(group) else "present"

    def _follows_factual(self, k: int) -> bool:
        """Of "después de que atacara" the subjunctive tells what took place."""
        for chunk in reversed(self.chunks[max(0, k - _MAX_STEPS) : k]):
            if chunk.kind in {"K", "W", ";"}:
                lowers = self.sentence.lowers
                return any(
                    lowers[chunk.end - len(words) : chunk.end] == words
                    for words in (tuple(phrase.split()) for phrase in self.words.factual)
                )
        return False

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
        meanwhile = after is not None and after.kind == "K" and next_word in self.words.meanwhile
        bare = after is None or (after.kind not in {"NP", "VG", "K"} and not self._measures(k + 1))
        no_object = bare or meanwhile  # "nine people wounded when"
        if self._coordinated_passive(k):
            verb.passive = by_agent or no_object
            verb.shape = "finite"
        elif by_agent or (
            strict and no_object and left is not None and self.kinds[left] in {"NP", "TIME", "PAREN", "VG"}
        ):
            verb.passive, verb.shape = True, "participle"

    def _coordinated_passive(self, k: int) -> bool:
        """Of "were killed and wounded": the second takes the first one's auxiliary."""
        if k < 2 or self.kinds[k - 1] not in {"C", ","}:  # noqa: PLR2004 - needs a verb and a conjunction before it
            return False
        before = self.verbs.get(k - 3 if self.kinds[k - 2] == "A" else k - 2)  # "were rounded up and shot"
        return before is not None and before.passive

    def _link(self, k: int, verb: Verb) -> None:
        if verb.shape not in {"infinitive", "gerund"}:
            return
        if k and (self._follows_anterior(k, verb) or (self.kinds[k - 1] == "C" and self._link_as_before(k, verb))):
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
                verb.noun_governor = self.chunks[i].head
            elif kind == "," and verb.shape == "gerund" and i == k - 1:
                verb.shares = self._main_verb_before(i)
                return
            elif kind in {";", "K"} or (kind == "," and steps > 8):  # noqa: PLR2004 - a comma that far off closes the clause
                return
            i -= 1

    def _complete_helping(self, k: int, verb: Verb) -> None:
        """Of "helped him oust the general", "let rebels cross" the second verb is an infinitive."""
        bare = self.classes[verb.main] == "b" and verb.start == verb.main and k >= 2 and self.kinds[k - 1] == "NP"  # noqa: PLR2004 - a verb and its object
        before = self.verbs.get(k - 2) if bare else None
        if before is not None and not self.words.bare_infinitive.isdisjoint(before.lemmas):
            verb.shape, verb.governor = "infinitive", k - 2

    def _follows_anterior(self, k: int, verb: Verb) -> bool:
        """Of "tras matar a tres, huyeron" the infinitive took place: its subject is the main verb's, and no plan."""
        if self.kinds[k - 1] != "P" or self._preposition(k - 1) not in self.words.anterior:
            return False
        after = (j for j, other in self.verbs.items() if j > k and other.shape == "finite" and not self._is_relative(j))
        before = self._main_verb_before(k - 1)
        verb.shares = before if before is not None else next(after, None)
        return True

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
            if self.kinds[j] in {";", "K"} and best is not None and not self._opens_aside(j):
                break
            verb = self.verbs.get(j)
            if verb is not None and verb.shape == "finite":
                best = j
                if not self._is_relative(j) and not self._is_meanwhile(j):
                    return j
        return best

    def _opens_aside(self, j: int) -> bool:
        """Whether a conjunction after a comma only says at what time: ", as people were shopping, killing nine"."""
        chunk = self.chunks[j]
        return j > 0 and self.kinds[j - 1] == "," and self.sentence.lowers[chunk.end - 1] in self.words.meanwhile

    def _is_meanwhile(self, k: int) -> bool:
        """Whether a verb stands in such a clause."""
        return any(self._opens_aside(j) for j in range(k - 1, max(-1, k - 3), -1))

    def _is_relative(self, k: int) -> bool:
        i = k - 1
        while i >= 0 and self.kinds[i] in _SKIPPED:
            i -= 1
        return i >= 0 and self.kinds[i] == "W"
