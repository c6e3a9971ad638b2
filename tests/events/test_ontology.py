"""The ontology's figures and the mapping to ACLED."""

import pytest

from worker.events.ontology import ACLED_TYPE_OF, STATUS_ORDER, TYPES, Sides, acled_sub_event, project_status


def test_all_sixteen_types_are_there() -> None:
    assert len(TYPES) == 16
    assert {facts.quad for facts in TYPES.values()} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("kind", "mode", "sides", "expected"),
    [
        ("ASSAULT", "aerial", Sides(), "Air/drone strike"),
        ("ASSAULT", "heavy-weapons", Sides(), "Shelling/artillery/missile attack"),
        ("ASSAULT", None, Sides(actor_armed=True, recipient_armed=True), "Armed clash"),
        ("ASSAULT", None, Sides(actor_armed=True), "Attack"),
        ("ASSAULT", "abduct", Sides(actor_armed=True), "Abduction/forced disappearance"),
        (
            "ASSAULT",
            "crowd-control",
            Sides(actor_state=True, recipient_protests=True),
            "Excessive force against protesters",
        ),
        ("COERCE", "seize", Sides(actor_armed=True), "Non-state actor overtakes territory"),
        ("COERCE", "seize", Sides(actor_armed=True, actor_state=True), "Government regains territory"),
        ("COERCE", "curfew", Sides(actor_state=True), None),
        ("PROTEST", "demo", Sides(), "Peaceful protest"),
        ("PROTEST", "riot", Sides(), "Violent demonstration"),
        ("SANCTION", "expel", Sides(), "Other"),
        ("ACCUSE", "allege", Sides(), None),
    ],
)
def test_plover_becomes_acled(kind: str, mode: str | None, sides: Sides, expected: str | None) -> None:
    assert acled_sub_event(kind, mode, sides) == expected


def test_every_sub_event_has_its_type() -> None:
    found = {
        acled_sub_event(kind, mode, Sides(armed, state, other, crowd), signed=signed)
        for kind, facts in TYPES.items()
        for mode in (None, *facts.modes)
        for armed in (False, True)
        for state in (False, True)
        for other in (False, True)
        for crowd in (False, True)
        for signed in (False, True)
    }
    assert found - {None} <= ACLED_TYPE_OF.keys()


def test_status_is_projected_in_the_fixed_order() -> None:
    assert project_status(()) == "asserted"
    assert project_status({"claimed", "planned"}) == "planned"
    assert project_status({"claimed", "denied", "rumoured"}) == "denied"
    for number, status in enumerate(STATUS_ORDER):
        assert project_status(STATUS_ORDER[number:]) == status
