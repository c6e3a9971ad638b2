"""What stands over a word: a condition, a negation, a plan, a doubt; from its own verb up to the verbs it completes.

Every function is pure and works on one parsed sentence; all words come from the pack (``modality.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from worker.events.pack import Pack
from worker.events.syntax import Parse, Parts, Verb

_MAX_GOVERNORS = 6  # how many verbs may stand over one another before the reader stops climbing


@dataclass(frozen=True, slots=True)
class MoodWords:
    """The pack's words for what is planned, denied, supposed or past."""

    modal_planned: frozenset[str]
    modal_hypothetical: frozenset[str]
    modal_when_said: frozenset[str]
    modal_rumoured: frozenset[str]
    obliging: frozenset[str]
    verbs: tuple[tuple[str, frozenset[str]], ...]
    nouns: tuple[tuple[str, frozenset[str]], ...]
    adjectives: tuple[tuple[str, frozenset[str]], ...]
    condition: tuple[tuple[str, ...], ...]
    question: frozenset[str]
    simile: frozenset[str]
    inverted: frozenset[str]
    undone: frozenset[str]  # prepositions before what was not done
    background_adverbs: frozenset[str]
    definite: frozenset[str]  # before an act that is known already
    presupposing: frozenset[str]  # verbs that leave it open nowhere whether what they speak of took place
    progressive: frozenset[str]  # in the progressive with an infinitive a plan: "are going to strike"
    habit: frozenset[str]  # in the past with an infinitive what was done again and again: "used to attack"
    intending: frozenset[str]  # verbs of a bare plan, under which nothing has been promised yet
    announcing: frozenset[str]  # verbs that call a gathering to come
    trying: frozenset[str]  # verbs of courts and police: what somebody is tried for lies back
    commemorating: frozenset[str]
    mock: frozenset[str]  # before a noun that is not the real thing
    unreal: tuple[str, ...]  # where only a story is told: "in the film"
    background: re.Pattern[str] | None

    @classmethod
    def of(cls, pack: Pack) -> MoodWords:
        """Read the words of a pack."""
        table = pack.tables.get("modality", {})

        def signs(name: str) -> tuple[tuple[str, frozenset[str]], ...]:
            return tuple((sign, frozenset(found)) for sign, found in table.get(name, {}).items())

        phrases = table.get("background", {}).get("phrases", ())
        return cls(
            modal_planned=pack.words("modality", "modals", "planned"),
            modal_hypothetical=pack.words("modality", "modals", "hypothetical"),
            modal_when_said=pack.words("modality", "modals", "planned_when_said"),
            modal_rumoured=pack.words("modality", "modals", "rumoured"),
            obliging=pack.words("modality", "modals", "obliging"),
            verbs=signs("verbs"),
            nouns=signs("nouns"),
            adjectives=signs("adjectives"),
            condition=tuple(tuple(p.split()) for p in table.get("scope", {}).get("condition", ())),
            simile=pack.words("modality", "scope", "simile"),
            inverted=pack.words("modality", "scope", "inverted"),
            question=pack.words("modality", "scope", "question"),
            undone=pack.words("modality", "scope", "undone"),
            definite=pack.words("anaphora", "determiners", "definite"),
            presupposing=pack.words("modality", "presupposing", "verbs"),
            background_adverbs=pack.words("modality", "background", "adverbs"),
            progressive=pack.words("modality", "plans", "progressive"),
            intending=pack.words("modality", "plans", "intending"),
            announcing=pack.words("modality", "plans", "announcing"),
            habit=pack.words("modality", "background", "habit"),
            trying=pack.words("modality", "background", "trying"),
            commemorating=pack.words("modality", "background", "commemorating"),
            mock=pack.words("modality", "unreal", "words"),
            unreal=tuple(table.get("unreal", {}).get("phrases", ())),
            background=re.compile("|".join(re.escape(p) for p in phrases)) if phrases else None,
        )


def conditional_spans(parsed: Parse, mood: MoodWords) -> tuple[tuple[int, int], ...]:
    """Token ranges under an "if": to the comma that is followed by a new clause, or to the end."""
    lowers = parsed.sentence.lowers
    spans = []
    if len(parsed.chunks) > 1 and lowers[0] in mood.inverted and parsed.chunks[1].kind == "NP":
        spans.append((0, _condition_end(parsed, 1)))
    for cue in mood.condition:
        if cue[0] not in lowers:
            continue
        for place, lower in enumerate(lowers):
            if lower == cue[0] and lowers[place : place + len(cue)] == cue and parsed.classes[place] in "KkP":
                spans.append((place, _condition_end(parsed, place)))
    return tuple(spans)


