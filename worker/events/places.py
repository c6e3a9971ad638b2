"""Which place is meant: candidates from the gazetteer, weighed by what the document is about.

The document's countries count first, then people, then whether the phrase is a place's at all. An ambiguous or
unsupported name gives None: a wrong place does more harm than none. Precision follows the UCDP GED codebook: 1 the town
itself or a part of it, 2 near it, 3 second-level division, 4 province, 5 landscape or area,
6 country, 7 international waters or airspace.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from worker.events.countries import PACKS, Countries
from worker.events.gazetteer import Gazetteer, GazetteerPlace
from worker.events.names import fold_name, is_written_in_capitals, looks_like_a_name
from worker.events.place_phrases import PhraseReader, PlaceMention, PlaceReading
from worker.events.place_words import Feature, PlaceWords
from worker.records import EventPlace

__all__ = [
    "DocumentPlaces",
    "PlaceCandidate",
    "PlaceMention",
    "PlaceReading",
    "PlaceResolver",
    "PlaceWords",
]

NEAR = 2
"""UCDP GED precision of a spot near a known point, or of a part of a town."""

_DISTRICT = 3
_PROVINCE = 4
_LANDSCAPE = 5
_COUNTRY = 6
_WATERS = 7


@dataclass(frozen=True, slots=True)
class DocumentPlaces:
    """What the document says of where it plays."""

    countries: Mapping[str, float] = field(default_factory=dict)  # alpha-3 -> weight in (0, 1], the main country 1
    dateline: EventPlace | None = None
    last: EventPlace | None = None  # the place resolved last, for "the city" and for parts of a town
    others: tuple[EventPlace, ...] = ()  # further places already resolved


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """One place that a name may mean, and how likely it is before the phrase around it is looked at."""

    place: GazetteerPlace
    score: float  # decades of population, plus and minus what supports or weakens it


# How much each piece of support weighs, in decades of population (ten times the people = 1). Set so that a town of
# 2,000 in the document's own country wins over a city of a million elsewhere (2.7 decades), a capital over a namesake
# in the document's country (Paris over Paris, Texas), and a country over the town of its name.
_DOCUMENT_COUNTRY = 3.5
_NEIGHBOUR = 0.8
_NEARBY = 0.6
_CAPITAL = 2.0
_ALTERNATE = -1.2
_KIND = {
    "country": 3.0,
    "region": 2.0,
    "sea": 7.0,
    "site": 0.5,
    "admin1": -0.5,
    "admin2": -1.0,
    "town": 0.0,
    "capital": 0.0,
}
_UNKNOWN_PEOPLE = 1_500  # GeoNames lists many small towns with 0; the middle of its class of 500 to 5,000

# Without any word of its country a town is believed only when nearly every reader would know it ...
_KNOWN_TO_ALL = 300_000
_KNOWN_IN_PLACE = 100_000  # after a word of place, in a document that names no country
_KNOWN_ABROAD = 500_000  # in a document about other countries
# ... where it stands after no word of place, when everybody at home or in the countries around would ...
_KNOWN_AT_HOME = 10_000
_KNOWN_AROUND = 100_000
# ... and a name of two countries only when one of them is ten times the likelier.
_CLEAR_LEAD = 1.0
_NO_RIVAL = 20  # Paris, Texas, is no rival of Paris: only its state's name beside it makes it the one that is meant
_WIDELY_KNOWN_KINDS = frozenset({"country", "region", "sea"})
_LONGEST_ACRONYM = 5  # "IS", "SANA", "ASEAN": capitals so short are no town's, in a headline either
_MAIN_COUNTRY = 0.3  # a country with less than a third of the main one's mentions is only passing by
_CLEARLY_LESS = 0.5  # a second country with half the main one's mentions makes neither the home
_KM_A_DEGREE = 111.2  # of latitude
_SUBURB_KM = 50
_AROUND_KM = 250  # places of one story lie within a day's drive


class PlaceResolver:
    """Reads place phrases among tokens and resolves them."""

    def __init__(self, gazetteer: Gazetteer, countries: Countries, words: PlaceWords | None = None) -> None:
        self.gazetteer = gazetteer
        self.countries = countries
        self.words = words or PlaceWords.load(PACKS / countries.language)

    def find_place_names(self, tokens: Sequence[str], start: int) -> int:
        """Measure the longest name in the gazetteer that begins at a token.

        Args:
            tokens: the tokens of a sentence.
            start: index of the first token.

        Returns:
            Its length in tokens, 0 when there is none.
        """
        if not looks_like_a_name(tokens[start : start + 2]):  # "eastern Ghouta" begins with a small letter
            return 0
        country = self.countries.match(tokens, start)
        if country is not None and country.form == "name" and tokens[start].casefold() not in self.words.never:
            return max(country.length, self.gazetteer.longest(tokens, start))
        return self._find_other_names(tokens, start)

    def _find_other_names(self, tokens: Sequence[str], start: int) -> int:
        """Measure the longest name that is no country's."""
        if tokens[start].casefold() in self.words.never:
            return 0
        length = self.gazetteer.longest(tokens, start)
        return 0 if length == 1 and self._is_an_acronym(tokens[start]) else length

    def _is_an_acronym(self, token: str) -> bool:
        """Say whether short capitals are rather "IS" or "SANA" than the HOMS or KYIV of a dateline."""
        if len(token) > _LONGEST_ACRONYM or not is_written_in_capitals((token,)):
            return False
        places = self.gazetteer.places(token)
        return not any(p.population >= _KNOWN_TO_ALL / 3 for p in places if fold_name(p.name) == fold_name(token))

    def people_of(self, name: str) -> int:
        """Give the population of the largest place of a name.

        Args:
            name: the proper name.

        Returns:
            The population; 0 when no place has the name.
        """
        return max((place.population for place in self.gazetteer.places(name)), default=0)

    def is_unheard_of(self, word: str) -> bool:
        """Say whether a capitalised word is in no table: no place, country, people, day, and nothing mostly else."""
        folded = fold_name(word)
        if folded in self.words.wary or word.casefold() in self.words.never:
            return False
        return self.countries.match((word,), 0) is None and not self.gazetteer.places(word)

    def capital_of(self, iso3: str | None) -> EventPlace | None:
        """Give the capital of a country.

        Args:
            iso3: the country, ISO 3166-1 alpha-3.

        Returns:
            The capital as a place without a span, or None when no country or no capital is known.
        """
        country = self.countries.get(iso3)
        name = country.seats[0] if country is not None and country.seats else ""
        found = (
            [p for p in self.gazetteer.places(name) if p.country == iso3 and p.kind in {"capital", "town"}]
            if name
            else []
        )
        return _as_event_place(found[0], PlaceMention(name), found[0].precision) if found else None

    def read(self, tokens: Sequence[str], start: int) -> PlaceReading | None:
        """Read the place phrase that begins at a token, with the generic words that belong to it.

        A name cut out of a longer run of capitalised words is not taken: that is mostly a person ("Jordan Henderson").

        Args:
            tokens: the tokens of a sentence.
            start: index of the first token; leading determiners may be included.

        Returns:
            The mention (without span) and its length, or None when no place phrase begins there.
        """
        if tokens[start].islower() and tokens[start] not in self.words.openers:
            return None
        return PhraseReader(self, self.words, self.countries, tokens, start).read()

    def survey(self, sentences: Iterable[Sequence[str]], dateline: EventPlace | None = None) -> DocumentPlaces:
        """Count which countries a document speaks of.

        A country's name counts 2, a demonym or seat 1, a town known to all or of one country only 1.

        Args:
            sentences: the document's sentences as tokens.
            dateline: the place that the article is dated from, if any.

        Returns:
            The countries' weights, the most spoken of at 1.
        """
        counts: Counter[str] = Counter()
        if dateline is not None and dateline.country:
            counts[dateline.country] += 3
        for tokens in sentences:
            self._count(tokens, counts)
        most = max(counts.values(), default=0)
        weights = {iso3: count / most for iso3, count in counts.most_common(12)}
        return DocumentPlaces(countries=weights, dateline=dateline)

    def _count(self, tokens: Sequence[str], counts: Counter[str]) -> None:
        at = 0
        while at < len(tokens):
            if tokens[at].islower() or not looks_like_a_name(tokens[at : at + 1]):
                at += 1
                continue
            country = self.countries.match(tokens, at)
            if country is not None:
                counts[country.iso3] += 2 if country.form == "name" else 1
                at += country.length
                continue
            length = self._find_other_names(tokens, at)
            if length:
                counts.update(self._countries_voted_for(tokens[at : at + length]))
            at += length or 1

    def _countries_voted_for(self, name: Sequence[str]) -> set[str]:
        if fold_name(" ".join(name)) in self.words.wary:
            return set()
        places = self.gazetteer.places(" ".join(name))
        strong = [p for p in places if p.population >= _KNOWN_TO_ALL or p.kind in {"capital", "region", "admin1"}]
        if any(place.country is None for place in strong):
            return set()  # "the Sahel" is a landscape of many countries before it is a province of one
        countries = {p.country for p in strong if p.country} or {p.country for p in places[:3] if p.country}
        return countries if len(countries) == 1 else set()

    def candidates(self, name: str, document: DocumentPlaces = DocumentPlaces()) -> tuple[PlaceCandidate, ...]:
        """Give all places of a name, the likeliest first.

        Args:
            name: the proper name.
            document: what the document says of where it plays.

        Returns:
            The candidates, without those found by sound only.
        """
        country = self._country_named(name)
        places = self.gazetteer.places(name if country is None else country)
        scored = (PlaceCandidate(place, self._score(place, document)) for place in places)
        return tuple(sorted(scored, key=lambda candidate: (-candidate.score, candidate.place.id)))

    def _country_named(self, name: str) -> str | None:
        """Give the gazetteer's name of a country, by whatever name the text has it ("UK", "DR Congo")."""
        words = name.split()
        match = self.countries.match(words, 0)
        if match is None or match.length != len(words) or match.form != "name":
            return None
        country = self.countries.get(match.iso3)
        if country is None:
            return None
        foreign = country.names[0] != country.name  # "Siria": the gazetteer has a country by its English name alone
        return country.name if foreign or is_written_in_capitals(words) else None

    def resolve(self, mention: PlaceMention, document: DocumentPlaces = DocumentPlaces()) -> EventPlace | None:
        """Decide which place a phrase means.

        Args:
            mention: the phrase.
            document: what the document says of where it plays.

        Returns:
            The place with its precision, or None when the phrase is no place's, is ambiguous, or has no support.
        """
        if self._is_demonym(mention.name):
            return None
        feature, part = self._nouns_of(mention)
        container = self._container(mention, document, wide=feature is not None)
        place = self._choose(mention, document, feature, container)
        if place is not None:
            return _as_event_place(place, mention, self._precision(place, mention, feature))
        if (
            feature is not None
            and self._names_by_itself(mention, feature, container)
            and (named := self._only_named(mention, document, feature, container)) is not None
        ):
            return named
        if part or mention.by_reference or (feature is not None and "town" in feature.kinds):
            around = container or (document.last if mention.by_reference or mention.name == "" else None)
            return self._beside(around, mention) if around is not None else None
        return None

    def _beside(self, around: EventPlace, mention: PlaceMention) -> EventPlace:
        """Place a part that the gazetteer lacks in the nearest ancestor that it has, or near it as the text says."""
        moved = self._is_moved(mention) or mention.by_reference
        text = mention.span.text if mention.span else mention.name
        return replace(
            around, text=text, precision=max(around.precision, NEAR) if moved else around.precision, span=mention.span
        )

    def _names_by_itself(self, mention: PlaceMention, feature: Feature, container: EventPlace | None) -> bool:
        """Say whether the noun makes the name a place's: a village's, or that of a district outside any town."""
        if feature.precision == 1:
            return True
        divided = feature.precision in {_DISTRICT, _PROVINCE} and feature.kinds[0] in {"admin1", "admin2"}
        outside = container is not None and container.precision > feature.precision
        return divided and outside and self.words.organisations.isdisjoint(mention.head_words)

    def _only_named(
        self, mention: PlaceMention, document: DocumentPlaces, feature: Feature, container: EventPlace | None
    ) -> EventPlace | None:
        """Keep a village that no table has by the text's word that it is one, placed as well as what it lies in."""
        if not mention.name or fold_name(mention.name) in self.words.wary:
            return None
        around = container or self._home(mention, document)
        if around is None or around.precision > _COUNTRY:
            return None
        text = mention.span.text if mention.span else mention.name
        precision = around.precision if feature.precision == 1 else feature.precision
        return replace(around, name=mention.name, text=text, geonameid=None, span=mention.span, precision=precision)

    def _home(self, mention: PlaceMention, document: DocumentPlaces) -> EventPlace | None:
        """Give the country that the document speaks of, when it clearly speaks of one."""
        ranked = sorted(document.countries.items(), key=lambda item: -item[1])
        country = self.countries.get(ranked[0][0]) if ranked else None
        if country is None or (len(ranked) > 1 and ranked[1][1] > _CLEARLY_LESS):
            return None
        places = (place for place in self.gazetteer.places(country.name) if place.kind == "country")
        return next((_as_event_place(place, mention, _COUNTRY) for place in places), None)

    def _is_demonym(self, name: str) -> bool:
        words = name.split()
        match = self.countries.match(words, 0)
        return match is not None and match.length == len(words) and match.form in {"adjective", "people"}

    def _nouns_of(self, mention: PlaceMention) -> tuple[Feature | None, bool]:
        """Say what the head words make of the name: a kind of place, or a part of a town."""
        for noun in mention.head_words:
            feature = self.words.features.get(noun)
            if feature is not None:
                return feature, False
        return None, any(self.words.parts.get(noun) for noun in mention.head_words)

    def _container(self, mention: PlaceMention, document: DocumentPlaces, *, wide: bool) -> EventPlace | None:
        if mention.container is None or fold_name(mention.container) == fold_name(mention.name):
            return None
        inside = PlaceMention(mention.container, mention.span, preposition="in", wide=wide)
        return self.resolve(inside, document)

    def _choose(
        self,
        mention: PlaceMention,
        document: DocumentPlaces,
        feature: Feature | None,
        container: EventPlace | None,
    ) -> GazetteerPlace | None:
        found = self.candidates(mention.name, document) if mention.name else ()
        if container is not None:
            found = tuple(c for c in found if _lies_in(c.place, container))
        if feature is not None:
            found = _of_a_kind(found, feature)
        if not found:
            return self._by_sound(mention, document, feature) if container is None else None
        best = (
            self._town_of_that_name(found) if feature is None and not (mention.modifiers or mention.wide) else found[0]
        )
        supported = container is not None or self._is_supported(best.place, mention, document)
        rival = next((c for c in found[1:] if c.place.country != best.place.country), None)
        if not supported or (container is None and rival and self._is_rival(best, rival, document)):
            return None
        return best.place

    @staticmethod
    def _town_of_that_name(found: tuple[PlaceCandidate, ...]) -> PlaceCandidate:
        """Take the town where a bare name is that of a division as well: whoever means the province says so."""
        best = found[0]
        if best.place.kind not in {"admin1", "admin2"}:
            return best
        name = fold_name(best.place.name)
        towns = (
            c
            for c in found
            if c.place.kind in {"town", "capital"}
            and c.place.country == best.place.country
            and fold_name(c.place.name) == name
            and c.place.population >= _KNOWN_AT_HOME
        )
        return next(towns, best)

    def _is_supported(self, place: GazetteerPlace, mention: PlaceMention, document: DocumentPlaces) -> bool:
        at_home = place.country in document.countries
        located = self._is_located(mention)
        if fold_name(mention.name) in self.words.wary:
            return located and document.countries.get(place.country or "", 0.0) >= _MAIN_COUNTRY
        if place.kind in _WIDELY_KNOWN_KINDS:
            return True
        if place.alternate and not at_home:
            return place.population >= _KNOWN_TO_ALL and located
        known = _KNOWN_TO_ALL if at_home or not document.countries else _KNOWN_ABROAD
        if place.population >= known or place.kind == "capital":
            return True
        return (
            self._is_known_at_home(place, document, located=located)
            if at_home
            else located and self._is_known_here(place, document)
        )

    def _is_known_at_home(self, place: GazetteerPlace, document: DocumentPlaces, *, located: bool) -> bool:
        weight = document.countries.get(place.country or "", 0.0)
        if place.kind == "site" and " " in place.name:
            return True  # a name as long as "Zaporizhzhia nuclear power plant" is nothing else
        return located or place.population >= (_KNOWN_AT_HOME if weight >= _MAIN_COUNTRY else _KNOWN_AROUND)

    def _is_known_here(self, place: GazetteerPlace, document: DocumentPlaces) -> bool:
        """Say whether a town in no country of the document is believed after a word of place."""
        if not document.countries:
            return place.population >= _KNOWN_IN_PLACE
        return place.population >= _KNOWN_AT_HOME and self._is_next_door(place, document)

    def _is_next_door(self, place: GazetteerPlace, document: DocumentPlaces) -> bool:
        """Say whether a town lies beside the one country spoken of, whose soldiers or rebels may act there."""
        main = [iso3 for iso3, weight in document.countries.items() if weight == 1.0]
        return len(main) == 1 and not place.alternate and place.country in self.countries.neighbours(main[0])

    def _is_located(self, mention: PlaceMention) -> bool:
        return mention.preposition in self.words.firm or bool(mention.head_words or mention.modifiers)

    @staticmethod
    def _is_rival(best: PlaceCandidate, rival: PlaceCandidate, document: DocumentPlaces) -> bool:
        if document.countries.get(best.place.country or "", 0) > document.countries.get(rival.place.country or "", 0):
            return False
        if best.place.kind in _WIDELY_KNOWN_KINDS and rival.place.country not in document.countries:
            return False
        if rival.place.population * _NO_RIVAL < best.place.population:
            return False
        return best.score - rival.score < _CLEAR_LEAD

    def _by_sound(
        self, mention: PlaceMention, document: DocumentPlaces, feature: Feature | None
    ) -> GazetteerPlace | None:
        """Try the document's main countries by sound: "Hassakeh" where GeoNames has "Al-Hasakah"."""
        if not mention.name or not self._is_located(mention) or fold_name(mention.name) in self.words.wary:
            return None
        if feature is None and mention.head_words:
            return None  # a part's name is no town's: "Taslih academy"
        for iso3, weight in sorted(document.countries.items(), key=lambda item: (-item[1], item[0])):
            if weight < _MAIN_COUNTRY:
                break
            found = self.gazetteer.places_that_sound_like(mention.name, iso3)
            found = tuple(p for p in found if feature is None or p.kind in feature.kinds)
            if found and (len(found) == 1 or found[0].population >= 2 * max(found[1].population, _UNKNOWN_PEOPLE)):
                return found[0]
        return None

    def _score(self, place: GazetteerPlace, document: DocumentPlaces) -> float:
        score = math.log10(place.population or _UNKNOWN_PEOPLE) + _KIND[place.kind]
        score += _CAPITAL if place.kind == "capital" else 0.0
        score += _ALTERNATE if place.alternate else 0.0
        weight = document.countries.get(place.country or "", 0.0)
        if weight:
            score += _DOCUMENT_COUNTRY * (0.5 + weight / 2)
        elif any(place.country in self.countries.neighbours(iso3) for iso3 in document.countries):
            score += _NEIGHBOUR
        anchors = [anchor for anchor in (document.dateline, document.last, *document.others) if anchor is not None]
        return score + (_NEARBY if any(_is_around(place, anchor) for anchor in anchors) else 0.0)

    def _precision(self, place: GazetteerPlace, mention: PlaceMention, feature: Feature | None) -> int:
        precision = place.precision
        if place.kind in {"country", "admin1", "region"} and self._is_offshore(mention):
            return _WATERS
        if feature is not None:
            precision = max(precision, feature.precision) if place.kind != "country" else precision
        if place.kind in {"town", "capital", "site"} and self._is_moved(mention):
            return max(precision, NEAR)
        if place.kind == "country" and any(word in self.words.compass for word in mention.modifiers):
            return _LANDSCAPE  # "northern Syria" is narrower than the country
        return precision

    def _is_offshore(self, mention: PlaceMention) -> bool:
        """Say whether "off the coast of Somalia" is meant, its waters."""
        words = {*mention.head_words, *mention.modifiers, mention.preposition or ""}
        return not words.isdisjoint(self.words.shores)

    def _is_moved(self, mention: PlaceMention) -> bool:
        words = {word.casefold() for word in (*mention.modifiers, mention.preposition or "")}
        return bool(words & (self.words.near | self.words.directions | self.words.compass | self.words.distances))


