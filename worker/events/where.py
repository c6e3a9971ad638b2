"""Where it happened: the place phrases of a document, and which of them an event stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from worker.events.mention import Mention, PlaceTest
from worker.events.ontology import TYPES, VERBAL_QUADS
from worker.events.pack import Pack
from worker.events.places import NEAR, DocumentPlaces, PlaceMention, PlaceResolver
from worker.events.syntax import Parse, Phrase
from worker.events.text import Doc, Sentence
from worker.records import EventPlace, Span

# Capitals at the very start, at most a date and an agency, then a dash or a colon: the form of every agency's dateline.
_DATELINE = re.compile(
    r"\s{0,3}[A-Z\u00c0-\u00dd][A-Z\u00c0-\u00dd'\u2019 ./-]{2,40}+"  # SEOUL/TOKYO
    r"(?:, [^\n:()\u2014\u2013-]{2,40})?(?: ?\([^)\n]{2,30}\))?"  # , March 12 (Agency)
    r" ?(?::|[\u2014\u2013]|- )"
)
_LOCATIVE_BONUS = 12  # tokens that a locative preposition is worth against mere nearness
_ACROSS_CLAUSE = 8  # tokens that a verb between the event and the place costs
_TOGETHER = 3  # tokens: a comma, a preposition, an article
_BACK_SENTENCES = 6  # how far back "the city" reaches before the title is asked
_PLAIN_WORDS = 3  # "the besieged city": a determiner, at most one adjective, the noun
_LONGEST_UNLISTED = 2  # tokens of a village's name; longer runs are firms and titles
_ABOUT_OTHERS = frozenset({"ACCUSE", "REJECT", "REQUEST", "THREATEN"})  # whose words are mostly about what is elsewhere
_COUNTRY_LEVEL = 6  # UCDP GED precision of a whole country


@dataclass(frozen=True, slots=True)
class Placed:
    """A place phrase of a sentence, resolved."""

    start: int  # tokens
    end: int
    place: EventPlace
    locative: bool


@dataclass(frozen=True, slots=True)
class SceneWords:
    """A pack's words for where."""

    prepositions: frozenset[str]  # of place: "in", "at"
    before: frozenset[str]  # words without a capital that a place phrase can begin with: "northern", "outskirts"

    @classmethod
    def of(cls, pack: Pack) -> SceneWords:
        """Read the words of a pack."""
        table = pack.tables.get("places", {})
        features = {word for name in table.get("features", {}) for word in name.split()}
        lists = [table.get("near", ()), table.get("wide", ())]
        lists += [*table.get("parts", {}).values(), *table.get("compass", {}).values()]
        listed = {word for found in lists for name in found for word in name.split()}
        return cls(pack.words("gates", "composition", "scene"), frozenset(features | listed))


