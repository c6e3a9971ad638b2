"""Where does a place phrase begin and end, and which of its words are the name, the generic nouns and the directions?

"northern Aleppo province", "city of Homs", "outskirts of Damascus", "Damascus suburb of Douma", "Paris, Texas", "Sheikh
Najjar industrial area northeast of the city". Which place is meant is decided in :mod:`worker.events.places`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from worker.events.countries import Countries
from worker.events.names import NameIndex
from worker.events.place_words import PlaceWords
from worker.records import Span

_INSERTED_WORDS = 8  # ", just beyond the north-eastern edge of the city,"


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place phrase as the text has it."""

    name: str  # the proper name alone: "Sheikh Najjar", "Idlib"
    span: Span | None = None  # the whole phrase
    preposition: str | None = None  # the word before it: "in", "near"
    head_words: tuple[str, ...] = ()  # generic nouns that belong to the name: "industrial area", "province"
    modifiers: tuple[str, ...] = ()  # "near", "outskirts", "northern", "northeast"
    container: str | None = None  # the name that the phrase lies in or by: "Texas" in "Paris, Texas"
    wide: bool = False  # what something else lies in: of a town and a province of one name the province
    by_reference: bool = False  # "northeast of the city": lies by whatever city the text spoke of last


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """A place phrase found among tokens; the caller adds the span."""

    mention: PlaceMention
    length: int  # tokens, from the start that was asked for


class KnownNames(Protocol):
    """What a reader asks about names."""

    def find_place_names(self, tokens: Sequence[str], start: int) -> int:
        """Measure the longest known name at a token, in tokens."""

    def people_of(self, name: str) -> int:
        """Give the population of the largest place of a name, 0 when none is known."""


