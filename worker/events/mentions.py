"""What the words of a sentence tell of, one trigger at a time: its parts, its parties, and whether its entry is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from worker.events import scopes
from worker.events.frames import right_of
from worker.events.lexicon import GAP, Condition, Trigger
from worker.events.pack import Pack
from worker.events.parties import POLITICAL, PartyReader, Who, apart
from worker.events.scopes import MoodWords
from worker.events.syntax import FrameWords, Parse, Parts, Phrase, Preps, Verb

_GAP_TOKENS = 8  # "took the mayor of the town hostage": words that may stand in a phrase's gap
_SKIP_TOKENS = 2  # "take full control": words of no weight inside a phrase
_NEAR_TOKENS = 6
ANYBODY = "people"  # an entry that names this word takes human beings of any kind
VIOLENT = frozenset({"ASSAULT", "COERCE", "SANCTION"})
_OWN_SLOTS = frozenset({"subject", "agent", "owner", "sufferer"})  # parts of the one who acts or suffers
_PRESUMED = VIOLENT | {"ACCUSE"}  # "has been accused of", "were beaten": the passive often leaves out who did it
MET = "met"
PRESUMED = "presumed"
_DOERS = frozenset({"armed", "state", "political"})  # an entry that asks its subject for one of these asks for a side
NO_OTHER_PARTY = frozenset({"ASSAULT", "CONSULT", "MOBILIZE"})  # an adjunct is the scene or the topic, not a side
_INSTITUTION_OF_TYPE: Mapping[str, str] = {"ASSAULT": "Military", "MOBILIZE": "Military", "RETREAT": "Military"}


@dataclass(frozen=True)
class ComposeWords:
    """The pack's lists for this question."""

    light_subject: frozenset[str]
    light_object: frozenset[str]
    agent_participles: frozenset[str]
    blamed: frozenset[str]
    taking_part: frozenset[str]
    being_there: frozenset[str]  # verbs of being somewhere, or going there
    there_for: frozenset[str]  # prepositions before what one is there for
    agreeing: frozenset[str]
    refusing: frozenset[str]
    consenting: frozenset[str]  # of the agreeing verbs those that answer somebody: "agree", "offer"
    threatening: frozenset[str]
    urging: frozenset[str]
    ending: frozenset[str]
    cancelling: frozenset[str]  # verbs, some with their particle
    alleging: frozenset[str]
    beside: frozenset[str]  # prepositions of company
    joining: frozenset[str]  # verbs of company
    locative: frozenset[str]  # prepositions of place: what they govern is the scene, not a side
    people: frozenset[str]  # heads of phrases that are people

    @classmethod
    def of(cls, pack: Pack) -> ComposeWords:
        """Read the words of a pack."""
        return cls(
            light_subject=pack.words("gates", "light", "by_subject"),
            light_object=pack.words("gates", "light", "to_subject"),
            agent_participles=pack.words("gates", "light", "agent_participles"),
            blamed=pack.words("gates", "light", "blamed"),
            taking_part=pack.words("gates", "light", "taking_part"),
            being_there=pack.words("gates", "light", "being_there"),
            there_for=pack.words("gates", "light", "there_for"),
            locative=pack.words("gates", "composition", "locative"),
            people=pack.words("numbers", "people", "heads"),
            **{
                key: pack.words("gates", "composition", key)
                for key in (
                    "agreeing",
                    "refusing",
                    "consenting",
                    "threatening",
                    "urging",
                    "ending",
                    "cancelling",
                    "alleging",
                    "beside",
                    "joining",
                )
            },
        )


@dataclass(frozen=True)
class Mention:
    """One trigger in one sentence, with its parties; not yet checked, resolved in place and time, or merged."""

    trigger: Trigger
    type: str
    mode: str | None
    parsed: Parse
    start: int  # tokens of the trigger
    end: int
    actors: tuple[Who, ...] = ()
    recipients: tuple[Who, ...] = ()
    places: Parts = ()  # phrases that the entry says are places
    signs: frozenset[str] = frozenset()
    verb: Verb | None = None
    chunk: int = 0
    parts: Mapping[str, Parts] = field(default_factory=dict)
    evidence: tuple[tuple[int, int], ...] = ()  # further trigger words that tell of the same
    rules: tuple[str, ...] = ()
    topic: bool = False  # only spoken of: "condemned the coup"
    presumed: bool = (
        False  # who did it is not named, or is nobody that is known: stands only where conflict is the matter
    )

    @property
    def parties(self) -> tuple[Who, ...]:
        """Everybody on either side."""
        return (*self.actors, *self.recipients)


