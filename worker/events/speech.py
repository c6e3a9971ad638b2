"""Who says so: every stretch of a sentence that is somebody's word, and whose.

Every function is pure and works on one parsed sentence; all words come from the pack (``attribution.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from worker.events.pack import Pack
from worker.events.syntax import Parse, Phrase, Verb

_RELAY_CHUNKS = 4  # phrases between a source and "cited by X"


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
    refuting_phrases: tuple[str, ...]
    refutable: frozenset[str]
    counts: frozenset[str]  # words for numbers
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
            "refuting_phrases": tuple(pack.tables.get("attribution", {}).get("refuting_phrases", ())),
            "prepositions": tuple(tuple(phrase.split()) for phrase in phrases),
            "unverified": re.compile("|".join(patterns)) if patterns else None,
        }
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Link:
    """The phrase of one source: tokens of a sentence."""

    sentence: int
    start: int
    end: int
    core: int = -1  # token of its head where that is not the last one

    @property
    def phrase(self) -> Phrase:
        """The tokens as a noun phrase."""
        return Phrase(self.start, self.end, core=self.core)


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
        start = verb.object[0].start
        content = (start, min(_clause_end(parsed, verb.end), _report_end(parsed, start, verb)))
        return Said(_links(parsed, verb, words), (verb.start, verb.end), content, "accuse")
    if verb.subject and verb.object and lemma in words.relay:
        return _relayed(parsed, verb, words)
    return _spoken(parsed, verb, lemma, words)


def _spoken(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> Said | None:
    stance = "deny" if lemma in words.deny else "say"
    free = verb.shape == "infinitive" and verb.governor is None and verb.noun_governor is None
    above = parsed.by_chunk.get(verb.governor) if verb.governor is not None else None
    relayed = verb.shape == "gerund" and above is not None and not words.relay.isdisjoint(above.lemmas)
    if free or relayed or lemma not in words.say | words.deny or (verb.negated and stance == "say"):
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
    if start >= end - 1 or (_stops(parsed, start) and any(v.end <= verb.start for v in parsed.verbs)):
        return Said(links, (verb.start, verb.end), (0, verb.start), "say", main=True)
    return Said(links, (verb.start, verb.end), (start, end), "say", main=True)


def _stops(parsed: Parse, token: int) -> bool:
    """Whether a clause ends here: "..., state media quoted officials as saying, but ..." tells what stands before."""
    chunk = parsed.chunks[parsed.chunk_of_token[token]]
    return chunk.kind in {",", ";"} and parsed.sentence.words[token] != ":"


def _content(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> tuple[tuple[int, int], bool] | None:
    """The tokens that a speaking verb reports, and whether they are a clause."""
    after, clause = _after(parsed, verb, addressed=lemma in words.addressing)
    if after is not None:
        return (after, _report_end(parsed, after, verb)), clause
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
        if kind in {"W", "C"} or (parsed.sentence.words[chunks[k].start] == ";" and _stands_after_clause(parsed, verb)):
            break  # "..., they said; others had ..."
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


def _report_end(parsed: Parse, start: int, speaking: Verb) -> int:
    """Reported speech runs to the end of the sentence, to a semicolon, or to what else its speaker does.

    Of "said that nobody was hit and accused the army" the accusing is the speaker's own deed.
    """
    for other in parsed.verbs:
        if other.shares == speaking.chunk and other.shape == "finite" and other.start > start:
            return parsed.chunks[other.chunk - 1].start
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
    end = _with_apposition(parsed, phrase, words)
    return Link(parsed.sentence.index, phrase.start, end, phrase.core if end == phrase.end else -1)


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


def _from_prepositions(parsed: Parse, words: SpeechWords) -> Iterator[Said]:
    lowers = parsed.sentence.lowers
    for cue in words.prepositions:
        if cue[0] not in lowers:
            continue
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