class PhraseReader:
    """One attempt to read a place phrase at one token."""

    def __init__(
        self, names: KnownNames, words: PlaceWords, countries: Countries, tokens: Sequence[str], start: int
    ) -> None:
        self.names = names
        self.words = words
        self.countries = countries
        self.tokens = tokens
        self.start = start
        self.at = start
        self.modifiers: list[str] = []
        self.head_words: list[str] = []
        self.country: str | None = None  # "the Syrian city of ..."
        self.lengths: dict[int, int] = {}

    def read(self) -> PlaceReading | None:
        """Read the phrase.

        Returns:
            The mention and its length, or None when no place phrase begins at the token.
        """
        self._skip_determiner()
        if self.at >= len(self.tokens) or self._is_common(self.tokens[self.at]):
            return None
        road = self._road()
        if road is not None:
            return road
        self._read_what_stands_before()
        begin = self.at
        if self._belongs_to_a_person(begin):
            return None
        end = self._end_of_name(begin)
        if end == begin:
            return None
        self.at = end
        self._read_head_words()
        is_known = self._known(begin) == end - begin
        if not self._may_be_a_place(begin, end, is_known=is_known):
            return None
        name, container, by_reference = self._read_container(self._text(begin, end), is_known=is_known)
        if container is None and (country := self.countries.get(self.country)) is not None and not self._is_hosted():
            container = country.name
        mention = PlaceMention(
            name=name,
            preposition=self._preposition() or None,
            head_words=tuple(self.head_words),
            modifiers=(*self.modifiers, *self._distance()),
            container=container,
            by_reference=by_reference,
        )
        return PlaceReading(mention, self.at - self.start)

    def _preposition(self) -> str:
        """The word before the phrase and its determiner: "at" of "at the Bagram air base"."""
        before = self._lower(self.start - 1)
        return self._lower(self.start - 2) if before in self.words.determiners else before

    def _road(self) -> PlaceReading | None:
        """Read "the Kaduna-Abuja highway": what happens on a road is placed by the first town that names it."""
        token = self.tokens[self.at]
        if "-" not in token or not token[0].isupper() or self._lower(self.at + 1) not in self.words.roads:
            return None
        if self._known(self.at):
            return None
        first = token.split("-", 1)[0]
        if not first or not self.names.find_place_names((first,), 0):
            return None
        noun = self._lower(self.at + 1)
        mention = PlaceMention(first, preposition=self._lower(self.start - 1) or None, modifiers=("near", noun))
        return PlaceReading(mention, self.at + 2 - self.start)

    def _distance(self) -> tuple[str, ...]:
        """Of "20 miles from Marib", "12 km from the town" that it is not the town itself."""
        before = self.start - 1
        away = before > 0 and any(self._lower(at) in self.words.distances for at in (before - 1, before - 2) if at >= 0)
        return (self._lower(before - 1),) if away and self._lower(before) in self.words.locative else ()

    def _is_hosted(self) -> bool:
        """Say whether the phrase is of a house abroad: "the Swedish embassy in Baghdad"."""
        return any(noun in self.words.hosted for noun in self.head_words)

    # --- looking at tokens ----------------------------------------------------------------------------------------

    def _known(self, at: int) -> int:
        """Measure the gazetteer's longest name here; asked several times a token, so kept."""
        length = self.lengths.get(at)
        if length is None:
            length = self.lengths[at] = self.names.find_place_names(self.tokens, at)
        return length

    def _lower(self, at: int) -> str:
        return self.tokens[at].casefold() if 0 <= at < len(self.tokens) else ""

    def _text(self, begin: int, end: int) -> str:
        return " ".join(self.tokens[begin:end])

    def _is_common(self, token: str) -> bool:
        return token.islower() and token not in self.words.openers

    def _noun_at(self, at: int) -> int:
        """Measure the generic noun at a token, 0 when there is none."""
        word = self._lower(at)
        if word not in self.words.nouns and word.isascii() and word.isalpha():
            return 0
        indices: tuple[NameIndex[object], ...] = (self.words.features, self.words.parts)  # type: ignore[assignment]
        return max(found[1] if (found := index.longest(self.tokens, at)) else 0 for index in indices)

    # --- before the name ------------------------------------------------------------------------------------------

    def _skip_determiner(self) -> None:
        if self._lower(self.at) in self.words.determiners and self.tokens[self.at].islower():
            self.at += 1

    def _skip_linking(self) -> None:
        """Pass "of", "in", "near"; of "a checkpoint near Mukalla" the last moves the place."""
        if self._lower(self.at) in self.words.linking:
            if self._lower(self.at) in self.words.near:
                self.modifiers.append(self._lower(self.at))
            self.at += 1
            self._skip_determiner()

    def _read_what_stands_before(self) -> None:
        """Read "northern", "outskirts of", "Syrian city of", "north of" before the name."""
        while self.at < len(self.tokens) and not self._known(self.at):
            word = self._lower(self.at)
            if word in self.words.compass or word in self.words.near:
                self.modifiers.append(word)
                self.at += 1
                self._skip_linking()
            elif (length := self._demonym()) > 0:
                self.at += length
            elif (length := self._noun_at(self.at)) and self._lower(self.at + length) in self.words.linking:
                self.head_words.append(self._text(self.at, self.at + length).casefold())
                self.at += length
                self._skip_linking()
            else:
                return

    def _demonym(self) -> int:
        if self.country is not None:
            return 0
        match = self.countries.match(self.tokens, self.at)
        if match is None or match.form != "adjective":
            return 0
        self.country = match.iso3
        return match.length

    def _belongs_to_a_person(self, at: int) -> bool:
        """Say whether a title or a given name stands before: "President Washington", "Paris Jackson"."""
        before = self.tokens[at - 1] if at > 0 else ""
        if before.casefold().rstrip(".") in self.words.person_titles:
            return True
        if at <= 1 or not (before.isalpha() and before[0].isupper()):
            return False  # the first word of a sentence has its capital anyway
        if self._lower(at - 2) in self.words.person_titles:
            return True  # "the activist Jordan Lagos"
        return before.casefold() not in self.words.compass and self.countries.match(self.tokens, at - 1) is None

    def _may_be_a_place(self, begin: int, end: int, *, is_known: bool) -> bool:
        """Say whether what stands around a name leaves it a place."""
        if self._lower(end) in self.words.named_after:
            return False  # "the Algiers accord"
        if not self.head_words:
            # A name without a noun that says "place" is known, and neither "Syrian Kurds" nor "a Hercules".
            return is_known and self.country is None and self._lower(begin - 1) not in self.words.indefinite
        capital = end < len(self.tokens) and self.tokens[end][0].isupper()
        return is_known or not capital or self._lower(end) not in self.words.organisations  # "Nusra Front"

    # --- the name and after ---------------------------------------------------------------------------------------

    def _end_of_name(self, begin: int) -> int:
        known = self._known(begin)
        end = begin + known
        while end < len(self.tokens) and self.tokens[end][0].isupper() and not self._noun_at(end):
            end += 1
        if known and end > begin + known and not self._noun_at(end):
            return begin  # a longer name that the gazetteer does not have: a person, a firm, a club
        return end

    def _read_head_words(self) -> None:
        while self.at < len(self.tokens):
            length = self._noun_at(self.at)
            is_wide = self._lower(self.at) in self.words.wide
            if not length and not is_wide:
                return
            length = max(length, 1)
            word = self._text(self.at, self.at + length).casefold()
            (self.modifiers if is_wide else self.head_words).append(word)
            self.at += length

    def _read_container(self, name: str, *, is_known: bool) -> tuple[str, str | None, bool]:
        """Read ", Texas", "in Aleppo province", "suburb of Douma", "northeast of the city" after the name.

        Returns:
            The name (the second one in "Damascus suburb of Douma"), what it lies in or by, and whether that is only
            spoken of ("the city").
        """
        if self._lower(self.at) == "," and (length := self._known(self.at + 1)):
            begin = self.at + 1
            self.at = begin + length
            return name, self._text(begin, self.at), False
        if self._lower(self.at) == "," and self.head_words and not is_known and (inserted := self._inserted()):
            self.modifiers.append(inserted)
            return name, None, True
        direction = self._lower(self.at)
        moved = direction in self.words.directions
        link = self.at + 1 if moved else self.at
        if self._lower(link) not in self.words.linking or not (moved or self.head_words):
            return name, None, False
        begin = link + 1
        if self._lower(begin) in self.words.determiners:
            begin += 1
        length = self._known(begin)
        spoken_of = self._noun_at(begin) if moved and not length else 0
        if not length and not spoken_of:
            return name, None, False
        self.at = begin + max(length, spoken_of)
        if self._lower(link) in self.words.near:
            self.modifiers.append(self._lower(link))
        if moved:
            self.modifiers.append(direction)
            return name, self._text(begin, self.at) if length else None, not length
        return self._smaller_first(name, self._text(begin, self.at), is_known=is_known)

    def _inserted(self) -> str | None:
        """The direction in ", beyond the north-eastern edge of the city," or ", just south of the town,"; else None."""
        moved: str | None = None
        for at in range(self.at + 1, min(len(self.tokens), self.at + 2 + _INSERTED_WORDS)):
            word = self._lower(at)
            if word in self.words.compass or word in self.words.directions or word in self.words.near:
                moved = word
            elif moved and self._noun_at(at) and self._lower(at - 1) in self.words.determiners:
                return moved
            elif word == "," or word[:1].isdigit():
                return None
        return None

    def _smaller_first(self, first: str, second: str, *, is_known: bool) -> tuple[str, str, bool]:
        """Say which of two names lies in the other: the smaller one, as far as both are known."""
        if is_known and 0 < self.names.people_of(second) < self.names.people_of(first):
            self.head_words.clear()  # "suburb" was said of the second
            return second, first, False
        return first, second, False
