"""When are two spellings the same name, and which known name is the longest at a place in a sentence?

A token is folded into parts: accents, case, apostrophes and dots go, hyphens part, a possessive ending becomes a part
of its own. Known names are folded by the same function, so "Deir ez-Zor", "Deir Ez Zor" and "DEIR EZ-ZOR" meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

POSSESSIVE = "'s"
"""The part that a possessive ending folds to; it may trail any name inside the name's last token."""

HYPHENS = "-–—"  # noqa: RUF001 - a hyphen may stand alone inside a name

_APOSTROPHES = "'’‘ʼʻʿʾ`´′"  # noqa: RUF001 - the marks that transliterations and typesetters use for one another
_APOSTROPHE_TABLE = {ord(mark): None for mark in _APOSTROPHES}
_POSSESSIVE_END = re.compile(r"(?<=[\w.])['’ʼ]s?$", re.IGNORECASE)  # noqa: RUF001 - both apostrophes end possessives
_BETWEEN_PARTS = re.compile(r"[^\w]+|_+")
# Letters that no Unicode decomposition takes apart although newsrooms write them bare.
_BARE_LETTERS = str.maketrans(
    {"\u0131": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h"}
)
# The Arabic article before a "sun letter" is spelt as it is spoken: ash-Shabab, ar-Raqqa, ez-Zor (UNGEGN romanisation).
_SUN_ARTICLE = re.compile(r"^[ae](?:d|dh|l|n|r|s|sh|t|th|z)$")
_ARTICLES = frozenset({"al", "el", "ul"})


def _plain(text: str) -> str:
    # Folding case can compose marks anew ("ΐ") and decomposing can bring capitals back: hence twice.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(mark for mark in decomposed.translate(_APOSTROPHE_TABLE) if not unicodedata.combining(mark))
    return unicodedata.normalize("NFC", bare).translate(_BARE_LETTERS).replace(".", "")


def _one_article(parts: list[str]) -> list[str]:
    for at, part in enumerate(parts):
        if part in _ARTICLES or (
            at + 1 < len(parts) and _SUN_ARTICLE.match(part) and parts[at + 1].startswith(part[1:])
        ):
            parts[at] = "al"
    return parts


@lru_cache(maxsize=1 << 15)
def fold(token: str) -> tuple[str, ...]:
    """Fold one token into the parts by which names are compared.

    Args:
        token: a word as written, with or without hyphens and a possessive ending; also a whole name.

    Returns:
        The parts in order: ``fold("al-Bab's")`` is ``("al", "bab", "'s")``, ``fold("U.S.")`` is ``("us",)``, and
        punctuation alone is ``()``.
    """
    if token[0:1].isascii() and token.isalpha() and token.isascii():
        word = token.casefold()
        return ("al",) if word in _ARTICLES else ("st",) if word == "saint" else (word,)
    if token in {"'s", "’s", "'", "’"}:  # noqa: RUF001 - both apostrophes end possessives
        return (POSSESSIVE,)
    bare = _POSSESSIVE_END.sub("", token)
    parts = [part for part in _BETWEEN_PARTS.split(_plain(bare)) if part]
    parts = ["st" if part == "saint" else part for part in _one_article(parts)]
    if bare != token and parts:
        parts.append(POSSESSIVE)
    return tuple(parts)


def fold_name(name: str) -> tuple[str, ...]:
    """Fold a whole name, word by word.

    Args:
        name: a name of any number of words.

    Returns:
        The parts of all its words in order.
    """
    return tuple(part for word in name.split() for part in fold(word))


class Spelling(NamedTuple):
    """The parts from one token onward, and after which of them a name may end.

    Attributes:
        parts: folded parts.
        ends: for each part, how many tokens are consumed when a name ends after it, or 0 when it may not end there.
    """

    parts: tuple[str, ...]
    ends: tuple[int, ...]


def spell(tokens: Sequence[str], start: int, limit: int) -> Spelling:
    """Fold tokens from ``start`` on until ``limit`` parts are there.

    Args:
        tokens: the tokens of a sentence.
        start: index of the first token.
        limit: how many parts the longest candidate has.

    Returns:
        The parts and the token counts at which a name may end.
    """
    parts: list[str] = []
    ends: list[int] = []
    for at in range(start, len(tokens)):
        folded = fold(tokens[at])
        if not folded and at > start and tokens[at] not in HYPHENS:
            break
        last = len(folded) - 1
        body = last - 1 if folded and last > 0 and folded[last] == POSSESSIVE else last
        for position, part in enumerate(folded):
            parts.append(part)
            ends.append(at - start + 1 if position in {body, last} else 0)
        if len(parts) >= limit:
            break
    return Spelling(tuple(parts), tuple(ends))


def is_written_in_capitals(tokens: Sequence[str]) -> bool:
    """Say whether every letter of the tokens is a capital, a plural or possessive "s" aside.

    Args:
        tokens: the tokens that an acronym is compared with.
    """
    words = [_POSSESSIVE_END.sub("", token) for token in tokens]
    return all(word == word.upper() for word in words) and any(map(str.isalpha, "".join(words)))


def looks_like_a_name(tokens: Sequence[str]) -> bool:
    """Say whether any token has a capital, or a letter of a script without capitals.

    Args:
        tokens: the tokens that a proper name is compared with.
    """
    return any(map(_has_a_capital, tokens))


@lru_cache(maxsize=1 << 15)
def _has_a_capital(token: str) -> bool:
    return not token.islower() and any(map(str.isalpha, token))


Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Value]):
    exact: bool  # an acronym: matches only capitals
    common: bool  # common words: match in any case
    value: Value


