"""From the parts of a sentence to what they tell of: triggers with their actors and recipients.

Which word tells of what, and in which part of the sentence its parties stand, is the lexicon's; here are the rules that
hold for any language, after the PLOVER manual of 2024: what is promised is an agreement, what is refused a rejection,
what is threatened a threat, and the harm an attack does is the attack's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from worker.events import scopes
from worker.events.heard import Heard
from worker.events.lexicon import Trigger
from worker.events.mention import NO_OTHER_PARTY, Mention
from worker.events.mentions import MentionFinder
from worker.events.speech import Said
from worker.events.syntax import Parse, Phrase, Verb
from worker.events.who import POLITICAL, Who

TWO_SIDED = frozenset({"both"})
FUTURE_COOPERATION = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID"})
THREATENED_MODE: Mapping[tuple[str, str | None], str | None] = {
    ("COERCE", "seize"): "territory",
    ("COERCE", "arrest"): "arrest",
    ("COERCE", "deport"): "expel",
    ("SANCTION", "expel"): "expel",
}
_ANNOUNCED = frozenset({"ASSAULT", "COERCE", "SANCTION"})
_TALKED_OF = frozenset({"CONSULT", "AGREE"})  # talks that are asked for or refused are not held
_TALKING = frozenset({"REQUEST", "REJECT", "AGREE", "CONCEDE", "THREATEN", "SANCTION"})
_JUDGING = frozenset({"ACCUSE", "SUPPORT", "REJECT"})  # "condemned the coup": what is judged is told elsewhere
_DEEDS = frozenset({"ASSAULT", "COERCE", "SANCTION", "PROTEST", "MOBILIZE"})
_WITHHELD = frozenset(
    {"ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "RETREAT", "REJECT"}
)  # threats, when "unless" follows
REFUSED_MODE: Mapping[str, str | None] = {
    "CONSULT": "meet", "AGREE": None, "AID": "assist", "COOPERATE": "assist", "RETREAT": "yield", "CONCEDE": "yield",
}  # fmt: skip
_THREATENED_TYPE_MODE: Mapping[str, str | None] = {
    "REJECT": None,
    "PROTEST": None,
    "ASSAULT": "violence",
    "COERCE": "restrict",
    "SANCTION": "relations",
    "MOBILIZE": "violence",
}

OBLIGATION = Trigger(
    entry="composition:what another must do is a request",
    group="composition",
    lemma=(),
    pos="verb",
    type="REQUEST",
    mode=None,
    actor=(),
    recipient=(),
    place=(),
    both=(),
    needs=(),
    blocks=(),
    gate="strict",
    signed=False,
)


JOINT = replace(OBLIGATION, entry="composition:what two states do side by side is cooperation", type="COOPERATE")
ALLEGATION = replace(OBLIGATION, entry="composition:who alleges harm by another side accuses it", type="ACCUSE")


class Composer(MentionFinder):
    """Finds what one document's sentences tell of, and composes it."""

    def mentions(
        self,
        parsed: Parse,
        said: tuple[Said, ...],
        running: tuple[tuple[int, int], ...] = (),
        stands: Callable[[Mention], bool] = lambda _: True,
    ) -> list[Mention]:
        """Find the events a sentence tells of.

        Args:
            parsed: The sentence.
            said: The sentence's attributions.
            running: Token ranges that are reported words of an earlier sentence's speaker.
            stands: Whether a mention may be an event at all; where one may not, the next entry of its verb is asked.

        Returns:
            Mentions in order; harm joined to the attack that did it, what is planned or refused composed.
        """
        heard = Heard(said, running)
        found = [*self._from_verbs(parsed, heard, stands), *self._from_nouns(parsed, heard)]
        found += self._jointly(parsed, found)
        found = [*self._obliged(parsed, found, said), *self._alleged(parsed, found, said)]
        found.sort(key=lambda mention: (mention.start, -mention.end))
        found = [self._announced(mention, said) for mention in self._composed(parsed, found)]
        return self._accompanied(parsed, self._joined(self._absorbed(_longest(found))))

    def _accompanied(self, parsed: Parse, found: list[Mention]) -> list[Mention]:
        """Of "warplanes bombed the town and Russian jets flew beside them" the second party takes part as well."""
        out = list(found)
        for verb in parsed.verbs:
            if (
                verb.negated
                or verb.modal is not None
                or verb.shape != "finite"
                or not self._keeps_company(parsed, verb)
            ):
                continue
            deeds = (i for i, m in enumerate(out) if m.type in NO_OTHER_PARTY - {"CONSULT"} and m.end <= verb.start)
            at = max((i for i in deeds if out[i].actors), default=None)
            if at is None:
                continue
            names = {who.party.name for who in out[at].actors}
            joined = [w for p in verb.subject for w in self.parties.read(parsed.sentence, p)]
            extra = tuple(w for w in joined if w.known and "armed" in w.classes and w.party.name not in names)
            out[at] = replace(out[at], actors=(*out[at].actors, *extra))
        return out

    def _keeps_company(self, parsed: Parse, verb: Verb) -> bool:
        beside = [phrase for word, phrase in verb.preps if word in self.words.beside]
        with_them = beside + (list(verb.object) if not self.words.joining.isdisjoint(verb.lemmas) else [])
        return any(
            phrase.end - phrase.start == 1 and parsed.sentence.lowers[phrase.start] in self.parties.humans
            for phrase in with_them
        )

    def _obliged(self, parsed: Parse, found: list[Mention], said: tuple[Said, ...]) -> list[Mention]:
        """What somebody says that another must do is a request (PLOVER: demands are requests)."""
        out = list(found)
        for verb in parsed.verbs:
            if verb.modal not in self.mood.obliging or verb.negated or not verb.subject:
                continue
            over = [one for one in said if one.covers(verb.main) and one.stance == "say" and one.links]
            if not over:
                continue
            link = over[-1].links[0]
            actors = tuple(w for w in self.parties.read(parsed.sentence, Phrase(link.start, link.end)) if w.known)
            recipients = tuple(w for p in verb.subject for w in self.parties.read(parsed.sentence, p) if w.known)
            if not actors or not recipients or actors[0].party.name == recipients[0].party.name:
                continue
            out = [m for m in out if m.verb is not verb and not (m.verb is not None and m.verb.governor == verb.chunk)]
            out.append(
                Mention(
                    OBLIGATION, "REQUEST", None, parsed, verb.start, verb.main + 1, actors, recipients,
                    verb=verb, chunk=verb.chunk, rules=(OBLIGATION.entry,),
                )
            )  # fmt: skip
        return out

    def _alleged(self, parsed: Parse, found: list[Mention], said: tuple[Said, ...]) -> Iterator[Mention]:
        """Who alleges that another side did harm accuses it; the harm itself stands beside it, claimed."""
        for one in said:
            verb = next((v for v in parsed.verbs if (v.start, v.end) == one.cue), None)
            if verb is None or not one.links or self.words.alleging.isdisjoint(verb.lemmas):
                continue
            link = one.links[0]
            actors = tuple(w for w in self.parties.read(parsed.sentence, Phrase(link.start, link.end)) if w.known)
            own = {who.party.name for who in actors}
            for mention in found:
                harm = (
                    mention.type in {"ASSAULT", "COERCE"}
                    and one.covers(mention.start)
                    and not mention.signs & {"denied"}
                )
                blamed = tuple(
                    w for w in mention.actors if w.known and w.classes & POLITICAL and w.party.name not in own
                )
                if harm and blamed and actors and actors[0].classes & POLITICAL:
                    yield Mention(
                        ALLEGATION, "ACCUSE", "allege", parsed, verb.start, verb.main + 1, actors, blamed,
                        verb=verb, chunk=verb.chunk, rules=(ALLEGATION.entry,),
                    )  # fmt: skip
                    break

    def _jointly(self, parsed: Parse, found: list[Mention]) -> Iterator[Mention]:
        """Of "Swedish and Danish frogmen jointly welded it" cooperation, whatever it is that they do."""
        if all(words[0] not in parsed.word_set for words in self.words.jointly):
            return
        told = {mention.verb.chunk for mention in found if mention.verb is not None}
        for verb in parsed.verbs:
            idle = verb.negated or verb.passive or verb.relative or verb.shape != "finite" or verb.chunk in told
            if idle or not self.frame_words.speaking.isdisjoint(verb.lemmas) or not self._is_joint(parsed, verb):
                continue
            read = [who for phrase in verb.subject for who in self.parties.read(parsed.sentence, phrase)]
            doers = tuple(who for who in read if who.known and who.classes & (POLITICAL | {"armed"}))
            if len({who.party.country for who in doers} - {None}) < 2:  # noqa: PLR2004 - several
                continue
            signs = scopes.verb_signs(parsed, verb, self.mood, said=False)
            yield Mention(
                JOINT, "COOPERATE", None, parsed, verb.main, verb.main + 1, doers,
                signs=frozenset(signs), verb=verb, chunk=verb.chunk, rules=(JOINT.entry,),
            )  # fmt: skip

    def _is_joint(self, parsed: Parse, verb: Verb) -> bool:
        """Whether an adverb of doing it together stands at the verb, not the "together with" of a third."""
        following = min(
            (other.start for other in parsed.verbs if other.start > verb.main), default=len(parsed.sentence)
        )
        words = parsed.sentence.lowers[max(0, verb.start - 1) : following]
        places = (
            (one, at) for one in self.words.jointly for at in range(len(words)) if words[at : at + len(one)] == one
        )
        return any(self.words.beside.isdisjoint(words[at + len(one) : at + len(one) + 1]) for one, at in places)

    # --- composition ----------------------------------------------------------------------------------------

    def _composed(self, parsed: Parse, found: list[Mention]) -> list[Mention]:
        found = [self._with_complement_party(parsed, self._vowed(parsed, mention)) for mention in found]
        by_verb = {m.verb.chunk: m for m in found if m.verb is not None}
        out: list[Mention] = []
        swallowed = {m.verb.chunk for m in found if m.verb is not None and m.trigger.negated}
        for mention in found:
            governor = self._governing_verb(parsed, mention)
            if governor is not None and governor.chunk in swallowed:
                continue  # of "will not rule out striking the port" the strike is what the threat speaks of
            out += self._compose_one(mention, governor, by_verb)
        threats = {m.start for m in out if m.type == "THREATEN"}
        out = [m for m in out if not (m.type == "AGREE" and m.start in threats)]
        out = [m for m in out if not _is_asked_for(parsed, m, out)]
        kept: list[Mention] = []
        for mention in out:
            complement = next(
                (c for c in (*mention.trigger.needs, *mention.trigger.blocks) if c.part == "complement"), None
            )
            if complement is None or self._complement_holds(parsed, mention, found):
                kept.append(mention)
        return kept

    def _with_complement_party(self, parsed: Parse, mention: Mention) -> Mention:
        """Of "agreed to send aid to Sudan" and "demanded that Sudan open" the other side stands in the complement."""
        verb = mention.verb
        if verb is None or mention.recipients or mention.type in NO_OTHER_PARTY or not mention.trigger.recipient:
            return mention
        taken = frozenset(who.party.name for who in mention.actors)
        if mention.type == "THREATEN":
            unmet = self._whose_condition(parsed, verb, taken)
            if unmet:
                return replace(mention, recipients=unmet)
        for other in parsed.verbs:
            if other.chunk <= verb.chunk:
                continue
            clause = other.shape == "finite" and _is_complement_clause(parsed, verb, other)
            if other.governor != verb.chunk and not clause:
                continue
            adjuncts = (phrase for word, phrase in other.preps if word not in self.words.locative)
            for phrase in (*(other.subject if clause else ()), *other.object, *adjuncts):
                found = self.sides.known_in(parsed, phrase, taken)
                if found:
                    return replace(mention, recipients=found)
        return replace(mention, recipients=self._people_promised(parsed, verb, taken))

    def _people_promised(self, parsed: Parse, verb: Verb, taken: frozenset[str]) -> tuple[Who, ...]:
        """Of "agreed to compensate 400 farmers" and "threatened to kill the captives" the people."""
        done = (v for v in parsed.verbs if v.governor == verb.chunk and v.shape == "infinitive")
        whos = (
            who
            for v in done
            if not self._moves_people(v)
            for phrase in v.object
            for who in self.parties.read(parsed.sentence, phrase)
        )
        return tuple(who for who in whos if who.classes & {"civil", "victim"} and who.party.name not in taken)

    def _moves_people(self, verb: Verb) -> bool:
        """Of "agreed to send 78 medics" the medics are the means."""
        return any(
            t.type == "MOBILIZE" and t.lemma == (lemma,)
            for lemma in verb.lemmas
            for t in self.pack.verb_triggers.get(lemma, ())
        )

    def _whose_condition(self, parsed: Parse, verb: Verb, taken: frozenset[str]) -> tuple[Who, ...]:
        """Of "threatened a strike unless Israel yields" who can avert it, or bring it about."""
        for start, _ in scopes.conditional_spans(parsed, self.mood):
            clause = next((v for v in parsed.verbs if v.start > start), None)
            if start < verb.end or clause is None:
                continue
            for phrase in clause.subject:
                found = self.sides.known_in(parsed, phrase, taken)
                if found:
                    return found
        return ()

    def _announced(self, mention: Mention, said: tuple[Said, ...]) -> Mention:
        """Harm that somebody says that he himself will do is a threat: "Ankara said it would expel the envoys"."""
        to_come = "planned" in mention.signs and not mention.signs & {"denied", "hypothetical"}
        if not to_come or mention.verb is None or mention.type not in _ANNOUNCED:
            return mention
        speakers = {
            who.party.name
            for one in said
            if one.links and one.stance == "say" and one.covers(mention.start)
            for who in self.parties.read(mention.parsed.sentence, Phrase(one.links[0].start, one.links[0].end))
        }
        if not any(who.party.name in speakers and who.classes & POLITICAL for who in mention.actors):
            return mention
        mode = THREATENED_MODE.get((mention.type, mention.mode)) or _THREATENED_TYPE_MODE[mention.type]
        return replace(mention, type="THREATEN", mode=mode, rules=(*mention.rules, "announced force is a threat"))

    def _vowed(self, parsed: Parse, mention: Mention) -> Mention:
        """Of "vowed to storm the town" and "promised to strike back" a threat, whatever the object is."""
        verb = mention.verb
        if mention.type != "AGREE" or verb is None or self.words.threatening.isdisjoint(verb.lemmas):
            return mention
        done = [v for v in parsed.verbs if v.governor == verb.chunk and v.shape == "infinitive"]
        if not any(self._only_harms(lemma) for other in done for lemma in other.lemmas):
            return mention
        return replace(
            mention, type="THREATEN", mode="violence", rules=(*mention.rules, "threatened force is a threat")
        )

    def _only_harms(self, lemma: str) -> bool:
        """Whether every meaning of a verb is an attack."""
        found = self.pack.verb_triggers.get(lemma, ())
        return bool(found) and all(trigger.type == "ASSAULT" for trigger in found)

    def _complement_holds(self, parsed: Parse, mention: Mention, found: list[Mention]) -> bool:
        inner = {
            other.type
            for other in found
            if other is not mention and self._governing_verb(parsed, other) is mention.verb and mention.verb is not None
        }
        needed = all(c.wanted & inner for c in mention.trigger.needs if c.part == "complement")
        blocked = any(c.wanted & inner for c in mention.trigger.blocks if c.part == "complement")
        return needed and not blocked

    def _governing_verb(self, parsed: Parse, mention: Mention) -> Verb | None:
        if mention.verb is not None:
            above = mention.verb.governor
            return parsed.by_chunk.get(above) if above is not None else None
        for verb, relation in scopes.verbs_over(parsed, mention.start):
            if relation == "object":
                if verb.governor is None or self.words.light_subject.isdisjoint(verb.lemmas):
                    return verb
                return parsed.by_chunk.get(verb.governor, verb)  # "threatened to hold a strike"
        return None

    def _compose_one(  # noqa: C901, PLR0911 - one case a rule of the manual, read top to bottom
        self, mention: Mention, governor: Verb | None, by_verb: Mapping[int, Mention]
    ) -> Iterator[Mention]:
        if self._is_conditional(mention):
            mode = _THREATENED_TYPE_MODE.get(mention.type)
            rules = (*mention.rules, "what is announced 'unless' is a threat")
            yield replace(mention, type="THREATEN", mode=mode, rules=rules)
            return
        if governor is not None and self._is_stopped(mention, governor):
            stopped = self._with_subject(mention, governor, "SANCTION", "help that is stopped is a sanction")
            yield replace(stopped, mode="discontinue")
            return
        refusal = self._as_refusal(mention, governor)
        if refusal is not None:
            yield refusal
            return
        joint = _as_joint(mention)
        if joint is not None:
            yield joint
            return
        lemmas = set(governor.lemmas) if governor is not None else set()
        infinitive = mention.verb is not None and mention.verb.shape == "infinitive"
        nominal = mention.verb is None
        if governor is not None and lemmas & self.words.threatening and (infinitive or nominal):
            threat = self._as_threat(mention, governor, lemmas)
            if threat is not None:
                yield threat
                return
        if (
            governor is not None
            and infinitive
            and lemmas & (self.words.agreeing | self.words.refusing | self.words.urging)
        ):
            outer = by_verb.get(governor.chunk)
            composed = self._as_speech_act(mention, governor, lemmas)
            if composed is not None and (outer is None or outer.type != composed.type):
                yield composed
            elif composed is None:
                yield mention
            return
        if (
            mention.type in FUTURE_COOPERATION
            and "planned" in mention.signs
            and not mention.signs & {"denied", "hypothetical"}
        ):
            yield replace(
                mention,
                type="AGREE",
                mode=None,
                rules=(*mention.rules, "future cooperation is an agreement"),
            )
            return
        if mention.type == "RETREAT" and "planned" in mention.signs and "denied" not in mention.signs:
            yield replace(
                mention,
                type="CONCEDE",
                mode=None,
                rules=(*mention.rules, "an announced retreat is a concession"),
            )
            return
        if governor is not None and nominal and lemmas & self.words.ending and mention.type in {"SANCTION", "COERCE"}:
            yield self._with_subject(mention, governor, "CONCEDE", "restrictions that end are a concession")
            return
        yield mention

    def _is_stopped(self, mention: Mention, governor: Verb) -> bool:
        """Of "stopped sharing intelligence with Washington" the good deed."""
        gerund = mention.verb is not None and mention.verb.shape == "gerund"
        return gerund and mention.type in {"COOPERATE", "AID"} and not self.words.stopping.isdisjoint(governor.lemmas)

    def _is_conditional(self, mention: Mention) -> bool:
        """Of "will withdraw its monitors unless talks resume" the deed, which is to come if another does not yield."""
        if mention.type not in _WITHHELD or not mention.signs & {"planned", "hypothetical"}:
            return False
        if "denied" in mention.signs or not any(who.known for who in mention.actors):
            return False
        following = mention.parsed.sentence.lowers[mention.end :]
        return not self.words.unless.isdisjoint(following)

    def _as_refusal(self, mention: Mention, governor: Verb | None) -> Mention | None:
        """What somebody will not do is refused (PLOVER): "will not sit down with", "cancelled a visit to"."""
        mode = REFUSED_MODE.get(mention.type, "")
        if mode == "":
            return None
        verb = mention.verb
        if verb is not None and verb.negated and not verb.passive and {"denied", "planned"} <= mention.signs:
            signs = mention.signs - {"denied", "planned"}
            refused = replace(mention, type="REJECT", mode=mode, signs=signs)
            return replace(refused, rules=(*mention.rules, "what one will not do is refused"))
        keys = scopes.verb_keys(mention.parsed, governor, self.mood) if governor is not None else ()
        cancels = not self.words.cancelling.isdisjoint(keys)
        if governor is None or verb is not None or not cancels or mention.type not in {"CONSULT", "COOPERATE", "AGREE"}:
            return None
        return replace(self._with_subject(mention, governor, "REJECT", "what is called off is refused"), mode="meet")

    def _as_threat(self, mention: Mention, governor: Verb, lemmas: set[str]) -> Mention | None:
        if mention.type not in _THREATENED_TYPE_MODE:
            return None
        mode = THREATENED_MODE.get((mention.type, mention.mode)) or _THREATENED_TYPE_MODE[mention.type]
        strong = bool(lemmas & {w for w in self.words.threatening if w not in self.words.agreeing})
        if not (strong or mention.type in {"ASSAULT", "SANCTION", "COERCE"}):
            return None
        return replace(
            self._with_subject(mention, governor, "THREATEN", "threatened force is a threat"),
            mode=mode,
            recipients=mention.recipients or self._object_parties(mention, governor),
        )

    def _as_speech_act(self, mention: Mention, governor: Verb, lemmas: set[str]) -> Mention | None:
        if lemmas & self.words.refusing:
            return self._with_subject(mention, governor, "REJECT", "what is refused is a rejection")
        if lemmas & self.words.urging:
            request = self._with_subject(mention, governor, "REQUEST", "what is urged is a request")
            return replace(request, recipients=self._object_parties(mention, governor) or mention.actors)
        if mention.type in {"RETREAT", "CONCEDE"} and lemmas & self.words.consenting:
            return self._with_subject(mention, governor, "AGREE", "what one consents to is an agreement")
        if mention.type in FUTURE_COOPERATION | {"AGREE"}:
            return self._with_subject(mention, governor, "AGREE", "promised cooperation is an agreement")
        if mention.type == "RETREAT":
            return self._with_subject(mention, governor, "CONCEDE", "an announced retreat is a concession")
        return None

    def _with_subject(self, mention: Mention, governor: Verb, kind: str, rule: str) -> Mention:
        """The governing verb's subject does it, and its own certainty is what counts."""
        doers = governor.agent if governor.passive else governor.subject
        actors = tuple(
            who for phrase in doers for who in self.sides.with_adjective(mention.parsed, phrase, mention.trigger)
        )
        signs = scopes.verb_signs(mention.parsed, governor, self.mood, said=False)
        return replace(
            mention,
            type=kind,
            mode=None,
            actors=actors or mention.actors,
            signs=frozenset(signs),
            start=governor.main,
            end=governor.main + 1,
            evidence=((mention.start, mention.end),),
            rules=(*mention.rules, rule),
        )

    def _object_parties(self, mention: Mention, governor: Verb) -> tuple[Who, ...]:
        phrases = governor.subject if governor.passive else governor.object
        phrases = phrases or tuple(p for _, p in governor.preps[:1])
        return tuple(who for phrase in phrases for who in self.parties.read(mention.parsed.sentence, phrase))

    def _absorbed(self, found: list[Mention]) -> list[Mention]:
        """Of "repelled an attack", "countered the advance": the noun is what the verb is done to, not told apart."""
        verbs = {id(m.verb): m.type for m in found if m.verb is not None}
        out = []
        for mention in found:
            over = scopes.verbs_over(mention.parsed, mention.start) if mention.verb is None else ()
            above = {verbs[id(verb)] for verb, relation in over if relation in {"object", "prep"} and id(verb) in verbs}
            held = {verbs[id(verb)] for verb, relation in over if relation == "object" and id(verb) in verbs}
            if "ASSAULT" in held or mention.type in held or (mention.type in _TALKED_OF and above & _TALKING):
                continue
            out.append(replace(mention, topic=True) if above & _JUDGING and mention.type in _DEEDS else mention)
        return out

    # --- harm and the attack that did it --------------------------------------------------------------------

    def _joined(self, found: list[Mention]) -> list[Mention]:
        """One ASSAULT for an attack and the harm it did, when the grammar or the lack of a rival says so."""
        out: list[Mention] = []
        for mention in found:
            partner = next((i for i, other in enumerate(out) if _same_attack(other, mention)), None)
            if partner is None:
                out.append(mention)
            else:
                out[partner] = _join(out[partner], mention)
        return out


