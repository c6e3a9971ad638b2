"""Which place of a sentence is the event's, and places that no table has."""

import pytest

from tests.events.reading import code
from worker.records import EventPlace


def place_of(text: str, kind: str = "ASSAULT") -> EventPlace | None:
    return next(event for event in code(text).events if event.type == kind).place


@pytest.mark.parametrize(
    ("text", "name", "country", "precision"),
    [
        ("Militants killed seven soldiers at Qworban in Niger, close to Mali.", "Qworban", "NER", 1),
        ("Mozambique is at war. Insurgents killed three men in Qworban on Monday.", "Qworban", "MOZ", 1),
        ("Mozambique is at war. Insurgents killed three men near Qworban on Monday.", "Qworban", "MOZ", 2),
        ("Soldiers shot dead three protesters in Sudan's Atbara on Monday.", "Atbara", "SDN", 1),
        ("Senegal is tense. In the capital, police fired tear gas at students.", "Dakar", "SEN", 1),
        ("Gunmen killed two signatories of the Algiers accord in Gao on Sunday.", "Gao", "MLI", 1),
    ],
)
def test_an_event_is_placed(text: str, name: str, country: str, precision: int) -> None:
    place = place_of(text)
    assert place is not None
    assert (place.name, place.country, place.precision) == (name, country, precision)


def test_a_village_in_no_table_has_no_position() -> None:
    place = place_of("Militants killed seven soldiers at Qworban in Niger, close to Mali.")
    assert place is not None
    assert (place.latitude, place.longitude, place.geonameid) == (None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Mozambique is at war. Insurgents killed three men in March.",
        "Mozambique is at war. Insurgents killed three men in QWB on Monday.",
        "Mozambique is at war. Insurgents killed three men in Qworban Lurvik Amsen on Monday.",
    ],
)
def test_other_names_after_a_preposition_are_no_villages(text: str) -> None:
    place = place_of(text)
    assert place is None or place.name == "Mozambique"


def test_what_is_condemned_elsewhere_does_not_place_the_words() -> None:
    assert place_of("France condemned the shooting in El Paso on Sunday.", "ACCUSE") is None
