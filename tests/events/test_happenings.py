from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.events.happenings import inherit, merge
from worker.events.ontology import TYPES
from worker.events.sameness import Facts, Participant, Relation, Where, dates, evidence, modes_agree, party, places
from worker.events.standing import (
    Fatalities,
    Saying,
    TollSaying,
    Voice,
    fatalities_of,
    origin_of,
    status_of,
)
from worker.events.tellings import Happening, Telling, TollMention

NOW = datetime(2025, 3, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = date(2025, 3, 5)

M23 = Participant("M23", "COD", "REB")
ARMY = Participant("Military of the Congo", "COD", "MIL")
GOVERNMENT = Participant("Government of the Congo", "COD", "GOV")
RWANDA = Participant("Military of Rwanda", "RWA", "MIL")
GUNMEN = Participant("gunmen", None, "UAF")
CIVILIANS = Participant("civilians", None, "CVL")
STUDENTS = Participant("students", None, "EDU")

GOMA = Where(1, "COD", "North Kivu", -1.68, 29.23, 1, "Goma")
NEAR_GOMA = Where(2, "COD", "North Kivu", -1.60, 29.20, 2, "Kibati")
SAKE = Where(3, "COD", "North Kivu", -1.57, 29.04, 1, "Sake")
BUKAVU = Where(4, "COD", "South Kivu", -2.50, 28.86, 1, "Bukavu")
NORTH_KIVU = Where(5, "COD", "North Kivu", -0.79, 29.05, 4, "North Kivu")
CONGO = Where(6, "COD", None, -2.5, 23.5, 6, "Congo")
KIGALI = Where(7, "RWA", "Kigali", -1.95, 30.06, 1, "Kigali")

PAPER = Voice("Paper", "publisher")
AGENCY = Voice("Agency", "news_agency")
HOSPITAL = Voice("Hospital", "ngo")
WITNESSES = Voice("witnesses", "witness")


def facts(**fields: object) -> Facts:
    values: dict[str, object] = {
        "type": "ASSAULT",
        "mode": "heavy-weapons",
        "actors": (M23,),
        "recipients": (CIVILIANS,),
        "place": GOMA,
        "date_start": DAY,
        "date_end": DAY,
        "planned": False,
        "reported_at": NOW,
    } | fields
    return Facts(quad=TYPES[str(values["type"])].quad, **values)  # type: ignore[arg-type]


def telling(number: int, about: Facts | None = None, **fields: object) -> Telling:
    known = about or facts()
    values: dict[str, object] = {
        "event_id": None,
        "text_id": number,
        "order": f"{number:04}",
        "acled_sub_event": None,
        "contexts": (),
        "date_precision": "day" if known.date_start else "unknown",
        "status": "asserted",
        "confidence": 0.9,
        "chain": (),
        "wire": None,
        "publisher": Voice(f"Outlet {number}", "publisher"),
        "is_copy": False,
        "articles": frozenset({number}),
        "outlets": frozenset({number}),
        "sentences": 1,
        "tolls": (),
    } | fields
    return Telling(mention_id=number, facts=known, **values)  # type: ignore[arg-type]


def killed(low: int | None, *, high: int | None = None, status: str = "claimed", **fields: object) -> TollMention:
    return TollMention("killed", low, high, status, **({"chain": ()} | fields))  # type: ignore[arg-type]


def one(*tellings: Telling) -> Happening:
    merged = merge(tellings)
    assert len(merged.happenings) == 1, [h.mentions for h in merged.happenings]
    return merged.happenings[0]


# --- which mentions are one happening ---


@pytest.mark.parametrize(
    ("other", "together"),
    [
        ({}, True),
        ({"type": "COERCE", "mode": None}, False),
        ({"mode": None}, True),
        ({"mode": "aerial"}, True),
        ({"mode": "firearms"}, False),
        ({"mode": "destroy"}, True),
        ({"actors": ()}, True),
        ({"actors": (GUNMEN,)}, True),
        ({"actors": (ARMY,)}, False),
        ({"actors": (RWANDA,)}, False),
        ({"actors": (M23, RWANDA)}, True),
        ({"recipients": (STUDENTS,)}, True),
        ({"recipients": (ARMY,)}, False),
        ({"place": None}, True),
        ({"place": NEAR_GOMA}, True),
        ({"place": SAKE}, False),
        ({"place": BUKAVU}, False),
        ({"place": NORTH_KIVU}, True),
        ({"place": CONGO}, True),
        ({"place": KIGALI}, False),
        ({"date_start": None, "date_end": None}, True),
        ({"date_start": DAY - timedelta(days=1), "date_end": DAY}, True),
        ({"date_start": DAY - timedelta(days=1), "date_end": DAY - timedelta(days=1)}, False),
        ({"date_start": None, "date_end": None, "reported_at": NOW + 20 * 24 * HOUR}, False),
        ({"date_start": None, "date_end": None, "reported_at": NOW - 48 * HOUR}, False),
        ({"date_start": None, "date_end": None, "reported_at": NOW - 48 * HOUR, "planned": True}, True),
    ],
)
def test_two_reports_of_one_deed(other: dict[str, object], together: bool) -> None:
    tellings = [telling(1), telling(2, facts(**other))]
    assert (len(merge(tellings).happenings) == 1) == together


@pytest.mark.parametrize(
    ("one_side", "other_side", "together"),
    [
        # What is said needs its speaker, and more than the speaker alone.
        ({"actors": (GOVERNMENT,)}, {"actors": (GOVERNMENT,)}, True),
        ({"actors": (GOVERNMENT,)}, {"actors": ()}, False),
        ({"actors": (GOVERNMENT,), "place": GOMA}, {"actors": (GOVERNMENT,), "place": KIGALI}, True),
        (
            {"actors": (GOVERNMENT,), "recipients": (RWANDA,), "place": None},
            {"actors": (GOVERNMENT,), "recipients": (M23,), "place": None},
            False,
        ),
    ],
)
def test_two_reports_of_words(one_side: dict[str, object], other_side: dict[str, object], together: bool) -> None:
    said = {"type": "ACCUSE", "mode": None, "recipients": ()}
    tellings = [telling(1, facts(**said | one_side)), telling(2, facts(**said | other_side))]
    assert (len(merge(tellings).happenings) == 1) == together


def test_a_vague_report_joins_what_is_told_most() -> None:
    vague = facts(mode=None, actors=(), recipients=(), place=None)
    tellings = [telling(1), telling(2), telling(3, facts(place=BUKAVU)), telling(4, vague)]
    groups = {happening.mentions for happening in merge(tellings).happenings}
    assert groups == {(1, 2, 4), (3,)}


def test_a_mention_goes_where_most_speaks_for_it_and_not_to_what_came_first() -> None:
    # One text tells of two deeds. The one that says more of itself fits the other text's well, the other fits better.
    shots = telling(2, facts(actors=(GUNMEN,), recipients=()), text_id=2)
    shells = telling(3, facts(actors=(), mode=None), text_id=2)
    merged = merge([telling(1, text_id=1), shots, shells])
    assert sorted(sorted(h.mentions) for h in merged.happenings) == [[1, 3], [2]]


def test_one_text_tells_its_events_apart() -> None:
    twice = [telling(1, text_id=1), telling(2, text_id=1)]
    assert len(merge(twice).happenings) == 2
    other_text = [telling(3, text_id=3, order="0003 1"), telling(4, text_id=3, order="0003 2")]
    assert {h.mentions for h in merge([*twice, *other_text]).happenings} == {(1, 3), (2, 4)}


def test_a_wide_place_does_not_tie_two_towns_together() -> None:
    tellings = [telling(1), telling(2, facts(place=SAKE)), telling(3, facts(place=NORTH_KIVU))]
    happenings = merge(tellings).happenings
    assert len(happenings) == 2
    assert {h.place.name for h in happenings if h.place} == {"Goma", "Sake"}


def test_what_did_not_happen_now_is_left_out() -> None:
    assert merge([telling(1, status="historical"), telling(2, status="hypothetical")]).happenings == ()


SIDES = st.sampled_from([(), (M23,), (ARMY,), (GUNMEN,), (CIVILIANS,), (M23, RWANDA), (GOVERNMENT,)])
FACTS = st.builds(
    facts,
    mode=st.sampled_from([None, "aerial", "heavy-weapons", "firearms"]),
    actors=SIDES,
    recipients=SIDES,
    place=st.sampled_from([None, GOMA, NEAR_GOMA, SAKE, NORTH_KIVU, CONGO]),
    date_start=st.sampled_from([None, DAY]),
    date_end=st.sampled_from([DAY, DAY + timedelta(days=1)]),
    reported_at=st.integers(0, 72).map(lambda hours: NOW + hours * HOUR),
)


@st.composite
def stories(draw: st.DrawFn) -> list[Telling]:
    texts = draw(st.integers(1, 6))
    return [
        telling(
            number,
            draw(FACTS),
            text_id=draw(st.integers(1, texts)),
            status=draw(st.sampled_from(["asserted", "claimed", "denied", "planned", "rumoured", "unverified"])),
            chain=draw(st.sampled_from([(), (HOSPITAL,), (WITNESSES,), (AGENCY,)])),
            tolls=draw(
                st.lists(
                    st.builds(killed, st.integers(0, 90), status=st.sampled_from(["claimed", "denied"])), max_size=2
                ).map(tuple)
            ),
        )
        for number in range(1, draw(st.integers(1, 12)) + 1)
    ]


@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(tellings: list[Telling], rng: random.Random) -> None:
    shuffled = list(tellings)
    rng.shuffle(shuffled)
    assert merge(tellings) == merge(shuffled)


@given(stories())
def test_merging_again_changes_nothing(tellings: list[Telling]) -> None:
    first = merge(tellings)
    keys = {mention: key for key, h in enumerate(first.happenings, 100) for mention in h.mentions}
    stored = [replace(t, event_id=keys.get(t.mention_id)) for t in tellings]
    again = merge(stored, set(keys.values()))
    assert [h.event_id for h in again.happenings] == list(range(100, 100 + len(first.happenings)))
    assert [replace(h, event_id=None) for h in again.happenings] == list(first.happenings)
    assert (again.merged, again.retracted) == ({}, ())


@given(stories())
def test_every_mention_is_in_one_happening_and_tolls_are_in_order(tellings: list[Telling]) -> None:
    happenings = merge(tellings).happenings
    assert sorted(m for h in happenings for m in h.mentions) == [t.mention_id for t in tellings]
    for happening in happenings:
        known = happening.fatalities
        assert known.high is not None or known == Fatalities()
        if known.low is not None and known.best is not None and known.high is not None:
            assert known.low <= known.best <= known.high
        assert 1 <= happening.independent_sources <= len(happening.mentions)


# --- keys ---


def test_a_new_mention_joins_its_event() -> None:
    merged = merge([telling(1, event_id=7), telling(2)], {7})
    assert [(h.event_id, h.mentions) for h in merged.happenings] == [(7, (1, 2))]


def test_two_events_that_turn_out_one_keep_the_older_key() -> None:
    merged = merge([telling(1, event_id=9), telling(2, event_id=7)], {7, 9})
    assert merged.happenings[0].event_id == 7
    assert merged.merged == {9: 0}
    assert merged.retracted == ()


def test_an_event_that_turns_out_two_stays_with_most_of_its_mentions() -> None:
    tellings = [telling(1, event_id=7), telling(2, event_id=7), telling(3, facts(place=BUKAVU), event_id=7)]
    assert {h.mentions: h.event_id for h in merge(tellings, {7}).happenings} == {(1, 2): 7, (3,): None}


def test_an_event_that_nobody_tells_any_more_is_retracted() -> None:
    merged = merge([telling(1, event_id=7)], {7, 8})
    assert merged.retracted == (8,)
    assert merge([], {8}).retracted == (8,)


def test_mentions_of_a_text_coded_anew_inherit_their_events() -> None:
    old = [telling(1, event_id=7), telling(2, facts(place=BUKAVU), event_id=8)]
    new = [
        telling(11, facts(place=BUKAVU)),
        telling(12, facts(mode=None)),
        telling(13, facts(type="PROTEST", mode=None)),
    ]
    assert inherit(old, new) == {11: 8, 12: 7}


# --- rivals ---


def test_each_side_blaming_the_other_is_a_dispute() -> None:
    blamed = [telling(1, status="claimed"), telling(2, facts(actors=(ARMY,)), status="claimed")]
    merged = merge(blamed)
    assert len(merged.happenings) == 2
    assert merged.disputes == ((0, 1),)
    assert merged.versions == {1: 0}


def by(*actors: Participant) -> Facts:
    return facts(actors=actors)


@pytest.mark.parametrize(
    ("blamed", "counted"),
    [
        pytest.param([by(M23), by(ARMY), by(ARMY)], [by(ARMY)], id="the version that more sources tell"),
        pytest.param([by(M23), by(ARMY), by(RWANDA)], [by(M23)], id="each of three blames another: one happening"),
        pytest.param(
            [by(M23), by(ARMY), facts(place=BUKAVU), facts(place=BUKAVU, actors=(RWANDA,))],
            [by(M23), facts(place=BUKAVU)],
            id="two places: two happenings",
        ),
    ],
)
def test_of_rival_versions_one_is_counted(blamed: list[Facts], counted: list[Facts]) -> None:
    merged = merge(telling(number, about, status="claimed") for number, about in enumerate(blamed, 1))
    left = [h for place, h in enumerate(merged.happenings) if place not in merged.versions]
    assert {(h.actors, h.place) for h in left} == {(about.actors, about.place) for about in counted}
    assert all(counted_at not in merged.versions for counted_at in merged.versions.values())


def test_a_version_of_two_deeds_of_one_culprit_takes_the_place_of_one() -> None:
    # One text tells two shellings by the same side, so they are two; the other side has one answer to both.
    told = [telling(1, text_id=1), telling(2, text_id=1), telling(3, by(ARMY)), telling(4, by(ARMY))]
    merged = merge(told)
    assert len(merged.happenings) == 3
    assert len(merged.versions) == 1
    (instead,) = merged.versions.values()
    assert merged.happenings[instead].actors == (ARMY,)


def test_a_version_that_everybody_denies_disputes_nothing() -> None:
    merged = merge([telling(1), telling(2, by(ARMY), status="denied")])
    assert (merged.disputes, merged.versions) == ((), {})


@pytest.mark.parametrize(
    "other",
    [
        {"place": BUKAVU},
        {"date_start": DAY - timedelta(days=3), "date_end": DAY - timedelta(days=3)},
        {"recipients": (ARMY,)},
    ],
)
def test_other_deeds_dispute_nothing(other: dict[str, object]) -> None:
    assert merge([telling(1), telling(2, facts(**{"actors": (ARMY,)} | other))]).disputes == ()


# --- status ---


def say(status: str, origin: str = "a", hours: int = 0) -> Saying:
    return Saying(origin, status, NOW + hours * HOUR)


@pytest.mark.parametrize(
    ("sayings", "status"),
    [
        ([say("asserted")], "asserted"),
        ([say("claimed"), say("asserted", "b")], "asserted"),
        ([say("claimed"), say("unverified", "b")], "claimed"),
        ([say("claimed"), say("denied", "b")], "disputed"),
        ([say("asserted"), say("denied", "b")], "disputed"),
        ([say("claimed"), say("disputed", "b")], "disputed"),
        ([say("denied"), say("rumoured", "b")], "denied"),
        ([say("denied"), say("planned", "b")], "denied"),
        ([say("planned"), say("asserted", "b")], "asserted"),
        ([say("planned"), say("rumoured", "b")], "rumoured"),
        ([say("unverified"), say("rumoured", "b")], "unverified"),
        # A source is held to its last word.
        ([say("claimed"), say("denied", "a", 1)], "denied"),
        ([say("denied"), say("claimed", "a", 1)], "claimed"),
        ([say("claimed"), say("denied", "a", 1), say("asserted", "b")], "disputed"),
    ],
)
def test_status_over_reports(sayings: list[Saying], status: str) -> None:
    assert status_of(sayings) == status
    assert status_of(reversed(sayings)) == status


def test_no_report_has_no_status() -> None:
    with pytest.raises(ValueError, match="at least one report"):
        status_of([])


def test_a_denial_by_the_accused_makes_a_claim_disputed_and_it_still_happened() -> None:
    happening = one(
        telling(1, status="claimed", chain=(HOSPITAL,)),
        telling(2, status="denied", chain=(Voice("M23", "belligerent"),)),
    )
    assert happening.status == "disputed"
    assert happening.independent_sources == 1


# --- tolls ---


def toll(
    low: int | None,
    origin: str = "a",
    hours: int = 0,
    *,
    high: int | None = None,
    status: str = "claimed",
    approximate: bool = False,
    side: str | None = None,
) -> TollSaying:
    """A number as a source gave it: "at least" so many, unless it says how many at most."""
    return TollSaying(origin, low, high, status, NOW + hours * HOUR, approximate, side)


def exactly(number: int, origin: str = "a", hours: int = 0, *, status: str = "claimed") -> TollSaying:
    return toll(number, origin, hours, high=number, status=status)


def of(side: str, number: int, origin: str = "a", hours: int = 0, *, status: str = "claimed") -> TollSaying:
    return toll(number, origin, hours, high=number, status=status, side=side)


@pytest.mark.parametrize(
    ("tolls", "known"),
    [
        ([], Fatalities()),
        ([toll(12)], Fatalities(12, 12, 12)),
        ([toll(12, high=20)], Fatalities(12, 12, 20)),
        # Rival numbers: the range is kept, the best is what most give.
        ([toll(7), toll(12, "b"), toll(12, "c")], Fatalities(7, 12, 12)),
        ([toll(7), toll(12, "b", 1)], Fatalities(7, 12, 12)),
        ([toll(12), toll(7, "b")], Fatalities(7, 7, 12)),
        # A source corrects itself: its old number is gone.
        ([toll(12), toll(15, "a", 3)], Fatalities(15, 15, 15)),
        ([toll(15), toll(12, "a", 3)], Fatalities(12, 12, 12)),
        # Two days later two sources know more than three did at first.
        ([toll(3), toll(3, "b"), toll(3, "c"), toll(9, "d", 48), toll(9, "e", 50)], Fatalities(3, 9, 9)),
        # What is unverified or denied raises neither low nor best.
        ([toll(40, status="unverified")], Fatalities(None, None, 40)),
        ([toll(12), toll(40, "b", status="unverified")], Fatalities(12, 12, 40)),
        ([toll(12), toll(3, "b", status="denied")], Fatalities(12, 12, 12)),
        ([toll(0)], Fatalities(0, 0, 0)),
        ([toll(None)], Fatalities()),
        ([toll(None, high=5)], Fatalities(None, None, 5)),
        # "Dozens" is at least 24; nobody said 99. A range that somebody gave is one.
        ([toll(24, high=99, approximate=True)], Fatalities(24, 24, 24)),
        ([toll(20, high=30, approximate=True)], Fatalities(20, 20, 30)),
        # Who says "at least" speaks for whoever counted more, but not for another "at least".
        ([toll(8), exactly(13, "b")], Fatalities(8, 13, 13)),
        (
            [toll(21), exactly(36, "b"), toll(24, "c", high=99, approximate=True), toll(19, "d")],
            Fatalities(19, 36, 36),
        ),
        ([toll(5), toll(7, "b", 1), toll(30, "c")], Fatalities(5, 7, 30)),
        ([toll(40), exactly(12, "b"), exactly(12, "c")], Fatalities(12, 12, 40)),
        # As widely supported: what more of them gave as it is.
        ([toll(5), exactly(12, "b"), exactly(9, "c"), exactly(9, "d")], Fatalities(5, 9, 12)),
        ([exactly(9), exactly(15, "b")], Fatalities(9, 9, 15)),
        # "Two, and not three, as we said": the three is taken back, whichever comes first in the text.
        ([exactly(2), exactly(3, status="denied")], Fatalities(2, 2, 2)),
        # Soldiers and villagers are other people; the number of all holds both.
        ([of("forces", 3), of("others", 2)], Fatalities(5, 5, 5)),
        ([exactly(9), of("forces", 3), of("others", 2)], Fatalities(9, 9, 9)),
        ([of("forces", 3), toll(20, side="fighters", status="unverified")], Fatalities(None, None, 20)),
        # Each side counts its own dead.
        ([of("forces", 1), of("others", 2, "b")], Fatalities(3, 3, 3)),
        ([of("forces", 5), of("forces", 3, "b"), of("fighters", 9, "b")], Fatalities(12, 12, 14)),
        # The army's militants may be the villagers of those who live there.
        ([of("fighters", 20), of("others", 20, "b")], Fatalities(20, 20, 20)),
        ([of("forces", 3), of("fighters", 20, "b"), of("others", 20, "c")], Fatalities(23, 23, 23)),
        # A side's number is replaced alone, and by a later number of all.
        ([of("forces", 3), of("fighters", 9), of("forces", 5, hours=2)], Fatalities(14, 14, 14)),
        ([of("forces", 3), of("fighters", 9), exactly(15, hours=2)], Fatalities(15, 15, 15)),
    ],
)
def test_fatalities_over_reports(tolls: list[TollSaying], known: Fatalities) -> None:
    assert fatalities_of(tolls) == known
    assert fatalities_of(tolls[::-1]) == known


def test_only_the_killed_of_this_happening_are_counted() -> None:
    others = (
        TollMention("injured", 90, 90, "claimed", ()),
        killed(3, subset=True),
        killed(200, cumulative=True),
    )
    assert one(telling(1, tolls=(killed(12, high=12), *others))).fatalities == Fatalities(12, 12, 12)


def test_a_number_rests_on_its_own_source() -> None:
    first = telling(1, tolls=(killed(7, high=7, chain=(HOSPITAL,)),))
    second = telling(2, tolls=(killed(12, high=12, chain=(HOSPITAL,)),))
    later = replace(second, facts=facts(reported_at=NOW + 2 * HOUR))
    assert one(first, later).fatalities == Fatalities(12, 12, 12)


@pytest.mark.parametrize(("status", "known"), [("asserted", Fatalities(3, 3, 3)), ("claimed", Fatalities(2, 3, 3))])
def test_a_number_in_a_texts_own_voice_is_not_its_sources(status: str, known: Fatalities) -> None:
    paper = Voice("Paper", "publisher")
    first = telling(1, chain=(HOSPITAL,), publisher=paper, tolls=(killed(2, high=2, status=status),))
    later = telling(2, facts(reported_at=NOW + 2 * HOUR), publisher=paper, tolls=(killed(3, high=3),))
    assert one(first, later).fatalities == known


# --- who vouches ---


@pytest.mark.parametrize(
    ("chain", "wire", "origin"),
    [
        ((), None, PAPER),
        ((), AGENCY, AGENCY),
        ((HOSPITAL, AGENCY), None, HOSPITAL),
        ((WITNESSES,), None, PAPER),
        ((WITNESSES, AGENCY), None, AGENCY),
        ((WITNESSES,), AGENCY, AGENCY),
        ((Voice("a spokesman", "anonymous"), HOSPITAL), None, HOSPITAL),
    ],
)
def test_the_source_that_a_report_rests_on(chain: tuple[Voice, ...], wire: Voice | None, origin: Voice) -> None:
    assert origin_of(chain, wire, PAPER) == origin


def test_papers_that_cite_one_agency_are_one_source() -> None:
    happening = one(telling(1, chain=(AGENCY,)), telling(2, chain=(AGENCY,)), telling(3, wire=AGENCY))
    assert (happening.articles, happening.outlets, happening.independent_sources) == (3, 3, 1)


def test_outlets_of_one_family_are_one_source() -> None:
    family = [telling(n, publisher=Voice(f"Outlet {n}", "publisher", "Family")) for n in (1, 2)]
    assert one(*family, telling(3)).independent_sources == 2


def test_copies_count_as_articles_and_outlets_but_add_no_source() -> None:
    original = telling(1, articles=frozenset({1, 5, 6}), outlets=frozenset({1, 5, 6}))
    coded_copy = telling(2, is_copy=True)
    happening = one(original, coded_copy)
    assert (happening.articles, happening.outlets, happening.independent_sources) == (4, 4, 1)


# --- what the row says ---


def test_the_row_takes_what_most_sources_say_and_what_is_most_exact() -> None:
    happening = one(
        telling(1, facts(mode="aerial", place=NORTH_KIVU, actors=(GUNMEN,)), contexts=("terrorism",)),
        telling(2, facts(mode="heavy-weapons")),
        telling(3, facts(mode="heavy-weapons", date_start=None, date_end=None), contexts=("military",)),
    )
    assert (happening.mode, happening.place, happening.date_start) == ("heavy-weapons", GOMA, DAY)
    assert happening.actors == (M23,)
    assert happening.contexts == ("military", "terrorism")


def test_many_words_of_one_source_are_one_vote() -> None:
    agency = [telling(n, facts(mode="aerial"), chain=(AGENCY,)) for n in (1, 2, 3)]
    others = [telling(n, facts(mode="drone")) for n in (4, 5)]
    assert one(*agency, *others).mode == "drone"


def test_parties_are_named_once() -> None:
    happening = one(
        telling(1, facts(actors=(GOVERNMENT,))), telling(2, facts(actors=(ARMY,))), telling(3, facts(actors=(ARMY,)))
    )
    assert happening.actors == (ARMY,)


@pytest.mark.parametrize(
    ("recipients", "targeting"),
    [((CIVILIANS,), True), ((STUDENTS, CIVILIANS), True), ((CIVILIANS, ARMY), False), ((), False)],
)
def test_civilian_targeting(recipients: tuple[Participant, ...], targeting: bool) -> None:
    assert one(telling(1, facts(recipients=recipients))).civilian_targeting is targeting


# --- the parts ---


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (M23, M23, Relation.SAME),
        (M23, Participant("m23"), Relation.SAME),
        (ARMY, GOVERNMENT, Relation.RELATED),
        (ARMY, RWANDA, Relation.RIVAL),
        (ARMY, M23, Relation.RIVAL),
        (GUNMEN, M23, Relation.RELATED),
        (GUNMEN, ARMY, Relation.RIVAL),
        (Participant("attackers"), ARMY, Relation.UNKNOWN),
        (Participant("soldiers", None, "MIL"), ARMY, Relation.RELATED),
        (CIVILIANS, STUDENTS, Relation.RELATED),
        (Participant("Police", "KEN", "COP"), Participant("Police", "UGA", "COP"), Relation.RIVAL),
    ],
)
def test_how_parties_relate(a: Participant, b: Participant, relation: Relation) -> None:
    assert party(a, b) is party(b, a) is relation


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (GOMA, GOMA, Relation.SAME),
        (GOMA, None, Relation.UNKNOWN),
        (GOMA, NEAR_GOMA, Relation.NEAR),
        (NEAR_GOMA, BUKAVU, Relation.RIVAL),
        (GOMA, SAKE, Relation.RIVAL),
        (GOMA, NORTH_KIVU, Relation.RELATED),
        (BUKAVU, NORTH_KIVU, Relation.RIVAL),
        (GOMA, CONGO, Relation.RELATED),
        (NORTH_KIVU, CONGO, Relation.RELATED),
        (KIGALI, CONGO, Relation.RIVAL),
    ],
)
def test_how_places_relate(a: Where, b: Where | None, relation: Relation) -> None:
    assert places(a, b) is places(b, a) is relation


@given(FACTS, FACTS)
def test_evidence_is_the_same_from_both_sides(a: Facts, b: Facts) -> None:
    assert evidence(a, b) == evidence(b, a)
    assert dates(a, b) is dates(b, a)
    assert modes_agree(a.mode, b.mode) is modes_agree(b.mode, a.mode)
