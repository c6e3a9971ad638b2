from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.records import Duplicate
from worker.stories.duplicates import (
    ArticleSketch,
    Edge,
    compare,
    decide,
    edges,
    estimate_containment,
    exact_containment,
    standing,
)
from worker.stories.fingerprint import Sketch, sketch
from worker.stories.groups import groups

NOON = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)

WIRE = """Shells hit a camp for displaced families on the edge of Goma before dawn on Tuesday, killing at least seven people and wounding twenty, the provincial health office said.
Aid workers who reached the site found tents burning along the main track and carried the wounded to two clinics by the lake on motorcycles and a borrowed lorry.
The army accused the rebels of firing from the hills above the town. A spokesman for the movement rejected the charge and said its fighters had not used artillery since Friday.
Some 12,500 people had moved to the camp in the past month after fighting closed the road from the north, according to the committee that runs it.
The United Nations mission said that it had sent a team with engineers to look at the craters and would report to the council within days.
Families who had fled twice already began to walk towards the border in the morning rain with mattresses on their heads, a teacher at the camp school said."""

OTHER = """Merchants in the old town of Galle went back to work on Thursday after the council agreed to put off new market fees until the summer.
The strike had shut some 400 stalls for nine days and left hotels short of fish and vegetables in the middle of the season.
A committee of traders, hoteliers and councillors will draw up a scale of fees that depends on the size of the stall, the mayor told reporters.
Not everybody was happy. A spice seller said that the council had won time and the traders had won nothing at all."""

WEATHER = "The met office expects {sky} over the {coast} coast with highs of {high} and lows of {low} degrees, winds of {wind} knots and {rain} millimetres of rain by the evening. Boats should stay in port until {hour} when the swell goes down. The next forecast is issued at the usual time by the regional centre of the service."


def article(article_id: int, text: str, source: str = "meridian", hours: float = 0, **more: object) -> ArticleSketch:
    made = ArticleSketch(article_id, sketch(text), source, NOON + timedelta(hours=hours))
    return replace(made, **more) if more else made


def decided(new: ArticleSketch, others: Sequence[ArticleSketch], *, texts: Callable[[int], str]) -> Duplicate | None:
    return decide(new, others, edges(new, others, texts=texts))


def tie(first: str, second: str, *, same_outlet: bool = False, hours: float = 1, **titles: str) -> Edge | None:
    texts = {1: first, 2: second}
    one = article(1, first, title=titles.get("title", ""))
    two = article(
        2, second, "meridian" if same_outlet else "harbour", hours, title=titles.get("other", titles.get("title", ""))
    )
    there, back = compare(one, two, texts=texts.__getitem__), compare(two, one, texts=texts.__getitem__)
    assert there == back
    return there


def first_lines(text: str, count: int) -> str:
    return "\n".join(text.split("\n")[:count])


@pytest.mark.parametrize(
    ("second", "same_outlet", "hours", "kind", "joins"),
    [
        pytest.param(WIRE, False, 1, "syndicated", True, id="another outlet prints it"),
        pytest.param(WIRE, True, 1, "copy", True, id="the outlet files it twice"),
        pytest.param(WIRE.replace("'", "\u2019").upper(), False, 1, "syndicated", True, id="typography"),
        pytest.param(first_lines(WIRE, 2), False, 1, "partial", True, id="cut to a third"),
        pytest.param(first_lines(WIRE, 3), True, 50, "partial", True, id="the outlet prints a shorter one two days on"),
        pytest.param(
            WIRE + "\nSign up for our briefing.\nAll rights reserved 2025.",
            False,
            1,
            "syndicated",
            True,
            id="boilerplate",
        ),
        pytest.param("\n".join(reversed(WIRE.split("\n"))), False, 1, "syndicated", True, id="paragraphs reordered"),
        pytest.param(
            WIRE.replace("seven", "nine").replace("twenty", "31"), True, 3, "update", False, id="the toll rises"
        ),
        pytest.param(
            WIRE.replace("seven", "nine").replace("twenty", "31"),
            False,
            3,
            "update",
            False,
            id="the toll rises elsewhere",
        ),
        pytest.param(
            WIRE.replace("12,500", "13,000"), True, 3, "update", False, id="the outlet corrects a number at the end"
        ),
        pytest.param(
            WIRE.replace("12,500", "13,000"), False, 3, "syndicated", True, id="another outlet rounds at the end"
        ),
        pytest.param(WIRE.replace("seven", "nine"), True, 30, "recurring", False, id="a day later with another number"),
    ],
)
def test_kinds_of_ties(second: str, same_outlet: bool, hours: float, kind: str, joins: bool) -> None:
    found = tie(WIRE, second, same_outlet=same_outlet, hours=hours)
    assert found is not None
    assert (found.kind, found.joins) == (kind, joins)
    assert 0.5 <= found.containment <= 1


def test_reports_of_different_things_are_not_tied() -> None:
    assert tie(WIRE, OTHER) is None
    assert tie(WIRE, "") is None


@pytest.mark.parametrize("same_outlet", [True, False])
def test_a_form_filled_in_twice_is_not_a_copy(same_outlet: bool) -> None:
    one = WEATHER.format(sky="clear skies", coast="north", high=21, low=12, wind=14, rain=3, hour=17)
    two = WEATHER.format(sky="thunder", coast="south", high=25, low=16, wind=33, rain=40, hour=19)
    found = tie(one, two, same_outlet=same_outlet)
    assert found is not None
    assert (found.kind, found.joins) == ("recurring", False)


def test_a_sentence_is_a_copy_only_under_the_same_title() -> None:
    caption = "Watch the minister answer questions live from the capital this evening"
    assert tie(caption, caption, title="Minister speaks") is not None
    assert tie(caption, caption, title="Minister speaks", other="Minister resigns") is None


