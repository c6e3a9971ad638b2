from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.articles.lines import article_lines

FIRST = "The council voted on Monday to close the old bridge after engineers found cracks in two of its piers."
SECOND = "Traffic will go along the coast road until the summer, the mayor said."
THIRD = "Fishermen fear for the market at the foot of the bridge."


@pytest.mark.parametrize(
    "above",
    [
        pytest.param(["Council closes old bridge"], id="the headline"),
        pytest.param(["LOCAL", "Council closes old bridge!"], id="kicker and headline"),
        pytest.param(["Council closes old bridge", "4 March 2025 - 17:20"], id="headline and date"),
        pytest.param(["March 4, 2025 11:28 AMT"], id="date and time"),
        pytest.param(["3 min read"], id="reading time"),
        pytest.param(["Tiempo de lectura: 2 minutos"], id="reading time in Spanish"),
        pytest.param(
            ["05/03/2025 - Published by: the newsroom - Section: Local - Tags: bridge, council, traffic"],
            id="a line of metadata",
        ),
        pytest.param(["* * *"], id="ornament"),
    ],
)
def test_what_stands_over_an_article_is_cut(above: list[str]) -> None:
    assert article_lines([*above, FIRST, SECOND], {"council closes old bridge"}, ()) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(["Related:"], id="a label"),
        pytest.param(["Ferry service to resume", "- New bridge planned for 2030"], id="links to elsewhere"),
        pytest.param(["You may also like:", "Ferry service to resume"], id="label and link"),
        pytest.param(["Follow us on every channel", "\u00a9 2025 Harbour Media"], id="advertisement and rights"),
        pytest.param(["Tags: bridge, council"], id="tags"),
        pytest.param(["___"], id="a rule"),
        pytest.param(["Comments"], id="comments"),
    ],
)
def test_what_stands_under_an_article_is_cut(below: list[str]) -> None:
    links = {"Ferry service to resume", "New bridge planned for 2030"}
    assert article_lines([FIRST, SECOND, THIRD, *below], (), links) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "between",
    [
        "Read more: Ferry service to resume",
        "READ ALSO: Ferry service to resume",
        "In our archive: Ferry service to resume",
        "Lea tambi\u00e9n: Ferry service to resume",
        "\u0427\u0438\u0442\u0430\u0439\u0442\u0435 \u0442\u0430\u043a\u0436\u0435: Ferry service to resume",
    ],
)
def test_ways_to_other_articles_are_cut_from_between_paragraphs(between: str) -> None:
    assert article_lines([FIRST, between, SECOND, THIRD], (), {"Ferry service to resume"}) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "line",
    [
        "What comes next",
        "Related costs would be borne by the province, the council said.",
        "Share prices of the builder fell by a tenth.",
        "The mayor: we had no choice",
        "Watch towers were put up on both banks.",
        "\u201cFollow us,\u201d the guide shouted, and they ran.",
        "In 2024 the council had voted the other way",
        "Carried by 21 votes to 14.",
    ],
)
def test_the_articles_own_lines_stay(line: str) -> None:
    assert article_lines([FIRST, line, SECOND], (), ()) == [FIRST, line, SECOND]


def test_a_headline_repeated_far_down_or_under_a_paragraph_stays() -> None:
    lines = [FIRST, "Council closes old bridge", SECOND]
    assert article_lines(lines, {"council closes old bridge"}, ()) == lines


def test_a_single_linked_line_between_paragraphs_stays() -> None:
    lines = [FIRST, "The report of the engineers", SECOND]
    assert article_lines(lines, (), {"The report of the engineers"}) == lines


def test_at_most_half_of_a_text_is_taken_for_its_tail() -> None:
    assert len(article_lines(["Tags: a"] * 10, (), ())) >= 5


LINES = st.lists(
    st.sampled_from([FIRST, SECOND, THIRD, "Related:", "3 min read", "Tags: a", "A link to there", "Title here"]),
    max_size=12,
)


@settings(deadline=None)
@given(LINES)
def test_lines_are_only_ever_cut_and_keep_their_order(lines: list[str]) -> None:
    kept = article_lines(lines, {"title here"}, {"A link to there"})
    rest = iter(lines)
    assert all(line in rest for line in kept)
    assert [line for line in kept if line in (FIRST, SECOND, THIRD)] == [
        line for line in lines if line in (FIRST, SECOND, THIRD)
    ]
