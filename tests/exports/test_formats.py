"""Each format, written from stored rows and opened again with what people open it with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pytest
from geojson_pydantic import FeatureCollection
from pyarrow import parquet
from sqlalchemy import Engine, text

from tests.exports.conftest import HOSTILE_SENTENCE, HOSTILE_TITLE
from worker.exports.acled import ACLED_COLUMNS, write_acled_csv
from worker.exports.flat import CSV_COLUMNS, plain, write_csv
from worker.exports.geojson import write_geojson
from worker.exports.json_lines import write_json_lines
from worker.exports.parquet import SCHEMA, write_parquet
from worker.exports.stored import COLUMNS, PLACE_CREDIT, StoredEvent

KEYS = [1, 2, 3, 4, 5, 6, 8]  # 7 was withdrawn


def written(write: Callable[[Iterable[StoredEvent], BinaryIO], None], events: Iterable[StoredEvent]) -> io.BytesIO:
    sink = io.BytesIO()
    write(iter(events), sink)
    return io.BytesIO(sink.getvalue())


def test_the_columns_are_those_of_the_view_in_its_order(news: Engine) -> None:
    with news.connect() as connection:
        assert tuple(connection.execute(text("select * from events limit 0")).keys()) == tuple(COLUMNS)


def test_pandas_opens_the_csv_with_every_column(events: list[StoredEvent]) -> None:
    table = pd.read_csv(written(write_csv, events), parse_dates=["event_date", "updated_at"])
    assert tuple(table.columns) == CSV_COLUMNS
    assert table["event_id"].tolist() == KEYS
    first = table.iloc[0]
    assert first["event_date"] == pd.Timestamp("2025-03-05")
    assert first["updated_at"].tzinfo is not None
    assert (first["fatalities_low"], first["fatalities_best"], first["fatalities_high"]) == (7, 12, 12)
    assert first["killed_claims"] == "7 (Hospital of Goma); 12+ (Military of the Congo)"
    assert first["sources"] == "Hospital of Goma; Military of the Congo; M23"
    assert first["rivals"] == 2
    assert bool(first["happened"]) is True


def test_unknown_is_an_empty_cell_and_never_0(events: list[StoredEvent]) -> None:
    rows = list(csv.DictReader(io.TextIOWrapper(written(write_csv, events), newline="")))
    assert [row["fatalities_best"] for row in rows] == ["12", "", "5", "20", "", "", ""]
    assert pd.read_csv(written(write_csv, events))["fatalities_best"].isna().sum() == 4


def test_no_text_becomes_a_formula_and_numbers_keep_their_minus(events: list[StoredEvent]) -> None:
    rows = list(csv.DictReader(io.TextIOWrapper(written(write_csv, events), newline="")))
    hostile = rows[-1]
    assert hostile["actors"] == '\'-2+3+cmd|" /C calc"!A0'
    assert hostile["sources"] == "'+Ill Wind; <b>Daily</b>"
    assert hostile["evidence"] == "'" + HOSTILE_SENTENCE  # quotes, commas, line breaks and Arabic come back whole
    assert rows[0]["latitude"] == "-1.68"
    starts = {cell[0] for row in rows for name, cell in row.items() if cell and COLUMNS.get(name) != "number"}
    assert not starts & set("=+-@\t\r\n")


def test_json_lines_lose_nothing(events: list[StoredEvent]) -> None:
    lines = [json.loads(line) for line in written(write_json_lines, events)]
    assert [line["event_id"] for line in lines] == KEYS
    camp = lines[0]
    assert camp["actors"] == [{"name": "M23", "iso3": "COD", "sector": "REB"}]
    assert [(t["low"], t["high"], t["claimed_by"], t["quote"]) for t in camp["tolls"]] == [
        (7, 7, "Hospital of Goma", "Seven people were killed"),
        (12, None, "Military of the Congo", "at least 12 people"),
    ]
    assert [(r["outlet"], r["status"], r["according_to"]) for r in camp["reports"]] == [
        ("Great Lakes Wire", "claimed", "Hospital of Goma"),
        ("Kivu Herald", "claimed", "Military of the Congo"),
        ("Lake Times", "denied", "M23"),
    ]
    assert [len(r["quotes"]) for r in camp["reports"]] == [1, 1, 1]
    assert [(c["outlet"], c["copy_of"]) for c in camp["copies"]] == [("Morning Post", 1)]
    assert lines[-1]["reports"][0]["title"] == HOSTILE_TITLE
    assert lines[-1]["reports"][0]["quotes"] == [{"text": HOSTILE_SENTENCE, "start": 0, "end": len(HOSTILE_SENTENCE)}]


def test_pandas_opens_the_json_lines(events: list[StoredEvent]) -> None:
    table = pd.read_json(written(write_json_lines, events), lines=True)
    assert table["event_id"].tolist() == KEYS
    tolls = table.explode("tolls")["tolls"].dropna()
    assert sorted(toll["low"] for toll in tolls) == [5, 7, 12, 20]


def test_parquet_has_types_and_nested_claims(events: list[StoredEvent], tmp_path: Path) -> None:
    file = tmp_path / "events.parquet"
    file.write_bytes(written(write_parquet, events).getvalue())
    table = parquet.read_table(file)
    assert table.schema.equals(SCHEMA)
    assert table.schema.metadata[b"credit"].decode() == PLACE_CREDIT
    camp, *_, hostile = table.to_pylist()
    assert camp["event_date"] == date(2025, 3, 5)
    assert camp["first_reported_at"] == datetime(2025, 3, 5, 10, tzinfo=UTC)
    assert [toll["claimed_by"] for toll in camp["tolls"]] == ["Hospital of Goma", "Military of the Congo"]
    assert [report["quotes"][0]["text"][:5] for report in camp["reports"]] == ["Seven", "M23 s", "M23 s"]
    assert hostile["fatalities_best"] is None
    assert hostile["reports"][0]["title"] == HOSTILE_TITLE


def test_parquet_says_what_json_lines_say(events: list[StoredEvent]) -> None:
    rows = parquet.read_table(written(write_parquet, events)).to_pylist()
    lines = [json.loads(line) for line in written(write_json_lines, events)]
    assert json.loads(json.dumps(rows, default=plain)) == lines


def test_pandas_opens_the_parquet(events: list[StoredEvent]) -> None:
    table = pd.read_parquet(written(write_parquet, events))
    assert table["event_id"].tolist() == KEYS
    assert table["fatalities_best"].sum() == 37


def test_parquet_is_written_in_row_groups(events: list[StoredEvent], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.exports.parquet.ROW_GROUP", 3)
    file = parquet.ParquetFile(written(write_parquet, events))
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [3, 3, 1]


def test_the_geojson_is_valid_and_lies_where_it_should(events: list[StoredEvent]) -> None:
    raw = written(write_geojson, events).getvalue()
    collection = FeatureCollection.model_validate_json(raw)
    assert [feature.id for feature in collection.features] == KEYS
    camp, hostile = collection.features[0], collection.features[-1]
    assert camp.geometry is not None
    assert tuple(camp.geometry.coordinates) == (29.23, -1.68)  # longitude first, RFC 7946, 3.1.1
    assert hostile.geometry is None
    assert json.loads(raw)["credit"] == PLACE_CREDIT
    assert json.loads(raw)["features"][-1]["properties"]["evidence"] == HOSTILE_SENTENCE


@pytest.mark.parametrize("write", [write_csv, write_acled_csv, write_geojson, write_json_lines, write_parquet])
def test_no_events_are_a_valid_file_too(write: Callable[[Iterable[StoredEvent], BinaryIO], None]) -> None:
    empty = written(write, [])
    if write is write_geojson:
        assert FeatureCollection.model_validate_json(empty.getvalue()).features == []
    elif write is write_parquet:
        assert parquet.read_table(empty).num_rows == 0
    elif write is write_json_lines:
        assert empty.getvalue() == b""
    else:
        assert len(pd.read_csv(empty)) == 0


def test_pandas_opens_the_acled_csv(events: list[StoredEvent]) -> None:
    counted = [event for event in events if event.facts["counts"]]
    table = pd.read_csv(written(write_acled_csv, counted), parse_dates=["event_date"])
    assert tuple(table.columns) == ACLED_COLUMNS
    camp = table.iloc[0]
    told = {name: camp[name] for name in ("event_id_cnty", "actor1", "inter1", "actor2", "inter2", "interaction")}
    assert told == {
        "event_id_cnty": "COD1",
        "actor1": "M23",
        "inter1": "Rebel group",
        "actor2": "civilians",
        "inter2": "Civilians",
        "interaction": "Rebel group-Civilians",
    }
    assert (camp["iso"], camp["region"], camp["time_precision"], camp["geo_precision"]) == (180, "Middle Africa", 1, 1)
    assert camp["tags"] == "status=disputed; independent sources=2; fatalities=7-12"
    assert camp["fatalities"] == 12
    assert camp["timestamp"] == int(events[0].facts["updated_at"].timestamp())
    assert table["fatalities"].isna().sum() == 2
