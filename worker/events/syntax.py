"""The grammar of one sentence as values: phrases, verbs, and what hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from worker.events.chunks import Chunk
from worker.events.text import Sentence


@dataclass(frozen=True, slots=True)
class FrameWords:
    """The words of a language that decide how verbs share their parts."""

    object_control: frozenset[str]  # "order X to do": X does
    clausal: frozenset[str]  # verbs that take a whole clause: "said rebels and soldiers fought"
    inner_prepositions: frozenset[str]  # prepositions that join two ("between A and B")
    negative_determiners: frozenset[str]
    transitive: frozenset[str]  # base forms whose bare participle is a passive
    phrasal: frozenset[tuple[str, str]]  # base form and the word after it, where the two are one verb ("hack into")
    passive_markers: frozenset[str]  # class characters that carry the passive, E in English
    absolute: frozenset[str]  # prepositions before a noun and its own gerund ("with both sides claiming")
    texts: frozenset[str]  # nouns for what is written or said: who writes it, not it, demands
    speaking: frozenset[str]  # verbs of speaking, blaming and denying
    meanwhile: frozenset[str] = frozenset()  # conjunctions that only say at what time: "when", "as"
    personal_relatives: frozenset[str] = frozenset()  # relative pronouns of human beings alone: "who"
    whereabouts: frozenset[str] = frozenset()  # prepositions before the place where somebody is
    double_object: frozenset[str] = frozenset()  # verbs with two bare objects: "gave Chad a loan"
    bare_infinitive: frozenset[str] = frozenset()  # verbs before an object and a bare infinitive: "helped him oust"
    contrasting: frozenset[str] = frozenset()  # conjunctions after which the same subject may go on: "but"
    focusing: frozenset[str] = frozenset()  # after a negation these undo it: "not only"
    inverting: frozenset[str] = frozenset()  # verbs of speech whose subject may follow a quotation: ", wrote X"
    inverting_freely: frozenset[str] = frozenset()  # those of them that need no quotation before: ", said X"
    past_copula: frozenset[str] = frozenset()  # forms of "be" that tell of the past
    pluperfect: frozenset[str] = frozenset()  # auxiliaries that put a participle before the past ("had")
    moods: Mapping[str, str] = field(default_factory=dict)  # class of a conjugated verb -> what modality.toml calls it
    factual: frozenset[str] = frozenset()  # conjunctions after which a subjunctive tells what took place
    anterior: frozenset[str] = frozenset()  # prepositions after which an infinitive tells what took place
    postposed: frozenset[str] = frozenset()  # verbs whose subject may follow them ("murieron tres")
    verb_first: bool = False  # whether subjects of passives and of speech may follow the verb
    object_marks: frozenset[str] = frozenset()  # words that only mark an object ("a los rebeldes")
    written_out: Mapping[str, str] = field(default_factory=dict)  # contraction or phrase -> the plain preposition


class Phrase(NamedTuple):
    """A noun phrase: tokens ``start`` to ``end``, with what hangs on it by "of".

    A named tuple, for a sentence makes a dozen: a frozen dataclass takes three times as long to make.
    """

    start: int
    end: int
    of: tuple[Phrase, ...] = ()
    core: int = -1  # token of its head where that is not the last one

    @property
    def head(self) -> int:
        """Token of its head."""
        return self.core if self.core >= 0 else self.end - 1

    @property
    def full_end(self) -> int:
        """End of the phrase with its of-phrases."""
        return self.of[-1].full_end if self.of else self.end


Parts = tuple[Phrase, ...]


Preps = tuple[tuple[str, Phrase], ...]


@dataclass(slots=True)
class Verb:
    """One verb of a sentence and its parts."""

    chunk: int
    start: int  # tokens of the verb group
    end: int
    main: int  # token of the main verb
    lemmas: tuple[str, ...]
    shape: str  # finite, infinitive, gerund, participle
    passive: bool
    tense: str  # past, present, future, perfect, pluperfect, none
    modal: str | None
    negated: bool
    subject: Parts = ()
    object: Parts = ()
    agent: Parts = ()
    preps: Preps = ()
    governor: int | None = None  # chunk of the verb that it completes ("vowed to attack")
    noun_governor: int | None = None  # last token of the noun phrase that it completes ("a plan to attack")
    preposition: str | None = None  # "accused X of shelling": of
    relative: bool = False
    shares: int | None = None  # chunk of the verb whose subject it takes over
    subject_implied: bool = False


@dataclass(frozen=True)
class Parse:
    """A sentence read: its phrases and its verbs."""

    sentence: Sentence
    classes: str
    chunks: tuple[Chunk, ...]
    verbs: tuple[Verb, ...]
    by_chunk: dict[int, Verb]
    word_set: frozenset[str]  # the sentence's words in lower case
    chunk_of_token: list[int]  # for every token the index of its chunk
