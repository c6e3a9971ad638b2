"""Who is meant by the words of a sentence."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.errors import PackError
from worker.events.actors import ActorBook
from worker.events.countries import DATA, Countries, read_toml
from worker.events.known_parties import KnownParties
from worker.events.roles import RoleWords

ONTOLOGY = {
    "COP",
    "GOV",
    "JUD",
    "LEG",
    "MIL",
    "PRM",
    "PTY",
    "REB",
    "SPY",
    "UAF",
    "UNK",
    "AGR",
    "BUS",
    "CRM",
    "CVL",
    "EDU",
    "ELI",
    "JRN",
    "LAB",
    "MED",
    "REF",
    "OPP",
    "PRE",
    "REL",
    "SOC",
    "IGO",
    "UNO",
    "EUR",
    "NGO",
    "ISM",
    "IMG",
    "MNC",
}


@pytest.fixture(scope="module")
def book() -> ActorBook:
    return ActorBook.load()


@pytest.mark.parametrize(
    ("sentence", "length", "name", "country", "sector"),
    [
        # states and their arms
        ("Syrian army units", 3, "Military of Syria", "SYR", "MIL"),
        ("Kenyan police fired", 2, "Police of Kenya", "KEN", "COP"),
        ("Russian warplanes struck", 2, "Military of Russia", "RUS", "MIL"),
        ("Russian aircraft", 2, "Military of Russia", "RUS", "MIL"),
        ("Kenyan anti-riot police", 3, "Police of Kenya", "KEN", "COP"),
        ("Israel 's military said", 3, "Military of Israel", "ISR", "MIL"),
        ("Israel's military said", 2, "Military of Israel", "ISR", "MIL"),
        ("South Korean forces", 3, "Military of South Korea", "KOR", "MIL"),
        ("Malian junta", 2, "Government of Mali", "MLI", "GOV"),
        ("Philippine senators", 2, "Legislature of the Philippines", "PHL", "LEG"),
        ("Bolivian prosecutors", 2, "Judiciary of Bolivia", "BOL", "JUD"),
        ("government of the Philippines", 4, "Government of the Philippines", "PHL", "GOV"),
        ("army of Mali", 3, "Military of Mali", "MLI", "MIL"),
        ("Russia said", 1, "Government of Russia", "RUS", "GOV"),
        ("Moscow said", 1, "Government of Russia", "RUS", "GOV"),
        ("Kremlin said", 1, "Government of Russia", "RUS", "GOV"),
        ("White House said", 2, "Government of the United States", "USA", "GOV"),
        ("IDF said", 1, "Military of Israel", "ISR", "MIL"),
        ("China Coast Guard vessels", 3, "China Coast Guard", "CHN", "MIL"),
        ("US Congress voted", 2, "Legislature of the United States", "USA", "LEG"),
        # leaders and titles
        ("Assad 's regime", 3, "Government of Syria", "SYR", "GOV"),
        ("Assad soldiers", 2, "Military of Syria", "SYR", "MIL"),
        ("regime of Bashar al-Assad", 4, "Government of Syria", "SYR", "GOV"),
        ("French president Emmanuel Macron said", 4, "Government of France", "FRA", "GOV"),
        ("Prime Minister Benjamin Netanyahu said", 4, "Government of Israel", "ISR", "GOV"),
        ("Israeli defence minister Yoav Gallant", 5, "Government of Israel", "ISR", "GOV"),
        ("President Reagan 's", 2, "Government of the United States", "USA", "GOV"),
        ("King Letsie of Lesotho said", 4, "Government of Lesotho", "LSO", "GOV"),
        ("President Frederick Chiluba said", 3, "President Frederick Chiluba", None, "GOV"),
        ("Gen . Min Aung Hlaing said", 5, "Government of Myanmar", "MMR", "GOV"),
        ("Nasrallah said", 1, "Hezbollah", "LBN", "REB"),
        # groups and organisations
        ("HTS fighters", 2, "Hayat Tahrir al-Sham", "SYR", "REB"),
        ("ISIL militants", 2, "Islamic State", None, "REB"),
        ("Daesh said", 1, "Islamic State", None, "REB"),
        ("al - Shabaab fighters", 4, "al-Shabaab", "SOM", "REB"),
        ("M23 rebels", 2, "M23", "COD", "REB"),
        ("RSF fighters", 2, "Rapid Support Forces", "SDN", "REB"),
        ("Houthi rebels", 2, "Houthis", "YEM", "REB"),
        ("YPG said", 1, "People's Protection Units", "SYR", "REB"),
        ("UN peacekeepers", 2, "United Nations", None, "MIL"),
        ("U.N. Security Council", 3, "United Nations Security Council", None, "UNO"),
        ("European Union", 2, "European Union", None, "EUR"),
        ("Doctors Without Borders", 3, "Médecins Sans Frontières", None, "NGO"),
        ("Hezbollah leader Naim Qassem", 4, "Hezbollah", "LBN", "REB"),
        # plain parties
        ("gunmen attacked", 1, "gunmen", None, "UAF"),
        ("a gunman", 0, "", None, None),
        ("gunman attacked", 1, "gunmen", None, "UAF"),
        ("protesters marched", 1, "protesters", None, "OPP"),
        ("civilians fled", 1, "civilians", None, "CVL"),
        ("Syrian opposition", 2, "Syrian opposition", "SYR", "OPP"),
        ("Syrian rebels", 2, "Syrian rebels", "SYR", "REB"),
        ("Afghan rebel leaders", 3, "Afghan rebels", "AFG", "REB"),
        ("Kurdish militias", 2, "Kurdish militias", None, "UAF"),
        ("Kurdish forces", 2, "Kurdish forces", None, "UAF"),
        ("Syrians fled", 1, "Syrians", "SYR", "CVL"),
        ("Bosnian Serbs", 2, "Bosnian Serbs", "BIH", "CVL"),
        ("French railway workers", 3, "railway workers", "FRA", "LAB"),
        ("Russian oil workers", 3, "workers", "RUS", "LAB"),
        # none of them
        ("Syrian city of Homs", 0, "", None, None),
        ("Turkish strikes killed civilians", 0, "", None, None),
        ("turkey sandwiches", 0, "", None, None),
        ("us together", 0, "", None, None),
        ("WAR IS OVER", 0, "", None, None),
        ("the army", 0, "", None, None),  # the determiner is the caller's
    ],
)
def test_the_longest_party(
    book: ActorBook, sentence: str, length: int, name: str, country: str | None, sector: str | None
) -> None:
    match = book.longest(sentence.split(), 0)
    if match is None:
        assert length == 0
        return
    assert (match.length, match.name, match.country, match.sector) == (length, name, country, sector)


@pytest.mark.parametrize(
    ("sentence", "at", "name"),
    [
        ("the West Bank", 2, None),  # a bank only when it is no name's second word
        ("said Francesca Albanese", 2, None),  # a surname after somebody's given name
        ("When Trump spoke", 1, "Government of the United States"),
        ("and Trump spoke", 1, "Government of the United States"),
        ("ethnic Albanians", 1, "Albanians"),
        ("Hungarian and Romanian ministers", 0, "Government of Hungary"),
        ("Hungarian and Romanian ministers", 2, "Government of Romania"),
        ("Hungarian and Romanian towns", 0, None),
    ],
)
def test_what_stands_around_counts(book: ActorBook, sentence: str, at: int, name: str | None) -> None:
    match = book.longest(sentence.split(), at)
    assert (match.name if match else None) == name


def test_a_people_named_ethnic_has_no_country(book: ActorBook) -> None:
    match = book.longest(["ethnic", "Albanians"], 1)
    assert match is not None
    assert match.country is None


@pytest.mark.parametrize(
    ("sentence", "on", "name", "sector"),
    [
        ("Assad said", date(2024, 12, 1), "Government of Syria", "GOV"),
        ("Assad said", date(2025, 3, 1), "Bashar al-Assad", "ELI"),
        ("Trump said", date(2018, 1, 1), "Government of the United States", "GOV"),
        ("Trump said", date(2022, 1, 1), "Donald Trump", "ELI"),
        ("Trump said", date(2025, 6, 1), "Government of the United States", "GOV"),
        ("Mark Rutte said", date(2020, 1, 1), "Government of the Netherlands", "GOV"),
        ("Mark Rutte said", date(2025, 1, 1), "NATO", "IGO"),
        ("former president Evo Morales said", date(2018, 1, 1), "Evo Morales", "ELI"),
        ("Bolivian former president Evo Morales", date(2018, 1, 1), "Evo Morales", "ELI"),
        ("ousted president Mohamed Bazoum", date(2023, 9, 1), "Mohamed Bazoum", "ELI"),
        ("President Bush said", date(2003, 1, 1), "Government of the United States", "GOV"),
    ],
)
def test_an_office_lasts_as_long_as_its_term(book: ActorBook, sentence: str, on: date, name: str, sector: str) -> None:
    match = book.longest(sentence.split(), 0, on)
    assert match is not None
    assert (match.name, match.sector) == (name, sector)
    assert match.state is (sector == "GOV")


@pytest.mark.parametrize(
    ("sentence", "armed", "state", "some"),
    [
        ("gunmen", True, False, "armed"),
        ("soldiers", True, True, "state"),
        ("Russian warplanes", True, True, "weapon-platform"),
        ("Hamas", True, False, "armed"),
        ("UN peacekeepers", True, False, "international"),
        ("United Nations", False, False, "international"),
        ("ministers", False, True, "political"),
        ("protesters", False, False, "civil"),
        ("journalists", False, False, "media"),
        ("Manchester United", False, False, "sport"),
        ("Gazprom", False, False, "company"),
        ("cartel", True, False, "crime"),
        ("judges", False, True, "justice"),
    ],
)
def test_the_classes_that_gates_ask_for(book: ActorBook, sentence: str, armed: bool, state: bool, some: str) -> None:
    match = book.longest(sentence.split(), 0)
    assert match is not None
    assert (match.armed, match.state) == (armed, state)
    assert some in match.classes
    assert match.armed == ("armed" in match.classes)
    assert match.state == ("state" in match.classes)


def test_a_plain_party_comes_home(book: ActorBook) -> None:
    army = book.longest(["army"], 0)
    gunmen = book.longest(["gunmen"], 0)
    united_nations = book.longest(["UN"], 0)
    russia = book.longest(["Russia"], 0)
    assert army is not None
    assert gunmen is not None
    assert united_nations is not None
    assert russia is not None
    assert book.at_home(army, "SYR").name == "Military of Syria"
    assert (book.at_home(gunmen, "SYR").name, book.at_home(gunmen, "SYR").country) == ("gunmen", "SYR")
    assert book.at_home(united_nations, "SYR") == united_nations
    assert book.at_home(russia, "SYR") == russia


@cache
def loaded_once() -> ActorBook:
    return ActorBook.load()


WORDS = [
    "Syrian",
    "army",
    "of",
    "the",
    "Assad",
    "'s",
    "President",
    "UN",
    "rebels",
    "and",
    "Russian",
    "former",
    ".",
    "Gen",
    "al-",
    "Kurdish",
    "leaders",
    "oil",
]


@settings(deadline=None)  # the first example reads the tables
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=8)), min_size=1, max_size=10))
def test_any_sentence_is_survived_and_no_match_runs_past_it(tokens: list[str]) -> None:
    known = loaded_once()
    for start in range(len(tokens)):
        match = known.longest(tokens, start)
        assert match is None or (1 <= match.length <= len(tokens) - start and match.name)


# --- the files -----------------------------------------------------------------------------------------------------


def named_entries() -> list[tuple[str, dict[str, object]]]:
    return [
        (f"{file}/{table}", {**content["default"], **entry})
        for file in ("armed_groups", "organisations", "parties")
        for table, content in read_toml(DATA / f"{file}.toml").items()
        for entry in content["entries"]
    ]


def test_every_named_party_has_a_sector_of_the_ontology_and_a_country_that_exists() -> None:
    codes = {country.iso3 for country in Countries.load()}
    for where, entry in named_entries():
        assert entry["sector"] in ONTOLOGY, (where, entry)
        assert entry.get("country") in codes | {None}, (where, entry)


def test_no_spelling_stands_for_two_parties() -> None:
    owners: dict[str, set[str]] = {}
    for _, entry in named_entries():
        names = entry.get("names", [])
        assert isinstance(names, list)
        for spelling in (entry["name"], *names):
            owners.setdefault(str(spelling), set()).add(str(entry["name"]))
    assert {spelling: names for spelling, names in owners.items() if len(names) > 1} == {}


def test_terms_in_office_end_after_they_begin_and_belong_to_somebody() -> None:
    codes = {country.iso3 for country in Countries.load()}
    known = KnownParties.load()
    for led, terms in read_toml(DATA / "leaders.toml").items():
        assert led in codes or known.names.get(led) is not None, led
        for term in terms:
            assert term["since"] < term.get("until", date.max), term


def test_there_is_enough_to_read_the_news_with() -> None:
    counts: dict[str, int] = {}
    for where, _ in named_entries():
        counts[where.split("/")[0]] = counts.get(where.split("/")[0], 0) + 1
    assert counts["armed_groups"] >= 300
    assert counts["organisations"] >= 150
    assert counts["parties"] >= 150


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("joining = []", "lacks"),
        ('[[role]]\nsector = "MIL"\nclasses = ["strong"]\nwords = ["x"]', "strong"),
        ('[[role]]\nsector = "MIL"\ncolour = "red"\nwords = ["x"]', "colour"),
    ],
)
def test_a_pack_with_a_fault_is_refused_with_its_file_and_fault(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "roles.toml").write_text(content)
    with pytest.raises(PackError, match=complaint) as raised:
        RoleWords.load(tmp_path)
    assert "roles.toml" in str(raised.value)


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        (
            "armed_groups.toml",
            '[a]\ndefault = { kind = "group", sector = "REB" }\nentries = [{ name = "X", colour = "red" }]',
            "colour",
        ),
        (
            "armed_groups.toml",
            '[a]\ndefault = { kind = "group", sector = "REB" }\nentries = [{ names = ["X"] }]',
            "name",
        ),
        ("leaders.toml", 'SYR = [{ name = "X" }]', "since"),
    ],
)
def test_a_table_with_a_fault_is_refused(tmp_path: Path, file: str, content: str, complaint: str) -> None:
    for name in ("armed_groups.toml", "organisations.toml", "parties.toml", "leaders.toml"):
        (tmp_path / name).write_text(content if name == file else "")
    with pytest.raises(PackError, match=complaint):
        KnownParties.load(tmp_path)
