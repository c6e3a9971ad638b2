"""One class character per token, and phrases as expressions over the string of them.

A sentence becomes a string such as ``DNvDJSPY``; determiner, noun, verb, determiner, adjective, plural, preposition,
name. Phrases are found by the pack's regular expressions over that string, so a sentence is read in linear time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from worker.events.pack import Grammar
from worker.events.text import Sentence, lower_case

_TITLE_CASE_SHARE = 0.6  # a headline in capitals says nothing by them; running text has under 0.3
_TITLE_CASE_WORDS = 5


class Chunk(NamedTuple):
    """A phrase: tokens ``start`` to ``end`` (excluded) of a sentence.

    A named tuple, for a sentence makes a dozen: a frozen dataclass takes three times as long to make.
    """

    kind: str  # NP, VG, P, TIME, PAREN, or the class character of a single token
    start: int
    end: int
    first: str  # class character of its first token
    head: int = -1  # its head: the last token, but for what may follow it ("soldados heridos")


def classify(sentence: Sentence, grammar: Grammar) -> str:
    """Give every token its class character, ambiguous words settled by their neighbours.

    Args:
        sentence: The sentence.
        grammar: The pack's grammar.

    Returns:
        A string as long as the sentence has tokens.
    """
    loud = _is_title_case(sentence)
    first = True
    classes: list[str] = []
    for word in sentence.words:
        classes.append(_class_alone(word, grammar, loud, first))
        first = False
    _apply_multiwords(sentence.lowers, classes, grammar)
    return _retag("".join(classes), grammar)


@lru_cache(maxsize=1 << 16)  # a day's news has some 30,000 different words, and few of them are most of its text
def _class_alone(word: str, grammar: Grammar, loud: bool, first: bool) -> str:  # noqa: FBT001 - a cache's key
    """The class of a word before its neighbours are looked at."""
    lower = lower_case(word)
    capital = word[0].isupper() and not loud
    if capital and len(word) > 1 and word.isupper() and word.isalpha():
        return "Y"  # US is no pronoun, WHO no relative
    found = grammar.class_of.get(lower)
    if capital and not first and (found is None or found in "bzdvngircsFfJNPAQ1U"):
        return grammar.capital_class_of.get(lower, "Y" if found != "$" else "$")
    return _open_class(word, lower, grammar, first=first) if found is None else found


def _is_title_case(sentence: Sentence) -> bool:
    long_words = [word for word in sentence.words if len(word) > 3 and word[0].isalpha()]  # noqa: PLR2004 - shorter ones are closed-class
    if len(long_words) < _TITLE_CASE_WORDS:
        return False
    return sum(word[0].isupper() for word in long_words) > _TITLE_CASE_SHARE * len(long_words)


def _open_class(word: str, lower: str, grammar: Grammar, *, first: bool) -> str:
    if lower[0].isdigit():
        return "J" if "-" in lower and lower[-1].isalpha() else "1"  # "a 19-year-old man"
    if not lower[0].isalpha():
        return "."
    if word[0].isupper() and not first:
        return "Y"
    for pattern, letter in grammar.endings:
        if pattern.search(lower):
            if first and word[0].isupper() and letter in "NJirc":
                return "Y"
            return "S" if first and letter == "v" and word[0].isupper() else letter
    return "N"


def _apply_multiwords(lowers: tuple[str, ...], classes: list[str], grammar: Grammar) -> None:
    heads = grammar.multiword
    for place, lower in enumerate(lowers):
        if lower not in heads:
            continue
        for words, letter in heads[lower]:
            if lowers[place : place + len(words)] == words:
                classes[place : place + len(words)] = letter * len(words)
                break


def _retag(classes: str, grammar: Grammar) -> str:
    present = set(classes)
    for rule in grammar.retags:
        if not rule.letters.isdisjoint(present) and rule.match.search(classes):
            classes = rule.match.sub(rule.to, classes)
            present = set(classes)
    return classes


def find_chunks(classes: str, grammar: Grammar) -> tuple[Chunk, ...]:
    """Cut a class string into phrases; tokens in no phrase stand alone.

    Args:
        classes: One character a token.
        grammar: The pack's grammar.

    Returns:
        Chunks in order that cover every token once.
    """
    return tuple(_chunks(classes, grammar))


def _chunks(classes: str, grammar: Grammar) -> Iterator[Chunk]:
    place = 0
    for match in grammar.chunks.finditer(classes):
        start, end = match.span()
        if end == start:
            continue
        yield from _alone(classes, place, start)
        yield Chunk(match.lastgroup or "", start, end, classes[start], _head(classes, start, end, grammar.trailing))
        place = end
    yield from _alone(classes, place, len(classes))


def _alone(classes: str, start: int, end: int) -> Iterator[Chunk]:
    """Tokens in no phrase; a conjunction of several words ("along with") is one."""
    place = start
    while place < end:
        stop = place + 1
        while classes[place] == "C" and stop < end and classes[stop] == "C":
            stop += 1
        yield Chunk(classes[place], place, stop, classes[place], stop - 1)
        place = stop


def _head(classes: str, start: int, end: int, trailing: frozenset[str]) -> int:
    head = end - 1
    while head > start and classes[head] in trailing:
        head -= 1
    return head if classes[head] != "D" else end - 1
