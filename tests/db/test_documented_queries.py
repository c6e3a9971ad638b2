"""Every query of docs/views.md, run on a month of stored news."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from db.session import engine_for
from tests.db import news
from tests.documents import ROOT

QUERY = re.compile(r"^## ([^\n]+)\n(?:(?!## |```).*\n)*```sql\n([\s\S]*?)^```$", re.MULTILINE)
QUERIES = dict(QUERY.findall((ROOT / "docs" / "views.md").read_text(encoding="utf-8")))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
LONGEST = 9
"""Lines of a query: what takes more wants a view."""

MARCH = date(2025, 3, 1)


def day(number: int) -> date:
    return date(2025, 3, number)


def at(number: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, number, hour, minute, tzinfo=UTC)


def feature(key: int, where: tuple[float, float], when: str, kind: str, killed: int | None) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": key,
        "geometry": {"type": "Point", "coordinates": list(where)},
        "properties": {"date": when, "type": kind, "killed": killed},
    }


WIRED, TWELVE, DENIAL, RIVAL = news.WIRED, news.TWELVE, news.DENIAL, news.RIVAL
SHELLING = "ASSAULT (heavy-weapons): {} -> civilians; Goma; 2025-03-05; {}"
SUDAN = "Sudanese Armed Forces"
RSF = "Rapid Support Forces"
ARMY = "Military of the Congo"
GOMA = (29.23, -1.68)

EXPECTED: dict[str, list[tuple[object, ...]]] = {
    # The shelling of Goma is one, whoever shelled it.
    "Counts by day, country and type": [
        (day(5), "Congo - Kinshasa", "ASSAULT", 1, 7, 12, 12),
        (day(6), "Sudan", "ASSAULT", 1, 5, 5, 5),
        (day(18), "Kenya", "PROTEST", 1, None, None, None),
        (day(20), "Sudan", "ASSAULT", 1, 20, 20, 30),
    ],
    "Share of all events": [
        (MARCH, "Sudan", 2, Decimal("50.0")),
        (MARCH, "Congo - Kinshasa", 1, Decimal("25.0")),
        (MARCH, "Kenya", 1, Decimal("25.0")),
    ],
    # The raid of two forces on two parties is one event of its principal pair: 5 killed, not 20.
    "Deaths by pair": [
        (SUDAN, RSF, 2, 25, 25, 35),
        ("M23", "civilians", 1, 7, 12, 12),
    ],
    "A weekly series with empty weeks filled": [(day(3), 2), (day(10), 0), (day(17), 1), (day(24), 0)],
    "Told by many, vouched for by several": [(1, day(5), "disputed", 4, 4, 2)],
    "The latest events of one party": [(1, day(5), "actor", "ASSAULT", "disputed", "M23", "civilians")],
    "Top actors": [
        (SUDAN, "SDN", 2, 1),
        ("Joint Darfur Force", "SDN", 1, 1),
        ("M23", "COD", 1, 1),
        ("teachers", "KEN", 1, 1),
    ],
    # North Darfur is a province, and no point.
    "Points for a map": [
        (1, day(5), "ASSAULT", -1.68, 29.23, 1, 12),
        (3, day(6), "ASSAULT", 12.05, 24.88, 2, 5),
        (5, day(18), "PROTEST", -1.28, 36.82, 1, None),
    ],
    "Points for a map as GeoJSON": [
        (
            {
                "type": "FeatureCollection",
                "features": [
                    feature(1, GOMA, "2025-03-05", "ASSAULT", 12),
                    feature(3, (24.88, 12.05), "2025-03-06", "ASSAULT", 5),
                    feature(5, (36.82, -1.28), "2025-03-18", "PROTEST", None),
                ],
            },
        )
    ],
    "Rival tolls": [
        ("Hospital of Goma", 7, 7, "claimed", "Great Lakes Wire", at(5, 10), "Seven people were killed"),
        (ARMY, 12, None, "claimed", "Kivu Herald", at(5, 12), "at least 12 people"),
    ],
    # Without the number of the change, which belongs to the server.
    "What changed since": [
        (1, "changed", None, "disputed", 12),
        (2, "new", None, "claimed", None),
        (3, "new", None, "asserted", 5),
        (4, "new", None, "asserted", 20),
        (5, "new", None, "asserted", None),
        (6, "new", None, "planned", None),
        (7, "retracted", None, "asserted", None),
    ],
    "What an event said before": [
        (1, "claimed", "7", "1"),
        (2, "claimed", "12", "2"),
        (3, "disputed", "12", "3"),
    ],
    "All articles behind one event": [
        (at(5, 9, 30), "Morning Post", 1, None, None, "https://morning-post.example/2025-03-05-0930"),
        (at(5, 10), "Great Lakes Wire", None, "claimed", WIRED, "https://great-lakes-wire.example/2025-03-05-1000"),
        (at(5, 12), "Kivu Herald", None, "claimed", TWELVE, "https://kivu-herald.example/2025-03-05-1200"),
        (at(5, 15), "Lake Times", None, "denied", DENIAL, "https://lake-times.example/2025-03-05-1500"),
    ],
    "Every quote behind one event": [
        ("Great Lakes Wire", "Hospital of Goma", "claimed", WIRED, 1, 0, len(WIRED)),
        ("Kivu Herald", ARMY, "claimed", TWELVE, 2, 0, len(TWELVE)),
        ("Lake Times", "M23", "denied", DENIAL, 3, 0, len(DENIAL)),
    ],
    "What an outlet claimed that others deny": [(1, ARMY, TWELVE, "Lake Times", "M23", DENIAL)],
    "What an outlet claimed that others tell the other way round": [(1, TWELVE, 2, "Lake Times", "M23", RIVAL)],
    "First to publish": [
        (key, summary, outlet, moment, news.address(outlet, moment))
        for key, summary, outlet, moment in (
            (1, SHELLING.format("M23", "12 killed (7-12); disputed"), "Morning Post", at(5, 9, 30)),
            (2, SHELLING.format(ARMY, "claimed"), "Lake Times", at(6, 9)),
            (
                3,
                f"ASSAULT (aerial): {SUDAN}, Joint Darfur Force -> {RSF}, traders; Nyala; 2025-03-06; 5 killed; asserted",
                "Nile Observer",
                at(6, 8),
            ),
            (
                4,
                f"ASSAULT: {SUDAN} -> {RSF}; North Darfur; 2025-03-20; 20 killed (20-30); asserted",
                "Nile Observer",
                at(20, 9),
            ),
            (
                5,
                "PROTEST (demo): teachers -> Government of Kenya; Nairobi; 2025-03-18; asserted",
                "Rift Daily",
                at(18, 7),
            ),
            (
                6,
                "PROTEST (demo): teachers -> Government of Kenya; Nairobi; 2025-03-25; planned",
                "Rift Daily",
                at(18, 7),
            ),
        )
    ],
    "Who is first most often": [
        ("Nile Observer", 2, 2),
        ("Rift Daily", 2, 2),
        ("Lake Times", 2, 1),
        ("Morning Post", 1, 1),
        ("Great Lakes Wire", 1, 0),
        ("Kivu Herald", 1, 0),
    ],
}


@pytest.fixture(scope="module")
def month(make_database: Callable[..., str], template_database: str) -> Iterator[Engine]:
    """A database with a month of news, which no test here changes."""
    engine = engine_for(make_database(template_database))
    news.a_month_of_news(engine)
    yield engine
    engine.dispose()


def rows_of(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query.replace("%", "%%")).all()]


def test_every_query_of_the_page_has_its_result_here() -> None:
    assert list(QUERIES) == list(EXPECTED)


@pytest.mark.parametrize("question", EXPECTED)
def test_the_query_answers_its_question(month: Engine, question: str) -> None:
    rows = rows_of(month, QUERIES[question])
    if question == "What changed since":
        assert rows == sorted(rows, key=lambda row: row[:2])  # type: ignore[arg-type, return-value]
        rows = [row[1:] for row in rows]
    assert rows == EXPECTED[question]


@pytest.mark.parametrize("question", QUERIES)
def test_the_query_is_short(question: str) -> None:
    assert len(QUERIES[question].splitlines()) <= LONGEST


def test_the_queries_for_alerts_run(month: Engine) -> None:
    alerts = re.findall(r"^select [^;]+;", OPERATIONS, re.MULTILINE)
    # Articles of this month that were stored as read, and that nobody took to code; no feed at all, so none fails or is silent.
    assert [[row[0] for row in rows_of(month, query)] for query in alerts] == [["code"], [], [], []]


def test_the_stored_counts_are_those_of_the_articles(month: Engine) -> None:
    told = "select event_id, count(*), count(distinct outlet) from event_articles group by event_id order by event_id"
    assert rows_of(month, told) == rows_of(month, "select event_id, articles, outlets from events order by event_id")


def test_an_article_found_out_as_a_copy_after_it_was_coded_is_listed_once(
    make_database: Callable[..., str], template_database: str
) -> None:
    engine = engine_for(make_database(template_database))
    news.a_month_of_news(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("update article set duplicate_of = 1 where article_id = 2")
    listed = rows_of(
        engine,
        "select article_id, duplicate_of, quotes from event_articles where event_id = 1 order by article_id",
    )
    engine.dispose()
    assert listed == [(1, None, WIRED), (2, 1, TWELVE), (3, None, DENIAL), (4, 1, None)]
