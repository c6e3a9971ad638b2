"""Where a clause of a sentence begins and ends, as far as somebody's word reaches."""

from __future__ import annotations

from worker.events.syntax import Parse


def clause_start(parsed: Parse, before: int) -> int:
    """The token after the last semicolon before a token; 0 where there is none."""
    for chunk in reversed(parsed.chunks):
        if chunk.end < before and chunk.kind == ";" and parsed.sentence.words[chunk.start] == ";":
            return chunk.end
    return 0


def clause_end(parsed: Parse, after: int) -> int:
    """The first semicolon, colon or dash from a token on; the sentence's end where there is none."""
    for chunk in parsed.chunks:
        if chunk.start >= after and chunk.kind == ";":
            return chunk.start
    return len(parsed.sentence)
