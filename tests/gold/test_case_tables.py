"""The tables of cases hold what they promise, and the coder reads at least as many right as its floor says."""

from datetime import date

import pytest

from tests.events.reading import english
from tests.gold.case_tables import TABLES, Case, bounds, cases, digest, judge, judge_day, judge_tolls, pinned

LEAST_CASES = 80


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_large_and_each_case_there_for_something_else(table: str) -> None:
    rows = cases(table)
    assert len(rows) >= LEAST_CASES
    assert len({(case.title, case.text) for case in rows}) == len({case.why for case in rows}) == len(rows)


@pytest.mark.parametrize("table", TABLES)
def test_no_fewer_cases_are_right_than_the_floor(table: str) -> None:
    floor = pinned()[table]
    assert floor["sha256"] == digest(table), "the table changed: python -m tests.gold.case_tables --raise-floors"
    wrong = [verdict for verdict in (judge(english(), case) for case in cases(table)) if not verdict.right]
    right = len(cases(table)) - len(wrong)
    said = "\n".join(f"{one.case.why}: should {one.case.expected}, came {one.given}" for one in wrong)
    assert right >= floor["right"], said


@pytest.mark.parametrize(
    ("number", "expected"),
    [("12", (12, 12)), ("12+", (12, None)), ("24..99", (24, 99)), ("..60", (None, 60)), ("~30", (30, 30))],
)
def test_bounds_are_read_as_the_tables_write_them(number: str, expected: tuple[int | None, int | None]) -> None:
    assert bounds(number) == expected


def _judged(expected: list[str]) -> bool:
    text = "Gunmen killed at least six farmers near Jos on Monday."
    case = Case("tolls", "", text, "", cases("tolls")[0].published, "", expected)
    return judge(english(), case).right


def test_a_judge_wants_all_tolls_and_no_others() -> None:
    assert _judged(["killed 6+"])
    assert _judged(["killed 6+ farmers"])
    for wrong in (["killed 6"], ["injured 6+"], ["killed 6+ soldiers"], ["killed 6+", "injured 1"], []):
        assert not _judged(wrong)
    assert judge_tolls([], [])[0]


def test_a_judge_wants_the_very_day() -> None:
    text = "Gunmen killed six farmers near Jos on Monday."
    case = Case("dates", "", text, "", cases("tolls")[0].published, "", "2025-03-03")
    assert judge(english(), case).right
    assert not judge_day(date(2025, 3, 3).isoformat(), None)[0]
