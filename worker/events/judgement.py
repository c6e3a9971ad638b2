"""How certain it is: every sign over a mention, from its own verb, the voices over it, and the sentence after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from worker.events import scopes
from worker.events.mention import Mention
from worker.events.ontology import MATERIAL_QUADS, TYPES
from worker.events.speakers import Voice
from worker.events.syntax import Parse
from worker.events.times import When
from worker.events.tolls import TollFound
from worker.records import Source

if TYPE_CHECKING:
    from worker.events.extract import Language

_RECENT_DAYS = 10  # a past perfect about a day this close is news told in order, not background


@dataclass(frozen=True)
class Read:
    """One sentence read."""

    parsed: Parse
    voices: tuple[Voice, ...]
    whens: tuple[When, ...]
    tolls: tuple[TollFound, ...]
    mentions: tuple[Mention, ...]
    running: tuple[Source, ...]  # chain of a quotation that runs on from an earlier sentence
    conditions: tuple[tuple[int, int], ...]


class Judge:
    """Weighs the signs of certainty on the mentions of one document."""

    def __init__(self, language: Language, today: date | None) -> None:
        self._language = language
        self._today = today

    def signs(self, read: Read, mention: Mention, voices: Sequence[Voice], when: When | None) -> set[str]:
        """Collect the signs on a mention.

        Args:
            read: Its sentence.
            mention: The mention.
            voices: The attributions over it, the widest first.
            when: Its own expression of time, None when it was taken over from elsewhere.

        Returns:
            Status words; :func:`worker.events.ontology.project_status` reduces them to one.
        """
        signs = set(mention.signs)
        speech = self._language.speech
        mood = self._language.mood
        verb = mention.verb
        habit = (
            verb is not None
            and verb.tense == "present"
            and verb.shape == "finite"
            and verb.start == verb.main
            and not read.parsed.sentence.is_title
            and read.parsed.classes[verb.main] not in "EHMU"
        )
        if habit and TYPES[mention.type].quad in MATERIAL_QUADS and (voices or read.running) and not read.tolls:
            signs.add("hypothetical")  # "they kill at prayer time": in speech the bare present is a habit, not a report
        if self._is_to_come(mention, when):
            signs.add("planned")  # "the envoys meet on Monday"
        if any(start <= mention.start < end for start, end in read.conditions):
            signs.add("hypothetical")
        if read.parsed.sentence.lowered.endswith("?"):
            signs.add("hypothetical")
        signs |= self._supposed(read, mention)
        signs |= self._announced(read, mention)
        signs |= voice_signs(mention, voices, read.running)
        signs |= self._background(read, mention, when, signs, mood)
        doubted = speech.unverified is not None and speech.unverified.search(read.parsed.sentence.lowered) is not None
        if doubted and (voices or read.running):
            signs.add("unverified")
        if "planned" in signs and _under_question(read, mention.start, mood):
            signs.add("hypothetical")
        refuted = not speech.refuting.isdisjoint(read.parsed.sentence.lowers) or any(
            phrase in read.parsed.sentence.lowered for phrase in speech.refuting_phrases
        )
        hearsay = any(voice.said.stance == "anonymous" and not voice.said.links for voice in voices)
        if refuted and ("rumoured" in signs or hearsay):
            signs.add("denied")
        signs.discard("pluperfect")
        return signs

    def _supposed(self, read: Read, mention: Mention) -> set[str]:
        """Whether it is played or told in a story: "stormed a mock embassy", "in the film"."""
        mood = self._language.mood
        clause = _own_clause(read, mention.start)
        unreal = any(phrase in read.parsed.sentence.lowered for phrase in mood.unreal) or not mood.mock.isdisjoint(
            clause.split()
        )
        return {"hypothetical"} if unreal else set()

    def _announced(self, read: Read, mention: Mention) -> set[str]:
        """What is only meant ("intends to", "is set to") or called for later ("announced a protest") is a plan."""
        mood = self._language.mood
        at = next((verb for verb in read.parsed.verbs if verb.main == mention.start), None)
        if at is not None and at.chunk != mention.chunk and not mood.intending.isdisjoint(at.lemmas):
            return {"planned"}
        if mention.verb is None and mention.type in {"PROTEST", "CONSULT"}:
            for verb, relation in scopes.verbs_over(read.parsed, mention.start):
                new = read.parsed.sentence.lowers[read.parsed.chunks[mention.chunk].start] not in mood.definite
                if relation == "object" and new and not mood.announcing.isdisjoint(verb.lemmas):
                    return {"planned"}
        return set()

    def _is_to_come(self, mention: Mention, when: When | None) -> bool:
        """Whether a day told in the present tense lies ahead: a weekday other than today's, or later."""
        if when is None or when.first is None or self._today is None or when.since:
            return False
        verb = mention.verb
        if verb is None or verb.tense != "present" or verb.shape != "finite":
            return when.ahead and verb is None
        return when.ahead or when.first > self._today or (when.is_day and when.weekday and when.first < self._today)

    def _background(
        self, read: Read, mention: Mention, when: When | None, signs: set[str], mood: scopes.MoodWords
    ) -> set[str]:
        verb = mention.verb
        lasts = verb is not None and verb.tense in {"present", "perfect"} and when is not None and when.weekday
        to_come = "planned" in signs and when is not None and not when.since
        if when is not None and not to_come and (when.background or (when.since and not lasts)):
            return {"historical"}  # what has gone on "since Monday" goes on still
        if _is_commemorated(read, mention.start, mood):
            return {"historical"}
        recent = (
            when is not None
            and when.last is not None
            and self._today is not None
            and (self._today - when.last).days <= _RECENT_DAYS
        )
        if recent:
            return set()
        if verb is not None:
            tokens = read.parsed.sentence.lowers[max(0, verb.start - 1) : verb.end + 1]
            if set(tokens) & mood.background_adverbs:
                return {"historical"}
        if mood.background is not None and mood.background.search(_own_clause(read, mention.start)):
            return {"historical"}
        told = any(voice.said.covers(mention.start) for voice in read.voices)
        return {"historical"} if "pluperfect" in signs and not told and not read.running else set()


