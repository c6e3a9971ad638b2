"""Made-up news by the law of Zipf: words as frequent as a language's, one text in three with a footer."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import numpy.typing as npt

from worker.stories.fingerprint import unit_hash

VOCABULARY = 60_000
WORDS = 400
"""Words of a text: the middle of news articles."""

FOOTERS, FOOTER_WORDS = 40, 30
NAMES_FROM = 20_000
"""Words rarer than this are written with a capital, as names are."""

LINE = 14

Places = npt.NDArray[np.int64]
"""Words of a text, as their places in the vocabulary: the lower, the more frequent."""


@cache
def vocabulary() -> tuple[list[str], npt.NDArray[np.uint64], npt.NDArray[np.float64]]:
    """Words of letters, the hash of each, and how probable each is: Zipf's law with Mandelbrot's shift."""
    rng = random.Random(1)
    words = list(dict.fromkeys("".join(rng.choices("etaoinshrdlucmfw", k=rng.randint(2, 10))) for _ in range(90_000)))
    words = words[:VOCABULARY]
    weights = 1 / (np.arange(len(words)) + 2.7) ** 1.05
    return words, np.array([unit_hash(word) for word in words], dtype=np.uint64), weights / weights.sum()


@cache
def _summed() -> npt.NDArray[np.float64]:
    return np.cumsum(vocabulary()[2])


def made_up_words(rng: np.random.Generator, count: int = WORDS) -> Places:
    """Return the words of one text."""
    words = np.searchsorted(_summed(), rng.random(count)).clip(max=VOCABULARY - 1)
    if rng.random() < 1 / 3:
        footer = np.random.default_rng(int(rng.integers(FOOTERS))).integers(0, 5000, FOOTER_WORDS)
        words = np.concatenate([words, footer])
    return words.astype(np.int64)


def edited(places: Places, rng: np.random.Generator) -> Places:
    """Return a copy in which one word in fifteen to sixty is another."""
    copy = places.copy()
    changed = copy[:: int(rng.integers(15, 60))]
    changed[:] = rng.integers(0, VOCABULARY, len(changed))
    return copy


def made_up_text(places: Places) -> str:
    """Return the words as sentences of one line each, rare ones with a capital."""
    words = vocabulary()[0]
    sentences = (
        " ".join(words[i].title() if i > NAMES_FROM else words[i] for i in places[at : at + LINE])
        for at in range(0, len(places), LINE)
    )
    return ".\n".join(sentence[:1].upper() + sentence[1:] for sentence in sentences) + "."
