"""What the headline tells: counts when the body tells nothing of the kind, and is no second event when it does."""

import pytest

from tests.events.reading import code

QUIET = "The council of the district met as planned. Roads were busy."


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Gunmen kill six farmers in Benue", "ASSAULT"),
        ("Police arrest opposition leader in Kampala", "COERCE"),
        ("Two soldiers killed in ambush near Gao", "ASSAULT"),
    ],
)
@pytest.mark.parametrize("body", ["", QUIET])
def test_what_only_the_headline_tells_is_an_event(title: str, kind: str, body: str) -> None:
    events = code(body, title=title).events
    assert [event.type for event in events if event.type == kind] == [kind]
    told = next(event for event in events if event.type == kind)
    assert told.quotes[0].text == title[told.quotes[0].start : told.quotes[0].end]


def test_what_the_body_tells_is_not_told_again() -> None:
    body = "Gunmen killed six farmers in Benue state on Friday, police said."
    events = code(body, title="Gunmen kill six farmers in Benue").events
    assert len([event for event in events if event.type == "ASSAULT"]) == 1


def test_a_question_tells_nothing() -> None:
    assert code("", title="Will the army attack the rebels?").events == ()
