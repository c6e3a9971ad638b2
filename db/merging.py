"""Merging the mentions of a story into its events: loading them, and writing what was decided.

The decision itself is pure (:mod:`worker.events.happenings`). It is taken anew over all mentions of the story each
time, under a lock on the story, so that the rows never depend on which article came first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import Row, RowMapping, Table, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Event, EventActor, EventDispute, Mention
from worker.events.happenings import merge
from worker.events.ontology import TYPES
from worker.events.sameness import Facts, Participant, Where
from worker.events.standing import Voice
from worker.events.tellings import Happening, Merge, Telling, TollMention

_TELLINGS = text(
    """
    with told as (
      select article_id, source_id, wire_source_id, duplicate_of, url_key,
        coalesce(published_at, found_at) as reported_at
      from article where story_id = :story or article_id = :article
    )
    select
      m.mention_id, m.event_id, x.text_id, m.type, m.mode, m.acled_sub_event, m.contexts, m.status, m.confidence,
      m.date_start, m.date_end, m.date_precision, m.place_precision, m.number,
      p.place_id, p.name as place_name, p.iso3 as place_country, p.admin1, p.latitude, p.longitude,
      a.article_id, a.duplicate_of is not null as is_copy, encode(a.url_key, 'hex') as url_key, a.reported_at,
      json_build_array(o.name, o.kind, o.family) as publisher,
      case when w.source_id is not null then json_build_array(w.name, w.kind, w.family) end as wire,
      a.source_id, copies.articles as copies, copies.outlets as copy_outlets,
      (select count(*) from quote q where q.mention_id = m.mention_id) as sentences,
      (select json_agg(json_build_array(mp.role, ac.actor_id, ac.name, ac.iso3, ac.sector) order by mp.role, mp.ord)
       from mention_party mp join actor ac using (actor_id) where mp.mention_id = m.mention_id) as parties,
      (select json_agg(json_build_array(s.name, s.kind, s.family) order by at.step)
       from attribution at join source s using (source_id) where at.mention_id = m.mention_id) as chain,
      (select json_agg(json_build_array(c.measure, c.low, c.high, c.status, c.subset, c.cumulative, c.approximate,
          c.side, (select json_agg(json_build_array(s.name, s.kind, s.family) order by cs.step)
           from casualty_source cs join source s using (source_id) where cs.casualty_id = c.casualty_id))
          order by c.casualty_id)
       from casualty c where c.mention_id = m.mention_id) as tolls
    from told a
    join article_text t on t.article_id = a.article_id
    join extraction x on x.text_id = t.text_id and x.superseded_at is null
    join mention m on m.extraction_id = x.extraction_id
    join source o on o.source_id = a.source_id
    left join source w on w.source_id = a.wire_source_id
    left join place p on p.place_id = m.place_id
    left join lateral (
      select array_agg(c.article_id) as articles, array_agg(c.source_id) as outlets
      from article c where c.duplicate_of = a.article_id
    ) as copies on true
    order by m.mention_id
    """
)

# Made once: making a statement takes longer than running it. On tables, not on objects, of which there are none.
_EVENT = cast("Table", Event.__table__)
_LIVE = select(_EVENT).where(
    _EVENT.c.story_id == bindparam("story"), _EVENT.c.merged_into.is_(None), _EVENT.c.retracted_at.is_(None)
)
_NEW_EVENTS = insert(_EVENT).returning(_EVENT.c.event_id, sort_by_parameter_order=True)
_NEW_PARTIES = insert(cast("Table", EventActor.__table__))
_PARTIES = text(
    "select event_id, role, ord, actor_id from event_actor where event_id = any(cast(:events as bigint[])) "
    "order by event_id, role, ord"
)
_DISPUTES = text("select event_id, other_id from event_dispute where event_id = any(cast(:events as bigint[]))")

EventRow = Row[Any]
"""A stored event: a column of table event an attribute."""


def lock_story(session: Session, story_id: int) -> None:
    """Wait for others who merge this story, and hold off those to come, until the commit."""
    session.execute(text("select pg_advisory_xact_lock(hashtextextended('story', :story))"), {"story": story_id})


def load_tellings(session: Session, story_id: int | None, article_id: int | None = None) -> tuple[Telling, ...]:
    """Return the mentions of a story, or of one article that is in none."""
    rows = session.execute(_TELLINGS, {"story": story_id, "article": article_id}).mappings()
    return tuple(_telling(row) for row in rows)


def merge_story(session: Session, story_id: int, now: datetime) -> dict[int, int]:
    """Merge a story's mentions into its events anew; hold :func:`lock_story` on it.

    Returns:
        The event of every mention of the story.
    """
    live = session.connection().execute(_LIVE, {"story": story_id})
    events: dict[int, EventRow] = {event.event_id: event for event in live}
    tellings = load_tellings(session, story_id)
    if not events and not tellings:
        return {}
    foreign = {t.event_id for t in tellings if t.event_id is not None} - set(events)
    if foreign:
        events |= _moving_here(session, foreign, [t.mention_id for t in tellings])
        tellings = tuple(t if t.event_id in events else replace(t, event_id=None) for t in tellings)
    decided = merge(tellings, events)
    return _write(session, decided, events, {t.mention_id: t.event_id for t in tellings}, story_id, now)


def _moving_here(session: Session, foreign: Collection[int], mentions: Sequence[int]) -> dict[int, EventRow]:
    """Return the events of another story that only mentions of this one tell: a moved article takes them along."""
    told_there = select(Mention.event_id).where(Mention.event_id.in_(foreign), Mention.mention_id.not_in(mentions))
    alone = select(_EVENT).where(_EVENT.c.event_id.in_(foreign), _EVENT.c.event_id.not_in(told_there))
    return {event.event_id: event for event in session.connection().execute(alone)}


def _write(
    session: Session,
    decided: Merge,
    events: Mapping[int, EventRow],
    belonged: Mapping[int, int | None],
    story_id: int,
    now: datetime,
) -> dict[int, int]:
    rows = [_columns(happening) | {"story_id": story_id} for happening in decided.happenings]
    keys = _write_events(session, decided, rows, events, now)
    told = {key: _ranked(happening) for key, happening in zip(keys, decided.happenings, strict=True)}
    _write_parties(session, told, _parties_of(session, events) if events else {})
    belongs = {mention: key for key, h in zip(keys, decided.happenings, strict=True) for mention in h.mentions}
    _write_mentions(session, {mention: key for mention, key in belongs.items() if belonged[mention] != key})
    for event_id, place in sorted(decided.merged.items()):
        # Those that were merged into this one before follow it, so that one step leads to the living event.
        followers = select(Event.event_id).where(Event.merged_into == event_id)
        for follower in (event_id, *session.execute(followers).scalars().all()):
            session.execute(_update(follower, merged_into=keys[place], version_of=None, updated_at=now))
    for event_id in decided.retracted:
        session.execute(_update(event_id, retracted_at=now, version_of=None, updated_at=now))
    pairs = {(min(keys[a], keys[b]), max(keys[a], keys[b])) for a, b in decided.disputes}
    if pairs or events:
        _write_disputes(session, {*events, *keys}, pairs)
    return belongs


def _write_events(
    session: Session, decided: Merge, rows: Sequence[dict[str, Any]], events: Mapping[int, EventRow], now: datetime
) -> list[int]:
    """Insert the events that are new, update those that changed; returns the key of each happening's event.

    A version that is not counted names the one that is, so it is inserted after it.
    """
    known = {place: happening.event_id for place, happening in enumerate(decided.happenings) if happening.event_id}
    keys = dict(known)
    new = [place for place in range(len(rows)) if place not in known]
    for batch in ([p for p in new if p not in decided.versions], [p for p in new if p in decided.versions]):
        fresh = [
            rows[place] | {"version_of": _counted(decided, place, keys), "created_at": now, "updated_at": now}
            for place in batch
        ]
        if fresh:
            inserted = session.connection().execute(_NEW_EVENTS, fresh).scalars().all()
            keys |= dict(zip(batch, inserted, strict=True))
    for place, key in known.items():
        row = rows[place] | {"version_of": _counted(decided, place, keys)}
        if any(getattr(events[key], name) != value for name, value in row.items()):
            session.execute(_update(key, **row, merged_into=None, retracted_at=None, updated_at=now))
    return [keys[place] for place in range(len(rows))]


def _counted(decided: Merge, place: int, keys: Mapping[int, int]) -> int | None:
    counted = decided.versions.get(place)
    return None if counted is None else keys[counted]


def _update(event_id: int, **columns: Any) -> Any:
    statement = update(Event).where(Event.event_id == event_id).values(**columns)
    return statement.execution_options(synchronize_session=False)


def _columns(happening: Happening) -> dict[str, Any]:
    return {
        "type": happening.type,
        "mode": happening.mode,
        "acled_sub_event": happening.acled_sub_event,
        "contexts": list(happening.contexts),
        "summary": summary_of(happening),
        "actors": [actor.name for actor in happening.actors],
        "recipients": [recipient.name for recipient in happening.recipients],
        "date_start": happening.date_start,
        "date_end": happening.date_end,
        "date_precision": happening.date_precision,
        "place_id": happening.place.place_id if happening.place else None,
        "place_precision": happening.place.precision if happening.place else None,
        "status": happening.status,
        "confidence": happening.confidence,
        "civilian_targeting": happening.civilian_targeting,
        "fatalities_low": happening.fatalities.low,
        "fatalities_best": happening.fatalities.best,
        "fatalities_high": happening.fatalities.high,
        "first_reported_at": happening.first_reported_at,
        "last_reported_at": happening.last_reported_at,
        "mentions": happening.sentences,
        "articles": happening.articles,
        "outlets": happening.outlets,
        "independent_sources": happening.independent_sources,
    }


def summary_of(happening: Happening) -> str:
    """Return a happening in a line, made from its columns: no words of any text, so that it needs nobody's rights."""
    what = happening.type if happening.mode is None else f"{happening.type} ({happening.mode})"
    actors = ", ".join(actor.name for actor in happening.actors) or "unknown"
    recipients = ", ".join(recipient.name for recipient in happening.recipients)
    parts = [f"{what}: {actors}" + (f" -> {recipients}" if recipients else "")]
    if happening.place:
        parts.append(happening.place.name)
    if happening.date_start or happening.date_end:
        parts.append(_days(happening.date_start, happening.date_end))
    killed = happening.fatalities
    if killed.best is not None:
        span = f" ({killed.low}-{killed.high})" if killed.low != killed.high else ""
        parts.append(f"{killed.best} killed{span}")
    return "; ".join([*parts, happening.status])


