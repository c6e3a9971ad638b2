"""What verbs make of the events they govern: refusals, threats, joint exercises, allegations, what is only judged."""

import pytest

from tests.events.reading import english, names
from worker.records import ArticleText


def told(text: str) -> set[tuple[str, str | None, str]]:
    coded = english().code(ArticleText(text, language="en"))
    return {(event.type, event.mode, event.status) for event in coded.events}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Colombian president said he would not sit down with the ELN.", ("REJECT", "meet", "asserted")),
        ("Kenya will not release the Somali prisoners.", ("REJECT", "yield", "asserted")),
        ("The Emirates cancelled a visit to London by their trade minister.", ("REJECT", "meet", "asserted")),
        ("Turkey called off talks with Greece.", ("REJECT", "meet", "asserted")),
        ("An RSF commander vowed to storm El Obeid.", ("THREATEN", "violence", "asserted")),
        ("Iran vowed to bomb Haifa.", ("THREATEN", "violence", "asserted")),
        ("South Korea and the United States began a military exercise.", ("COOPERATE", None, "asserted")),
        ("Moscow alleged that Ukraine had shelled a village in Kursk.", ("ACCUSE", "allege", "asserted")),
        ("Ukraine claimed that Russian troops had bombed a clinic.", ("ACCUSE", "allege", "asserted")),
        ("Germany stopped cooperating with Mali.", ("SANCTION", "discontinue", "asserted")),
        ("Malaysia is to host the envoys of Japan in May.", ("AGREE", None, "planned")),
        ("The union threatened to hold a strike in Sofia.", ("THREATEN", "relations", "asserted")),
        ("The Chadian army prepared to shell a rebel base.", ("ASSAULT", "heavy-weapons", "planned")),
        ("Chad wanted to help Niger topple the government of Togo.", ("COERCE", "seize", "planned")),
        (
            "Villagers set fire to the barracks of the Nigerian army after the killing.",
            ("ASSAULT", "destroy", "asserted"),
        ),
        ("On 29 September Sweden offered to negotiate with Armenia.", ("AGREE", None, "asserted")),
        ("Nigeria will withdraw its troops from Chad unless the rebels disarm.", ("THREATEN", None, "planned")),
    ],
)
def test_the_governing_verb_makes_the_event(text: str, expected: tuple[str, str | None, str]) -> None:
    assert expected in told(text)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("An RSF commander vowed to storm El Obeid.", "AGREE"),
        ("South Sudan's rebels proposed talks with the government.", "CONSULT"),
        ("France condemned the coup.", "COERCE"),
        ("Japan demanded that China provide data on its missiles.", "COOPERATE"),
        ("Niger insisted that Togo send aid to the camp.", "AID"),
        ("Croatia is investigating alleged war crimes by Serbian troops.", "COERCE"),
        ("The ministry said nobody of its own army had alleged anything.", "ACCUSE"),
    ],
)
def test_what_is_governed_is_not_told_apart(text: str, absent: str) -> None:
    assert absent not in {kind for kind, _, status in told(text) if status != "historical"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The UN Security Council will discuss the bombardment of Gaza by Israel.", "asserted"),
        ("A rally called by the union of teachers drew thousands to the square in Lima.", "asserted"),
        ("Protesters will march in Lima on Friday.", "planned"),
    ],
)
def test_what_is_known_to_have_taken_place_is_not_planned(text: str, status: str) -> None:
    coded = english().code(ArticleText(text, language="en"))
    assert {event.status for event in coded.events if event.type in {"ASSAULT", "PROTEST"}} == {status}


def test_a_threat_keeps_its_speaker() -> None:
    (event,) = (
        e for e in english().code(ArticleText("An RSF commander vowed to storm El Obeid.", language="en")).events
    )
    assert names(event.actors) == {"Rapid Support Forces"}


def test_a_noun_under_a_verb_of_its_own_kind_is_told_once() -> None:
    coded = english().code(ArticleText("Saudi ships tightened the naval blockade of Hodeidah.", language="en"))
    assert [event.type for event in coded.events] == ["COERCE"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (("Georgians and Armenians failed to reach agreement on the fate of a village, a mediator who had met both there "
         "on Sunday reported in the evening."), "REJECT"),
        (("Bosnian Serbs demanded a truce with Croatian fighters in a valley, a priest who had spoken to their elders there "
         "reported in the evening."), "REQUEST"),
        (("Red Cross officials suspended aid deliveries in a city on Wednesday after two of their lorries had been hit by "
         "bullets and one driver went missing."), "SANCTION"),
    ],
)  # fmt: skip
def test_peoples_and_bodies_with_a_name_are_no_everyday_matter(text: str, kind: str) -> None:
    assert kind in {told_kind for told_kind, _, _ in told(text)}
