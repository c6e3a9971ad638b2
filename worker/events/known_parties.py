"""Which parties the coder knows by name: groups, organisations, political parties, and who led them or a state, when.

All of it is knowledge about the world in ``data/{armed_groups,organisations,parties,leaders}.toml``; the head of each
file explains its entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from worker.errors import PackError
from worker.events.countries import DATA, read_toml
from worker.events.names import NameIndex
from worker.events.roles import CLASSES


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
class Leader:
    """One person's term at the head of a state or an organisation, or as its voice."""

    of: str  # alpha-3 code, or the name of an organisation or group
    name: str
    since: date
    until: date

    def holds(self, on: date) -> bool:
        """Say whether the office was held on a day."""
        return self.since <= on <= self.until


@dataclass(frozen=True)
class KnownParties:
    """The indices of everything with a name of its own."""

    names: NameIndex[ActorMatch]
    leaders: NameIndex[tuple[Leader, ...]]
    surnames: NameIndex[tuple[Leader, ...]]  # to be asked only after a title: "President Bush"

    @classmethod
    def load(cls, folder: Path = DATA, pack: Path | None = None) -> KnownParties:
        """Read all four files, and what a language calls the parties in them.

        Args:
            folder: where the four files are.
            pack: the language's folder; its ``parties.toml``, where there is one, has further spellings.

        Returns:
            The indices.

        Raises:
            PackError: a file cannot be read, or an entry has an unknown key or class.
        """
        names: NameIndex[ActorMatch] = NameIndex()
        for file in ("armed_groups", "organisations", "parties"):
            _read_named(folder / f"{file}.toml", names)
        if pack is not None and (pack / "parties.toml").exists():
            _read_spellings(pack / "parties.toml", names)
        leaders, surnames = _read_leaders(folder / "leaders.toml")
        return cls(names, leaders, surnames)


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


def _read_spellings(path: Path, index: NameIndex[ActorMatch]) -> None:
    """Add what a language calls known parties: canonical name = spellings."""
    for name, spellings in read_toml(path).get("spellings", {}).items():
        party = index.get(name)
        if party is None:
            raise PackError(f"{path}: {name!r} is no party of data/*.toml. Give the name as it stands there.")
        for spelling in spellings:
            index.add(spelling, party, common=spelling.islower())


_LEADER_KEYS = frozenset({"name", "names", "since", "until"})


def _read_leaders(path: Path) -> tuple[NameIndex[tuple[Leader, ...]], NameIndex[tuple[Leader, ...]]]:
    """Read the leaders by every spelling of theirs, and by the last word of their names."""
    by_spelling: dict[str, list[Leader]] = {}
    by_surname: dict[str, list[Leader]] = {}
    for led, entries in read_toml(path).items():
        for entry in entries:
            if not {"name", "since"} <= entry.keys() <= _LEADER_KEYS:
                raise PackError(f"{path}: {led} {entry}: needs name and since, and no key but {sorted(_LEADER_KEYS)}.")
            leader = Leader(led, entry["name"], entry["since"], entry.get("until", date.max))
            for spelling in (entry["name"], *entry.get("names", ())):
                by_spelling.setdefault(spelling, []).append(leader)
            by_surname.setdefault(entry["name"].split()[-1], []).append(leader)
    return _in_order(by_spelling), _in_order(by_surname)


def _in_order(found: dict[str, list[Leader]]) -> NameIndex[tuple[Leader, ...]]:
    index: NameIndex[tuple[Leader, ...]] = NameIndex()
    for spelling, leaders in found.items():
        index.add(spelling, tuple(sorted(leaders, key=lambda leader: leader.since)))
    return index
