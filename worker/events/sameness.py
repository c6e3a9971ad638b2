"""Whether two texts tell the same happening: what speaks against it, and how much speaks for it.

Within one story the question is narrow: same kind of act, and nobody, no place and no day that rules it out. What is
unknown rules nothing out, but says nothing for it either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from math import asin, cos, radians, sin, sqrt

STATE_SECTORS = frozenset({"COP", "GOV", "JUD", "LEG", "MIL", "SPY"})
"""Organs of a state: reports name one for another ("the government shelled", "the army shelled")."""

CIVILIAN_SECTORS = frozenset(
    {"AGR", "BUS", "CVL", "EDU", "ELI", "JRN", "LAB", "MED", "MNC", "NGO", "OPP", "REF", "REL", "SOC"}
)
"""Unarmed people without public office."""

IRREGULAR_SECTORS = frozenset({"CRM", "IMG", "PRM", "REB", "UAF"})
"""Armed people who are no organ of a state: rebels to one paper are terrorists or gunmen to the next."""

LIKE_MODES: tuple[frozenset[str], ...] = (
    frozenset({"aerial", "drone", "heavy-weapons"}),  # "air strike", "missile strike" and "drone strike" on one target
    frozenset({"explosives", "suicide-attack", "targeted"}),  # a blast, before it is known who set it off and for whom
    frozenset({"explosives", "heavy-weapons"}),  # "explosion" for what turns out to be a shell
    frozenset({"firearms", "targeted", "primitive"}),
    frozenset({"beat", "crowd-control", "torture"}),
    frozenset({"demo", "riot", "obstruct", "vandalize"}),  # one crowd, by its first and by its last hour
    frozenset({"arrest", "abduct"}),
    frozenset({"restrict", "curfew", "martial-law"}),
    frozenset({"restrict", "censor", "withhold"}),
    frozenset({"disapprove", "allege", "investigate"}),
    frozenset({"troops", "weapons"}),
    frozenset({"withdraw", "discontinue"}),
    frozenset({"withdraw", "ceasefire", "access"}),
    frozenset({"visit", "multilateral", "third-party"}),
)
"""Modes that different reports give to one happening. ``destroy`` goes with any way of using force."""

NEAR_KILOMETRES = 25.0
"""Radius of UCDP GED's precision 2: "near X" and a village within it may be one place."""

PROVINCE = 4
"""From this precision on a place is an area that others lie in (UCDP GED)."""

UNDATED_BEFORE, UNDATED_AFTER = timedelta(days=7), timedelta(days=1)
"""A report without a date tells what happened at most a week before it; a day after, by the zone of its clock."""

PLANNED_WITHIN = timedelta(days=14)
"""What is planned without a date is expected within two weeks: beyond that another occasion is likelier."""

BOTH_UNDATED = timedelta(days=4)
"""Two reports without dates may tell one happening while their story is active (see ``worker.stories.place``)."""

SAME_NEWS = timedelta(hours=12)
"""Two reports without dates from one half of a day speak of the same news: as good as a day that overlaps."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A party as merging sees it."""

    name: str  # lower case when generic: "protesters"
    country: str | None = None  # ISO 3166 alpha-3
    sector: str | None = None  # PLOVER sector
    actor_id: int = 0

    @property
    def generic(self) -> bool:
        """Is it a kind of people and no name?"""
        return self.name == self.name.lower()


