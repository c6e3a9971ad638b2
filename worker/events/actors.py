"""Who is meant: groups, organisations, states and their arms, office-holders, and plain parties such as "gunmen".

Names are knowledge about the world (``data/*.toml``); role nouns, titles and modifiers are words of a language
(``packs/<language>/roles.toml``). States and their arms get canonical names: Government, Military, Police, Judiciary and
Legislature of a country; groups their full usual name. Sectors are PLOVER's; an international party has no country, and its
sector is IGO, UNO, EUR, NGO, IMG or MNC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from worker.errors import PackError
from worker.events.countries import DATA, PACKS, Countries, CountryMatch, read_toml
from worker.events.names import POSSESSIVE, NameIndex, fold

CLASSES = frozenset(
    {
        "armed", "state", "civil", "political", "international", "person", "media", "sport", "company", "weapon-platform",
        "crime", "justice", "victim",
    }
)  # fmt: skip
"""What the gates may ask of a party."""

_MOST_MODIFIERS = (
    4  # "Syrian Arab army special forces": more than four words between country and noun is another phrase
)
_LONGEST_NAME = 5  # words of a person's name after a title; "Mohammed bin Salman Al Saud" has five


@dataclass(frozen=True, slots=True)
class ActorMatch:
    """A party found among tokens."""

    name: str  # canonical; for a plain party its noun in lower case
    length: int  # tokens
    country: str | None  # ISO 3166-1 alpha-3; None: international or not said
    sector: str | None  # PLOVER
    kind: str  # group, organisation, party, company, country, seat, people, institution, leader, title, role
    armed: bool = False
    state: bool = False
    classes: frozenset[str] = frozenset()
    institution: str | None = None  # Government, Military ...: what a plain state role becomes with a country


@dataclass(frozen=True, slots=True)
class Role:
    """What a role noun says of its party."""

    name: str  # the noun as a party is named by it, plural
    sector: str
    classes: frozenset[str]
    institution: str | None  # "Military": with a country the party is "Military of X"
    naming: str  # with a country and no institution: "noun" keeps the noun, "phrase" puts the adjective before it
    title: bool  # may stand before a person's name


@dataclass(frozen=True, slots=True)
class _Leader:
    country: str
    name: str
    since: date
    until: date


@dataclass(frozen=True)
class RoleWords:
    """The role nouns of a language and the words that may stand around them."""

    roles: NameIndex[Role]
    modifiers: NameIndex[str]
    peoples: NameIndex[str]
    joining: frozenset[str]
    of: frozenset[str]
    determiners: frozenset[str]

    @classmethod
    def load(cls, pack: Path) -> RoleWords:
        """Read ``roles.toml`` of a pack.

        Args:
            pack: the language's folder.

        Returns:
            The words.

        Raises:
            PackError: the file is missing, or a table, sector or class in it is not known.
        """
        path = pack / "roles.toml"
        table = read_toml(path)
        roles: NameIndex[Role] = NameIndex()
        try:
            for entry in table["role"]:
                for words, role in _roles(path, entry):
                    roles.add_all(words, role, common=True)
            return cls(
                roles=roles,
                modifiers=_words(table["modifiers"], common=True),
                peoples=_words(table["peoples"], common=False),
                joining=frozenset(table["joining"]),
                of=frozenset(table["of"]),
                determiners=frozenset(table["determiners"]),
            )
        except KeyError as error:
            raise PackError(f"{path} lacks {error}; its head explains every table.") from error


def _words(words: Sequence[str], *, common: bool) -> NameIndex[str]:
    index: NameIndex[str] = NameIndex()
    for word in words:
        index.add(word, word, common=common)
    return index


_ROLE_KEYS = frozenset({"name", "sector", "classes", "institution", "naming", "title", "words"})


def _roles(path: Path, entry: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Role]]:
    """Read one entry; each word is "singular/plural" or stands for itself."""
    classes = frozenset(entry.get("classes", ()))
    unknown = (entry.keys() - _ROLE_KEYS) | (classes - CLASSES)
    if unknown:
        raise PackError(f"{path}: {entry['words'][:1]} has {sorted(unknown)}, which is no key or class of a role.")
    for words in entry["words"]:
        forms = tuple(words.split("/"))
        role = Role(
            name=entry.get("name", forms[-1]),
            sector=entry["sector"],
            classes=classes,
            institution=entry.get("institution"),
            naming=entry.get("naming", "noun"),
            title=entry.get("title", False),
        )
        yield forms, role


class ActorBook:
    """Every party the coder knows by name or role, read once and never changed."""

    def __init__(
        self,
        names: NameIndex[ActorMatch],
        leaders: NameIndex[tuple[_Leader, ...]],
        words: RoleWords,
        countries: Countries,
    ) -> None:
        self._names = names
        self._leaders = leaders
        self._words = words
        self._countries = countries
        openings = (names, leaders, words.roles, words.modifiers, words.peoples)
        self._openers = frozenset(part for index in openings for part in index.openers()) | countries.openers()

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
        names: NameIndex[ActorMatch] = NameIndex()
        for file in ("armed_groups", "organisations", "parties"):
            _read_named(DATA / f"{file}.toml", names)
        return cls(
            names, _read_leaders(DATA / "leaders.toml"), RoleWords.load(pack), countries or Countries.load(pack.name)
        )

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
        return _Matcher(self, tokens, start, on).longest() if parts and parts[0] in self._openers else None

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
        name = self._countries.institution_name(match.institution, iso3) if match.institution else match.name
        return replace(match, country=iso3, name=name)


class _Matcher:
    """The ways in which a party can begin at one token; the longest wins, a proper name at equal length."""

    def __init__(self, book: ActorBook, tokens: Sequence[str], start: int, on: date | None) -> None:
        self.names = book._names  # noqa: SLF001 - the book's own inner class in all but place
        self.leaders = book._leaders  # noqa: SLF001
        self.words = book._words  # noqa: SLF001
        self.countries = book._countries  # noqa: SLF001
        self.tokens = tokens
        self.start = start
        self.on = on

    def longest(self) -> ActorMatch | None:
        ways = (self._named, self._leader, self._country, self._people_with_role, self._role)
        found = [match for way in ways if (match := way()) is not None]
        return max(found, key=lambda match: match.length, default=None)

    # --- the ways -------------------------------------------------------------------------------------------------

    def _named(self) -> ActorMatch | None:
        """ "Hamas", "Hamas fighters", "UN peacekeepers", "Hezbollah's leader"."""
        found = self.names.longest(self.tokens, self.start)
        if found is None:
            return None
        match, length = found
        role, end = self._role_after(self._after_possessive(self.start + length))
        if role is None:
            return replace(match, length=length)
        classes = match.classes | (role.classes & {"armed", "person"})
        end = self._end_of_person(end) if role.title else end
        return replace(match, length=end - self.start, classes=classes, armed="armed" in classes)

    def _leader(self) -> ActorMatch | None:
        """ "Netanyahu", "Assad's army", "the Assad regime"."""
        found = self.leaders.longest(self.tokens, self.start)
        if found is None:
            return None
        leader = self._in_office(found[0])
        end = self.start + found[1]
        role, after = self._role_after(self._after_possessive(end))
        if role is not None and role.institution:
            return self._of_country(role, leader.country, after)
        return self._office_holder(leader, end)

    def _country(self) -> ActorMatch | None:
        """ "Russia", "Russian warplanes", "Syria's army", "Moscow", "Syrians", "Israeli and Palestinian officials"."""
        country = self.countries.match(self.tokens, self.start)
        if country is None:
            return None
        end = self.start + country.length
        role, after = self._role_after(self._after_possessive(end))
        if role is not None:
            after = self._end_of_person(after) if role.title else after
            return self._of_country(role, country.iso3, after, adjective=" ".join(self.tokens[self.start : end]))
        if country.form == "adjective":
            shared = self._role_shared_with_next(end)
            return self._of_country(shared, country.iso3, end) if shared is not None else None
        return self._state(country, end)

    def _people_with_role(self) -> ActorMatch | None:
        """ "Kurdish militias", "Sunni tribesmen"."""
        found = self.words.peoples.longest(self.tokens, self.start)
        if found is None:
            return None
        role, after = self._role_after(self.start + found[1])
        if role is None:
            return None
        return self._plain(role, after, name=f"{found[0]} {role.name}")

    def _role(self) -> ActorMatch | None:
        """ "gunmen", "government of Kenya", "regime of Bashar al-Assad", "Prime Minister Netanyahu"."""
        role, end = self._role_after(self.start)
        if role is None:
            return None
        if (owner := self._owner_after(end)) is not None:
            iso3, after = owner
            return self._of_country(role, iso3, after)
        if role.title and (person := self._person_after(role, end)) is not None:
            return person
        return self._plain(role, end)

    # --- their parts ----------------------------------------------------------------------------------------------

    def _after_possessive(self, at: int) -> int:
        return at + 1 if at < len(self.tokens) and fold(self.tokens[at]) == (POSSESSIVE,) else at

    def _role_after(self, at: int) -> tuple[Role | None, int]:
        """Read modifiers and a role noun; a noun may itself modify a further one ("army soldiers", "police chief")."""
        role: Role | None = None
        end = at
        for _ in range(_MOST_MODIFIERS):
            found = self.words.roles.longest(self.tokens, at)
            if found is not None:
                role = found[0] if role is None or found[0].institution or not role.institution else role
                at = end = at + found[1]
                continue
            modifier = self.words.modifiers.longest(self.tokens, at)
            if modifier is None:
                break
            at += modifier[1]
        return role, end

    def _role_shared_with_next(self, at: int) -> Role | None:
        """The noun that two countries share: "Hungarian and Romanian ministers"."""
        for _ in range(_MOST_MODIFIERS):
            if at >= len(self.tokens) or self.tokens[at].casefold() not in self.words.joining:
                return None
            at += 1
            country = self.countries.match(self.tokens, at)
            if country is None or country.form != "adjective":
                return None
            at += country.length
            role, _end = self._role_after(at)
            if role is not None:
                return role
        return None

    def _owner_after(self, at: int) -> tuple[str, int] | None:
        """Read "of Kenya", "of Bashar al-Assad"."""
        if at >= len(self.tokens) or self.tokens[at].casefold() not in self.words.of:
            return None
        at += 1
        if at < len(self.tokens) and self.tokens[at].casefold() in self.words.determiners:
            at += 1
        country = self.countries.match(self.tokens, at)
        if country is not None and country.form == "name":
            return country.iso3, at + country.length
        leader = self.leaders.longest(self.tokens, at)
        return (self._in_office(leader[0]).country, at + leader[1]) if leader else None

    def _person_after(self, role: Role, at: int) -> ActorMatch | None:
        leader = self.leaders.longest(self.tokens, at)
        if leader is not None:
            return self._office_holder(self._in_office(leader[0]), at + leader[1])
        end = self._end_of_person(at)
        if end == at:
            return None
        return replace(self._plain(role, end, name=" ".join(self.tokens[self.start : end])), kind="title")

    def _end_of_person(self, at: int) -> int:
        """Take the capitalised words of a name after a title, "al-", "bin" and "van" inside it."""
        end = at
        for place in range(at, min(at + _LONGEST_NAME, len(self.tokens))):
            token = self.tokens[place]
            if token[0].isupper() and token[0].isalpha():
                if place == at and self.countries.match(self.tokens, place):
                    break
                end = place + 1
            elif (
                not (token.isalpha() or "-" in token)
                or token.casefold() in self.words.determiners
                or not (len(token) <= 3 or token[token.find("-") + 1].isupper())
                or end == at
            ):
                break
        return end

    def _in_office(self, leaders: tuple[_Leader, ...]) -> _Leader:
        if self.on is None:
            return leaders[-1]
        return next((leader for leader in leaders if leader.since <= self.on <= leader.until), leaders[-1])

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

    def _office_holder(self, leader: _Leader, end: int) -> ActorMatch:
        in_office = self.on is None or leader.since <= self.on <= leader.until
        classes = frozenset({"person", "political", "state"} if in_office else {"person", "political"})
        return ActorMatch(
            name=self.countries.government_name(leader.country) if in_office else leader.name,
            length=end - self.start,
            country=leader.country,
            sector="GOV" if in_office else "ELI",
            kind="leader",
            state=in_office,
            classes=classes,
            institution="Government" if in_office else None,
        )

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


_NAMED_KEYS = frozenset({"name", "names", "country", "sector", "classes"})


def _read_named(path: Path, index: NameIndex[ActorMatch]) -> None:
    """Read one file of named parties: tables of what an entry has unless it says otherwise, and its entries."""
    for table, content in read_toml(path).items():
        default = content["default"]
        for entry in content["entries"]:
            merged = {**default, **entry}
            classes = frozenset(merged.get("classes", ()))
            unknown = (entry.keys() - _NAMED_KEYS) | (classes - CLASSES)
            if unknown or "name" not in entry:
                raise PackError(f"{path}: [{table}] {entry}: needs a name; {sorted(unknown)} is no key or class.")
            match = ActorMatch(
                name=entry["name"],
                length=0,
                country=merged.get("country"),
                sector=merged["sector"],
                kind=merged["kind"],
                armed="armed" in classes,
                state="state" in classes,
                classes=classes,
            )
            index.add_all((entry["name"], *entry.get("names", ())), match)


def _read_leaders(path: Path) -> NameIndex[tuple[_Leader, ...]]:
    by_spelling: dict[str, list[_Leader]] = {}
    for country, entries in read_toml(path).items():
        for entry in entries:
            leader = _Leader(country, entry["name"], entry["since"], entry.get("until", date.max))
            for spelling in (entry["name"], *entry.get("names", ())):
                by_spelling.setdefault(spelling, []).append(leader)
    index: NameIndex[tuple[_Leader, ...]] = NameIndex()
    for spelling, leaders in by_spelling.items():
        index.add(spelling, tuple(sorted(leaders, key=lambda leader: leader.since)))
    return index