def _under_question(read: Read, token: int, mood: scopes.MoodWords) -> bool:
    """Of "It is unclear how the army will react": an indirect question stands left of the word in its clause."""
    for chunk in reversed(read.parsed.chunks):
        if chunk.start < token and chunk.kind in {"K", ";", ","}:
            return read.parsed.sentence.lowers[chunk.start] in mood.question
    return False


def _is_commemorated(read: Read, token: int, mood: scopes.MoodWords) -> bool:
    """Of "the anniversary of the day when militants stormed it" the storming: a clause hangs on what is remembered."""
    lowers = read.parsed.sentence.lowers
    remembered = next((at for at in range(token) if lowers[at] in mood.commemorating), None)
    if remembered is None:
        return False
    return any(remembered < chunk.start < token and chunk.kind in {"K", "W"} for chunk in read.parsed.chunks)


def _own_clause(read: Read, token: int) -> str:
    """The words of the clause a token stands in: between relatives, subordinators and semicolons."""
    start, end = 0, len(read.parsed.sentence)
    for chunk_at, chunk in enumerate(read.parsed.chunks):
        if chunk.kind in {"W", "K", ";"}:
            if chunk.end <= token:
                start = chunk.end
            else:
                end = min(end, chunk.start)
        elif chunk.kind == "VG" and chunk.start > token and read.parsed.by_chunk[chunk_at].shape != "finite":
            end = min(end, chunk.start)  # "began a strike to demand what was seized in the 1970s"
    return " ".join(read.parsed.sentence.lowers[start:end])


def voice_signs(mention: Mention | None, voices: Sequence[Voice], running: tuple[Source, ...]) -> set[str]:
    """The signs that somebody's word puts on what is said.

    Args:
        mention: The mention; None for a number told without an event of its own.
        voices: The attributions over it.
        running: The speaker of a quotation that runs on from an earlier sentence.

    Returns:
        Status words.
    """
    signs: set[str] = {"claimed"} if running else set()
    named = bool(running) or any(voice.said.links for voice in voices)
    for voice in voices:
        stance = voice.said.stance
        if stance == "deny":
            denies_a_refusal = mention is not None and mention.type == "REJECT" and bool(voice.said.links)
            signs.add("claimed" if denies_a_refusal else "denied")
        elif stance == "rumour" or (stance == "anonymous" and voice.said.hearsay and not named):
            signs.add("rumoured")
        else:
            signs.add("claimed")
    return signs
