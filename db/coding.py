"""What a coder read out of a text, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import (
    Actor,
    ArticleText,
    Attribution,
    Casualty,
    CasualtySource,
    Coder,
    Extraction,
    Mention,
    MentionParty,
    Place,
    Quote,
)
from db.models.lookups import LOCAL_PLACE
from db.session import WHOLE_ROWS
from db.sources import known_countries, put_cited
from db.text import storable, storable_or_none
from db.vocabulary import SECTORS
from worker.records import CodedText, Event, EventPlace, Party, Source, Span, Toll

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Keys:
    """Keys of everything that a text's mentions name."""

    sources: Mapping[str, int]  # by name
    actors: Mapping[tuple[str, str | None], int]  # by name and country
    places: Mapping[EventPlace, int]


def put_coder(session: Session, coded: CodedText) -> int:
    """Return the key of the coder version that read a text."""
    columns = {"version": coded.coder_version, "pack": coded.pack or "", "pack_digest": coded.pack_digest or ""}
    known = select(Coder.coder_id).filter_by(**columns)
    found = session.execute(known).scalar()
    if found is None:
        session.execute(insert(Coder).values(columns).on_conflict_do_nothing())
        found = session.execute(known).scalar_one()
    return found


def find_extraction(session: Session, text_id: int, coder_id: int) -> int | None:
    """Return the reading of a text by a coder version that still stands; None when there is none."""
    return session.execute(
        select(Extraction.extraction_id).where(
            Extraction.text_id == text_id, Extraction.coder_id == coder_id, Extraction.superseded_at.is_(None)
        )
    ).scalar()


def standing_readings(session: Session, article_id: int) -> tuple[int, ...]:
    """Return the readings of an article that stand: none when it is coded for the first time."""
    rows = session.execute(
        select(Extraction.extraction_id)
        .join(ArticleText, ArticleText.text_id == Extraction.text_id)
        .where(ArticleText.article_id == article_id, Extraction.superseded_at.is_(None))
    )
    return tuple(rows.scalars())


def supersede(session: Session, extraction_ids: Sequence[int], now: datetime) -> None:
    """Drop the mentions of readings: another one is about to take their place."""
    session.execute(delete(Mention).where(Mention.extraction_id.in_(extraction_ids)))
    session.execute(update(Extraction).where(Extraction.extraction_id.in_(extraction_ids)).values(superseded_at=now))


def store_extraction(
    session: Session, text_id: int, coder_id: int, events: Sequence[Event], now: datetime
) -> tuple[int, tuple[int, ...]]:
    """Store a reading with its mentions and all that hangs on them.

    Returns:
        The reading's key, and those of its mentions in their order.
    """
    columns = {"finished_at": now, "superseded_at": None, "mentions": len(events)}
    statement = insert(Extraction).values(text_id=text_id, coder_id=coder_id, **columns)
    statement = statement.on_conflict_do_update(index_elements=["text_id", "coder_id"], set_=columns)
    extraction_id = session.execute(statement.returning(Extraction.extraction_id)).scalar_one()
    if not events:
        return extraction_id, ()
    keys = _put_all(session, events)
    mentions = [_mention(extraction_id, number, event, keys) for number, event in enumerate(events, 1)]
    ids = _insert_returning(session, insert(Mention), mentions, Mention.mention_id)
    told = list(zip(ids, events, strict=True))
    _insert_all(session, insert(Quote), (row for id_, event in told for row in _quotes(id_, event)))
    _insert_all(session, insert(MentionParty), (row for id_, event in told for row in _parties(id_, event, keys)))
    chains = ((id_, event.attribution) for id_, event in told)
    _insert_all(session, insert(Attribution), (row for id_, chain in chains for row in _chain(id_, chain, keys)))
    _store_tolls(session, [(id_, toll) for id_, event in told for toll in event.tolls], keys)
    return extraction_id, ids


def _store_tolls(session: Session, tolls: Sequence[tuple[int, Toll]], keys: _Keys) -> None:
    ids = _insert_returning(session, insert(Casualty), [_casualty(*toll) for toll in tolls], Casualty.casualty_id)
    _insert_all(
        session,
        insert(CasualtySource),
        (
            {"casualty_id": toll_id, "step": step, "source_id": keys.sources[storable(source.name)]}
            for toll_id, (_, toll) in zip(ids, tolls, strict=True)
            for step, source in enumerate(toll.sources, 1)
        ),
    )


def _put_all(session: Session, events: Sequence[Event]) -> _Keys:
    sources = [source for event in events for source in _sources(event)]
    parties = [party for event in events for party in (*event.actors, *event.recipients)]
    places = [event.place for event in events if event.place is not None]
    named = (*(p.country for p in parties), *(p.country for p in places))
    countries = known_countries(named)
    return _Keys(
        put_cited(session, ((source.name, source.kind, source.country) for source in sources)),
        _put_actors(session, parties, countries),
        # Sources, actors and places are inserted in this order and each in the order of names: two workers that insert
        # the same ones then never wait for each other in a circle.
        {place: _put_place(session, place, countries) for place in sorted(set(places), key=_place_order)},
    )