def _is_complement_clause(parsed: Parse, verb: Verb, other: Verb) -> bool:
    """Whether the second verb's clause is what the first verb takes: "demanded that Chad withdraw"."""
    if not other.subject:
        return False
    between = parsed.chunks[verb.chunk + 1 : parsed.chunk_of_token[other.subject[0].start]]
    kinds = {chunk.kind for chunk in between}
    return "K" in kinds and kinds <= {"K", "TIME", "A", "P", "NP"}


def _is_asked_for(parsed: Parse, mention: Mention, found: Iterable[Mention]) -> bool:
    """Of "demanded that Washington provide aid" the aid: a bare verb in a demand's clause tells of nothing done."""
    verb = mention.verb
    if verb is None or verb.shape != "finite" or parsed.classes[verb.main] != "b" or verb.modal is not None:
        return False
    asking = (m.verb for m in found if m.type == "REQUEST" and m.verb is not None and m.verb.chunk < verb.chunk)
    return any(_is_complement_clause(parsed, one, verb) for one in asking)


def _as_joint(mention: Mention) -> Mention | None:
    """One state's exercise shows force; that of several is cooperation (PLOVER)."""
    if mention.type != "MOBILIZE" or len({who.party.country for who in mention.actors} - {None}) < 2:  # noqa: PLR2004 - several
        return None
    return replace(mention, type="COOPERATE", mode=None, rules=(*mention.rules, "a joint exercise is cooperation"))


