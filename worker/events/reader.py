"""One article read from its first sentence to its last: mentions resolved, gated and merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from worker.events import chunks, frames, gates, layers, scopes
from worker.events.compose import Composer, Mention
from worker.events.frames import Parse, Phrase
from worker.events.merge import Reading, merge
from worker.events.ontology import MATERIAL_QUADS, TYPES, project_status
from worker.events.parties import PartyReader, Who
from worker.events.speakers import Speakers, Voice, is_wholly_quoted, quotation_after
from worker.events.text import Doc, Sentence
from worker.events.times import When
from worker.events.tolls import TollFound
from worker.events.where import PlaceFinder
from worker.records import ArticleText, Attribution, Entity, Event, EventPlace, Source, Span, Toll

if TYPE_CHECKING:
    from worker.events.extract import Language

SCENE_TYPES = frozenset({"ASSAULT", "COERCE", "PROTEST", "MOBILIZE"})  # deeds done somewhere; words have no scene
_RECENT_DAYS = 10  # a past perfect about a day this close is news told in order, not background
_DEFAULT_WINDOW = 1  # days before publication in which an undated report is taken to have happened
_SAID_DATE = 4  # tokens after "said" in which a day is the day of saying


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
    lower: str


class DocumentReader:
    """Reads one document; made for it and thrown away."""

    def __init__(self, language: Language, doc: Doc, article: ArticleText, today: date | None) -> None:
        self.language = language
        self.doc = doc
        self.article = article
        self.today = today
        self.subject = gates.subject_of(doc, article.section, article.url, language.gates)
        self.places = PlaceFinder(
            language.resolver, doc, article.title, language.pack.words("gates", "composition", "scene")
        )
        self.parties = PartyReader(
            language.actors,
            language.countries,
            language.pointing,
            (doc.text, article.title),
            self.places.country,
            today,
        )
        pronouns = language.pointing.plural | language.pointing.singular
        self.speakers = Speakers(language.sources, self.parties, pronouns, doc.text)
        self.composer = Composer(language.pack, language.frame_words, language.mood, self.parties, self.places)
        self._starters = language.starters
        self._quotation = False
        self._parsed: dict[int, Parse] = {}

    def events(self, *, all_statuses: bool) -> tuple[Event, ...]:
        """The document's events, merged."""
        reads = [self._read(sentence) for sentence in self.doc.sentences if self._worth_reading(sentence)]
        readings: list[Reading] = []
        last_day: tuple[int, When] | None = None
        last_place: EventPlace | None = None
        for place, read in enumerate(reads):
            following = reads[place + 1] if place + 1 < len(reads) else None
            found = self._readings(read, following, last_day, last_place)
            readings += found
            last_day = _last_day(read, last_day)
            last_place = next((r.place for r in found if r.place is not None and not r.place_inherited), last_place)
        readings = self._with_loose_tolls(reads, readings)
        return merge(readings, all_statuses=all_statuses)

    # --- one sentence ---------------------------------------------------------------------------------------

    def _worth_reading(self, sentence: Sentence) -> bool:
        """Whether a sentence can hold a trigger, a source or a toll at all; most of the time is saved here."""
        if not self._starters.isdisjoint(sentence.lowers):
            return True
        self._quotation = quotation_after(sentence, open_before=self._quotation)
        return False

    def _parse(self, sentence: Sentence) -> Parse:
        found = self._parsed.get(sentence.index)
        if found is None:
            grammar = self.language.pack.grammar
            classes = chunks.classify(sentence, grammar)
            found = frames.parse(
                sentence, classes, chunks.find_chunks(classes, grammar), grammar, self.language.frame_words
            )
            self._parsed[sentence.index] = found
        return found

    def _read(self, sentence: Sentence) -> Read:
        parsed = self._parse(sentence)
        said = scopes.attributions(parsed, self.language.speech)
        for verb in parsed.verbs:
            if verb.shape == "finite":
                for phrase in verb.subject:
                    self.parties.meet(sentence, phrase)
                break
        voices = self.speakers.voices(parsed, said)
        quoted = is_wholly_quoted(sentence, open_before=self._quotation)
        running = self.speakers.running_on(parsed, before=quoted) if not voices else ()
        self._quotation = quotation_after(sentence, open_before=self._quotation)
        spoken = ((0, len(sentence)),) if running else ()
        mentions = tuple(
            mention
            for mention in self.composer.mentions(parsed, said, spoken)
            if gates.allows(mention, self.subject) is None
        )
        return Read(
            parsed=parsed,
            voices=voices,
            whens=self.language.times.read(sentence, parsed.classes, self.today) if mentions else (),
            tolls=self.language.tolls.read(parsed),
            mentions=mentions,
            running=running,
            conditions=scopes.conditional_spans(parsed, self.language.mood),
            lower=" ".join(sentence.lowers),
        )

    # --- from mentions to readings --------------------------------------------------------------------------

    def _readings(
        self, read: Read, following: Read | None, last_day: tuple[int, When] | None, last_place: EventPlace | None
    ) -> list[Reading]:
        out: list[Reading] = []
        shares = _share_tolls(read)
        for mention in read.mentions:
            voices = [v for v in read.voices if v.said.covers(mention.start)]
            when, inherited = self._when(read, mention, last_day)
            signs = self._signs(read, following, mention, voices, when if not inherited else None)
            chain = _chain(voices, read.running)
            first, last, text = self._days(when, signs, inherited=inherited)
            forbidden = tuple(_source_words(v) for v in read.voices if v.said.links)
            clauses = tuple(v.said.content for v in voices if v.said.main)
            found = self.places.of(mention, forbidden, clauses)
            scene = mention.type in SCENE_TYPES
            places: Sequence[EventPlace | None] = found or ((last_place or self.places.dateline) if scene else None,)
            for number, place in enumerate(places):
                out.append(
                    Reading(
                        type=mention.type,
                        mode=mention.mode,
                        actors=mention.actors or self._speaker(mention, voices, read),
                        recipients=mention.recipients,
                        place=place,
                        place_inherited=not found,
                        first=first,
                        last=last,
                        date_text=text,
                        date_inherited=inherited,
                        tolls=tuple(
                            self._toll(read, toll, chain, signs) for toll in shares.get(id(mention), ()) if number == 0
                        ),
                        chain=chain,
                        signs=frozenset(signs),
                        trigger=self._span(read.parsed.sentence, mention.start, mention.end),
                        more=tuple(self._span(read.parsed.sentence, s, e) for s, e in mention.evidence),
                        quote=Span(
                            read.parsed.sentence.start,
                            read.parsed.sentence.end,
                            self.doc.text[read.parsed.sentence.start : read.parsed.sentence.end],
                        ),
                        signed=mention.trigger.signed,
                        sentence=read.parsed.sentence.index,
                        thin=_is_thin(mention) and not found and id(mention) not in shares,
                        points_back=self._points_back(mention),
                        contexts=(),
                        rules=mention.rules,
                    )
                )
        return out

    def _points_back(self, mention: Mention) -> bool:
        """Of "These bombings": a demonstrative before a nominal event."""
        if mention.verb is not None:
            return False
        first = mention.parsed.chunks[mention.chunk].start
        return mention.parsed.sentence.lowers[first] in self.language.pointing.demonstrative

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

    def _span(self, sentence: Sentence, start: int, end: int) -> Span:
        begin, stop = sentence.starts[start], sentence.ends[end - 1]
        return Span(begin, stop, self.doc.text[begin:stop])

    def _toll(self, read: Read, toll: TollFound, chain: tuple[Source, ...], signs: set[str]) -> Toll:
        sentence = read.parsed.sentence
        return Toll(
            measure=toll.measure,
            low=toll.quantity.low,
            high=toll.quantity.high,
            approximate=toll.quantity.approximate,
            who=toll.who,
            status=project_status(signs),
            sources=chain,
            quote=self._span(sentence, toll.start, toll.end),
            subset=toll.subset,
            cumulative=toll.cumulative,
        )

    # --- certainty ------------------------------------------------------------------------------------------

    def _signs(
        self, read: Read, following: Read | None, mention: Mention, voices: Sequence[Voice], when: When | None
    ) -> set[str]:
        signs = set(mention.signs)
        speech = self.language.speech
        mood = self.language.mood
        verb = mention.verb
        habit = verb is not None and verb.tense == "present" and verb.shape == "finite" and verb.start == verb.main
        if habit and TYPES[mention.type].quad in MATERIAL_QUADS and (voices or read.running):
            signs.add("hypothetical")  # "they kill at prayer time": in speech the bare present is a habit, not a report
        if any(start <= mention.start < end for start, end in read.conditions):
            signs.add("hypothetical")
        if read.lower.endswith("?"):
            signs.add("hypothetical")
        signs |= _voice_signs(mention, voices, read.running)
        signs |= self._background(read, mention, when, signs, mood)
        doubted = speech.unverified is not None and speech.unverified.search(read.lower) is not None
        if (voices or read.running) and (doubted or (following is not None and self._doubts(following))):
            signs.add("unverified")
        if "planned" in signs and _under_question(read, mention.start, mood):
            signs.add("hypothetical")
        words = set(read.parsed.sentence.lowers)
        if "rumoured" in signs and words & speech.refuting:
            signs.add("denied")
        signs.discard("pluperfect")
        return signs

    def _doubts(self, following: Read) -> bool:
        """Whether the next sentence only says that this one's report could not be checked."""
        speech = self.language.speech
        if speech.unverified is None or following.mentions:
            return False
        first = following.parsed.sentence.lowers[:4]
        return bool(speech.back_reference & set(first)) and bool(speech.unverified.search(following.lower))

    def _background(
        self, read: Read, mention: Mention, when: When | None, signs: set[str], mood: scopes.MoodWords
    ) -> set[str]:
        if when is not None and (when.background or when.since):
            return {"historical"}
        recent = (
            when is not None
            and when.last is not None
            and self.today is not None
            and (self.today - when.last).days <= _RECENT_DAYS
        )
        if recent:
            return set()
        verb = mention.verb
        if verb is not None:
            tokens = read.parsed.sentence.lowers[max(0, verb.start - 1) : verb.end + 1]
            if set(tokens) & mood.background_adverbs:
                return {"historical"}
        if mood.background is not None and mood.background.search(_own_clause(read, mention.start)):
            return {"historical"}
        told = any(voice.said.covers(mention.start) for voice in read.voices)
        return {"historical"} if "pluperfect" in signs and not told and not read.running else set()

    # --- when -----------------------------------------------------------------------------------------------

    def _when(self, read: Read, mention: Mention, last_day: tuple[int, When] | None) -> tuple[When | None, bool]:
        """The time expression of an event, and whether it is taken over from the sentence before."""
        best: When | None = None
        best_cost = 1e9
        for when in read.whens:
            cost = _time_cost(read, mention, when)
            if cost < best_cost:
                best, best_cost = when, cost
        if best is not None:
            return best, False
        if last_day is not None and last_day[0] == read.parsed.sentence.paragraph:
            return last_day[1], True
        return None, True

    def _days(
        self, when: When | None, signs: set[str], *, inherited: bool
    ) -> tuple[date | None, date | None, str | None]:
        planned = "planned" in signs
        if when is not None and when.first is not None:
            text = None
            if planned and when.future_first is not None:
                return when.future_first, when.future_last, text
            return when.first, when.last, text
        del inherited
        if self.today is None or planned or signs & {"hypothetical", "historical"}:
            return None, None, None
        return self.today - timedelta(days=_DEFAULT_WINDOW), self.today, None

    # --- tolls without an event of their own ----------------------------------------------------------------

    def _with_loose_tolls(self, reads: Sequence[Read], readings: list[Reading]) -> list[Reading]:
        """A count in a sentence without an event belongs to the last ASSAULT told before it, or to the next."""
        by_start = sorted(readings, key=lambda r: r.quote.start)
        out = list(by_start)
        for read in reads:
            if not read.tolls or any(m.type in {"ASSAULT", "COERCE", "SANCTION"} for m in read.mentions):
                continue
            at = read.parsed.sentence.start
            before = [
                i for i, r in enumerate(out) if r.quote.start < at and r.type == "ASSAULT" and r.status != "historical"
            ]
            if not before:
                continue
            index = before[-1]
            if at - out[index].quote.end > 900:  # noqa: PLR2004 - characters; farther off it counts something else
                continue
            voices = [v for v in read.voices if v.said.covers(read.tolls[0].anchor)]
            chain = _chain(voices, read.running)
            signs = _voice_signs(None, voices, read.running)
            extra = tuple(
                self._toll(read, toll, chain, signs)
                for toll in read.tolls
                if toll.measure in {"killed", "injured", "missing"}
            )
            out[index] = replace(out[index], tolls=(*out[index].tolls, *extra))
        return out

    # --- layers ---------------------------------------------------------------------------------------------

    def layers(self) -> tuple[tuple[Attribution, ...], tuple[Entity, ...]]:
        """Every attribution and every entity of the text."""
        return layers.read_layers(self)

    def parse(self, sentence: Sentence) -> Parse:
        """A sentence's parse, made once."""
        return self._parse(sentence)


