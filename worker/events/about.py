"""What is an article about, as far as it decides what may be an event in it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from worker.events.pack import Pack
from worker.events.text import Doc
from worker.events.weighing import FEW_WORDS

_ACCIDENT_WORDS = 2  # one alone ("bridge", "rescue") stands in reports of war, too
_ONE_SENTENCE = 20  # words; less says nothing of what a text is about


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
    accident: frozenset[str] = frozenset()  # words of accidents and of those who come to help
    closed_below: float = 0.0  # chance of an event below which only a headline or lead may tell one
    doubtful_below: float = 0.0  # ... and below which only what weighty parties do is one

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
            accident=frozenset(
                pack.tables.get("subjects", {}).get("subjects", {}).get("accident", {}).get("words", ())
            ),
            closed_below=float(pack.tables.get("subjects", {}).get("chance", {}).get("closed_below", 0)),
            doubtful_below=float(pack.tables.get("subjects", {}).get("chance", {}).get("doubtful_below", 0)),
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What an article is about, as far as the gates care."""

    topics: frozenset[str]
    drops: frozenset[str]  # all, verbal, unsided
    conflict: bool
    brief: bool = False  # too short to say what it is about
    public: bool = True  # politics or armed men are its matter
    closed: bool = False  # the outlet's section says that it holds no news of this kind
    doubtful: bool = False  # it likely holds none: only what weighty parties do counts
    light: bool = False  # it nearly surely holds none: only what they do in its headline or lead counts


def subject_of(
    doc: Doc, section: str | None, url: str | None, words: GateWords, chance: float | None = None
) -> Subject:
    """Decide what an article is about.

    Args:
        doc: The article.
        section: The outlet's section, if known.
        url: Its address; a path segment may name the section.
        words: The pack's words.
        chance: That it holds an event, by its words and names (see `weighing`); None when unknown.

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
    if total >= FEW_WORDS:
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
    violent = conflict and len(words.mass & counts.keys()) > 1  # two words of meant violence weigh enough by themselves
    light = chance is not None and chance < words.closed_below and not violent
    doubtful = chance is not None and chance < words.doubtful_below
    brief = total < _ONE_SENTENCE
    spoken_of = len(words.public & counts.keys()) >= words.public_at_least and "everyday" not in drops
    public = conflict or brief or spoken_of
    return Subject(frozenset(topics), drops, conflict, brief, public, closed, doubtful, light)


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


def is_accident(words: Collection[str], gate: GateWords) -> bool:
    """Whether a sentence tells of an accident: two words of such, and none of violence that is meant.

    Args:
        words: Its words, lower case.
        gate: The pack's words.

    Returns:
        True for "were killed when an express ploughed into a goods train".
    """
    meant = gate.mass | gate.conflict
    return len(gate.accident.intersection(words)) >= _ACCIDENT_WORDS and meant.isdisjoint(words)


def _label_topics(doc: Doc, words: GateWords) -> set[str]:
    """Of "Opinion: We have lost the war on noise" what the outlet calls it."""
    head = doc.title[0].lowers[:2] if doc.title else ()
    labelled = len(head) > 1 and head[1] == ":" and head[0] in words.sections
    return {words.sections[head[0]]} if labelled else set()
