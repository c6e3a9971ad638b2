"""A language pack: everything the coder knows of one language, read from TOML and checked.

A pack is a folder of ``worker/events/packs``. ``language.toml`` has closed classes and the shapes of phrases,
``morphology.toml`` how verbs and nouns take their forms, ``verbs.toml`` verbs without an event of their own,
``attribution.toml``, ``modality.toml``, ``time.toml``, ``numbers.toml`` and ``gates.toml`` the words of those
questions, ``nouns.toml`` what kinds of things nouns name, ``triggers/*.toml`` the words that tell of events (see
:mod:`worker.events.lexicon`).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from worker.errors import PackError
from worker.events.kinds import Kinds
from worker.events.lexicon import Example, Trigger, read_entries
from worker.events.morphology import Morphology
from worker.events.text import Clitics

_COMPOSING = frozenset({"agreeing", "refusing", "threatening", "urging", "ending"})
_SETTLED = re.compile(r"\(\?P<it>(?:\\?(?P<one>[^\[\]\\])|\[(?P<some>[^\]\\^]+)\])\)")
_NOUN_OR_VERB = {"z": "F", "s": "f"}  # a conjugated form that is a noun as well
PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class ChunkShape:
    """One kind of phrase and the expression over class characters that finds it."""

    kind: str
    match: str


@dataclass(frozen=True, slots=True)
class Retag:
    """One rule that settles the class of a word of two natures by what stands beside it."""

    letters: frozenset[str]  # the classes it settles: a sentence without them need not be searched
    match: re.Pattern[str]
    to: str

    @classmethod
    def of(cls, match: str, to: str) -> Retag:
        """Compile a rule.

        Raises:
            PackError: Its group ``it`` is not one class or a list of classes.
        """
        named = _SETTLED.search(match)
        if named is None:
            raise PackError(
                f"language.toml: the retag {match!r} settles no class. Name one: (?P<it>b) or (?P<it>[bz])."
            )
        return cls(frozenset(named["one"] or named["some"]), re.compile(match), to)


@dataclass(frozen=True, eq=False)
class Grammar:
    """Word classes and phrase shapes, compiled; one is itself alone, so that answers can be kept by it."""

    class_of: Mapping[str, str]  # lower-case word -> class character
    capital_class_of: Mapping[str, str]
    multiword: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]  # first word -> (all words, class)
    endings: tuple[tuple[re.Pattern[str], str], ...]
    retags: tuple[Retag, ...]
    chunks: re.Pattern[str]
    forms: Mapping[str, tuple[tuple[str, str], ...]]  # lower-case word -> (base form, forms as letters)
    infinitives: frozenset[str]  # words that are the infinitive of some verb, where words are conjugated
    trailing: frozenset[str] = frozenset()  # classes that may follow the head of a noun phrase inside it


@dataclass(frozen=True)
class Pack:
    """One language, ready for use; never changed after loading."""

    language: str
    version: str
    digest: str  # SHA-256 over all its files
    folder: Path
    clitics: Clitics
    closed_share: float
    grammar: Grammar
    verb_triggers: Mapping[str, tuple[Trigger, ...]]  # base form -> longest phrase first
    noun_triggers: Mapping[
        str, tuple[tuple[tuple[str, ...], Trigger], ...]
    ]  # first word as written -> (words, trigger)
    kinds: Kinds
    examples: tuple[Example, ...]
    tables: Mapping[str, Mapping[str, Any]]  # file stem -> its content, for the parts that own the file

    @property
    def label(self) -> str:
        """Language and version as stored with every extraction."""
        return f"{self.language}-{self.version}"

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        """Every trigger, each once."""
        verbs = [t for group in self.verb_triggers.values() for t in group]
        nouns = {t.entry: t for group in self.noun_triggers.values() for _, t in group}
        return (*verbs, *nouns.values())

    def words(self, table: str, *keys: str) -> frozenset[str]:
        """A list of words of one of the pack's files, as a set; empty when the pack has none."""
        value: Any = self.tables.get(table, {})
        for key in keys:
            value = value.get(key, {})
        return frozenset(value or ())


