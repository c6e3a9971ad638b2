"""The coder: one article in, its events out, every field down to its words.

    Doc -> class string -> chunks -> frames -> attributions and certainty -> mentions -> gates -> place, time, tolls
        -> merge

Immutable after loading, so one coder serves any number of articles, threads and forked processes. It never raises for
what a text holds: texts are cut to a size (see :mod:`worker.events.text`), and every step is linear in a sentence.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

from worker.events.about import GateWords
from worker.events.actors import ActorBook
from worker.events.contexts import ContextWords
from worker.events.countries import DATA, Countries
from worker.events.entries import Entries
from worker.events.gazetteer import Gazetteer, open_gazetteer
from worker.events.lexicon import GAP, Trigger
from worker.events.numbers import NumberReader
from worker.events.pack import Pack, available_languages, load_pack
from worker.events.places import PlaceResolver, PlaceWords
from worker.events.pointing_words import PointingWords
from worker.events.reader import DocumentReader
from worker.events.scopes import MoodWords
from worker.events.sources import SourceBook
from worker.events.speech import SpeechWords
from worker.events.syntax import FrameWords
from worker.events.text import read_doc
from worker.events.times import TimeReader
from worker.events.tolls import TollReader, TollWords
from worker.events.weighing import SubjectWeights
from worker.events.where import SceneWords
from worker.records import ArticleText, CodedText

CODER_VERSION = "1"  # raised with every change that can change an answer
_CLOSED = frozenset("DRWteEHUMXTOaBPkKCALq")  # classes of words that stand in every sentence
_ORDER_WORDS = (
    "past_copula", "pluperfect", "factual", "anterior", "postposed", "object_marks", "inverting", "inverting_freely",
    "focusing",
    "personal_relatives", "whereabouts", "contrasting", "double_object", "bare_infinitive",
)  # fmt: skip
"""Lists of the table "order" of a pack's language.toml."""

_SNIFFED_TOKENS = 300  # words looked at to tell the language of a text that does not say


