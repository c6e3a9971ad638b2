"""Whom and what the mentions of a text name: sources, actors and places, each a row that many texts share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Actor, Place
from db.models.lookups import LOCAL_PLACE
from db.session import WHOLE_ROWS
from db.sources import known_countries, put_cited
from db.text import storable, storable_or_none
from db.vocabulary import SECTORS
from worker.records import Event, EventPlace, Party, Source

ActorName = tuple[str, str | None]
"""What tells an actor from others: name and country."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of everything that a text's mentions name."""

    sources: Mapping[str, int]  # by name
    actors: Mapping[ActorName, int]
    places: Mapping[EventPlace, int]

    def source(self, source: Source) -> int:
        """Return the key of a source."""
        return self.sources[storable(source.name)]

    def actor(self, party: Party) -> int:
        """Return the key of a party. A country that the lookup lacks was stored as unknown."""
        name = storable(party.name)
        country = "KOS" if party.country == "XKX" else party.country
        return self.actors.get((name, country)) or self.actors[name, None]


def put_named(session: Session, events: Sequence[Event]) -> Keys:
    """Return the keys of all that events name, inserting what is missing."""
    sources = [source for event in events for source in _sources(event)]
    parties = [party for event in events for party in (*event.actors, *event.recipients)]
    places = sorted({event.place for event in events if event.place is not None}, key=_place_order)
    countries = known_countries((*(p.country for p in parties), *(p.country for p in places)))
    known = _known(session, sources, parties, places)
    # Sources, actors and places are inserted in this order and each in the order of names: two workers that insert the
    # same ones then never wait for each other in a circle.
    return Keys(
        known.sources
        | put_cited(session, ((s.name, s.kind, s.country) for s in sources if storable(s.name) not in known.sources)),
        _put_actors(session, parties, countries, known.actors),
        {place: known.places.get(place.geonameid or 0) or _put_place(session, place, countries) for place in places},
    )


@dataclass(frozen=True, slots=True)
class _Known:
    sources: dict[str, int]
    actors: dict[ActorName, tuple[int, str | None]]  # key and sector
    places: dict[int, int]  # geonameid -> key, which are the same


_KNOWN = text(
    """
    select
      (select json_object_agg(name, source_id) from source where name = any(cast(:sources as text[]))) as sources,
      (select json_agg(json_build_array(name, iso3, actor_id, sector)) from actor
       where name = any(cast(:actors as text[]))) as actors,
      (select array_agg(place_id) from place where place_id = any(cast(:places as bigint[]))) as places
    """
)


def _known(
    session: Session, sources: Iterable[Source], parties: Iterable[Party], places: Iterable[EventPlace]
) -> _Known:
    """Return what is there already, as nearly all is after a few days: in one statement."""
    row = session.execute(
        _KNOWN,
        {
            "sources": list({storable(source.name) for source in sources}),
            "actors": list({storable(party.name) for party in parties}),
            "places": [place.geonameid for place in places if place.geonameid is not None],
        },
    ).one()
    actors = {(name, iso3): (actor_id, sector) for name, iso3, actor_id, sector in row.actors or ()}
    return _Known(dict(row.sources or {}), actors, {place_id: place_id for place_id in row.places or ()})


def _put_actors(
    session: Session,
    parties: Sequence[Party],
    countries: Mapping[str, str],
    stored: Mapping[ActorName, tuple[int, str | None]],
) -> dict[ActorName, int]:
    wanted: dict[ActorName, str | None] = {}
    for party in parties:
        key = (storable(party.name), countries.get(party.country or ""))
        wanted[key] = wanted.get(key) or (party.sector if party.sector in SECTORS else None)
    if not wanted:
        return {}
    known = {name: stored[name] for name in wanted if name in stored}
    missing = [name for name in wanted if name not in known or (known[name][1] is None and wanted[name] is not None)]
    if missing:
        missing.sort(key=lambda name: (name[0], name[1] or ""))
        statement = insert(Actor)
        # The first text that says what somebody is decides; later ones only fill a gap.
        statement = statement.on_conflict_do_update(
            index_elements=["name", "iso3"],
            set_={"sector": func.coalesce(Actor.sector, statement.excluded.sector)},
            where=Actor.sector.is_(None) & statement.excluded.sector.is_not(None),
        )
        rows = [{"name": name, "iso3": iso3, "sector": wanted[name, iso3]} for name, iso3 in missing]
        session.execute(statement, rows, execution_options=WHOLE_ROWS)
        known |= _known_actors(session, missing)
    return {name: actor_id for name, (actor_id, _) in known.items()}


def _known_actors(session: Session, keys: Sequence[ActorName]) -> dict[ActorName, tuple[int, str | None]]:
    rows = session.execute(
        select(Actor.name, Actor.iso3, Actor.actor_id, Actor.sector).where(Actor.name.in_([name for name, _ in keys]))
    )
    return {(name, iso3): (actor_id, sector) for name, iso3, actor_id, sector in rows if (name, iso3) in keys}


def _put_place(session: Session, place: EventPlace, countries: Mapping[str, str]) -> int:
    columns = {
        "name": storable(place.name),
        "iso3": countries.get(place.country or ""),
        "admin1": storable_or_none(place.admin1),
        "latitude": place.latitude if place.longitude is not None else None,
        "longitude": place.longitude if place.latitude is not None else None,
    }
    if place.geonameid is not None:
        row = insert(Place).values(place_id=place.geonameid, **columns)
        session.execute(row.on_conflict_do_nothing(index_elements=[Place.place_id]))
        return place.geonameid
    same = (
        Place.place_id < 0,
        Place.name == columns["name"],
        Place.iso3.is_not_distinct_from(columns["iso3"]),
        Place.admin1.is_not_distinct_from(columns["admin1"]),
    )
    found = session.execute(select(Place.place_id).where(*same)).scalar()
    if found is None:
        session.execute(insert(Place).values(place_id=LOCAL_PLACE.next_value(), **columns).on_conflict_do_nothing())
        found = session.execute(select(Place.place_id).where(*same)).scalar_one()
    return found


def _place_order(place: EventPlace) -> tuple[int, str, str, str]:
    return (place.geonameid or 0, place.name, place.country or "", place.admin1 or "")


def _sources(event: Event) -> Iterable[Source]:
    yield from event.attribution
    for toll in event.tolls:
        yield from toll.sources