def mention_to_come(mention: Mention) -> Mention:
    """Future cooperation is an agreement, also where only the day says that it is to come."""
    if mention.type not in FUTURE_COOPERATION or mention.signs & {"denied", "hypothetical"}:
        return mention
    return replace(mention, type="AGREE", mode=None, rules=(*mention.rules, "future cooperation is an agreement"))


def _longest(found: list[Mention]) -> list[Mention]:
    """Of overlapping triggers the longest stands."""
    out: list[Mention] = []
    for mention in found:
        if out and out[-1].start <= mention.start < out[-1].end and out[-1].verb is mention.verb:
            continue
        if out and mention.start < out[-1].end and mention.type == out[-1].type:
            continue
        out.append(mention)
    return out


def _same_attack(one: Mention, other: Mention) -> bool:
    """Whether two ASSAULT words of a sentence tell of one attack."""
    if {one.type, other.type} != {"ASSAULT"} or bool(one.signs & {"denied"}) != bool(other.signs & {"denied"}):
        return False
    linked = _linked(one, other)
    if one.mode != other.mode:
        apart = {one.mode, other.mode} & {"abduct", "sexual", "torture"}
        if apart or (one.mode and other.mode and not linked):
            return False
    names = {w.party.name for w in one.actors}, {w.party.name for w in other.actors}
    if names[0] and names[1]:
        return bool(names[0] & names[1]) and linked
    return linked or not (one.actors and other.actors)


