"""Who is meant by a noun phrase: the party, its classes, and what a pronoun or "the group" points back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol

from worker.events.actors import ActorMatch
from worker.events.countries import CountryMatch
from worker.events.kinds import Kinds
from worker.events.pack import Pack
from worker.events.syntax import Phrase
from worker.events.text import Doc, Sentence
from worker.records import Party, Span

_POINTING_BACK = 2  # sentences that "it" and "they" reach over when no other side acts between
_PAIR_SENTENCES = 3  # how far back "the two armies" reaches
_LONGEST_TITLE = 6  # words from a title to the end of the name: "Palace Press Officer Corazon T. Belmonte"
_LONGEST_NAME = 3  # words of a name that may be somebody's introduced before
_SENTENCES_OF_PEOPLE = 200  # an article introduces its people in far fewer
_MOST_NAMES = 200  # people an article can introduce; more is a list
_LONGEST_UNRESOLVED = 80  # characters of an unresolved name; longer is a sentence, not a party
_SECTORS: Mapping[str, str] = {"Military": "MIL", "Police": "COP"}  # PLOVER sectors of a state's arms
POLITICAL = frozenset({"armed", "state", "political", "international"})
NAMED_KINDS = frozenset({"group", "organisation", "party", "country", "seat", "institution", "leader", "title"})


class ActorFinder(Protocol):
    """What is asked of the book of actors."""

    def longest(self, tokens: Sequence[str], start: int, on: date | None = None) -> ActorMatch | None:
        """The longest party that begins at a token."""

    def at_home(self, match: ActorMatch, iso3: str) -> ActorMatch:
        """A plain party of the document's country."""


class Demonyms(Protocol):
    """What is asked of the table of countries."""

    def match(self, tokens: Sequence[str], start: int) -> CountryMatch | None:
        """The country named or described at a token."""

    def institution_name(self, institution: str, iso3: str) -> str:
        """The canonical name of a state's arm."""


@dataclass(frozen=True, slots=True)
class Who:
    """A party of an event, with what the gates ask about it."""

    party: Party
    classes: frozenset[str]
    head: str  # the phrase's last word, lower case
    named: bool  # resolved to somebody in particular, not to "gunmen"
    known: bool  # the book of actors knows it
    pronoun: bool = False
    words: tuple[str, ...] = ()  # the phrase's words, lower case
    definite: bool = False  # "the gunmen", "those fighters"
    plain: str | None = None  # its name without a country, where the country is only the document's
    is_head: bool = True  # False for "Hezbollah position": the party is named, the thing is another


def apart(actors: tuple[Who, ...], recipients: tuple[Who, ...]) -> tuple[tuple[Who, ...], tuple[Who, ...]]:
    """Two sides without anybody on both: nobody does it to himself.

    Args:
        actors: One side.
        recipients: The other.

    Returns:
        Both sides. A party on both keeps the side on which its country is said; where that is only the document's it
        loses the country ("the minister consulted the Egyptian government": some minister).
    """
    shared = {who.party.name for who in actors} & {who.party.name for who in recipients}
    if not shared:
        return actors, recipients
    if any(who.plain for who in actors if who.party.name in shared):
        return tuple(_stateless(who) if who.party.name in shared else who for who in actors), recipients
    kept = (_stateless(who) if who.party.name in shared else who for who in recipients)
    return actors, tuple(who for who in kept if who.party.name not in shared)


def _stateless(who: Who) -> Who:
    if who.plain is None:
        return who
    return replace(who, party=replace(who.party, name=who.plain, country=None), named=False, plain=None)