def available_languages() -> tuple[str, ...]:
    """The languages there is a pack for (ISO 639-1), sorted."""
    return tuple(sorted(path.parent.name for path in PACKS.glob("*/language.toml")))


def load_pack(language: str, folder: Path | None = None, *, without: str | None = None) -> Pack:
    """Read and check a pack.

    Args:
        language: ISO 639-1 code, the folder's name.
        folder: Where the pack lies, if not among the coder's own.
        without: Name of one trigger entry to leave out (used to prove that each entry is needed).

    Returns:
        The pack.

    Raises:
        PackError: A file is missing, is no TOML, or breaks the format.
    """
    folder = folder or PACKS / language
    tables, digest = _read_tables(folder)
    lists: Mapping[str, Sequence[str]] = tables.get("gates", {}).get("lists", {})
    triggers: list[Trigger] = []
    examples: list[Example] = []
    for name in sorted(name for name in tables if name.startswith("triggers/")):
        some, texts = read_entries(name.removeprefix("triggers/"), tables[name].get("trigger", ()), lists)
        triggers += some
        examples += texts
    if without is not None:
        triggers = [trigger for trigger in triggers if trigger.entry != without]
    language_table = tables["language"]
    morphology = Morphology(tables.get("morphology", {}))
    return Pack(
        language=language_table["language"],
        version=language_table["version"],
        digest=digest,
        folder=folder,
        clitics=_clitics(language_table),
        closed_share=float(language_table["closed_share"]),
        grammar=_grammar(language_table, tables, morphology, triggers),
        verb_triggers=_index_verbs(triggers),
        noun_triggers=_index_nouns(triggers, morphology),
        kinds=Kinds.of(tables.get("nouns", {}), morphology.plural),
        examples=tuple(examples),
        tables=tables,
    )


