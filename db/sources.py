"""Outlets and cited sources: one row a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Source
from db.text import storable
from db.vocabulary import countries


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as the rest of the statements need it."""

    source_id: int
    name: str
    kind: str
    family: str | None


def put_outlet(
    session: Session, name: str, *, kind: str = "publisher", family: str | None = None, country: str | None = None
) -> int:
    """Return the key of an outlet, inserted or updated: what the user says of an outlet overrides what was read."""
    statement = insert(Source).values(name=storable(name), kind=kind, family=family, iso3=country)
    changed = {
        "kind": statement.excluded.kind,
        "family": statement.excluded.family,
        "iso3": func.coalesce(statement.excluded.iso3, Source.iso3),
    }
    differs = Source.kind.is_distinct_from(statement.excluded.kind) | Source.family.is_distinct_from(
        statement.excluded.family
    )
    session.execute(statement.on_conflict_do_update(index_elements=[Source.name], set_=changed, where=differs))
    return session.execute(select(Source.source_id).where(Source.name == storable(name))).scalar_one()


def put_cited(session: Session, cited: Iterable[tuple[str, str, str | None]]) -> dict[str, int]:
    """Return the keys of cited sources by name, inserting those that are missing.

    Args:
        session: The transaction.
        cited: Name, kind and country (alpha-3 or None) of each. A kind already stored stays, unless it is ``other``:
            what feeds.toml or an earlier text said more exactly is not overwritten.
    """
    rows: dict[str, tuple[str, str | None]] = {}
    for name, kind, country in cited:
        rows.setdefault(storable(name), (kind, country))
    if not rows:
        return {}
    names = sorted(rows)
    known = _keys(session, names)
    missing = [name for name in names if name not in known]
    if missing:
        known_codes = known_countries(rows[name][1] for name in missing)
        # In the order of names: two workers that insert the same ones then never wait for each other in a circle.
        statement = insert(Source).values(
            [{"name": name, "kind": rows[name][0], "iso3": known_codes.get(rows[name][1] or "")} for name in missing]
        )
        better = case((Source.kind == "other", statement.excluded.kind), else_=Source.kind)
        session.execute(statement.on_conflict_do_update(index_elements=[Source.name], set_={"kind": better}))
        known |= _keys(session, missing)
    return known


def known_countries(codes: Iterable[str | None]) -> dict[str, str]:
    """Return those of the alpha-3 codes that table country has, each mapped to itself; GeoNames' XKX to KOS."""
    known = {str(row["iso3"]) for row in countries()}
    return {code: "KOS" if code == "XKX" else code for code in codes if code and (code in known or code == "XKX")}


def _keys(session: Session, names: list[str]) -> dict[str, int]:
    rows = session.execute(select(Source.name, Source.source_id).where(Source.name.in_(names)))
    return dict(rows.all())
