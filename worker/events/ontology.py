"""The types, modes and figures of PLOVER, and this project's mapping from them to ACLED.

Types, modes, quad classes and scores follow the PLOVER manual of February 2024 (https://github.com/openeventdata/PLOVER);
the ACLED sub-events are those of the ACLED codebook of 2023, and which PLOVER mode becomes which is this project's
own decision, since nobody has published one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """What the ontology says of one type."""

    quad: int  # 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict
    score: float  # PLOVER's Goldstein-like score, -10 to 10
    modes: frozenset[str]


def _facts(quad: int, score: float, modes: str = "") -> TypeFacts:
    return TypeFacts(quad, score, frozenset(modes.split()))


_REFUSAL = "assist change yield meet"

TYPES: Mapping[str, TypeFacts] = MappingProxyType(
    {
        "AGREE": _facts(1, 2.5),
        "CONSULT": _facts(1, 2.5, "visit third-party multilateral phone"),
        "SUPPORT": _facts(1, 5),
        "CONCEDE": _facts(1, 4.5),
        "COOPERATE": _facts(2, 9.5),
        "AID": _facts(2, 10),
        "RETREAT": _facts(2, 6.5, "withdraw release disarm ceasefire access resign"),
        "REQUEST": _facts(3, 0, _REFUSAL),
        "ACCUSE": _facts(3, -2, "disapprove investigate allege"),
        "REJECT": _facts(3, -2, _REFUSAL),
        "THREATEN": _facts(3, -3.5, "restrict arrest relations expel territory violence"),
        "PROTEST": _facts(4, -5, "demo riot strike hunger boycott obstruct vandalize"),
        "SANCTION": _facts(4, -6, "convict expel withdraw discontinue"),
        "MOBILIZE": _facts(4, -5.5, "troops weapons police militia"),
        "COERCE": _facts(
            4,
            -7,
            "seize restrict censor curfew martial-law arrest deport withhold misinformation cyber",
        ),
        "ASSAULT": _facts(
            4,
            -9,
            "abduct beat torture sexual targeted destroy primitive firearms explosives suicide-attack aerial drone "
            "heavy-weapons crowd-control unconventional",
        ),
    }
)

_CONTEXTS = """
    military intelligence executive legislative election political_institutions pro_democracy pro_autocracy economic
    legal reparations human_rights rights_freedoms repression human_security gender lgbt religion_ethnicity inequality
    diplomatic territory peacekeeping health asylum migration disasters natural_resource environment technology
    terrorism cbrn cyber misinformation crime corruption illegal_drugs trafficking
"""
CONTEXTS = frozenset(_CONTEXTS.split())
"""The 37 contexts of PLOVER's manual of February 2024."""
VERBAL_QUADS = frozenset({1, 3})
MATERIAL_QUADS = frozenset({2, 4})

# How sure a reader can be that the event took place; the first that applies wins.
STATUS_ORDER = (
    "denied",
    "hypothetical",
    "historical",
    "planned",
    "rumoured",
    "unverified",
    "disputed",
    "claimed",
    "asserted",
)
HAPPENED = frozenset({"asserted", "claimed", "disputed"})

_BATTLE, _EXPLOSION, _CIVILIANS = "Battles", "Explosions/Remote violence", "Violence against civilians"
_PROTESTS, _RIOTS, _STRATEGIC = "Protests", "Riots", "Strategic developments"

