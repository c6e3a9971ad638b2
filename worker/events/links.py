"""Who speaks by a verb of speech, and through whom the words came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from worker.events.authors import author, link
from worker.events.speech import Link, SpeechWords
from worker.events.syntax import Parse, Phrase, Verb

_CARRIED_BEFORE = 4  # phrases between "sources cited by X" and "said"
_CARRIED_AFTER = 6  # and between "said" and "in a statement carried by X"


def speakers(parsed: Parse, verb: Verb, words: SpeechWords) -> tuple[Link, ...]:
    """Who says it by a verb of speech, innermost first, with those through whom it came."""
    heard = words.hearing.intersection(verb.lemmas)
    told_by = [phrase for word, phrase in verb.preps if word in words.authoring] if heard else []
    own = [link(parsed, phrase, words) for phrase in (told_by or verb.subject)]
    return (*own, *_via(parsed, verb, words))


def accusers(parsed: Parse, verb: Verb, words: SpeechWords) -> tuple[Link, ...]:
    """Of "denied claims by residents that ..." those whose claims they are."""
    told = [p for p in verb.object if parsed.sentence.lowers[p.head] in words.report_nouns | words.written]
    authors = (author(parsed, phrase, words) for phrase in told)
    return tuple(one for one in authors if one is not None)


def _via(parsed: Parse, verb: Verb, words: SpeechWords) -> Iterator[Link]:
    """Outlets that the words came through: "sources cited by X said", "told X", "said in a statement carried by X"."""
    for other in parsed.verbs:
        between = verb.chunk < other.chunk <= verb.chunk + _CARRIED_AFTER
        before = 0 < verb.chunk - other.chunk <= _CARRIED_BEFORE
        if (before or between) and other.passive and set(other.lemmas) & words.relayed:
            for phrase in other.agent:
                yield link(parsed, phrase, words)
    if set(verb.lemmas) & words.addressing:
        for phrase in verb.object[:1]:
            if not _is_audience(parsed, phrase, words):
                yield link(parsed, phrase, words)
    yield from _interviewers(parsed, words)


def _is_audience(parsed: Parse, phrase: Phrase, words: SpeechWords) -> bool:
    classes, lowers = parsed.classes[phrase.start : phrase.end], parsed.sentence.lowers
    listens = lowers[phrase.head] in words.audience or " ".join(lowers[phrase.start : phrase.end]) in words.audience
    return classes == "R" or (listens and "Y" not in classes)


def _interviewers(parsed: Parse, words: SpeechWords) -> Iterator[Link]:
    """Of "in an interview with X", "speaking to X" the medium."""
    chunks = parsed.chunks
    for k in range(len(chunks) - 2):
        verb = parsed.by_chunk.get(k)
        names = verb.lemmas if verb is not None else (parsed.sentence.lowers[chunks[k].end - 1],)
        talk = chunks[k].kind in {"VG", "NP"} and not words.interviews.isdisjoint(names)
        joined_to = chunks[k + 1].kind == "P" and parsed.sentence.lowers[chunks[k + 1].end - 1] in words.talking_to
        if talk and joined_to and chunks[k + 2].kind == "NP":
            yield replace(link(parsed, Phrase(chunks[k + 2].start, chunks[k + 2].end), words), medium=True)
