"""The compiled gazetteer: what goes in, what look-ups find, and that processes and threads may share it."""

import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from worker.errors import PackError
from worker.events.gazetteer import Gazetteer, open_gazetteer, sound_key
from worker.events.gazetteer_build import build
from worker.events.names import fold_name

TOWNS: list[dict[str, Any]] = [
    {"geonameid": 1, "name": "Ar Raqqah", "latitude": 35.95, "longitude": 39.01, "countrycode": "SY", "population": 177_000, "admin1code": "04", "alternatenames": ["Raqqa", "RQA", "alrqt", "الرقة", "Raqqä"]},
    {"geonameid": 2, "name": "Khān Shaykhūn", "latitude": 35.44, "longitude": 36.65, "countrycode": "SY", "population": 49_000, "admin1code": "12", "alternatenames": ["Khan Sheikhoun"]},
    {"geonameid": 3, "name": "Damascus", "latitude": 33.51, "longitude": 36.29, "countrycode": "SY", "population": 1_500_000, "admin1code": "13", "alternatenames": ["Dimashq"]},
    {"geonameid": 4, "name": "Tripoli", "latitude": 32.89, "longitude": 13.19, "countrycode": "LY", "population": 1_150_000, "admin1code": "61", "alternatenames": []},
    {"geonameid": 5, "name": "Tripoli", "latitude": 34.43, "longitude": 35.84, "countrycode": "LB", "population": 229_000, "admin1code": "09", "alternatenames": ["Trablous"]},
    {"geonameid": 6, "name": "El Paso", "latitude": 31.76, "longitude": -106.49, "countrycode": "US", "population": 680_000, "admin1code": "TX", "alternatenames": []},
    {"geonameid": 7, "name": "Nowhere", "latitude": 0.0, "longitude": 0.0, "countrycode": "ZZ", "population": 5, "admin1code": "00", "alternatenames": []},
]  # fmt: skip
SUPPLEMENT = """
[[place]]
name = "Eastern Ghouta"
names = ["East Ghouta"]
kind = "region"
country = "SYR"
at = [33.5, 36.4]
precision = 5

[[place]]
name = "Raqqa"
names = ["Rakka"]
kind = "town"
country = "SYR"
same = "Ar Raqqah"

[[place]]
name = "Dimashq al-Qadima"
names = ["Damascus"]
kind = "site"
country = "SYR"
at = [33.5, 36.3]
precision = 1
"""


def tables(folder: Path, supplement: str = SUPPLEMENT) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "admin1.toml").write_text('"SY.12" = "Idlib"\n"SY.04" = "Raqqa"\n"US.TX" = "Texas"\n')
    (folder / "admin2.toml").write_text('SY = [\n  ["Harem", "12", 36.2, 36.5],\n]\n')
    (folder / "supplement.toml").write_text(supplement)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    folder = tmp_path_factory.mktemp("gazetteer")
    return Gazetteer(build(folder / "deep" / "g.sqlite", digest="d1", towns=TOWNS, folder=tables(folder / "tables")))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Raqqa", [(1, "town"), (None, "admin1")]),
        ("AR-RAQQAH", [(1, "town")]),
        ("al-Raqqah", [(1, "town")]),
        ("Raqqah", [(1, "town")]),
        ("Rakka", [(1, "town")]),
        ("RQA", []),  # an airport's code
        ("alrqt", []),  # a romanisation letter by letter
        ("Khan Shaykhun", [(2, "town")]),
        ("khan sheikhoun", [(2, "town")]),
        ("Damascus", [(3, "capital")]),  # the site of our own that lies there only added its spellings
        ("Dimashq al-Qadima", [(3, "capital")]),
        ("Tripoli", [(4, "capital"), (5, "town")]),
        ("El Paso", [(6, "town")]),
        ("Paso", []),  # the Spanish article is part of a name, the Arabic one is not
        ("Harem", [(None, "admin2")]),
        ("Idlib", [(None, "admin1")]),
        ("East Ghouta", [(None, "region")]),
        ("Syria", [(None, "country")]),
        ("Nowhere", []),  # in no country of the table
        ("UK", []),  # acronyms are the business of the table of countries
        ("", []),
        ("---", []),
    ],
)
def test_places_by_name(small: Gazetteer, name: str, found: list[tuple[int | None, str]]) -> None:
    assert [(place.geonameid, place.kind) for place in small.places(name)] == found


def test_what_a_place_knows_of_itself(small: Gazetteer) -> None:
    (raqqa, province) = small.places("Raqqa")
    assert (raqqa.name, raqqa.country, raqqa.admin1, raqqa.precision, raqqa.alternate) == (
        "Raqqa",
        "SYR",
        "Raqqa",
        1,
        False,
    )
    assert (province.precision, province.latitude) == (4, 35.95)  # the mean of its one town
    (town,) = small.places("Khan Sheikhoun")
    assert town.name == "Khan Shaykhun"  # without the marks of scholarly transliteration
    assert town.alternate


