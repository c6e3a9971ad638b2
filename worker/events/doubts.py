"""What a text says it could not check: sentences that hold a report, or only its number, in doubt.

"We could not verify this" doubts what was told just before; "the toll could not be confirmed" doubts the numbers that
somebody gave, not the happening.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from worker.events.merge import Reading
from worker.events.speech import SpeechWords
from worker.events.text import Doc, Sentence

_BACK_FOR_A_REPORT = 2  # sentences; a doubt about "this" or "either version" reaches no farther
_BACK_FOR_A_TOLL = 15  # sentences; a toll is given in the lead and doubted at the end of a report
_COUNTED = frozenset({"asserted", "claimed"})


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence that says something could not be checked."""

    sentence: Sentence
    about_numbers: bool


def find_doubts(doc: Doc, words: SpeechWords) -> tuple[Doubt, ...]:
    """Find the sentences that doubt what stands before them.

    Args:
        doc: The document.
        words: The pack's words for speech.

    Returns:
        Doubts in the order of the text.
    """
    if words.unverified is None or words.unverified.search(doc.text.lower()) is None:
        return ()
    return tuple(_doubts(doc.sentences, words))


def _doubts(sentences: Iterable[Sentence], words: SpeechWords) -> Iterator[Doubt]:
    for sentence in sentences:
        if words.unverified is not None and words.unverified.search(sentence.lowered):
            yield Doubt(sentence, about_numbers=not words.counts.isdisjoint(sentence.lowers))


def apply_doubts(readings: Sequence[Reading], doubts: Sequence[Doubt]) -> list[Reading]:
    """Hold in doubt what the text says could not be checked.

    Args:
        readings: Of the whole document.
        doubts: Its doubts.

    Returns:
        The readings; only what rests on somebody's word is touched, and only what was told before the doubt.
    """
    telling = {reading.sentence for reading in readings}
    out = list(readings)
    for doubt in doubts:
        if doubt.about_numbers and _introduces(doubt, readings):
            continue
        if doubt.about_numbers:
            out = [_with_doubted_tolls(reading, doubt) for reading in out]
        elif doubt.sentence.index not in telling:
            out = [_doubted(reading, doubt) for reading in out]
    return out


def _introduces(doubt: Doubt, readings: Sequence[Reading]) -> bool:
    """Whether the doubt opens a paragraph whose own numbers follow: "both give figures nobody can check"."""
    same = [r for r in readings if r.paragraph == doubt.sentence.paragraph]
    before = any(r.sentence < doubt.sentence.index for r in same)
    return not before and any(r.sentence > doubt.sentence.index and r.tolls for r in same)


def _with_doubted_tolls(reading: Reading, doubt: Doubt) -> Reading:
    if not 0 < doubt.sentence.index - reading.sentence <= _BACK_FOR_A_TOLL:
        return reading
    tolls = tuple(replace(toll, status="unverified") if toll.status in _COUNTED else toll for toll in reading.tolls)
    return replace(reading, tolls=tolls)


def _doubted(reading: Reading, doubt: Doubt) -> Reading:
    near = 0 < doubt.sentence.index - reading.sentence <= _BACK_FOR_A_REPORT
    if not near or "claimed" not in reading.signs or reading.paragraph != doubt.sentence.paragraph:
        return reading
    tolls = tuple(replace(t, status="unverified") if t.status in _COUNTED else t for t in reading.tolls)
    return replace(reading, signs=reading.signs | {"unverified"}, tolls=tolls)