def _linked(one: Mention, other: Mention) -> bool:
    """By grammar: one is subject or adjunct of the other, shares its subject, or is its gerund."""
    for noun, verb in ((one, other), (other, one)):
        if verb.verb is None:
            continue
        if noun.verb is None:
            for over, relation in scopes.verbs_over(noun.parsed, noun.start):
                if over is verb.verb and relation in {"subject", "prep", "object", "passive subject"}:
                    return True
        elif verb.verb.chunk in {noun.verb.shares, noun.verb.governor}:
            return True
    return False


def _join(one: Mention, other: Mention) -> Mention:
    """Two words of one attack: the more particular mode, all parties, all evidence."""
    mode = one.mode if one.mode is not None else other.mode
    signs = one.signs if one.signs == other.signs else frozenset((one.signs | other.signs) - {"pluperfect"})
    if "historical" not in one.signs or "historical" not in other.signs:
        signs -= {"historical"}
    recipients = (
        *one.recipients,
        *(w for w in other.recipients if w.party.name not in {x.party.name for x in one.recipients}),
    )
    if any(m.trigger.both and len(m.actors) > 1 for m in (one, other)):
        recipients = one.recipients if one.trigger.both else other.recipients  # the dead of a fight are not its aim
    trigger = other.trigger if other.trigger.gate == "violent" else one.trigger
    return replace(
        one,
        trigger=trigger,
        mode=mode,
        actors=one.actors or other.actors,
        recipients=recipients,
        places=(*one.places, *other.places),
        signs=signs,
        evidence=(*one.evidence, (other.start, other.end), *other.evidence),
        rules=(*one.rules, *other.rules, "an attack and the harm it did are one"),
    )
