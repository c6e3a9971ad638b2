"""Counts that a sentence sets, adds up or parts: "the death toll rose to 12", "200 since January", "including"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from worker.events.numbers import NumberReader, Quantity
from worker.events.syntax import Parse
from worker.events.toll_words import TollWords

_COUNTED_WORDS = 9  # tokens between "the number of", what is counted, and its number
_TOTAL_WORDS = 20  # tokens from "death toll" to its number: "in the attack on a hotel in the capital has risen from"
_CLAUSE_ENDS = frozenset(",.;")

Set = tuple[str, Quantity, int]
"""A measure, its number, and the token of the word that says what is counted."""


class TotalReader:
    """Reads counts that are set otherwise than by a verb of harm."""

    def __init__(
        self, words: TollWords, numbers: NumberReader, forms: Mapping[str, tuple[tuple[str, str], ...]]
    ) -> None:
        self.words = words
        self.numbers = numbers
        self.forms = forms

    def counts(self, parsed: Parse) -> Iterator[Set]:
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

    def _set_at(self, parsed: Parse, start: int, at: int, measure: str) -> Iterator[Set]:
        """The number after what is counted, the last of "from five to three"; else the one before, led in by "to"."""
        best = self._number_after(parsed, at) or self._number_before(parsed, start)
        if best is not None:
            yield measure, best, at

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

    def totals(self, parsed: Parse) -> Iterator[Set]:
        """Of "the death toll rose from 9 to 12" the new number."""
        lowers = parsed.sentence.lowers
        taken = -1
        for words, measure in self.words.totals:
            for place in range(len(lowers) - len(words) + 1) if words[0] in lowers else ():
                if place <= taken or lowers[place : place + len(words)] != words:
                    continue
                taken = place + len(words) - 1
                quantity = self._led_to(parsed, place + len(words))
                if quantity is not None:
                    yield measure, quantity, place

    def _led_to(self, parsed: Parse, start: int) -> Quantity | None:
        lowers = parsed.sentence.lowers
        at = start
        stop = min(len(lowers) - 1, start + _TOTAL_WORDS)
        while at < stop and parsed.classes[at] != ";":
            left, led = lowers[at] in self.words.leaving, lowers[at] in self.words.leading_to
            quantity = self.numbers.read(lowers, at + 1, len(lowers)) if left or led else None
            if left and quantity is not None and quantity.low != quantity.high and quantity.high is not None:
                return replace(quantity, low=quantity.high)  # "from 21 to 29" is read as a range: it was, and is
            dated = quantity is not None and parsed.classes[min(quantity.end, len(lowers) - 1)] == "$"
            if quantity is not None and not dated and led:
                return quantity
            at = quantity.end if quantity is not None and not dated else at + 1
        return None

    # --- totals over time, parts ----------------------------------------------------------------------------

    def is_over_time(self, parsed: Parse, start: int, end: int) -> bool:
        """Whether the clause of a count says that it adds up a longer time: "200 since January"."""
        if self.words.cumulative is None:
            return False
        clause = " ".join(parsed.sentence.lowers[self._begin(parsed, start) : self._stop(parsed, end)])
        if self.words.not_cumulative is not None:
            clause = self.words.not_cumulative.sub(" ", clause)
        return self.words.cumulative.search(clause) is not None

    def _begin(self, parsed: Parse, start: int) -> int:
        """The begin of a clause; what stands before its comma without a verb belongs to it ("Since January, ...")."""
        at = start
        while at > 0 and parsed.classes[at - 1] not in _CLAUSE_ENDS:
            at -= 1
        earlier = at - 1
        while earlier > 0 and parsed.classes[earlier - 1] not in _CLAUSE_ENDS:
            earlier -= 1
        if at > 0 and parsed.classes[at - 1] == "," and not any(earlier <= v.main < at for v in parsed.verbs):
            return max(0, earlier)
        return at

    @staticmethod
    def _stop(parsed: Parse, end: int) -> int:
        at = end
        while at < len(parsed.classes) and parsed.classes[at] not in _CLAUSE_ENDS:
            at += 1
        return at

    def is_part(self, parsed: Parse, start: int, end: int) -> bool:
        """Whether a count stands after "including", or its number before "of them"."""
        if self.introducer(parsed, start):
            return True
        apposed = start > 0 and parsed.classes[start - 1] in ",NSY"  # not of "killed up to 60 of them"
        lowers = parsed.sentence.lowers
        return apposed and any(lowers[end : end + len(words)] == words for words in self.words.subset)

    def introducer(self, parsed: Parse, start: int) -> int:
        """How many tokens before a phrase introduce it as a part of what stands before them; 0 when none do."""
        lowers = parsed.sentence.lowers
        found = (len(words) for words in self.words.subset if lowers[max(0, start - len(words)) : start] == words)
        return max(found, default=0)

    def parts(self, parsed: Parse) -> Iterator[int]:
        """The tokens at which what is inside another count is listed."""
        lowers = parsed.sentence.lowers
        for words in self.words.subset:
            for place in range(1, len(lowers) - len(words)) if words[0] in lowers else ():
                if lowers[place : place + len(words)] == words:
                    yield place + len(words)