def _condition_end(parsed: Parse, start: int) -> int:
    verb_seen = False
    for chunk in parsed.chunks:
        if chunk.start < start:
            continue
        if chunk.kind == "VG":
            verb_seen = True
        elif chunk.kind == ";" or (chunk.kind == "," and verb_seen):
            return chunk.start
    return len(parsed.sentence)


def verb_signs(parsed: Parse, verb: Verb, mood: MoodWords, *, said: bool) -> set[str]:
    """Signs of certainty on a verb: its own and those of the verbs and nouns it completes.

    Args:
        parsed: The sentence.
        verb: The verb.
        mood: The pack's words.
        said: Whether it lies in somebody's reported words.

    Returns:
        Status words; ``pluperfect`` when only its tense speaks of the past.
    """
    signs = _own_signs(verb, mood, said=said)
    if _is_headline_plan(parsed, verb):
        signs.add("planned")
    if verb.noun_governor is not None:
        signs |= _signs_of_word(parsed.sentence.lowers[verb.noun_governor], mood.nouns)
    if verb.preposition is not None and verb.preposition in mood.undone:
        signs.add("hypothetical")  # "left without firing a shot": nobody said that a shot was fired
    at: Verb | None = verb
    for _ in range(_MAX_GOVERNORS):
        above = at.governor if at is not None else None
        if at is None or above is None:
            break
        governor = parsed.by_chunk[above]
        signs |= _governing_signs(parsed, governor, at, mood, said=said)
        if governor.noun_governor is not None:
            signs |= _signs_of_word(parsed.sentence.lowers[governor.noun_governor], mood.nouns)
        at = governor
    if verb.shares is not None and verb.shape == "gerund":
        signs |= _own_signs(parsed.by_chunk[verb.shares], mood, said=said) - {"denied"}
    return signs


def _is_headline_plan(parsed: Parse, verb: Verb) -> bool:
    """Of the headline "Xi to visit Hanoi" the visit is to come."""
    free = verb.governor is None and verb.noun_governor is None and verb.shape == "infinitive"
    return parsed.sentence.is_title and free and bool(verb.subject)


def _own_signs(verb: Verb, mood: MoodWords, *, said: bool) -> set[str]:
    signs: set[str] = set()
    if verb.negated:
        signs.add("denied")
    if verb.modal is not None:
        if verb.modal in mood.modal_planned or (said and verb.modal in mood.modal_when_said):
            signs.add("planned")
        elif verb.modal in mood.modal_rumoured:
            signs.add("rumoured")
        elif verb.modal in mood.modal_hypothetical and not verb.negated:
            signs.add("hypothetical")
    if verb.tense == "pluperfect":
        signs.add("pluperfect")
    return signs


def verb_keys(parsed: Parse, verb: Verb, mood: MoodWords) -> tuple[str, ...]:
    """The names under which a verb is looked up: with its particle when the pack knows that ("call off"), else bare."""
    following = parsed.sentence.lowers[verb.end : verb.end + 1]
    phrases = tuple(f"{lemma} {word}" for lemma in verb.lemmas for word in following)
    known = tuple(phrase for phrase in phrases if any(phrase in words for _, words in mood.verbs))
    return known or verb.lemmas


def _governing_signs(parsed: Parse, governor: Verb, governed: Verb, mood: MoodWords, *, said: bool) -> set[str]:
    signs = _own_signs(governor, mood, said=said)
    for lemma in verb_keys(parsed, governor, mood):
        found = _signs_of_word(lemma, mood.verbs)
        if governed.shape == "gerund" and governed.preposition is None:
            found -= {"planned"}
        signs |= found
    if governed.preposition is not None and not mood.trying.isdisjoint(governor.lemmas):
        signs.add("historical")  # "was jailed for killing a judge"
    if governed.shape != "infinitive" or governor.passive:
        return signs
    if set(governor.lemmas) & {"be"} or (
        parsed.classes[governor.main] == "g" and not mood.progressive.isdisjoint(governor.lemmas)
    ):
        signs.add("planned")
    if governor.tense == "past" and not governor.object and not mood.habit.isdisjoint(governor.lemmas):
        signs.add("historical")
    return signs


