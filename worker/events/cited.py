"""Somebody's word without a verb of speech: "according to X", "reportedly", "rumours that", "Six killed: police"."""

from __future__ import annotations

from collections.abc import Iterator

from worker.events.authors import joined, link
from worker.events.clauses import clause_end, clause_start
from worker.events.speech import Link, Said, SpeechWords
from worker.events.syntax import Parse

_RELAY_CHUNKS = 4  # phrases between a source and "cited by X"
_BETWEEN_NOUN_AND_CLAUSE = 6  # phrases: "a report on several forums on Sunday that"
_HEADLINE_SOURCE = 6  # tokens; more than that behind a colon is news, not a name


def from_prepositions(parsed: Parse, words: SpeechWords) -> Iterator[Said]:
    """Of "according to X" and "citing X" what X says, and by whose way."""
    if words.cue_openers.isdisjoint(parsed.sentence.lowers):
        return
    for cue in (*words.prepositions, *words.citing):
        for place in _places_of(parsed, cue):
            chunk = parsed.chunk_of_token[place + len(cue)]
            if parsed.chunks[chunk].kind != "NP":
                continue
            sources = [link(parsed, phrase, words) for phrase in joined(parsed, chunk)]
            via = [*_carriers(parsed, chunk, words)]
            end = max(one.end for one in (*sources, *via))
            content = _around(parsed, place, end)
            span = (place, place + len(cue))
            yield Said((*sources, *via), span, content, "say", main=True, cites=cue in words.citing)


def _places_of(parsed: Parse, cue: tuple[str, ...]) -> Iterator[int]:
    lowers = parsed.sentence.lowers
    if cue[0] in lowers:
        for place, lower in enumerate(lowers):
            if lower == cue[0] and lowers[place : place + len(cue)] == cue and place + len(cue) < len(lowers):
                yield place


def _carriers(parsed: Parse, chunk: int, words: SpeechWords) -> Iterator[Link]:
    """Of "according to X, quoted by Y" the Y."""
    for verb in parsed.verbs:
        near = 0 < verb.chunk - chunk <= _RELAY_CHUNKS
        if near and verb.passive and not words.relayed.isdisjoint(verb.lemmas):
            for phrase in verb.agent:
                yield link(parsed, phrase, words)


def _around(parsed: Parse, start: int, end: int) -> tuple[int, int]:
    """What "according to X" speaks of: the rest after it when it comes first, else what went before it."""
    if start <= 2:  # noqa: PLR2004 - a conjunction or adverb may stand before it
        return end, clause_end(parsed, end)
    inside = any(v.start > end and v.shape == "finite" for v in parsed.verbs)
    before = any(v.end <= start and v.shape == "finite" for v in parsed.verbs)
    if inside and not before:
        return 0, clause_end(parsed, end)
    return clause_start(parsed, start), start


def from_words(parsed: Parse, words: SpeechWords) -> Iterator[Said]:
    """Of "reportedly", "rumours that", "the lie that" and "it is untrue that" what nobody in particular says."""
    lowers = parsed.sentence.lowers
    places = () if words.cues.isdisjoint(lowers) else [at for at, word in enumerate(lowers) if word in words.cues]
    for place in places:
        lower = lowers[place]
        if lower in words.adverbs:
            yield Said((), (place, place + 1), _clause_of(parsed, place), "anonymous", hearsay=True)
        elif lower in words.rumour_nouns and parsed.classes[place] in "NSYFf":
            yield Said((), (place, place + 1), (place + 1, clause_end(parsed, place)), "rumour")
        elif lower in words.report_nouns or lower in words.false_nouns or lower in words.refuting:
            clause = _clause_opened(parsed, place)
            if clause is not None:
                stance = "anonymous" if lower in words.report_nouns else "deny"
                yield Said((), (place, place + 1), (clause, clause_end(parsed, place)), stance)
    yield from _talk(parsed, words)


def _talk(parsed: Parse, words: SpeechWords) -> Iterator[Said]:
    """Of "word went round that ..." all that follows."""
    lowers = parsed.sentence.lowers
    for phrase in words.talk_phrases:
        if phrase in parsed.sentence.lowered:
            found = phrase.split()
            for place in range(len(lowers) - len(found) + 1):
                if list(lowers[place : place + len(found)]) == found:
                    end = place + len(found)
                    yield Said((), (place, end), (end, clause_end(parsed, end)), "rumour")


def _clause_opened(parsed: Parse, place: int) -> int | None:
    """Of "the claim that ..." and "a report on the radio that ..." the token where the complement clause begins."""
    k = parsed.chunk_of_token[place]
    if parsed.chunks[k].end != place + 1 or parsed.chunks[k].kind != "NP":
        return None
    for at in range(k + 1, min(len(parsed.chunks), k + 1 + _BETWEEN_NOUN_AND_CLAUSE)):
        kind = parsed.chunks[at].kind
        if kind == "K":
            return parsed.chunks[at].end if at == k + 1 or parsed.classes[parsed.chunks[at].start - 1] != "," else None
        if kind not in {"P", "TIME", "A"} and not (kind == "NP" and parsed.chunks[at - 1].kind == "P"):
            return None
    return None


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


def from_headline_marks(parsed: Parse) -> Iterator[Said]:
    """Of a headline "Gunmen kill 12: police" or "UN: Gunmen kill 12" whose word it may be."""
    marks = [k for k, chunk in enumerate(parsed.chunks) if chunk.kind == ";"]
    if not marks:
        return
    first, last = marks[0], marks[-1]
    behind = _only_names(parsed, last + 1, len(parsed.chunks))
    if behind is not None and last:
        at = parsed.chunks[last].start
        yield Said((behind,), (at, at + 1), (0, at), "say", main=True, tentative=True)
    before = _only_names(parsed, 0, first)
    if before is not None and parsed.sentence.words[parsed.chunks[first].start] == ":":
        at = parsed.chunks[first].start
        yield Said((before,), (at, at + 1), (at + 1, len(parsed.sentence)), "say", main=True, tentative=True)


def _only_names(parsed: Parse, first: int, last: int) -> Link | None:
    """The one noun phrase, with what hangs on it, that stands alone between two marks of a headline."""
    chunks = parsed.chunks[first:last]
    if not chunks or chunks[0].kind != "NP" or any(chunk.kind not in {"NP", "P"} for chunk in chunks):
        return None
    start, end = chunks[0].start, chunks[-1].end
    if end - start > _HEADLINE_SOURCE or any(parsed.classes[at] in "1Q" for at in range(start, end)):
        return None
    return Link(parsed.sentence.index, start, end, chunks[0].head if len(chunks) > 1 else -1)
