"""Does an article hold events at all? Its words and its political names, weighed.

A logistic regression with few features (docs/decisions/20): how many of a hundred words belong to each of ten subjects,
and how many states and political bodies are named. Sport and culture speak of sieges and truces as war does; that
nobody who acts in politics is named in them tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Any

from worker.events.actors import ActorMatch
from worker.events.pack import Pack
from worker.events.text import Doc, Sentence

FEW_WORDS = 60
"""Below this a share of words says nothing: a headline, a single sentence."""

_STATES = frozenset({"country", "seat"})
_BODIES = frozenset({"group", "party", "institution", "leader", "title"})
_PUBLIC_BODIES = frozenset({"international", "political", "armed"})
_TITLES_COUNT = 2  # a title says more of what an article is about than a sentence of it does

Longest = Callable[[Sequence[str], int, date | None], ActorMatch | None]


@dataclass(frozen=True)
class SubjectWeights:
    """A pack's subjects and what each weighs; those of the English pack are printed by ``python -m bench.subjects``."""

    words: Mapping[str, frozenset[str]]  # subject -> its words
    weights: Mapping[str, float]  # subject -> what one word in a hundred adds to the log odds of an event
    bias: float
    state: float  # what a state adds that is named
    states: int  # more of them add nothing
    body: float  # what a political or armed body adds
    bodies: int
    group_at_least: float  # chance that an article has at least which names a group in arms

    @classmethod
    def of(cls, pack: Pack) -> SubjectWeights | None:
        """Read a pack's weights; None where it has none, and every article may hold events."""
        table: Mapping[str, Any] = pack.tables.get("subjects", {})
        if not table:
            return None
        names = table["names"]
        return cls(
            words={name: frozenset(row["words"]) for name, row in table["subjects"].items()},
            weights={name: float(row["weight"]) for name, row in table["subjects"].items()},
            bias=float(table["bias"]),
            state=float(names["state"]),
            states=int(names["states"]),
            body=float(names["body"]),
            bodies=int(names["bodies"]),
            group_at_least=float(names["group_at_least"]),
        )


@dataclass(frozen=True, slots=True)
class Features:
    """What is weighed of an article."""

    shares: Mapping[str, float]  # subject -> its words in a hundred, the title counted twice
    states: int  # how many are named
    bodies: int  # how many political or armed bodies are
    groups: int  # how many of them are known groups in arms


def chance_of_events(doc: Doc, weights: SubjectWeights, longest: Longest, on: date | None = None) -> float | None:
    """Give the chance that an article holds an event.

    Args:
        doc: The article.
        weights: The pack's.
        longest: The longest party that begins at a word.
        on: Day of publication: leaders are known by their terms.

    Returns:
        0 to 1; None for a text too short to tell.
    """
    features = features_of(doc, weights.words, longest, on)
    if features is None:
        return None
    odds = weights.bias + sum(weights.weights[name] * share for name, share in features.shares.items())
    odds += weights.state * min(features.states, weights.states) + weights.body * min(features.bodies, weights.bodies)
    return max(1 / (1 + exp(-odds)), weights.group_at_least if features.groups else 0.0)


def features_of(
    doc: Doc, subjects: Mapping[str, frozenset[str]], longest: Longest, on: date | None = None
) -> Features | None:
    """Count what is weighed.

    Args:
        doc: The article.
        subjects: Words of each subject, lower case.
        longest: The longest party that begins at a word.
        on: Day of publication.

    Returns:
        The counts; None for a text of fewer than 60 words.
    """
    sentences = (*doc.title * _TITLES_COUNT, *doc.sentences)
    words = [word for sentence in sentences for word in sentence.lowers if word[0].isalnum()]
    if len(words) < FEW_WORDS:
        return None
    shares = {name: 100 * sum(word in known for word in words) / len(words) for name, known in subjects.items()}
    states, bodies, groups = _named((*doc.title, *doc.sentences), longest, on)
    return Features(shares, len(states), len(bodies), len(groups))


def _named(sentences: Sequence[Sentence], longest: Longest, on: date | None) -> tuple[set[str], set[str], set[str]]:
    states: set[str] = set()
    bodies: set[str] = set()
    groups: set[str] = set()
    for sentence in sentences:
        at = 0
        while at < len(sentence.words):
            match = longest(sentence.words, at, on)
            if match is not None and match.kind in _STATES and match.country is not None:
                states.add(match.country)
            elif match is not None and _is_body(match):
                bodies.add(match.name)
                if match.kind == "group":
                    groups.add(match.name)
            at += match.length if match is not None else 1
    return states, bodies, groups


def _is_body(match: ActorMatch) -> bool:
    if match.kind == "organisation":
        return not match.classes.isdisjoint(_PUBLIC_BODIES)
    return match.kind in _BODIES or (match.kind == "role" and "armed" in match.classes)
