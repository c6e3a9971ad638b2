"""Is it an event at all? Who may do such a thing to whom, and what the article is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from worker.events.mention import Mention
from worker.events.ontology import TYPES, VERBAL_QUADS
from worker.events.pack import Pack
from worker.events.text import Doc
from worker.events.who import POLITICAL, Who

_ONE_SENTENCE = 20  # words; less says nothing of what a text is about
_FEW_WORDS = 60  # below this a share of words says nothing: a headline, a single sentence
_TWO_SIDES = frozenset({"CONSULT"})
_CIVIL_MAY = frozenset({"ACCUSE", "REQUEST", "PROTEST", "REJECT", "AID", "AGREE"})
_EVERYDAY = frozenset({"COP", "JUD", "CRM", "UAF"})  # of a crime story: police, courts, gangs, masked men
_HOME_TYPES = frozenset({"AID", "AGREE", "SUPPORT"})
_HOME_MODES = frozenset({("RETREAT", "access"), ("COERCE", "restrict")})
_EVERYDAY_TYPES = frozenset(
    {"COERCE", "SANCTION", "ACCUSE", "RETREAT", "AID", "REQUEST", "REJECT"}
)  # what police, courts and offices do daily
_DONE_BY_POWER = frozenset({"SANCTION", "RETREAT", "ACCUSE"})
_PUBLIC = POLITICAL | {"justice"}


@dataclass(frozen=True)
class Topic:
    """A subject that holds no events, by the share of its words."""

    name: str
    share: float
    drop: str
    words: frozenset[str]


@dataclass(frozen=True)
class GateWords:
    """The pack's words for this question."""

    topics: tuple[Topic, ...]
    sections: Mapping[str, str]  # section -> topic
    public: frozenset[str]
    public_at_least: int
    conflict: frozenset[str]
    conflict_at_least: int
    mass: frozenset[str]  # words for violence that is meant
    mass_at_least: int  # dead or hurt from which it is mass violence, whoever did it

    @classmethod
    def of(cls, pack: Pack) -> GateWords:
        """Read the words of a pack."""
        table = pack.tables.get("gates", {})
        topics = table.get("topics", {})
        return cls(
            topics=tuple(
                Topic(name, float(row["share"]), row["drop"], frozenset(row["words"])) for name, row in topics.items()
            ),
            sections={word: topic for topic, words in table.get("sections", {}).items() for word in words},
            public=pack.words("gates", "public", "words"),
            public_at_least=int(table.get("public", {}).get("at_least", 2)),
            conflict=pack.words("gates", "conflict", "words"),
            conflict_at_least=int(table.get("conflict", {}).get("at_least", 2)),
            mass=pack.words("gates", "mass", "words"),
            mass_at_least=int(table.get("mass", {}).get("at_least", 3)),
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What an article is about, as far as the gates care."""

    topics: frozenset[str]
    drops: frozenset[str]  # all, verbal, unsided
    conflict: bool
    brief: bool = False  # too short to say what it is about
    public: bool = True  # politics or armed men are its matter
    closed: bool = False  # the outlet itself says that the section holds no news of this kind


def subject_of(doc: Doc, section: str | None, url: str | None, words: GateWords) -> Subject:
    """Decide what an article is about.

    Args:
        doc: The article.
        section: The outlet's section, if known.
        url: Its address; a path segment may name the section.
        words: The pack's words.

    Returns:
        Topics above their share, what they forbid, and whether armed or political conflict is its matter.
    """
    counts: Counter[str] = Counter()
    for sentence in (*doc.title, *doc.sentences):
        counts.update(sentence.lowers)
    total = sum(counts.values())
    conflict = len(words.conflict & counts.keys()) >= words.conflict_at_least
    named = _section_topics(section, url, words) | _label_topics(doc, words)
    topics = set(named)
    shares = {t.name: sum(counts[w] for w in t.words & counts.keys()) / max(total, 1) for t in words.topics}
    if total >= _FEW_WORDS:
        topics |= {t.name for t in words.topics if shares[t.name] >= t.share}
    if conflict:
        # War reports name hospitals, quarters and pitches, and sport speaks of war: what has more words is the subject.
        dense = sum(counts[word] for word in words.conflict & counts.keys()) / max(total, 1)
        topics = {
            name
            for name in topics
            if name in named or dense < max(_share_of(name, words), _told_by(shares, name, words))
        }
    drops = frozenset(t.drop for t in words.topics if t.name in topics)
    closed = any(topic.drop == "all" and topic.name in named for topic in words.topics)
    brief = total < _ONE_SENTENCE
    spoken_of = len(words.public & counts.keys()) >= words.public_at_least and "everyday" not in drops
    public = conflict or brief or spoken_of
    return Subject(frozenset(topics), drops, conflict, brief, public, closed)


def _told_by(shares: Mapping[str, float], name: str, words: GateWords) -> float:
    """How much a subject that holds no events at all says of itself; the others must be named or without conflict."""
    whole = any(topic.name == name and topic.drop == "all" for topic in words.topics)
    return shares[name] if whole else 0.0


def _share_of(name: str, words: GateWords) -> float:
    return next((t.share for t in words.topics if t.name == name), 0.0)


def _section_topics(section: str | None, url: str | None, words: GateWords) -> set[str]:
    names = {part.strip().lower() for part in (section or "").replace("/", " ").split()}
    names |= {part.lower() for part in (url or "").split("/")[3:-1]}
    return {words.sections[name] for name in names if name in words.sections}


def is_mass_violence(words: Collection[str], harmed: int, gate: GateWords) -> bool:
    """Whether a sentence tells of violence against many, which PLOVER counts without a political or armed side.

    Args:
        words: Its words, lower case.
        harmed: The most people that one of its tolls counts as killed or injured.
        gate: The pack's words.

    Returns:
        True for "Five people were killed in an attack on the market", not for a gas explosion that killed five.
    """
    return harmed >= gate.mass_at_least and not gate.mass.isdisjoint(words)


def _label_topics(doc: Doc, words: GateWords) -> set[str]:
    """Of "Opinion: We have lost the war on noise" what the outlet calls it."""
    head = doc.title[0].lowers[:2] if doc.title else ()
    labelled = len(head) > 1 and head[1] == ":" and head[0] in words.sections
    return {words.sections[head[0]]} if labelled else set()


def allows(mention: Mention, subject: Subject, *, mass: bool = False) -> str | None:
    """Decide whether a mention may stand.

    Args:
        mention: What a sentence tells of, with its parties.
        subject: What the article is about.
        mass: Whether its sentence tells of mass violence.

    Returns:
        None when it may; else the reason why not, for ``--explain``.
    """
    crime = "crime" in subject.topics
    sided = _is_sided(mention, police_count=not crime)
    if subject.closed:
        return "the article's section holds no news of this kind"
    if crime and TYPES[mention.type].quad in VERBAL_QUADS and not _two_public(mention):
        return "a crime story's words are no event of politics"
    if "all" in subject.drops:
        return "the article's subject holds no events"
    if not subject.public and mention.type in _EVERYDAY_TYPES and mention.mode != "resign" and _is_everyday(mention):
        return "everyday work of police, courts and councils"
    if not (subject.conflict or subject.brief) and _is_at_home(mention) and _is_everyday(mention):
        return "a government's work at home"
    of_many = mass and mention.type == "ASSAULT" and not mention.presumed and "all" not in subject.drops
    refused = _refused_by_subject(mention, subject, sided=sided, crime=crime)
    return None if of_many else refused or _refused_by_sides(mention, subject, sided=sided)


def _is_at_home(mention: Mention) -> bool:
    """Whether a type and mode is what governments do at home all day: budgets, openings, promises, new ministers."""
    if any(who.classes & POLITICAL for who in mention.recipients):
        return False
    return mention.type in _HOME_TYPES if mention.mode is None else (mention.type, mention.mode) in _HOME_MODES


def _is_everyday(mention: Mention) -> bool:
    """Whether neither side is a foreign state, a party, a group or a body with a name of its own."""
    return not any(_is_of_its_own(who) for who in mention.parties)


def _is_of_its_own(who: Who) -> bool:
    public = bool(who.classes & (POLITICAL | {"media"})) and who.party.sector not in _EVERYDAY
    return public and ("armed" in who.classes or (who.named and who.plain is None))


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
    """Whether a side acts in politics or bears arms; in a crime story the police do their everyday work."""
    counted = [who for who in mention.parties if police_count or who.party.sector not in _EVERYDAY]
    return bool(_classes(counted) & _PUBLIC)


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
