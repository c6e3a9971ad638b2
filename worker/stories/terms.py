"""Which words, names and numbers of a report tell its story, and how much each of them tells."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import justext
from babel import Locale, UnknownLocaleError

from worker.stories.words import fold, is_unspaced, words

TERMS_KEPT = 120
"""Terms of one body that are kept, the most frequent first and then those that come first, since news begins with what
it is about. A report of 240 words has 100 beyond stop words. With 60 to 200 kept, reports are grouped alike
(bench/stories.py), and every term costs at each decision."""

LEAD_CHARACTERS = 6000
"""Characters of a body that are read for its terms: news says in its first thousand words what it is about, and a live
blog or a chronicle would else belong to every story."""

STEM = 5
"""Letters of a word that are kept. Cutting is the one stemmer that serves every inflected language alike. Measured on
pairs of English and Russian reports (bench/stories.py): five and six serve best, and Russian wants five."""

MARK_MINIMUM = 2
"""Characters a name or a number must have to mark a story: initials and single digits are everywhere."""

FAMILIAR_ARTICLES = 100
"""Articles that every collection is taken to begin with. Without them the first reports of an empty database would
weigh every word alike, or a word seen once as much as one never seen."""

_CAPITALISED = re.compile(r"(?<![.!?:\u2026\"\u201c\u201d\u00ab\u201e\u3002])\s(?=[^\W\d_a-z])([^\W\d_]+)")
_FIRST_WORD = re.compile(r"^\W*\w+")


@dataclass(frozen=True, slots=True)
class StoryFeatures:
    """What one report says, in counts: nothing in it depends on other reports."""

    terms: tuple[tuple[str, int], ...]  # (term, count) of the body, most frequent first, else in their order
    title: tuple[tuple[str, int], ...]  # likewise of the title
    names: frozenset[str]  # words written with a capital inside a sentence
    numbers: frozenset[str]  # numbers in digits, without thousands separators
    published: datetime | None
    language: str | None

    @property
    def all_terms(self) -> frozenset[str]:
        """Every term, name and number: what frequencies are asked for."""
        return frozenset(term for term, _ in (*self.terms, *self.title)) | self.names | self.numbers


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many articles of the last weeks a term occurs: what makes it rare or common."""

    articles: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)  # terms that are missing were never seen

    def weight(self, term: str) -> float:
        """Return the inverse document frequency of ``term``, smoothed: never below zero."""
        return math.log((self.articles + FAMILIAR_ARTICLES) / (self.counts.get(term, 0) + 1))


def features(text: str, title: str, published: datetime | None, language: str | None) -> StoryFeatures:
    """Return what a report says: its terms, names and numbers.

    Args:
        text: The body, paragraphs separated by newlines.
        title: The headline, without the outlet's name.
        published: When, with its zone; None when unknown.
        language: ISO 639-1; decides which stop words are left out. None leaves in all words.
    """
    lead = text[:LEAD_CHARACTERS]
    common = stop_words(language)
    body_terms, title_terms = _terms(lead, common), _terms(title, common)
    numbers = {word for word in words(f"{title}\n{lead}") if word[0].isdigit() and len(word) >= MARK_MINIMUM}
    return StoryFeatures(
        terms=tuple(body_terms.most_common(TERMS_KEPT)),
        title=tuple(sorted(title_terms.items())),
        names=frozenset(_names(lead, common)),
        numbers=frozenset(numbers),
        published=published,
        language=language,
    )


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """Return the folded words of ``language`` (ISO 639-1) that say nothing, from jusText's lists; else none."""
    if not language:
        return frozenset()
    try:
        name = Locale.parse(language).get_display_name("en") or ""
    except (UnknownLocaleError, ValueError):
        return frozenset()
    if name not in justext.get_stoplists():
        return frozenset()
    return frozenset(word for entry in justext.get_stoplist(name) for word in words(entry))


def _terms(text: str, common: frozenset[str]) -> Counter[str]:
    if is_unspaced(text):
        run = "".join(words(text))
        return Counter(run[at : at + 2] for at in range(len(run) - 1))
    return Counter(
        word if word[0].isdigit() else word[:STEM]
        for word in words(text)
        if word not in common and len(word) >= MARK_MINIMUM
    )


def _names(text: str, common: frozenset[str]) -> set[str]:
    found: set[str] = set()
    for line in text.split("\n"):
        for word in _CAPITALISED.findall(_FIRST_WORD.sub("", line)):
            folded = fold(word)
            if word[0].isupper() and folded not in common and len(folded) >= MARK_MINIMUM:
                found.add(folded[:STEM])
    return found
