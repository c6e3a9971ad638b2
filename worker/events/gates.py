"""Is it an event at all? Who may do such a thing to whom, given what the article is about."""

from __future__ import annotations

from collections.abc import Sequence

from worker.events.about import Subject
from worker.events.mention import Mention
from worker.events.ontology import TYPES, VERBAL_QUADS
from worker.events.who import POLITICAL, Who

_TWO_SIDES = frozenset({"CONSULT"})
_CIVIL_MAY = frozenset({"ACCUSE", "REQUEST", "PROTEST", "REJECT", "AID", "AGREE", "THREATEN"})
_EVERYDAY = frozenset({"COP", "JUD", "CRM", "UAF"})  # of a crime story: police, courts, gangs, masked men
_HOME_TYPES = frozenset({"AID", "AGREE", "SUPPORT"})
_HOME_MODES = frozenset({("RETREAT", "access"), ("COERCE", "restrict")})
_EVERYDAY_TYPES = frozenset(
    {"COERCE", "SANCTION", "ACCUSE", "RETREAT", "AID", "REQUEST", "REJECT"}
)  # what police, courts and offices do daily
_DONE_BY_POWER = frozenset({"SANCTION", "RETREAT", "ACCUSE"})
_LEAD_SENTENCES = 2  # what an article is about stands in the first two
_PUBLIC = POLITICAL | {"justice"}


def allows(
    mention: Mention, subject: Subject, *, mass: bool = False, accident: bool = False, fighting: bool = False
) -> str | None:
    """Decide whether a mention may stand.

    Args:
        mention: What a sentence tells of, with its parties.
        subject: What the article is about.
        mass: Whether its sentence tells of mass violence.
        accident: Whether its sentence tells of an accident.
        fighting: Whether its sentence has a word of war or of violence that is meant.

    Returns:
        None when it may; else the reason why not, for ``--explain``.
    """
    crime = "crime" in subject.topics
    sided = _is_sided(mention, police_count=not crime)
    of_many = mass and mention.type == "ASSAULT"
    if subject.closed:
        return "the article's section holds no news of this kind"
    if subject.light and mention.parsed.sentence.index >= _LEAD_SENTENCES and not mention.parsed.sentence.is_title:
        return "the article hardly holds events, and this is not its lead"
    if accident and mention.type == "ASSAULT" and not any(who.classes & POLITICAL for who in mention.actors):
        return "an accident, by the words of its sentence"
    refused = _refused_as_everyday(mention, subject, of_many=of_many, driven=fighting and _is_driven_out(mention))
    if refused or (of_many and not mention.presumed):
        return refused
    return _refused_by_subject(mention, subject, sided=sided, crime=crime) or _refused_by_sides(
        mention, subject, sided=sided
    )


def _refused_as_everyday(mention: Mention, subject: Subject, *, of_many: bool, driven: bool) -> str | None:
    if subject.doubtful and not of_many and not _is_weighty(mention):
        return "the article hardly holds events, and no weighty parties take part"
    if "crime" in subject.topics and TYPES[mention.type].quad in VERBAL_QUADS and not _two_public(mention):
        return "a crime story's words are no event of politics"
    if "all" in subject.drops:
        return "the article's subject holds no events"
    return _refused_as_daily_work(mention, subject) if _is_everyday(mention) and not driven else None


def _refused_as_daily_work(mention: Mention, subject: Subject) -> str | None:
    if not subject.public and mention.type in _EVERYDAY_TYPES and mention.mode != "resign":
        return "everyday work of police, courts and councils"
    if not (subject.conflict or subject.brief) and _is_at_home(mention):
        return "a government's work at home"
    return None


def _is_driven_out(mention: Mention) -> bool:
    """Whether people flee or are put over a border, which no police, court or council does daily."""
    return (mention.type, mention.mode) in {("SANCTION", "expel"), ("COERCE", "deport")} and bool(
        mention.recipients or mention.actors
    )


def _is_at_home(mention: Mention) -> bool:
    """Whether a type and mode is what governments do at home all day: budgets, openings, promises, new ministers."""
    if any(who.classes & POLITICAL for who in mention.recipients):
        return False
    return mention.type in _HOME_TYPES if mention.mode is None else (mention.type, mention.mode) in _HOME_MODES


def _is_everyday(mention: Mention) -> bool:
    """Whether neither side is a foreign state, a party, a group or a body with a name of its own."""
    return not any(_is_of_its_own(who) for who in mention.parties) and not _are_peoples(mention)


def _are_peoples(mention: Mention) -> bool:
    """Whether a people treats with another, or with armed men: "Palestinians and Israelis failed to agree"."""
    peoples = {who.party.country for who in mention.parties if _is_people(who)} - {None}
    armed = any("armed" in who.classes for who in mention.parties)
    return len(peoples) > 1 or (bool(peoples) and armed)


def _is_people(who: Who) -> bool:
    return who.known and who.party.sector == "CVL" and who.plain is None


def _is_weighty(mention: Mention) -> bool:
    """Whether a crowd protests, or somebody acts in politics whose state or group is said, and no police."""
    return mention.type == "PROTEST" or any(
        bool(who.classes & POLITICAL) and who.party.sector not in _EVERYDAY and who.plain is None
        for who in mention.parties
    )


