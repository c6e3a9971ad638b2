"""What the words of a sentence tell of, one trigger at a time: its parts, its parties, and whether its entry is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from worker.events import scopes
from worker.events.composing_words import ComposeWords
from worker.events.conditions import PRESUMED, Conditions
from worker.events.entries import Entries
from worker.events.frames import right_of
from worker.events.heard import Heard
from worker.events.lexicon import GAP, Trigger
from worker.events.mention import NO_OTHER_PARTY, Mention, PlaceTest
from worker.events.pack import Pack
from worker.events.parties import PartyReader
from worker.events.scopes import MoodWords
from worker.events.sides import Sides
from worker.events.syntax import FrameWords, Parse, Parts, Phrase, Preps, Verb
from worker.events.who import apart

_GAP_TOKENS = 8  # "took the mayor of the town hostage": words that may stand in a phrase's gap
_AT_HOME = frozenset({"ASSAULT", "AID"})  # types that befall whoever lives in a place that is named
_PROMISED = frozenset({"AGREE", "CONCEDE"})
_GOVERNING = frozenset("PTOB")  # classes of the words that govern a noun after them
_COPULA = "E"  # class of "be": what follows it in a phrase says whether the deed is still to come
_OF_A_NEGATION = frozenset({"denied", "planned", "hypothetical"})  # "would not rule out force" is said now, and meant
_SKIP_TOKENS = 2  # "take full control": words of no weight inside a phrase


class MentionFinder:
    """Finds triggers and the parties in the parts of the sentence that their entries name."""

    def __init__(
        self,
        pack: Pack,
        entries: Entries,
        frame_words: FrameWords,
        mood: MoodWords,
        parties: PartyReader,
        is_place: PlaceTest,
        article: frozenset[str],
    ) -> None:
        self.pack = pack
        self.entries = entries
        self.frame_words = frame_words
        self.mood = mood
        self.words = ComposeWords.of(pack)
        self.parties = parties
        self.conditions = Conditions(pack, self.words, parties, is_place, article)
        self.sides = Sides(pack, self.words, parties, is_place)

    # --- verbs ----------------------------------------------------------------------------------------------

    def _from_verbs(self, parsed: Parse, heard: Heard, stands: Callable[[Mention], bool]) -> Iterator[Mention]:
        for verb in parsed.verbs:
            for lemma in verb.lemmas:
                mention = self._from_verb(parsed, verb, self.entries.of_verb(lemma, parsed.word_set), heard, stands)
                if mention is not None:
                    yield mention
                    break

    def _from_verb(
        self,
        parsed: Parse,
        verb: Verb,
        triggers: Sequence[Trigger],
        heard: Heard,
        stands: Callable[[Mention], bool],
    ) -> Mention | None:
        best = self._best_met(parsed, verb, triggers, heard, stands)
        if best is None:
            return None
        signs = scopes.verb_signs(parsed, verb, self.mood, said=heard.holds(verb.main))
        if best.trigger.negated:
            signs -= _OF_A_NEGATION
        copula = parsed.classes[verb.main] == _COPULA
        for inner in parsed.verbs if len(best.trigger.lemma) > 1 else ():
            inside = verb.main < inner.start and inner.end <= best.end
            if inside and (copula or (inner.modal is not None and best.type in _PROMISED)):
                signs |= scopes.verb_signs(parsed, inner, self.mood, said=True)  # "is to host", "said it would host"
        return replace(best, signs=frozenset(signs))

    def _best_met(
        self,
        parsed: Parse,
        verb: Verb,
        triggers: Sequence[Trigger],
        heard: Heard,
        stands: Callable[[Mention], bool],
    ) -> Mention | None:
        """The first entry met in full, or one of its type behind it where it may not stand; else one presumed."""
        if any(trigger.negated for trigger in triggers):
            triggers = sorted((t for t in triggers if verb.negated or not t.negated), key=lambda t: not t.negated)
        best: Mention | None = None
        speaker = heard.speaker_of(verb.main)
        for place, trigger in enumerate(triggers, 1):
            end, gap = _match_rest(parsed, verb, trigger)
            if end < 0:
                continue
            parts = self._verb_parts(parsed, verb, trigger, end, gap)
            parts["speaker"] = speaker
            mention = self._checked(parsed, trigger, parts, verb.main, end, verb=verb)
            if mention is None or (best is not None and (mention.presumed or _is_another_deed(best, mention))):
                continue
            if not mention.presumed and (place == len(triggers) or stands(mention)):
                return mention if best is None or best.presumed or stands(mention) else best
            if best is None or best.presumed:
                best = mention
        return best

    def _verb_parts(
        self, parsed: Parse, verb: Verb, trigger: Trigger, end: int, gap: Phrase | None
    ) -> dict[str, Parts]:
        objects, preps = verb.object, verb.preps
        following: Parts = ()
        if len(trigger.lemma) > 1:
            if end < len(parsed.sentence):
                objects, preps = self._after_words(parsed, end)
            else:
                objects, preps = (), ()
            following = objects
            if gap is not None and parsed.classes[gap.end - 1] != "D":
                objects = (gap,)  # "took the mayor hostage"; of "tightened their control over" the object comes after
        parts = _by_preposition(preps)
        last = trigger.lemma[-1]
        if gap is not None and self.pack.grammar.class_of.get(last) in _GOVERNING:
            parts[last] = following  # "pinned the raid on the rebels"
        if gap is not None:
            marked = parsed.classes[gap.end - 1] == "'" and gap.end - 1 > gap.start
            parts["owner"] = (Phrase(gap.start, gap.end - 1) if marked else gap,)  # "is in the rebels' hands"
        if verb.passive:
            parts["agent"] = verb.agent or tuple(p for w, p in preps if self.pack.grammar.class_of.get(w) == "B")
            parts["subject"] = parts["agent"]
            parts["object"] = verb.subject
        else:
            parts["subject"] = verb.subject
            parts["object"] = objects or (_whose_quoted(parsed, verb) if len(trigger.lemma) == 1 else ())
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

    def _from_nouns(self, parsed: Parse, heard: Heard) -> Iterator[Mention]:
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
                    signs = scopes.noun_signs(parsed, place, end, chunk, self.mood, said=heard.holds(place))
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
        _, preps = right_of(parsed, chunk + 1, self.pack.grammar, self.frame_words, of_noun=True)
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
        return self._checked(parsed, trigger, parts, start, end, chunk=chunk)

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

    # --- the entry asked -------------------------------------------------------------------------------

    def _checked(
        self,
        parsed: Parse,
        trigger: Trigger,
        parts: dict[str, Parts],
        start: int,
        end: int,
        *,
        verb: Verb | None = None,
        chunk: int = 0,
    ) -> Mention | None:
        standing = self.conditions.standing(parsed, trigger, parts, start, end)
        if standing is None:
            return None
        actors = self.sides.party_of(parsed, trigger, trigger.actor, parts)
        recipients = self.sides.party_of(parsed, trigger, trigger.recipient, parts, suffering=True)
        for slot in trigger.both:
            actors = (*actors, *(w for w in self.sides.party_of(parsed, trigger, (slot,), parts) if w not in actors))
        actors, recipients = apart(actors, recipients)
        if not recipients and "sufferer" in parts:
            recipients = self.sides.party_of(parsed, trigger, ("sufferer",), parts)
        if not recipients and trigger.recipient and trigger.type not in NO_OTHER_PARTY:
            names = frozenset(who.party.name for who in actors)
            recipients = self.sides.other_party(parsed, parts, names)
        if not recipients and trigger.type in _AT_HOME:
            recipients = self.sides.people_of_place(parsed, parts)
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
            verb=verb,
            chunk=chunk if verb is None else verb.chunk,
            parts=parts,
            rules=(trigger.entry,),
            presumed=standing == PRESUMED,
        )


def _is_another_deed(refused: Mention, mention: Mention) -> bool:
    """Where one meaning of a word is refused, another that asks less is no better: only the same one may be asked."""
    return not refused.presumed and refused.type != mention.type


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
        while place < min(limit, len(lowers)) and lowers[place] != word:
            if not wide and parsed.chunks[parsed.chunk_of_token[place]].kind == "TIME":
                limit += 1  # "demanded on Friday that"
            elif not wide and classes[place] not in "ADJjQ" and not _opens_time(parsed, place):
                return -1, None
            if classes[place] in ".;":
                return -1, None
            place += 1
        if place >= min(limit, len(lowers)):
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


def _whose_quoted(parsed: Parse, verb: Verb) -> Parts:
    """Of "criticised Beijing's 'reckless' conduct" whose it is, where a quotation breaks the phrase."""
    kinds = [chunk.kind for chunk in parsed.chunks[verb.chunk + 1 : verb.chunk + 4]]
    if len(kinds) < 3 or kinds[0] not in {"Y", "NP"} or kinds[1:] != ["'", '"']:  # noqa: PLR2004 - name, mark, quotation
        return ()
    owner = parsed.chunks[verb.chunk + 1]
    return (Phrase(owner.start, owner.end),)


def _opens_time(parsed: Parse, place: int) -> bool:
    """Whether a preposition governs a day: the "on" of "on Friday"."""
    chunk = parsed.chunk_of_token[place]
    following = parsed.chunks[chunk + 1].kind if chunk + 1 < len(parsed.chunks) else ""
    return parsed.chunks[chunk].kind == "P" and following == "TIME"


def _by_preposition(preps: Preps) -> dict[str, Parts]:
    parts: dict[str, Parts] = {}
    for word, phrase in preps:
        for name in {word, word.rsplit(" ", 1)[-1]}:
            parts[name] = (*parts.get(name, ()), phrase)
    return parts
