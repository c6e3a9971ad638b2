"""One article read from its first sentence to its last: mentions resolved, gated and merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from worker.events import about, chunks, frames, gates, layers, scopes
from worker.events.compose import Composer, mention_to_come
from worker.events.contexts import contexts_of
from worker.events.dating import Dating, last_day_of
from worker.events.deeds import Deeds
from worker.events.document_parties import with_parties
from worker.events.doubts import apply_doubts, find_doubts
from worker.events.judgement import Judge, Read, voice_signs
from worker.events.mention import Mention
from worker.events.merge import MAX_READINGS, Reading, merge
from worker.events.ontology import project_status
from worker.events.parties import PartyReader
from worker.events.replies import ANSWERS_REACH, Answer, apply_answers, find_answers
from worker.events.speakers import QUOTES, Speakers, Voice, in_order, is_wholly_quoted, quotation_after
from worker.events.speech import Said
from worker.events.syntax import Parse, Phrase, Verb
from worker.events.text import Doc, Sentence
from worker.events.times import When
from worker.events.tolls import TollFound
from worker.events.weighing import chance_of_events
from worker.events.where import PlaceFinder
from worker.events.who import Who
from worker.events.who_says import attributions
from worker.records import ArticleText, Attribution, Entity, Event, EventPlace, Party, Source, Span, Toll

if TYPE_CHECKING:
    from worker.events.extract import Language

SCENE_TYPES = frozenset({"ASSAULT", "COERCE", "PROTEST", "MOBILIZE"})  # deeds done somewhere; words have no scene
_LEAD_SENTENCES = 2  # who and where stand in the first of them, or in the second
_POINTING_WORDS = (
    6  # a subject, or who speaks, stands among the first or last words; a pronoun between points into its own sentence
)


class DocumentReader:
    """Reads one document; made for it and thrown away."""

    def __init__(self, language: Language, doc: Doc, article: ArticleText, today: date | None) -> None:
        self.language = language
        self.doc = doc
        self.article = article
        self.today = today
        weights, longest = language.weights, language.actors.longest
        chance = chance_of_events(doc, weights, longest, today) if weights is not None else None
        self.subject = about.subject_of(doc, article.section, article.url, language.gates, chance)
        self.places = PlaceFinder(language.resolver, doc, article.title, language.scene)
        self.parties = PartyReader(
            language.actors,
            language.countries,
            language.pointing,
            doc,
            article.title,
            self._home_country(),
            today,
        )
        self.places.point_back(language.pointing.places, language.pointing.definite, self._parse)
        self.speakers = Speakers(language.sources, self.parties, language.pointing, doc.text)
        article_words = frozenset(word for sentence in (*doc.title, *doc.sentences) for word in sentence.lowers)
        self.composer = Composer(
            language.pack,
            language.entries,
            language.frame_words,
            language.mood,
            self.parties,
            self.places,
            article_words,
        )
        self._starters = language.starters
        self.deeds = Deeds(self.parties, language.pointing, language.pack.noun_triggers)
        self.dating = Dating(doc.sentences, language.times, self._days_of, today, article.published)
        self.judge = Judge(language, today)
        self._quotation = False
        self._parsed: dict[int, Parse] = {}

    def _home_country(self) -> str | None:
        """Whose "the army" is: the country spoken of most; of several level, the title's, the dateline's, the lead's.

        A title with one country in it goes before the dateline, since agencies write of one country from a bureau
        in another.
        """
        if self.places.country is not None:
            return self.places.country
        titled = set(self._named_in_title())
        if len(titled) == 1:
            return titled.pop()
        if self.places.dateline is not None and self.places.dateline.country is not None:
            return self.places.dateline.country
        lead = [sentence.words for sentence in (*self.doc.title, *self.doc.sentences[:_LEAD_SENTENCES])]
        weights = self.language.resolver.survey(lead).countries
        return max(weights, key=lambda iso3: weights[iso3], default=None)

    def _named_in_title(self) -> Iterator[str]:
        """Countries that the title has by name; an adjective ("rebuffs Canadian envoy") may be the other side's."""
        for sentence in self.doc.title:
            for at in range(len(sentence)):
                found = self.language.countries.match(sentence.words, at)
                if found is not None and found.form == "name":
                    yield found.iso3

    def events(self, *, all_statuses: bool) -> tuple[Event, ...]:
        """The document's events, merged."""
        reads = list(self._reads())
        readings: list[Reading] = []
        last_day: tuple[int, When] | None = None
        last_place: EventPlace | None = None
        for read in reads:
            found = self._readings(read, last_day, last_place)
            readings += found
            last_day = last_day_of(read, last_day)
            last_place = next((r.place for r in found if r.place is not None and not r.place_inherited), last_place)
        readings = self._with_loose_tolls(reads, readings)
        readings = apply_doubts(readings, find_doubts(self.doc, self.language.speech))
        readings = apply_answers(readings, self._answers(reads, readings))
        readings = with_parties(readings)
        return merge([*readings, *self._of_the_title(readings)], all_statuses=all_statuses)

    def _answers(self, reads: Sequence[Read], readings: Sequence[Reading]) -> Iterator[Answer]:
        """What answers a deed in the sentences that follow it."""
        words, read_before = self.language.speech, {read.parsed.sentence.index: read for read in reads}
        told = {reading.sentence for reading in readings}
        near = {at + step for at in told for step in range(ANSWERS_REACH + 1)}

        def heard(sentence: Sentence) -> tuple[Parse, tuple[Voice, ...]]:
            read = read_before.get(sentence.index)
            if read is not None:
                return read.parsed, read.voices
            parsed = self._parse(sentence)
            return parsed, self.speakers.voices(parsed, attributions(parsed, words))

        def meant(sentence: Sentence, verb: Verb) -> tuple[Party, ...]:
            return tuple(who.party for phrase in verb.object for who in self.parties.read(sentence, phrase))

        sentences = (sentence for sentence in self.doc.sentences if sentence.index in near)
        return find_answers(sentences, words, self.language.answering, heard, meant)

    def _reads(self) -> Iterator[Read]:
        """The sentences that may hold an event; of one that a pronoun points back to the subject is remembered."""
        sentences = self.doc.sentences
        worth = [not self._starters.isdisjoint(sentence.lowers) for sentence in sentences]
        told = 0
        for place, sentence in enumerate(sentences):
            if told >= MAX_READINGS:
                return  # beyond it nothing is merged: a list, not an article
            if worth[place]:
                read = self._read(sentence)
                told += len(read.mentions)
                yield read
                continue
            self._quotation = quotation_after(sentence, open_before=self._quotation)
            if place + 1 < len(sentences) and worth[place + 1] and self._leans_back(sentences[place + 1]):
                parsed = self._parse(sentence)
                if self._points_back_early(sentences[place + 1]):
                    self._meet(parsed, ())
                self.speakers.voices(parsed, attributions(parsed, self.language.speech))

    def _leans_back(self, sentence: Sentence) -> bool:
        """Whether who is meant in a sentence, or whose quotation it is, stands in the one before it."""
        quoted = self._quotation or sentence.words[0] in QUOTES
        return quoted or self._has_pronoun(sentence.lowers[-_POINTING_WORDS:]) or self._points_back_early(sentence)

    def _points_back_early(self, sentence: Sentence) -> bool:
        return self._has_pronoun(sentence.lowers[:_POINTING_WORDS])

    def _has_pronoun(self, lowers: Sequence[str]) -> bool:
        pointing = self.language.pointing
        return not (pointing.plural.isdisjoint(lowers) and pointing.singular.isdisjoint(lowers))

    def _of_the_title(self, told: Sequence[Reading]) -> list[Reading]:
        """What only the headline tells: the body repeats nearly every headline in better words."""
        known = {reading.type for reading in told}
        titles = [s for s in self.doc.title if not self._starters.isdisjoint(s.lowers)]
        out: list[Reading] = []
        self._quotation = False
        for sentence in titles:
            read = self._read(sentence)
            if not sentence.lowered.endswith("?"):
                out += [r for r in self._readings(read, None, None) if r.type not in known and not r.thin]
        return out

    # --- one sentence ---------------------------------------------------------------------------------------

    def considered(self, sentence: Sentence) -> Iterator[tuple[Mention, str | None]]:
        """Every mention of a sentence with the reason why it was refused, or None where it stands."""
        if not self._starters.isdisjoint(sentence.lowers):
            parsed = self._parse(sentence)
            said, tolls = attributions(parsed, self.language.speech), self.language.tolls.read(parsed)
            for mention in self.composer.mentions(parsed, said, (), lambda one: self._refusal(one, tolls) is None):
                yield mention, self._refusal(mention, tolls)

    def _refusal(self, mention: Mention, tolls: Sequence[TollFound]) -> str | None:
        harm = (t.quantity.low or 0 for t in tolls if t.measure in {"killed", "injured"} and not t.cumulative)
        words = mention.parsed.word_set
        mass = about.is_mass_violence(words, max(harm, default=0), self.language.gates)
        accident = about.is_accident(words, self.language.gates)
        fighting = not words.isdisjoint(self.language.gates.mass | self.language.gates.conflict)
        return gates.allows(mention, self.subject, mass=mass, accident=accident, fighting=fighting)

    def _parse(self, sentence: Sentence) -> Parse:
        key = ~sentence.index if sentence.is_title else sentence.index
        found = self._parsed.get(key)
        if found is None:
            grammar = self.language.pack.grammar
            classes = chunks.classify(sentence, grammar)
            found = frames.parse(
                sentence, classes, chunks.find_chunks(classes, grammar), grammar, self.language.frame_words
            )
            self._parsed[key] = found
        return found

    def _read(self, sentence: Sentence) -> Read:
        parsed = self._parse(sentence)
        said = attributions(parsed, self.language.speech)
        self._meet(parsed, said)
        voices = self.speakers.voices(parsed, said)
        quoted = is_wholly_quoted(sentence, open_before=self._quotation)
        running = self.speakers.running_on(parsed, before=quoted) if not voices else ()
        self._quotation = quotation_after(sentence, open_before=self._quotation)
        self.parties.speaking = self._who_speaks(parsed, said, running=bool(running))
        spoken = ((0, len(sentence)),) if running else ()
        tolls = self.language.tolls.read(parsed)

        def stands(mention: Mention) -> bool:
            return self._refusal(mention, tolls) is None

        mentions = tuple(filter(stands, self.composer.mentions(parsed, said, spoken, stands)))
        return Read(
            parsed=parsed,
            voices=voices,
            whens=self._whens(parsed) if mentions else (),
            tolls=tolls,
            mentions=mentions,
            running=running,
            conditions=scopes.conditional_spans(parsed, self.language.mood) if mentions else (),
        )

    def _who_speaks(self, parsed: Parse, said: Sequence[Said], *, running: bool) -> tuple[Who, ...]:
        """Whose "we" it is: the speaker of the sentence, or of the quotation that runs on into it."""
        links = [one.links[0] for one in said if one.links and one.stance == "say"]
        if links:
            return self.parties.read(parsed.sentence, Phrase(links[0].start, links[0].end))
        return self.parties.speaking if running else ()

    def _whens(self, parsed: Parse) -> tuple[When, ...]:
        sentence = parsed.sentence
        found = self.language.times.read(sentence, parsed.classes, self.today)
        return tuple(replace(w, text=self._words(sentence, w.start, w.end)) for w in found)

    def _days_of(self, sentence: Sentence) -> tuple[When, ...]:
        return self._whens(self._parse(sentence))

    def _words(self, sentence: Sentence, start: int, end: int) -> str:
        text = self.article.title if sentence.is_title else self.doc.text
        return text[sentence.starts[start] : sentence.ends[end - 1]]

    def _meet(self, parsed: Parse, said: tuple[Said, ...]) -> None:
        """Remember who spoke and who acted, the actor last, for the pronouns of the next sentence."""
        for one in said:
            if one.main and one.links:
                self.parties.memory.meet(parsed.sentence, self.speakers.phrase_of(parsed.sentence, one.links[0]))
        first = next((verb for verb in parsed.verbs if verb.shape == "finite"), None)
        for phrase in first.subject if first is not None else ():
            self.parties.memory.meet(parsed.sentence, phrase)
        for verb in parsed.verbs:
            for phrase in verb.subject if verb.shape == "finite" else ():
                self.parties.memory.see(parsed.sentence, phrase)

    # --- from mentions to readings --------------------------------------------------------------------------

    def _readings(self, read: Read, last_day: tuple[int, When] | None, last_place: EventPlace | None) -> list[Reading]:
        out: list[Reading] = []
        shares = _share_tolls(read)
        for mention in read.mentions:
            over = (v for v in read.voices if v.said.covers(mention.start))
            voices = [voice for voice in over if not self.deeds.is_uttered_by(mention, voice, read)]
            when, inherited = self.dating.when(read, mention, last_day)
            signs = self.judge.signs(read, mention, voices, when if not inherited else None)
            told = mention_to_come(mention) if "planned" in signs else mention
            chain = _chain(voices, read.running)
            reaching = mention.verb is not None and mention.verb.tense == "pluperfect"
            first, last, text = self.dating.days(when, signs, last_day if reaching else None)
            forbidden = tuple(_source_words(read.parsed, v) for v in read.voices if v.said.links)
            clauses = tuple(v.said.content for v in voices if v.said.main)
            found = self.places.of(mention, forbidden, clauses)
            scene = mention.type in SCENE_TYPES
            places: Sequence[EventPlace | None] = found or ((last_place or self.places.dateline) if scene else None,)
            for number, place in enumerate(places):
                out.append(
                    Reading(
                        type=told.type,
                        mode=told.mode,
                        actors=self.deeds.doers(mention, voices, read),
                        recipients=mention.recipients or self.deeds.those_hurt(mention, shares.get(id(mention), ())),
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
                        more=(
                            *(self._span(read.parsed.sentence, s, e) for s, e in mention.evidence),
                            *self._words_of_harm(read, shares.get(id(mention), ())),
                        ),
                        quote=self._span(read.parsed.sentence, 0, len(read.parsed.sentence)),
                        signed=mention.trigger.signed,
                        sentence=read.parsed.sentence.index,
                        paragraph=read.parsed.sentence.paragraph,
                        thin=_is_given_in_passing(mention, None if inherited else when)
                        or ((mention.topic or _is_thin(mention)) and not found and id(mention) not in shares),
                        retold=self.deeds.is_retold(mention) and id(mention) not in shares,
                        points_back=self.deeds.points_back(mention),
                        contexts=contexts_of(read.parsed.sentence.lowers, self.language.contexts),
                        rules=told.rules,
                        ground=mention.trigger.ground,
                        nominal=mention.verb is None and not mention.evidence,
                        about=self.deeds.acts_named(mention),
                        judged=self.deeds.speaks_of_before(mention),
                    )
                )
        return out

    def _span(self, sentence: Sentence, start: int, end: int) -> Span:
        return Span(sentence.starts[start], sentence.ends[end - 1], self._words(sentence, start, end))

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
            side=toll.side,
        )

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
            signs = voice_signs(None, voices, read.running)
            extra = tuple(
                self._toll(read, toll, chain, signs)
                for toll in read.tolls
                if toll.measure in {"killed", "injured", "missing"}
            )
            quote = self._span(read.parsed.sentence, 0, len(read.parsed.sentence))
            counted = tuple((word, quote) for word in self._words_of_harm(read, read.tolls))
            out[index] = replace(out[index], tolls=(*out[index].tolls, *extra), counted=(*out[index].counted, *counted))
        return out

    def _words_of_harm(self, read: Read, tolls: Sequence[TollFound]) -> Iterator[Span]:
        """The words that say what became of those counted: "killed", "died", "dead"."""
        for toll in tolls:
            if toll.measure in {"killed", "injured"} and not toll.cumulative:
                yield self._span(read.parsed.sentence, toll.anchor, toll.anchor + 1)

    # --- layers ---------------------------------------------------------------------------------------------

    def layers(self) -> tuple[tuple[Attribution, ...], tuple[Entity, ...]]:
        """Every attribution and every entity of the text."""
        return layers.read_layers(self)

    def parse(self, sentence: Sentence) -> Parse:
        """A sentence's parse, made once."""
        return self._parse(sentence)


