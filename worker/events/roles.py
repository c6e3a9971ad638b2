"""What a role noun says of its party: "soldiers" are the military's, "gunmen" nobody's, "ministers" speak for a state.

Role nouns and the words around them are a language's, in ``packs/<language>/roles.toml``; its head explains every key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from worker.errors import PackError
from worker.events.countries import read_toml
from worker.events.names import NameIndex

CLASSES = frozenset(
    {
        "armed", "state", "civil", "political", "international", "person", "media", "sport", "company", "crime",
        "justice", "weapon-platform", "victim",
    }
)  # fmt: skip
"""What the gates may ask of a party."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a role noun says of its party."""

    name: str  # the noun as a party is named by it, plural
    sector: str
    classes: frozenset[str]
    institution: str | None  # "Military": with a country the party is "Military of X"
    naming: str  # with a country and no institution: "noun" keeps the noun, "phrase" puts the adjective before it
    title: bool  # may stand before a person's name
    borrowed: bool  # after another role noun the party is that one's: "rebel leaders" are rebels
    single: bool  # one of its kind, so that a name may follow: "the journalist Samira Rabbani", "the party Fidesz"

    @property
    def before_names(self) -> bool:
        """Whether a name that follows belongs to it."""
        return self.title or self.single


def combined(first: Role | None, then: Role) -> Role:
    """Say what two role nouns make together: the last is the head, unless it only borrows or the first fights.

    Args:
        first: the noun that stands before, if any.
        then: the noun after it.

    Returns:
        ``then`` for "army spokesman"'s second word alone; ``first`` for "rebel leaders" and "rebel soldiers".
    """
    if first is None:
        return then
    if then.borrowed:
        return replace(first, title=then.title, single=then.single, classes=first.classes | (then.classes & {"person"}))
    rebels_first = "armed" in first.classes and "state" not in first.classes and "armed" in then.classes
    return first if rebels_first else then


@dataclass(frozen=True)
class RoleWords:
    """The role nouns of a language and the words that may stand around them."""

    roles: NameIndex[Role]
    modifiers: NameIndex[str]
    peoples: NameIndex[str]
    joining: frozenset[str]
    of: frozenset[str]
    determiners: frozenset[str]
    former: frozenset[str]
    ethnic: frozenset[str]
    never_between: frozenset[str]
    openers: frozenset[str]
    no_names: frozenset[str]
    adjectives_follow: bool  # "gobierno sirio": the country's adjective stands after the noun

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
                former=frozenset(table["former"]),
                ethnic=frozenset(table["ethnic"]),
                never_between=frozenset(table["never_between"]),
                openers=frozenset(table["openers"]),
                no_names=frozenset(table.get("no_names", ())),
                adjectives_follow=bool(table.get("adjectives_follow", False)),
            )
        except KeyError as error:
            raise PackError(f"{path} lacks {error}; its head explains every table.") from error


def _words(words: Sequence[str], *, common: bool) -> NameIndex[str]:
    index: NameIndex[str] = NameIndex()
    for word in words:
        index.add(word, word, common=common)
    return index


_ROLE_KEYS = frozenset({"name", "sector", "classes", "institution", "naming", "title", "borrowed", "words"})


def _roles(path: Path, entry: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Role]]:
    """Read one entry; each word is "singular/plural" or stands for itself."""
    classes = frozenset(entry.get("classes", ()))
    unknown = (entry.keys() - _ROLE_KEYS) | (classes - CLASSES)
    if unknown:
        raise PackError(f"{path}: {entry['words'][:1]} has {sorted(unknown)}, which is no key or class of a role.")
    for words in entry["words"]:
        forms = tuple(words.split("/"))
        role = Role(
            single=False,
            name=entry.get("name", forms[-1]),
            sector=entry["sector"],
            classes=classes,
            institution=entry.get("institution"),
            naming=entry.get("naming", "noun"),
            title=entry.get("title", False),
            borrowed=entry.get("borrowed", False),
        )
        if len(forms) > 1:
            yield forms[:-1], replace(role, single=True)
        yield forms[-1:], role
