"""What stands over a word: somebody's speech, a condition, a negation, a plan, a doubt.

Every function is pure and works on one parsed sentence; all words come from the pack (``attribution.toml`` and
``modality.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from worker.events.frames import Parse, Parts, Phrase, Verb
from worker.events.pack import Pack

_RELAY_CHUNKS = 4  # phrases between a source and "cited by X"
_MAX_GOVERNORS = 6  # how many verbs may stand over one another before the reader stops climbing


@dataclass(frozen=True, slots=True)
class SpeechWords:
    """The pack's words for who says so."""

    say: frozenset[str]
    addressing: frozenset[str]
    deny: frozenset[str]
    accuse: frozenset[str]
    relay: frozenset[str]
    prepositions: tuple[tuple[str, ...], ...]
    relayed: frozenset[str]
    via_prepositions: frozenset[str]
    source_prepositions: frozenset[str]
    adverbs: frozenset[str]
    report_nouns: frozenset[str]
    rumour_nouns: frozenset[str]
    false_nouns: frozenset[str]
    impersonal: frozenset[str]
    refuting: frozenset[str]
    refutable: frozenset[str]
    unverified: re.Pattern[str] | None
    back_reference: frozenset[str]

    @classmethod
    def of(cls, pack: Pack) -> SpeechWords:
        """Read the words of a pack."""
        words = {name: pack.words("attribution", name) for name in cls.__slots__}
        patterns = pack.tables.get("attribution", {}).get("unverified", ())
        phrases = pack.tables.get("attribution", {}).get("prepositions", ())
        values: dict[str, Any] = {
            **words,
            "prepositions": tuple(tuple(phrase.split()) for phrase in phrases),
            "unverified": re.compile("|".join(patterns)) if patterns else None,
        }
        return cls(**values)


@dataclass(frozen=True, slots=True)
class MoodWords:
    """The pack's words for what is planned, denied, supposed or past."""

    modal_planned: frozenset[str]
    modal_hypothetical: frozenset[str]
    modal_when_said: frozenset[str]
    obliging: frozenset[str]
    verbs: tuple[tuple[str, frozenset[str]], ...]
    nouns: tuple[tuple[str, frozenset[str]], ...]
    adjectives: tuple[tuple[str, frozenset[str]], ...]
    condition: tuple[tuple[str, ...], ...]
    question: frozenset[str]
    simile: frozenset[str]
    inverted: frozenset[str]
    denied_prepositions: frozenset[str]
    background_adverbs: frozenset[str]
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
            obliging=pack.words("modality", "modals", "obliging"),
            verbs=signs("verbs"),
            nouns=signs("nouns"),
            adjectives=signs("adjectives"),
            condition=tuple(tuple(p.split()) for p in table.get("scope", {}).get("condition", ())),
            simile=pack.words("modality", "scope", "simile"),
            inverted=pack.words("modality", "scope", "inverted"),
            question=pack.words("modality", "scope", "question"),
            denied_prepositions=pack.words("modality", "scope", "denied_prepositions"),
            background_adverbs=pack.words("modality", "background", "adverbs"),
            background=re.compile("|".join(re.escape(p) for p in phrases)) if phrases else None,
        )


@dataclass(frozen=True, slots=True)
class Link:
    """The phrase of one source: tokens of a sentence."""

    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """One attribution: who, by which word, and which tokens of the sentence are theirs."""

    links: tuple[Link, ...]  # innermost first; empty when nobody is named
    cue: tuple[int, int]
    content: tuple[int, int]
    stance: str  # say, deny, accuse, anonymous, rumour
    main: bool = False  # the content is a whole clause, not a noun phrase

    def covers(self, token: int) -> bool:
        """Whether a token lies in what is said."""
        return self.content[0] <= token < self.content[1]


def attributions(parsed: Parse, words: SpeechWords) -> tuple[Said, ...]:
    """Find everything in a sentence that is somebody's word.

    Args:
        parsed: The sentence.
        words: The pack's words.

    Returns:
        Attributions, the widest content first.
    """
    found = [*_from_verbs(parsed, words), *_from_prepositions(parsed, words), *_from_words(parsed, words)]
    return tuple(sorted(found, key=lambda said: said.content[0] - said.content[1]))


# --- speaking verbs ------------------------------------------------------------------------------------------


def _from_verbs(parsed: Parse, words: SpeechWords) -> Iterator[Said]:
    for verb in parsed.verbs:
        for lemma in verb.lemmas:
            said = _from_verb(parsed, verb, lemma, words)
            if said is not None:
                yield said
                break


