"""Which lines of an extracted text are not the article: its headline again, the date over it, ways to elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from worker.articles.cues import PROMOTION, RELATED
from worker.articles.titles import sameness

HEAD_LINES = 4
"""Lines at the top among which the headline, the date and the byline are looked for."""

KICKER_CHARACTERS = 60
"""A line over the headline (Review, World, a date) is shorter than this; a paragraph is longer."""

TAIL_LINES = 8
"""Lines at the bottom that may be links to elsewhere and advertisements of the outlet."""

PROMOTION_CHARACTERS = 250
"""A line longer than this is a paragraph, however it begins."""

LINK_WORDS = 3
"""A link that is a line of its own leads to another article from this many words on; shorter ones are headings or
names in a list."""

LONGEST_LABEL = 30
"""Characters of a label before a link: Related:, READ MORE:, También puede leer:"""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DAY_OR_TIME = re.compile(r"\b(?:\d{1,2}[:.h]\d\d|[0-3]?\d(?:st|nd|rd|th)?)\b")
_TIME_ONLY = re.compile(r"\W*(?:[^\W\d_]+\W+){0,2}\d{1,2}[:.h]\d\d(?:\W*[^\W\d_]+){0,2}\W*$")  # Updated 11:28 AMT
_NUMERIC_DATE = re.compile(r"\W*(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d)\b")
_READING_TIME = re.compile(r"\b\d{1,3}\s*[-\u2013]?\s*(?:min\b|mins\b|minut|dakika|мин|хв|分)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u0964][\"'\u201d\u2019\u00bb)\]]*$")
_LABEL = re.compile(rf"^[^:]{{2,{LONGEST_LABEL}}}:\s*")
_BULLET = re.compile(r"^[-\u2022*\u25ba\u25b6\u2192>]\s+")
_SEPARATOR = re.compile(r"^[\W_]*$")

_LONGEST_CUE = 64  # characters of a line that are compared with cues, room for marks in front of them included


def article_lines(lines: Sequence[str], titles: Collection[str], links: Collection[str]) -> list[str]:
    """Return the lines that are the article's own, in order.

    Args:
        lines: What an extractor took for the article, spaces made one, none of them empty.
        titles: Every wording of the headline, as :func:`worker.articles.titles.sameness` gives it.
        links: Texts of the page's links, spaces made one.
    """
    lines = _without_head(list(lines), titles)
    lines = [line for line in lines if not _leads_elsewhere(line, links)]
    return _without_tail(_without_link_lists(lines, links), links)


def _without_head(lines: list[str], titles: Collection[str]) -> list[str]:
    """Cut the headline and what stands over it; then dates and reading times under it."""
    for place, line in enumerate(lines[:HEAD_LINES]):
        if sameness(line) in titles and all(map(_is_label, lines[:place])):
            lines = lines[place + 1 :]
            break
    start = 0
    while start < min(HEAD_LINES, len(lines) - 1) and _is_stamp(lines[start]):
        start += 1
    return lines[start:]


def _is_stamp(line: str) -> bool:
    if len(line) > 2 * KICKER_CHARACTERS or _SENTENCE_END.search(line):
        return False
    if len(line) > KICKER_CHARACTERS:
        return bool(_NUMERIC_DATE.match(line))
    dated = _YEAR.search(line) and _DAY_OR_TIME.search(_YEAR.sub("", line))
    return bool(dated or _TIME_ONLY.match(line) or _READING_TIME.search(line) or _SEPARATOR.match(line))


def _leads_elsewhere(line: str, links: Collection[str]) -> bool:
    """Say whether a line is nothing but a link to another article, with or without a label (Read more: ...)."""
    bare = _BULLET.sub("", line)
    if len(bare) > PROMOTION_CHARACTERS:
        return False
    label = _LABEL.match(bare)
    if label and bare[label.end() :] in links and len(bare[label.end() :].split()) >= LINK_WORDS:
        return True
    return _opens_with(bare, RELATED) and (bare in links or bare.endswith(":") or label is not None)


def _without_link_lists(lines: list[str], links: Collection[str]) -> list[str]:
    """Cut links that follow each other line by line: a list of other articles, wherever it stands."""
    linked = [False, *(_is_link(line, links) for line in lines), False]
    return [line for at, line in enumerate(lines, start=1) if not (linked[at] and (linked[at - 1] or linked[at + 1]))]


def _is_link(line: str, links: Collection[str]) -> bool:
    bare = _BULLET.sub("", line)
    return bare in links and len(bare.split()) >= LINK_WORDS and not _SENTENCE_END.search(bare)


def _without_tail(lines: list[str], links: Collection[str]) -> list[str]:
    """Cut from the end what is links, labels, rules and advertisements; never more than half of the lines."""
    end, lowest = len(lines), max(len(lines) - TAIL_LINES, (len(lines) + 1) // 2)
    while end > lowest and _is_trailer(lines[end - 1], links):
        end -= 1
    return lines[:end]


def _is_trailer(line: str, links: Collection[str]) -> bool:
    bare = _BULLET.sub("", line)
    if len(bare) > PROMOTION_CHARACTERS:
        return False
    if _SEPARATOR.match(bare) or _opens_with(bare, PROMOTION) or (_opens_with(bare, RELATED) and _is_label(bare)):
        return True
    return _is_link(line, links)


def _is_label(line: str) -> bool:
    return len(line) <= KICKER_CHARACTERS and not _SENTENCE_END.search(line)


def _opens_with(line: str, cues: tuple[str, ...]) -> bool:
    lowered = line[:_LONGEST_CUE].lower().replace("\u2019", "'").lstrip("\u25ba\u25b6\u2192>-*\u2022[( ")
    if not lowered.startswith(cues):
        return False
    return any(lowered.startswith(cue) and not lowered[len(cue) : len(cue) + 1].isalpha() for cue in cues)
