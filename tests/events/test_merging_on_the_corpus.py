"""How well labelled mentions are merged: figures that must not fall (bench/happenings.py prints the misses)."""

from __future__ import annotations

from collections import defaultdict

from bench.happenings import Labelled, b_cubed, counted_twice, labelled_mentions, pairwise, wrong_tolls
from worker.events.happenings import merge

LEAST_F1 = 0.99
"""B-cubed, measured .993; each mention as a happening of its own has .959."""

LEAST_PAIRWISE_F1 = 0.92
"""Measured .930; each mention as a happening of its own has 0."""

MOST_DOUBLED = 1
"""Stories, of 43, in which something is counted twice: a denial by a government, and by a body that nobody knows as its."""

MOST_WRONG_TOLLS = 2
"""Happenings, of 40: an office under two names, and a witness's count of his own quarter that nothing marks as a part."""


def test_merging_is_as_good_as_it_was() -> None:
    stories: dict[str, list[Labelled]] = defaultdict(list)
    for mention in labelled_mentions():
        stories[mention.story].append(mention)
    merged = {story: merge(m.telling for m in told) for story, told in stories.items()}
    groups = {
        mention: (story, place)
        for story, found in merged.items()
        for place, one in enumerate(found.happenings)
        for mention in one.mentions
    }
    mentions = [mention for told in stories.values() for mention in told]
    truth = [(m.story, m.key) for m in mentions]
    answer = [groups[m.telling.mention_id] for m in mentions]
    assert b_cubed(truth, answer)[2] >= LEAST_F1
    assert pairwise(truth, answer)[2] >= LEAST_PAIRWISE_F1
    assert sum(bool(counted_twice(told, merged[story])) for story, told in stories.items()) <= MOST_DOUBLED
    assert sum(why is not None for _, why in wrong_tolls(stories, merged)) <= MOST_WRONG_TOLLS
