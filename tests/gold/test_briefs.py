"""The briefs can be read, and their labels point into their texts."""

from tests.events.reading import english
from tests.gold.briefs import pairs, read_briefs
from worker.records import ArticleText


def test_every_label_points_into_its_text() -> None:
    briefs = list(read_briefs())
    astray = [
        (brief.id, label.trigger)
        for brief in briefs
        for label in brief.labels
        if label.trigger not in brief.text and label.trigger not in brief.title
    ]
    assert len(briefs) == 324
    assert astray == []


def test_an_event_is_paired_with_the_label_of_its_sentence() -> None:
    brief = next(brief for brief in read_briefs() if brief.id == "3-01")
    events = english().code(ArticleText(brief.text, title=brief.title, language="en")).events
    found = pairs(brief, events)
    told = [(label.trigger, events[found[i]].quotes[0].text) for i, label in enumerate(brief.labels) if i in found]
    assert len(found) >= 2
    assert len(set(found.values())) == len(found)
    assert all(trigger in quote for trigger, quote in told), told
    assert pairs(brief, ()) == {}