def _from_verb(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> Said | None:
    if verb.passive:
        return _impersonal(parsed, verb, lemma, words)
    if verb.subject and verb.object and lemma in words.accuse:
        content = (verb.object[0].start, _clause_end(parsed, verb.end))
        return Said(_links(parsed, verb, words), (verb.start, verb.end), content, "accuse")
    if verb.subject and verb.object and lemma in words.relay:
        return _relayed(parsed, verb, words)
    return _spoken(parsed, verb, lemma, words)


def _spoken(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> Said | None:
    stance = "deny" if lemma in words.deny else "say"
    free = verb.shape == "infinitive" and verb.governor is None and verb.noun_governor is None
    if free or lemma not in words.say | words.deny or (verb.negated and stance == "say"):
        return None
    reported = _content(parsed, verb, lemma, words)
    if reported is None:
        return None
    span, clause = reported
    return Said(_links(parsed, verb, words), (verb.start, verb.end), span, stance, main=clause)


def _impersonal(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> Said | None:
    """Of "is believed to have attacked": nobody is named unless a by-phrase does."""
    if lemma not in words.impersonal or verb.shape == "participle":
        return None
    follows = parsed.by_chunk.get(verb.chunk + 1)
    if lemma not in words.accuse and follows is None and not _complementiser_follows(parsed, verb.chunk):
        return None
    links = tuple(_link(parsed, phrase, words) for phrase in verb.agent)
    stance = "say" if links else ("accuse" if lemma in words.accuse else "anonymous")
    return Said(links, (verb.start, verb.end), (0, _clause_end(parsed, verb.end)), stance)


def _complementiser_follows(parsed: Parse, chunk: int) -> bool:
    return chunk + 1 < len(parsed.chunks) and parsed.chunks[chunk + 1].kind == "K"


def _relayed(parsed: Parse, verb: Verb, words: SpeechWords) -> Said | None:
    """Of "Reuters quoted officials as saying that ..." is the officials' word, by way of Reuters."""
    start = verb.object[-1].full_end
    inner = next((v for v in parsed.verbs if v.chunk > verb.chunk and set(v.lemmas) & words.say), None)
    if inner is not None and inner.chunk - verb.chunk <= 4:  # noqa: PLR2004 - "officials as saying that" is four phrases
        start = inner.end
    links = (*(_link(parsed, p, words) for p in verb.object), *(_link(parsed, p, words) for p in verb.subject))
    end = len(parsed.sentence)
    if start >= end - 1:
        return Said(links, (verb.start, verb.end), (0, verb.start), "say", main=True)
    return Said(links, (verb.start, verb.end), (start, end), "say", main=True)


def _content(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> tuple[tuple[int, int], bool] | None:
    """The tokens that a speaking verb reports, and whether they are a clause."""
    after, clause = _after(parsed, verb, addressed=lemma in words.addressing)
    if after is not None:
        return (after, _report_end(parsed, after)), clause
    begin = min([verb.start, *(p.start for p in verb.subject)]) if not verb.subject_implied else verb.start
    if begin > 1 and _stands_after_clause(parsed, verb):
        return (_clause_start(parsed, begin), begin), True
    return None


def _after(parsed: Parse, verb: Verb, *, addressed: bool) -> tuple[int | None, bool]:
    """Where reported content begins right of the verb; None when it stands to its left."""
    chunks = parsed.chunks
    k = verb.chunk + 1
    while k < len(chunks):
        kind = chunks[k].kind
        if kind == "K":
            return chunks[k].end, True
        if kind in {"W", "C"}:
            break
        if kind in {",", ";", '"'}:
            quote = kind == '"' or (k + 1 < len(chunks) and chunks[k + 1].kind == '"') or chunks[k].first == ";"
            if quote and k + 2 < len(chunks) and any(v.chunk > k for v in parsed.verbs):
                return chunks[k].end, True
            break
        if kind == "VG":
            before = chunks[k - 1]
            if parsed.by_chunk[k].shape == "finite" and before.kind == "NP":
                return _group_start(parsed, k, verb), True
            if k == verb.chunk + 1 or before.kind == "NP":
                return (before.start if before.kind == "NP" else chunks[k].start), parsed.by_chunk[
                    k
                ].shape != "participle"
        k += 1
    if verb.object and not addressed:
        return verb.object[0].start, False
    return None, False


def _group_start(parsed: Parse, k: int, verb: Verb) -> int:
    subject = parsed.by_chunk[k].subject
    return max(verb.end, min((p.start for p in subject), default=parsed.chunks[k - 1].start))


def _stands_after_clause(parsed: Parse, verb: Verb) -> bool:
    return any(v.chunk < verb.chunk for v in parsed.verbs) or verb.start > 4  # noqa: PLR2004 - a verbless headline before it


def _report_end(parsed: Parse, start: int) -> int:
    """Reported speech runs to the end of the sentence, or to a clause set against it by a semicolon."""
    for chunk in parsed.chunks:
        if chunk.start > start and chunk.kind == ";" and parsed.sentence.words[chunk.start] == ";":
            return chunk.start
    return len(parsed.sentence)


def _clause_start(parsed: Parse, before: int) -> int:
    for chunk in reversed(parsed.chunks):
        if chunk.end < before and chunk.kind == ";" and parsed.sentence.words[chunk.start] == ";":
            return chunk.end
    return 0


def _clause_end(parsed: Parse, after: int) -> int:
    for chunk in parsed.chunks:
        if chunk.start >= after and chunk.kind == ";":
            return chunk.start
    return len(parsed.sentence)


def _link(parsed: Parse, phrase: Phrase, words: SpeechWords) -> Link:
    return Link(parsed.sentence.index, phrase.start, _with_apposition(parsed, phrase, words))


def _with_apposition(parsed: Parse, phrase: Phrase, words: SpeechWords) -> int:
    """A source with what hangs on it by "for": "a spokesman for the army", "the Observatory for Human Rights"."""
    k = parsed.chunk_of_token[phrase.full_end - 1] + 1
    chunks = parsed.chunks
    following = k + 1 < len(chunks) and chunks[k].kind == "P" and chunks[k + 1].kind == "NP"
    if following and parsed.sentence.lowers[chunks[k].start] in words.source_prepositions:
        return chunks[k + 1].end
    return phrase.full_end


def _links(parsed: Parse, verb: Verb, words: SpeechWords) -> tuple[Link, ...]:
    own = [_link(parsed, phrase, words) for phrase in verb.subject]
    return (*own, *_via(parsed, verb, words))


def _via(parsed: Parse, verb: Verb, words: SpeechWords) -> Iterator[Link]:
    """Outlets that the words came through: "sources cited by X said", "told X", "said in a statement carried by X"."""
    for other in parsed.verbs:
        between = verb.chunk < other.chunk <= verb.chunk + 6
        before = 0 < verb.chunk - other.chunk <= 4  # noqa: PLR2004 - "sources cited by X said"
        if (before or between) and other.passive and set(other.lemmas) & words.relayed:
            for phrase in other.agent:
                yield _link(parsed, phrase, words)
    if set(verb.lemmas) & words.addressing:
        for phrase in verb.object[:1]:
            yield _link(parsed, phrase, words)


# --- "according to", adverbs, nouns --------------------------------------------------------------------------


def _from_prepositions(parsed: Parse, words: SpeechWords) -> Iterator[Said]:
    lowers = parsed.sentence.lowers
    for cue in words.prepositions:
        for place, lower in enumerate(lowers):
            if lower != cue[0] or lowers[place : place + len(cue)] != cue or place + len(cue) >= len(lowers):
                continue
            chunk = parsed.chunk_of_token[place + len(cue)]
            if parsed.chunks[chunk].kind != "NP":
                continue
            source = _link(parsed, Phrase(parsed.chunks[chunk].start, _noun_end(parsed, chunk)), words)
            via = [
                _link(parsed, phrase, words)
                for verb in parsed.verbs
                if 0 < parsed.chunk_of_token[verb.start] - chunk <= _RELAY_CHUNKS
                and verb.passive
                and set(verb.lemmas) & words.relayed
                for phrase in verb.agent
            ]
            end = max([source.end, *(link.end for link in via)])
            content = _around(parsed, place, end)
            yield Said((source, *via), (place, place + len(cue)), content, "say", main=True)


def _noun_end(parsed: Parse, chunk: int) -> int:
    chunks = parsed.chunks
    end = chunks[chunk].end
    k = chunk + 1
    if k < len(chunks) and chunks[k].kind == "PAREN":
        k += 1
    while k + 1 < len(chunks) and chunks[k].first == "O" and chunks[k + 1].kind == "NP":
        end = chunks[k + 1].end
        k += 2
    return end


def _around(parsed: Parse, start: int, end: int) -> tuple[int, int]:
    """What "according to X" speaks of: the rest after it when it comes first, else what went before it."""
    if start <= 2:  # noqa: PLR2004 - a conjunction or adverb may stand before it
        return end, _clause_end(parsed, end)
    inside = any(v.start > end and v.shape == "finite" for v in parsed.verbs)
    before = any(v.end <= start and v.shape == "finite" for v in parsed.verbs)
    if inside and not before:
        return 0, _clause_end(parsed, end)
    return _clause_start(parsed, start), start


def _from_words(parsed: Parse, words: SpeechWords) -> Iterator[Said]:
    for place, lower in enumerate(parsed.sentence.lowers):
        if lower in words.adverbs:
            yield Said((), (place, place + 1), _clause_of(parsed, place), "anonymous")
        elif lower in words.rumour_nouns and parsed.classes[place] in "NSYFf":
            yield Said((), (place, place + 1), (place + 1, _clause_end(parsed, place)), "rumour")
        elif lower in words.report_nouns | words.false_nouns and _opens_clause(parsed, place):
            stance = "anonymous" if lower in words.report_nouns else "deny"
            yield Said((), (place, place + 1), (place + 2, _clause_end(parsed, place)), stance)


def _opens_clause(parsed: Parse, place: int) -> bool:
    """Of "the claim that ..." and "the lie that ...": a complement clause follows the noun."""
    chunk = parsed.chunk_of_token[place] + 1
    return chunk < len(parsed.chunks) and parsed.chunks[chunk].kind == "K" and parsed.chunks[chunk].start == place + 1


def _clause_of(parsed: Parse, token: int) -> tuple[int, int]:
    start, end = 0, len(parsed.sentence)
    for chunk in parsed.chunks:
        if chunk.kind in {";", "K"}:
            if chunk.end <= token:
                start = chunk.end
            elif chunk.start > token:
                end = chunk.start
                break
    return start, end


# --- certainty -----------------------------------------------------------------------------------------------


def conditional_spans(parsed: Parse, mood: MoodWords) -> tuple[tuple[int, int], ...]:
    """Token ranges under an "if": to the comma that is followed by a new clause, or to the end."""
    lowers = parsed.sentence.lowers
    spans = []
    if len(lowers) > 1 and lowers[0] in mood.inverted and parsed.chunks[1].kind == "NP":
        spans.append((0, _condition_end(parsed, 1)))
    for cue in mood.condition:
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
    if verb.noun_governor is not None:
        signs |= _signs_of_word(parsed.sentence.lowers[verb.noun_governor], mood.nouns)
    if verb.preposition is not None and verb.preposition in mood.denied_prepositions:
        signs.add("denied")
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


def _own_signs(verb: Verb, mood: MoodWords, *, said: bool) -> set[str]:
    signs: set[str] = set()
    if verb.negated:
        signs.add("denied")
    if verb.modal is not None:
        if verb.modal in mood.modal_planned or (said and verb.modal in mood.modal_when_said):
            signs.add("planned")
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
    if governed.shape == "infinitive" and not governor.passive and set(governor.lemmas) & {"be"}:
        signs.add("planned")
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
    lowers = parsed.sentence.lowers
    signs: set[str] = set()
    for token in range(parsed.chunks[chunk].start, start):
        signs |= _signs_of_word(lowers[token], mood.adjectives)
        if lowers[token] in mood.background_adverbs:
            signs.add("historical")
    for token in range(end, parsed.chunks[chunk].end):
        signs |= _signs_of_word(lowers[token], mood.nouns)  # "attack plan", "coup rumours"
    before = parsed.chunks[chunk - 1] if chunk else None
    if before is not None and before.kind == "P" and chunk >= 2 and parsed.chunks[chunk - 2].kind == "NP":  # noqa: PLR2004
        signs |= _signs_of_word(lowers[parsed.chunks[chunk - 2].end - 1], mood.nouns)
    if before is not None and lowers[before.end - 1] in mood.simile:
        signs.add("hypothetical")
    for verb, relation in verbs_over(parsed, start):
        if relation in {"object", "passive subject"} or (relation == "prep" and before is not None):
            chain = verb_signs(parsed, verb, mood, said=said)
            own = {sign for key in verb_keys(parsed, verb, mood) for sign in _signs_of_word(key, mood.verbs)}
            if relation == "prep":
                chain -= {"denied"}
                own -= {"denied", "claimed"}
                own = own if _is_asked_for(parsed, chunk) else set()
            signs |= chain | own
        elif relation == "subject":
            signs |= verb_signs(parsed, verb, mood, said=said) - {"denied"}
    return signs


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