class PlaceFinder(PlaceTest):
    """Reads and resolves the places of one document."""

    def __init__(self, resolver: PlaceResolver, doc: Doc, title: str, words: SceneWords) -> None:
        self._scene_words = words.prepositions
        self._words_before = words.before
        self._resolver = resolver
        self._texts = (doc.text, title)
        self._doc = doc
        self._nouns: frozenset[str] = frozenset()
        self._determiners: frozenset[str] = frozenset()
        self._parse: Callable[[Sentence], Parse] | None = None
        self._cache: dict[tuple[bool, int], tuple[Placed, ...]] = {}
        sentences = (*doc.title, *doc.sentences[:40])  # what an article is about shows in its first forty sentences
        self._document = resolver.survey([sentence.words for sentence in sentences])
        self._last: EventPlace | None = None
        self.dateline_end = _dateline_end(doc)
        self.dateline: EventPlace | None = self._read_dateline(doc)

    def _read_dateline(self, doc: Doc) -> EventPlace | None:
        """The place that an article is dated from: "GOMA, Congo, March 3 (Agency) -"."""
        if not doc.sentences or doc.sentences[0].start >= self.dateline_end:
            return None
        sentence = doc.sentences[0]
        words = [word.title() if word.isupper() else word for word in sentence.words]
        reading = self._resolver.read(words, 0)
        if reading is None:
            return None
        place = self._resolver.resolve(reading.mention, self._document)
        return None if place is None else replace(place, text=sentence.words[0], span=None)

    def point_back(
        self, nouns: frozenset[str], determiners: frozenset[str], parse: Callable[[Sentence], Parse]
    ) -> None:
        """Tell which nouns ("the city") stand for the town named last, and how earlier sentences are parsed."""
        self._nouns, self._determiners, self._parse = nouns, determiners, parse

    def _pointed_at(self, mention: Mention) -> EventPlace | None:
        """The town that "the city" means: the last one named before it."""
        sentence = mention.parsed.sentence
        adjuncts = [phrase for word in self._scene_words for phrase in mention.parts.get(word, ())]
        for phrase in dict.fromkeys((*mention.places, *adjuncts)):
            definite = sentence.lowers[phrase.start] in self._determiners and phrase.end - phrase.start <= _PLAIN_WORDS
            if not definite or phrase.of or sentence.lowers[phrase.head] not in self._nouns:
                continue
            here = [p.place for p in self.places(mention.parsed) if p.end <= phrase.start]
            towns = [place for place in here if place.precision == 1]
            town = towns[-1] if towns else self._town_before(sentence)
            if town is not None:
                return replace(town, text=sentence.words[phrase.head], span=None)
        return None

    def _town_before(self, sentence: Sentence) -> EventPlace | None:
        """The town named last before a sentence."""
        kept = self._last
        towns = (p for places in self._places_before(sentence) for p in reversed(places) if p.precision == 1)
        town = next(towns, None)
        self._last = kept
        return town

    def _places_before(self, sentence: Sentence) -> Iterator[list[EventPlace]]:
        """Places of the sentences before, the nearest first; of the title last."""
        if self._parse is None or sentence.is_title:
            return
        earlier = self._doc.sentences[max(0, sentence.index - _BACK_SENTENCES) : sentence.index]
        for other in (*reversed(earlier), *self._doc.title):
            yield [p.place for p in self.places(self._parse(other))]

    @property
    def document(self) -> DocumentPlaces:
        """What the document says of where it plays."""
        return self._document

    @property
    def country(self) -> str | None:
        """The country that the document speaks of most, when it clearly does."""
        ranked = sorted(self._document.countries.items(), key=lambda item: -item[1])
        if not ranked:
            return None
        if len(ranked) > 1 and ranked[1][1] > 0.7:  # noqa: PLR2004 - two countries nearly level: neither is the home
            return None
        return ranked[0][0]

    def __call__(self, parsed: Parse, phrase: Phrase) -> bool:
        """Whether a phrase names a place; a known party is asked elsewhere."""
        for at in range(phrase.start, phrase.end):
            word = parsed.sentence.words[at]
            if word[0].isupper() and self._resolver.find_place_names(parsed.sentence.words, at):
                return True
        return False

    def places(self, parsed: Parse) -> tuple[Placed, ...]:
        """All places of a sentence, in order."""
        sentence = parsed.sentence
        key = (sentence.is_title, sentence.index)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = tuple(self._read(parsed))
        return found

    def _read(self, parsed: Parse) -> list[Placed]:
        sentence = parsed.sentence
        found: list[Placed] = []
        at = 0
        while at < len(sentence):
            reading = self._resolver.read(sentence.words, at) if self._may_begin(parsed, at) else None
            if reading is None:
                found += self._capital(parsed, at) or self._unlisted(parsed, at, found)
                at += 1
                continue
            end = at + max(reading.length, 1)
            self._add(parsed, at, end, reading.mention, found)
            at = end
        return found

    def _may_begin(self, parsed: Parse, at: int) -> bool:
        sentence = parsed.sentence
        if parsed.classes[at] in ",.;DPOBTEHMUCWKkX'()\"" or sentence.starts[at] < self._dateline_of(sentence):
            return False
        return sentence.words[at][0].isupper() or sentence.lowers[at] in self._words_before

    def _capital(self, parsed: Parse, at: int) -> list[Placed]:
        """Of "in the capital" the capital of the country that the document speaks of."""
        lowers = parsed.sentence.lowers
        if lowers[at] not in self._resolver.words.capitals or at < 2 or lowers[at - 1] not in self._determiners:  # noqa: PLR2004 - a preposition and "the"
            return []
        if lowers[at - 2] not in self._resolver.words.locative or parsed.classes[at + 1 : at + 2] in {"O", "Y", "N"}:
            return []
        capital = self._resolver.capital_of(self.country)
        if capital is None:
            return []
        span = self._span(parsed.sentence, at, at + 1)
        return [Placed(at, at + 1, replace(capital, text=span.text, span=span), locative=True)]

    def _country_after(self, parsed: Parse, end: int) -> str | None:
        """The country of a name in no table: named right behind it ("Banibangou in Niger"), else the document's."""
        words = parsed.sentence.words
        if words[end : end + 1] == (",",) or self._resolver.words.linking.issuperset(
            parsed.sentence.lowers[end : end + 1]
        ):
            match = self._resolver.countries.match(words, end + 1) if end + 1 < len(words) else None
            if match is not None and match.form == "name":
                return match.iso3
        return self.country or (self.dateline.country if self.dateline is not None else None)

    def _unlisted(self, parsed: Parse, at: int, found: Sequence[Placed]) -> list[Placed]:
        """Of "in Nguida" the village that no table has: named by the text, without a position of its own.

        Not asked where a town stands in the sentence before it: then it is the town's quarter.
        """
        if parsed.classes[at] != "Y":
            return []
        words = parsed.sentence.words
        before = parsed.sentence.lowers[at - 1] if at else ""
        if before not in self._resolver.words.pinpointing:
            return []
        if any(placed.locative and placed.place.precision <= NEAR for placed in found):
            return []
        end = at
        while end < len(words) and parsed.classes[end] == "Y":
            end += 1
        country = self._country_after(parsed, end)
        follows = parsed.classes[end : end + 1]
        if country is None or end - at > _LONGEST_UNLISTED or follows in {"N", "S", "J"}:
            return []
        if any(word.isupper() or not self._resolver.is_unheard_of(word) for word in words[at:end]):
            return []
        span = self._span(parsed.sentence, at, end)
        precision = NEAR if before in self._resolver.words.near else 1
        place = EventPlace(name=span.text, text=span.text, country=country, precision=precision, span=span)
        return [Placed(at, end, place, locative=True)]

    def _add(self, parsed: Parse, at: int, end: int, mention: PlaceMention, found: list[Placed]) -> None:
        """Resolve the phrase at a token and add it to the places before it, or put it in the place of its owner."""
        sentence = parsed.sentence
        before = at - 1
        while before > 0 and parsed.classes[before] == "D":
            before -= 1
        word = sentence.lowers[before] if before >= 0 else None
        bound = word if word and parsed.classes[before] in "POBTk" else None
        mention = replace(mention, span=self._span(sentence, at, end), preposition=mention.preposition or bound)
        last = self._last
        if mention.by_reference:  # "east of the city": the city may be named where nothing happens
            last = next((p.place for p in reversed(found)), None) or self._town_before(sentence) or last
        owner = found[-1] if found and parsed.classes[at - 1] == "'" and found[-1].end == at - 1 else None
        if owner is not None and owner.place.precision == _COUNTRY_LEVEL and mention.container is None:
            mention = replace(mention, container=owner.place.name)  # "Sudan's Atbara"
        place = self._resolver.resolve(mention, replace(self._document, last=last))
        if place is None:
            return
        if place.precision < _COUNTRY_LEVEL:
            self._last = place
        if owner is not None and contains(owner.place, place):
            found[-1] = Placed(owner.start, end, place, owner.locative)
        else:
            found.append(Placed(at, end, place, before >= 0 and word in self._resolver.words.locative))

    def _dateline_of(self, sentence: Sentence) -> int:
        return 0 if sentence.is_title or sentence.index else self.dateline_end

    def _span(self, sentence: Sentence, start: int, end: int) -> Span:
        begin, stop = sentence.starts[start], sentence.ends[min(end, len(sentence)) - 1]
        return Span(begin, stop, self._texts[1 if sentence.is_title else 0][begin:stop])

    def of(
        self,
        mention: Mention,
        forbidden: tuple[tuple[int, int], ...],
        clauses: tuple[tuple[int, int], ...] = (),
    ) -> tuple[EventPlace, ...]:
        """The places of an event: those its own grammar names, else the best of its sentence.

        Args:
            mention: The event.
            forbidden: Token ranges that are sources, whose names are no places of events.
            clauses: Token ranges of reported clauses that hold the event: its place lies in them.

        Returns:
            None to several: coordinated places each stand ("strikes on Aleppo and Idlib").
        """
        placed = [
            p
            for p in self.places(mention.parsed)
            if not any(start <= p.start < end for start, end in forbidden)
            and all(start <= p.start < end for start, end in clauses)
            and not self._is_party(mention, p)
            and self._is_at_home(p)
        ]
        own = [
            p
            for p in placed
            for phrase in mention.places
            if phrase.start <= p.start < phrase.full_end or p.start <= phrase.start < p.end
        ]
        if own:
            return _apart([p.place for p in own])
        pointed = self._pointed_at(mention)
        if pointed is not None:
            return (pointed,)
        locative = [p for p in placed if p.locative]
        if TYPES[mention.type].quad in VERBAL_QUADS:
            return self._spoken_at(mention, locative)
        best = min(locative or placed, key=lambda p: self._distance(mention, p), default=None)
        if best is None or (
            not best.locative and best.place.precision >= _COUNTRY_LEVEL and not self._is_object(mention, best)
        ):
            return ()
        return _finest([best, *[p for p in locative if p is not best]])

    def _spoken_at(self, mention: Mention, locative: list[Placed]) -> tuple[EventPlace, ...]:
        """Words have a place only where their own clause says so: "met in Paris"."""
        adjuncts = [a for word in self._scene_words for a in mention.parts.get(word, ())]
        if mention.type in _ABOUT_OTHERS:  # "condemned the shooting in El Paso" says where the shooting was
            ends = {part.full_end for part in mention.parts.get("object", ())}
            adjuncts = [a for a in adjuncts if a.start - 1 not in ends]
        own = [
            p.place
            for p in locative
            if any(a.start <= p.start < a.full_end or p.start <= a.start < p.end for a in adjuncts)
        ]
        return _apart([place for place in own if place.precision < _COUNTRY_LEVEL])[:1]

    def _is_at_home(self, placed: Placed) -> bool:
        """A name without a preposition counts as a place only in a country that the document speaks of."""
        return placed.locative or placed.place.country is None or placed.place.country in self._document.countries

    @staticmethod
    def _is_party(mention: Mention, placed: Placed) -> bool:
        """A country that acts or is acted upon is a party first, not the scene."""
        if placed.place.precision < _COUNTRY_LEVEL or placed.locative:
            return False
        spans = [who.party.span for who in mention.actors]
        start = mention.parsed.sentence.starts[placed.start]
        return any(span is not None and span.start <= start < span.end for span in spans)

    @staticmethod
    def _is_object(mention: Mention, placed: Placed) -> bool:
        spans = [who.party.span for who in mention.recipients]
        start = mention.parsed.sentence.starts[placed.start]
        return any(span is not None and span.start <= start < span.end for span in spans)

    @staticmethod
    def _distance(mention: Mention, placed: Placed) -> float:
        after = placed.start >= mention.end
        low, high = (mention.end, placed.start) if after else (placed.end, mention.start)
        verbs = sum(1 for verb in mention.parsed.verbs if low <= verb.main < high and verb is not mention.verb)
        gap = abs(high - low) + _ACROSS_CLAUSE * verbs + (0 if after else 2)
        return (
            gap - (_LOCATIVE_BONUS if placed.locative else 0) + (3 if placed.place.precision >= _COUNTRY_LEVEL else 0)
        )


