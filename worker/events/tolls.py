"""How many were killed, hurt, taken, are missing or in flight: numbers as claims, with bounds, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from worker.events.numbers import NumberReader, Quantity
from worker.events.pack import Pack
from worker.events.syntax import Parse, Phrase, Verb

_COUNTED_WORDS = 9  # tokens between "the number of", what is counted, and its number
_COUNT_WORDS = 12  # tokens before a noun phrase's head in which its number is sought


@dataclass(frozen=True, slots=True)
class TollWords:
    """The pack's words for what is counted."""

    verbs: Mapping[str, str]  # base form -> measure
    of_things: frozenset[str]  # verbs that take things as objects as well
    nouns: Mapping[str, str]
    adjectives: Mapping[str, str]
    totals: tuple[tuple[tuple[str, ...], str], ...]
    ends: tuple[tuple[tuple[str, ...], str], ...]  # "to death"
    lives: Mapping[str, str]  # "life" -> measure
    losing: frozenset[str]
    claiming: frozenset[str]
    people: frozenset[str]
    subset: tuple[tuple[str, ...], ...]
    cumulative: re.Pattern[str] | None
    singular: frozenset[str]
    counting: frozenset[str]  # "the number of"
    setting: frozenset[str]  # "put the dead at 36"
    leading_to: frozenset[str]  # words between what is counted and its number
    being: frozenset[str]

    @classmethod
    def of(cls, pack: Pack) -> TollWords:
        """Read the words of a pack."""
        table = pack.tables.get("numbers", {})
        measures: Mapping[str, Mapping[str, list[str]]] = table.get("measures", {})

        def invert(key: str) -> dict[str, str]:
            return {word: measure for measure, lists in measures.items() for word in lists.get(key, ())}

        patterns = table.get("cumulative", {}).get("patterns", ())
        return cls(
            verbs=invert("verbs"),
            of_things=frozenset(invert("things")),
            nouns=invert("nouns"),
            adjectives=invert("adjectives"),
            totals=tuple((tuple(words.split()), measure) for words, measure in invert("totals").items()),
            ends=tuple((tuple(words.split()), measure) for words, measure in invert("ends").items()),
            lives=invert("lives"),
            losing=frozenset(invert("losing")),
            claiming=frozenset(invert("claiming")),
            people=frozenset(table.get("people", {}).get("heads", ())),
            subset=tuple(tuple(p.split()) for p in table.get("subset", {}).get("introduce", ())),
            cumulative=re.compile("|".join(patterns)) if patterns else None,
            singular=frozenset(table.get("bounds", {}).get("singular", ())),
            **{
                key: frozenset(table.get("said", {}).get(key, ()))
                for key in ("counting", "setting", "leading_to", "being")
            },
        )

    def measure_of(self, word: str, forms: Mapping[str, tuple[tuple[str, str], ...]]) -> str | None:
        """What a word in "the number of ... killed" counts."""
        named = self.adjectives.get(word) or self.nouns.get(word)
        return named or next((self.verbs[base] for base, _ in forms.get(word, ()) if base in self.verbs), None)


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


