"""Who says so, and what kind of voice that is."""

from pathlib import Path

import pytest

from worker.errors import PackError
from worker.events.countries import DATA, Countries, read_toml
from worker.events.sources import KINDS, SourceBook


@pytest.fixture(scope="module")
def book() -> SourceBook:
    return SourceBook.load()


@pytest.mark.parametrize(
    ("sentence", "at", "name", "kind", "country", "length"),
    [
        ("cited by Reuters ,", 2, "Reuters", "news_agency", "GBR", 1),
        ("AFP reported", 0, "Agence France-Presse", "news_agency", "FRA", 1),
        ("the Associated Press said", 1, "Associated Press", "news_agency", "USA", 2),
        ("state news agency SANA reported", 0, "SANA", "state_media", "SYR", 4),
        ("Syrian state television said", 0, "Syrian state television", "state_media", "SYR", 3),
        ("state television said", 0, "state television", "state_media", None, 2),
        ("Xinhua said", 0, "Xinhua", "state_media", "CHN", 1),
        ("TASS said", 0, "TASS", "state_media", "RUS", 1),
        ("Anadolu Agency said", 0, "Anadolu Agency", "state_media", "TUR", 2),
        ("BBC said", 0, "BBC", "publisher", "GBR", 1),
        ("Syrian Observatory for Human Rights said", 0, "Syrian Observatory for Human Rights", "monitor", "GBR", 5),
        ("SOHR said", 0, "Syrian Observatory for Human Rights", "monitor", "GBR", 1),
        ("ACLED counted", 0, "ACLED", "monitor", "USA", 1),
        ("Airwars said", 0, "Airwars", "monitor", "GBR", 1),
        ("Gaza health ministry said", 0, "Gaza health ministry", "official", "PSE", 3),
        ("Human Rights Watch said", 0, "Human Rights Watch", "ngo", "USA", 3),
        ("local sources said", 0, "local sources", "anonymous", None, 2),
        ("Local sources said", 0, "local sources", "anonymous", None, 2),
        ("residents said", 0, "residents", "witness", None, 1),
        ("eyewitnesses told", 0, "eyewitnesses", "witness", None, 1),
        ("medics said", 0, "medics", "witness", None, 1),
        ("security officials said", 0, "security officials", "official", None, 2),
        ("police said", 0, "police", "official", None, 1),
        ("military sources said", 0, "military sources", "belligerent", None, 2),
        ("health ministry said", 0, "health ministry", "official", None, 2),
    ],
)  # fmt: skip
def test_a_source_and_its_kind(
    book: SourceBook, sentence: str, at: int, name: str, kind: str, country: str | None, length: int
) -> None:
    match = book.match(sentence.split(), at)
    assert match is not None
    assert (match.name, match.kind, match.country, match.length) == (name, kind, country, length)
    assert match.named is (name[0].isupper() or "Gaza" in name)


@pytest.mark.parametrize("sentence", ["shells fell", "reuters", "sana", "Sana went", "the BBC", "", "ap"])
def test_other_words_are_no_sources(book: SourceBook, sentence: str) -> None:
    assert book.match(sentence.split(), 0) is None


def test_every_named_source_has_a_kind_and_a_country_that_exists() -> None:
    codes = {country.iso3 for country in Countries.load()}
    table = read_toml(DATA / "sources.toml")
    assert table.keys() <= KINDS
    for kind, entries in table.items():
        for entry in entries:
            assert entry.get("country") in codes | {None}, (kind, entry)
    assert sum(map(len, table.values())) >= 200


def test_no_spelling_stands_for_two_sources() -> None:
    owners: dict[str, set[str]] = {}
    for entries in read_toml(DATA / "sources.toml").values():
        for entry in entries:
            for spelling in (entry["name"], *entry.get("names", ())):
                owners.setdefault(spelling, set()).add(entry["name"])
    assert {spelling: names for spelling, names in owners.items() if len(names) > 1} == {}


def test_a_language_without_unnamed_voices_still_knows_the_named(tmp_path: Path) -> None:
    bare = SourceBook.load(tmp_path)
    assert bare.match(["Reuters"], 0) is not None
    assert bare.match(["residents"], 0) is None


@pytest.mark.parametrize(("content", "complaint"), [('gossip = ["friends"]', "gossip"), ("witness = [", "sources")])
def test_a_pack_with_a_fault_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "sources.toml").write_text(content)
    with pytest.raises(PackError, match=complaint):
        SourceBook.load(tmp_path)
