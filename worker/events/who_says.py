"""Who says so: every stretch of a sentence that is somebody's word, and whose.

    verbs of speech, "according to", single words, marks of a headline -> attributions -> set against each other

Every function is pure and works on one parsed sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from worker.events.cited import from_headline_marks, from_prepositions, from_words
from worker.events.speech import Said, SpeechWords
from worker.events.spoken import from_verbs
from worker.events.syntax import Parse


def attributions(parsed: Parse, words: SpeechWords) -> tuple[Said, ...]:
    """Find everything in a sentence that is somebody's word.

    Args:
        parsed: The sentence.
        words: The pack's words.

    Returns:
        Attributions, the widest content first.
    """
    found = [*from_verbs(parsed, words), *from_prepositions(parsed, words), *from_words(parsed, words)]
    if parsed.sentence.is_title:
        found += from_headline_marks(parsed)
    found = _without_what_others_hold(_before_closing_asides(_with_the_cited(parsed, found)))
    return tuple(sorted(found, key=lambda said: said.content[0] - said.content[1]))


def _with_the_cited(parsed: Parse, found: list[Said]) -> list[Said]:
    """Of "Reuters, citing officials, said" the officials said it, by way of Reuters."""
    out = [said for said in found if not said.cites]
    for citing in (said for said in found if said.cites):
        near = [
            said
            for said in out
            if said.stance == "say" and said.main and said.links and not _shares_a_link(said, citing)
            and not _parted(parsed, said, citing)
        ]  # fmt: skip
        if not near:
            out.append(citing)
            continue
        speaker = min(near, key=lambda said: abs(said.cue[0] - citing.cue[0]))
        start, end = speaker.content
        if start < citing.cue[0] < end:
            end = citing.cue[0] if citing.cue[0] > speaker.cue[1] else end
        links = (*citing.links, *speaker.links)
        out[out.index(speaker)] = replace(speaker, links=links, content=(start, end))
    return out


def _parted(parsed: Parse, one: Said, other: Said) -> bool:
    """Whether a semicolon stands between the cues of two attributions."""
    low, high = sorted((one.cue[0], other.cue[0]))
    return ";" in parsed.sentence.words[low:high]


def _before_closing_asides(found: Iterable[Said]) -> list[Said]:
    """Of "Residents told it that ..., the site reported" the residents' word ends before the site is named."""
    found = list(found)
    out = []
    for said in found:
        ends = (
            min((other.cue[0], *(link.start for link in other.links)))
            for other in found
            if other is not said and other.main and other.stance == "say" and other.content[0] <= said.cue[0]
            and other.content[1] <= other.cue[0] and said.cue[1] <= other.content[1]
        )  # fmt: skip
        end = min((end for end in ends if said.content[0] < end < said.content[1]), default=said.content[1])
        out.append(said if end == said.content[1] else replace(said, content=(said.content[0], end)))
    return out


def _without_what_others_hold(found: list[Said]) -> list[Said]:
    """Without attributions whose sources are a part of another's over the same words."""
    return [
        said
        for said in found
        if not said.links
        or not any(
            other is not said
            and other.stance == said.stance
            and len(other.links) > len(said.links)
            and _tokens(said) <= _tokens(other)
            and max(said.content[0], other.content[0]) < min(said.content[1], other.content[1])
            for other in found
        )
    ]


def _tokens(said: Said) -> set[int]:
    return {token for link in said.links for token in range(link.start, link.end)}


def _shares_a_link(one: Said, other: Said) -> bool:
    return not _tokens(one).isdisjoint(_tokens(other))
