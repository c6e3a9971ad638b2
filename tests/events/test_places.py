"""Where a place phrase ends, and which place it means."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.errors import PackError
from worker.events.countries import PACKS, Countries
from worker.events.gazetteer import open_gazetteer
from worker.events.places import DocumentPlaces, PlaceMention, PlaceResolver, PlaceWords
from worker.records import EventPlace


@cache
def loaded_once() -> PlaceResolver:
    return PlaceResolver(open_gazetteer(), Countries.load())


@pytest.fixture(scope="module")
def resolver() -> PlaceResolver:
    return loaded_once()


def about(*countries: str) -> DocumentPlaces:
    """A document that speaks of the first country most."""
    return DocumentPlaces(countries={iso3: 1.0 / (place + 1) for place, iso3 in enumerate(countries)})


def resolved(resolver: PlaceResolver, phrase: str, document: DocumentPlaces) -> EventPlace | None:
    """Read and resolve the phrase after a first preposition."""
    reading = resolver.read(phrase.split(), 1)
    return resolver.resolve(reading.mention, document) if reading is not None else None


@pytest.mark.parametrize(
    ("sentence", "start", "name", "head_words", "modifiers", "container", "by_reference", "length"),
    [
        ("in northern Aleppo province today", 1, "Aleppo", ("province",), ("northern",), None, False, 3),
        ("in the city of Homs today", 1, "Homs", ("city",), (), None, False, 4),
        ("in the Syrian city of Homs", 1, "Homs", ("city",), (), "Syria", False, 5),
        ("on the outskirts of Damascus", 1, "Damascus", (), ("outskirts",), None, False, 4),
        ("north of Hama today", 0, "Hama", (), ("north",), None, False, 3),
        ("the Sheikh Najjar industrial area northeast of the city", 0, "Sheikh Najjar", ("industrial area",), ("northeast",), None, True, 9),
        ("the Sheikh Najjar industrial area northeast of Aleppo", 0, "Sheikh Najjar", ("industrial area",), ("northeast",), "Aleppo", False, 8),
        ("in Paris , Texas", 1, "Paris", (), (), "Texas", False, 3),
        ("in the Damascus suburb of Douma", 1, "Douma", (), (), "Damascus", False, 5),
        ("in Sukkari district of Aleppo", 1, "Sukkari", ("district",), (), "Aleppo", False, 4),
        ("in eastern Ghouta", 1, "eastern Ghouta", (), (), None, False, 2),
        ("in the South China Sea", 1, "South China Sea", (), (), None, False, 4),
        ("in Syria 's north", 1, "Syria", (), (), None, False, 1),
    ],
)  # fmt: skip
def test_a_phrase_and_its_words(  # noqa: PLR0917 - a table of cases
    resolver: PlaceResolver,
    sentence: str,
    start: int,
    name: str,
    head_words: tuple[str, ...],
    modifiers: tuple[str, ...],
    container: str | None,
    by_reference: bool,
    length: int,
) -> None:
    reading = resolver.read(sentence.split(), start)
    assert reading is not None
    mention = reading.mention
    assert (mention.name, mention.head_words, mention.modifiers) == (name, head_words, modifiers)
    assert (mention.container, mention.by_reference, reading.length) == (container, by_reference, length)


@pytest.mark.parametrize(
    ("sentence", "start"),
    [
        ("Jordan Henderson scored", 0),  # a longer name than any place's
        ("by President Washington", 2),
        ("by the IS militants", 2),  # an acronym, not a village
        ("agency SANA said", 1),
        ("aboard a Hercules transport", 2),
        ("by the Qworl Front", 2),  # an organisation
        ("the Syrian Kurds", 0),
        ("the army advanced", 0),
        ("city centre", 0),
        ("the province", 0),
    ],
)
def test_what_is_no_place_phrase(resolver: PlaceResolver, sentence: str, start: int) -> None:
    assert resolver.read(sentence.split(), start) is None


@pytest.mark.parametrize("dateline", ["KYIV", "HOMS", "GAZA", "DAMASCUS", "PARIS"])
def test_a_dateline_in_capitals_is_a_place(resolver: PlaceResolver, dateline: str) -> None:
    assert resolver.find_place_names([dateline, "(", "Reuters", ")"], 0) == 1


SYRIA = about("SYR")


@pytest.mark.parametrize(
    ("phrase", "document", "name", "country", "admin1", "precision"),
    [
        # the town itself
        ("in Aleppo", SYRIA, "Aleppo", "SYR", "Aleppo", 1),
        ("in the town of Binnish", SYRIA, "Binnish", "SYR", "Idlib", 1),
        ("in Khan Sheikhun", SYRIA, "Khan Shaykhun", "SYR", "Idlib", 1),
        ("in Hassakeh", SYRIA, "Hasakah", "SYR", "Hasakah", 1),
        ("in Kobani", SYRIA, "Kobani", "SYR", "Aleppo", 1),
        ("in Qamishli", SYRIA, "Qamishli", "SYR", "Hasakah", 1),
        ("in El Fasher , North Darfur", about("SDN"), "El Fasher", "SDN", "North Darfur", 1),
        # near it, or a part of it
        ("near Bakhmut", about("UKR"), "Bakhmut", "UKR", "Donetsk", 2),
        ("on the outskirts of Damascus", SYRIA, "Damascus", "SYR", "Damascus", 2),
        ("in Sukkari district of Aleppo", SYRIA, "Aleppo", "SYR", "Aleppo", 1),
        ("at a market in Homs", SYRIA, "Homs", "SYR", "Homs", 1),  # a part of the town is the town
        ("in the village of Qwortblim", SYRIA, "Qwortblim", "SYR", None, 6),  # in no table, but the text says it is a village
        ("in the village of Qwortblim in Idlib province", SYRIA, "Qwortblim", "SYR", "Idlib", 4),
        ("at the Zubaid checkpoint near Homs", SYRIA, "Homs", "SYR", "Homs", 2),
        # provinces, landscapes, countries, seas
        ("in northern Aleppo province", SYRIA, "Aleppo", "SYR", "Aleppo", 4),
        ("in Deir Ezzor province", SYRIA, "Deir ez-Zor", "SYR", "Deir ez-Zor", 4),
        ("in the Idlib region", SYRIA, "Idlib", "SYR", "Idlib", 4),
        ("in Donetsk region", about("UKR"), "Donetsk", "UKR", "Donetsk", 4),
        ("in Texas", about("USA"), "Texas", "USA", "Texas", 4),
        ("in eastern Ghouta", SYRIA, "Eastern Ghouta", "SYR", "Rural Damascus", 5),
        ("in the Donbas", about("UKR"), "Donbas", "UKR", None, 5),
        ("in northern Syria", SYRIA, "Syria", "SYR", None, 5),
        ("in Syria", SYRIA, "Syria", "SYR", None, 6),
        ("in DR Congo", about("COD"), "Democratic Republic of the Congo", "COD", None, 6),
        ("in the UK", about("FRA"), "United Kingdom", "GBR", None, 6),
        ("in the South China Sea", about("PHL"), "South China Sea", None, None, 7),
        # namesakes
        ("in Jenin", about("PSE", "ISR"), "Jenin", "PSE", "West Bank", 1),
        ("in Tripoli", about("LBN"), "Tripoli", "LBN", "North Lebanon", 1),
        ("in Tripoli", about("LBY"), "Tripoli", "LBY", "Tripoli", 1),
        ("in Tripoli", about(), "Tripoli", "LBY", "Tripoli", 1),
        ("in Paris", about("FRA"), "Paris", "FRA", "Île-de-France", 1),
        ("in Paris", about("USA"), "Paris", "FRA", "Île-de-France", 1),
        ("in Paris , Texas", about("USA"), "Paris", "USA", "Texas", 1),
        ("in Georgia", about("USA"), "Georgia", "USA", "Georgia", 4),
        ("in Georgia", about("RUS"), "Georgia", "GEO", None, 6),
        ("in Geneva", SYRIA, "Geneva", "CHE", "Geneva", 1),  # known far beyond its size
        ("in Hebron", about("ISR", "PSE"), "Hebron", "PSE", "West Bank", 1),
        ("in the Damascus suburb of Douma", SYRIA, "Douma", "SYR", "Rural Damascus", 1),
        # a town or the province of its name
        ("in Kherson", about("UKR"), "Kherson", "UKR", "Kherson", 1),
        ("in Kherson region", about("UKR"), "Kherson", "UKR", "Kherson", 4),
        # roads, shores
        ("on the Kaduna-Abuja highway", about("NGA"), "Kaduna", "NGA", "Kaduna", 2),
        ("at a checkpoint near Homs", SYRIA, "Homs", "SYR", "Homs", 2),
        ("off the coast of Somalia", about("SOM"), "Somalia", "SOM", None, 7),
        ("off Mombasa", about("KEN"), "Mombasa", "KEN", "Mombasa", 2),
        # houses abroad, sites, divisions in no table, landscapes of many countries
        ("at the Swedish embassy in Baghdad", about("IRQ", "SWE"), "Baghdad", "IRQ", "Baghdad", 1),
        ("at the Ain al-Asad air base", about("IRQ"), "Ain al-Asad", "IRQ", "Anbar", 1),
        ("in Qwortblim county , South Sudan", about("SSD"), "Qwortblim", "SSD", None, 3),
        ("in the Sahel", about("FRA"), "Sahel", None, None, 5),
        # next door to the one country spoken of
        ("in Jenin", about("ISR"), "Jenin", "PSE", "West Bank", 1),
    ],
)  # fmt: skip
def test_which_place_is_meant_and_how_precisely(
    resolver: PlaceResolver,
    phrase: str,
    document: DocumentPlaces,
    name: str,
    country: str | None,
    admin1: str | None,
    precision: int,
) -> None:
    place = resolved(resolver, phrase, document)
    assert place is not None
    assert (place.name, place.country, place.admin1, place.precision) == (name, country, admin1, precision)


@pytest.mark.parametrize(
    ("phrase", "document"),
    [
        ("in Jenin", about("DEU")),  # the only Jenin of that spelling nearby is a Polish village
        ("in March", SYRIA),  # a town in Cambridgeshire
        ("in Springfield", about("FRA")),  # a dozen of them, none at home
        ("in Qwortblim", SYRIA),
        ("in Hara", SYRIA),  # a town in Japan
        ("at the Taslih academy", SYRIA),  # sounds like a town, but is the name of a part
        ("in Police", about("SYR")),  # a town in Poland
        ("on Thursday", about("USA")),
        ("of the Algiers accord", about("MLI")),
        ("the activist Jordan Lagos", about("NGA")),
    ],
)
def test_an_ambiguous_or_unsupported_name_is_no_place(
    resolver: PlaceResolver, phrase: str, document: DocumentPlaces
) -> None:
    assert resolved(resolver, phrase, document) is None


@pytest.mark.parametrize("demonym", ["Syrian", "Syrians", "Kenyan", "Swiss"])
def test_a_demonym_is_never_a_place(resolver: PlaceResolver, demonym: str) -> None:
    assert resolver.resolve(PlaceMention(demonym, preposition="in"), SYRIA) is None


def test_the_city_is_the_one_spoken_of_last(resolver: PlaceResolver) -> None:
    aleppo = resolved(resolver, "in Aleppo", SYRIA)
    reading = resolver.read(["the", "Sheikh", "Najjar", "industrial", "area", "northeast", "of", "the", "city"], 0)
    assert reading is not None
    spoken = resolver.resolve(reading.mention, DocumentPlaces(countries=SYRIA.countries, last=aleppo))
    assert spoken is not None
    assert (spoken.name, spoken.precision) == ("Aleppo", 2)
    assert spoken.text == "Sheikh Najjar"
    assert resolver.resolve(reading.mention, SYRIA) is None  # nothing was spoken of: unresolved, never guessed


def test_a_document_is_surveyed_for_its_countries(resolver: PlaceResolver) -> None:
    sentences = [
        ["Syrian", "troops", "shelled", "Aleppo", "."],
        ["Turkey", "said", "Syria", "must", "withdraw", "from", "Idlib", "."],
        ["In", "March", ",", "IS", "fighters", "left", "."],
    ]
    weights = resolver.survey(sentences).countries
    assert weights["SYR"] == 1
    assert 0 < weights["TUR"] < 1
    assert set(weights) == {"SYR", "TUR"}


def test_candidates_are_the_likeliest_first_and_complete(resolver: PlaceResolver) -> None:
    found = resolver.candidates("Tripoli", about("LBN"))
    assert found[0].place.country == "LBN"
    assert {"LBN", "LBY"} <= {candidate.place.country for candidate in found}
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


PIECES = [
    "in",
    "the",
    "northern",
    "Aleppo",
    "province",
    "of",
    "city",
    "Homs",
    ",",
    "Texas",
    "outskirts",
    "Syrian",
    "near",
    "Sheikh",
    "'s",
    "north",
]


@settings(deadline=None)  # the first example reads the tables
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(min_size=1, max_size=8)), min_size=1, max_size=10))
def test_any_sentence_is_survived_and_no_phrase_runs_past_it(tokens: list[str]) -> None:
    resolver = loaded_once()
    for start in range(len(tokens)):
        reading = resolver.read(tokens, start)
        if reading is None:
            continue
        assert 1 <= reading.length <= len(tokens) - start
        place = resolver.resolve(reading.mention, SYRIA)
        assert place is None or 1 <= place.precision <= 7


def test_the_english_pack_has_every_table() -> None:
    words = PlaceWords.load(PACKS / "en")
    assert "in" in words.locative
    assert words.features.get("province") is not None
    assert words.parts.get("industrial area") is not None


def test_a_pack_without_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "places.toml").write_text("locative = []\n[features]\n[parts]\nwords = []\n")
    with pytest.raises(PackError, match=r"places\.toml lacks"):
        PlaceWords.load(tmp_path)


def test_a_distance_before_a_town_puts_it_near(resolver: PlaceResolver) -> None:
    reading = resolver.read(["some", "20", "miles", "from", "Aleppo"], 4)
    assert reading is not None
    place = resolver.resolve(reading.mention, SYRIA)
    assert place is not None
    assert (place.name, place.precision) == ("Aleppo", 2)


def test_the_capital_of_a_country_is_known(resolver: PlaceResolver) -> None:
    place = resolver.capital_of("SEN")
    assert place is not None
    assert (place.name, place.country, place.precision) == ("Dakar", "SEN", 1)
    assert resolver.capital_of(None) is None
