"""What the words of a text are, whatever its script and whoever typeset it.

Copies of one report differ in quotation marks, dashes, soft hyphens, accents and capitals; here all of them fold to
the same words. Both the sketch of an article and the terms of a story are built on this.
"""

from __future__ import annotations

import re
import unicodedata

FOLDING_VERSION = 1
"""Raise it when :func:`words` would answer otherwise for any text: every stored sketch rests on it."""

# Set between the letters of one word by typesetters, never between two words: soft hyphen, zero-width space and
# joiners, word joiner, byte order mark, apostrophes in every shape, and the Arabic elongation mark.
_INSIDE_A_WORD = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff'\u2019\u2018\u02bc\u02b9\u0060\u00b4\uff07\u0640]")

# Accents of Latin, Greek and Cyrillic (Unicode block Combining Diacritical Marks) and the vowel points of Hebrew and
# Arabic, which newspapers leave out or put in as they please.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u064b-\u065f\u0670]")

# Python's \w leaves out the vowel signs of the Brahmic scripts, so that a Hindi or Thai word would fall to pieces.
# The blocks Devanagari to Sinhala, Thai, Lao, Tibetan, Myanmar and Khmer are taken whole, less their full stops
# (danda, double danda, shad, Myanmar and Khmer section marks).
_BRAHMIC = (
    "\u0900-\u0963\u0966-\u0dff\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e80-\u0eff"
    "\u0f00-\u0f07\u0f15-\u0fbf\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u17e0-\u17e9"
)

# A number keeps its separators together (12,500 is one word); else letters in a row are a word.
_WORD = re.compile(rf"\d+(?:[.,\u066b\u066c]\d+)*|(?:[^\W\d_]|[{_BRAHMIC}])+")

_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # U.S. and US are one word

# Scripts written without spaces between words, and Hangul, whose particles stick to the words: kana, bopomofo, CJK
# ideographs with their extensions, Hangul, Thai, Lao, Myanmar, Khmer.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f]"
)

UNSPACED_SHARE = 0.3
"""From this share of its letters on, a text is one in a script without spaces. A Chinese report full of English names
stays above it; an English one that quotes a Chinese slogan stays below."""


def fold(text: str) -> str:
    """Return ``text`` with compatibility forms, accents, capitals and marks inside words folded away.

    Unicode NFKC (UAX 15) with full case folding; separators between words are kept as they are.
    """
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    if text.isascii():
        return text.replace("'", "").replace("`", "").casefold()
    bare = _INSIDE_A_WORD.sub("", text)
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", bare))).casefold()


def words(text: str) -> list[str]:
    """Return the folded words of ``text`` in their order; numbers lose their thousands separators.

    A run of a script without spaces comes back as one word: see :func:`is_unspaced`.
    """
    return [plain_number(word) if word[0].isdigit() else word for word in _WORD.findall(fold(text))]


def plain_number(word: str) -> str:
    """Return a number without thousands separators, its decimals after a full stop: 12,500 and 12.500 are 12500.

    A separator that is followed by anything but three digits is a decimal one (3.5; 1,25). What could be read both
    ways (1.500) is read as thousands, as in nearly all news about people.
    """
    parts = re.split(r"[.,\u066b\u066c]", word)
    if all(len(part) == 3 for part in parts[1:]):  # noqa: PLR2004 - the length of a group of thousands
        return "".join(parts)
    return f"{''.join(parts[:-1])}.{parts[-1]}"


def is_unspaced(text: str) -> bool:
    """Say whether ``text`` is mostly in a script that cannot be cut into words at spaces."""
    letters = sum(map(str.isalpha, text))
    if text.isascii() or not letters:
        return False
    return len(_UNSPACED.findall(text)) >= UNSPACED_SHARE * letters