def _days(start: date | None, end: date | None) -> str:
    if start and end and start != end:
        return f"{start} to {end}"
    return str(start or end)


def _ranked(happening: Happening) -> list[tuple[str, int, int]]:
    sides = (("actor", happening.actors), ("recipient", happening.recipients))
    return [
        (role, place, actor_id)
        for role, side in sides
        for place, actor_id in enumerate(dict.fromkeys(one.actor_id for one in side), 1)
    ]


def _parties_of(session: Session, events: Collection[int]) -> dict[int, list[tuple[str, int, int]]]:
    found: dict[int, list[tuple[str, int, int]]] = {}
    rows = session.execute(_PARTIES, {"events": list(events)})
    for event_id, role, place, actor_id in rows:
        found.setdefault(event_id, []).append((role, place, actor_id))
    return found


def _write_parties(
    session: Session,
    told: Mapping[int, list[tuple[str, int, int]]],
    before: Mapping[int, list[tuple[str, int, int]]],
) -> None:
    changed = [key for key, parties in told.items() if parties != before.get(key, [])]
    stale = [key for key in changed if key in before]
    if stale:
        session.execute(delete(EventActor).where(EventActor.event_id.in_(stale)))
    rows = [
        {"event_id": key, "role": role, "ord": place, "actor_id": actor_id}
        for key in changed
        for role, place, actor_id in told[key]
    ]
    if rows:
        session.connection().execute(_NEW_PARTIES, rows)