@dataclass(frozen=True)
class PointingWords:
    """The pack's words that point back."""

    plural: frozenset[str]
    singular: frozenset[str]
    speaker: frozenset[str]  # pronouns of whoever speaks: "we"
    personal: frozenset[str]  # pronouns for one human being
    possessive: frozenset[str]
    heads: Mapping[str, frozenset[str]]
    definite: frozenset[str]
    indefinite: frozenset[str]
    demonstrative: frozenset[str]
    heads_of: frozenset[str]
    stands_for: frozenset[str]  # heads that stand for the party before them
    humans: frozenset[str]  # pronouns of human beings
    things: frozenset[str]  # what a side owns and is not
    pair: frozenset[str]  # "two", "both"
    pair_heads: frozenset[str]  # what two parties together are called
    soldiers: frozenset[str]  # whose owner, a leader or a state, stands for its army
    places: frozenset[str]  # nouns that stand for the town named last
    kinds: Kinds
    civilians: str  # what human beings are called whom no word gives a side
    counting: frozenset[str]  # numerals and words such as "several"

    @classmethod
    def of(cls, pack: Pack) -> PointingWords:
        """Read the words of a pack."""
        heads = pack.tables.get("anaphora", {}).get("heads", {})
        return cls(
            plural=pack.words("anaphora", "pronouns", "plural"),
            singular=pack.words("anaphora", "pronouns", "singular"),
            speaker=pack.words("anaphora", "pronouns", "speaker"),
            personal=pack.words("anaphora", "pronouns", "personal"),
            possessive=pack.words("anaphora", "pronouns", "possessive"),
            heads={word: frozenset(classes) for word, classes in heads.items()},
            definite=pack.words("anaphora", "determiners", "definite"),
            indefinite=pack.words("anaphora", "determiners", "indefinite"),
            demonstrative=pack.words("anaphora", "determiners", "demonstrative"),
            heads_of=pack.words("anaphora", "heads_of", "words"),
            stands_for=pack.words("anaphora", "stands_for", "words"),
            humans=pack.words("anaphora", "humans", "words"),
            things=pack.words("anaphora", "things", "words"),
            pair=pack.words("anaphora", "pair", "words"),
            pair_heads=pack.words("anaphora", "pair", "heads"),
            soldiers=pack.words("anaphora", "soldiers", "words"),
            places=pack.words("anaphora", "places", "words"),
            kinds=pack.kinds,
            civilians=str(pack.tables.get("nouns", {}).get("civilians", "civilians")),
            counting=frozenset(w for w, letter in pack.grammar.class_of.items() if letter in "1Q"),
        )


