"""What a coder read out of a text, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Coder, Extraction, Mention
from db.named import Keys, put_named
from db.text import storable, storable_or_none
from worker.records import CodedText, Event, Source, Span, Toll

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of an article before it is coded."""

    story_id: int
    coder_id: int
    known: int | None  # the reading of this very text by this coder version that stands
    older: tuple[int, ...]  # every reading that stands: none when the article is coded for the first time


_STANDING = text(
    """
    select a.story_id, c.coder_id, x.extraction_id as known, (
      select array_agg(older.extraction_id order by older.extraction_id)
      from article_text t join extraction older on older.text_id = t.text_id
      where t.article_id = a.article_id and older.superseded_at is null
    ) as older
    from article a
    left join coder c on c.version = :version and c.pack = :pack and c.pack_digest = :digest
    left join extraction x on x.text_id = :text and x.coder_id = c.coder_id and x.superseded_at is null
    where a.article_id = :article
    """
)


def standing(session: Session, article_id: int, text_id: int, coded: CodedText) -> Standing:
    """Return the story of an article that has one, the key of the coder that read it, and the readings that stand."""
    version = {"version": coded.coder_version, "pack": coded.pack or "", "digest": coded.pack_digest or ""}
    row = session.execute(_STANDING, {"article": article_id, "text": text_id, **version}).one()
    coder_id = row.coder_id if row.coder_id is not None else _put_coder(session, version)
    return Standing(row.story_id, coder_id, row.known, tuple(row.older or ()))


def _put_coder(session: Session, version: dict[str, str]) -> int:
    columns = {"version": version["version"], "pack": version["pack"], "pack_digest": version["digest"]}
    session.execute(insert(Coder).values(columns).on_conflict_do_nothing())
    return session.execute(select(Coder.coder_id).filter_by(**columns)).scalar_one()


def supersede(session: Session, extraction_ids: Sequence[int], now: datetime) -> None:
    """Drop the mentions of readings: another one is about to take their place."""
    session.execute(delete(Mention).where(Mention.extraction_id.in_(extraction_ids)))
    session.execute(update(Extraction).where(Extraction.extraction_id.in_(extraction_ids)).values(superseded_at=now))


def store_extraction(
    session: Session, text_id: int, coder_id: int, events: Sequence[Event], now: datetime
) -> tuple[int, tuple[int, ...]]:
    """Store a reading with its mentions and all that hangs on them, in one statement beside what they name.

    Returns:
        The reading's key, and those of its mentions in their order.
    """
    rows: dict[str, list[Row]] = {name: [] for name in ("mentions", "quotes", "parties", "chains", "tolls", "givers")}
    if events:
        keys = put_named(session, events)
        for number, event in enumerate(events, 1):
            rows["mentions"].append(_mention(number, event, keys))
            rows["quotes"] += _quotes(number, event)
            rows["parties"] += _parties(number, event, keys)
            rows["chains"] += _chain(number, event.attribution, keys)
            for toll in event.tolls:
                rows["tolls"].append(_casualty(number, toll))
                rows["givers"] += _givers(len(rows["tolls"]), toll, keys)
    stored = session.execute(
        _STORE,
        {name: json.dumps(listed, default=str) for name, listed in rows.items()}
        | {"text": text_id, "coder": coder_id, "now": now, "count": len(events)},
    ).one()
    return stored.extraction_id, tuple(stored.mention_ids or ())


