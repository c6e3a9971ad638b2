"""Who is meant by a noun phrase: the party, its classes, and what a pronoun or "the group" points back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Protocol

from worker.events.actors import ActorMatch
from worker.events.countries import CountryMatch
from worker.events.introductions import SENTENCES_OF_PEOPLE, Introductions
from worker.events.parties_met import PartiesMet
from worker.events.pointing_words import PointingWords
from worker.events.syntax import Phrase
from worker.events.text import Doc, Sentence
from worker.events.who import POLITICAL, Who
from worker.records import Party, Span

_POINTING_BACK = 2  # sentences that "it" and "they" reach over when no other side acts between
_PAIR_SENTENCES = 3  # how far back "the two armies" reaches
_LONGEST_NAME = 3  # words of a name that may be somebody's introduced before
_LONGEST_UNRESOLVED = 80  # characters of an unresolved name; longer is a sentence, not a party
_SECTORS: Mapping[str, str] = {"Military": "MIL", "Police": "COP"}  # PLOVER sectors of a state's arms
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
        self._introductions = Introductions(doc.sentences, self._longest, self._who)
        self._words = words
        self._country = country
        self._on = on
        self._cache: dict[tuple[int, int, int, bool], tuple[Who, ...]] = {}
        self.speaking: tuple[Who, ...] = ()  # who says "we" and "I" in the sentence being read
        self.memory = PartiesMet(self.read, words.things)

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

    def _longest(self, words: Sequence[str], start: int) -> ActorMatch | None:
        return self._book.longest(words, start, self._on)

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

    def crowd(self, sentence: Sentence, phrase: Phrase) -> Who:
        """Those who protest, where nothing else is said of them: "thousands marched"."""
        party = Party(self._words.protesters, self._text(sentence, phrase), None, "OPP", self._span(sentence, phrase))
        head = sentence.lowers[phrase.head]
        return Who(party, frozenset({"political", "civil"}), head, named=False, known=True)

    def are_plain_people(self, who: Who) -> bool:
        """Whether nothing is said of somebody than being a human."""
        return who.party.name == self._words.civilians

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
        for index, who in reversed(self.memory.met):
            if index == sentence.index:
                return (replace(who, pronoun=True),)
            break
        return self._pointed_at(sentence, phrase, sentence.lowers[phrase.start])

    def read_loose(self, sentence: Sentence, phrase: Phrase) -> tuple[Who, ...]:
        """Resolve words before a noun ("Russian-backed rebel"): any party that they name, the last first."""
        at = phrase.end - 1
        while at >= phrase.start:
            match = self._longest(sentence.words, at)
            if match is not None and at + match.length <= phrase.end:
                begin = at
                while begin > phrase.start:
                    wider = self._longest(sentence.words, begin - 1)
                    if wider is None or begin - 1 + wider.length != at + match.length:
                        break
                    match, begin = wider, begin - 1
                return (self._who(sentence, Phrase(begin, at + match.length), match, begin),)
            at -= 1
        return ()

    def _resolve(self, sentence: Sentence, phrase: Phrase) -> tuple[Who, ...]:  # noqa: C901, PLR0911 - one case a kind of phrase
        lowers = sentence.lowers
        start = phrase.start
        head = lowers[phrase.head]
        if phrase.end - phrase.start == 1 and head in self._words.speaker:
            return tuple(self._as_written(who, sentence, phrase) for who in self.speaking)
        if phrase.end - phrase.start == 1 and head in self._words.pronouns:
            return self._pointed_at(sentence, phrase, head)
        while start < phrase.end - 1 and lowers[start] in self._words.articles:
            start += 1
        if len(phrase.of) > 1 and head in self._words.heads_of:
            each = [who for inner in phrase.of for who in self.read(sentence, inner) if who.known]
            if len(each) > 1:
                return tuple(dict.fromkeys(each))  # "the leaders of Iran and Iraq"
        several = self._pair_meant(sentence, phrase) or self._state_beside(sentence, phrase, head)
        if several:
            return several
        match = self._best_match(sentence, start, phrase)
        if match is not None and lowers[phrase.start] in self._words.possessive:
            whose = self._possessed(sentence, phrase, match[0])
            if whose is not None:
                return (whose,)
        if match is not None and match[0].kind == "role" and phrase.end - start == 1:
            back = self._group_meant(sentence, phrase, head)  # "the alliance", "the movement"
            if back:
                return back
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
        if matches and self._owns_the_head(sentence, phrase, *matches[-1]):
            return matches[-1]
        return self._match_in_of(sentence, phrase, only_named=bool(matches))

    def _owns_the_head(self, sentence: Sentence, phrase: Phrase, match: ActorMatch, at: int) -> bool:
        """Of "two police posts" and "an army convoy" the state's arm whose thing it is."""
        thing = sentence.lowers[phrase.head] in self._words.things
        return thing and match.kind == "role" and match.institution is not None and at + match.length == phrase.head

    def _matches(self, sentence: Sentence, start: int, phrase: Phrase) -> list[tuple[ActorMatch, int]]:
        found: list[tuple[ActorMatch, int]] = []
        at = start
        while at < phrase.end:
            match = self._longest(sentence.words, at)
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
        if match.country is None and match.institution is not None:
            home = self._state_here(sentence, phrase) or self._country
            match = match if home is None else self._book.at_home(match, home)
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
            definite=sentence.lowers[phrase.start] in self._words.known,
            plain=plain if match.country is not None else None,
        )

    def _state_here(self, sentence: Sentence, phrase: Phrase) -> str | None:
        """Whose minister it is by a seat beside it: "In Ottawa, the minister", "the ministry in Warsaw"."""
        for at in (0, phrase.end):
            if sentence.lowers[at : at + 1] and sentence.lowers[at] in self._words.seated:
                seat = self._longest(sentence.words, at + 1) if at + 1 < len(sentence) else None
                if seat is not None and seat.kind == "seat":
                    return seat.country
        return None

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
                return self._state_of(found.iso3, institution, sentence, Phrase(at, at + found.length))
        return None

    def army_of(self, who: Who, sentence: Sentence, phrase: Phrase) -> Who:
        """The army of a state, whichever of its arms is meant; an armed group is its own."""
        if "state" in who.classes and who.party.country is not None:
            return self._state_of(who.party.country, "Military", sentence, phrase)
        return self._as_written(who, sentence, phrase)

    def _state_of(self, iso3: str, institution: str, sentence: Sentence, phrase: Phrase) -> Who:
        name = self._demonyms.institution_name(institution, iso3)
        sector = _SECTORS.get(institution, "GOV")
        party = Party(name, self._text(sentence, phrase), iso3, sector, self._span(sentence, phrase))
        classes = frozenset({"state", "armed" if institution == "Military" else "political"})
        return Who(party, classes, sentence.lowers[phrase.start], named=True, known=True)

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
            match = self._longest(sentence.words, at)
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
        known = self._sentences[:SENTENCES_OF_PEOPLE]
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
        who = self._introductions.by_name(sentence, word)
        if who is None:
            return ()
        party = replace(who.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
        return (replace(who, party=party, words=sentence.lowers[phrase.start : phrase.full_end]),)

    def _pointed_at(self, sentence: Sentence, phrase: Phrase, pronoun: str) -> tuple[Who, ...]:
        """A pronoun means the party of the sentence before, if that had one; else nobody."""
        for index, who in reversed(self.memory.met):
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
        if lowers[phrase.head] not in self._words.pair_heads:
            return ()
        first = lowers[phrase.start : phrase.start + 2]
        if phrase.of or self._words.pair.isdisjoint(first):
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
        for index, who in reversed(self.memory.seen):
            if index < sentence.index - _PAIR_SENTENCES or len(found) == 2:  # noqa: PLR2004 - a pair
                break
            if wanted <= who.classes or (match is None and who.classes & wanted):
                party = replace(who.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
                found.setdefault(who.party.name, replace(who, party=party))
        return tuple(reversed(found.values())) if len(found) == 2 else ()  # noqa: PLR2004

    def _possessed(self, sentence: Sentence, phrase: Phrase, match: ActorMatch) -> Who | None:
        """Of "its units" and "their fighters" the party that has them; of a state, its arm."""
        plain = match.country is None and match.kind == "role"
        if not plain or phrase.of:
            return None
        owner = next(iter(self.read_pronoun(sentence, Phrase(phrase.start, phrase.start + 1))), None)
        if owner is None:
            return None
        if "state" in owner.classes and owner.party.country is not None and match.institution is not None:
            state = self._book.at_home(match, owner.party.country)
            return self._who(sentence, phrase, state, phrase.start + 1)
        if "armed" not in owner.classes or "state" in owner.classes:
            return None
        if sentence.lowers[phrase.head] not in self._words.heads_of:
            return None
        party = replace(owner.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
        return replace(owner, party=party)

    def _state_beside(self, sentence: Sentence, phrase: Phrase, head: str) -> tuple[Who, ...]:
        """Of "Niger accused its neighbour" the other state that the text named last."""
        if "@beside" not in self._words.kinds.kinds_of(head) or sentence.is_title:
            return ()
        if sentence.lowers[phrase.start] not in self._words.possessive:
            return ()
        owner = next(iter(self.read_pronoun(sentence, Phrase(phrase.start, phrase.start + 1))), None)
        if owner is None or owner.party.country is None:
            return ()
        for before in reversed(self._sentences[max(0, sentence.index - _PAIR_SENTENCES) : sentence.index + 1]):
            end = phrase.start if before.index == sentence.index else len(before)
            for at in range(end - 1, -1, -1):
                found = self._demonyms.match(before.words, at)
                if found is not None and found.iso3 != owner.party.country:
                    return (self._state_of(found.iso3, "Government", sentence, phrase),)
        return ()

    def _group_meant(self, sentence: Sentence, phrase: Phrase, head: str) -> tuple[Who, ...]:
        wanted = self._words.heads.get(head)
        if wanted is None or sentence.lowers[phrase.start] not in self._words.definite:
            return ()
        bodies = [who for _, who in reversed(self.memory.met) if who.classes & wanted and "state" not in who.classes]
        for who in (*(w for w in bodies if w.named), *(w for w in bodies if not w.named)):
            if not who.pronoun:
                party = replace(who.party, text=self._text(sentence, phrase), span=self._span(sentence, phrase))
                return (replace(who, party=party),)
        return ()