class PartyReader:
    """Reads the parties of one document; remembers those it has met so that "they" can find them."""

    def __init__(
        self,
        book: ActorFinder,
        demonyms: Demonyms,
        words: PointingWords,
        doc: Doc,
        title: str,
        country: str | None,
        on: date | None,
    ) -> None:
        self._book = book
        self._demonyms = demonyms
        self._texts = (doc.text, title)
        self._sentences = doc.sentences
        self._names: dict[str, Who | None] = {}  # surname -> whoever was introduced by it
        self._words = words
        self._country = country
        self._on = on
        self._cache: dict[tuple[int, int, int, bool], tuple[Who, ...]] = {}
        self.speaking: tuple[Who, ...] = ()  # who says "we" and "I" in the sentence being read
        self._met_so_far: list[tuple[int, Who]] = []  # sentence index, party; newest last
        self._to_meet: list[tuple[Sentence, Phrase]] = []  # read only when a later word points back
        self._seen_so_far: list[tuple[int, Who]] = []  # every subject, for "the two armies"
        self._to_see: list[tuple[Sentence, Phrase]] = []

    def read(self, sentence: Sentence, phrase: Phrase) -> tuple[Who, ...]:
        """Resolve a phrase.

        Args:
            sentence: The sentence.
            phrase: The noun phrase.

        Returns:
            Nobody for a pronoun that points nowhere certain, else one party (two for a compound such as
            "US-Israeli").
        """
        key = (sentence.index, phrase.start, phrase.full_end, sentence.is_title)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._resolve(sentence, phrase)
        return found

    def arm_at_home(self, institution: str, sentence: Sentence, start: int, end: int) -> tuple[Who, ...]:
        """The arm of the document's own state, where only such an arm can have done it; nobody when that is unknown."""
        if self._country is None:
            return ()
        name = self._demonyms.institution_name(institution, self._country)
        phrase = Phrase(start, end)
        text, span = self._text(sentence, phrase), self._span(sentence, phrase)
        party = Party(name=name, text=text, country=self._country, sector=_SECTORS.get(institution, "GOV"), span=span)
        return (Who(party, frozenset({"state", "armed"}), sentence.lowers[end - 1], named=True, known=True),)

    def plain_people(self, sentence: Sentence, phrase: Phrase) -> Who:
        """Those who live, work and shop in a place that was hit."""
        party = Party(self._words.civilians, self._text(sentence, phrase), None, "CVL", self._span(sentence, phrase))
        head = sentence.lowers[phrase.head]
        return Who(party, frozenset({"civil", "victim"}), head, named=False, known=True, is_head=False)

    @property
    def possessive(self) -> frozenset[str]:
        """Words such as "their"."""
        return self._words.possessive

    @property
    def humans(self) -> frozenset[str]:
        """Pronouns of human beings, such as "them"."""
        return self._words.humans

    def read_pronoun(self, sentence: Sentence, phrase: Phrase) -> tuple[Who, ...]:
        """Resolve "their" within the sentence first: its own subject is whose it is, else the sentence before's."""
        for index, who in reversed(self._met):
            if index == sentence.index:
                return (replace(who, pronoun=True),)
            break
        return self._pointed_at(sentence, phrase, sentence.lowers[phrase.start])

    def read_loose(self, sentence: Sentence, phrase: Phrase) -> tuple[Who, ...]:
        """Resolve words before a noun ("Russian-backed rebel"): any party that they name, the last first."""
        at = phrase.end - 1
        while at >= phrase.start:
            match = self._book.longest(sentence.words, at, self._on)
            if match is not None and at + match.length <= phrase.end:
                begin = at
                while begin > phrase.start:
                    wider = self._book.longest(sentence.words, begin - 1, self._on)
                    if wider is None or begin - 1 + wider.length != at + match.length:
                        break
                    match, begin = wider, begin - 1
                return (self._who(sentence, Phrase(begin, at + match.length), match, begin),)
            at -= 1
        return ()

    def meet(self, sentence: Sentence, phrase: Phrase) -> None:
        """Remember the subject of a sentence as somebody that a later word may point back to."""
        if not sentence.is_title:
            self._to_meet.append((sentence, phrase))

    @property
    def _met(self) -> list[tuple[int, Who]]:
        waiting, self._to_meet = self._to_meet, []
        for sentence, phrase in waiting:
            for who in self.read(sentence, phrase):
                if who.known and who.classes & POLITICAL and who.head not in self._words.things:
                    self._met_so_far.append((sentence.index, replace(who, pronoun=False)))
        return self._met_so_far

    def see(self, sentence: Sentence, phrase: Phrase) -> None:
        """Remember any subject as one of two that "the two armies" may mean."""
        if not sentence.is_title:
            self._to_see.append((sentence, phrase))

    @property
    def _seen(self) -> list[tuple[int, Who]]:
        waiting, self._to_see = self._to_see, []
        for sentence, phrase in waiting:
            for who in self.read(sentence, phrase):
                if who.known and who.named and not who.pronoun:
                    self._seen_so_far.append((sentence.index, who))
        return self._seen_so_far

    def met_before(self, index: int) -> int:
        """Index of the last sentence before one whose subject was remembered; -1 when there is none."""
        return next((at for at, _ in reversed(self._met) if at < index), -1)

    def _resolve(self, sentence: Sentence, phrase: Phrase) -> tuple[Who, ...]:  # noqa: PLR0911 - one case a kind of phrase
        lowers = sentence.lowers
        start = phrase.start
        head = lowers[phrase.head]
        if phrase.end - phrase.start == 1 and head in self._words.speaker:
            return tuple(self._as_written(who, sentence, phrase) for who in self.speaking)
        if phrase.end - phrase.start == 1 and head in self._words.plural | self._words.singular:
            return self._pointed_at(sentence, phrase, head)
        while start < phrase.end - 1 and lowers[start] in self._words.definite | self._words.indefinite:
            start += 1
        if len(phrase.of) > 1 and head in self._words.heads_of:
            each = [who for inner in phrase.of for who in self.read(sentence, inner) if who.known]
            if len(each) > 1:
                return tuple(dict.fromkeys(each))  # "the leaders of Iran and Iraq"
        pair = self._pair_meant(sentence, phrase)
        if pair:
            return pair
        match = self._best_match(sentence, start, phrase)
        if match is not None and lowers[phrase.start] in self._words.possessive:
            whose = self._possessed(sentence, phrase, match[0])
            if whose is not None:
                return (whose,)
        if match is None:
            back = self._group_meant(sentence, phrase, head) or self._by_surname(sentence, phrase, start)
            return back or (self._named_body(sentence, phrase, start) or self._unresolved(sentence, phrase, start),)
        return (self._who(sentence, phrase, *match),)

    def _best_match(self, sentence: Sentence, start: int, phrase: Phrase) -> tuple[ActorMatch, int] | None:
        """The party that covers the head; a named one before it lends its name to a plain head."""
        matches = self._matches(sentence, start, phrase)
        covers_head = bool(matches) and matches[-1][1] + matches[-1][0].length > phrase.head
        named = next((m for m in matches if m[0].kind in NAMED_KINDS and m[0].kind != "title"), None)
        if covers_head:
            last, place = matches[-1]
            if named is not None and last.kind == "role" and named[1] < place:
                return self._named_with_role(named[0], last), named[1]
            return last, place
        if named is not None and not phrase.of:
            private = self._words.kinds.is_private(sentence.lowers[phrase.head])
            return None if private and named[0].kind in {"country", "seat"} else named
        return self._match_in_of(sentence, phrase, only_named=bool(matches))

    def _matches(self, sentence: Sentence, start: int, phrase: Phrase) -> list[tuple[ActorMatch, int]]:
        found: list[tuple[ActorMatch, int]] = []
        at = start
        while at < phrase.end:
            match = self._book.longest(sentence.words, at, self._on)
            if match is not None and at + match.length <= max(phrase.full_end, phrase.end):
                found.append((match, at))
                at += match.length
            else:
                at += 1
        return found

    def _match_in_of(self, sentence: Sentence, phrase: Phrase, *, only_named: bool) -> tuple[ActorMatch, int] | None:
        """The party of an of-phrase whose head stands for it: "members of the militia"."""
        head = sentence.lowers[phrase.head]
        counted = head[:1].isdigit() or head in self._words.counting
        if not only_named and head not in self._words.heads_of and not counted:
            return None
        for inner in phrase.of:
            begin = inner.start
            while begin < inner.end - 1 and sentence.lowers[begin] in self._words.definite:
                begin += 1
            found = self._best_match(sentence, begin, Phrase(inner.start, inner.end))
            if found is not None and (not only_named or found[0].kind in NAMED_KINDS):
                return found
        return None

    @staticmethod
    def _named_with_role(named: ActorMatch, role: ActorMatch) -> ActorMatch:
        """Of "Hamas gunmen" it is Hamas that is meant, and it is armed."""
        return replace(named, classes=named.classes | role.classes, armed=named.armed or role.armed)

    def _who(self, sentence: Sentence, phrase: Phrase, match: ActorMatch, start: int) -> Who:
        plain = match.name if match.country is None else None
        if match.country is None and self._country is not None and match.institution is not None:
            match = self._book.at_home(match, self._country)
        covered = start + match.length
        if self._is_soldiery(sentence, phrase, match, covered):
            arm = self._demonyms.institution_name("Military", match.country or "")
            match = replace(match, name=arm, sector="MIL", classes=frozenset({"armed", "state"}))
        return Who(
            is_head=start <= phrase.head < covered
            or start >= phrase.end
            or sentence.lowers[phrase.head] in self._words.stands_for
            or self._book_covers_head(sentence, phrase, covered),
            party=Party(
                name=match.name,
                text=self._text(sentence, phrase),
                country=match.country,
                sector=match.sector,
                span=self._span(sentence, phrase),
            ),
            classes=match.classes | ({"place"} if match.kind == "country" else frozenset()),
            head=sentence.lowers[phrase.head],
            named=match.kind in NAMED_KINDS or match.institution is not None,
            known=True,
            words=sentence.lowers[phrase.start : phrase.full_end],
            definite=sentence.lowers[phrase.start] in self._words.definite | self._words.demonstrative,
            plain=plain if match.country is not None else None,
        )

    def _is_soldiery(self, sentence: Sentence, phrase: Phrase, match: ActorMatch, covered: int) -> bool:
        """Of "Assad's men" it is the army of the leader's state that is meant."""
        owned = covered < phrase.end - 1 and sentence.lowers[covered].startswith("'")
        ruler = match.kind == "leader" and "state" in match.classes and match.country is not None
        return owned and ruler and sentence.lowers[phrase.head] in self._words.soldiers

    def country_of(self, sentence: Sentence, start: int, end: int, institution: str) -> Who | None:
        """A state named by its adjective alone ("an Israeli strike"), as the arm of it that does such things."""
        if self._words.kinds.is_private(sentence.lowers[end - 1]):
            return None
        for at in range(start, end):
            found = self._demonyms.match(sentence.words, at)
            if found is not None and at + found.length <= end:
                phrase = Phrase(at, at + found.length)
                name = self._demonyms.institution_name(institution, found.iso3)
                sector = _SECTORS.get(institution, "GOV")
                party = Party(name, self._text(sentence, phrase), found.iso3, sector, self._span(sentence, phrase))
                classes = frozenset({"state", "armed" if institution == "Military" else "political"})
                return Who(party, classes, sentence.lowers[at], named=True, known=True)
        return None

    def _text(self, sentence: Sentence, phrase: Phrase) -> str:
        source = self._texts[1] if sentence.is_title else self._texts[0]
        return source[sentence.starts[phrase.start] : sentence.ends[phrase.full_end - 1]]

    def _span(self, sentence: Sentence, phrase: Phrase) -> Span | None:
        if sentence.is_title:
            return None
        return Span(sentence.starts[phrase.start], sentence.ends[phrase.full_end - 1], self._text(sentence, phrase))

    def _book_covers_head(self, sentence: Sentence, phrase: Phrase, start: int) -> bool:
        """Whether a role noun after the name reaches the head: "Hamas gunmen"."""
        for at in range(start, phrase.end):
            match = self._book.longest(sentence.words, at, self._on)
            if match is not None and at + match.length > phrase.head:
                return True
        return False

    def _unresolved(self, sentence: Sentence, phrase: Phrase, start: int) -> Who:
        head = sentence.lowers[phrase.head]
        kinds = self._words.kinds
        capital = self._is_a_name(sentence, phrase.head)
        human = kinds.is_human(head) and not capital
        name = self._words.civilians if human else " ".join(sentence.words[start : phrase.end])[:_LONGEST_UNRESOLVED]
        state = self.country_of(sentence, phrase.start, phrase.end, "Government")
        country = state.party.country if state is not None else None
        party = Party(name=name, text=self._text(sentence, phrase), country=country, span=self._span(sentence, phrase))
        classes = {"person"} if capital else {"civil", "victim"} if human else set()
        return Who(
            party,
            frozenset({"company"} if kinds.is_private(head) else classes),
            head,
            named=capital,
            known=False,
            words=sentence.lowers[phrase.start : phrase.full_end],
        )

    def _is_a_name(self, sentence: Sentence, at: int) -> bool:
        """Whether a word is written with a capital for its own sake, not only because it begins a sentence."""
        word = sentence.words[at]
        if not word[:1].isupper():
            return False
        return at > 0 or word in self._inner_names

    @cached_property
    def _inner_names(self) -> frozenset[str]:
        """Words written with a capital inside a sentence of the document's beginning."""
        known = self._sentences[:_SENTENCES_OF_PEOPLE]
        return frozenset(word for sentence in known for word in sentence.words[1:] if word[0].isupper())

    def _named_body(self, sentence: Sentence, phrase: Phrase, start: int) -> Who | None:
        """A proper name whose head says what kind of body it is: "the Land Transport Board"."""
        words = sentence.words
        at = phrase.head
        while at > start and not words[at][0].isupper() and sentence.lowers[at] in self._words.heads_of:
            at -= 1  # "the European People's Party group"
        head = sentence.lowers[at]
        body = self._words.kinds.bodies.get(head)
        several = at > start or bool(phrase.of)  # "the Transport Board", "the Department of Health"
        if body is None or not several or not words[at][0].isupper():
            return None
        if not words[start][0].isupper() and start == phrase.start:
            return None
        name = self._texts[1 if sentence.is_title else 0][sentence.starts[start] : sentence.ends[phrase.full_end - 1]]
        state = self.country_of(sentence, phrase.start, phrase.full_end, "Government")
        country = state.party.country if state is not None else self._country if "state" in body.classes else None
        return Who(
            Party(
                name=name[:_LONGEST_UNRESOLVED],
                text=self._text(sentence, phrase),
                country=country,
                sector=body.sector,
                span=self._span(sentence, phrase),
            ),
            body.classes,
            head,
            named=True,
            known=True,
            words=sentence.lowers[phrase.start : phrase.full_end],
        )

    def _by_surname(self, sentence: Sentence, phrase: Phrase, start: int) -> tuple[Who, ...]:
        """Whoever was introduced under that name: "Finance minister Gonzalo Terrazas ... Terrazas said"."""
        word = sentence.words[phrase.head]
        own = sentence.words[start : phrase.end]
        if phrase.of or len(own) > _LONGEST_NAME or not all(w[0].isupper() or not w[0].isalpha() for w in own):
            return ()
        who = self._introduced(sentence, word)
        if who is None:
            return ()
        party = replace(who.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
        return (replace(who, party=party, words=sentence.lowers[phrase.start : phrase.full_end]),)

    def _introduced(self, until: Sentence, name: str) -> Who | None:
        """The party that a title before a name, or an apposition after it, gave to that name up to a sentence."""
        if name in self._names or len(self._names) >= _MOST_NAMES:
            return self._names.get(name)
        who: Who | None = None
        for sentence in self._sentences[: min(until.index + 1, _SENTENCES_OF_PEOPLE)]:
            if name not in sentence.words:
                continue
            at = sentence.words.index(name)
            who = self._titled(sentence, at) or self._in_apposition(sentence, at)
            if who is not None:
                break
        self._names[name] = who
        return who

    def _titled(self, sentence: Sentence, at: int) -> Who | None:
        """Of "union leader Juan Mamani" the union's leader."""
        for begin in range(max(0, at - _LONGEST_TITLE), at):
            match = self._book.longest(sentence.words, begin, self._on)
            if match is not None and begin + match.length > at and match.classes:
                return self._who(sentence, Phrase(begin, begin + match.length), match, begin)
        return None

    def _in_apposition(self, sentence: Sentence, at: int) -> Who | None:
        """Of "Juan Mamani, the miners' leader," the miners' leader."""
        words = sentence.words
        if at + 2 >= len(words) or words[at + 1] != "," or at == 0:
            return None
        for begin in range(at + 2, min(at + 2 + _LONGEST_TITLE, len(words))):
            if words[begin] in {",", "."}:
                return None
            match = self._book.longest(words, begin, self._on)
            if match is not None and match.classes & (POLITICAL | {"civil", "justice"}) and match.kind != "country":
                return self._who(sentence, Phrase(begin, begin + match.length), match, begin)
        return None

    def _pointed_at(self, sentence: Sentence, phrase: Phrase, pronoun: str) -> tuple[Who, ...]:
        """A pronoun means the party of the sentence before, if that had one; else nobody."""
        for index, who in reversed(self._met):
            if index < sentence.index - _POINTING_BACK or sentence.is_title:
                break
            in_office = "person" in who.classes and (who.named or index == sentence.index)
            if (pronoun in self._words.personal) <= in_office:
                party = replace(who.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
                return (replace(who, party=party, pronoun=True),)
        return ()

    def _as_written(self, who: Who, sentence: Sentence, phrase: Phrase) -> Who:
        party = replace(who.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
        return replace(who, party=party, pronoun=True)

    def _pair_meant(self, sentence: Sentence, phrase: Phrase) -> tuple[Who, ...]:
        """Of "the two armies" and "both governments" the last two parties that are such."""
        lowers = sentence.lowers
        first = lowers[phrase.start : phrase.start + 2]
        if lowers[phrase.head] not in self._words.pair_heads or phrase.of or not self._words.pair & set(first):
            return ()
        if first[0] not in self._words.definite | self._words.pair:
            return ()
        at = phrase.start
        while at < phrase.end and lowers[at] in self._words.definite | self._words.pair:
            at += 1
        match = self._best_match(sentence, at, Phrase(at, phrase.end)) if at < phrase.end else None
        if match is not None and match[0].kind in NAMED_KINDS:
            return ()  # "both Sudanese armies" says whose
        wanted = match[0].classes & (POLITICAL - {"international"}) if match is not None else POLITICAL
        found: dict[str, Who] = {}
        for index, who in reversed(self._seen):
            if index < sentence.index - _PAIR_SENTENCES or len(found) == 2:  # noqa: PLR2004 - a pair
                break
            if wanted <= who.classes or (match is None and who.classes & wanted):
                party = replace(who.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
                found.setdefault(who.party.name, replace(who, party=party))
        return tuple(reversed(found.values())) if len(found) == 2 else ()  # noqa: PLR2004

    def _possessed(self, sentence: Sentence, phrase: Phrase, match: ActorMatch) -> Who | None:
        """Of "its units" and "their fighters" the party that has them; of a state, its arm."""
        plain = match.country is None and match.kind == "role"
        if not plain or sentence.lowers[phrase.head] not in self._words.heads_of or phrase.of:
            return None
        owners = self.read_pronoun(sentence, Phrase(phrase.start, phrase.start + 1))
        if not owners or "armed" not in owners[0].classes or "state" in owners[0].classes:
            return None
        party = replace(owners[0].party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
        return replace(owners[0], party=party)

    def _group_meant(self, sentence: Sentence, phrase: Phrase, head: str) -> tuple[Who, ...]:
        wanted = self._words.heads.get(head)
        if wanted is None or sentence.lowers[phrase.start] not in self._words.definite:
            return ()
        bodies = [who for _, who in reversed(self._met) if who.classes & wanted and "state" not in who.classes]
        for who in (*(w for w in bodies if w.named), *(w for w in bodies if not w.named)):
            if not who.pronoun:
                party = replace(who.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
                return (replace(who, party=party),)
        return ()