def _write_mentions(session: Session, strayed: Mapping[int, int]) -> None:
    if strayed:
        session.execute(
            text(
                "update mention set event_id = moved.event_id from "
                "unnest(cast(:mentions as bigint[]), cast(:events as bigint[])) as moved(mention_id, event_id) "
                "where mention.mention_id = moved.mention_id"
            ),
            {"mentions": list(strayed), "events": list(strayed.values())},
        )


def _write_disputes(session: Session, events: Collection[int], pairs: Collection[tuple[int, int]]) -> None:
    before = {(row.event_id, row.other_id) for row in session.execute(_DISPUTES, {"events": list(events)})}
    for event_id, other_id in sorted(before - set(pairs)):
        session.execute(
            delete(EventDispute).where(EventDispute.event_id == event_id, EventDispute.other_id == other_id)
        )
    fresh = [{"event_id": event_id, "other_id": other_id} for event_id, other_id in sorted(set(pairs) - before)]
    if fresh:
        session.execute(insert(EventDispute).on_conflict_do_nothing(), fresh)


def _telling(row: RowMapping) -> Telling:
    return Telling(
        mention_id=row["mention_id"],
        event_id=row["event_id"],
        text_id=row["text_id"],
        order=f"{row['url_key']} {row['number']:04}",
        facts=_facts(row),
        acled_sub_event=row["acled_sub_event"],
        contexts=tuple(row["contexts"]),
        date_precision=row["date_precision"],
        status=row["status"],
        confidence=row["confidence"],
        chain=_voices(row["chain"]),
        wire=Voice(*row["wire"]) if row["wire"] else None,
        publisher=Voice(*row["publisher"]),
        is_copy=row["is_copy"],
        articles=frozenset({row["article_id"], *(row["copies"] or ())}),
        outlets=frozenset({row["source_id"], *(row["copy_outlets"] or ())}),
        sentences=row["sentences"],
        tolls=tuple(
            TollMention(measure, low, high, status, _voices(chain), subset, cumulative, approximate, side)
            for measure, low, high, status, subset, cumulative, approximate, side, chain in row["tolls"] or ()
        ),
    )


def _facts(row: RowMapping) -> Facts:
    sides: dict[str, list[Participant]] = {"actor": [], "recipient": []}
    for role, actor_id, name, iso3, sector in row["parties"] or ():
        sides[role].append(Participant(name, iso3, sector, actor_id))
    return Facts(
        type=row["type"],
        quad=TYPES[row["type"]].quad,
        mode=row["mode"],
        actors=tuple(sides["actor"]),
        recipients=tuple(sides["recipient"]),
        place=_where(row),
        date_start=row["date_start"],
        date_end=row["date_end"],
        planned=row["status"] == "planned",
        reported_at=row["reported_at"].astimezone(UTC),
    )


def _where(row: RowMapping) -> Where | None:
    if row["place_id"] is None:
        return None
    return Where(
        place_id=row["place_id"],
        country=row["place_country"],
        admin1=row["admin1"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        precision=row["place_precision"],
        name=row["place_name"],
    )


def _voices(chain: Sequence[Sequence[Any]] | None) -> tuple[Voice, ...]:
    return tuple(Voice(*voice) for voice in chain or ())