@dataclass(frozen=True, slots=True)
class Where:
    """A place as merging sees it."""

    place_id: int
    country: str | None
    admin1: str | None
    latitude: float | None
    longitude: float | None
    precision: int  # UCDP GED, 1 to 7
    name: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What two tellings are compared by."""

    type: str
    quad: int
    mode: str | None
    actors: tuple[Participant, ...]
    recipients: tuple[Participant, ...]
    place: Where | None
    date_start: date | None
    date_end: date | None
    planned: bool
    reported_at: datetime


class Relation(IntEnum):
    """How two parts of two tellings relate; the value is what it says for sameness."""

    RIVAL = -1  # they cannot both be true of one happening
    UNKNOWN = 0
    RELATED = 1  # one may be a wider or looser word for the other
    NEAR = 2
    SAME = 3


ENOUGH = 3
"""Evidence from which on two tellings are one: one exact match of party or place."""

ENOUGH_WORDS = 4
"""Likewise for words: leaders speak often, so the same speaker alone is not enough."""

MATERIAL_CONFLICT = 4


def evidence(a: Facts, b: Facts) -> int | None:
    """Return how much says that two tellings are one happening; None when something rules it out.

    An exact match of actors, recipients or place counts 3, the same day 2, a looser match and the same mode 1.
    """
    if a.type != b.type or not modes_agree(a.mode, b.mode):
        return None
    # The cheapest first: in a story of hundreds of mentions most pairs are ruled out by their days or places.
    if (when := dates(a, b)) is Relation.RIVAL:
        return None
    where = places(a.place, b.place)
    if where is Relation.RIVAL and place_decides(a):
        return None
    actors, recipients = parties(a.actors, b.actors), parties(a.recipients, b.recipients)
    if Relation.RIVAL in {actors, recipients}:
        return None
    if a.quad != MATERIAL_CONFLICT and actors <= Relation.UNKNOWN:
        return None
    same_mode = int(a.mode is not None and a.mode == b.mode)
    # What is said can be reported from several places: they speak for sameness, or not at all.
    return actors + recipients + max(where, 0) + when + same_mode


def enough(facts: Facts) -> int:
    """Return the evidence that a telling of this kind needs."""
    return ENOUGH if facts.quad == MATERIAL_CONFLICT else ENOUGH_WORDS


def are_rivals(a: Facts, b: Facts) -> bool:
    """Do two tellings give one happening, by place and day, to different culprits?"""
    return (
        a.type == b.type
        and parties(a.actors, b.actors) is Relation.RIVAL
        and parties(a.recipients, b.recipients) is not Relation.RIVAL
        and places(a.place, b.place) >= Relation.NEAR
        and dates(a, b) > Relation.UNKNOWN
        and modes_agree(a.mode, b.mode)
    )


def modes_agree(a: str | None, b: str | None) -> bool:
    """Can two modes be of one happening?"""
    if a is None or b is None or a == b or "destroy" in {a, b}:
        return True
    return any(a in alike and b in alike for alike in LIKE_MODES)


def parties(a: Iterable[Participant], b: Iterable[Participant]) -> Relation:
    """Return how the parties of one role relate: the best of all pairs, unknown when a side names none."""
    pairs = [party(one, other) for one in a for other in b]
    return max(pairs, default=Relation.UNKNOWN)


def party(a: Participant, b: Participant) -> Relation:
    """Return how two parties relate."""
    if a.name.casefold() == b.name.casefold():
        return Relation.SAME if a.country == b.country or None in {a.country, b.country} else Relation.RIVAL
    if a.country and b.country and a.country != b.country:
        return Relation.RIVAL
    kind_of_a, kind_of_b = _kind(a.sector), _kind(b.sector)
    if kind_of_a and kind_of_b and kind_of_a != kind_of_b:
        return Relation.RIVAL
    if a.generic or b.generic:
        return Relation.RELATED if kind_of_a and kind_of_a == kind_of_b else Relation.UNKNOWN
    organs = kind_of_a == kind_of_b == "state" and a.country == b.country and a.country is not None
    return Relation.RELATED if organs else Relation.RIVAL


def places(a: Where | None, b: Where | None) -> Relation:
    """Return how two places relate: the same, near each other, one within the other, or apart."""
    if a is None or b is None:
        return Relation.UNKNOWN
    if a.place_id == b.place_id:
        return Relation.SAME
    if a.country and b.country and a.country != b.country:
        return Relation.RIVAL
    if a.precision >= PROVINCE or b.precision >= PROVINCE:
        return _one_within_the_other(a, b)
    loose = a.precision > 1 or b.precision > 1
    apart = kilometres(a, b)
    if apart is None:
        return Relation.UNKNOWN if loose else Relation.RIVAL
    return Relation.NEAR if loose and apart <= NEAR_KILOMETRES else Relation.RIVAL


def place_decides(facts: Facts) -> bool:
    """Do two places make two happenings? For deeds they do; what is said is reported from where the reporter sits."""
    return facts.quad == MATERIAL_CONFLICT and facts.type != "SANCTION"


def dates(a: Facts, b: Facts) -> Relation:
    """Return how two spans of days relate: 2 for one day, 1 for spans that overlap."""
    first, last = _span(a), _span(b)
    if first is None and last is None:
        apart = abs(a.reported_at - b.reported_at)
        if apart <= SAME_NEWS:
            return Relation.RELATED
        return Relation.UNKNOWN if apart <= BOTH_UNDATED else Relation.RIVAL
    if first is None or last is None:
        undated, dated = (a, last) if first is None else (b, first)
        return Relation.UNKNOWN if dated is not None and _fits(undated, dated) else Relation.RIVAL
    if first[0] > last[1] or last[0] > first[1]:
        return Relation.RIVAL
    return Relation.NEAR if first[0] == first[1] == last[0] == last[1] else Relation.RELATED


def kilometres(a: Where, b: Where) -> float | None:
    """Return the distance of two places along a great circle; None where a coordinate is unknown."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    phi, psi = radians(a.latitude), radians(b.latitude)
    half_chord = sin((psi - phi) / 2) ** 2 + cos(phi) * cos(psi) * sin(radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(min(1.0, half_chord)))


def _one_within_the_other(a: Where, b: Where) -> Relation:
    wide, narrow = (a, b) if a.precision >= b.precision else (b, a)
    if not wide.country or not narrow.country:
        return Relation.UNKNOWN
    country_only = wide.precision >= 6 or not wide.admin1 or not narrow.admin1  # noqa: PLR2004 - UCDP GED: 6, country
    return Relation.RELATED if country_only or wide.admin1 == narrow.admin1 else Relation.RIVAL


def _kind(sector: str | None) -> str | None:
    if sector in STATE_SECTORS:
        return "state"
    if sector in CIVILIAN_SECTORS:
        return "civilian"
    return "irregular" if sector in IRREGULAR_SECTORS else None


def _span(facts: Facts) -> tuple[date, date] | None:
    start, end = facts.date_start or facts.date_end, facts.date_end or facts.date_start
    return (start, end) if start is not None and end is not None else None


def _fits(undated: Facts, span: tuple[date, date]) -> bool:
    before = (undated.reported_at - UNDATED_BEFORE).date()
    after = (undated.reported_at + (PLANNED_WITHIN if undated.planned else UNDATED_AFTER)).date()
    return span[0] <= after and span[1] >= before
