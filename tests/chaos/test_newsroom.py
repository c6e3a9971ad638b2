"""The invented articles are the same for a seed, all different, and say things that are coded."""

from __future__ import annotations

from collections import Counter

from tests.chaos.newsroom import made_up
from worker.stories.fingerprint import shingles


def test_the_same_seed_makes_the_same_articles_and_another_others() -> None:
    assert made_up(40, seed=3) == made_up(40, seed=3)
    assert made_up(40, seed=3) != made_up(40, seed=4)
    assert made_up(20, seed=3) == made_up(40, seed=3)[:20]


def test_articles_have_names_of_their_own_and_only_reprints_share_their_text() -> None:
    made = made_up(120)
    assert len({article.id for article in made}) == len(made)
    own = [shingles(article.text) for article in made if article.copy_of is None]
    for number, one in enumerate(own):
        for other in own[:number]:
            assert len(one & other) < 0.3 * min(len(one), len(other))
    reprints = [article for article in made if article.copy_of]
    originals = {article.id: article for article in made}
    assert reprints
    assert all(article.text.startswith(originals[str(article.copy_of)].text) for article in reprints)


def test_a_happening_has_up_to_three_own_reports() -> None:
    reports = Counter(article.story for article in made_up(200) if article.copy_of is None)
    assert set(reports.values()) == {1, 2, 3}
