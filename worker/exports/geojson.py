"""Events as GeoJSON (RFC 7946): one FeatureCollection, a feature for each event."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from worker.exports.flat import flat_row, plain
from worker.exports.stored import PLACE_CREDIT, StoredEvent


def write_geojson(events: Iterable[StoredEvent], sink: BinaryIO) -> None:
    """Write one FeatureCollection, a feature a line, so that a file of any size is written and read row by row."""
    sink.write(f'{{"type": "FeatureCollection", "credit": {json.dumps(PLACE_CREDIT)}, "features": ['.encode())
    between = b"\n"
    for event in events:
        sink.write(between + json.dumps(feature(event), ensure_ascii=False).encode("utf-8"))
        between = b",\n"
    sink.write(b"\n]}\n")


def feature(event: StoredEvent) -> dict[str, Any]:
    """An event as a feature: a point, or no geometry where no coordinates are known (RFC 7946, 3.2).

    A point may be the centre of a province or of a country: ``place_precision`` says so.
    """
    latitude, longitude = event.facts["latitude"], event.facts["longitude"]
    located = latitude is not None and longitude is not None
    return {
        "type": "Feature",
        "id": event.event_id,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]} if located else None,
        "properties": {name: plain(value) for name, value in flat_row(event).items()},
    }