ACLED_TYPE_OF: Mapping[str, str] = MappingProxyType(
    {
        "Armed clash": _BATTLE,
        "Government regains territory": _BATTLE,
        "Non-state actor overtakes territory": _BATTLE,
        "Air/drone strike": _EXPLOSION,
        "Shelling/artillery/missile attack": _EXPLOSION,
        "Remote explosive/landmine/IED": _EXPLOSION,
        "Suicide bomb": _EXPLOSION,
        "Chemical weapon": _EXPLOSION,
        "Grenade": _EXPLOSION,
        "Attack": _CIVILIANS,
        "Abduction/forced disappearance": _CIVILIANS,
        "Sexual violence": _CIVILIANS,
        "Peaceful protest": _PROTESTS,
        "Protest with intervention": _PROTESTS,
        "Excessive force against protesters": _PROTESTS,
        "Violent demonstration": _RIOTS,
        "Mob violence": _RIOTS,
        "Agreement": _STRATEGIC,
        "Arrests": _STRATEGIC,
        "Disrupted weapons use": _STRATEGIC,
        "Headquarters or base established": _STRATEGIC,
        "Looting/property destruction": _STRATEGIC,
        "Non-violent transfer of territory": _STRATEGIC,
        "Other": _STRATEGIC,
    }
)

_BY_MODE: Mapping[tuple[str, str | None], str] = MappingProxyType(
    {
        ("ASSAULT", "aerial"): "Air/drone strike",
        ("ASSAULT", "drone"): "Air/drone strike",
        ("ASSAULT", "heavy-weapons"): "Shelling/artillery/missile attack",
        ("ASSAULT", "explosives"): "Remote explosive/landmine/IED",
        ("ASSAULT", "suicide-attack"): "Suicide bomb",
        ("ASSAULT", "unconventional"): "Chemical weapon",
        ("ASSAULT", "sexual"): "Sexual violence",
        ("RETREAT", "withdraw"): "Non-violent transfer of territory",
        ("RETREAT", "disarm"): "Disrupted weapons use",
        ("RETREAT", "ceasefire"): "Agreement",
        ("RETREAT", "release"): "Other",
        ("PROTEST", "riot"): "Violent demonstration",
        ("PROTEST", "vandalize"): "Looting/property destruction",
        ("COERCE", "arrest"): "Arrests",
        ("MOBILIZE", None): "Other",
    }
)
_PEACEFUL = frozenset({None, "demo", "strike", "hunger", "boycott", "obstruct"})


@dataclass(frozen=True, slots=True)
class Sides:
    """What the mapping to ACLED asks about the parties."""

    actor_armed: bool = False  # soldiers, police, rebels, militias
    actor_state: bool = False  # forces or bodies of a government
    recipient_armed: bool = False
    recipient_protests: bool = False


def acled_sub_event(kind: str, mode: str | None, sides: Sides, *, signed: bool = False) -> str | None:
    """Name the ACLED sub-event of an event, or None where ACLED has none.

    Args:
        kind: PLOVER type.
        mode: PLOVER mode.
        sides: Who stands on either side.
        signed: For AGREE and SUPPORT: whether something was signed or concluded.

    Returns:
        A key of ``ACLED_TYPE_OF``.
    """
    direct = _BY_MODE.get((kind, mode))
    if direct is not None:
        return direct
    if kind == "ASSAULT":
        return _acled_of_assault(mode, sides)
    if kind == "PROTEST" and mode in _PEACEFUL:
        return "Peaceful protest"
    if (kind, mode) == ("COERCE", "seize"):
        overtakes = "Non-state actor overtakes territory" if sides.actor_armed else None
        return "Government regains territory" if sides.actor_state else overtakes
    if kind == "MOBILIZE" or (kind, mode) == ("SANCTION", "expel"):
        return "Other"
    return "Agreement" if signed and kind in {"AGREE", "SUPPORT"} else None


def _acled_of_assault(mode: str | None, sides: Sides) -> str:
    if mode == "abduct" and not sides.recipient_armed:
        return "Abduction/forced disappearance"
    if sides.recipient_protests and sides.actor_state:
        return "Excessive force against protesters"
    if sides.actor_armed and sides.recipient_armed:
        return "Armed clash"
    if mode == "destroy":
        return "Looting/property destruction"
    if sides.recipient_armed and mode in {None, "firearms"}:
        return "Armed clash"
    return "Attack" if mode != "abduct" else "Abduction/forced disappearance"


def project_status(signs: Collection[str]) -> str:
    """Reduce all signs of certainty to one status by the fixed order; no sign means asserted."""
    return next((status for status in STATUS_ORDER if status in signs), "asserted")