def _under_question(read: Read, token: int, mood: scopes.MoodWords) -> bool:
    """Of "It is unclear how the army will react": an indirect question stands left of the word in its clause."""
    for chunk in reversed(read.parsed.chunks):
        if chunk.start < token and chunk.kind in {"K", ";", ","}:
            return read.parsed.sentence.lowers[chunk.start] in mood.question
    return False


def _own_clause(read: Read, token: int) -> str:
    """The words of the clause a token stands in: between relatives, subordinators and semicolons."""
    start, end = 0, len(read.parsed.sentence)
    for chunk in read.parsed.chunks:
        if chunk.kind in {"W", "K", ";"}:
            if chunk.end <= token:
                start = chunk.end
            else:
                end = min(end, chunk.start)
    return " ".join(read.parsed.sentence.lowers[start:end])


def _is_thin(mention: Mention) -> bool:
    bare = mention.verb is None and not mention.evidence and not mention.actors and not mention.recipients
    return bare and mention.trigger.gate != "violent"


def _source_words(voice: Voice) -> tuple[int, int]:
    """The tokens of a source with all that stands between it and its verb ("an agency based in London, said")."""
    start = min(link.start for link in voice.said.links)
    end = max(link.end for link in voice.said.links)
    cue = voice.said.cue
    return (start, max(end, cue[0])) if cue[0] >= start and not voice.said.covers(start) else (start, end)