class PlaceTest:
    """Asks whether a phrase names a place; a class of its own so that the composer knows no gazetteer."""

    def __call__(self, parsed: Parse, phrase: Phrase) -> bool:
        """Whether the phrase names a place."""
        raise NotImplementedError


class MentionFinder:
    """Finds triggers and the parties in the parts of the sentence that their entries name."""

    def __init__(
        self, pack: Pack, frame_words: FrameWords, mood: MoodWords, parties: PartyReader, is_place: PlaceTest
    ) -> None:
        self.pack = pack
        self.frame_words = frame_words
        self.mood = mood
        self.words = ComposeWords.of(pack)
        self.parties = parties
        self.is_place = is_place

    # --- verbs ----------------------------------------------------------------------------------------------

    def _from_verbs(self, parsed: Parse, spoken: tuple[tuple[int, int], ...]) -> Iterator[Mention]:
        for verb in parsed.verbs:
            for lemma in verb.lemmas:
                mention = self._from_verb(parsed, verb, self.pack.verb_triggers.get(lemma, ()), spoken)
                if mention is not None:
                    yield mention
                    break

    def _from_verb(
        self, parsed: Parse, verb: Verb, triggers: tuple[Trigger, ...], spoken: tuple[tuple[int, int], ...]
    ) -> Mention | None:
        best: Mention | None = None
        words = parsed.word_set
        for trigger in triggers:
            if not trigger.rest <= words:
                continue
            end, gap = _match_rest(parsed, verb, trigger)
            if end < 0:
                continue
            parts = self._verb_parts(parsed, verb, trigger, end, gap)
            mention = self._checked(parsed, trigger, parts, verb.main, end)
            if mention is not None and (best is None or not mention.presumed):
                best = mention
                if not mention.presumed:
                    break  # an entry that is met in full goes before one whose doer is only presumed
        if best is None:
            return None
        signs = scopes.verb_signs(parsed, verb, self.mood, said=_inside(spoken, verb.main))
        return replace(best, verb=verb, chunk=verb.chunk, signs=frozenset(signs))

    def _verb_parts(
        self, parsed: Parse, verb: Verb, trigger: Trigger, end: int, gap: Phrase | None
    ) -> dict[str, Parts]:
        objects, preps = verb.object, verb.preps
        if len(trigger.lemma) > 1:
            if end < len(parsed.sentence):
                objects, preps = self._after_words(parsed, end)
            else:
                objects, preps = (), ()
            if gap is not None and parsed.classes[gap.end - 1] != "D":
                objects = (gap,)  # "took the mayor hostage"; of "tightened their control over" the object comes after
        parts = _by_preposition(preps)
        if gap is not None:
            marked = parsed.classes[gap.end - 1] == "'" and gap.end - 1 > gap.start
            parts["owner"] = (Phrase(gap.start, gap.end - 1) if marked else gap,)  # "is in the rebels' hands"
        if verb.passive:
            parts["agent"] = verb.agent or tuple(p for w, p in preps if self.pack.grammar.class_of.get(w) == "B")
            parts["subject"] = parts["agent"]
            parts["object"] = verb.subject
        else:
            parts["subject"] = verb.subject
            parts["object"] = objects
        return parts

    def _after_words(self, parsed: Parse, end: int) -> tuple[Parts, Preps]:
        """Object and prepositional phrases after a phrase that ends at token ``end``, also in mid-chunk."""
        chunk = parsed.chunk_of_token[end]
        if parsed.chunks[chunk].start < end:
            inner = parsed.chunks[chunk]
            _, preps = right_of(parsed, chunk + 1, self.pack.grammar, self.frame_words)
            return (Phrase(end, inner.end),) if inner.kind == "NP" else (), preps
        return right_of(parsed, chunk, self.pack.grammar, self.frame_words)

    # --- nouns ----------------------------------------------------------------------------------------------

    def _from_nouns(self, parsed: Parse, spoken: tuple[tuple[int, int], ...]) -> Iterator[Mention]:
        index = self.pack.noun_triggers
        lowers = parsed.sentence.lowers
        place = 0
        while place < len(lowers):
            step = 1
            for words, trigger in index.get(lowers[place], ()):
                chunk = parsed.chunk_of_token[place]
                if lowers[place : place + len(words)] != words or parsed.chunks[chunk].kind != "NP":
                    continue
                end = place + len(words)
                mention = self._from_noun(parsed, trigger, place, end, chunk)
                if mention is not None:
                    signs = scopes.noun_signs(parsed, place, end, chunk, self.mood, said=_inside(spoken, place))
                    if lowers[parsed.chunks[chunk].start] in self.frame_words.negative_determiners:
                        signs.add("denied")
                    yield replace(mention, signs=frozenset(signs))
                    step = max(
                        len(words), parsed.chunks[chunk].end - place if self._heads_compound(parsed, end, chunk) else 0
                    )
                    break
            place += step

    def _heads_compound(self, parsed: Parse, end: int, chunk: int) -> bool:
        """Of "mortar bombs" both words are triggers, and tell of one event."""
        rest = range(end, parsed.chunks[chunk].end)
        return bool(rest) and all(parsed.sentence.lowers[i] in self.pack.noun_triggers for i in rest)

    def _from_noun(self, parsed: Parse, trigger: Trigger, start: int, end: int, chunk: int) -> Mention | None:
        own = parsed.chunks[chunk]
        if end < own.end and not self._ends_phrase(parsed, end, own.end):
            return None
        _, preps = right_of(parsed, chunk + 1, self.pack.grammar, self.frame_words)
        parts = _by_preposition(preps)
        parts["of"] = tuple(p for w, p in preps if self.pack.grammar.class_of.get(w) == "O")
        agents = tuple(p for w, p in preps if self.pack.grammar.class_of.get(w) == "B")
        follows = parsed.by_chunk.get(chunk + 1) or self._verb_after_preps(parsed, chunk)
        if follows is not None and follows.passive and set(follows.lemmas) & self.words.agent_participles:
            agents = agents or follows.agent
        if follows is not None and not follows.object:
            for word, phrase in follows.preps:  # "fighting erupted in the town between the army and the rebels"
                if word in self.frame_words.inner_prepositions:
                    parts[word] = (*parts.get(word, ()), phrase)
        if follows is not None and set(follows.lemmas) & self.words.blamed:
            agents = agents or tuple(p for _, p in follows.preps[:1])
        parts["agent"] = agents
        owners = tuple(Phrase(*ends) for ends in ((own.start, start), (end, own.end)) if ends[0] < ends[1])
        if owners:
            parts["owner"] = owners if self.pack.grammar.trailing else owners[:1]
        subject, sufferer = self._light_subject(parsed, start)
        subject = subject or self._taking_part(parsed, start) or self._there_for_it(parsed, start, own.start)
        parts["subject"] = subject
        if sufferer:
            parts["sufferer"] = sufferer
        mention = self._checked(parsed, trigger, parts, start, end)
        return None if mention is None else replace(mention, chunk=chunk)

    def _verb_after_preps(self, parsed: Parse, chunk: int) -> Verb | None:
        """The verb that follows a noun and its of-phrases: "an attack on the town blamed on rebels"."""
        k = chunk + 1
        while (
            k + 1 < len(parsed.chunks) and parsed.chunks[k].kind == "P" and parsed.chunks[k + 1].kind in {"NP", "TIME"}
        ):
            k += 2
        return parsed.by_chunk.get(k)

    def _ends_phrase(self, parsed: Parse, end: int, stop: int) -> bool:
        """A trigger noun counts as the head of its phrase, or before its possessive, number or bare adverb."""
        after = self.pack.grammar.trailing.union("'1A$")
        if all(parsed.classes[i] in after for i in range(end, stop)) or parsed.classes[end] == "'":
            return True
        return all(parsed.sentence.lowers[i] in self.pack.noun_triggers for i in range(end, stop))

    def _light_subject(self, parsed: Parse, token: int) -> tuple[Parts, Parts]:
        """Who does it and who suffers it, by a verb that only lends its subject: "launched an attack"."""
        for verb, relation in scopes.verbs_over(parsed, token):
            lemmas = set(verb.lemmas)
            if relation == "object" and lemmas & self.words.light_subject:
                return verb.subject, ()
            if relation == "passive subject" and lemmas & self.words.light_subject:
                return verb.agent, ()
            if relation in {"object", "prep"} and lemmas & self.words.light_object:
                return (), verb.subject
        return (), ()

    def _there_for_it(self, parsed: Parse, token: int, begin: int) -> Parts:
        """Of "was in Kigali for talks with his counterpart" those who are there."""
        if begin == 0 or parsed.sentence.lowers[begin - 1] not in self.words.there_for:
            return ()
        for verb, relation in scopes.verbs_over(parsed, token):
            if relation == "prep" and not self.words.being_there.isdisjoint(verb.lemmas):
                return verb.subject
        return ()

    def _taking_part(self, parsed: Parse, token: int) -> Parts:
        """Of "bombings, which included Russian aircraft" the aircraft take part."""
        for verb, relation in scopes.verbs_over(parsed, token):
            if relation == "subject" and set(verb.lemmas) & self.words.taking_part:
                return verb.object
        return ()

    # --- roles and conditions -------------------------------------------------------------------------------

    def _checked(
        self, parsed: Parse, trigger: Trigger, parts: dict[str, Parts], start: int, end: int
    ) -> Mention | None:
        standing = self._standing(parsed, trigger, parts, start, end)
        if standing is None:
            return None
        actors = self._party_of(parsed, trigger, trigger.actor, parts)
        recipients = self._party_of(parsed, trigger, trigger.recipient, parts)
        for slot in trigger.both:
            actors = (*actors, *(w for w in self._party_of(parsed, trigger, (slot,), parts) if w not in actors))
        actors, recipients = apart(actors, recipients)
        if not recipients and "sufferer" in parts:
            recipients = self._party_of(parsed, trigger, ("sufferer",), parts)
        if not recipients and trigger.recipient and trigger.type not in NO_OTHER_PARTY:
            names = frozenset(who.party.name for who in actors)
            recipients = self._other_party(parsed, parts, names)
        if not recipients and trigger.type == "ASSAULT":
            recipients = self._people_of_place(parsed, parts)
        places = tuple(p for slot in trigger.place for p in parts.get(slot, ()))
        return Mention(
            trigger,
            trigger.type,
            trigger.mode,
            parsed,
            start,
            end,
            actors,
            recipients,
            places,
            parts=parts,
            rules=(trigger.entry,),
            presumed=standing == PRESUMED,
        )

    def _standing(
        self, parsed: Parse, trigger: Trigger, parts: Mapping[str, Parts], start: int, end: int
    ) -> str | None:
        """Whether an entry's conditions are met, met if a doer is presumed, or not (None)."""
        for condition in trigger.blocks:
            if condition.part != "complement" and self._holds(parsed, condition, parts, start, end):
                return None
        standing = MET
        for condition in trigger.needs:
            absent = condition.part not in _WORD_PARTS and not parts.get(condition.part)
            if condition.part == "complement" or (absent and condition.optional):
                continue
            humans = trigger.type in VIOLENT and self._humans_meet(parsed, condition, parts)
            if humans or self._holds(parsed, condition, parts, start, end):
                continue
            if not self._may_be_presumed(parsed, trigger, condition, parts):
                return None
            standing = PRESUMED
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

    def _party_of(
        self, parsed: Parse, trigger: Trigger, slots: tuple[str, ...], parts: Mapping[str, Parts]
    ) -> tuple[Who, ...]:
        """The parties of the first part that names any; things and grounds are no parties."""
        for slot in slots:
            whos: list[Who] = []
            for phrase in parts.get(slot, ()):
                if slot == "owner":
                    whos += self._owner(parsed, phrase, trigger)
                else:
                    found = self._with_adjective(parsed, phrase, trigger)
                    whos += [who for who in found if self._is_party(parsed, phrase, who)]
            if whos:
                return tuple(dict.fromkeys(whos))
        return ()

    def _is_party(self, parsed: Parse, phrase: Phrase, who: Who) -> bool:
        if who.known or who.head in self.words.people:
            return True
        if who.head in self.pack.noun_triggers:
            return False  # "a roadside bomb killed two": a deed, not a doer
        return parsed.sentence.words[phrase.head][:1].isupper() and not self.is_place(parsed, phrase)

    def _people_of_place(self, parsed: Parse, parts: Mapping[str, Parts]) -> tuple[Who, ...]:
        """Of "rockets tore through the market" those whom it hits."""
        for slot, phrases in parts.items():
            for phrase in phrases if slot not in _OWN_SLOTS else ():
                if "@civilian" in self.pack.kinds.kinds_of(parsed.sentence.lowers[phrase.head]):
                    return (self.parties.plain_people(parsed.sentence, phrase),)
        return ()

    def _other_party(self, parsed: Parse, parts: Mapping[str, Parts], taken: frozenset[str]) -> tuple[Who, ...]:
        """The other side where the entry's parts name none: any party in an object or adjunct of the trigger."""
        skipped = self.words.locative | _OWN_SLOTS
        for slot, phrases in parts.items():
            if slot in skipped or self.pack.grammar.class_of.get(slot) == "B":
                continue
            for phrase in phrases:
                found = self._known_in(parsed, phrase, taken)
                if found:
                    return found
        return ()

    def _known_in(self, parsed: Parse, phrase: Phrase, taken: frozenset[str]) -> tuple[Who, ...]:
        whos = [w for w in self.parties.read(parsed.sentence, phrase) if w.known and w.classes & POLITICAL]
        for inner in phrase.of:
            whos += [w for w in self.parties.read(parsed.sentence, inner) if w.known and w.classes & POLITICAL]
        if not whos:
            state = self.parties.country_of(parsed.sentence, phrase.start, phrase.full_end, "Government")
            whos = [state] if state is not None else []
        return tuple(dict.fromkeys(who for who in whos if who.party.name not in taken))

    def _with_adjective(self, parsed: Parse, phrase: Phrase, trigger: Trigger) -> list[Who]:
        """Of "Syrian and Russian warplanes": the bare adjective is the state's arm."""
        whos = list(self.parties.read(parsed.sentence, phrase))
        if len(whos) == 1 and not whos[0].known and self._stands_for_its_state(parsed, phrase, trigger):
            institution = _INSTITUTION_OF_TYPE.get(trigger.type, "Government")
            state = self.parties.country_of(parsed.sentence, phrase.start, phrase.end, institution)
            if state is not None:
                return [state]
        return whos

    def _stands_for_its_state(self, parsed: Parse, phrase: Phrase, trigger: Trigger) -> bool:
        """Of "Syrian and Russian warplanes" the adjective; of "her Philippine counterpart" the head."""
        if phrase.end - phrase.start <= 2:  # noqa: PLR2004 - an adjective with its determiner
            return True
        head = parsed.sentence.lowers[phrase.head]
        return trigger.type not in VIOLENT and "@counterpart" in self.pack.kinds.kinds_of(head)

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

    def _holds(self, parsed: Parse, condition: Condition, parts: Mapping[str, Parts], start: int, end: int) -> bool:
        words = _WORD_PARTS.get(condition.part)
        if words is not None:
            return bool(condition.wanted.intersection(words(parsed, start, end)))
        phrases = parts.get(condition.part, ())
        if "*" in condition.wanted:
            return bool(phrases)
        return any(self._phrase_has(parsed, phrase, condition.wanted) for phrase in phrases)

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

    def _phrase_has(self, parsed: Parse, phrase: Phrase, wanted: frozenset[str]) -> bool:
        lowers = parsed.sentence.lowers
        if wanted.intersection(lowers[phrase.start : phrase.full_end]):
            return True
        if any(wanted & self.pack.kinds.kinds_of(lowers[part.head]) for part in (phrase, *phrase.of)):
            return True
        if any(wanted & who.classes and who.is_head for who in self.parties.read(parsed.sentence, phrase)):
            return True
        if wanted & {"state", "political"} and self.parties.country_of(
            parsed.sentence, phrase.start, phrase.end, "Government"
        ):
            return True
        return "place" in wanted and self.is_place(parsed, phrase)


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


