"""The scorer on small articles made by hand: what it counts, what it forgives, and what it calls grave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gold import score as program
from tests.gold.corpus import GoldArticle, GoldEvent, GoldToll, Outlet, articles
from tests.gold.pairing import FIELDS, match
from tests.gold.sameness import country_of, fold, same_place, same_source
from tests.gold.scoring import QUADS, Score, score, total
from worker.records import CodedText, Event, EventPlace, Party, Source, Span, Toll

TEXT = (
    "Rebels shelled a market in Goma on Tuesday, killing at least seven people, the health ministry said.\n"
    "Rwanda denied that its army had crossed the border near Bukavu on Monday.\n"
    "In January the rebels bombed Sake. The United Nations condemned the shelling."
)
TUESDAY, MONDAY = date(2025, 3, 4), date(2025, 3, 3)
OUTLET = Outlet("wire", "Wire", "publisher", "", "KEN", "en", "Africa/Nairobi", "rss", ())


def gold_event(**changes: Any) -> GoldEvent:
    shelling = GoldEvent(
        key="goma",
        type="ASSAULT",
        mode="heavy-weapons",
        acled_sub_event="Shelling/artillery/missile attack",
        actors=("M23",),
        actors_text=("Rebels",),
        recipients=("civilians",),
        recipients_text=("people",),
        place="Goma",
        country="COD",
        place_precision=1,
        date_start=TUESDAY,
        date_end=TUESDAY,
        date_precision="day",
        status="claimed",
        attribution=("Government of the Democratic Republic of the Congo",),
        trigger="shelled",
        quote="Rebels shelled a market in Goma on Tuesday",
        more_quotes=(),
        tolls=(GoldToll("killed", 7, None, False, "claimed", ("health ministry",), "people", "at least seven people"),),
    )
    return replace(shelling, **changes)


CROSSING = gold_event(
    key="crossing",
    type="MOBILIZE",
    mode="troops",
    acled_sub_event="Other",
    actors=("Military of Rwanda",),
    actors_text=("its army",),
    recipients=(),
    recipients_text=(),
    place="Bukavu",
    place_precision=2,
    date_start=MONDAY,
    date_end=MONDAY,
    status="denied",
    attribution=("Government of Rwanda",),
    trigger="crossed",
    quote="its army had crossed the border near Bukavu on Monday",
    tolls=(),
)
CONDEMNATION = gold_event(
    key="un",
    type="ACCUSE",
    mode="disapprove",
    acled_sub_event=None,
    actors=("United Nations",),
    actors_text=("The United Nations",),
    recipients=(),
    recipients_text=(),
    place=None,
    country=None,
    place_precision=None,
    date_start=None,
    date_end=None,
    date_precision="unknown",
    status="asserted",
    attribution=(),
    trigger="condemned",
    quote="The United Nations condemned the shelling",
    tolls=(),
)
BACKGROUND = ("In January the rebels bombed Sake", "historical")


def article(*events: GoldEvent, **changes: Any) -> GoldArticle:
    made = GoldArticle(
        outlet=OUTLET,
        slug="goma",
        title="Shells hit Goma",
        published=datetime(2025, 3, 4, 18, tzinfo=UTC),
        section="world",
        author=None,
        story="goma",
        kind="own",
        copy_of=None,
        split="dev",
        coded=True,
        text=TEXT,
        events=events,
        not_events=(BACKGROUND,),
        raw={},
    )
    return replace(made, **changes)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words), words)


def answer(gold: GoldEvent, **changes: Any) -> Event:
    """The coded event that says exactly what the label says."""
    place = (
        EventPlace(gold.place, gold.place, gold.country, precision=gold.place_precision or 6) if gold.place else None
    )
    event = Event(
        type=gold.type,
        mode=gold.mode,
        quad=4,
        acled_event_type=None,
        acled_sub_event=gold.acled_sub_event,
        contexts=(),
        actors=tuple(map(Party, gold.actors, gold.actors_text)),
        recipients=tuple(map(Party, gold.recipients, gold.recipients_text)),
        place=place,
        date_start=gold.date_start,
        date_end=gold.date_end,
        date_precision=gold.date_precision,
        date_text=None,
        tolls=tuple(
            Toll(toll.measure, toll.low, toll.high, toll.approximate, toll.who, toll.status, (), span(toll.quote))
            for toll in gold.tolls
        ),
        attribution=tuple(Source(name, "official") for name in gold.attribution),
        status=gold.status,
        happened=gold.happened,
        confidence=1.0,
        triggers=(span(gold.trigger),),
        quotes=(span(gold.quote),),
    )
    return replace(event, **changes)


def scored(gold: GoldArticle, *events: Event) -> Score:
    return score(gold, CodedText("en", events, "1", "en 1", None))


LABELLED = article(gold_event(), CROSSING, CONDEMNATION)
PERFECT = tuple(map(answer, LABELLED.events))


def shares(of: Score) -> Mapping[str, float | None]:
    return {name: tally.share for name, tally in of.fields.items()}


def test_a_perfect_answer_scores_one_everywhere() -> None:
    result = scored(LABELLED, *PERFECT)
    assert result.found().precision == result.found().recall == result.found().f1 == 1
    assert set(shares(result).values()) == {1}
    assert result.findings == result.grave == ()
    assert result.background["historical"].share == 0


def test_silence_misses_everything_and_claims_nothing() -> None:
    result = scored(LABELLED)
    assert (result.found().precision, result.found().recall) == (None, 0)
    assert [finding.cause for finding in result.findings] == ["missed: not found"] * 3
    assert set(shares(result).values()) == {None}


WRONG_FIELDS: list[tuple[dict[str, Any], set[str]]] = [
    ({"mode": "firearms"}, {"mode"}),
    ({"acled_sub_event": None}, {"ACLED sub-event"}),
    ({"actors": (Party("Military of Sudan", "the army", "SDN"),)}, {"actors exact", "actors any", "actors share"}),
    (
        {"actors": (Party("M23", "Rebels"), Party("Military of Rwanda", "troops", "RWA"))},
        {"actors exact", "actors share"},
    ),
    ({"recipients": ()}, {"recipients exact", "recipients any", "recipients share"}),
    ({"place": EventPlace("Bukavu", "Bukavu", "COD", precision=1)}, {"place"}),
    ({"place": EventPlace("Goma", "Goma", "RWA", precision=1)}, {"country"}),
    ({"place": None}, {"place", "country", "place precision"}),
    ({"date_start": MONDAY, "date_end": MONDAY}, {"day", "day exact"}),
    ({"date_start": MONDAY}, {"day exact"}),
    ({"date_start": None, "date_end": None}, {"day", "day exact"}),
    ({"status": "asserted"}, {"status"}),
    ({"attribution": ()}, {"source", "source anywhere"}),
    ({"attribution": (Source("Reuters", "news_agency"),)}, {"source", "source anywhere"}),
    ({"tolls": ()}, {"tolls found", "tolls right"}),
]


@pytest.mark.parametrize(("changes", "lost"), WRONG_FIELDS)
def test_a_wrong_field_loses_exactly_itself(changes: dict[str, Any], lost: set[str]) -> None:
    result = scored(article(gold_event()), answer(gold_event(), **changes))
    assert result.found().f1 == 1
    assert {name for name, share in shares(result).items() if share != 1} == lost
    assert not result.grave


def test_swapped_actor_and_recipient_lose_both_and_nothing_else() -> None:
    right = answer(CROSSING, recipients=(Party("civilians", "people"),))
    gold = replace(CROSSING, recipients=("civilians",), recipients_text=("people",))
    result = scored(article(gold), replace(right, actors=right.recipients, recipients=right.actors))
    lost = {name for name, share in shares(result).items() if share not in {1, None}}
    assert lost == {f"{role} {how}" for role in ("actors", "recipients") for how in ("exact", "any", "share")}


def test_another_type_is_a_miss_and_a_false_alarm() -> None:
    result = scored(article(gold_event()), answer(gold_event(), type="COERCE"))
    assert (result.types["ASSAULT"].recall, result.types["COERCE"].precision) == (0, 0)
    assert {finding.cause for finding in result.findings} == {
        "missed: coded as COERCE",
        "extra: another type than labelled",
    }


def test_the_same_event_told_twice_is_right_once() -> None:
    result = scored(article(gold_event()), answer(gold_event()), answer(gold_event(), mode=None))
    assert (result.found().both, result.found().coded) == (1, 2)
    assert result.fields["mode"].share == 1, "the better fitting one is taken"
    assert [finding.cause for finding in result.findings] == ["extra: told twice, or another event of the sentence"]


def test_two_events_with_one_trigger_find_their_own_labels() -> None:
    second = gold_event(key="sake", place="Sake")
    both = article(gold_event(), second)
    assert match(both, [answer(second), answer(gold_event())]) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"actors": (), "recipients": ()}, False),  # nobody in common
        ({"place": EventPlace("Bukavu", "Bukavu", "COD")}, False),  # another place
        ({"date_start": MONDAY, "date_end": MONDAY}, False),  # another day
        ({"place": None}, True),
        ({"place": None, "date_start": None, "date_end": None}, False),  # nothing agrees
    ],
)
def test_elsewhere_in_the_text_circumstances_and_a_party_must_agree(changes: dict[str, Any], found: bool) -> None:
    elsewhere = {"triggers": (span("health"),), "quotes": (span("the health ministry said"),)}
    result = scored(article(gold_event()), answer(gold_event(), **elsewhere, **changes))
    assert result.found().both == int(found)


@pytest.mark.parametrize("status", ["denied", "planned", "rumoured", "unverified"])
def test_what_did_not_happen_stored_as_happened_is_grave(status: str) -> None:
    gold = article(replace(CROSSING, status=status))
    result = scored(gold, answer(CROSSING, status="claimed", happened=True))
    assert [finding.cause for finding in result.grave] == [f"{status} stored as happened"]
    assert not scored(gold, answer(CROSSING, status="denied", happened=False)).grave


def test_a_denied_event_is_grave_under_another_type_too() -> None:
    result = scored(article(CROSSING), answer(CROSSING, type="ASSAULT", status="asserted", happened=True))
    assert [finding.cause for finding in result.grave] == ["denied stored as happened"]


@pytest.mark.parametrize(
    ("reason", "status", "taken", "grave"),
    [
        ("historical", "asserted", 1, 1),
        ("hypothetical", "claimed", 1, 1),
        ("metaphor", "asserted", 1, 0),
        ("hypothetical", "planned", 1, 0),
        ("historical", "historical", 0, 0),  # rightly kept out
    ],
)
def test_background_taken_for_an_event(reason: str, status: str, taken: int, grave: int) -> None:
    bombing = answer(
        gold_event(),
        status=status,
        happened=status in {"asserted", "claimed"},
        triggers=(span("bombed"),),
        quotes=(span("In January the rebels bombed Sake."),),
    )
    result = scored(article(gold_event(), not_events=((BACKGROUND[0], reason),)), answer(gold_event()), bombing)
    assert (result.background[reason].right, result.background[reason].of) == (taken, 1)
    assert len(result.grave) == grave
    assert result.found().coded == 1 + taken


def test_an_unverified_toll_counted_is_grave() -> None:
    doubted = gold_event(tolls=(replace(gold_event().tolls[0], status="unverified"),))
    assert [one.cause for one in scored(article(doubted), answer(gold_event())).grave] == ["unverified toll counted"]
    assert not scored(article(doubted), answer(doubted)).grave


def test_of_two_tolls_with_one_number_each_meets_its_own_status() -> None:
    sure = gold_event().tolls[0]
    both = gold_event(tolls=(replace(sure, status="unverified"), sure))
    assert not scored(article(both), answer(both)).grave
    assert not scored(article(both), answer(both, tolls=answer(both).tolls[::-1])).grave


def test_subsets_and_cumulative_tolls_count_neither_way() -> None:
    three = replace(answer(gold_event()).tolls[0], low=3, high=3)
    extra = (replace(three, subset=True), replace(three, cumulative=True))
    result = scored(article(gold_event()), answer(gold_event(), tolls=answer(gold_event()).tolls + extra))
    assert result.fields["tolls right"].share == 1
    wrong = scored(article(gold_event()), answer(gold_event(), tolls=(*answer(gold_event()).tolls, three)))
    assert wrong.fields["tolls right"].share == 0.5


def test_a_wrong_year_is_grave_and_a_wrong_day_is_not() -> None:
    years_ago = date(2024, 3, 4)
    result = scored(article(gold_event()), answer(gold_event(), date_start=years_ago, date_end=years_ago))
    assert [finding.cause for finding in result.grave] == ["wrong year"]
    across = answer(gold_event(), date_start=date(2024, 12, 30), date_end=date(2025, 1, 2))
    assert not scored(article(gold_event()), across).grave


def test_an_event_coded_as_background_is_missed_and_said_so() -> None:
    result = scored(article(gold_event()), answer(gold_event(), status="historical", happened=False))
    assert [finding.cause for finding in result.findings] == ["missed: taken for historical"]
    assert result.found().coded == 0


@pytest.mark.parametrize(("said", "yielded"), [((), 0), ((answer(gold_event()),), 1)])
def test_an_article_without_event_should_stay_empty(said: tuple[Event, ...], yielded: int) -> None:
    result = scored(article(section="sport", not_events=()), *said)
    assert (result.empty["sport"].right, result.empty["sport"].of) == (yielded, 1)
    assert scored(LABELLED, *PERFECT).empty == {}


def test_articles_whose_events_are_not_all_labelled_do_not_count() -> None:
    assert scored(article(coded=False), *PERFECT) == Score()


def test_scores_add_up() -> None:
    both = total([scored(LABELLED, *PERFECT), scored(LABELLED)])
    assert (both.articles, both.found().precision, both.found().recall) == (2, 1, 0.5)
    assert both.background["historical"].of == 2
    assert both.fields["status"].of == 3
    assert total([]) == Score()


@given(st.lists(st.sampled_from(PERFECT), max_size=6))
def test_nothing_is_matched_twice(said: list[Event]) -> None:
    pairs = match(LABELLED, said)
    assert len({g for g, _ in pairs}) == len({c for _, c in pairs}) == len(pairs)
    result = scored(LABELLED, *said)
    assert result.found().both + sum(one.cause.startswith("missed") for one in result.findings) == 3
    assert result.found().both + sum(one.cause.startswith("extra") for one in result.findings) == len(said)


# --- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "folded"),
    [("Côte d'Ivoire", "cote divoire"), ("The Hague", "hague"), ("Al-Shabaab", "al shabaab"), ("  M23 ", "m23")],
)
def test_folding(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Government of the Democratic Republic of the Congo", "COD"),
        ("Military of Turkey", "TUR"),
        ("Police of Kosovo", "KOS"),
        ("Ministry of Defence of Mexico", "MEX"),
        ("Government of the Central African Republic", "CAF"),
        ("Government of Sinaloa", None),
        ("civilians", None),
    ],
)
def test_the_country_in_a_name(name: str, code: str | None) -> None:
    assert country_of(name) == code


PARTIES = [
    ("Military of Russia", "Russian troops", Party("Military of Russia", "they", "RUS"), True),
    ("Military of Russia", "Russian troops", Party("Russian troops", "Russian troops", "RUS"), True),
    ("Military of Russia", "Russian troops", Party("Ukrainian troops", "troops", "UKR"), False),
    ("Military of Russia", "it", Party("it", "it", "RUS"), False),
    ("civilians", "displaced families", Party("families", "families"), True),
    ("civilians", "two women", Party("two men", "two men"), False),
    ("National Liberation Army", "the ELN", Party("ELN", "The ELN", "COL"), True),
    ("Los Chapitos", "Gunmen believed to belong to Los Chapitos", Party("gunmen", "Gunmen"), False),
]


@pytest.mark.parametrize(("name", "text", "coded", "right"), PARTIES)
def test_parties_by_name_or_by_words_and_country(name: str, text: str, coded: Party, right: bool) -> None:
    gold = gold_event(actors=(name,), actors_text=(text,))
    assert FIELDS["actors exact"](gold, answer(gold, actors=(coded,))).share == int(right)


@pytest.mark.parametrize(
    ("name", "coded", "right"),
    [
        ("Sudan Doctors Network", Source("doctors' network", "ngo", "the doctors' network"), True),
        ("Military of Sudan", Source("Military of Syria", "belligerent", "the army", "SYR"), False),
        ("Government of Mexico", Source("Police of Mexico", "official", "police", "MEX"), False),
        ("residents of Bara", Source("witness", "witness", "Two residents"), True),
        ("Reuters", Source("AFP", "news_agency", "AFP"), False),
    ],
)
def test_sources(name: str, coded: Source, right: bool) -> None:
    assert same_source(name, coded) == right


@pytest.mark.parametrize(
    ("name", "country", "coded", "right"),
    [
        ("Culiacán", "MEX", EventPlace("Culiacan", "Culiacan", "MEX"), True),
        ("Santa Cruz", "BOL", EventPlace("Santa Cruz de la Sierra", "Santa Cruz", "BOL"), True),
        ("Santa Cruz", "BOL", EventPlace("Santa Cruz de Tenerife", "Tenerife", "ESP"), False),
        ("Goma", "COD", None, False),
        (None, None, EventPlace("Goma", "Goma", "COD"), False),
        (None, None, None, True),
    ],
)
def test_places(name: str | None, country: str | None, coded: EventPlace | None, right: bool) -> None:
    assert same_place(name, country, coded) == right


# --- the program -----------------------------------------------------------------------------------------------


class Echo:
    """A coder that answers with the labels themselves: the best there can be."""

    def code(self, article: Any, *, all_statuses: bool = True) -> CodedText:
        return CodedText("en", PERFECT, "1", "en 1", None)


def test_a_floor_is_raised_and_never_lowered() -> None:
    floors = {"status": 0.8, "source": 0.9, program.GRAVE: 2}
    assert program.raised(floors, {"status": 0.9, "source": 0.5, program.GRAVE: 3}) == {
        "status": 0.9,
        "source": 0.9,
        program.GRAVE: 2,
    }
    assert program.raised(floors, {program.GRAVE: 1})[program.GRAVE] == 1


def test_what_falls_is_named() -> None:
    floors = {"status": 0.8, "source": 0.9, program.GRAVE: 2}
    assert program.fallen(floors, {"status": 0.8, "source": 0.91, program.GRAVE: 2}) == []
    assert len(program.fallen(floors, {"status": 0.79, program.GRAVE: 3})) == 3


def test_changed_labels_and_fallen_figures_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "floors.json"
    now = {split: {"status": 0.5} for split in program.SPLITS}
    old = {"sha256": {}, "floors": {"dev": {"status": 0.4}, "test": {"status": 0.6}}}
    assert program.settle(old, now, write=False, to=file) == 1
    assert not file.exists()
    assert program.settle(old, now, write=True, to=file) == 1, (
        "raising lowers nothing: the test figure is still too low"
    )
    kept = json.loads(file.read_text())
    assert kept["floors"] == {"dev": {"status": 0.5}, "test": {"status": 0.6}}
    assert program.settle(kept, {"dev": {"status": 0.5}, "test": {"status": 0.6}}, write=False, to=file) == 0
    assert "test: status is 0.5, its floor 0.6" in capsys.readouterr().err


def test_the_pinned_floors_can_be_read() -> None:
    pinned = json.loads(program.FLOORS.read_text())
    assert set(pinned) == {"sha256", "floors"}
    assert set(pinned["floors"]) == set(program.SPLITS)


def test_figures_hold_every_target() -> None:
    of = total([scored(LABELLED, *PERFECT), scored(article(section="sport", not_events=()))])
    assert set(program.TARGETS) <= set(program.figures(of))
    assert program.figures(of)["articles without event left empty"] == 1


def test_without_a_coder_the_program_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "CODER", "worker.events.not_written_yet")
    assert program.main([]) == 2
    assert "no coder to score: worker.events.not_written_yet" in capsys.readouterr().err


def test_of_the_test_split_only_counts_are_shown() -> None:
    of = scored(article(CROSSING), answer(CROSSING, status="claimed", happened=True))
    shown = program.as_json({"dev": of, "test": of})
    assert shown["dev"]["grave"] == [["denied stored as happened", "wire/goma", CROSSING.quote]]
    assert shown["test"]["grave"] == 1
    assert CROSSING.quote not in json.dumps(shown["test"])


def test_every_table_can_be_printed() -> None:
    scores = {"dev": scored(LABELLED, *PERFECT), "test": Score()}
    assert program.type_table(scores).row_count == sum(map(len, QUADS.values())) + len(QUADS) + 1
    assert program.figure_table(scores, {"dev": {"status": 0.5}}).row_count > len(program.TARGETS)
    assert program.trap_table(scores).row_count == 1


# --- the manual ------------------------------------------------------------------------------------------------

MANUAL = (Path(__file__).parents[2] / "docs" / "coding-scheme.md").read_text()


def test_the_manual_names_every_type_and_mode_that_is_labelled() -> None:
    rows = {
        line.split("|")[1].strip(): line
        for line in MANUAL.splitlines()
        if line.startswith("| ") and line.count("|") > 4
    }
    for event in (event for labelled in articles() for event in labelled.events):
        assert event.type in rows
        assert event.mode is None or event.mode in rows[event.type], (
            f"{event.type} has no mode {event.mode} in the manual"
        )


def test_the_manual_names_every_field_of_the_label_files() -> None:
    named: set[str] = set()
    for labelled in articles():
        named |= set(labelled.raw)
        for event in labelled.raw.get("event", ()):
            named |= set(event) | {name for toll in event.get("tolls", ()) for name in toll}
    assert sorted(name for name in named if f"`{name}`" not in MANUAL) == []
