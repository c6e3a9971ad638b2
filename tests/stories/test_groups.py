from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stories.test_duplicates import WIRE, article
from worker.stories.duplicates import ArticleSketch, Edge
from worker.stories.groups import groups


def joins(first: int, second: int, containment: float = 0.9, leaf: int | None = None) -> Edge:
    return Edge(first, second, "partial" if leaf else "syndicated", containment, joins=True, leaf=leaf)


def test_a_round_up_does_not_unite_the_stories_it_holds() -> None:
    members = [article(i, WIRE, hours=i) for i in (1, 2, 3)]
    assert groups(members, [joins(1, 3, 1.0, leaf=1), joins(2, 3, 1.0, leaf=2)]) == {1: 3, 2: 3, 3: 3}
    assert groups([*members, article(4, WIRE, hours=4)], [joins(1, 3, 1.0, leaf=1), joins(1, 4)]) == {
        1: 1,
        2: 2,
        3: 3,
        4: 1,
    }


def test_a_leaf_of_a_leaf_goes_to_the_longest() -> None:
    members = [article(i, WIRE, hours=i) for i in (1, 2, 3)]
    assert groups(members, [joins(1, 2, 1.0, leaf=1), joins(2, 3, 1.0, leaf=2)]) == {1: 3, 2: 3, 3: 3}


def test_updates_and_recurring_ones_do_not_join() -> None:
    members = [article(1, WIRE), article(2, WIRE)]
    assert groups(members, [Edge(1, 2, "update", 0.9, joins=False)]) == {1: 1, 2: 2}


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Sequence[ArticleSketch], list[Edge]]:
    count = draw(st.integers(2, 9))
    size = {i: draw(st.integers(1, 4)) for i in range(count)}
    members = [article(i, "", hours=draw(st.integers(0, 3)), wire=draw(st.booleans())) for i in range(count)]
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=14, unique=True))
    ties = []
    for a, b in pairs:
        if a < b:
            leaf = None if size[a] == size[b] else min(a, b, key=lambda i: size[i])
            ties.append(joins(a, b, draw(st.sampled_from([0.6, 0.8, 1.0])), leaf))
    return members, ties


@settings(deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_any_order(
    graph: tuple[Sequence[ArticleSketch], list[Edge]], rng: random.Random
) -> None:
    members, ties = graph
    expected = groups(members, ties)
    shuffled, shuffled_ties = list(members), list(ties)
    rng.shuffle(shuffled)
    rng.shuffle(shuffled_ties)
    assert groups(shuffled, shuffled_ties) == expected
    assert all(expected[stands] == stands for stands in expected.values())


@settings(deadline=None)
@given(graphs(), st.data())
def test_what_is_kept_apart_never_meets_in_whatever_order(
    graph: tuple[Sequence[ArticleSketch], list[Edge]], data: st.DataObject
) -> None:
    members, ties = graph
    ids = st.integers(0, len(members) - 1)
    apart = data.draw(st.lists(st.tuples(ids, ids).filter(lambda pair: pair[0] != pair[1]), max_size=4))
    found = groups(members, ties, apart)
    assert all(found[one] != found[other] for one, other in apart)
    swapped = [(other, one) for one, other in apart][::-1]
    assert groups(list(members)[::-1], ties[::-1], swapped) == found
    assert groups(members, ties, ()) == groups(members, ties)


def test_a_copy_of_two_that_are_kept_apart_goes_to_the_closer_one() -> None:
    members = [article(i, WIRE, hours=i) for i in (1, 2, 3)]
    assert groups(members, [joins(1, 3, 0.8), joins(2, 3, 0.9)], [(1, 2)]) == {1: 1, 2: 2, 3: 2}


def test_a_brief_goes_to_the_next_text_that_holds_it_when_it_is_kept_apart_from_the_best() -> None:
    members = [article(i, WIRE, hours=i) for i in (1, 2, 3)]
    ties = [joins(1, 2, 1.0, leaf=1), joins(1, 3, 0.9, leaf=1)]
    assert groups(members, ties, [(2, 1)]) == {1: 3, 2: 2, 3: 3}
    assert groups(members, ties, [(2, 1), (3, 1)]) == {1: 1, 2: 2, 3: 3}
