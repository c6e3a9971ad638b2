"""When two spellings are the same name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.events.names import POSSESSIVE, NameIndex, fold, fold_name, is_written_in_capitals, looks_like_a_name, spell


@pytest.mark.parametrize(
    ("token", "parts"),
    [
        ("Aleppo", ("aleppo",)),
        ("al-Bab's", ("al", "bab", POSSESSIVE)),
        ("El-Bab", ("al", "bab")),
        ("ar-Raqqah", ("al", "raqqah")),
        ("ash-Shughour", ("al", "shughour")),
        ("ad-Dana", ("al", "dana")),
        ("as-is", ("as", "is")),
        ("Sana'a", ("sanaa",)),
        ("Ma‘arrat", ("maarrat",)),
        ("Düsseldorf", ("dusseldorf",)),
        ("İstanbul", ("istanbul",)),
        ("Łódź", ("lodz",)),
        ("Saint-Denis", ("saint", "denis")),
        ("U.S.", ("us",)),
        ("U.S.’s", ("us", POSSESSIVE)),
        ("rebels'", ("rebels", POSSESSIVE)),
        ("'s", (POSSESSIVE,)),
        ("Saint", ("st",)),
        ("—", ()),
        ("Київ", ("киів",)),  # marks go in every script
        ("Russian-backed", ("russian", "backed")),
    ],
)
def test_a_token_folds_to_the_parts_by_which_names_are_compared(token: str, parts: tuple[str, ...]) -> None:
    expected = tuple("st" if part == "saint" else part for part in parts)
    assert fold(token) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deir ez-Zor", "DEIR EZ ZOR"),
        ("Côte d'Ivoire", "Cote d’Ivoire"),
        ("al-Qaeda", "Al Qaeda"),
        ("N'Djamena", "Ndjamena"),
        ("St. Petersburg", "Saint Petersburg"),
        ("Mazar-e-Sharif", "Mazar e Sharif"),
    ],
)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    def plain(name: str) -> tuple[str, ...]:
        return tuple(part for part in fold_name(name) if part not in {"al", "ez"})

    assert plain(one) == plain(other)


@given(st.text(max_size=40))
def test_folding_never_fails_and_is_stable(text: str) -> None:
    parts = fold(text)
    assert all(parts)
    again = tuple(part for word in parts if word != POSSESSIVE for part in fold(word))
    assert again == tuple(part for part in parts if part != POSSESSIVE)


@given(st.lists(st.text(min_size=1, max_size=12), max_size=12), st.integers(0, 12), st.integers(1, 6))
def test_a_spelling_never_runs_past_the_sentence(tokens: list[str], start: int, limit: int) -> None:
    spelling = spell(tokens, start, limit)
    assert len(spelling.parts) == len(spelling.ends)
    assert all(end <= max(len(tokens) - start, 0) for end in spelling.ends)


def index(*names: str, common: bool = False) -> NameIndex[str]:
    made: NameIndex[str] = NameIndex()
    for name in names:
        made.add(name, name, common=common)
    return made


@pytest.mark.parametrize(
    ("names", "sentence", "found"),
    [
        (("Free Syrian Army", "Free"), "Free Syrian Army fighters", ("Free Syrian Army", 3)),
        (("Free Syrian Army", "Free"), "Free Syrian people", ("Free", 1)),
        (("Syria",), "Syria 's army", ("Syria", 1)),
        (("Syria",), "Syria's army", ("Syria", 1)),
        (("Russian",), "Russian-backed forces", None),  # a name may not end inside a token
        (("al-Qaeda",), "al Qaeda fighters", ("al-Qaeda", 2)),
        (("al-Qaeda",), "al - Qaeda fighters", ("al-Qaeda", 3)),
        (("al-Qaeda",), "al-Qaeda fighters", ("al-Qaeda", 1)),
        (("US",), "US forces", ("US", 1)),
        (("US",), "U.S. forces", ("US", 1)),
        (("US",), "us forces", None),
        (("US",), "Us forces", None),
        (("IS",), "WAR IS OVER", None),  # a headline set in capitals holds no acronyms
        (("IS",), "the IS fighters", None),  # the name must begin at the token asked for
        (("Turkey",), "turkey for dinner", None),
    ],
)
def test_the_longest_name_wins(names: tuple[str, ...], sentence: str, found: tuple[str, int] | None) -> None:
    tokens = sentence.split()
    start = 1 if sentence.startswith("WAR") else 0
    assert index(*names).longest(tokens, start) == found


def test_common_words_match_in_any_case() -> None:
    roles = index("police officer", common=True)
    assert roles.longest(["Police", "Officer", "Smith"], 0) == ("police officer", 2)
    assert roles.longest(["police", "officer"], 0) == ("police officer", 2)


def test_an_acronym_and_a_word_of_the_same_letters_are_two_entries() -> None:
    made = index("IS", "Is")
    assert made.longest(["IS", "said"], 0) == ("IS", 1)
    assert made.longest(["Is", "said"], 0) == ("Is", 1)
    assert len(made) == 2


def test_the_first_of_two_equal_spellings_stays() -> None:
    made: NameIndex[int] = NameIndex()
    assert made.add("Fatah", 1)
    assert not made.add("FATAH".title(), 2)
    assert made.get("Fatah") == 1


@given(st.lists(st.sampled_from(["Red", "Cross", "Crescent", "Army", "the", "-", "'s", "UN"]), min_size=1, max_size=8))
def test_a_match_consumes_at_least_one_token_and_no_more_than_there_are(tokens: list[str]) -> None:
    made = index("Red Cross", "Red", "Red Army", "UN")
    for start in range(len(tokens)):
        found = made.longest(tokens, start)
        assert found is None or 1 <= found[1] <= len(tokens) - start


@pytest.mark.parametrize(
    ("token", "capitals", "name"),
    [
        ("UN", True, True),
        ("IDF's", True, True),
        ("Un", False, True),
        ("un", False, False),
        ("42", False, False),
        ("дом", False, False),
        ("北京", True, True),
    ],
)
def test_capitals(token: str, capitals: bool, name: bool) -> None:
    assert is_written_in_capitals([token]) is capitals
    assert looks_like_a_name([token]) is name