def _chain(voices: Sequence[Voice], running: tuple[Source, ...]) -> tuple[Source, ...]:
    """All sources over a word, innermost first, each once."""
    chain: list[Source] = []
    for voice in reversed(voices):  # the widest content comes first
        chain += [source for source in voice.chain if source.name not in {s.name for s in chain}]
    chain += [source for source in running if source.name not in {s.name for s in chain}]
    return tuple(chain)


def _voice_signs(mention: Mention | None, voices: Sequence[Voice], running: tuple[Source, ...]) -> set[str]:
    signs: set[str] = {"claimed"} if running else set()
    for voice in voices:
        stance = voice.said.stance
        if stance == "deny":
            signs.add("denied" if mention is None or mention.type != "REJECT" else "claimed")
        elif stance == "rumour":
            signs.add("rumoured")
        else:
            signs.add("claimed")
    return signs


def _last_day(read: Read, last: tuple[int, When] | None) -> tuple[int, When] | None:
    days = [w for w in read.whens if w.first is not None and not w.since and not w.background]
    return (read.parsed.sentence.paragraph, days[0]) if days else last


def _time_cost(read: Read, mention: Mention, when: When) -> float:
    """How far a time expression is from an event: tokens, more across verbs, most when it dates the saying."""
    after = when.start >= mention.end
    low, high = (mention.end, when.start) if after else (when.end, mention.start)
    verbs = sum(1 for verb in read.parsed.verbs if low <= verb.main < high and verb is not mention.verb)
    cost = abs(high - low) + 6.0 * verbs
    for voice in read.voices:
        if 0 <= when.start - voice.said.cue[1] <= _SAID_DATE and not voice.said.covers(when.start):
            cost += 12
    return cost + (4 if when.since else 0)


def _share_tolls(read: Read) -> dict[int, tuple[TollFound, ...]]:
    """Give each toll of a sentence to the event whose words are nearest the word that counts."""
    shares: dict[int, list[TollFound]] = {}
    for toll in read.tolls:
        fitting = [m for m in read.mentions if _fits(m, toll)]
        if not fitting:
            continue
        best = min(fitting, key=lambda m: min(abs(toll.anchor - t) for t in (m.start, *(s for s, _ in m.evidence))))
        shares.setdefault(id(best), []).append(toll)
    return {key: tuple(found) for key, found in shares.items()}


def _fits(mention: Mention, toll: TollFound) -> bool:
    if toll.measure in {"killed", "injured", "missing"}:
        return mention.type == "ASSAULT"
    if toll.measure == "captured":
        return (mention.type, mention.mode) in {("ASSAULT", "abduct"), ("COERCE", "arrest")}
    return (mention.type, mention.mode) == ("SANCTION", "expel") or (mention.type, mention.mode) == ("COERCE", "deport")
