"""Who does what where the clause says it at a distance: after asides, in relatives, by coordination, across a quotation."""

import pytest

from tests.events.reading import english, names
from worker.records import ArticleText, Event


def told(text: str, kind: str) -> Event:
    """The one event of a type that a text tells of."""
    found = [event for event in english().code(ArticleText(text, language="en")).events if event.type == kind]
    assert len(found) == 1, [(event.type, event.mode, names(event.actors)) for event in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "kind", "actor", "recipient"),
    [
        # a speaker goes on speaking after what he reports
        ("Afghan officials said no bunker was hit and accused Pakistani gunners of shelling homes.", "ACCUSE",
         "Government of Afghanistan", "Military of Pakistan"),
        ("Chad said ten of its soldiers had been killed and blamed Sudan for the raid.", "ACCUSE",
         "Government of Chad", "Government of Sudan"),
        ("Kenya reported that a village was burned and condemned Ethiopia.", "ACCUSE",
         "Government of Kenya", "Government of Ethiopia"),
        # an absolute phrase has its own subject
        ("Talks ended on Friday, with Iran blaming Israel.", "ACCUSE", "Government of Iran", "Government of Israel"),
        ("The day was tense, with Serbia accusing Kosovo of a raid.", "ACCUSE", "Government of Serbia",
         "Government of Kosovo"),
        # coordination by a second "of"
        ("Envoys of Rwanda and of Uganda met in Nairobi.", "CONSULT", "Government of Rwanda", None),
        # an aside between commas lends nobody its subject
        ("Soldiers of Chad entered a house, a resident said, and confiscated rifles.", "COERCE",
         "Military of Chad", None),
        # what a relative clause lacks stands before it
        ("Residents spoke of the sanctions which Canada imposed on Myanmar.", "SANCTION", "Government of Canada",
         "Government of Myanmar"),
        # an apposition with a clause of its own
        ("SANA, an agency that works in Damascus and answers to no party, said Israeli jets bombed the airport.", "ASSAULT",
         "Military of Israel", None),
        # initials are part of a name
        ("Philippine interior minister Corazon T. Belmonte accused China of ramming a ship.", "ACCUSE", "Government of the Philippines",
         "Government of China"),
        # the same subject goes on after "but", and past a participle that belongs to it
        ("Chad reopened its border with Sudan, but was refusing entry to Libyans.", "REJECT", "Government of Chad", None),
        ("A rebel group based in Kidal has attacked the Malian army.", "ASSAULT", "rebel groups", "Military of Mali"),
        # what two verbs share stands after the second; what a verb gives has two objects; a day is in neither
        ("Qatari aid workers packed and delivered tents to Sudan.", "AID", None, "Government of Sudan"),
        ("Norway gave Malawi a grant of nine million dollars for famine relief.", "AID", "Government of Norway",
         "Government of Malawi"),
        ("Serbian police last week arrested Kosovan officials.", "COERCE", "Police of Serbia", "Government of Kosovo"),
        # who can avert a threat
        ("Ghana threatened to recall its envoy unless Togo freed the fishermen.", "THREATEN", "Government of Ghana",
         "Government of Togo"),
        ("Iraq threatened to expel the monitors if Turkey crossed the border.", "THREATEN", "Government of Iraq", None),
    ],
)  # fmt: skip
def test_who_acts_is_found_at_a_distance(text: str, kind: str, actor: str | None, recipient: str | None) -> None:
    event = told(text, kind)
    assert actor is None or actor in names(event.actors)
    assert recipient is None or recipient in names(event.recipients)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The union gave the president 72 hours to free its leader.", "president 72"),
        ("Rebels gave the garrison 48 hours to leave.", "garrison 48"),
        ("The junta gave the envoy three days to go.", "envoy three"),
    ],
)
def test_a_number_after_a_noun_begins_a_phrase_of_its_own(text: str, number: str) -> None:
    events = english().code(ArticleText(text, language="en")).events
    assert number not in {name for event in events for name in names((*event.actors, *event.recipients))}
