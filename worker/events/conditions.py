"""Whether the conditions of a lexicon's entry are met in a sentence: what its parts must hold, and must not."""

from __future__ import annotations

from collections.abc import Mapping

from worker.events.composing_words import ComposeWords
from worker.events.lexicon import ANYTHING, OF_WORDS, Condition, Trigger
from worker.events.mention import VIOLENT, PlaceTest
from worker.events.pack import Pack
from worker.events.parties import PartyReader
from worker.events.syntax import Parse, Parts, Phrase

MET = "met"
PRESUMED = "presumed"
ANYBODY = "people"  # an entry that names this word takes human beings of any kind
_NEAR_TOKENS = 6
_PRESUMED = VIOLENT | {"ACCUSE"}  # "has been accused of", "were beaten": the passive often leaves out who did it
_DOERS = frozenset({"armed", "state", "political"})  # an entry that asks its subject for one of these asks for a side


class Conditions:
    """Asks the words and the parties of one document's sentences."""

    def __init__(
        self, pack: Pack, words: ComposeWords, parties: PartyReader, is_place: PlaceTest, article: frozenset[str]
    ) -> None:
        self.pack = pack
        self.article = article  # all its words, lower case
        self.words = words
        self.parties = parties
        self.is_place = is_place

    def standing(self, parsed: Parse, trigger: Trigger, parts: Mapping[str, Parts], start: int, end: int) -> str | None:
        """Whether an entry's conditions are met, met if a doer is presumed, or not (None)."""
        blocks = [condition for condition in trigger.blocks if condition.part != "complement"]
        of_words = sum(condition.part in OF_WORDS for condition in blocks)  # they stand first, and are cheap to ask
        if any(self._holds(parsed, condition, parts, start, end) for condition in blocks[:of_words]):
            return None
        standing = MET
        for condition in trigger.needs:
            absent = condition.part not in OF_WORDS and not parts.get(condition.part)
            if condition.part == "complement" or (absent and condition.optional):
                continue
            humans = trigger.type in VIOLENT and self._humans_meet(parsed, condition, parts)
            if humans or self._holds(parsed, condition, parts, start, end):
                continue
            if not self._may_be_presumed(parsed, trigger, condition, parts):
                return None
            standing = PRESUMED
        if any(self._holds(parsed, condition, parts, start, end) for condition in blocks[of_words:]):
            return None
        return standing

    def _may_be_presumed(
        self, parsed: Parse, trigger: Trigger, condition: Condition, parts: Mapping[str, Parts]
    ) -> bool:
        """Of "were beaten in custody", "others hit the terminal" who did it is not said, or nobody in particular."""
        if trigger.type not in _PRESUMED or condition.part != "subject" or condition.wanted.isdisjoint(_DOERS):
            return False
        doers = parts.get("subject", ())
        if not doers:
            return bool(parts.get("object")) and trigger.pos == "verb"
        if trigger.type != "ASSAULT":
            return False
        return all(self._is_weapon(parsed, phrase) or self._is_somebody(parsed, phrase) for phrase in doers)

    def _is_weapon(self, parsed: Parse, phrase: Phrase) -> bool:
        return "@weapon" in self.pack.kinds.kinds_of(parsed.sentence.lowers[phrase.head])

    def _is_somebody(self, parsed: Parse, phrase: Phrase) -> bool:
        """A human being whom the book of actors gives no side."""
        whos = self.parties.read(parsed.sentence, phrase)
        known = any(who.known for who in whos)
        group = "@group" in self.pack.kinds.kinds_of(parsed.sentence.lowers[phrase.head])
        return not known and (group or self._is_human(parsed, phrase))

    def _holds(self, parsed: Parse, condition: Condition, parts: Mapping[str, Parts], start: int, end: int) -> bool:
        if condition.part == "article":
            return not condition.wanted.isdisjoint(self.article)
        words = _WORD_PARTS.get(condition.part)
        if words is not None:
            return not condition.wanted.isdisjoint(words(parsed, start, end))
        phrases = parts.get(condition.part, ())
        if ANYTHING in condition.wanted:
            return bool(phrases)
        return any(self._phrase_has(parsed, phrase, condition) for phrase in phrases)

    def _humans_meet(self, parsed: Parse, condition: Condition, parts: Mapping[str, Parts]) -> bool:
        """Whether an entry that takes people of any kind has them here: by a word for people, a pronoun, a count."""
        if ANYBODY not in condition.wanted:
            return False
        return any(self._is_human(parsed, phrase) for phrase in parts.get(condition.part, ()))

    def _is_human(self, parsed: Parse, phrase: Phrase) -> bool:
        head = parsed.sentence.lowers[phrase.head]
        if (
            head in self.words.people
            or self.pack.kinds.is_human(head)
            or (head in self.parties.humans and phrase.end - phrase.start == 1)
        ):
            return True
        counted = parsed.classes[phrase.head] in "1Q"
        return counted and all(self._is_human(parsed, inner) for inner in phrase.of)

    def _phrase_has(self, parsed: Parse, phrase: Phrase, condition: Condition) -> bool:
        """Whether a phrase shows what is wanted: by a word, a kind of noun, or, which costs most, a party."""
        wanted, lowers = condition.wanted, parsed.sentence.lowers
        if not wanted.isdisjoint(lowers[phrase.start : phrase.full_end]):
            return True
        if condition.asks_kind and self._is_of_kind(parsed, phrase, wanted):
            return True
        if not condition.asks_party:
            return False
        if any(
            (who.is_head or (who.pronoun and condition.part == "subject")) and not wanted.isdisjoint(who.classes)
            for who in self.parties.read(parsed.sentence, phrase)
        ):
            return True
        if wanted & {"state", "political"} and self.parties.country_of(
            parsed.sentence, phrase.start, phrase.end, "Government"
        ):
            return True
        return "place" in wanted and self.is_place(parsed, phrase)

    def _is_of_kind(self, parsed: Parse, phrase: Phrase, wanted: frozenset[str]) -> bool:
        lowers, kinds_of = parsed.sentence.lowers, self.pack.kinds.kinds_of
        return any(not wanted.isdisjoint(kinds_of(lowers[part.head])) for part in (phrase, *phrase.of))


def _next_word(parsed: Parse, start: int, end: int) -> tuple[str, ...]:
    del start
    return parsed.sentence.lowers[end : end + 1]


def _word_before(parsed: Parse, start: int, end: int) -> tuple[str, ...]:
    del end
    return parsed.sentence.lowers[max(0, start - 1) : start]


def _near_words(parsed: Parse, start: int, end: int) -> tuple[str, ...]:
    return parsed.sentence.lowers[max(0, start - _NEAR_TOKENS) : end + _NEAR_TOKENS]


def _all_words(parsed: Parse, start: int, end: int) -> tuple[str, ...]:
    del start, end
    return parsed.sentence.lowers


_WORD_PARTS = {"next": _next_word, "before": _word_before, "near": _near_words, "sentence": _all_words}
