from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from worker.stories.place import (
    DEFAULT_LIMITS,
    Merge,
    StoryCandidate,
    choose_merges,
    choose_story,
    founded,
    joined,
    merged,
    story_score,
    would_merge,
)
from worker.stories.terms import Frequencies, features
from worker.stories.weights import PROFILE_TERMS, WeighedReport, rare_terms, weighed

NOON = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)

CAMP = (
    "Shelling kills seven in Goma camp",
    (
        "Shells hit a camp for displaced families on the edge of Goma before dawn, killing at least seven people, the "
        "Congolese health ministry said. The army blamed the M23 rebels on the hills above Lake Kivu."
    ),
)
CAMP_AGAIN = (
    "Goma mourns victims of camp attack",
    (
        "Residents of Goma buried the victims of the shelling of a camp for displaced families. The M23 rebels again denied "
        "that they had fired from the hills; the Congolese army insisted on it. Seven people were killed."
    ),
)
MARKET = (
    "Galle traders end strike over market fees",
    (
        "Merchants in the old town of Galle went back to work after the council put off new fees for 400 stalls. The mayor "
        "said that a committee of traders and hoteliers would draw up a scale."
    ),
)
COMMON = Frequencies(2000, dict.fromkeys(("said", "peopl", "army", "victi", "fees", "counc", "minis"), 400))


def report(words: tuple[str, str], hours: float = 0, language: str | None = "en") -> WeighedReport:
    return weighed(features(words[1], words[0], NOON + timedelta(hours=hours), language), COMMON)


def stories() -> list[StoryCandidate]:
    return [founded(1, report(CAMP)), founded(2, report(MARKET))]


def test_a_report_joins_the_story_that_shares_its_words() -> None:
    choice = choose_story(report(CAMP_AGAIN, 20), stories())
    assert choice.story_id == 1
    assert choice.score > DEFAULT_LIMITS.threshold
    assert choice.why.startswith("Joined story 1 with 0.")


def test_a_report_of_something_else_founds_a_story_and_says_what_was_nearest() -> None:
    other = (
        "Rain floods Beira",
        "A cyclone flooded the port city of Beira in Mozambique and cut the road to the north.",
    )
    choice = choose_story(report(other, 5), stories())
    assert choice.story_id is None
    assert "too little" in choice.why
    assert choose_story(report(other), []).why == "No active story shares its rare terms."


@pytest.mark.parametrize(("hours", "joins"), [(95, True), (97, False), (-95, True), (-97, False)])
def test_stories_are_active_for_four_days_either_way(hours: float, joins: bool) -> None:
    # Articles arrive late and out of order: what counts is when they were published.
    choice = choose_story(report(CAMP_AGAIN, hours), stories())
    assert (choice.story_id == 1) is joins


def test_a_story_in_another_language_is_left_alone() -> None:
    assert choose_story(report(CAMP, 1, "fr"), stories()).story_id is None
    assert choose_story(report(CAMP, 1, None), stories()).story_id == 1


def test_an_undated_report_can_join() -> None:
    undated = weighed(features(CAMP_AGAIN[1], CAMP_AGAIN[0], None, "en"), COMMON)
    assert choose_story(undated, stories()).story_id == 1


def test_the_choice_does_not_depend_on_the_order_of_candidates_and_ties_go_to_the_oldest() -> None:
    twins = [founded(story_id, report(CAMP)) for story_id in (7, 4, 9)]
    for order in itertools.permutations([*twins, founded(2, report(MARKET))]):
        assert choose_story(report(CAMP, 1), order).story_id == 4


def test_scores_lie_between_nothing_and_one() -> None:
    same = choose_story(report(CAMP), stories())
    assert same.score == pytest.approx(1.0)
    parts = DEFAULT_LIMITS
    assert parts.body + parts.title + parts.headline + parts.marks + parts.shared + parts.time == pytest.approx(1.0)


def test_every_report_has_one_vote_and_widens_the_span() -> None:
    story = joined(founded(1, report(CAMP, 5)), report(CAMP_AGAIN, 2))
    assert story.reports == 2
    assert (story.first_published, story.last_published) == (NOON + timedelta(hours=2), NOON + timedelta(hours=5))
    assert story.terms["goma"] > story.terms["kivu"]


def test_a_profile_stays_bounded() -> None:
    rng = random.Random(2)
    words = [f"{a}{b}{c}{d}" for a in "bcdf" for b in "aeiou" for c in "lmnr" for d in "aeiou"]
    story = StoryCandidate(1, 0)
    for _ in range(12):
        story = joined(story, weighed(features(" ".join(rng.choices(words, k=120)), "", NOON, "en"), COMMON))
    assert len(story.terms) == PROFILE_TERMS


def test_rare_terms_are_names_and_headline_words_before_common_ones() -> None:
    terms = rare_terms(report(CAMP), limit=6)
    assert terms[0] == "goma"
    assert len(terms) == 6
    assert {"said", "peopl", "army"}.isdisjoint(terms)
    assert set(rare_terms(report(CAMP))) & set(rare_terms(report(CAMP_AGAIN))) >= {"goma", "camp"}


def possible(pairs: Iterable[tuple[StoryCandidate, StoryCandidate]]) -> list[Merge]:
    return [merge for pair in pairs if (merge := would_merge(*pair))]


def test_two_stories_that_are_one_are_merged_into_the_older_in_any_order() -> None:
    one, two, other = (
        founded(1, report(CAMP)),
        founded(5, report(CAMP, 3)),
        founded(3, report(MARKET)),
    )
    pairs = [(one, two), (other, one), (two, other)]
    for order in itertools.permutations(pairs):
        found = choose_merges(possible(order))
        assert [(merge.story_id, merge.into) for merge in found] == [(5, 1)]
    whole = merged(one, two)
    assert (whole.story_id, whole.reports, whole.last_published) == (1, 2, NOON + timedelta(hours=3))


def test_a_story_is_merged_once_a_night() -> None:
    chain = [founded(story_id, report(CAMP, story_id)) for story_id in (1, 2, 3)]
    found = choose_merges(possible(itertools.combinations(chain, 2)))
    assert len(found) == 1


def test_stories_far_apart_or_in_two_languages_are_not_one() -> None:
    one = founded(1, report(CAMP))
    assert story_score(one, founded(2, report(CAMP, 100))) == 0.0
    assert story_score(one, founded(2, report(CAMP, 1, "fr"))) == 0.0
    near = founded(2, report(CAMP_AGAIN, 1))
    assert story_score(one, near) == pytest.approx(story_score(near, one))
