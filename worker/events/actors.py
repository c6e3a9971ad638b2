"""Who is meant: groups, organisations, states and their arms, office-holders, and plain parties such as "gunmen".

Names are knowledge about the world (``data/*.toml``); role nouns, titles and modifiers are words of a language
(``packs/<language>/roles.toml``). States and their arms get canonical names: Government, Military, Police, Judiciary
and Legislature of a country; groups their full usual name. Sectors are PLOVER's; an international party has no country,
and its sector is IGO, UNO, EUR, NGO, IMG or MNC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from worker.events.countries import PACKS, Countries, CountryMatch
from worker.events.known_parties import ActorMatch, KnownParties, Leader
from worker.events.names import POSSESSIVE, fold
from worker.events.roles import Role, RoleWords, combined

__all__ = ["ActorBook", "ActorMatch"]

_MOST_MODIFIERS = 4  # "Syrian Arab army special forces" has four words after the country
_STOPS = frozenset(".")
_LONGEST_PARTICLE = 3  # bin, ibn, van, von, de, del
_LONGEST_ABBREVIATION = 5  # Gen, Capt, Cmdr
_SHORTEST_NOUN = 2  # letters; below that a word is a preposition
_LONGEST_NAME = 5  # words of a person's name after a title; "Mohammed bin Salman Al Saud" has five


@dataclass(frozen=True, slots=True)
class _Noun:
    """A role noun with what stood before it."""

    role: Role
    end: int  # token after it
    former: bool  # "former", "ousted" stood before


class ActorBook:
    """Every party the coder knows by name or role, read once and never changed."""

    def __init__(self, known: KnownParties, words: RoleWords, countries: Countries) -> None:
        self.known = known
        self.words = words
        self.countries = countries
        # Which ways to try depends on the first word alone, and most words begin no party at all.
        self._ways: dict[str, tuple[_Way, ...]] = {}
        for way, openers in (
            (_Matcher.named, known.names.openers()),
            (_Matcher.country, countries.openers()),
            (_Matcher.leader, known.leaders.openers()),
            (_Matcher.people_with_role, words.peoples.openers()),
            (_Matcher.role, {*words.roles.openers(), *words.modifiers.openers()}),
            (_Matcher.named_with_role, known.names.openers()),
        ):
            for part in openers:
                self._ways[part] = (*self._ways.get(part, ()), way)

    @classmethod
    def load(cls, pack: Path = PACKS / "en", countries: Countries | None = None) -> ActorBook:
        """Read the named parties, the leaders and a pack's role nouns.

        Args:
            pack: the language's folder.
            countries: the table of countries; read for the pack's language when not given.

        Returns:
            The book.

        Raises:
            PackError: a file cannot be read, or an entry in it is not valid.
        """
        return cls(KnownParties.load(pack=pack), RoleWords.load(pack), countries or Countries.load(pack.name))

    def longest(self, tokens: Sequence[str], start: int, on: date | None = None) -> ActorMatch | None:
        """Find the longest party that begins at a token.

        Args:
            tokens: the tokens of a sentence.
            start: index of the first token, after any determiner.
            on: the day the text was published; decides whether a leader was in office. None: takes them as in office.

        Returns:
            The party, or None.
        """
        parts = fold(tokens[start]) if start < len(tokens) else ()
        ways = self._ways.get(parts[0]) if parts else None
        return _Matcher(self, tokens, start, on).longest(ways) if ways else None

    def at_home(self, match: ActorMatch, iso3: str) -> ActorMatch:
        """Give a plain party the document's country: "the army" becomes "Military of Syria".

        Args:
            match: a match whose country is not known.
            iso3: the country, alpha-3.

        Returns:
            The match with the country, canonically named if it is an arm of the state.
        """
        if match.country is not None or "international" in match.classes:
            return match
        name = self.countries.institution_name(match.institution, iso3) if match.institution else match.name
        return replace(match, country=iso3, name=name)


class _Matcher:
    """The ways in which a party can begin at one token; the longest wins, a bare proper name at equal length."""

    def __init__(self, book: ActorBook, tokens: Sequence[str], start: int, on: date | None) -> None:
        self.book = book
        self.words = book.words
        self.countries = book.countries
        self.tokens = tokens
        self.start = start
        self.on = on

    def longest(self, ways: tuple[_Way, ...]) -> ActorMatch | None:
        found = [match for way in ways if (match := way(self)) is not None]
        return max(found, key=lambda match: match.length, default=None)

    # --- the ways -------------------------------------------------------------------------------------------------

    def named(self) -> ActorMatch | None:
        """Read "Hamas"."""
        found = self.book.known.names.longest(self.tokens, self.start)
        return replace(found[0], length=found[1]) if found is not None else None

    def named_with_role(self) -> ActorMatch | None:
        """Read "Hamas fighters", "UN peacekeepers", "Hezbollah's leader"."""
        named = self.named()
        if named is None:
            return None
        noun = self._noun_after(self._after_possessive(self.start + named.length))
        if noun is None:
            return None
        end = self._end_of_person(noun.end) if noun.role.before_names else noun.end
        classes = named.classes | (noun.role.classes & {"armed", "person"})
        serves = "international" in named.classes and noun.role.sector == "MIL"
        sector = "MIL" if serves else named.sector
        armed = "armed" in classes
        return replace(named, length=end - self.start, sector=sector, classes=classes, armed=armed)

    def leader(self) -> ActorMatch | None:
        """Read "Netanyahu", "Assad's army", "the Assad regime"."""
        found = self.book.known.leaders.longest(self.tokens, self.start)
        if found is None or (found[1] == 1 and self._is_inside_a_name()):
            return None
        leader = self._in_office(found[0])
        end = self.start + found[1]
        noun = self._noun_after(self._after_possessive(end))
        if noun is not None and noun.role.institution and self.countries.get(leader.of):
            return self._of_country(noun.role, leader.of, noun.end)
        return self._office_holder(leader, end)

    def country(self) -> ActorMatch | None:
        """Read "Russia", "Russian warplanes", "Syria's army", "Moscow", "Israeli and Palestinian officials"."""
        country = self.countries.match(self.tokens, self.start)
        if country is None:
            return None
        end = self.start + country.length
        if self._lower(self.start - 1) in self.words.ethnic:  # "ethnic Albanians" are no Albania's
            return replace(self._state(country, end), country=None) if country.form == "people" else None
        adjective = " ".join(self.tokens[self.start : end])
        noun = self._noun_after(self._after_possessive(end))
        if noun is None and country.form == "adjective":
            noun = self._noun_after_one_more_word(end)
        if noun is not None:
            return self._of_country_or_person(noun, country.iso3, adjective)
        if country.form != "adjective":
            return self._state(country, end)
        people = self.countries.match(self.tokens, end)
        if people is not None and people.form == "people":  # "Bosnian Serbs"
            return self._state(replace(people, iso3=country.iso3), end + people.length)
        shared = self._role_shared_with_next(end)
        return self._of_country(shared, country.iso3, end) if shared is not None else None

    def people_with_role(self) -> ActorMatch | None:
        """Read "Kurdish militias", "Sunni tribesmen"."""
        found = self.words.peoples.longest(self.tokens, self.start)
        noun = self._noun_after(self.start + found[1]) if found is not None else None
        if found is None or noun is None:
            return None
        match = self._plain(noun.role, noun.end, name=f"{found[0]} {noun.role.name}")
        if not match.state:
            return match
        # "Kurdish forces": a people has no army of its own, whatever the noun says.
        sector = "UAF" if match.armed else match.sector
        return replace(match, sector=sector, state=False, institution=None, classes=match.classes - {"state"})

    def role(self) -> ActorMatch | None:
        """Read "gunmen", "government of Kenya", "regime of Bashar al-Assad", "Prime Minister Netanyahu"."""
        noun = self._noun_after(self.start)
        if noun is None:
            return None
        if (owner := self._owner_after(noun.end)) is not None:
            return self._of_country(noun.role, owner[0], owner[1])
        if (country := self._country_after(noun.end)) is not None:
            end = noun.end + country[1]
            adjective = self.tokens[end - 1]
            return self._of_country_or_person(replace(noun, end=end), country[0], adjective)
        if not noun.role.title and self._is_inside_a_name():
            return None
        named = self._person_after(noun) if noun.role.before_names else None
        return named or self._plain(noun.role, noun.end)

    # --- their parts ----------------------------------------------------------------------------------------------

    def _lower(self, at: int) -> str:
        return self.tokens[at].casefold() if 0 <= at < len(self.tokens) else ""

    def _is_inside_a_name(self) -> bool:
        """Say whether capitals right before make the word part of somebody's or something's name ("West Bank")."""
        at = self.start
        if at == 0 or not self.tokens[at][0].isupper():
            return False
        before = self.tokens[at - 1]
        if self._lower(at - 1) in self.words.determiners:
            return False  # "The Ministry said"
        if not (before[0].isupper() and before.isalpha()) or before in self.words.openers:
            return False
        known = (self.words.roles, self.words.modifiers, self.words.peoples)
        return self.countries.match(self.tokens, at - 1) is None and not any(i.longest([before], 0) for i in known)

    def _after_possessive(self, at: int) -> int:
        return at + 1 if at < len(self.tokens) and fold(self.tokens[at]) == (POSSESSIVE,) else at

    def _noun_after(self, at: int) -> _Noun | None:
        """Read modifiers and role nouns: "former army soldiers", "police chief", "rebel leaders"."""
        role: Role | None = None
        end = at
        former = False
        for _ in range(_MOST_MODIFIERS):
            former = former or (role is None and self._lower(at) in self.words.former)
            found = self.words.roles.longest(self.tokens, at)
            if found is not None:
                role = combined(role, found[0])
                at = end = self._after_abbreviation(found[0], at + found[1])
                continue
            modifier = self.words.modifiers.longest(self.tokens, at)
            if modifier is None and role is not None and at < self._after_possessive(at):
                at += 1  # "the miners' leader", "the army's spokesman"
                continue
            if modifier is None:
                break
            at += modifier[1]
        return _Noun(role, end, former) if role is not None else None

    def _after_abbreviation(self, role: Role, at: int) -> int:
        """Step over the stop of "Gen."."""
        is_short = role.title and at > 0 and len(self.tokens[at - 1]) <= _LONGEST_ABBREVIATION
        return at + 1 if is_short and self._lower(at) == "." else at

    def _noun_after_one_more_word(self, at: int) -> _Noun | None:
        """Read past one word that is neither: "Russian oil workers"."""
        word = self.tokens[at] if at < len(self.tokens) else ""
        if not (word.islower() and word.isalpha() and len(word) > _SHORTEST_NOUN) or word in self.words.never_between:
            return None
        found = self.words.roles.longest(self.tokens, at + 1)
        return _Noun(found[0], at + 1 + found[1], former=False) if found is not None else None

    def _role_shared_with_next(self, at: int) -> Role | None:
        """Find the noun that countries share: "Hungarian and Romanian ministers"."""
        for _ in range(_MOST_MODIFIERS):
            if self._lower(at) not in self.words.joining:
                return None
            country = self.countries.match(self.tokens, at + 1)
            if country is None or country.form != "adjective":
                return None
            at += 1 + country.length
            noun = self._noun_after(at)
            if noun is not None:
                return noun.role
        return None

    def _owner_after(self, at: int) -> tuple[str, int] | None:
        """Read "of Kenya", "of Bashar al-Assad"."""
        if self._lower(at) not in self.words.of:
            return None
        at += 1
        if self._lower(at) in self.words.determiners:
            at += 1
        country = self.countries.match(self.tokens, at)
        if country is not None and country.form == "name":
            return country.iso3, at + country.length
        found = self.book.known.leaders.longest(self.tokens, at)
        leader = self._in_office(found[0]) if found is not None else None
        if found is None or leader is None or self.countries.get(leader.of) is None:
            return None
        return leader.of, at + found[1]

    def _country_after(self, at: int) -> tuple[str, int] | None:
        """Read "sirio", "militar birmano" after a noun in a language whose adjectives follow."""
        if not self.words.adjectives_follow:
            return None
        end = at
        for _ in range(_MOST_MODIFIERS):
            country = self.countries.match(self.tokens, end)
            if country is not None and country.form == "adjective":
                return country.iso3, end + country.length - at
            modifier = self.words.modifiers.longest(self.tokens, end)
            if modifier is None:
                return None
            end += modifier[1]
        return None

    def _person_after(self, noun: _Noun) -> ActorMatch | None:
        """Read the name after a title: "President Zelensky", "General Dostum", "King Hassan of Morocco"."""
        found = self.book.known.leaders.longest(self.tokens, noun.end)
        end = noun.end + found[1] if found is not None else self._end_of_person(noun.end)
        if end == noun.end:
            return None
        if found is None and end == noun.end + 1:
            found = self.book.known.surnames.longest(self.tokens, noun.end)
        if found is not None and (leader := self._meant(found[0])) is not None:
            return self._office_holder(leader, end, held=not noun.former)
        if (owner := self._owner_after(end)) is not None:
            return self._of_country(noun.role, owner[0], owner[1])
        name = " ".join(self.tokens[self.start : end])
        return (
            self._retired(noun, end, name) if noun.former else replace(self._plain(noun.role, end, name), kind="title")
        )

    def _end_of_person(self, at: int) -> int:
        """Take the capitalised words of a name after a title, "al-", "bin" and "van" inside it."""
        end = at
        for place in range(at, min(at + _LONGEST_NAME, len(self.tokens))):
            token = self.tokens[place]
            if token[0].isupper():
                if place == at and (token in self.words.no_names or self.countries.match(self.tokens, place)):
                    break
                end = place + 1
            elif end > at and "-" in token and _joins_names(token):
                end = place + 1  # "Faleh al-Rubaie"
            elif token in _STOPS and end == place and len(self.tokens[place - 1]) == 1:
                continue  # "Corazon T. Belmonte"
            elif end == at or not _joins_names(token) or token in self.words.never_between:
                break
        return end

    def _in_office(self, leaders: tuple[Leader, ...]) -> Leader:
        """Choose the term that holds on the day, else the last."""
        if self.on is None:
            return leaders[-1]
        return next((leader for leader in leaders if leader.holds(self.on)), leaders[-1])

    def _meant(self, leaders: tuple[Leader, ...]) -> Leader | None:
        """Choose whom a surname after a title means: the one in office, or the only one of that name."""
        holding = [leader for leader in leaders if self.on is None or leader.holds(self.on)] or list(leaders)
        return holding[-1] if len({leader.of for leader in holding}) == 1 else None

    # --- what comes out -------------------------------------------------------------------------------------------

    def _state(self, country: CountryMatch, end: int) -> ActorMatch:
        length = end - self.start
        if country.form == "people":
            name = " ".join(self.tokens[self.start : end])
            return ActorMatch(name, length, country.iso3, "CVL", "people", classes=frozenset({"civil"}))
        kind = "seat" if country.form == "seat" else "country"
        return ActorMatch(
            self.countries.government_name(country.iso3), length, country.iso3, "GOV", kind,
            state=True, classes=frozenset({"state", "political"}), institution="Government",
        )  # fmt: skip

    def _office_holder(self, leader: Leader, end: int, *, held: bool = True) -> ActorMatch:
        """Make a leader stand for what is led, while in office; a former one is only a person."""
        length = end - self.start
        country = self.countries.get(leader.of)
        if not held or (self.on is not None and not leader.holds(self.on)):
            iso3 = country.iso3 if country is not None else None
            return ActorMatch(leader.name, length, iso3, "ELI", "leader", classes=frozenset({"person", "political"}))
        if country is None:
            led = self.book.known.names.get(leader.of)
            party = led or ActorMatch(leader.of, length, None, None, "leader")
            return replace(party, length=length, kind="leader", classes=party.classes | {"person"})
        return ActorMatch(
            self.countries.government_name(leader.of), length, leader.of, "GOV", "leader",
            state=True, classes=frozenset({"person", "political", "state"}), institution="Government",
        )  # fmt: skip

    def _of_country_or_person(self, noun: _Noun, iso3: str, adjective: str) -> ActorMatch:
        end = self._end_of_person(noun.end) if noun.role.before_names else noun.end
        if noun.former and noun.role.title:
            person = " ".join(self.tokens[noun.end : end]) or f"former {noun.role.name}"
            return replace(self._retired(noun, end, person), country=iso3)
        return self._of_country(noun.role, iso3, end, adjective)

    def _of_country(self, role: Role, iso3: str, end: int, adjective: str | None = None) -> ActorMatch:
        if role.institution:
            name = self.countries.institution_name(role.institution, iso3)
        elif role.naming == "phrase":
            country = self.countries.get(iso3)
            name = f"{adjective or (country.adjectives[0] if country and country.adjectives else iso3)} {role.name}"
        else:
            name = role.name
        kind = "institution" if role.institution else "role"
        return replace(self._plain(role, end, name=name), country=iso3, kind=kind)

    def _retired(self, noun: _Noun, end: int, name: str) -> ActorMatch:
        classes = (noun.role.classes - {"state", "armed"}) | {"person"}
        return ActorMatch(name, end - self.start, None, "ELI", "title", classes=classes)

    def _plain(self, role: Role, end: int, name: str | None = None) -> ActorMatch:
        return ActorMatch(
            name=name or role.name,
            length=end - self.start,
            country=None,
            sector=role.sector,
            kind="role",
            armed="armed" in role.classes,
            state="state" in role.classes,
            classes=role.classes,
            institution=role.institution,
        )


def _joins_names(token: str) -> bool:
    """Say whether a word in small letters may stand inside a name: bin, van, de, al-Assad."""
    return (token.isalpha() and len(token) <= _LONGEST_PARTICLE) or token[token.find("-") + 1 :][:1].isupper()


_Way = Callable[[_Matcher], ActorMatch | None]