def _is_of_its_own(who: Who) -> bool:
    public = bool(who.classes & (POLITICAL | {"media"})) and who.party.sector not in _EVERYDAY
    body = "international" in who.classes and who.party.name[:1].isupper()  # "the Red Cross", not "aid agencies"
    return public and ("armed" in who.classes or ((who.named or body) and who.plain is None))


def _refused_by_subject(mention: Mention, subject: Subject, *, sided: bool, crime: bool) -> str | None:
    if "verbal" in subject.drops and not _two_public(mention) and not _is_force(mention):
        return "a business story's words are no event of politics"
    if "unsided" in subject.drops and not sided and (crime or not subject.conflict):
        return "an accident or crime without a political or armed side"
    if "unsided" in subject.drops and not subject.conflict and not any(_is_from_elsewhere(w) for w in mention.parties):
        return "rescue, police and court work at home"
    return None


def _refused_by_sides(mention: Mention, subject: Subject, *, sided: bool) -> str | None:
    if TYPES[mention.type].quad in VERBAL_QUADS or mention.type in {"COOPERATE", "AID", "SANCTION", "RETREAT"}:
        return _unsaid_doer(mention, subject) if _lacks_doer(mention) else _verbal(mention, sided=sided)
    return _material(mention, subject, sided=sided)


def _is_from_elsewhere(who: Who) -> bool:
    """Whether somebody acts in politics and is not just an arm of the article's own state."""
    return bool(who.classes & POLITICAL) and who.plain is None and not ("state" in who.classes and not who.named)


def _is_force(mention: Mention) -> bool:
    """Whether an armed side that is named uses force, or a crowd protests: that is news in a business page, too."""
    armed = any(who.named and "armed" in who.classes for who in mention.actors)
    return mention.type == "PROTEST" or (mention.type in {"ASSAULT", "COERCE", "MOBILIZE"} and armed)


def _classes(whos: Sequence[Who]) -> frozenset[str]:
    return frozenset().union(*(who.classes for who in whos)) if whos else frozenset()


def _is_sided(mention: Mention, *, police_count: bool) -> bool:
    """Whether a side acts in politics, bears arms or is press held; in a crime story police do their everyday work."""
    counted = [who for who in mention.parties if police_count or who.party.sector not in _EVERYDAY]
    press = mention.type == "COERCE" and "media" in _classes(mention.recipients)
    return press or bool(_classes(counted) & _PUBLIC)


def _two_public(mention: Mention) -> bool:
    actors = [who for who in mention.actors if who.classes & _PUBLIC]
    return bool(actors) and bool(_classes(mention.recipients) & _PUBLIC or len(actors) > 1)


def _material(mention: Mention, subject: Subject, *, sided: bool) -> str | None:
    gate = mention.trigger.gate
    nobody = bool(mention.actors) and not any(_can_act(who) for who in mention.actors)
    if nobody and mention.type == "ASSAULT" and not subject.conflict and not subject.public:
        return "what is said to do it is no side"
    if mention.presumed and not subject.conflict and (mention.type == "ASSAULT" or "crime" in subject.topics):
        return "nobody is said to have done it, and the article is not about conflict"
    if gate == "open" or sided:
        return _sane_sides(mention)
    if gate == "violent":
        return None
    if mention.type in {"ASSAULT", "PROTEST", "MOBILIZE", "COERCE"} and subject.conflict:
        return None
    return "no armed or political side is named"


def _can_act(who: Who) -> bool:
    """Whether somebody is known, or at least a human being: flu bombards no clinics."""
    return who.known or bool(who.classes & {"person", "civil"})


def _sane_sides(mention: Mention) -> str | None:
    if mention.actors and all(
        who.classes & {"sport", "company"} and not who.classes & _PUBLIC for who in mention.actors
    ):
        return "a team or a firm does no such thing"
    return None


def _elders_meet(mention: Mention) -> bool:
    """Elders and clergy who treat with men in arms act in politics."""
    return "civil" in _classes(mention.actors) and "armed" in _classes(mention.recipients)


def _lacks_doer(mention: Mention) -> bool:
    """Whether it is not said who did what only a state or a side in arms can do: "was freed", "was jailed"."""
    passive = mention.verb is not None and mention.verb.passive and not mention.verb.agent
    return passive and not mention.actors and mention.type in _DONE_BY_POWER


def _unsaid_doer(mention: Mention, subject: Subject) -> str | None:
    if _classes(mention.recipients) & (_PUBLIC | {"media"}) or (mention.recipients and subject.conflict):
        return None
    return "neither who did it nor whom it befell acts in politics"


def _verbal(mention: Mention, *, sided: bool) -> str | None:
    gate = mention.trigger.gate
    if gate == "open" or (gate == "violent" and sided) or (mention.type in _TWO_SIDES and _elders_meet(mention)):
        return None
    actors = _classes(mention.actors)
    able = _PUBLIC | ({"civil", "person", "media"} if mention.type in _CIVIL_MAY else frozenset())
    if not actors & able:
        return "nobody who acts in politics is the actor"
    if mention.type in _TWO_SIDES and not _two_public(mention):
        return "only one side acts in politics"
    if not actors & _PUBLIC and not _classes(mention.recipients) & _PUBLIC:
        return "no political side is named"
    return None
