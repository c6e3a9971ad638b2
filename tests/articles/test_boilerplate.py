from __future__ import annotations

import pytest

from worker.articles.boilerplate import is_shared_wall, recurring_lines

FOOTER = "Write to the desk with what you saw."


def bodies(count: int, with_footer: int) -> list[str]:
    return [
        f"Report number {i}.\nIt ends here, {i}." + (f"\n  {FOOTER} " if i < with_footer else "") for i in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "with_footer", "recurs"),
    [(5, 5, True), (4, 4, False), (50, 5, True), (51, 5, False), (200, 20, True), (200, 19, False), (0, 0, False)],
)
def test_a_line_recurs_from_five_articles_and_a_tenth_of_them_on(count: int, with_footer: int, recurs: bool) -> None:
    assert recurring_lines(bodies(count, with_footer)) == (frozenset({FOOTER}) if recurs else frozenset())


def test_a_line_repeated_within_one_article_counts_once() -> None:
    assert recurring_lines(["Chorus\n" * 10, *bodies(4, 0)]) == frozenset()


def test_only_the_last_two_hundred_articles_are_looked_at() -> None:
    assert recurring_lines([*bodies(200, 0), *[FOOTER] * 100]) == frozenset()


@pytest.mark.parametrize(
    ("pages", "wall"),
    [
        ([("/a", "One"), ("/b", "Two"), ("/c", "Three")], True),
        ([("/a", "One"), ("/b", "Two")], False),
        ([("/a", "One"), ("/b", "ONE!"), ("/c", "one")], False),
        ([("/a", "One"), ("/a", "Two"), ("/a", "Three")], False),
        ([], False),
    ],
)
def test_one_body_under_three_addresses_and_titles_is_a_wall(pages: list[tuple[str, str]], wall: bool) -> None:
    assert is_shared_wall(pages) is wall
