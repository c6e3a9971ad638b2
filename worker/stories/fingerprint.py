"""How an article's text is recognised again: a bottom-k sketch of its shingles.

The smallest hashes of a set are a uniform sample of it (Broder, "On the resemblance and containment of documents",
1997), so two sketches tell how much two texts share without either text being read again. Of the usual methods it is
the one that still finds an article after three quarters of it were cut away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from worker.stories.numbers import numbers_in
from worker.stories.words import FOLDING_VERSION, is_unspaced, words

SKETCH_SIZE = 128
"""Hashes kept for ever: the estimate of a containment of .5 then has a standard error of about .05."""

ANCHORS = 24
"""Hashes indexed to find candidates: texts that share half their shingles share two of them in practice always."""

SHINGLE_WORDS = 3
"""Words a shingle. Shorter ones are shared by chance, longer ones die with every edited word."""

SHINGLE_CHARACTERS = 5
"""Characters a shingle in scripts without spaces: two to three words."""

VERSION = 1 * 1000 + FOLDING_VERSION
"""Sketches of different versions are never compared."""

_SEED = b"dateline sketch"

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text to recognise it by."""

    version: int
    hashes: tuple[int, ...]  # at most SKETCH_SIZE smallest, ascending, signed 64-bit as PostgreSQL's bigint
    shingles: int  # distinct shingles of the whole text
    words: int  # words of the whole text (characters where the script has no spaces)
    body_sha256: bytes  # over the folded words: equal for texts that differ in typography alone
    numbers: frozenset[str]  # in digits, without thousands separators; spelled ones up to twenty too

    @property
    def anchors(self) -> tuple[int, ...]:
        """The hashes that are indexed: at most ANCHORS smallest."""
        return self.hashes[:ANCHORS]


def sketch(text: str) -> Sketch:
    """Return the sketch of ``text``, the same on every machine and every Python.

    Whether shingles are of words or of characters follows from the text's own letters and not from a language label,
    since two outlets may label one text differently.
    """
    tokens = words(text)
    units = list("".join(tokens)) if is_unspaced(text) else tokens
    distinct = np.unique(shingle_hashes(units, SHINGLE_CHARACTERS if units is not tokens else SHINGLE_WORDS))
    return Sketch(
        version=VERSION,
        hashes=tuple(distinct[:SKETCH_SIZE].tolist()),
        shingles=len(distinct),
        words=len(units),
        body_sha256=hashlib.sha256(" ".join(tokens).encode("utf-8", "surrogatepass")).digest(),
        numbers=numbers_in(tokens),
    )


def shingles(text: str) -> frozenset[int]:
    """Return the hashes of every shingle of ``text``: what the sketch is a sample of, for exact comparison."""
    tokens = words(text)
    units = list("".join(tokens)) if is_unspaced(text) else tokens
    return frozenset(shingle_hashes(units, SHINGLE_CHARACTERS if units is not tokens else SHINGLE_WORDS).tolist())


def shingle_hashes(units: list[str], length: int) -> npt.NDArray[np.int64]:
    """Return a signed 64-bit hash of every run of ``length`` units; a shorter text is one shingle."""
    if not units:
        return np.empty(0, dtype=np.int64)
    length = min(length, len(units))
    return combined(np.fromiter(map(unit_hash, units), dtype=np.uint64, count=len(units)), length)


def combined(hashed: Hashes, length: int) -> npt.NDArray[np.int64]:
    """Return a signed 64-bit hash of every run of ``length`` units, given the units' own hashes in their order."""
    runs = np.zeros(len(hashed) - length + 1, dtype=np.uint64)
    for place in range(length):
        runs = _mixed(runs ^ hashed[place : len(hashed) - length + 1 + place])
    return runs.view(np.int64)


@lru_cache(maxsize=65536)
def unit_hash(unit: str) -> int:
    """Return the 64-bit hash of one word or character."""
    digest = hashlib.blake2b(unit.encode("utf-8", "surrogatepass"), digest_size=8, key=_SEED).digest()
    return int.from_bytes(digest, "little")


def _mixed(values: Hashes) -> Hashes:
    """Scatter the bits of every value (the finaliser of SplitMix64, Steele et al. 2014); wraps around at 64 bits."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
