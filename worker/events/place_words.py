"""The words that a language puts around the names of places: "province", "outskirts", "north of", "refugee camp"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.errors import PackError
from worker.events.countries import read_toml
from worker.events.names import NameIndex, fold_name


@dataclass(frozen=True, slots=True)
class Feature:
    """What a generic noun beside a name says: which kinds of place it can be, best first, and how precise that is."""

    kinds: tuple[str, ...]
    precision: int


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The words that a language puts around the names of places (packs/<language>/places.toml)."""

    features: NameIndex[Feature]
    parts: NameIndex[str]
    organisations: frozenset[str]
    near: frozenset[str]
    wide: frozenset[str]
    compass: frozenset[str]
    directions: frozenset[str]
    locative: frozenset[str]
    firm: frozenset[str]
    linking: frozenset[str]
    wary: frozenset[tuple[str, ...]]
    person_titles: frozenset[str]
    determiners: frozenset[str]
    indefinite: frozenset[str]
    roads: frozenset[str]  # "the Kaduna-Abuja highway"
    distances: frozenset[str]  # "20 miles from Marib"
    named_after: frozenset[str]  # nouns that a place's name before them only names: "accord"
    shores: frozenset[str]  # "off the coast of Somalia": its waters
    hosted: frozenset[str]  # "the Swedish embassy in Baghdad": not the demonym's country
    pinpointing: frozenset[str]  # "in", "at": a name of no table after them is a place's all the same
    never: frozenset[str]  # days and months, which are towns somewhere
    capitals: frozenset[str]  # "the capital": of the country that is spoken of
    nouns: frozenset[str]  # first words, folded, of features and parts
    openers: frozenset[str]  # lower-case words with which a place phrase may begin

    @classmethod
    def load(cls, pack: Path) -> PlaceWords:
        """Read the words of one pack.

        Args:
            pack: the language's folder.

        Returns:
            The words.

        Raises:
            PackError: the file is missing, or a table or key in it is.
        """
        path = pack / "places.toml"
        table = read_toml(path)
        try:
            nouns = (*table["features"], *table["parts"]["words"])
            openers = {noun.split()[0] for noun in nouns} | set(table["near"]) | set(table["compass"]["adjectives"])
            features, parts = _features(table["features"]), _common_words(table["parts"]["words"])
            return cls(
                features=features,
                parts=parts,
                nouns=frozenset({*features.openers(), *parts.openers()}),
                organisations=frozenset(table["organisations"]),
                near=frozenset(table["near"]),
                wide=frozenset(table["wide"]),
                compass=frozenset(table["compass"]["adjectives"]),
                directions=frozenset(table["compass"]["nouns"]),
                locative=frozenset(table["locative"]),
                firm=frozenset(table["firm"]),
                linking=frozenset(table["linking"]),
                wary=frozenset(map(fold_name, table["wary"]["names"])),
                person_titles=frozenset(table["person_titles"]["words"]),
                determiners=frozenset(table["determiners"]),
                indefinite=frozenset(table["indefinite"]),
                **{
                    key: frozenset(table.get(key, ()))
                    for key in (
                        "roads",
                        "distances",
                        "named_after",
                        "shores",
                        "hosted",
                        "capitals",
                        "never",
                        "pinpointing",
                    )
                },
                openers=frozenset(openers | set(table["compass"]["nouns"]) | set(table["determiners"])),
            )
        except KeyError as error:
            raise PackError(f"{path} lacks {error}; its head explains every table.") from error


def _features(table: Mapping[str, Mapping[str, Any]]) -> NameIndex[Feature]:
    index: NameIndex[Feature] = NameIndex()
    for name, entry in table.items():
        index.add(name, Feature(tuple(entry["kinds"]), entry["precision"]), common=True)
    return index


def _common_words(words: Iterable[str]) -> NameIndex[str]:
    index: NameIndex[str] = NameIndex()
    for word in words:
        index.add(word, word, common=True)
    return index
