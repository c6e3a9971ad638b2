"""Who acts and who suffers: the parties that the parts of a sentence name for a trigger."""

from __future__ import annotations

from collections.abc import Mapping

from worker.events.composing_words import ComposeWords
from worker.events.lexicon import Trigger
from worker.events.mention import OWN_SLOTS, VIOLENT, PlaceTest
from worker.events.pack import Pack
from worker.events.parties import PartyReader
from worker.events.syntax import Parse, Parts, Phrase
from worker.events.who import POLITICAL, Who

_INSTITUTION_OF_TYPE: Mapping[str, str] = {"ASSAULT": "Military", "MOBILIZE": "Military", "RETREAT": "Military"}
_STATES_ARMS = frozenset({"@weapon", "@aircraft", "@vessel"})  # a state's by their adjective: "two Russian missiles"
_OF_WORDS = frozenset(
    {"ACCUSE", "REJECT", "SUPPORT", "CONCEDE"}
)  # types whose object may be what somebody wants or did
_HOLDING = frozenset({"armed", "state"})  # classes of those who have soldiers


class Sides:
    """Reads the parties of one document's sentences, part by part."""

    def __init__(self, pack: Pack, words: ComposeWords, parties: PartyReader, is_place: PlaceTest) -> None:
        self.pack = pack
        self.words = words
        self.parties = parties
        self.is_place = is_place

    def party_of(
        self,
        parsed: Parse,
        trigger: Trigger,
        slots: tuple[str, ...],
        parts: Mapping[str, Parts],
        *,
        suffering: bool = False,
    ) -> tuple[Who, ...]:
        """The parties of the first part that names any; things and grounds are none, whoever suffers may be anybody."""
        for slot in slots:
            whos: list[Who] = []
            for phrase in parts.get(slot, ()):
                if slot == "owner":
                    whos += self._owner(parsed, phrase, trigger)
                else:
                    found = self.with_adjective(parsed, phrase, trigger)
                    whos += [w for w in found if self._is_party(parsed, phrase, w) or (suffering and _is_anybody(w))]
            if whos:
                return tuple(dict.fromkeys(whos))
        return ()

    def _is_party(self, parsed: Parse, phrase: Phrase, who: Who) -> bool:
        if who.known or who.head in self.words.people:
            return True
        if who.head in self.pack.noun_triggers:
            return False  # "a roadside bomb killed two": a deed, not a doer
        return parsed.sentence.words[phrase.head][:1].isupper() and not self.is_place(parsed, phrase)

    def people_of_place(self, parsed: Parse, parts: Mapping[str, Parts]) -> tuple[Who, ...]:
        """Of "rockets tore through the market" those whom it hits."""
        for slot, phrases in parts.items():
            for phrase in phrases if slot not in OWN_SLOTS else ():
                if "@civilian" in self.pack.kinds.kinds_of(parsed.sentence.lowers[phrase.head]):
                    return (self.parties.plain_people(parsed.sentence, phrase),)
        return ()

    def other_party(self, parsed: Parse, parts: Mapping[str, Parts], taken: frozenset[str]) -> tuple[Who, ...]:
        """The other side where the entry's parts name none: any party in an object or adjunct of the trigger."""
        skipped = self.words.locative | OWN_SLOTS
        for slot, phrases in parts.items():
            if slot in skipped or self.pack.grammar.class_of.get(slot) == "B":
                continue
            for phrase in phrases:
                found = self.known_in(parsed, phrase, taken)
                if found:
                    return found
        return ()

    def known_in(self, parsed: Parse, phrase: Phrase, taken: frozenset[str]) -> tuple[Who, ...]:
        """Those who act in politics or bear arms in a phrase, or the state that its adjective names, without some."""
        whos = [w for w in self.parties.read(parsed.sentence, phrase) if w.known and w.classes & POLITICAL]
        for inner in phrase.of:
            whos += [w for w in self.parties.read(parsed.sentence, inner) if w.known and w.classes & POLITICAL]
        if not whos:
            state = self.parties.country_of(parsed.sentence, phrase.start, phrase.full_end, "Government")
            whos = [state] if state is not None else []
        return tuple(dict.fromkeys(who for who in whos if who.party.name not in taken))

    def with_adjective(self, parsed: Parse, phrase: Phrase, trigger: Trigger) -> list[Who]:
        """Of "Syrian and Russian warplanes": the bare adjective is the state's arm."""
        whos = list(self.parties.read(parsed.sentence, phrase))
        if len(whos) == 1 and not whos[0].named and self._is_post(parsed, phrase, trigger):
            holder = self._holder(parsed, phrase)
            if holder:
                return holder
        if len(whos) == 1 and not whos[0].known and trigger.type in _OF_WORDS:
            whos = [who for who in self._whose_words(parsed, phrase) if who.known] or whos
        if len(whos) == 1 and not whos[0].known and self._stands_for_its_state(parsed, phrase, trigger):
            institution = _INSTITUTION_OF_TYPE.get(trigger.type, "Government")
            state = self.parties.country_of(parsed.sentence, phrase.start, phrase.end, institution)
            if state is not None:
                return [state]
        return whos

    def _is_post(self, parsed: Parse, phrase: Phrase, trigger: Trigger) -> bool:
        """Of "opened fire on an Armenian outpost" the place where an army is."""
        head = parsed.sentence.lowers[phrase.head]
        return trigger.type == "ASSAULT" and "@post" in self.pack.kinds.kinds_of(head)

    def _holder(self, parsed: Parse, phrase: Phrase) -> list[Who]:
        """Whose soldiers a post has: its state's by an adjective; or whoever's "its" speaks of."""
        if parsed.sentence.lowers[phrase.start] in self.parties.possessive:
            owner = self.parties.read_pronoun(parsed.sentence, Phrase(phrase.start, phrase.start + 1))
            return [self.parties.army_of(who, parsed.sentence, phrase) for who in owner if who.classes & _HOLDING]
        state = self.parties.country_of(parsed.sentence, phrase.start, phrase.end, "Military")
        return [state] if state is not None else []

    def _whose_words(self, parsed: Parse, phrase: Phrase) -> tuple[Who, ...]:
        """Of "brushed aside the students' demand" the students."""
        mark = parsed.classes.find("'", phrase.start, phrase.end - 1)
        return self.parties.read(parsed.sentence, Phrase(phrase.start, mark)) if mark > phrase.start else ()

    def _stands_for_its_state(self, parsed: Parse, phrase: Phrase, trigger: Trigger) -> bool:
        """Of "Syrian warplanes" the adjective; of "a Russian missile", "her Philippine counterpart" the head."""
        if phrase.end - phrase.start <= 2:  # noqa: PLR2004 - an adjective with its determiner
            return True
        kinds = self.pack.kinds.kinds_of(parsed.sentence.lowers[phrase.head])
        return not kinds.isdisjoint(_STATES_ARMS) if trigger.type in VIOLENT else "@counterpart" in kinds

    def _owner(self, parsed: Parse, phrase: Phrase, trigger: Trigger) -> list[Who]:
        """The possessor or modifier of a nominal event, if it is a party at all: "rebel", "Israel's", "Israeli"."""
        end = phrase.end
        if parsed.classes[end - 1] == "'":
            end -= 1
        mark = parsed.classes.rfind("'", phrase.start, end)
        if mark > phrase.start and end == phrase.end:
            end = mark
        if end <= phrase.start:
            return []
        if parsed.sentence.lowers[phrase.start] in self.parties.possessive:
            return list(self.parties.read_pronoun(parsed.sentence, Phrase(phrase.start, phrase.start + 1)))
        known = [who for who in self.parties.read_loose(parsed.sentence, Phrase(phrase.start, end)) if who.known]
        if known and parsed.classes[end - 1] != "J":  # "a military exercise" says of what kind, not whose
            return known
        institution = _INSTITUTION_OF_TYPE.get(trigger.type, "Government")
        state = self.parties.country_of(parsed.sentence, phrase.start, end, institution)
        return [state] if state is not None else []


def _is_anybody(who: Who) -> bool:
    """A human being who is not known: "two surveyors"."""
    return "victim" in who.classes