class NameIndex(Generic[Value]):
    """Known names by their first part; answers with the longest one at a token.

    An entry written in capitals only ("IS", "US", "HTS") matches only text in capitals; every other proper name needs
    a capital somewhere; entries added as common words match in any case.
    """

    def __init__(self) -> None:
        self._sizes: dict[str, tuple[int, ...]] = {}  # first part -> how many parts its names have, most first
        self._following: dict[str, set[str]] = {}  # first part -> what comes second in its names
        self._entries: dict[tuple[str, ...], list[_Entry[Value]]] = {}

    def add(self, name: str, value: Value, *, common: bool = False) -> bool:
        """Add one spelling.

        Args:
            name: the spelling.
            value: what a match answers with.
            common: the name is made of common words and matches in any case.

        Returns:
            False when the same spelling is there already; the first entry stays.
        """
        parts = fold_name(name)
        exact = not common and is_written_in_capitals(name.split())
        known = self._entries.get(parts, [])
        if not parts or any(entry.exact == exact for entry in known):
            return False
        self._entries[parts] = sorted((*known, _Entry(exact, common, value)), key=lambda entry: not entry.exact)
        sizes = {len(parts), *self._sizes.get(parts[0], ())}
        self._sizes[parts[0]] = tuple(sorted(sizes, reverse=True))
        self._following.setdefault(parts[0], set()).update(parts[1:2])
        return True

    def add_all(self, names: Iterable[str], value: Value, *, common: bool = False) -> None:
        """Add several spellings of one thing.

        Args:
            names: the spellings.
            value: what a match answers with.
            common: as in :meth:`add`.
        """
        for name in names:
            self.add(name, value, common=common)

    def longest(self, tokens: Sequence[str], start: int) -> tuple[Value, int] | None:
        """Find the longest known name that begins at a token.

        Args:
            tokens: the tokens of a sentence.
            start: index of the token at which the name must begin.

        Returns:
            The value and the number of tokens consumed, or None.
        """
        first = fold(tokens[start]) if start < len(tokens) else ()
        sizes = self._sizes.get(first[0]) if first else None
        if sizes is None:
            return None
        if len(first) == 1 and (sizes[0] == 1 or not self._may_go_on(first[0], tokens, start + 1)):
            return self._written(first, tokens, start, 1)  # as most do; to spell further tokens would be in vain
        spelling = spell(tokens, start, sizes[0])
        for size in sizes:
            length = spelling.ends[size - 1] if size <= len(spelling.ends) else 0
            if not length:
                continue
            found = self._written(spelling.parts[:size], tokens, start, length)
            if found is not None:
                return found
        return None

    def _may_go_on(self, first: str, tokens: Sequence[str], at: int) -> bool:
        """Say whether a token can be the second part of a name, or a hyphen before it."""
        if at >= len(tokens):
            return False
        second = fold(tokens[at])
        return second[0] in self._following[first] if second else tokens[at] in HYPHENS

    def _written(
        self, parts: tuple[str, ...], tokens: Sequence[str], start: int, length: int
    ) -> tuple[Value, int] | None:
        """Find the entry of some parts that is written as the tokens are."""
        for entry in self._entries.get(parts, ()):
            if entry.common or _is_written_as(tokens, start, length, exact=entry.exact):
                return entry.value, length
        return None

    def openers(self) -> Iterable[str]:
        """Give the folded parts with which names begin: a token without one of them begins none."""
        return self._sizes.keys()

    def get(self, name: str) -> Value | None:
        """Look one whole spelling up.

        Args:
            name: the spelling; nothing may follow it.

        Returns:
            Its value, or None.
        """
        words = name.split()
        found = self.longest(words, 0)
        return found[0] if found is not None and found[1] == len(words) else None

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))


_SHOUTED = 4  # letters: a neighbour of four capitals is no acronym but a headline set in capitals


def _is_written_as(tokens: Sequence[str], start: int, length: int, *, exact: bool) -> bool:
    """Say whether a name is written as its entry wants: an acronym in capitals among words that are not."""
    words = tokens[start : start + length]
    if not exact:
        return looks_like_a_name(words)
    if not is_written_in_capitals(words):
        return False
    around = (*tokens[max(start - 1, 0) : start], *tokens[start + length : start + length + 1])
    return not any(word.isupper() and word.isalpha() and len(word) >= _SHOUTED for word in around)