def test_a_short_article_on_a_long_one_is_measured_on_its_words() -> None:
    rng = random.Random(5)
    names = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]
    digest = WIRE + "\n" + " ".join(rng.choice(names) for _ in range(4000))
    asked: list[int] = []

    def texts(article_id: int) -> str:
        asked.append(article_id)
        return {1: first_lines(WIRE, 2), 2: digest}[article_id]

    found = compare(article(1, first_lines(WIRE, 2)), article(2, digest, "harbour"), texts=texts)
    assert found is not None
    assert (found.kind, found.leaf, found.containment) == ("partial", 1, 1.0)
    assert {1, 2} <= set(asked)


def test_what_is_found_in_another_counts_as_its_copy() -> None:
    texts = {1: WIRE, 2: first_lines(WIRE, 3)}
    found = decided(article(2, texts[2], "harbour", 1), [article(1, WIRE)], texts=texts.__getitem__)
    assert found is not None
    assert (found.of, found.kind, found.counts_as_copy) == (1, "partial", True)


def test_the_longer_version_of_a_brief_is_coded_in_its_own_right() -> None:
    texts = {1: first_lines(WIRE, 2), 2: WIRE}
    found = decided(article(2, WIRE, "harbour", 1), [article(1, texts[1])], texts=texts.__getitem__)
    assert found is not None
    assert (found.of, found.kind, found.counts_as_copy) == (1, "partial", False)


def test_the_wire_that_arrives_after_its_copy_is_coded() -> None:
    texts = {1: WIRE, 2: WIRE}
    found = decided(article(2, WIRE, "wire", 1, wire=True), [article(1, WIRE)], texts=texts.__getitem__)
    assert found is not None
    assert (found.of, found.counts_as_copy) == (1, False)


def test_a_copy_is_preferred_to_an_update_and_the_earliest_to_a_later_one() -> None:
    texts = {1: WIRE.replace("seven", "nine"), 2: WIRE, 3: WIRE, 4: WIRE}
    others = [article(1, texts[1]), article(2, WIRE, "b", 2), article(3, WIRE, "c", 1)]
    for seed in range(6):
        random.Random(seed).shuffle(others)
        found = decided(article(4, WIRE, "d", 5), others, texts=texts.__getitem__)
        assert found is not None
        assert (found.of, found.kind) == (3, "syndicated")


def test_nothing_is_decided_without_candidates_or_words() -> None:
    assert decided(article(1, WIRE), [], texts=str) is None
    assert decided(article(1, ""), [article(2, "")], texts=lambda _: "") is None


@pytest.mark.parametrize("kept", [1.0, 0.8, 0.6, 0.4, 0.2, 0.0])
def test_the_estimate_is_near_the_exact_containment(kept: float) -> None:
    rng = random.Random(11)
    names = [f"{a}{b}{c}" for a in "bcdfghjk" for b in "aeiou" for c in "lmnrstvz"]
    errors = []
    for _ in range(20):
        one = [rng.choice(names) for _ in range(700)]
        at = int(len(one) * kept)
        two = one[:at] + [rng.choice(names) for _ in range(700 - at)]
        a, b = " ".join(one), " ".join(two)
        errors.append(estimate_containment(sketch(a), sketch(b)) - exact_containment(a, b))
    assert abs(sum(errors) / len(errors)) < 0.03
    assert max(map(abs, errors)) < 0.16


@settings(deadline=None)
@given(st.lists(st.sampled_from(WIRE.split()), max_size=100), st.lists(st.sampled_from(WIRE.split()), max_size=100))
def test_the_estimate_of_short_texts_is_exact(one: list[str], two: list[str]) -> None:
    a, b = " ".join(one), " ".join(two)
    assert estimate_containment(sketch(a), sketch(b)) == pytest.approx(exact_containment(a, b))


def test_sketches_of_different_versions_are_refused() -> None:
    made = sketch(WIRE)
    older = Sketch(made.version - 1, made.hashes, made.shingles, made.words, made.body_sha256, made.numbers)
    with pytest.raises(ValueError, match="sketch both texts anew"):
        estimate_containment(made, older)
    assert compare(article(1, WIRE), article(2, WIRE, sketch=older), texts=lambda _: WIRE) is None


def test_wire_stands_first_then_the_earliest_then_the_lowest_id() -> None:
    early, late = article(5, WIRE, hours=0), article(2, WIRE, hours=4)
    wire, undated = article(9, WIRE, hours=8, wire=True), article(1, WIRE, published=None)
    assert standing(early, late) is early
    assert standing(late, wire) is wire
    assert standing(undated, late) is late
    assert standing(article(3, WIRE), article(4, WIRE)).article_id == 3


@settings(deadline=None)
@given(st.permutations(range(6)))
def test_articles_end_in_the_same_groups_in_whatever_order_they_arrive(order: Sequence[int]) -> None:
    texts = {
        0: WIRE,
        1: WIRE + "\nAll rights reserved.",
        2: first_lines(WIRE, 3),
        3: OTHER,
        4: OTHER.upper(),
        5: WIRE.replace("seven", "nine").replace("twenty", "31"),
    }
    known: list[ArticleSketch] = []
    ties: list[Edge] = []
    for article_id in order:
        new = article(article_id, texts[article_id], f"outlet {article_id}", article_id)
        ties += edges(new, known, texts=texts.__getitem__)
        known.append(new)
    # The report with the risen toll is an update of the others, and no copy of any.
    assert groups(known, ties) == {0: 0, 1: 0, 2: 0, 3: 3, 4: 3, 5: 5}
