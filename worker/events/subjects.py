"""Whose verb it is: the walk left from a verb to its subject, past what was inserted between the two."""

from __future__ import annotations

from worker.events.syntax import Parts, Phrase, Verb
from worker.events.verb_groups import VerbReader

_SKIPPED = frozenset({"A", "TIME", "PAREN", "X", '"', "Q"})
_MAX_STEPS = 60  # phrases looked at to either side of a verb; more is a list, not a sentence
_MAX_DEPTH = 12  # how often a verb may borrow its subject from another


class SubjectReader(VerbReader):
    """Finds subjects; verbs share them by coordination, control and relative clauses."""

    def _subject(self, k: int, depth: int) -> Parts:  # noqa: PLR0911 - one case a construction
        verb = self.verbs[k]
        if depth > _MAX_DEPTH:
            return ()
        if verb.shares is not None:
            verb.subject_implied = True
            return self._subject(verb.shares, depth + 1)
        if verb.shape == "gerund" and k >= 2 and self.kinds[k - 1] == "NP" and self._opens_absolute(k - 2):  # noqa: PLR2004
            verb.governor, verb.noun_governor = None, None
            return self._group_left(k - 1)
        if verb.governor is not None and verb.shape in {"infinitive", "gerund"}:
            return self._controlled(verb, depth)
        if self._is_headline_plan(k, verb):
            verb.noun_governor = None
            return self._group_left(k - 1)
        if verb.noun_governor is not None and verb.shape == "infinitive":
            return ()
        if verb.shape == "participle" and verb.passive and k >= 2 and self.kinds[k - 1] == "," and self._by_agent(k):  # noqa: PLR2004
            return self._head_before(k - 2)
        return self._walk_left(k, verb, depth)

    def _is_headline_plan(self, k: int, verb: Verb) -> bool:
        """Of the headline "Xi to visit Hanoi" the noun before the infinitive does it: no other verb stands before."""
        opens = verb.shape == "infinitive" and verb.governor is None and k > 0 and self.kinds[k - 1] == "NP"
        return self.sentence.is_title and opens and not any(j < k for j in self.verbs)

    def _controlled(self, verb: Verb, depth: int) -> Parts:
        """The subject of an infinitive or gerund: that of its governor, or the governor's object."""
        if verb.governor is None:
            return ()
        governor = self.verbs[verb.governor]
        objects, _ = self._objects(verb.governor)
        object_control = any(lemma in self.words.object_control for lemma in governor.lemmas)
        if verb.shape == "gerund" and verb.preposition is None and objects and not self._is_text(objects[-1]):
            return objects  # "saw soldiers firing"; but "issued a declaration demanding"
        if object_control and not governor.passive and objects:
            return objects
        return self._subject(verb.governor, depth + 1)

    def _is_text(self, phrase: Phrase) -> bool:
        return self.sentence.lowers[phrase.end - 1] in self.words.texts

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
            elif kind == "C" or (i == k - 1 and self.sentence.lowers[self.chunks[i].start] in self.words.contrasting):
                return self._borrow(i, verb, depth)
            elif kind == "VG":
                other = self.verbs[i]
                if i == k - 1 or (other.shape == "finite" and not (self._is_reduced(i) and self._stands_alone(k))):
                    return (self._told_of(i, verb) or self._subject(i, depth + 1)) if i == k - 1 else ()
                i -= 1
            elif kind == "P":
                i -= 1
            else:
                return ()
        return ()

    def _told_of(self, i: int, verb: Verb) -> Parts:
        """Of "the strike, which the army says was carried out" the strike: who says so stands between."""
        if not self._speaks_or_reports(self.verbs[i]) or verb.shape != "finite" or i < 2:  # noqa: PLR2004 - a pronoun and who says it
            return ()
        return self._antecedent(i - 2) if self.kinds[i - 1] == "NP" and self.kinds[i - 2] == "W" else ()

    def _speaks_or_reports(self, verb: Verb) -> bool:
        return self._speaks(verb) or any(lemma in self.words.clausal for lemma in verb.lemmas)

    def _by_agent(self, k: int) -> bool:
        return k + 1 < len(self.chunks) and self.chunks[k + 1].first == "B"

    def _head_before(self, i: int) -> Parts:
        """Of "kits for the household, distributed by" the noun that the prepositions hang on."""
        while i >= 2 and self.kinds[i] == "NP" and self.kinds[i - 1] == "P" and self.kinds[i - 2] == "NP":  # noqa: PLR2004 - NP P NP
            i -= 2
        return (self._phrase(i),) if self.kinds[i] == "NP" else ()

    def _opens_absolute(self, i: int) -> bool:
        """Of ", with each side blaming the other" the noun after "with" does it."""
        return self.kinds[i] == "P" and self._preposition(i) in self.words.absolute

    def _is_object_of_finite(self, i: int) -> bool:
        return i > 0 and i - 1 in self.verbs

    def _skip_noun(self, i: int, k: int) -> int | None:  # noqa: PLR0911 - one case a kind of phrase
        """None when the noun phrase is the subject, else where to look on."""
        before = self.chunks[i - 1] if i else None
        if before is None:
            return None
        if before.kind == "P":
            if before.first == "O" and i >= 3 and self.kinds[i - 2] == "C":  # noqa: PLR2004 - a noun must stand before it
                return i - 3  # "envoys of the government and of the rebels met"
            if i == 1 and k == i + 1 and self._ends_in_a_noun_of_its_own(i) and self.verbs[k].shape == "finite":
                return None  # "In Gaza militants fired": no comma, yet the verb has no other subject
            whole = i == k - 1 or self._phrase_and_end(i)[1] == k  # "after ten of its soldiers were killed"
            clause = self.classes[before.end - 1] == "k" and whole and self.verbs[k].shape == "finite"
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

    def _ends_in_a_noun_of_its_own(self, i: int) -> bool:
        """Of "In Nguida three men" only the name belongs to the preposition."""
        chunk = self.chunks[i]
        classes = self.classes[chunk.start : chunk.end]
        return chunk.first == "Y" and "'" not in classes and classes[-1] == "S" and set(classes) <= set("Y1QJjNS")

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
        if self._is_where_somebody_is(i, j):
            j -= 2
        return (self._phrase(j),)

    def _is_where_somebody_is(self, i: int, j: int) -> bool:
        """Of "a diplomat in Niamey who asked" the place, which no such pronoun means."""
        pronoun, chunk = self.chunks[i], self.chunks[j]
        personal = self.sentence.lowers[pronoun.end - 1] in self.words.personal_relatives
        name = set(self.classes[chunk.start : chunk.end]) == {"Y"}
        placed = j > 1 and self.kinds[j - 1] == "P" and self.kinds[j - 2] == "NP"
        return personal and name and placed and self._preposition(j - 1) in self.words.whereabouts

    def _skip_insertion(self, i: int) -> int | None:
        """Left of a closing comma: past what was inserted between two commas, else None."""
        for j in range(i - 1, max(-1, i - 14), -1):
            if self.kinds[j] == ";":
                return None
            if self.kinds[j] == "," and j and self.kinds[j - 1] in {"NP", "PAREN"}:
                verbs = [self.verbs[x] for x in range(j, i) if x in self.verbs and not self._is_reduced(x)]
                apposed = self.kinds[j + 1] == "NP" and self.kinds[j + 2] in {"W", "K"}  # ", a monitor that works ...,"
                relative = apposed or self.kinds[j + 1] in {"W", "P", "TIME", "A"} or (j + 1 in self.verbs)
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

    def _stands_alone(self, k: int) -> bool:
        """Of "a group based in Tunis has threatened" the second verb: no participle, so the first one is."""
        verb = self.verbs[k]
        return verb.shape == "finite" and not verb.passive and not self._is_reduced(k)

    def _borrow(self, i: int, verb: Verb, depth: int) -> Parts:
        """A verb after "and" or a comma takes the subject of the finite verb before it."""
        out_of_speech = False
        for j in range(i - 1, max(-1, i - _MAX_STEPS), -1):
            other = self.verbs.get(j)
            if self.kinds[j] == ";" or (self.kinds[j] == "K" and not out_of_speech):
                return ()
            if other is None or (other.shape != "finite" and not other.passive and verb.shape == "finite"):
                continue
            if self._is_contact(other, j):
                continue  # "at 16, a figure nobody could check, and accused": the clause hangs on its noun
            if self._speaks(verb) and not self._speaks(other) and self._is_spoken(j):
                out_of_speech = True
                continue  # "said no house was hit and accused the army": who speaks goes on speaking
            if self._speaks(other) and not self._speaks(verb) and self._is_aside(j):
                continue  # "searched the house, a source said, and confiscated a launcher"
            verb.shares = j
            verb.subject_implied = True
            if verb.modal is None and not self._has_aux(verb) and self.classes[verb.main] in "bvn":
                verb.modal, verb.tense = other.modal, (other.tense if other.modal else verb.tense)
                verb.negated = verb.negated or (other.negated and self.classes[verb.main] == "b")
            verb.relative = other.relative
            return self._subject(j, depth + 1)
        return ()

    def _is_contact(self, other: Verb, k: int) -> bool:
        """Whether a verb's clause stands right behind a noun without a relative pronoun."""
        first = next((i for i in range(k) if other.subject and self.chunks[i].start == other.subject[0].start), -1)
        return first == k - 1 and first > 0 and self.kinds[first - 1] == "NP"

    def _speaks(self, verb: Verb) -> bool:
        return any(lemma in self.words.speaking for lemma in verb.lemmas)

    def _is_aside(self, k: int) -> bool:
        """Whether a verb of speaking stands between commas with nothing said after it."""
        closed = k + 1 < len(self.kinds) and self.kinds[k + 1] == ","
        return closed and k >= 2 and self.kinds[k - 2] == "," and any(j < k for j in self.verbs)  # noqa: PLR2004 - a comma and its subject

    def _is_spoken(self, k: int) -> bool:
        """Whether a verb of speaking stands before a verb in its clause."""
        for j in range(k - 1, max(-1, k - _MAX_STEPS), -1):
            if self.kinds[j] == ";":
                return False
            if j in self.verbs and self.verbs[j].shape == "finite" and self._speaks(self.verbs[j]):
                return True
        return False

    def _before_parenthesis(self, i: int) -> int:
        """Where "the Economic Cooperation (APEC) forum" begins."""
        return i - 2 if i > 1 and self.kinds[i - 1] == "PAREN" and self.kinds[i - 2] == "NP" else i

    def _group_left(self, i: int) -> Parts:
        """The noun phrase ending before a verb, with those coordinated to its left."""
        i = self._before_parenthesis(i)
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