def _signs_of_word(word: str, table: Iterable[tuple[str, frozenset[str]]]) -> set[str]:
    return {sign for sign, words in table if word in words}


def noun_signs(parsed: Parse, start: int, end: int, chunk: int, mood: MoodWords, *, said: bool) -> set[str]:
    """Signs of certainty on a nominal event: its adjectives, the noun before "of", and the verb it is part of.

    Args:
        parsed: The sentence.
        start: First token of the event's words.
        end: Token after the last.
        chunk: The noun phrase that holds them.
        mood: The pack's words.
        said: Whether it lies in somebody's reported words.

    Returns:
        Status words.
    """
    signs = _signs_beside(parsed, start, end, chunk, mood)
    before = parsed.chunks[chunk - 1] if chunk else None
    known = parsed.sentence.lowers[parsed.chunks[chunk].start] in mood.definite
    for verb, relation in verbs_over(parsed, start):
        if relation == "object" and known and mood.presupposing.intersection(verb.lemmas):
            continue  # "will discuss the bombardment": it took place
        if relation == "subject" and verb.shape == "finite" and verb.tense == "past" and not verb.negated:
            signs.discard("planned")  # "the planned march drew thousands"
        if relation in {"object", "passive subject"} or (relation == "prep" and before is not None):
            signs |= _signs_over(parsed, verb, relation, chunk, mood, said=said)
        elif relation == "subject":
            signs |= verb_signs(parsed, verb, mood, said=said) - {"denied"}
    return signs


def _signs_beside(parsed: Parse, start: int, end: int, chunk: int, mood: MoodWords) -> set[str]:
    """What the words of its own phrase, and those it hangs on, say of a nominal event."""
    lowers = parsed.sentence.lowers
    signs: set[str] = set()
    for token in range(parsed.chunks[chunk].start, start):
        signs |= _signs_of_word(lowers[token], mood.adjectives)
        if lowers[token] in mood.background_adverbs:
            signs.add("historical")
    for token in range(end, parsed.chunks[chunk].end):
        signs |= _signs_of_word(lowers[token], mood.nouns)  # "attack plan", "coup rumours"
    before = parsed.chunks[chunk - 1] if chunk else None
    if before is not None and before.kind == "P" and chunk >= 2:  # noqa: PLR2004 - a noun and a preposition before it
        quoted = parsed.chunks[chunk - 2].kind == '"' and chunk >= 3  # noqa: PLR2004 - and a mark between the two
        governing = parsed.chunks[chunk - 3 if quoted else chunk - 2]
        if governing.kind == "NP":
            signs |= _signs_of_word(lowers[governing.end - 1], mood.nouns)
    if before is not None and lowers[before.end - 1] in mood.simile:
        signs.add("hypothetical")
    return signs


def _signs_over(parsed: Parse, verb: Verb, relation: str, chunk: int, mood: MoodWords, *, said: bool) -> set[str]:
    """What the verb that a nominal event is part of does to it."""
    chain = verb_signs(parsed, verb, mood, said=said)
    own = {sign for key in verb_keys(parsed, verb, mood) for sign in _signs_of_word(key, mood.verbs)}
    if relation == "prep":
        if not mood.trying.isdisjoint(verb.lemmas) and parsed.chunks[chunk - 1].first != "B":
            own = own | {"historical"}
        chain -= {"denied"}
        own = own - {"denied", "claimed"} if _is_asked_for(parsed, chunk) else set()
    return chain | own


def _is_asked_for(parsed: Parse, chunk: int) -> bool:
    """Of "called for an attack", "warned of an attack": the preposition follows the verb or its object directly."""
    return chunk >= 2 and parsed.chunks[chunk - 1].first in "kOPT" and parsed.chunks[chunk - 2].kind == "VG"  # noqa: PLR2004


def verbs_over(parsed: Parse, token: int) -> Iterator[tuple[Verb, str]]:
    """Verbs that a noun at ``token`` is part of, and as what: object, subject, passive subject, prep."""

    def holds(parts: Parts) -> bool:
        return any(p.start <= token < p.full_end for p in parts)

    for verb in parsed.verbs:
        if holds(verb.object):
            yield verb, "object"
        elif holds(verb.subject):
            yield verb, "passive subject" if verb.passive else "subject"
        elif holds(tuple(phrase for _, phrase in verb.preps)):
            yield verb, "prep"