def _put_actors(
    session: Session, parties: Sequence[Party], countries: Mapping[str, str]
) -> dict[tuple[str, str | None], int]:
    wanted: dict[tuple[str, str | None], str | None] = {}
    for party in parties:
        key = (storable(party.name), countries.get(party.country or ""))
        wanted[key] = wanted.get(key) or (party.sector if party.sector in SECTORS else None)
    if not wanted:
        return {}
    order = sorted(wanted, key=lambda key: (key[0], key[1] or ""))
    statement = insert(Actor)
    # The first text that says what somebody is decides; later ones only fill a gap.
    statement = statement.on_conflict_do_update(
        index_elements=["name", "iso3"],
        set_={"sector": func.coalesce(Actor.sector, statement.excluded.sector)},
        where=Actor.sector.is_(None) & statement.excluded.sector.is_not(None),
    )
    known = _known_actors(session, order)
    missing = [key for key in order if key not in known or (known[key][1] is None and wanted[key] is not None)]
    if missing:
        session.execute(
            statement,
            [{"name": name, "iso3": iso3, "sector": wanted[name, iso3]} for name, iso3 in missing],
            execution_options=WHOLE_ROWS,
        )
        known |= _known_actors(session, missing)
    return {key: actor_id for key, (actor_id, _) in known.items()}


def _known_actors(
    session: Session, keys: Sequence[tuple[str, str | None]]
) -> dict[tuple[str, str | None], tuple[int, str | None]]:
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


def _mention(extraction_id: int, number: int, event: Event, keys: _Keys) -> Row:
    return {
        "extraction_id": extraction_id,
        "number": number,
        "type": event.type,
        "mode": event.mode,
        "acled_sub_event": event.acled_sub_event,
        "contexts": list(event.contexts),
        "status": event.status,
        "confidence": min(1.0, max(0.0, event.confidence)),
        "place_id": keys.places[event.place] if event.place else None,
        "place_precision": event.place.precision if event.place else None,
        "place_text": storable(event.place.text) if event.place else None,
        "date_start": event.date_start,
        "date_end": event.date_end,
        "date_precision": event.date_precision,
        "date_text": storable_or_none(event.date_text),
    }


def _quotes(mention_id: int, event: Event) -> Iterable[Row]:
    for number, quote in enumerate(event.quotes, 1):
        trigger = event.triggers[number - 1] if number <= len(event.triggers) else None
        yield {
            "mention_id": mention_id,
            "number": number,
            **_span(quote),
            "trigger_start": trigger.start if trigger else None,
            "trigger_end": trigger.end if trigger else None,
        }


def _parties(mention_id: int, event: Event, keys: _Keys) -> Iterable[Row]:
    for role, parties in (("actor", event.actors), ("recipient", event.recipients)):
        for place, party in enumerate(parties, 1):
            yield {
                "mention_id": mention_id,
                "role": role,
                "ord": place,
                "actor_id": _actor_key(party, keys),
                "words": storable(party.text),
                "char_start": party.span.start if party.span else None,
                "char_end": party.span.end if party.span else None,
            }


def _actor_key(party: Party, keys: _Keys) -> int:
    name = storable(party.name)
    country = "KOS" if party.country == "XKX" else party.country
    # A country that the lookup lacks was stored as unknown.
    return keys.actors.get((name, country)) or keys.actors[name, None]


def _chain(mention_id: int, chain: Sequence[Source], keys: _Keys) -> Iterable[Row]:
    for step, source in enumerate(chain, 1):
        yield {
            "mention_id": mention_id,
            "step": step,
            "source_id": keys.sources[storable(source.name)],
            "words": storable(source.text),
        }


def _casualty(mention_id: int, toll: Toll) -> Row:
    return {
        "mention_id": mention_id,
        "measure": toll.measure,
        "who": storable(toll.who),
        "side": toll.side,
        "low": toll.low,
        "high": toll.high,
        "approximate": toll.approximate,
        "subset": toll.subset,
        "cumulative": toll.cumulative,
        "status": toll.status,
        **_span(toll.quote),
    }


def _span(span: Span) -> Row:
    return {"words": storable(span.text), "char_start": span.start, "char_end": span.end}


def _insert_all(session: Session, statement: Insert, rows: Iterable[Row]) -> None:
    listed = list(rows)
    if listed:
        session.execute(statement, listed, execution_options=WHOLE_ROWS)


def _insert_returning(session: Session, statement: Insert, rows: list[Row], key: Any) -> tuple[int, ...]:
    if not rows:
        return ()
    returning = statement.returning(key, sort_by_parameter_order=True)
    return tuple(session.execute(returning, rows, execution_options=WHOLE_ROWS).scalars())
