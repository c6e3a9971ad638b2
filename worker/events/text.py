"""An article as sentences and tokens, every one with its character offsets.

Nothing here knows a language: abbreviations, clitics and the like come from the pack as compiled expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

# Work, not seconds, is what is limited, so that the same text always gives the same answer. At about 400,000
# characters a second this keeps any text under half a second; the longest of 20,000 news articles sampled when the
# limits were set had 61,000 characters.
MAX_CHARACTERS = 120_000
MAX_TOKENS_IN_SENTENCE = 120  # news sentences have 20 to 40; more is a list, a table or a page that lost its stops

_SENTENCE_END = re.compile(
    # Possessive, and never begun inside a run of stops: a line of 100,000 dots stays linear.
    r"(?<![.!?…])(?P<stop>[.!?…]++)(?P<close>[\"'”\u2019»)\]]*+)"
    r"(?:(?P<space>[ \t\u00a0]++)(?=[\"'“\u2018«(\[]{0,3}[^\W_])|(?=[\"“\u2018]?[^\W\d_a-z]))"
)
_SHORTEST_WORD = 3  # without a space after its stop a shorter word is an initial or a number, not a sentence's end
_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_TOKEN = re.compile(
    r"[^\W\d_]\.(?:[^\W\d_]\.)+"  # initials: U.S.
    r"|([^\W\d_])\1\.(?: ?([^\W\d_])\2\.)+"  # initials of plurals: EE.UU., FF. AA.
    r"|\d++(?>(?:[.,:]\d++)*)(?!\w|-[^\W\d_])"  # but "19-year-old" is one word
    r"|\w++(?>(?:[-'\u2019&/]\w++)*)"
    r"|\.{2,}|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Clitics:
    """Endings written onto a word that are words of their own, as a pack names them."""

    ends: re.Pattern[str] | None  # matches at the end of a token; group 0 is the clitic
    abbreviations: frozenset[str]  # lower case, without the final stop
    openers: frozenset[str]  # words that, capitalised after initials such as U.S., begin a new sentence


@dataclass(frozen=True)
class Sentence:
    """One sentence: parallel tuples, one place a token."""

    index: int
    paragraph: int  # -1 for the title
    start: int
    end: int
    words: tuple[str, ...]  # as written
    lowers: tuple[str, ...]  # lower case, straight apostrophes
    starts: tuple[int, ...]  # offsets into the article's text
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def lowered(self) -> str:
        """Its words in lower case, a blank between each two: for phrases that are looked for as text."""
        return " ".join(self.lowers)

    @property
    def is_title(self) -> bool:
        """Whether the sentence stands in the title, whose offsets are not those of the text."""
        return self.paragraph < 0


@dataclass(frozen=True)
class Doc:
    """A text cut into sentences; the title's stand apart because their offsets do not belong to the text."""

    text: str
    sentences: tuple[Sentence, ...]
    title: tuple[Sentence, ...] = ()
    truncated: bool = False  # True when the text was longer than the coder reads


def split_sentences(text: str, start: int, end: int, clitics: Clitics) -> Iterator[tuple[int, int]]:
    """Cut one line of text into sentences.

    Args:
        text: The whole text.
        start: Where the line starts, in characters.
        end: Where it ends, excluded.
        clitics: The pack's abbreviations and sentence openers.

    Yields:
        Pairs of start and end (excluded) in characters; never empty, in order, not overlapping.
    """
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.group("stop") == "." and _stop_belongs_to_word(text, begin, match, clitics):
            continue
        yield begin, match.end()
        begin = match.end()
    if begin < end:
        yield begin, end


def _stop_belongs_to_word(text: str, begin: int, match: re.Match[str], clitics: Clitics) -> bool:
    at = match.start()
    word_start = at
    lowest = max(begin, at - 24)  # no abbreviation is longer
    while word_start > lowest and (text[word_start - 1].isalnum() or text[word_start - 1] in ".'-"):
        word_start -= 1
    word = text[word_start:at].lower()
    follows = text[match.end() : match.end() + 1]
    if match.group("space") is None:
        # Without a space only a lower-case word before and a capital after end a sentence ("killed.The army").
        return len(word) < _SHORTEST_WORD or not (text[at - 1].islower() or match.group("close")) or "." in word
    if word in clitics.abbreviations:
        return True
    if len(word) == 1 and word.isalpha() and text[word_start:at].isupper():
        return True  # an initial: "J. Smith"
    return follows.islower() or ("." in word and not _opens_sentence(text, match.end(), clitics))


def _opens_sentence(text: str, at: int, clitics: Clitics) -> bool:
    return text[at : at + 24].lstrip("\"'“\u2018«([").split(" ", 1)[0].lower() in clitics.openers


@lru_cache(maxsize=1 << 16)  # a day's news has some 30,000 different words
def lower_case(word: str) -> str:
    """A token in lower case, its apostrophes straight."""
    return word.lower().replace("\u2019", "'")


def tokenise(text: str, start: int, end: int, clitics: Clitics) -> tuple[list[str], list[int], list[int]]:
    """Cut a stretch of text into tokens.

    Args:
        text: The whole text.
        start: First character.
        end: Character after the last.
        clitics: What the language writes onto words.

    Returns:
        Words as written, their start offsets, their end offsets.
    """
    spans = [match.span() for match in _TOKEN.finditer(text, start, end)]
    pattern = clitics.ends
    if pattern is None or (text.find("'", start, end) < 0 and text.find("\u2019", start, end) < 0):
        return [text[at:stop] for at, stop in spans], [at for at, _ in spans], [stop for _, stop in spans]
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, stop in spans:
        word = text[at:stop]
        clitic = pattern.search(word) if "'" in word or "\u2019" in word else None
        if clitic is not None and clitic.start() > 0:
            cut = at + clitic.start()
            words += (text[at:cut], text[cut:stop])
            starts += (at, cut)
            ends += (cut, stop)
        else:
            words.append(word)
            starts.append(at)
            ends.append(stop)
    return words, starts, ends


def read_doc(text: str, title: str, clitics: Clitics) -> Doc:
    """Cut a text and its title into sentences of tokens.

    Args:
        text: The body; lines are paragraphs.
        title: The headline, may be empty.
        clitics: The pack's knowledge of word ends.

    Returns:
        The document. Offsets count characters of ``text`` (of ``title`` for its sentences).
    """
    limit = min(len(text), MAX_CHARACTERS)
    body: list[Sentence] = []
    for paragraph, line in enumerate(_LINE.finditer(text, 0, limit)):
        body.extend(_sentences_of(text, line.start(), line.end(), paragraph, len(body), clitics))
    heads: list[Sentence] = []
    for line in _LINE.finditer(title, 0, min(len(title), 600)):
        heads.extend(_sentences_of(title, line.start(), line.end(), -1, len(heads), clitics))
    return Doc(text, tuple(body), tuple(heads), len(text) > limit)


def _sentences_of(text: str, start: int, end: int, paragraph: int, index: int, clitics: Clitics) -> Iterator[Sentence]:
    for begin, stop in split_sentences(text, start, end, clitics):
        words, starts, ends = tokenise(text, begin, stop, clitics)
        for at in range(0, len(words), MAX_TOKENS_IN_SENTENCE):
            part = slice(at, at + MAX_TOKENS_IN_SENTENCE)
            if not words[part]:
                continue
            yield Sentence(
                index=index,
                paragraph=paragraph,
                start=starts[part][0],
                end=ends[part][-1],
                words=tuple(words[part]),
                lowers=tuple(map(lower_case, words[part])),
                starts=tuple(starts[part]),
                ends=tuple(ends[part]),
            )
            index += 1