@dataclass(frozen=True)
class Language:
    """Everything that one language needs, made once from its pack."""

    pack: Pack
    entries: Entries
    frame_words: FrameWords
    speech: SpeechWords
    mood: MoodWords
    gates: GateWords
    weights: SubjectWeights | None
    times: TimeReader
    tolls: TollReader
    scene: SceneWords
    pointing: PointingWords
    actors: ActorBook
    sources: SourceBook
    countries: Countries
    resolver: PlaceResolver
    contexts: ContextWords

    @classmethod
    def of(cls, pack: Pack, gazetteer: Gazetteer) -> Language:
        """Make a language from its pack.

        Raises:
            PackError: A file of the pack or of the coder's data is not valid.
        """
        countries = Countries.load(pack.language)
        return cls(
            pack=pack,
            entries=Entries(pack),
            frame_words=_frame_words(pack),
            speech=SpeechWords.of(pack),
            mood=MoodWords.of(pack),
            gates=GateWords.of(pack),
            weights=SubjectWeights.of(pack),
            times=TimeReader.of(pack),
            tolls=TollReader(TollWords.of(pack), NumberReader.of(pack), pack.grammar.forms),
            scene=SceneWords.of(pack),
            pointing=PointingWords.of(pack),
            actors=ActorBook.load(pack.folder, countries),
            sources=SourceBook.load(pack.folder),
            countries=countries,
            resolver=PlaceResolver(gazetteer, countries, PlaceWords.load(pack.folder)),
            contexts=ContextWords.of(pack),
        )

    @cached_property
    def starters(self) -> frozenset[str]:
        """Words without one of which a sentence holds no event, toll or doubt: most sentences are skipped by them."""
        bases = {t.lemma[0] for t in self.pack.triggers if t.pos == "verb" and not self._tellers(t)}
        tellers = {word for t in self.pack.triggers if t.pos == "verb" for word in self._tellers(t)}
        bases |= self.tolls.words.verbs.keys()
        verbs = {w for w, forms in self.pack.grammar.forms.items() if any(base in bases for base, _ in forms)}
        closed = self.pack.grammar.class_of
        nouns = {
            next((w for w in reversed(words) if closed.get(w, "N") not in _CLOSED), first)
            for first, found in self.pack.noun_triggers.items()
            for words, _ in found
        }
        return frozenset(verbs | tellers | nouns | self.tolls.words.openers() | self.mood.obliging)

    @cached_property
    def answering(self) -> frozenset[str]:
        """All forms of the verbs that deny and accuse: without one of them a sentence answers nothing."""
        bases = self.speech.deny | self.speech.accuse
        return frozenset(w for w, forms in self.pack.grammar.forms.items() if any(base in bases for base, _ in forms))

    def _tellers(self, trigger: Trigger) -> frozenset[str]:
        """Of a phrase that begins with an everyday verb ("be ready to") the word without which it is not there."""
        light = self.pack.words("gates", "everyday", "verbs")
        if len(trigger.lemma) == 1 or trigger.lemma[0] not in light:
            return frozenset()
        closed = self.pack.grammar.class_of
        rest = [w for w in trigger.lemma[1:] if w != GAP and closed.get(w, "N") not in _CLOSED]
        return frozenset(rest[:1])

    def without(self, entry: str) -> Language:
        """The same language without one trigger entry, to show what the entry is needed for."""

        def kept(trigger: Trigger) -> bool:
            return trigger.group != entry

        pack = self.pack
        verbs = {b: tuple(t for t in ts if kept(t)) for b, ts in pack.verb_triggers.items()}
        nouns = {w: tuple(it for it in its if kept(it[1])) for w, its in pack.noun_triggers.items()}
        pack = replace(pack, verb_triggers=verbs, noun_triggers=nouns)
        return replace(self, pack=pack, entries=Entries(pack))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looks for garbage: a million values are made and all stay, and looking took a fifth of a start."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@cache