def test_a_country_lies_where_its_people_are(small: Gazetteer) -> None:
    (syria,) = small.places("Syria")
    assert syria.precision == 6
    assert syria.latitude is not None
    assert 33.5 < syria.latitude < 33.9  # near Damascus, which has most of the people


@pytest.mark.parametrize(
    ("sentence", "start", "length"),
    [
        ("in Khan Sheikhoun on Tuesday", 1, 2),
        ("in Khan on Tuesday", 1, 0),
        ("in Ar - Raqqah today", 1, 3),
        ("in Raqqa 's centre", 1, 1),
        ("in Raqqa's centre", 1, 1),
        ("in raqqa", 1, 0),
        ("East Ghouta", 0, 2),
        ("East", 0, 0),
    ],
)
def test_the_longest_name_at_a_token(small: Gazetteer, sentence: str, start: int, length: int) -> None:
    assert small.longest(sentence.split(), start) == length


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hassakeh", "Al Ḩasakah"),
        ("Khan Sheikhun", "Khān Shaykhūn"),
        ("Qamishli", "Kamishly"),
        ("Latamneh", "Al Latamina"),
        ("Murek", "Mūrik"),
    ],
)
def test_transliterations_sound_alike(one: str, other: str) -> None:
    assert sound_key(fold_name(one)) == sound_key(fold_name(other)) is not None


@pytest.mark.parametrize(("one", "other"), [("Hama", "Homs"), ("Saraqib", "Sarmin"), ("Mosul", "Misrata")])
def test_different_towns_do_not(one: str, other: str) -> None:
    assert sound_key(fold_name(one)) != sound_key(fold_name(other)) or sound_key(fold_name(one)) is None


def test_towns_by_sound_are_of_one_country_only(small: Gazetteer) -> None:
    assert [place.geonameid for place in small.places_that_sound_like("Khan Shiekhun", "SYR")] == [2]
    assert small.places_that_sound_like("Khan Shiekhun", "IRQ") == ()
    assert small.places_that_sound_like("El Pasu", "USA") == ()


def test_the_file_says_where_it_is_from(small: Gazetteer) -> None:
    about = small.about()
    assert "GeoNames" in about["credit"]
    assert "CC BY 4.0" in about["credit"]
    assert about["digest"] == "d1"


def test_the_file_cannot_be_written_to(small: Gazetteer) -> None:
    with pytest.raises(sqlite3.OperationalError):
        small._all("INSERT INTO about VALUES ('x', 'y')")


def test_a_second_build_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "g.sqlite"
    first = build(path, digest="d1", towns=TOWNS, folder=tables(tmp_path / "tables")).read_bytes()
    assert build(path, digest="d2", towns=[], folder=tmp_path / "tables").read_bytes() == first
    assert not list(tmp_path.glob("*.part"))


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = tables(tmp_path / "tables")
    one, other = (build(tmp_path / name, digest="d", towns=TOWNS, folder=folder).read_bytes() for name in ("1", "2"))
    assert one == other


def test_an_entry_that_names_no_town_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    wrong = SUPPLEMENT.replace('same = "Ar Raqqah"', 'same = "Ar Rakka"').replace('"Rakka"', '"Rhaka"')
    with pytest.raises(PackError, match="Ar Rakka"):
        build(tmp_path / "g.sqlite", digest="d", towns=TOWNS, folder=tables(tmp_path / "tables", wrong))
    assert [path.name for path in tmp_path.glob("g.sqlite*")] == ["g.sqlite.lock"]


def _look_up(gazetteer: Gazetteer) -> int:
    return len(gazetteer.places("Tripoli"))


def test_a_fork_opens_its_own_connection(small: Gazetteer) -> None:
    assert _look_up(small) == 2
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send((len(small.places("El Paso")), len(small.places("Syria")))))
    child.start()
    assert receiver.poll(30)
    assert receiver.recv() == (1, 1)
    child.join(30)
    assert child.exitcode == 0
    assert len(small.places("Damascus")) == 1


def test_threads_share_one_gazetteer(small: Gazetteer) -> None:
    fresh = Gazetteer(small.path)
    names = ["Tripoli", "Raqqa", "Syria", "Idlib", "Damascus", "El Paso"] * 50
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda name: len(fresh.places(name)), names))
    assert counts == [len(small.places(name)) for name in names]


def test_the_real_gazetteer_has_the_world() -> None:
    real = open_gazetteer()
    assert int(real.about()["places"]) > 230_000
    best = next(place for place in real.places("Aleppo") if place.kind == "town")
    assert (best.geonameid, best.country, best.admin1) == (170063, "SYR", "Aleppo")
    assert real.places("Donbas")[0].precision == 5
    assert real.places("South China Sea")[0].precision == 7
