"""How many a noun phrase counts: "two dozen villagers", "a soldier", "a doctor, his wife and their two children"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from worker.events.numbers import NumberReader, Quantity
from worker.events.syntax import Parse, Phrase
from worker.events.toll_words import TollWords

_COUNT_WORDS = 12  # tokens from a noun phrase's start in which its number is sought
_BEFORE_PHRASE = 4  # tokens before it: "between 15 and" of "between 15 and 20 rebels"
_LAST_OF_A_LIST = 12  # members of a list that are added up; longer ones are tables


@dataclass(frozen=True, slots=True)
class Counted:
    """Some people and how many they are."""

    quantity: Quantity
    who: str
    start: int  # tokens
    end: int


class PhraseCounter:
    """Counts the people of phrases, with a pack's words."""

    def __init__(self, words: TollWords, numbers: NumberReader) -> None:
        self.words = words
        self.numbers = numbers

    def count(self, parsed: Parse, phrase: Phrase) -> Counted | None:
        """Count one phrase: by its number, or as one person; None where the text does not say how many."""
        quantity = self.quantity(parsed, phrase) or self._single(parsed, phrase)
        if quantity is None:
            return None
        if parsed.sentence.lowers[phrase.start] in self.words.negative and quantity.start > phrase.start:
            return None  # "no one", but not "no fewer than four"
        end = max(phrase.end, quantity.end)
        if quantity.end >= phrase.end:
            end = self._end_of_counted(parsed, quantity.end, phrase.end)
        begin = min(quantity.end, end)
        while begin < end and parsed.classes[begin] in "QO":
            begin += 1
        who = " ".join(parsed.sentence.words[begin:end])
        return Counted(quantity, who, min(phrase.start, quantity.start), end)

    def count_all(self, parsed: Parse, phrases: Sequence[Phrase]) -> list[Counted]:
        """Count what a verb counts: people of one side joined by "and" are one number, soldiers and civilians two.

        Args:
            parsed: The sentence.
            phrases: A verb's subjects or objects, in order.

        Returns:
            One count for each run of joined phrases that hold people; what is no people is left out.
        """
        out: list[Counted] = []
        run: list[Phrase] = []
        for phrase in phrases[:_LAST_OF_A_LIST]:
            if run and not (
                _joined(parsed, run[-1], phrase) and self._camp(parsed, run[-1]) == self._camp(parsed, phrase)
            ):
                out += self._sum(parsed, run)
                run = []
            run.append(phrase)
        return out + self._sum(parsed, run)

    def _camp(self, parsed: Parse, phrase: Phrase) -> str:
        return self.words.camp_of(parsed.sentence.lowers[phrase.start : phrase.full_end])

    def _sum(self, parsed: Parse, phrases: Sequence[Phrase]) -> list[Counted]:
        found: list[Counted] = []
        unknown = False
        for phrase in phrases:
            counted = self.count(parsed, phrase) or (self._relative_of(parsed, phrase) if found else None)
            if counted is not None:
                found.append(counted)
            elif parsed.classes[phrase.end - 1] == "S" and self._is_people(parsed, phrase):
                unknown = True
        if not found:
            return []
        if len(found) == 1 and not unknown:
            return found
        return [_added(parsed, found, unknown=unknown)]

    def before(self, parsed: Parse, phrase: Phrase) -> list[Phrase]:
        """The phrases joined to one that stands last: "one soldier and two villagers" of "left ... dead"."""
        found = [phrase]
        chunk = parsed.chunk_of_token[phrase.start]
        while chunk >= 2 and parsed.chunks[chunk - 1].kind in {"C", ","} and parsed.chunks[chunk - 2].kind == "NP":  # noqa: PLR2004 - a phrase and what joins it
            chunk -= 2
            earlier = Phrase(parsed.chunks[chunk].start, parsed.chunks[chunk].end)
            told = not self.words.adjectives.keys().isdisjoint(parsed.sentence.lowers[earlier.start : earlier.end])
            if told or self.count(parsed, earlier) is None or not self._is_people(parsed, earlier):
                break  # of "nine people dead, 14 injured" the nine have their own word
            found.insert(0, earlier)
        return found

    def quantity(self, parsed: Parse, phrase: Phrase) -> Quantity | None:
        """The number of a phrase, with bounds that stand before it ("around a thousand", "upwards of 400")."""
        lowers = parsed.sentence.lowers
        best: Quantity | None = None
        limit = max(phrase.end, phrase.full_end)
        last = min(self._core_end(parsed, phrase), phrase.start + _COUNT_WORDS)
        for start in range(last - 1, max(0, phrase.start - _BEFORE_PHRASE) - 1, -1):
            read = self.numbers.read(lowers, start, limit)
            if read is None or read.end <= phrase.start:
                continue
            if read.end <= phrase.end or read.start == phrase.start:
                best = read if best is None or read.end >= best.end else best
        best = best or self._right_before(parsed, phrase)
        if best is None:
            return None
        best = self._widened(parsed, best)
        if best.end < phrase.end and self._counts_no_people(parsed, best.end, phrase):
            return None
        return best

    def _core_end(self, parsed: Parse, phrase: Phrase) -> int:
        """Of "three members of one family" where what "of" adds begins; of "hundreds of families" it adds the noun."""
        for at in range(phrase.start + 1, phrase.end):
            if parsed.classes[at] == "O" and parsed.classes[at - 1] not in "1Q":
                return at
            if parsed.classes[at] == "Q" and self.words.counts_people(parsed.sentence.lowers[at]):
                return at + 1
        return phrase.end

    def _right_before(self, parsed: Parse, phrase: Phrase) -> Quantity | None:
        """The number that stands apart: "and two | others were wounded", "two of | the men"."""
        at = phrase.start
        if at > 1 and parsed.classes[at - 1] == "O" and parsed.classes[phrase.end - 1] == "S":
            at -= 1
        if at < 1 or parsed.classes[at - 1] != "1" or (at == phrase.start and parsed.classes[at] == "D"):
            return None
        if parsed.chunks[parsed.chunk_of_token[at - 1]].kind == "TIME" or (at > 1 and parsed.classes[at - 2] == "$"):
            return None  # "in June 2014 rebels", "June 20 2016 rebels": a year
        read = self.numbers.read(parsed.sentence.lowers, at - 1, phrase.end)
        return read if read is not None and read.end == at else None

    def _widened(self, parsed: Parse, quantity: Quantity) -> Quantity:
        """Of "30-35 people" all: the dash parts the two numbers, which are one."""
        if quantity.low is None or quantity.high != quantity.low:
            return quantity
        whole = self.numbers.read(parsed.sentence.lowers, quantity.start, len(parsed.sentence))
        return whole if whole is not None and whole.end > quantity.end and whole.high != whole.low else quantity

    def _end_of_counted(self, parsed: Parse, start: int, end: int) -> int:
        """Where the noun ends that a number before it counts, by the chunk that it stands in."""
        if start <= end or start >= len(parsed.classes):
            return max(start, end)
        chunk = parsed.chunks[parsed.chunk_of_token[start]]
        return chunk.end if chunk.kind == "NP" else start

    def _counts_no_people(self, parsed: Parse, after: int, phrase: Phrase) -> bool:
        """Of "12-year-old", "two houses": the number belongs to something else."""
        head = parsed.sentence.lowers[phrase.end - 1]
        first = parsed.sentence.lowers[after]
        if parsed.classes[after] == "$":
            return True
        people = self.words.counts_people(head) or self.words.counts_people(first)
        return not people and parsed.classes[phrase.end - 1] not in "SY1QN"

    def _single(self, parsed: Parse, phrase: Phrase) -> Quantity | None:
        """Of "a soldier", "a third", or one person by trade and name, is one."""
        lowers, classes = parsed.sentence.lowers, parsed.classes
        first, head = lowers[phrase.start], lowers[phrase.end - 1]
        one = first in self.words.singular and classes[phrase.end - 1] in "NJ" and self.words.counts_people(head)
        ordinal = first in self.words.singular and phrase.end - phrase.start > 1
        ordinal = ordinal and lowers[phrase.start + 1] in self.words.ordinals
        if one or ordinal or self._is_named(parsed, phrase):
            return Quantity(1, 1, approximate=False, start=phrase.start, end=phrase.start + 1)
        return None

    def _is_named(self, parsed: Parse, phrase: Phrase) -> bool:
        """Of "the radio journalist Edwin Cerrato" is one: a word for one human being, then nothing but a name."""
        at = phrase.end
        while at > phrase.start and parsed.classes[at - 1] == "Y":
            at -= 1
        if not phrase.start < at < phrase.end or parsed.classes[at - 1] not in "NJ":
            return False
        return self.words.counts_people(parsed.sentence.lowers[at - 1])

    def _relative_of(self, parsed: Parse, phrase: Phrase) -> Counted | None:
        """Say that "his wife" in a list after him is one more."""
        lowers = parsed.sentence.lowers
        if lowers[phrase.start] not in self.words.possessive or parsed.classes[phrase.end - 1] != "N":
            return None
        if not self.words.counts_people(lowers[phrase.end - 1]):
            return None
        one = Quantity(1, 1, approximate=False, start=phrase.start, end=phrase.start + 1)
        return Counted(one, " ".join(parsed.sentence.words[phrase.start : phrase.end]), phrase.start, phrase.end)

    def _is_people(self, parsed: Parse, phrase: Phrase) -> bool:
        return any(self.words.counts_people(word) for word in parsed.sentence.lowers[phrase.start : phrase.full_end])


def _joined(parsed: Parse, one: Phrase, other: Phrase) -> bool:
    """Whether nothing but a comma and "and", and at most the next one's number, stands between two phrases."""
    between = parsed.classes[one.full_end : other.start]
    return bool(between) and set(between) <= set(",C1")


def _added(parsed: Parse, found: Sequence[Counted], *, unknown: bool) -> Counted:
    """One count of several; with people whose number is not said it is open upwards."""
    quantities = [counted.quantity for counted in found]
    lows = [quantity.low or 0 for quantity in quantities]
    highs = [quantity.high for quantity in quantities]
    closed = [high for high in highs if high is not None]
    start, end = found[0].start, found[-1].end
    whole = Quantity(
        low=sum(lows) or None,
        high=sum(closed) if len(closed) == len(highs) and not unknown else None,
        approximate=any(quantity.approximate for quantity in quantities),
        start=quantities[0].start,
        end=quantities[0].end,
    )
    begin = quantities[0].end if len(found) == 1 else start
    return replace(found[0], quantity=whole, who=" ".join(parsed.sentence.words[begin:end]), start=start, end=end)