# Rows come as arrays of JSON in the shape of their tables, in which the number of a mention stands for its key, and the
# place of a toll among all for its key, as the keys are only given here.
_STORE = text(
    """
    with reading as (
      insert into extraction (text_id, coder_id, finished_at, mentions) values (:text, :coder, :now, :count)
      on conflict (text_id, coder_id) do update
        set finished_at = excluded.finished_at, superseded_at = null, mentions = excluded.mentions
      returning extraction_id
    ),
    told as (
      insert into mention (extraction_id, number, type, mode, acled_sub_event, contexts, status, confidence, place_id,
        place_precision, place_text, date_start, date_end, date_precision, date_text)
      select reading.extraction_id, r.number, r.type, r.mode, r.acled_sub_event, r.contexts, r.status, r.confidence,
        r.place_id, r.place_precision, r.place_text, r.date_start, r.date_end, r.date_precision, r.date_text
      from reading, json_populate_recordset(cast(null as mention), cast(:mentions as json)) as r
      order by r.number
      returning mention_id, number
    ),
    quoted as (
      insert into quote (mention_id, number, char_start, char_end, words, trigger_start, trigger_end)
      select told.mention_id, r.number, r.char_start, r.char_end, r.words, r.trigger_start, r.trigger_end
      from json_populate_recordset(cast(null as quote), cast(:quotes as json)) as r
      join told on told.number = r.mention_id
      order by r.mention_id, r.number
    ),
    parties as (
      insert into mention_party (mention_id, role, ord, actor_id, words, char_start, char_end)
      select told.mention_id, r.role, r.ord, r.actor_id, r.words, r.char_start, r.char_end
      from json_populate_recordset(cast(null as mention_party), cast(:parties as json)) as r
      join told on told.number = r.mention_id
    ),
    chains as (
      insert into attribution (mention_id, step, source_id, words)
      select told.mention_id, r.step, r.source_id, r.words
      from json_populate_recordset(cast(null as attribution), cast(:chains as json)) as r
      join told on told.number = r.mention_id
    ),
    tolls as (
      insert into casualty (mention_id, measure, who, side, low, high, approximate, subset, cumulative, status, words,
        char_start, char_end)
      select told.mention_id, r.measure, r.who, r.side, r.low, r.high, r.approximate, r.subset, r.cumulative, r.status,
        r.words, r.char_start, r.char_end
      from json_populate_recordset(cast(null as casualty), cast(:tolls as json)) with ordinality as r
      join told on told.number = r.mention_id
      order by r.ordinality -- keys are given in this order
      returning casualty_id
    ),
    givers as (
      insert into casualty_source (casualty_id, step, source_id)
      select numbered.casualty_id, r.step, r.source_id
      from json_populate_recordset(cast(null as casualty_source), cast(:givers as json)) as r
      join (select casualty_id, row_number() over (order by casualty_id) as place from tolls) as numbered
        on numbered.place = r.casualty_id
    )
    select extraction_id, (select array_agg(mention_id order by number) from told) as mention_ids from reading
    """
)


def _mention(number: int, event: Event, keys: Keys) -> Row:
    return {
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


def _quotes(mention: int, event: Event) -> Iterable[Row]:
    for number, quote in enumerate(event.quotes, 1):
        trigger = event.triggers[number - 1] if number <= len(event.triggers) else None
        yield {
            "mention_id": mention,
            "number": number,
            **_span(quote),
            "trigger_start": trigger.start if trigger else None,
            "trigger_end": trigger.end if trigger else None,
        }


def _parties(mention: int, event: Event, keys: Keys) -> Iterable[Row]:
    for role, parties in (("actor", event.actors), ("recipient", event.recipients)):
        for place, party in enumerate(parties, 1):
            yield {
                "mention_id": mention,
                "role": role,
                "ord": place,
                "actor_id": keys.actor(party),
                "words": storable(party.text),
                "char_start": party.span.start if party.span else None,
                "char_end": party.span.end if party.span else None,
            }


def _chain(mention: int, chain: Sequence[Source], keys: Keys) -> Iterable[Row]:
    for step, source in enumerate(chain, 1):
        yield {
            "mention_id": mention,
            "step": step,
            "source_id": keys.source(source),
            "words": storable(source.text),
        }


def _casualty(mention: int, toll: Toll) -> Row:
    return {
        "mention_id": mention,
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


def _givers(toll_place: int, toll: Toll, keys: Keys) -> Iterable[Row]:
    for step, source in enumerate(toll.sources, 1):
        yield {"casualty_id": toll_place, "step": step, "source_id": keys.source(source)}


def _span(span: Span) -> Row:
    return {"words": storable(span.text), "char_start": span.start, "char_end": span.end}
