"""The pack's words by which what a sentence tells of is composed: refusing, threatening, urging, ending."""

from __future__ import annotations

from dataclasses import dataclass

from worker.events.pack import Pack


@dataclass(frozen=True)
class ComposeWords:
    """The pack's lists for this question."""

    light_subject: frozenset[str]
    light_object: frozenset[str]
    agent_participles: frozenset[str]
    blamed: frozenset[str]
    taking_part: frozenset[str]
    being_there: frozenset[str]  # verbs of being somewhere, or going there
    there_for: frozenset[str]  # prepositions before what one is there for
    agreeing: frozenset[str]
    refusing: frozenset[str]
    consenting: frozenset[str]  # of the agreeing verbs those that answer somebody: "agree", "offer"
    threatening: frozenset[str]
    urging: frozenset[str]
    unless: frozenset[str]  # conjunctions that make what is announced a threat
    stopping: frozenset[str]  # verbs that end help and cooperation
    ending: frozenset[str]
    cancelling: frozenset[str]  # verbs, some with their particle
    alleging: frozenset[str]
    beside: frozenset[str]  # prepositions of company
    joining: frozenset[str]  # verbs of company
    jointly: frozenset[tuple[str, ...]]  # adverbs of doing something together
    locative: frozenset[str]  # prepositions of place: what they govern is the scene, not a side
    people: frozenset[str]  # heads of phrases that are people

    @classmethod
    def of(cls, pack: Pack) -> ComposeWords:
        """Read the words of a pack."""
        return cls(
            light_subject=pack.words("gates", "light", "by_subject"),
            light_object=pack.words("gates", "light", "to_subject"),
            agent_participles=pack.words("gates", "light", "agent_participles"),
            blamed=pack.words("gates", "light", "blamed"),
            taking_part=pack.words("gates", "light", "taking_part"),
            being_there=pack.words("gates", "light", "being_there"),
            there_for=pack.words("gates", "light", "there_for"),
            locative=pack.words("gates", "composition", "locative"),
            people=pack.words("numbers", "people", "heads"),
            jointly=frozenset(tuple(one.split()) for one in pack.words("gates", "composition", "jointly")),
            **{
                key: pack.words("gates", "composition", key)
                for key in (
                    "agreeing",
                    "refusing",
                    "consenting",
                    "threatening",
                    "urging",
                    "unless",
                    "stopping",
                    "ending",
                    "cancelling",
                    "alleging",
                    "beside",
                    "joining",
                )
            },
        )