def _dateline_end(doc: Doc) -> int:
    match = _DATELINE.match(doc.text[:160])
    return match.end() if match is not None else 0


def _apart(places: list[EventPlace]) -> tuple[EventPlace, ...]:
    """Places that do not lie in one another; of two that do, the finer."""
    kept: list[EventPlace] = []
    for place in places:
        if any(contains(place, other) or place.name == other.name for other in kept):
            continue
        kept = [other for other in kept if not contains(other, place)]
        kept.append(place)
    return tuple(kept)


def _finest(placed: list[Placed]) -> tuple[EventPlace, ...]:
    """The nearest place, refined by another of the sentence that lies in it."""
    best = placed[0].place
    for other in placed[1:]:
        if contains(best, other.place) and _stand_together(placed[0], other):
            best = other.place
    return (best,)


def _stand_together(one: Placed, other: Placed) -> bool:
    """Of "in Douma, near Damascus" the two are one phrase; names further apart are two scenes."""
    return 0 <= other.start - one.end <= _TOGETHER or 0 <= one.start - other.end <= _TOGETHER


def contains(outer: EventPlace, inner: EventPlace) -> bool:
    """Whether one place lies in the other, by country and first-level division."""
    if outer.country is None or outer.country != inner.country or outer.precision <= inner.precision:
        return False
    if outer.precision >= _COUNTRY_LEVEL:
        return True
    return outer.admin1 is not None and outer.admin1 == inner.admin1
