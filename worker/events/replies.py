"""What is answered to what was told before: denials that point back, counter-charges, two sides' different stories.

"Azerbaijan denied the accusation" makes what Armenia alone has said denied; where the text itself upholds a deed, who
contradicts its author or manner makes it disputed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from worker.events.merge import Reading
from worker.events.ontology import HAPPENED, TYPES
from worker.events.speakers import Voice
from worker.events.speech import SpeechWords
from worker.events.syntax import Parse, Verb
from worker.events.text import Sentence
from worker.records import Party, Source

ANSWERS_REACH = 2
"""Sentences; an answer farther on answers something else."""

_MATERIAL_CONFLICT = 4  # PLOVER's quad of deeds that harm: words are not denied by answering them
_TAGS = 3  # tokens at a sentence's end in which a bare "not" stands: "... said he was not ."


@dataclass(frozen=True, slots=True)
class Answer:
    """One sentence that answers what was told before it."""

    sentence: Sentence
    by: tuple[Source, ...]  # who denies; empty where two sides tell it otherwise
    denies: bool
    own: bool = False  # it answers a word of its own sentence: "they said he was struck; the army rejects this"


Heard = Callable[[Sentence], tuple[Parse, tuple[Voice, ...]]]
Meant = Callable[[Sentence, Verb], tuple[Party, ...]]


def find_answers(
    sentences: Iterable[Sentence], words: SpeechWords, forms: frozenset[str], heard: Heard, meant: Meant
) -> Iterator[Answer]:
    """Find the sentences that answer what stands before them.

    Args:
        sentences: Those in which an answer may stand.
        words: The pack's words for speech.
        forms: All forms of verbs that deny and accuse.
        heard: Gives a sentence's parse and its voices.
        meant: Gives the parties that a verb's object names.

    Yields:
        Answers in the order of the text.
    """
    for sentence in sentences:
        if any(phrase in sentence.lowered for phrase in words.rivalry):
            yield Answer(sentence, (), denies=False)
        elif not forms.isdisjoint(sentence.lowers) or _ends_in_no(sentence, words):
            parsed, voices = heard(sentence)
            yield from _answers(parsed, voices, words, meant)


def _answers(parsed: Parse, voices: Sequence[Voice], words: SpeechWords, meant: Meant) -> Iterator[Answer]:
    verbs = {(verb.start, verb.end): verb for verb in parsed.verbs}
    for voice in voices:
        verb = verbs.get(voice.said.cue)
        if verb is None or not verb.object or not voice.chain:
            continue
        if voice.said.stance == "deny" and parsed.sentence.lowers[verb.object[0].head] in words.answered:
            yield Answer(parsed.sentence, voice.chain, denies=True, own=_answers_itself(parsed, voices, voice, words))
        elif voice.said.stance == "accuse" and _speaks_back(voices, meant(parsed.sentence, verb)):
            yield Answer(parsed.sentence, (), denies=False)
    speakers = {voice.chain[0].name for voice in voices if voice.chain and voice.said.stance == "say"}
    if len(speakers) > 1 and _ends_in_no(parsed.sentence, words):
        yield Answer(parsed.sentence, (), denies=False)


def _answers_itself(parsed: Parse, voices: Iterable[Voice], denial: Voice, words: SpeechWords) -> bool:
    """Whether a denial answers a word of its own sentence; not if that word points back ("the army had fired them")."""
    for voice in voices:
        start, end = voice.said.content
        if voice.said.stance == "say" and start < denial.said.cue[0] and voice.chain[:1] != denial.chain[:1]:
            pronouns = (parsed.sentence.lowers[at] for at in range(start, end) if parsed.classes[at] == "R")
            return words.answered.isdisjoint(pronouns)
    return False


def _speaks_back(voices: Iterable[Voice], accused: Sequence[Party]) -> bool:
    """Whether the accused has a say in the same sentence: "Hamas blamed Israel; Israel said ..."."""
    named = {party.name for party in accused}
    return any(
        voice.said.stance in {"say", "deny"} and voice.chain and voice.chain[0].name in named for voice in voices
    )


def _ends_in_no(sentence: Sentence, words: SpeechWords) -> bool:
    return not words.bare_no.isdisjoint(sentence.lowers[-_TAGS:])


def apply_answers(readings: Sequence[Reading], answers: Iterable[Answer]) -> list[Reading]:
    """Let what was told be denied or disputed by the answers to it.

    Args:
        readings: Of the whole document.
        answers: To them.

    Returns:
        The readings. Only the last deed told before an answer is touched.
    """
    out = list(readings)
    for answer in answers:
        deeds = [r for r in out if _may_be_meant(r, answer)]
        last = max((r.sentence for r in deeds), default=None)
        out = [_answered(r, answer) if r in deeds and r.sentence == last else r for r in out]
    return out


def _may_be_meant(reading: Reading, answer: Answer) -> bool:
    near = 0 <= answer.sentence.index - reading.sentence <= (0 if answer.own else ANSWERS_REACH)
    deed = TYPES[reading.type].quad == _MATERIAL_CONFLICT and reading.status in HAPPENED
    return near and deed and (reading.status == "claimed" or reading.type == "ASSAULT")


def _answered(reading: Reading, answer: Answer) -> Reading:
    if not answer.denies:
        return replace(reading, signs=reading.signs | {"disputed"})
    if {source.name for source in answer.by} & {source.name for source in reading.chain}:
        return reading  # nobody denies what he has said himself
    accused = any(_is(source, who.party) for source in answer.by for who in reading.actors)
    if reading.status == "claimed":
        return replace(reading, signs=reading.signs | {"denied"}) if accused else reading
    return replace(reading, signs=reading.signs | {"disputed"})


def _is(source: Source, party: Party) -> bool:
    """Whether a source speaks for a party: by name, or a state for its army."""
    return source.name == party.name or (source.country is not None and source.country == party.country)