class TollReader:
    """Finds tolls in parsed sentences."""

    def __init__(
        self, words: TollWords, numbers: NumberReader, forms: Mapping[str, tuple[tuple[str, str], ...]]
    ) -> None:
        self.words = words
        self.numbers = numbers
        self.forms = forms  # word -> base forms it may be of

    def read(self, parsed: Parse) -> tuple[TollFound, ...]:
        """Find the tolls of a sentence.

        Args:
            parsed: The sentence.

        Returns:
            Tolls in order; none that the text does not give as a number, except one person as one.
        """
        found = [
            *self._from_counts(parsed),
            *self._from_verbs(parsed),
            *self._from_lives(parsed),
            *self._from_being(parsed),
            *self._from_words(parsed),
            *self._from_totals(parsed),
        ]
        found += self._subsets(parsed, found)
        unique: dict[tuple[str, int], TollFound] = {}
        for toll in found:
            unique.setdefault((toll.measure, toll.start), toll)
        return tuple(sorted(unique.values(), key=lambda toll: (toll.start, toll.measure)))

    def _from_verbs(self, parsed: Parse) -> Iterator[TollFound]:
        for verb in parsed.verbs:
            measure = next((self.words.verbs[lemma] for lemma in verb.lemmas if lemma in self.words.verbs), None)
            measure = measure or self._by_end(parsed, verb)
            if measure is None:
                continue
            things = not self.words.of_things.isdisjoint(verb.lemmas)
            for phrase in self._counted(parsed, verb, measure):
                if things and not self._is_people(parsed.sentence.lowers, phrase.start, phrase):
                    continue
                toll = self._of_phrase(parsed, phrase, measure, verb.main)
                if toll is not None:
                    yield toll

    def _from_lives(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "four civilians lost their lives" the subject is counted, of "claimed six lives" the object."""
        for verb in parsed.verbs:
            if verb.passive or not verb.object:
                continue
            measure = self.words.lives.get(parsed.sentence.lowers[verb.object[-1].head])
            if measure is None:
                continue
            counted = verb.subject if not self.words.losing.isdisjoint(verb.lemmas) else ()
            if not self.words.claiming.isdisjoint(verb.lemmas):
                counted = tuple(q for p in verb.object for q in (p.of or (p,)) if self._quantity(parsed, q) is not None)
            for phrase in counted:
                toll = self._of_phrase(parsed, phrase, measure, verb.main)
                if toll is not None:
                    yield toll

    def _from_being(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "eleven soldiers are dead" the subject is counted."""
        for verb in parsed.verbs:
            if verb.negated or verb.modal or self.words.being.isdisjoint(verb.lemmas):
                continue
            follows = parsed.sentence.lowers[verb.end : verb.end + 1]
            measure = self.words.adjectives.get(follows[0]) if follows else None
            for phrase in verb.subject if measure is not None else ():
                toll = self._of_phrase(parsed, phrase, measure or "", verb.main)
                if toll is not None:
                    yield toll

    def _from_counts(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "the number of wounded at 27", "put the dead at 36", "bringing to four the number killed"."""
        lowers = parsed.sentence.lowers
        for place, lower in enumerate(lowers):
            if lower in self.words.counting:
                for at in range(place + 1, min(len(lowers), place + _COUNTED_WORDS)):
                    measure = self.words.measure_of(lowers[at], self.forms)
                    if measure is not None:
                        yield from self._set_at(parsed, place, at, measure)
                        break
            elif lower in self.words.setting and place + 2 < len(lowers) and parsed.classes[place + 1] == "D":
                measure = self.words.measure_of(lowers[place + 2], self.forms)
                if measure is not None:
                    yield from self._set_at(parsed, place, place + 2, measure)

    def _set_at(self, parsed: Parse, start: int, at: int, measure: str) -> Iterator[TollFound]:
        """The number after what is counted, the last of "from five to three"; else the one before, led in by "to"."""
        best = self._number_after(parsed, at) or self._number_before(parsed, start)
        if best is not None:
            yield self._toll(parsed, measure, best, "", best.end, at)

    def _number_after(self, parsed: Parse, at: int) -> Quantity | None:
        lowers = parsed.sentence.lowers
        best: Quantity | None = None
        place = at + 1
        while place < min(len(lowers), at + _COUNTED_WORDS):
            number = None
            if lowers[place] in self.words.leading_to:
                number = self.numbers.read(lowers, place + 1, len(lowers))
            elif best is not None or parsed.classes[place] in ",;.":
                break
            if number is not None:
                best = number
            place = number.end if number is not None else place + 1
        return best

    def _number_before(self, parsed: Parse, start: int) -> Quantity | None:
        lowers = parsed.sentence.lowers
        for before in range(max(1, start - _COUNTED_WORDS), start):
            number = self.numbers.read(lowers, before, start) if lowers[before - 1] in self.words.leading_to else None
            if number is not None and start - number.end <= 1:
                return number
        return None

    def _by_end(self, parsed: Parse, verb: Verb) -> str | None:
        """Of "hacked six farmers to death" the phrase after the object says what became of them."""
        last = verb.object[-1].full_end if verb.object and not verb.passive else verb.end
        for words, measure in self.words.ends:
            if parsed.sentence.lowers[last : last + len(words)] == words:
                return measure
        return None

    def _counted(self, parsed: Parse, verb: Verb, measure: str) -> tuple[Phrase, ...]:
        """The phrase that the verb counts: who was killed, or who fled and died."""
        intransitive = not verb.passive and not verb.object
        if verb.passive or intransitive:
            if intransitive and measure == "captured":
                return ()
            return verb.subject
        if measure == "displaced" and verb.subject and not self._has_number(parsed, verb.object):
            return verb.subject
        return verb.object

    def _has_number(self, parsed: Parse, phrases: tuple[Phrase, ...]) -> bool:
        return any(self._quantity(parsed, p) is not None for p in phrases)

    def _of_phrase(self, parsed: Parse, phrase: Phrase, measure: str, anchor: int) -> TollFound | None:
        quantity = self._quantity(parsed, phrase) or self._single(parsed, phrase)
        if quantity is None:
            return None
        begin = quantity.end
        while begin < phrase.end and parsed.classes[begin] in "QO":
            begin += 1
        who = " ".join(parsed.sentence.words[begin : phrase.end])
        return TollFound(
            measure,
            quantity,
            who,
            min(phrase.start, quantity.start),
            phrase.end,
            anchor,
            self._is_subset(parsed, phrase.start),
            self._is_cumulative(parsed),
        )

    def _quantity(self, parsed: Parse, phrase: Phrase) -> Quantity | None:
        """The number of a phrase, with a bound that stands before it ("around a thousand")."""
        lowers = parsed.sentence.lowers
        first = max(0, phrase.start - 2)
        best: Quantity | None = None
        for start in range(min(phrase.end, phrase.start + _COUNT_WORDS) - 1, first - 1, -1):
            quantity = self.numbers.read(lowers, start, phrase.end)
            if (
                quantity is not None
                and phrase.start < quantity.end <= phrase.end
                and quantity.start <= max(phrase.start, start)
            ):
                best = quantity if best is None or quantity.end >= best.end else best
        if best is not None and best.end < phrase.end and self._counts_no_people(parsed, best.end, phrase):
            return None
        return best

    def _counts_no_people(self, parsed: Parse, after: int, phrase: Phrase) -> bool:
        """Of "12-year-old", "two houses": the number belongs to something else."""
        head = parsed.sentence.lowers[phrase.head]
        return parsed.classes[after] == "$" or (
            head not in self.words.people
            and parsed.sentence.lowers[after] not in self.words.people
            and parsed.classes[phrase.head] not in "SY1QN"
        )

    def _single(self, parsed: Parse, phrase: Phrase) -> Quantity | None:
        """Of "a soldier", or one person by name and rank, is one."""
        lowers = parsed.sentence.lowers
        if (
            lowers[phrase.start] in self.words.singular
            and parsed.classes[phrase.head] in "NJ"
            and lowers[phrase.head] in self.words.people
        ):
            return Quantity(1, 1, approximate=False, start=phrase.start, end=phrase.start + 1)
        return None

    def _is_people(self, lowers: tuple[str, ...], start: int, phrase: Phrase) -> bool:
        span = lowers[start : phrase.full_end]
        return not span or any(word in self.words.people for word in span)

    def _from_words(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "left 12 dead", "12 dead and 30 wounded", "the deaths of four civilians", "four deaths"."""
        lowers = parsed.sentence.lowers
        for place, lower in enumerate(lowers):
            measure = self.words.adjectives.get(lower)
            if measure is not None:
                toll = self._before(parsed, place, measure)
                if toll is not None:
                    yield toll
            measure = self.words.nouns.get(lower)
            if measure is not None:
                yield from self._counted_noun(parsed, place, measure)

    def _before(self, parsed: Parse, place: int, measure: str) -> TollFound | None:
        after = (
            self.numbers.read(parsed.sentence.lowers, place + 1, len(parsed.classes))
            if self._shot(parsed, place)
            else None
        )
        if after is not None:
            chunk_end = parsed.chunks[parsed.chunk_of_token[after.end - 1]].end
            who = " ".join(parsed.sentence.words[after.end : chunk_end])
            return self._toll(parsed, measure, after, who, chunk_end, place)
        counted = self._counted_before(parsed, place)
        if counted is not None:
            return self._of_phrase(parsed, counted, measure, place)
        chunk = parsed.chunks[parsed.chunk_of_token[place]]
        start = chunk.start if chunk.kind == "NP" else parsed.chunks[max(0, parsed.chunk_of_token[place] - 1)].start
        if place <= start:
            return None
        follows = parsed.classes[place + 1] if place + 1 < len(parsed.classes) else "."
        if chunk.kind == "NP" and follows in "NSY" and place + 1 < chunk.end:
            return None  # "12 wounded soldiers": the verb counts them
        quantity = self._quantity(parsed, Phrase(start, place))
        if quantity is None or place - quantity.end > 3:  # noqa: PLR2004 - "12 people were left dead" is no adjective's number
            return None
        who = " ".join(parsed.sentence.words[quantity.end : place])
        return TollFound(
            measure,
            quantity,
            who,
            quantity.start,
            place + 1,
            place,
            self._is_subset(parsed, start),
            self._is_cumulative(parsed),
        )

    def _shot(self, parsed: Parse, place: int) -> bool:
        """Of "shot dead two men" the number follows the adjective, which follows the verb."""
        chunk = parsed.chunk_of_token[place]
        return chunk > 0 and parsed.chunks[chunk].start == place and parsed.chunks[chunk - 1].kind == "VG"

    def _counted_before(self, parsed: Parse, place: int) -> Phrase | None:
        """Of "two men were shot dead" the adjective counts the subject of the passive before it."""
        if not self._shot(parsed, place):
            return None
        verb = parsed.by_chunk.get(parsed.chunk_of_token[place] - 1)
        return verb.subject[0] if verb is not None and verb.passive and verb.subject else None

    def _toll(self, parsed: Parse, measure: str, quantity: Quantity, who: str, end: int, anchor: int) -> TollFound:
        return TollFound(
            measure, quantity, who, quantity.start, end, anchor, subset=False, cumulative=self._is_cumulative(parsed)
        )

    def _counted_noun(self, parsed: Parse, place: int, measure: str) -> Iterator[TollFound]:
        k = parsed.chunk_of_token[place]
        chunk = parsed.chunks[k]
        if chunk.kind != "NP":
            return
        if k + 2 < len(parsed.chunks) and parsed.chunks[k + 1].first == "O" and parsed.chunks[k + 2].kind == "NP":
            inner = parsed.chunks[k + 2]
            toll = self._of_phrase(parsed, Phrase(inner.start, inner.end, core=inner.head), measure, place)
            if toll is not None:
                yield toll
                return
        quantity = self._quantity(parsed, Phrase(chunk.start, place)) if place > chunk.start else None
        if quantity is not None and quantity.end == place:
            yield TollFound(
                measure,
                quantity,
                "",
                quantity.start,
                place + 1,
                place,
                subset=False,
                cumulative=self._is_cumulative(parsed),
            )

    def _from_totals(self, parsed: Parse) -> Iterator[TollFound]:
        """Of "the death toll rose to 12"."""
        lowers = parsed.sentence.lowers
        for words, measure in self.words.totals:
            if words[0] not in lowers:
                continue
            for place in range(len(lowers) - len(words) + 1):
                if lowers[place : place + len(words)] != words:
                    continue
                for start in range(place + len(words), min(len(lowers), place + len(words) + _COUNT_WORDS)):
                    quantity = self.numbers.read(lowers, start, len(lowers))
                    if quantity is not None and parsed.classes[min(quantity.end, len(lowers) - 1)] != "$":
                        yield TollFound(
                            measure, quantity, "", quantity.start, quantity.end, place, subset=False, cumulative=False
                        )
                        break
                break

    def _subsets(self, parsed: Parse, found: list[TollFound]) -> list[TollFound]:
        """Of "including three children" belongs inside the toll before it."""
        lowers = parsed.sentence.lowers
        out: list[TollFound] = []
        if not found:
            return out
        for words in self.words.subset:
            for place in range(1, len(lowers) - len(words)):
                if lowers[place] != words[0] or lowers[place : place + len(words)] != words:
                    continue
                whole = max((t for t in found if t.start < place), key=lambda t: t.start, default=None)
                if whole is None:
                    continue
                out += self._listed(parsed, place + len(words), whole)
        return out

    def _listed(self, parsed: Parse, start: int, whole: TollFound) -> Iterator[TollFound]:
        for k in range(parsed.chunk_of_token[min(start, len(parsed.classes) - 1)], len(parsed.chunks)):
            chunk = parsed.chunks[k]
            if chunk.kind in {"C", ","}:
                continue
            if chunk.kind != "NP":
                return
            begin = max(start, chunk.start)
            phrase = Phrase(begin, chunk.end)
            if begin >= chunk.end:
                continue
            quantity = self._quantity(parsed, phrase) or self._single(parsed, phrase)
            if quantity is None:
                return
            who = " ".join(parsed.sentence.words[quantity.end : chunk.end])
            yield TollFound(
                whole.measure,
                quantity,
                who,
                quantity.start,
                chunk.end,
                whole.anchor,
                subset=True,
                cumulative=whole.cumulative,
            )

    def _is_subset(self, parsed: Parse, start: int) -> bool:
        lowers = parsed.sentence.lowers
        return any(lowers[max(0, start - len(words)) : start] == words for words in self.words.subset)

    def _is_cumulative(self, parsed: Parse) -> bool:
        return bool(self.words.cumulative and self.words.cumulative.search(" ".join(parsed.sentence.lowers)))