def _match_rest(parsed: Parse, verb: Verb, trigger: Trigger) -> tuple[int, Phrase | None]:
    """End of a phrase that begins with the verb, and what stands in its gap; -1 when it is not there."""
    at = verb.main + 1
    lowers, classes = parsed.sentence.lowers, parsed.classes
    gap: Phrase | None = None
    wide = False
    for word in trigger.lemma[1:]:
        if word == GAP:
            wide = True
            continue
        limit = min(len(lowers), at + (_GAP_TOKENS if wide else _SKIP_TOKENS) + 1)
        place = at
        while place < limit and lowers[place] != word:
            if not wide and classes[place] not in "ADJjQ":
                return -1, None
            if classes[place] in ".;":
                return -1, None
            place += 1
        if place >= limit:
            return -1, None
        if wide and place > at:
            begin = at
            stop = place
            while stop > begin and classes[stop - 1] in "PABOT":
                stop -= 1
            gap = gap or (Phrase(begin, stop) if stop > begin else None)
        wide = False
        at = place + 1
    return at, gap


def _by_preposition(preps: Preps) -> dict[str, Parts]:
    parts: dict[str, Parts] = {}
    for word, phrase in preps:
        for name in {word, word.rsplit(" ", 1)[-1]}:
            parts[name] = (*parts.get(name, ()), phrase)
    return parts


def _inside(spans: tuple[tuple[int, int], ...], token: int) -> bool:
    return any(start <= token < end for start, end in spans)
