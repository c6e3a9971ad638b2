"""Whom a document means: people met again by surname, bodies named by their head, authors of what is condemned."""

import pytest

from tests.events.reading import english, names
from worker.records import ArticleText, Event


def events(text: str, kind: str) -> list[Event]:
    return [event for event in english().code(ArticleText(text, language="en")).events if event.type == kind]


@pytest.mark.parametrize(
    ("text", "kind", "actor"),
    [
        ("Finance minister Gonzalo Terrazas of Bolivia spoke. Terrazas accused Peru of meddling.", "ACCUSE",
         "Government of Bolivia"),
        ("Juan Mamani, the miners' leader, spoke first. Mamani accused the Bolivian government of lying.", "ACCUSE",
         "miners"),
        ("The Land Transport Board accused Kenya's unions of theft.", "ACCUSE", "Land Transport Board"),
        ("The Land Transport Board of Kenya accused Uganda of theft.", "ACCUSE", "Government of Kenya"),
        ("The European Farmers' Federation accused the French government of deceit.", "ACCUSE",
         "European Farmers ' Federation"),
        ("The Ministry of Defence of Chad accused Sudan of a raid.", "ACCUSE", "Government of Chad"),
    ],
)  # fmt: skip
def test_people_and_bodies_keep_their_side(text: str, kind: str, actor: str) -> None:
    (event,) = events(text, kind)
    assert {actor.replace(" '", "'")} == {name.replace(" '", "'") for name in names(event.actors)}


@pytest.mark.parametrize(
    "text",
    [
        "Israeli jets bombed a market in Sidon. France condemned the bombing.",
        "France condemned the bombing. Israeli jets bombed a market in Sidon.",
        "Israeli troops shot dead a farmer near Tyre. In Paris, the foreign ministry of France denounced the killing.",
    ],
)
def test_who_condemns_an_act_condemns_its_author(text: str) -> None:
    (event,) = events(text, "ACCUSE")
    assert names(event.recipients) == {"Military of Israel"}


def test_of_two_authors_the_nearest_before_is_meant() -> None:
    text = "Israeli jets bombed Sidon. Turkish artillery shelled Kobani. France condemned the shelling."
    (event,) = events(text, "ACCUSE")
    assert names(event.recipients) == {"Military of Turkey"}


def test_rebels_are_the_one_group_that_takes_part() -> None:
    text = "M23 attacked Goma on Monday, the army said. The rebels shelled the airport on Tuesday."
    assert all(names(event.actors) == {"M23"} for event in events(text, "ASSAULT"))


def test_rebels_stay_rebels_where_two_groups_take_part() -> None:
    text = (
        "Boko Haram shot dead two farmers in Chad. Al-Shabaab killed a judge in Somalia. Rebels shelled Goma airport."
    )
    assert {"rebels"} in [names(event.actors) for event in events(text, "ASSAULT")]


def test_we_is_whoever_speaks() -> None:
    text = 'The Ethiopian army said: "We attacked the rebels in Gojjam."'
    (event,) = events(text, "ASSAULT")
    assert names(event.actors) == {"Military of Ethiopia"}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Rockets of the Sudanese army tore through the livestock market.", {"civilians"}),
        ("Sudanese jets bombed a school in Kutum.", {"civilians"}),
        ("The Sudanese army shelled the barracks in Kutum.", set()),
    ],
)
def test_where_civilians_are_it_is_they_who_are_hit(text: str, people: set[str]) -> None:
    (event,) = events(text, "ASSAULT")
    assert names(event.recipients) == people


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("In Chad 31 protesters were arrested.", {"Police of Chad"}),
        ("Six opposition activists were detained in Niamey, Niger.", {"Police of Niger"}),
        ("Six opposition activists were detained.", set()),
    ],
)
def test_arrests_are_made_by_police_where_the_country_is_known(text: str, actor: set[str]) -> None:
    (event,) = events(text, "COERCE")
    assert names(event.actors) == actor


def test_nobody_stands_on_both_sides() -> None:
    text = "The minister consulted the Egyptian government."
    (event,) = events(text, "CONSULT")
    assert not names(event.actors) & names(event.recipients)


@pytest.mark.parametrize(
    ("text", "kind", "recipients"),
    [
        ("Militants kidnapped two surveyors near Tonu.", "ASSAULT", {"civilians"}),
        ("Nine beekeepers were kidnapped by rebels near Zemio.", "ASSAULT", {"civilians"}),
        ("Gunmen shot dead a vaccinator in Tank.", "ASSAULT", {"civilians"}),
        ("Azerbaijan's army opened fire on an Armenian outpost at Tegh.", "ASSAULT", {"Military of Armenia"}),
        ("Cambodian soldiers fired on Thai positions at Phu Makhuea.", "ASSAULT", {"Military of Thailand"}),
        ("Thailand said that its positions were shelled by Cambodian soldiers.", "ASSAULT", {"Military of Thailand"}),
        ("Rebels bombed an old barn near Goma.", "ASSAULT", set()),
        ("The Red Cross handed out blankets in two camps near Goma.", "AID", {"civilians"}),
        ("The Red Cross delivered flour to a school in Goma.", "AID", {"civilians"}),
        ("The Red Cross distributed blankets on Monday.", "AID", set()),
    ],
)  # fmt: skip
def test_whoever_suffers_is_found_without_a_side_of_his_own(text: str, kind: str, recipients: set[str]) -> None:
    (event,) = events(text, kind)
    assert names(event.recipients) == recipients


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("France pinned the break-in on Libya.", "Government of Libya"),
        ("Norway attributed the break-in to Russia.", "Government of Russia"),
        ('The American embassy in Manila criticised Beijing\'s "reckless" conduct.', "Government of China"),
        ('Turkey condemned Athens\'s "unlawful" marine park.', "Government of Greece"),
        ('Chad denounced Sudan\'s "hollow" excuses.', "Government of Sudan"),
    ],
)
def test_who_is_blamed_stands_behind_a_preposition_or_before_a_quotation(text: str, recipient: str) -> None:
    (event,) = events(text, "ACCUSE")
    assert names(event.recipients) == {recipient}


@pytest.mark.parametrize(
    "text",
    [
        "Clashes between Turkish soldiers and Syrian rebels killed nine people on Monday.",
        "Kenya's army and Somali rebels clashed near Mandera, killing five civilians.",
        "A pitched battle between Anuak militiamen and Murle fighters left 23 dead.",
        "The Ethiopian army clashed with Somali rebels, killing six villagers.",
    ],
)
def test_the_dead_of_a_fight_are_not_its_aim(text: str) -> None:
    (event,) = events(text, "ASSAULT")
    assert len(event.actors) == 2
    assert event.recipients == ()


@pytest.mark.parametrize(
    ("text", "kind", "recipients"),
    [
        ("Harare agreed to compensate 400 farmers.", "AGREE", {"farmers"}),
        ("Chad promised to shelter the refugees.", "AGREE", {"refugees"}),
        ("The kidnappers threatened to kill their captives.", "THREATEN", {"captives"}),
        ("El Salvador agreed to send 78 military medics.", "AGREE", set()),
        ("Lima rejected the miners' loud demands.", "REJECT", {"miners"}),
        ("Bolivia dismissed the miners' demand.", "REJECT", {"miners"}),
        ("Chad dismissed the demand as idle.", "REJECT", set()),
    ],
)
def test_people_are_promised_threatened_and_turned_down(text: str, kind: str, recipients: set[str]) -> None:
    (event,) = events(text, kind)
    assert names(event.recipients) == recipients
