"""Events as Parquet: the columns typed, the lists nested, a row group at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

from worker.exports.json_lines import nested
from worker.exports.stored import COLUMNS, PLACE_CREDIT, Kind, StoredEvent

ROW_GROUP = 5_000
"""Events in one row group: some tens of megabytes as Python values, and large enough that columns compress well."""

_INSTANT = pa.timestamp("us", tz="UTC")
_TYPES: dict[Kind, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "flag": pa.bool_(),
    "day": pa.date32(),
    "instant": _INSTANT,
    "words": pa.list_(pa.string()),
}

_PARTIES = pa.list_(pa.struct({"name": pa.string(), "iso3": pa.string(), "sector": pa.string()}))
_QUOTES = pa.list_(pa.struct({"text": pa.string(), "start": pa.int64(), "end": pa.int64()}))
_REPORTS = pa.list_(
    pa.struct(
        {
            "mention_id": pa.int64(),
            "article_id": pa.int64(),
            "outlet": pa.string(),
            "outlet_kind": pa.string(),
            "agency": pa.string(),
            "title": pa.string(),
            "url": pa.string(),
            "published_at": _INSTANT,
            "status": pa.string(),
            "according_to": pa.string(),
            "confidence": pa.float64(),
            "coder_version": pa.string(),
            "quotes": _QUOTES,
        }
    )
)
_TOLLS = pa.list_(
    pa.struct(
        {
            "measure": pa.string(),
            "low": pa.int64(),
            "high": pa.int64(),
            "approximate": pa.bool_(),
            "who": pa.string(),
            "side": pa.string(),
            "subset": pa.bool_(),
            "cumulative": pa.bool_(),
            "status": pa.string(),
            "claimed_by": pa.string(),
            "according_to": pa.string(),
            "outlet": pa.string(),
            "url": pa.string(),
            "published_at": _INSTANT,
            "quote": pa.string(),
        }
    )
)
_COPIES = pa.list_(
    pa.struct(
        {
            "article_id": pa.int64(),
            "copy_of": pa.int64(),
            "outlet": pa.string(),
            "title": pa.string(),
            "url": pa.string(),
            "published_at": _INSTANT,
        }
    )
)
_LISTS = {
    "actors": _PARTIES,
    "recipients": _PARTIES,
    "rivals": pa.list_(pa.int64()),
    "reports": _REPORTS,
    "tolls": _TOLLS,
    "copies": _COPIES,
}

SCHEMA = pa.schema({name: _TYPES[kind] for name, kind in COLUMNS.items()} | _LISTS, metadata={"credit": PLACE_CREDIT})


def write_parquet(events: Iterable[StoredEvent], sink: BinaryIO) -> None:
    """Write a Parquet file, compressed with zstd; its metadata carry the credit of the gazetteer."""
    with parquet.ParquetWriter(sink, SCHEMA, compression="zstd") as writer:
        rows = map(nested, events)
        while group := list(islice(rows, ROW_GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema=SCHEMA))