def _is_given_in_passing(mention: Mention, when: When | None) -> bool:
    """Of "jets, lent by the Kremlin" the lending is no news of its own; "kits, distributed on Tuesday" is."""
    verb = mention.verb
    passing = mention.type == "AID" and verb is not None and verb.shape == "participle"
    return passing and (when is None or when.start < mention.end)


def _is_thin(mention: Mention) -> bool:
    bare = mention.verb is None and not mention.evidence and not mention.actors and not mention.recipients
    return bare and mention.trigger.gate != "violent"


def _source_words(parsed: Parse, voice: Voice) -> tuple[int, int]:
    """The tokens of a source with all that stands between it and its verb ("an agency based in London, said")."""
    start = min(link.start for link in voice.said.links)
    end = max(link.end for link in voice.said.links)
    cue = voice.said.cue
    apposed = not any(verb.shape == "finite" and end <= verb.main < cue[0] for verb in parsed.verbs)
    return (start, max(end, cue[0])) if cue[0] >= start and apposed and not voice.said.covers(start) else (start, end)


def _chain(voices: Sequence[Voice], running: tuple[Source, ...]) -> tuple[Source, ...]:
    """All sources over a word, innermost first, each once; the widest content comes first."""
    return in_order([*(source for voice in reversed(voices) for source in voice.chain), *running])


def _share_tolls(read: Read) -> dict[int, tuple[TollFound, ...]]:
    """Give each toll of a sentence to the event whose words are nearest the word that counts."""
    shares: dict[int, list[TollFound]] = {}
    for toll in read.tolls:
        fitting = [m for m in read.mentions if _fits(m, toll)]
        fitting = [m for m in fitting if m.type == "ASSAULT"] or fitting  # a march hurts last
        if not fitting:
            continue
        best = min(fitting, key=lambda m: min(abs(toll.anchor - t) for t in (m.start, *(s for s, _ in m.evidence))))
        shares.setdefault(id(best), []).append(toll)
    return {key: tuple(found) for key, found in shares.items()}


def _fits(mention: Mention, toll: TollFound) -> bool:
    if toll.measure in {"killed", "injured", "missing"}:
        return mention.type in {"ASSAULT", "PROTEST"}
    if toll.measure == "captured":
        return (mention.type, mention.mode) in {("ASSAULT", "abduct"), ("COERCE", "arrest")}
    return (mention.type, mention.mode) == ("SANCTION", "expel") or (mention.type, mention.mode) == ("COERCE", "deport")
