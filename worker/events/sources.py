"""Who says so: agencies, state media, monitors and unnamed voices, as links of an attribution chain.

Named sources are in ``data/sources.toml`` (their names hold in every language); unnamed voices ("witnesses", "local
sources") are words of a language, in ``packs/<language>/sources.toml``. Kinds are those of
:class:`worker.records.Source`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.errors import PackError
from worker.events.countries import DATA, PACKS, read_toml
from worker.events.names import NameIndex

KINDS = frozenset(
    [
        "publisher",
        "news_agency",
        "state_media",
        "official",
        "belligerent",
        "monitor",
        "ngo",
        "witness",
        "anonymous",
        "other",
    ]
)


@dataclass(frozen=True, slots=True)
class SourceMatch:
    """A source found among tokens."""

    name: str  # canonical; for an unnamed voice its words in lower case
    kind: str
    country: str | None  # ISO 3166-1 alpha-3 of the source, not of its news
    length: int  # tokens
    named: bool = True  # False for "witnesses", "local sources"


class SourceBook:
    """Every source the coder knows, read once."""

    def __init__(self, index: NameIndex[SourceMatch]) -> None:
        self._index = index

    @classmethod
    def load(cls, pack: Path = PACKS / "en") -> SourceBook:
        """Read the named sources and a pack's unnamed voices.

        Args:
            pack: the language's folder.

        Returns:
            The book.

        Raises:
            PackError: a file cannot be read, or an entry has an unknown kind or key.
        """
        index: NameIndex[SourceMatch] = NameIndex()
        named = DATA / "sources.toml"
        for kind, entries in read_toml(named).items():
            for entry in entries:
                _add(index, named, kind, entry, common=False)
        unnamed = pack / "sources.toml"
        if unnamed.exists():
            for kind, words in read_toml(unnamed).items():
                for word in words:
                    _add(index, unnamed, kind, {"name": word}, common=True)
        return cls(index)

    def match(self, tokens: Sequence[str], start: int) -> SourceMatch | None:
        """Find the longest source that begins at a token.

        Args:
            tokens: the tokens of a sentence.
            start: index of the first token, after any determiner.

        Returns:
            The match, or None.
        """
        found = self._index.longest(tokens, start)
        if found is None:
            return None
        source, length = found
        return SourceMatch(source.name, source.kind, source.country, length, source.named)


_KEYS = frozenset({"name", "names", "country"})


def _add(index: NameIndex[SourceMatch], path: Path, kind: str, entry: Mapping[str, Any], *, common: bool) -> None:
    unknown = entry.keys() - _KEYS
    if kind not in KINDS or unknown or "name" not in entry:
        raise PackError(
            f"{path}: [{kind}] {dict(entry)}: the kind must be one of {sorted(KINDS)}, the keys of {sorted(_KEYS)}."
        )
    source = SourceMatch(entry["name"], kind, entry.get("country"), 0, not common)
    index.add_all((entry["name"], *entry.get("names", ())), source, common=common)