def _read_tables(folder: Path) -> tuple[dict[str, dict[str, Any]], str]:
    files = sorted(folder.glob("*.toml")) + sorted(folder.glob("triggers/*.toml"))
    if folder / "language.toml" not in files:
        raise PackError(f"{folder}: there is no language.toml. A pack needs at least that file.")
    digest = hashlib.sha256()
    tables: dict[str, dict[str, Any]] = {}
    for path in files:
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw + b"\0")
        name = path.stem if path.parent == folder else f"triggers/{path.stem}"
        try:
            tables[name] = tomllib.loads(raw.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PackError(f"{path.name}: this is not TOML ({error}). Correct the file.") from error
    return tables, digest.hexdigest()


def duplicates(triggers: Sequence[Trigger]) -> list[tuple[str, str]]:
    """Pairs of entries that say the same of the same word: the pack's test wants none."""
    seen: dict[tuple[object, ...], str] = {}
    found: list[tuple[str, str]] = []
    for trigger in triggers:
        key = (trigger.lemma, trigger.pos, trigger.type, trigger.mode, trigger.needs, trigger.actor, trigger.recipient)
        if key in seen:
            found.append((seen[key], trigger.entry))
        seen[key] = trigger.entry
    return found


def _clitics(table: Mapping[str, Any]) -> Clitics:
    ends = "|".join(
        re.escape(end).replace("'", "['\u2019]") for end in sorted(table.get("clitics", ()), key=len, reverse=True)
    )
    return Clitics(
        ends=re.compile(f"(?:{ends})$", re.IGNORECASE) if ends else None,
        abbreviations=frozenset(table.get("abbreviations", ())),
        openers=frozenset(table.get("openers", ())),
    )


def _form_class(forms: str) -> str:
    """One class character for the forms a word can be: past and participle alike are v, whatever else they are."""
    if "d" in forms and ("n" in forms or "b" in forms):
        return "v"
    for letter in "bzdngircs":
        if letter in forms:
            return letter
    return "b"


def _named_verbs(tables: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Every verb that any table of the pack speaks of: what is asked about must be seen as a verb."""
    gates, speech, mood = tables.get("gates", {}), tables.get("attribution", {}), tables.get("modality", {})
    lists = [tables.get("verbs", {}).get("verbs", ())]
    lists += [*gates.get("light", {}).values(), *mood.get("verbs", {}).values()]
    lists += [words for key, words in gates.get("composition", {}).items() if key in _COMPOSING]
    lists += [speech.get(key, ()) for key in ("say", "deny", "accuse", "relay", "relayed", "impersonal")]
    lists += [measure.get("verbs", ()) for measure in tables.get("numbers", {}).get("measures", {}).values()]
    return {word.split()[0] for words in lists for word in words}


def _grammar(
    language: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]],
    morphology: Morphology,
    triggers: Sequence[Trigger],
) -> Grammar:
    bases = {t.lemma[0] for t in triggers if t.pos == "verb"} | _named_verbs(tables)
    nouns = set(tables.get("verbs", {}).get("also_nouns", ())) | {t.lemma[-1] for t in triggers if t.pos == "noun"}
    forms: dict[str, dict[str, str]] = {}
    for base in sorted(bases):
        for word, letter in morphology.verb(base):
            found = forms.setdefault(word, {})
            found[base] = found.get(base, "") + letter
    for base, words in morphology.also_forms.items():
        for word in words:
            forms.setdefault(word, {})[base] = "d"
    class_of = {word: _class_of_form(word, found, nouns, morphology) for word, found in forms.items()}
    adjectives = (w for row in tables.get("countries", {}).values() for w in row.get("adjectives", ()) if w.islower())
    class_of.update(dict.fromkeys(adjectives, "J"))
    for letter, words in language["classes"].items():
        class_of.update(dict.fromkeys(words, letter))
    multiword: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for letter, phrases in language.get("multiword", {}).items():
        for phrase in phrases:
            words = tuple(phrase.split())
            multiword.setdefault(words[0], []).append((words, letter))
    return Grammar(
        class_of=class_of,
        capital_class_of={w: letter for letter, ws in language.get("capital_classes", {}).items() for w in ws},
        multiword={first: tuple(sorted(found, key=lambda it: -len(it[0]))) for first, found in multiword.items()},
        endings=tuple((re.compile(row["match"]), row["class"]) for row in language["ending"]),
        retags=tuple(Retag.of(row["match"], row["to"]) for row in language["retag"]),
        chunks=re.compile("|".join(f"(?P<{row['kind']}>{row['match']})" for row in language["chunk"])),
        forms={word: tuple(sorted(found.items())) for word, found in forms.items()},
        infinitives=frozenset(word for word, found in forms.items() if "i" in found.values()),
        trailing=frozenset(language.get("trailing", "")),
    )


def _class_of_form(word: str, found: Mapping[str, str], nouns: set[str], morphology: Morphology) -> str:
    letters = "".join(found.values())
    shape = _form_class(letters)
    if morphology.conjugation.rows:
        return _NOUN_OR_VERB.get(shape, shape) if word in nouns else shape
    if any(base in nouns for base in found):
        if shape == "b":
            return "F"
        if shape == "z" and any(morphology.plural(base) == word for base in found):
            return "f"
    return shape


def _by_length(trigger: Trigger) -> tuple[int, int]:
    """Longer phrases are tried first, then entries that ask for more: the particular before the general."""
    return -len(trigger.lemma), -len(trigger.needs)


def _index_verbs(triggers: Sequence[Trigger]) -> dict[str, tuple[Trigger, ...]]:
    index: dict[str, list[Trigger]] = {}
    for trigger in triggers:
        if trigger.pos == "verb":
            index.setdefault(trigger.lemma[0], []).append(trigger)
    return {base: tuple(sorted(found, key=_by_length)) for base, found in index.items()}


def _index_nouns(
    triggers: Sequence[Trigger], morphology: Morphology
) -> dict[str, tuple[tuple[tuple[str, ...], Trigger], ...]]:
    index: dict[str, list[tuple[tuple[str, ...], Trigger]]] = {}
    for trigger in triggers:
        if trigger.pos != "noun":
            continue
        plural = (*trigger.lemma[:-1], morphology.plural(trigger.lemma[-1]))
        for words in {trigger.lemma, plural}:
            index.setdefault(words[0], []).append((words, trigger))
    return {first: tuple(sorted(found, key=lambda it: _by_length(it[1]))) for first, found in index.items()}