def _of_a_kind(found: tuple[PlaceCandidate, ...], feature: Feature) -> tuple[PlaceCandidate, ...]:
    """Keep the kinds that a feature word allows, its first kind before the others within one country."""
    ranked = [
        replace(candidate, score=candidate.score - feature.kinds.index(candidate.place.kind))
        for candidate in found
        if candidate.place.kind in feature.kinds
    ]
    return tuple(sorted(ranked, key=lambda candidate: (-candidate.score, candidate.place.id)))


def _lies_in(place: GazetteerPlace, container: EventPlace) -> bool:
    if container.country is None:  # a sea or a landscape of several countries
        return True
    if place.country != container.country:
        return False
    if container.precision == _COUNTRY:
        return place.kind != "country"
    if container.precision < _PROVINCE and _is_around(place, container, _SUBURB_KM):
        return True  # a suburb may lie in the province around its city's own
    return container.admin1 is None or place.admin1 == container.admin1


def _is_around(place: GazetteerPlace, anchor: EventPlace, kilometres: float = _AROUND_KM) -> bool:
    if place.latitude is None or place.longitude is None or anchor.latitude is None or anchor.longitude is None:
        return False
    if anchor.precision > _PROVINCE:
        return False
    north = (place.latitude - anchor.latitude) * _KM_A_DEGREE
    east = (place.longitude - anchor.longitude) * _KM_A_DEGREE * math.cos(math.radians(anchor.latitude))
    return math.hypot(north, east) <= kilometres


def _as_event_place(place: GazetteerPlace, mention: PlaceMention, precision: int) -> EventPlace:
    return EventPlace(
        name=place.name,
        text=mention.span.text if mention.span else mention.name,
        country=place.country,
        admin1=place.admin1,
        latitude=place.latitude,
        longitude=place.longitude,
        geonameid=place.geonameid,
        precision=precision,
        span=mention.span,
    )
