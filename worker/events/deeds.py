"""Whose deed a mention is, whom it hurt, and of what it speaks, where the words of its entry's parts do not say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from worker.events.judgement import Read
from worker.events.lexicon import Trigger
from worker.events.mention import OWN_SLOTS, Mention
from worker.events.ontology import TYPES, VERBAL_QUADS
from worker.events.parties import PartyReader
from worker.events.pointing_words import PointingWords
from worker.events.speakers import Voice
from worker.events.syntax import Phrase
from worker.events.tolls import TollFound
from worker.events.who import Who


class Deeds:
    """Asks the parties of one document."""

    def __init__(
        self,
        parties: PartyReader,
        pointing: PointingWords,
        nouns: Mapping[str, Sequence[tuple[tuple[str, ...], Trigger]]],
    ) -> None:
        self.parties = parties
        self._pointing = pointing
        self._nouns = nouns  # noun triggers by their first word

    def doers(self, mention: Mention, voices: Sequence[Voice], read: Read) -> tuple[Who, ...]:
        """Its actors, or who alone can be meant where its sentence names none."""
        if mention.type == "PROTEST" and all(self.parties.are_plain_people(who) for who in mention.actors):
            return self._crowd(mention)
        return mention.actors or self._speaker(mention, voices, read) or self._arm(mention)

    def _crowd(self, mention: Mention) -> tuple[Who, ...]:
        """Of "thousands of people marched" and "a rally in Lima" protesters; whoever strikes works somewhere."""
        if not mention.actors and mention.mode == "strike":
            return ()
        subject = mention.parts.get("subject", ())
        told = subject[0] if subject else Phrase(mention.start, mention.end)
        return (self.parties.crowd(mention.parsed.sentence, told),)

    def _speaker(self, mention: Mention, voices: Sequence[Voice], read: Read) -> tuple[Who, ...]:
        """A fighting party that counts the enemy's dead without saying whose hand it was speaks of its own deed."""
        if mention.type != "ASSAULT" or not voices or not voices[-1].said.links or voices[-1].said.stance != "say":
            return ()
        if not mention.recipients or not all("armed" in who.classes for who in mention.recipients):
            return ()
        link = voices[-1].said.links[0]
        speakers = self.parties.read(read.parsed.sentence, Phrase(link.start, link.end))
        names = {who.party.name for who in mention.recipients}
        return tuple(
            who for who in speakers if {"armed", "state"} <= who.classes and who.named and who.party.name not in names
        )

    def _arm(self, mention: Mention) -> tuple[Who, ...]:
        """Who alone can have done it where nobody is named: police arrest, and a force that is moved is its state's."""
        if (mention.type, mention.mode) == ("COERCE", "arrest"):
            return self.parties.arm_at_home("Police", mention.parsed.sentence, mention.start, mention.end)
        if mention.type != "MOBILIZE":
            return ()
        moved = (
            who
            for phrase in mention.parts.get("object", ())
            for who in self.parties.read(mention.parsed.sentence, phrase)
        )
        return tuple(who for who in moved if {"armed", "state"} <= who.classes and who.named)

    def those_hurt(self, mention: Mention, tolls: Sequence[TollFound]) -> tuple[Who, ...]:
        """Of "blew himself up, killing nine people" the people; the dead of a fight are not its aim."""
        if mention.type != "ASSAULT" or (mention.trigger.both and len(mention.actors) > 1):
            return ()
        counted = [t for t in tolls if t.measure in {"killed", "injured"} and not t.cumulative and not t.subset]
        for toll in counted:
            for phrase in (p for v in mention.parsed.verbs for p in (*v.object, *v.subject)):
                if phrase.start <= toll.start and toll.end <= phrase.full_end:
                    known = tuple(w for w in self.parties.read(mention.parsed.sentence, phrase) if w.known)
                    if known:
                        return known
        first = next(iter(counted), None)
        if first is None or first.side is not None:
            return ()
        return (self.parties.plain_people(mention.parsed.sentence, Phrase(first.start, first.end)),)

    def is_uttered_by(self, mention: Mention, voice: Voice, read: Read) -> bool:
        """Of "Ankara said it would not attend" the saying is the refusal: nobody else's word is needed for it."""
        if TYPES[mention.type].quad not in VERBAL_QUADS or voice.said.stance != "say":
            return False
        own = {who.party.name for who in mention.actors}
        links = (Phrase(link.start, link.end) for link in voice.said.links)
        return any(who.party.name in own for link in links for who in self.parties.read(read.parsed.sentence, link))

    def acts_named(self, mention: Mention) -> frozenset[str]:
        """Types of the acts that the parts of a mention name: of "condemned the massacre" what a massacre is."""
        lowers = mention.parsed.sentence.lowers
        nouns = self._nouns
        heads = {lowers[p.head] for slot, ps in mention.parts.items() if slot not in OWN_SLOTS for p in ps}
        return frozenset(t.type for head in heads for words, t in nouns.get(head, ()) if words == (head,))

    def speaks_of_before(self, mention: Mention) -> bool:
        """Of "hailed the outcome" and "denounced it": the object was spoken of before."""
        lowers = mention.parsed.sentence.lowers
        words = self._pointing
        back = words.known | words.singular
        return any(lowers[phrase.start] in back and not phrase.of for phrase in mention.parts.get("object", ()))

    def is_retold(self, mention: Mention) -> bool:
        """Of "denounced the bombardment" and "after the strikes" what was told before, with no word of its own."""
        if mention.verb is not None or mention.evidence or mention.actors or mention.recipients:
            return False
        chunk = mention.parsed.chunks[mention.chunk]
        definite = mention.parsed.sentence.lowers[chunk.start] in self._pointing.known
        bare = mention.end == chunk.end and mention.start == chunk.start + 1
        return (
            definite and bare and not any(phrases for slot, phrases in mention.parts.items() if slot not in OWN_SLOTS)
        )

    def points_back(self, mention: Mention) -> bool:
        """Of "These bombings": a demonstrative before a nominal event."""
        if mention.verb is not None:
            return False
        first = mention.parsed.chunks[mention.chunk].start
        return mention.parsed.sentence.lowers[first] in self._pointing.demonstrative
