"""The labelled corpus is what it says: every label can be found in its text, and the frozen split is untouched."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from tests.gold.corpus import ARTICLES, GoldArticle, articles, outlets

STATUSES = {"asserted", "claimed", "disputed", "unverified", "rumoured", "denied", "planned"}
MEASURES = {"killed", "injured", "captured", "missing", "displaced"}


def _once(article: GoldArticle, words: str) -> bool:
    return (article.title + "\n" + article.text).count(words) == 1


@pytest.mark.parametrize("article", articles(), ids=lambda article: article.id)
def test_every_label_is_found_in_its_article(article: GoldArticle) -> None:
    whole = article.title + "\n" + article.text
    for event in article.events:
        assert _once(article, event.quote), f"quote of {event.key} must occur once: {event.quote!r}"
        assert event.trigger in event.quote, f"trigger of {event.key} is not in its quote"
        assert event.status in STATUSES
        assert len(event.actors) == len(event.actors_text)
        assert len(event.recipients) == len(event.recipients_text)
        assert all(words in whole for words in (*event.actors_text, *event.recipients_text, *event.more_quotes))
        assert (event.place is None) == (event.place_precision is None)
        if event.date_start and event.date_end:
            assert event.date_start <= event.date_end
        for toll in event.tolls:
            assert toll.measure in MEASURES
            assert toll.quote in whole, f"toll of {event.key} is not in the text: {toll.quote!r}"
    for quote, _ in article.not_events:
        assert quote in whole, f"not_event is not in the text: {quote!r}"


def test_copies_name_an_article_that_exists() -> None:
    known = {article.id for article in articles()}
    assert {article.copy_of for article in articles() if article.copy_of} <= known


def test_the_corpus_is_large_and_mixed_enough() -> None:
    stories = Counter(article.story for article in articles())
    without_event = [article for article in articles() if article.coded and not article.events]
    assert len(articles()) >= 50
    assert len(outlets()) >= 6
    assert sum(count > 1 for count in stories.values()) >= 10
    assert len(without_event) * 4 >= len(articles()), "a third of a real feed or more holds no event"


def test_the_frozen_test_split_is_untouched() -> None:
    pinned = (ARTICLES.parent / "test-split.sha256").read_text().splitlines()
    digest = next(line.split()[0] for line in pinned if line and not line.startswith("#"))
    frozen = sorted(ARTICLES / f"{article.id}.toml" for article in articles("test"))
    assert hashlib.sha256(b"".join(file.read_bytes() for file in frozen)).hexdigest() == digest
