"""Whose word a phrase stands for: its author where it is a text, and what hangs on it by "for"."""

from __future__ import annotations

from collections.abc import Iterator

from worker.events.speech import Link, SpeechWords
from worker.events.syntax import Parse, Phrase


def link(parsed: Parse, phrase: Phrase, words: SpeechWords) -> Link:
    """A source: the author of what is written ("a report by Amnesty"), else the phrase with what belongs to it.

    Args:
        parsed: The sentence.
        phrase: The noun phrase that speaks.
        words: The pack's words.

    Returns:
        The tokens of the source.
    """
    found = author(parsed, phrase, words) if parsed.sentence.lowers[phrase.head] in words.written else None
    if found is not None:
        return found
    end = _with_purpose(parsed, phrase, words)
    core = phrase.core if end == phrase.end else -1
    return Link(parsed.sentence.index, phrase.start, end, core, role=_role(parsed, phrase.start, end))


def author(parsed: Parse, phrase: Phrase, words: SpeechWords) -> Link | None:
    """Who wrote or said it: of "claims by residents", "a United Nations report", "the rebels' statement".

    Args:
        parsed: The sentence.
        phrase: The noun phrase for what is written or said.
        words: The pack's words.

    Returns:
        The tokens of the author; None where none is named.
    """
    index, lowers = parsed.sentence.index, parsed.sentence.lowers
    k = parsed.chunk_of_token[phrase.end - 1] + 1
    follows = parsed.chunks[k : k + 2]
    if len(follows) > 1 and follows[0].kind == "P" and follows[1].kind == "NP":
        if lowers[follows[0].end - 1] in words.authoring:
            return Link(index, follows[1].start, follows[1].end)
        return None
    classes = parsed.classes[phrase.start : phrase.head]
    mark = classes.rfind("'")
    if mark > 0:
        return Link(index, phrase.start, phrase.start + mark)
    if "Y" in classes and set(classes) <= set("DYNS"):
        return Link(index, phrase.start, phrase.head)
    return None


def joined(parsed: Parse, chunk: int) -> Iterator[Phrase]:
    """The noun phrase of a chunk and those joined to it by "and": "his wife and two of his aides"."""
    k: int | None = chunk
    while k is not None:
        start, end = parsed.chunks[k].start, _noun_end(parsed, k)
        after = parsed.chunk_of_token[end - 1] + 1
        counted = set(parsed.classes[start:end]) <= set("Q1")
        if counted and after < len(parsed.chunks) and parsed.chunks[after].kind == "NP":
            end = _noun_end(parsed, after)  # "two of" and "his aides" are two chunks
        yield Phrase(start, end)
        k = _next_joined(parsed, parsed.chunk_of_token[end - 1] + 1)


def _next_joined(parsed: Parse, k: int) -> int | None:
    chunks = parsed.chunks
    at = k + 1 if k < len(chunks) and chunks[k].kind == "," else k
    if at + 1 >= len(chunks) or chunks[at].kind != "C" or chunks[at + 1].kind != "NP":
        return None
    after = parsed.chunk_of_token[_noun_end(parsed, at + 1) - 1] + 1
    acts = after < len(chunks) and chunks[after].kind == "VG" and parsed.by_chunk[after].shape == "finite"
    return None if acts else at + 1


def _noun_end(parsed: Parse, chunk: int) -> int:
    """The end of a noun phrase with its of-phrases."""
    chunks = parsed.chunks
    end = chunks[chunk].end
    k = chunk + 1
    if k < len(chunks) and chunks[k].kind == "PAREN":
        k += 1
    while k + 1 < len(chunks) and chunks[k].first == "O" and chunks[k + 1].kind == "NP":
        end = chunks[k + 1].end
        k += 2
    return end


def _with_purpose(parsed: Parse, phrase: Phrase, words: SpeechWords) -> int:
    """A source with what hangs on it by "for": "a spokesman for the army", "the Observatory for Human Rights"."""
    k = parsed.chunk_of_token[phrase.full_end - 1] + 1
    chunks = parsed.chunks
    following = k + 1 < len(chunks) and chunks[k].kind == "P" and chunks[k + 1].kind == "NP"
    if following and parsed.sentence.lowers[chunks[k].start] in words.source_prepositions:
        return chunks[k + 1].end
    return phrase.full_end


def _role(parsed: Parse, start: int, end: int) -> Phrase | None:
    """What stands behind a name and a comma: "said Amina Bello, a lawyer for the families"."""
    k = parsed.chunk_of_token[end - 1] + 1
    chunks = parsed.chunks
    if (
        "Y" not in parsed.classes[start:end]
        or k + 1 >= len(chunks)
        or (chunks[k].kind, chunks[k + 1].kind) != (",", "NP")
    ):
        return None
    stop = _noun_end(parsed, k + 1)
    after = parsed.chunk_of_token[stop - 1] + 1
    closed = after >= len(chunks) or chunks[after].kind in {",", ".", ";", '"', "W", "P"}
    if not closed or parsed.classes[chunks[k + 1].end - 1] not in "NS":
        return None
    return Phrase(chunks[k + 1].start, stop)
