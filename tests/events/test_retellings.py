"""The hard turns of a war report in other words and other wars, so that no rule is fitted to one article's sentences."""

import pytest

from tests.events.reading import code, events, names, only


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The Sudanese air force directed air strikes against El Fasher and the Kutum area on Sunday.", {"El Fasher"}),
        ("Israeli jets carried out air strikes on Tyre and Nabatieh on Sunday.", {"Tyre", "Nabatieh"}),
        ("Russian forces shelled Kherson and Nikopol overnight.", {"Kherson", "Nikopol"}),
    ],
)
def test_coordinated_targets_are_events_of_their_own(text: str, places: set[str]) -> None:
    found = {e.place.name for e in events(text, "ASSAULT") if e.place}
    assert places <= found


@pytest.mark.parametrize(
    ("text", "chain", "low"),
    [
        (
            "According to medics quoted by AFP, the bombing of Omdurman killed at least nine civilians.",
            ["medics", "Agence France-Presse"],
            9,
        ),
        (
            "The shelling of Mariupol killed at least six people, according to residents cited by Reuters.",
            ["residents", "Reuters"],
            6,
        ),
    ],
)
def test_a_toll_keeps_its_chain(text: str, chain: list[str], low: int) -> None:
    tolls = [t for e in events(text, "ASSAULT") for t in e.tolls]
    assert [(t.measure, t.low, t.high) for t in tolls] == [("killed", low, None)]
    assert [s.name for s in tolls[0].sources] == chain


@pytest.mark.parametrize(
    "text",
    [
        "The army asserted that about 200 enemy fighters were killed near Goma, although the claim has not been verified.",
        "The Ukrainian military said some 300 Russian soldiers had been killed in Avdiivka, a figure that could not be independently confirmed.",
        "The junta said its troops had killed 40 rebels. The claim could not be verified.",
    ],
)
def test_what_the_text_doubts_is_in_no_sum(text: str) -> None:
    event = only(text, "ASSAULT")
    assert (event.status, event.happened) == ("unverified", False)
    assert {t.status for t in event.tolls} == {"unverified"}


@pytest.mark.parametrize(
    "text",
    [
        "Some rumours of a planned coup in Bamako circulated but proved unfounded.",
        "Rumours of a coup in Khartoum on Saturday were false.",
        "The ministry called the rumours of a coup in N'Djamena baseless.",
    ],
)
def test_a_rumour_that_is_refuted_is_denied(text: str) -> None:
    assert "denied" in {e.status for e in events(text, "COERCE")}
    assert not any(e.happened for e in events(text, "COERCE") if e.status == "denied")


@pytest.mark.parametrize(
    "text",
    [
        "The rebels expressed their intention to continue their advance toward Kinshasa.",
        "The insurgents have voiced a readiness to continue their advance on Bamako.",
        "The militia announced plans to seize the city of Bukavu.",
    ],
)
def test_an_intention_is_a_plan(text: str) -> None:
    found = [e for e in code(text).events if e.type in {"COERCE", "THREATEN", "MOBILIZE"}]
    assert found
    assert {e.happened for e in found if e.type != "THREATEN"} <= {False}


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        (
            "State news agency SUNA, which is close to the army, and the Sudan Doctors Network, a group based in London, reported that soldiers repelled the attack.",
            2,
        ),
        ("The defence ministry and Reuters reported that troops repulsed an assault by the rebels.", 2),
    ],
)
def test_two_sources_of_one_claim_both_count(text: str, sources: int) -> None:
    event = next(e for e in events(text, "ASSAULT"))
    assert event.status == "claimed"
    assert len(event.attribution) == sources
    assert event.place is None or event.place.name not in {"London", "United Kingdom"}


@pytest.mark.parametrize(
    "text",
    [
        "Many families have begun to flee the city of Goma because of the fighting.",
        "Thousands of residents fled the shelling of Omdurman.",
        "The offensive has displaced thousands of people in North Kivu.",
    ],
)
def test_flight_has_a_recipient_and_no_invented_actor(text: str) -> None:
    event = next(e for e in events(text, "SANCTION"))
    assert event.mode == "expel"
    assert event.recipients
    assert all(p.name not in names(event.recipients) for p in event.actors)


@pytest.mark.parametrize(
    "text",
    [
        "The civil war has been stalemated for much of the past four years.",
        "The base had previously been occupied by Russian mercenaries.",
        "The speed of the offensive astonished analysts.",
        "The province has been under the control of the group for several years.",
    ],
)
def test_background_gives_nothing_that_happened_now(text: str) -> None:
    assert [e for e in code(text).events if e.status not in {"historical", "hypothetical"}] == []


def test_a_day_before_counts_from_the_day_of_publication() -> None:
    event = next(
        e
        for e in events(
            "On Sunday the army answered the rebels, who had taken the city of Goma just a day earlier.", "COERCE"
        )
    )
    assert str(event.date_start) == "2024-11-30"