def _data_digest() -> str:
    """One digest over what the coder knows of the world: countries, groups, leaders, sources, places."""
    digest = hashlib.sha256()
    for path in sorted(DATA.glob("*.toml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _version(*packs: str) -> str:
    """What reads alike: the program, the packs of these digests, and what is known of the world."""
    digest = hashlib.sha256("".join([*packs, _data_digest()]).encode()).hexdigest()
    return f"{CODER_VERSION}-{digest[:12]}"


def _frame_words(pack: Pack) -> FrameWords:
    alone = [t for t in pack.triggers if t.pos == "verb" and len(t.lemma) == 1]
    transitive = {t.lemma[0] for t in alone if t.transitive} - {t.lemma[0] for t in alone if not t.transitive}
    transitive -= pack.words("gates", "frames", "also_intransitive") | pack.words("attribution", "say")
    order: Mapping[str, Any] = pack.tables.get("language", {}).get("order", {})
    return FrameWords(
        moods=order.get("moods", {}),
        verb_first=bool(order.get("verb_first", False)),
        written_out=order.get("written_out", {}),
        **{key: frozenset(order.get(key, ())) for key in _ORDER_WORDS},
        object_control=pack.words("gates", "frames", "object_control"),
        clausal=pack.words("gates", "frames", "clausal"),
        inner_prepositions=pack.words("gates", "frames", "inner_prepositions"),
        negative_determiners=pack.words("gates", "frames", "negative_determiners"),
        transitive=frozenset(transitive),
        phrasal=frozenset((t.lemma[0], t.lemma[1]) for t in pack.triggers if t.pos == "verb" and len(t.lemma) > 1),
        passive_markers=pack.words("gates", "frames", "passive_markers"),
        absolute=pack.words("gates", "frames", "absolute"),
        meanwhile=pack.words("gates", "frames", "meanwhile"),
        texts=frozenset(noun for noun, kinds in pack.kinds.by_noun.items() if "@text" in kinds),
        speaking=pack.words("gates", "frames", "clausal")
        | pack.words("gates", "frames", "speaking")
        | frozenset().union(*(pack.words("attribution", key) for key in ("say", "deny", "accuse"))),
    )


class Coder:
    """Codes articles. Made by :meth:`load`; never changed afterwards.

    Attributes:
        languages: What it reads by, by language (ISO 639-1).
        version: Of the coder with all its packs.
        versions: By language: what reads a text of that language, and so all that a stored text must be
            read again for. A change of another language's pack is none.
    """

    def __init__(self, languages: Mapping[str, Language]) -> None:
        self.languages = MappingProxyType(dict(languages))
        self.versions: Mapping[str, str] = {name: _version(digest) for name, digest in self.packs().items()}
        self.version = _version(*sorted(self.packs().values()))

    @classmethod
    def load(cls, languages: Iterable[str] | None = None) -> Coder:
        """Load language packs and the gazetteer.

        Args:
            languages: ISO 639-1 codes; all packs when not given.

        Returns:
            A coder that any number of threads and forked processes may share.

        Raises:
            PackError: A pack is not valid.
        """
        gazetteer = open_gazetteer()
        names = tuple(languages) if languages is not None else available_languages()
        with _uncollected():
            return cls({name: Language.of(load_pack(name), gazetteer) for name in names})

    def packs(self) -> Mapping[str, str]:
        """The digest of every language pack that is loaded."""
        return {name: language.pack.digest for name, language in sorted(self.languages.items())}

    def code(self, article: ArticleText, *, all_statuses: bool = True, layers: bool = False) -> CodedText:
        """Read the events of an article.

        Args:
            article: Its text, and what is known about it.
            all_statuses: Whether hypothetical and historical events are returned too.
            layers: Whether attributions and entities are returned, events or not.

        Returns:
            The events in the order of the text. Without a pack for the language there are none and ``pack`` is None.
        """
        language = self._language_of(article)
        if language is None:
            return CodedText(article.language, (), self.version, None, None)
        reader = _reader(article, language)
        events = reader.events(all_statuses=all_statuses)
        extra = reader.layers() if layers else ((), ())
        return CodedText(
            language=language.pack.language,
            events=events,
            coder_version=self.versions[language.pack.language],
            pack=language.pack.label,
            pack_digest=language.pack.digest,
            attributions=extra[0],
            entities=extra[1],
        )

    def reader(self, article: ArticleText) -> DocumentReader | None:
        """The reader of an article, for those who want to see how it was read; None without a pack."""
        language = self._language_of(article)
        return _reader(article, language) if language is not None else None

    def _language_of(self, article: ArticleText) -> Language | None:
        if article.language:
            return self.languages.get(article.language.lower()[:2])
        text = article.text or article.title
        shares = {name: _closed_share(text, language.pack) for name, language in self.languages.items()}
        best = max(shares, key=lambda name: shares[name] / self.languages[name].pack.closed_share, default="")
        enough = best and shares[best] >= self.languages[best].pack.closed_share
        return self.languages[best] if enough else None


def _reader(article: ArticleText, language: Language) -> DocumentReader:
    doc = read_doc(article.text, article.title, language.pack.clitics)
    return DocumentReader(language, doc, article, _day(article))


def _day(article: ArticleText) -> date | None:
    """The day of publication where the article was published."""
    return article.published.date() if article.published is not None else None


def _closed_share(text: str, pack: Pack) -> float:
    """Which share of the first words are the language's closed-class words."""
    words = text[: _SNIFFED_TOKENS * 8].lower().split()[:_SNIFFED_TOKENS]
    closed = sum(1 for word in words if pack.grammar.class_of.get(word, "V") in "DRWteEHUMXTOaBPkKC")
    return closed / max(len(words), 1)
