"""How many were killed, hurt, taken, are missing or in flight: numbers as claims, with bounds, never a guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from worker.events.numbers import NumberReader, Quantity
from worker.events.syntax import Parse, Phrase, Verb
from worker.events.toll_phrases import Counted, PhraseCounter
from worker.events.toll_totals import TotalReader
from worker.events.toll_words import Otherwise, TollWords

__all__ = ["TollFound", "TollReader", "TollWords"]

_NEAR_TOKENS = 12  # from a verb to the word that says what it means: "taken by helicopter to the military hospital"
_LASTING_TOKENS = 5  # before a verb whose subject is a span of time: "almost two years of war have"
_BACK_CHUNKS = 8  # from a verb back to the subject before its relative clause


@dataclass(frozen=True, slots=True)
class TollFound:
    """A number of people in a sentence: what happened to them, and its words."""

    measure: str
    quantity: Quantity
    who: str
    start: int  # tokens of the whole phrase
    end: int
    anchor: int  # token of the word that says what happened
    subset: bool
    cumulative: bool
    side: str | None  # see worker.records.Toll


class TollReader:
    """Finds tolls in parsed sentences."""

    def __init__(
        self, words: TollWords, numbers: NumberReader, forms: Mapping[str, tuple[tuple[str, str], ...]]
    ) -> None:
        self.words = words
        self.counter = PhraseCounter(words, numbers)
        self.numbers = numbers
        self.totals = TotalReader(words, numbers, forms)
        self._cues = words.cues(forms)
        self._otherwise: dict[str, list[Otherwise]] = {}
        for entry in words.otherwise:
            for verb in entry.verbs:
                self._otherwise.setdefault(verb, []).append(entry)

    def read(self, parsed: Parse) -> tuple[TollFound, ...]:
        """Find the tolls of a sentence.

        Args:
            parsed: The sentence.

        Returns:
            Tolls in order; none that the text does not give as a number, except one person as one.
        """
        if self._cues.isdisjoint(parsed.sentence.lowers):
            return ()
        found = [
            *self._set_otherwise(parsed),
            *self._from_verbs(parsed),
            *self._from_lives(parsed),
            *self._from_being(parsed),
            *self._from_words(parsed),
            *self._from_totals(parsed),
        ]
        found = [*_within_totals(found), *self._subsets(parsed, found)]
        unique: dict[tuple[str, int], TollFound] = {}
        for toll in found:
            unique.setdefault((toll.measure, toll.quantity.start), toll)
        return tuple(sorted(unique.values(), key=lambda toll: (toll.start, toll.measure)))

    # --- verbs ----------------------------------------------------------------------------------------------

    def _from_verbs(self, parsed: Parse) -> Iterator[TollFound]:
        for verb in parsed.verbs:
            if self._is_unreal(parsed, verb) or not self.words.natural.isdisjoint(self._company(parsed, verb)):
                continue
            measure, phrases = self._counted(parsed, verb)
            if measure is None:
                continue
            things = not self.words.of_things.isdisjoint(verb.lemmas)
            kept = [p for p in phrases if not things or self._is_people(parsed, p)]
            ranged = not self.numbers.between.isdisjoint(parsed.sentence.lowers[verb.end : verb.end + 1])
            counts = [] if ranged else self.counter.count_all(parsed, kept)
            if ranged or not (counts or phrases or things):
                counts = self._behind(parsed, verb.end)
            lasting = self._lasts(parsed, verb)
            for counted in counts:
                yield self._found(parsed, measure, counted, verb.main, cumulative=lasting)

    def _counted(self, parsed: Parse, verb: Verb) -> tuple[str | None, tuple[Phrase, ...]]:
        """What a verb measures, and the phrases of those whom it counts."""
        entry = self._by_company(parsed, verb)
        if entry is not None:
            phrases = verb.subject if (entry.counts == "subject") != verb.passive else verb.object
            phrases = phrases or tuple(phrase for word, phrase in verb.preps if word in entry.near)
            kept = tuple(p for p in phrases if self._is_people(parsed, p, armed=entry.armed))
            return (entry.measure if kept else None), kept
        measure = next((self.words.verbs[lemma] for lemma in verb.lemmas if lemma in self.words.verbs), None)
        measure = measure or self._by_end(parsed, verb)
        return measure, () if measure is None else self._whom(parsed, verb, measure)

    def _by_company(self, parsed: Parse, verb: Verb) -> Otherwise | None:
        """The entry for a verb that means harm only with other words: "taken to hospital", "led away"."""
        for lemma in verb.lemmas:
            for entry in self._otherwise.get(lemma, ()):
                if not entry.near or not entry.near.isdisjoint(self._company(parsed, verb)):
                    return entry
        return None

    def _company(self, parsed: Parse, verb: Verb) -> Sequence[str]:
        """The words of a verb and its adverb, and behind it up to the next clause."""
        stop = min(len(parsed.classes), verb.end + _NEAR_TOKENS)
        for other in parsed.verbs:
            if other.start >= verb.end and other.shape == "finite":
                stop = min(stop, other.end)  # "suffered burns" may be read as two verbs
                break
        return parsed.sentence.lowers[max(0, verb.start - 1) : stop]

    def _is_unreal(self, parsed: Parse, verb: Verb) -> bool:
        """Of "could have killed hundreds", "threatened to kill five" nobody is dead."""
        if verb.modal in self.words.unreal:
            return True
        if verb.shape != "infinitive" or verb.governor is None:
            return False
        governor = parsed.by_chunk.get(verb.governor)
        return governor is not None and not self.words.undone.isdisjoint(governor.lemmas)

    def _lasts(self, parsed: Parse, verb: Verb) -> bool:
        """Of "the war has killed 40,000" what goes on for years is the doer."""
        doers = verb.agent if verb.passive else verb.subject
        if not doers and not verb.passive:
            doers = (Phrase(max(0, verb.start - _LASTING_TOKENS), verb.start),)  # "two years of war have killed"
        return any(
            not self.words.lasting.isdisjoint(parsed.sentence.lowers[phrase.start : phrase.full_end])
            for phrase in doers
        )

    def _from_lives(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "four civilians lost their lives" the subject is counted, of "claimed six lives" the object."""
        for verb in parsed.verbs:
            if verb.passive or not verb.object:
                continue
            measure = self.words.lives.get(parsed.sentence.lowers[verb.object[-1].end - 1])
            if measure is None:
                continue
            counted: Sequence[Phrase] = ()
            if not self.words.losing.isdisjoint(verb.lemmas):
                counted = verb.subject or self._subject_before(parsed, verb)
            if not self.words.claiming.isdisjoint(verb.lemmas):
                inner = [q for p in verb.object for q in (p.of or (p,))]
                counted = [q for q in inner if self.counter.quantity(parsed, q) is not None]
            for found in self.counter.count_all(parsed, counted):
                yield self._found(parsed, measure, found, verb.main)

    def _from_being(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "eleven soldiers are dead", "six drivers are in custody" the subject is counted."""
        for verb in parsed.verbs:
            if verb.negated or verb.modal or not self._is_being(parsed, verb):
                continue
            measure = self._state(parsed, verb)
            if measure is None:
                continue
            subject = verb.subject or self._subject_before(parsed, verb)
            for counted in self.counter.count_all(parsed, subject):
                yield self._found(parsed, measure, counted, verb.main)

    def _is_being(self, parsed: Parse, verb: Verb) -> bool:
        if not self.words.being.isdisjoint(verb.lemmas):
            return True
        return parsed.sentence.lowers[verb.main] in self.words.adjectives and verb.start < verb.main

    def _state(self, parsed: Parse, verb: Verb) -> str | None:
        lowers = parsed.sentence.lowers
        for at in dict.fromkeys((verb.main, verb.end, verb.end + 1)):
            word = lowers[at] if at < len(lowers) else ""
            if word in self.words.adjectives and (at <= verb.end or parsed.classes[at - 1] == "A"):
                return self.words.adjectives[word]
            for words, measure in self.words.states:
                if lowers[at : at + len(words)] == words:
                    return measure
        return None

    def _by_end(self, parsed: Parse, verb: Verb) -> str | None:
        """Of "hacked six farmers to death" the phrase after the object says what became of them."""
        last = verb.object[-1].full_end if verb.object and not verb.passive else verb.end
        for words, measure in self.words.ends:
            if parsed.sentence.lowers[last : last + len(words)] == words:
                return measure
        return None

    def _whom(self, parsed: Parse, verb: Verb, measure: str) -> tuple[Phrase, ...]:
        """The phrases that a verb of harm counts: who was killed, or who fled and died."""
        intransitive = not verb.passive and not verb.object
        if verb.passive or intransitive:
            if intransitive and measure == "captured":
                return ()
            return self._whole(parsed, verb.subject) or self._subject_before(parsed, verb)
        if self._is_of_a_headline(parsed, verb, measure):
            return verb.subject
        if measure == "displaced" and verb.subject and not self._has_number(parsed, verb.object):
            return verb.subject
        return verb.object

    def _whole(self, parsed: Parse, subject: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
        """Of "13 civilians among them seven children were killed" the 13, where no comma parts them."""
        words = self.totals.introducer(parsed, subject[0].start) if subject else 0
        at = subject[0].start - words - 1 if words else 0
        chunk = parsed.chunks[parsed.chunk_of_token[at]] if at > 0 else None
        if chunk is None or chunk.kind != "NP" or chunk.end != at + 1:
            return subject
        return (Phrase(chunk.start, chunk.end),)

    def _is_of_a_headline(self, parsed: Parse, verb: Verb, measure: str) -> bool:
        """Of "8 persons killed 58 others injured" the eight are dead: what follows has a word of its own."""
        lowers = parsed.sentence.lowers
        after = verb.object[-1].full_end
        if lowers[after : after + 1] and self.words.counts_people(lowers[after]):
            after += 1
        own = self.words.adjectives.get(lowers[after]) if after < len(lowers) else None
        modifies = parsed.classes[after + 1 : after + 2] in {"N", "S", "Y"}
        counted = self._has_number(parsed, verb.subject) or self._is_bare_person(parsed, verb.subject)
        return own not in {None, measure} and not modifies and counted

    def _is_bare_person(self, parsed: Parse, phrases: tuple[Phrase, ...]) -> bool:
        """Of "Civilian killed, 3 injured" the civilian."""
        head = phrases[-1].end - 1 if phrases else -1
        return head >= 0 and parsed.classes[head] in "NY" and self.words.counts_people(parsed.sentence.lowers[head])

    def _subject_before(self, parsed: Parse, verb: Verb) -> tuple[Phrase, ...]:
        """The subject that the parse lost: right before the verb, or before a relative clause that stands between."""
        first = verb.chunk - 1
        if first >= 0 and parsed.chunks[first].kind == "NP":
            behind = parsed.chunks[first - 1].kind if first else ""
            counted = Phrase(parsed.chunks[first].start, parsed.chunks[first].end)
            if behind != "P" or self.counter.quantity(parsed, counted) is not None:
                return (counted,)
        for k in range(first, max(0, first - _BACK_CHUNKS), -1):
            if parsed.chunks[k].first == "W" and parsed.chunks[k - 1].kind == "NP":
                return (Phrase(parsed.chunks[k - 1].start, parsed.chunks[k - 1].end),)
            if parsed.chunks[k].kind in {";", "."}:
                break
        return ()

    def _behind(self, parsed: Parse, at: int) -> list[Counted]:
        """Of "killed between nine and 15 people", "shot dead a farmer" those who stand behind."""
        lowers = parsed.sentence.lowers
        if at >= len(lowers):
            return []
        quantity = self.numbers.read(lowers, at, len(lowers))
        chunk = parsed.chunks[parsed.chunk_of_token[quantity.end - 1 if quantity is not None else at]]
        if quantity is None:
            phrase = Phrase(chunk.start, chunk.end)
            if chunk.kind != "NP" or chunk.start != at:
                return []
            found = self.counter.count(parsed, phrase)
            return [found] if found is not None and found.quantity.low == 1 else []
        end = max(chunk.end, quantity.end)
        head = lowers[end - 1]
        if quantity.end < end and not self.words.counts_people(head) and parsed.classes[end - 1] not in "SY":
            return []
        return [Counted(quantity, " ".join(parsed.sentence.words[quantity.end : end]), at, end)]

    def _has_number(self, parsed: Parse, phrases: tuple[Phrase, ...]) -> bool:
        return any(self.counter.quantity(parsed, p) is not None for p in phrases)

    def _is_people(self, parsed: Parse, phrase: Phrase, *, armed: bool = False) -> bool:
        span = parsed.sentence.lowers[phrase.start : phrase.full_end]
        if armed:
            return not self.words.armed.isdisjoint(span)
        numeral = parsed.classes[phrase.end - 1] in "1Q"
        return numeral or any(self.words.counts_people(word) for word in span)

    # --- words beside a number ------------------------------------------------------------------------------

    def _set_otherwise(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "the number of wounded at 27", "put the dead at 36", "bringing to four the number killed"."""
        for measure, quantity, anchor in self.totals.counts(parsed):
            yield self._found(parsed, measure, Counted(quantity, "", quantity.start, quantity.end), anchor)

    def _from_totals(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "the death toll rose to 12"."""
        for measure, quantity, anchor in self.totals.totals(parsed):
            yield self._found(parsed, measure, Counted(quantity, "", quantity.start, quantity.end), anchor)

    def _from_words(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "left 12 dead", "12 dead and 30 wounded", "the deaths of four civilians", "four deaths"."""
        lowers = parsed.sentence.lowers
        for place, lower in enumerate(lowers):
            measure = self.words.adjectives.get(lower)
            if measure is not None:
                for counted in self._beside(parsed, place):
                    yield self._found(parsed, measure, counted, place)
            measure = self.words.nouns.get(lower)
            if measure is not None:
                counted_noun = self._counted_noun(parsed, place)
                if counted_noun is not None:
                    yield self._found(parsed, measure, counted_noun, place)

    def _beside(self, parsed: Parse, place: int) -> list[Counted]:
        """Those whom an adjective counts: behind it after "shot dead", before it elsewhere, behind a colon in lists."""
        lowers = parsed.sentence.lowers
        if lowers[place + 1 : place + 2] == (":",):
            return self._behind(parsed, place + 2)
        return self._of_a_verb(parsed, place) or self._before(parsed, place)

    def _of_a_verb(self, parsed: Parse, place: int) -> list[Counted]:
        """Of "shot dead two men", "two men were shot dead" the men."""
        chunk = parsed.chunk_of_token[place]
        if not chunk or parsed.chunks[chunk].start != place or parsed.chunks[chunk - 1].kind != "VG":
            return []
        behind = self._behind(parsed, place + 1)
        verb = parsed.by_chunk.get(chunk - 1)
        if behind or verb is None or not verb.passive:
            return behind
        return self.counter.count_all(parsed, verb.subject)

    def _before(self, parsed: Parse, place: int) -> list[Counted]:
        """Those who stand before: "left 12 dead", "one soldier and two villagers dead"."""
        chunk = parsed.chunks[parsed.chunk_of_token[place]]
        start = chunk.start if chunk.kind == "NP" else parsed.chunks[max(0, parsed.chunk_of_token[place] - 1)].start
        follows = parsed.classes[place + 1] if place + 1 < len(parsed.classes) else "."
        if place <= start or (chunk.kind == "NP" and follows in "NSY" and place + 1 < chunk.end):
            return []  # "12 wounded soldiers": the verb counts them
        phrases = self.counter.before(parsed, Phrase(start, place))
        if len(phrases) > 1:
            return self.counter.count_all(parsed, phrases)
        quantity = self.counter.quantity(parsed, phrases[0])
        if quantity is None or place - quantity.end > 3:  # noqa: PLR2004 - "12 people were left dead" is no adjective's number
            return []
        return [Counted(quantity, " ".join(parsed.sentence.words[quantity.end : place]), quantity.start, place + 1)]

    def _counted_noun(self, parsed: Parse, place: int) -> Counted | None:
        k = parsed.chunk_of_token[place]
        chunk = parsed.chunks[k]
        if chunk.kind != "NP":
            return None
        if k + 2 < len(parsed.chunks) and parsed.chunks[k + 1].first == "O" and parsed.chunks[k + 2].kind == "NP":
            inner = parsed.chunks[k + 2]
            found = self.counter.count(parsed, Phrase(inner.start, inner.end))
            if found is not None:
                return found
        quantity = self.counter.quantity(parsed, Phrase(chunk.start, place)) if place > chunk.start else None
        if quantity is None or quantity.end != place:
            return None
        return Counted(quantity, "", quantity.start, place + 1)

    # --- parts and totals over time -------------------------------------------------------------------------

    def _found(
        self, parsed: Parse, measure: str, counted: Counted, anchor: int, *, cumulative: bool = False
    ) -> TollFound:
        over_time = cumulative or self.totals.is_over_time(parsed, min(counted.start, anchor), max(counted.end, anchor))
        subset = self.totals.is_part(parsed, counted.start, counted.quantity.end)
        side = self.words.side_of(counted.who.lower().split())
        return TollFound(
            measure, counted.quantity, counted.who, counted.start, counted.end, anchor, subset, over_time, side
        )

    def _subsets(self, parsed: Parse, found: list[TollFound]) -> list[TollFound]:
        """Of "including three children" belongs inside the toll before it."""
        out: list[TollFound] = []
        for start in self.totals.parts(parsed) if found else ():
            whole = max((t for t in found if t.start < start), key=lambda t: t.start, default=None)
            if whole is not None:
                out += self._listed(parsed, start, whole)
        return out

    def _listed(self, parsed: Parse, start: int, whole: TollFound) -> Iterator[TollFound]:
        for k in range(parsed.chunk_of_token[min(start, len(parsed.classes) - 1)], len(parsed.chunks)):
            chunk = parsed.chunks[k]
            if chunk.kind in {"C", ","}:
                continue
            begin = max(start, chunk.start)
            counted = None
            if chunk.kind == "NP" and begin < chunk.end:
                counted = self.counter.count(parsed, Phrase(begin, chunk.end))
            if counted is None:
                return
            quantity = counted.quantity
            who = counted.who or " ".join(parsed.sentence.words[quantity.end : chunk.end])
            yield TollFound(
                whole.measure,
                quantity,
                who,
                quantity.start,
                chunk.end,
                whole.anchor,
                subset=True,
                cumulative=whole.cumulative,
                side=self.words.side_of(who.lower().split()),
            )


def _within_totals(found: Sequence[TollFound]) -> list[TollFound]:
    """Of "two men died, bringing to four the number killed" the two are among the four."""
    totals = {
        toll.measure: toll.quantity.low or 0 for toll in found if not (toll.who or toll.subset or toll.cumulative)
    }
    return [
        replace(toll, subset=True) if toll.who and 0 < (toll.quantity.low or 0) < totals.get(toll.measure, 0) else toll
        for toll in found
    ]
