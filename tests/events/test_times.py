"""Days, read against the day of publication."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.events.chunks import classify
from worker.events.days import span_of
from worker.events.pack import load_pack
from worker.events.text import read_doc
from worker.events.times import TimeReader, When, moved

PACK = load_pack("en")
READER = TimeReader.of(PACK)
SUNDAY = date(2024, 12, 1)


def read(text: str, today: date | None = SUNDAY) -> tuple[When, ...]:
    sentence = read_doc(text, "", PACK.clitics).sentences[0]
    return READER.read(sentence, classify(sentence, PACK.grammar), today)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("It happened on Sunday.", (2024, 12, 1), (2024, 12, 1)),
        ("It happened on Saturday.", (2024, 11, 30), (2024, 11, 30)),
        ("It happened on Monday night.", (2024, 11, 25), (2024, 11, 25)),
        ("It happened last Sunday.", (2024, 11, 24), (2024, 11, 24)),
        ("It happened yesterday.", (2024, 11, 30), (2024, 11, 30)),
        ("It happened overnight.", (2024, 11, 30), (2024, 12, 1)),
        ("It happened over the weekend.", (2024, 11, 30), (2024, 12, 1)),
        ("It happened on 27 November.", (2024, 11, 27), (2024, 11, 27)),
        ("It happened on November 27, 2023.", (2023, 11, 27), (2023, 11, 27)),
        ("It happened on Dec. 24.", (2023, 12, 24), (2023, 12, 24)),
        ("It happened two days ago.", (2024, 11, 29), (2024, 11, 29)),
        ("It happened last week.", (2024, 11, 18), (2024, 11, 24)),
        ("It happened in March.", (2024, 3, 1), (2024, 3, 31)),
        ("It happened a day earlier.", (2024, 11, 30), (2024, 11, 30)),
        ("It happened on Monday of last week.", (2024, 11, 18), (2024, 11, 18)),
        ("It happened on Sunday last.", (2024, 11, 24), (2024, 11, 24)),
        ("It happened from Wednesday to Friday.", (2024, 11, 27), (2024, 11, 29)),
        ("It happened between Wednesday evening and Friday.", (2024, 11, 27), (2024, 11, 29)),
        ("It happened between 3 October and November 9.", (2024, 10, 3), (2024, 11, 9)),
        ("It happened in the night to Thursday.", (2024, 11, 27), (2024, 11, 28)),
        ("It happened overnight into Thursday.", (2024, 11, 27), (2024, 11, 28)),
        ("It lasted throughout Thursday night.", (2024, 11, 28), (2024, 11, 29)),
        ("It was among the events of Thursday night.", (2024, 11, 28), (2024, 11, 28)),
        ("They left on May 3.", (2024, 5, 3), (2024, 5, 3)),
        ("They met on Haiti on March 19.", (2024, 3, 19), (2024, 3, 19)),
        ("It happened on the night of 26-27 November.", (2024, 11, 26), (2024, 11, 27)),
        ("It happened on November 26-27.", (2024, 11, 26), (2024, 11, 27)),
        ("It happened on the 27th of November.", (2024, 11, 27), (2024, 11, 27)),
        ("It happened on the 30th.", (2024, 11, 30), (2024, 11, 30)),
        ("It happened on 2024-11-27.", (2024, 11, 27), (2024, 11, 27)),
        ("It happened on 27/11/2024.", (2024, 11, 27), (2024, 11, 27)),
        ("It happened on 11/27/2024.", (2024, 11, 27), (2024, 11, 27)),
        ("It happened in early November.", (2024, 11, 1), (2024, 11, 10)),
        ("It happened in late November.", (2024, 11, 21), (2024, 11, 30)),
        ("It happened in mid-November.", (2024, 11, 11), (2024, 11, 20)),
        ("It happened over the past four days.", (2024, 11, 27), (2024, 12, 1)),
        ("It happened in the past week.", (2024, 11, 24), (2024, 12, 1)),
        ("It happened in the last 48 hours.", (2024, 11, 29), (2024, 12, 1)),
        ("It has gone on since Monday.", (2024, 11, 25), (2024, 12, 1)),
        ("It has gone on since the weekend.", (2024, 11, 30), (2024, 12, 1)),
        ("It happened a day after Sunday's vote.", (2024, 12, 2), (2024, 12, 2)),
        ("It happened two days before the vote of 28 November.", (2024, 11, 26), (2024, 11, 26)),
        ("KABUL, November 30 (Agency) - It happened on Friday.", (2024, 11, 29), (2024, 11, 29)),
        ("KABUL, November 30 (Agency) - It happened.", (2024, 11, 30), (2024, 11, 30)),
    ],
)
def test_words_for_when_become_days(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    when = read(text)[0]
    assert (when.first, when.last) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "text",
    [
        "It happened in 2016.",
        "It happened ten years ago.",
        "It happened last year.",
        "It was in March 1991.",
        "It was common in the 1980s.",
    ],
)
def test_what_lies_far_back_is_background(text: str) -> None:
    assert read(text)[0].background


@pytest.mark.parametrize(
    "text",
    [
        "It may rain.",
        "They march on.",
        "Marines march 3 miles.",
        "The second attack failed.",
        "He waited for 30 minutes.",
        "The March 23 Movement denied it.",
        "Members of the November 17 group were tried.",
        "The activist August Agbola was freed.",
        "They remembered Bloody Sunday.",
        "They meet every Monday.",
        "They were tense ahead of Sunday's vote.",
        "They counted 2019 people.",
        "The 9th brigade denied it.",
    ],
)
def test_other_words_are_no_days(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Men held last month were freed.",
        "They were arrested in October.",
        "The truce of October still holds.",
        "It came ten months after the riots.",
    ],
)
def test_a_month_that_is_over_is_background(text: str) -> None:
    assert read(text)[0].background


@pytest.mark.parametrize("text", ["It was the worst this year.", "It came three days after the vote."])
def test_what_only_measures_dates_nothing(text: str) -> None:
    assert read(text) == ()


def test_words_for_what_is_to_come_are_known_as_such() -> None:
    assert read("They meet tonight.")[0].ahead
    assert not read("They met today.")[0].ahead


def test_an_expression_keeps_its_words() -> None:
    assert read("It happened on 27 November.")[0].text == "27 November"


def test_a_beginning_is_no_day() -> None:
    assert read("He has ruled since Monday.")[0].since


@pytest.mark.parametrize(
    ("text", "anchor", "day"),
    [
        ("The previous day it rained.", date(2024, 11, 27), date(2024, 11, 26)),
        ("A day later it rained.", date(2024, 11, 27), date(2024, 11, 28)),
        ("Three days later, it rained.", date(2024, 11, 27), date(2024, 11, 30)),
        ("Earlier in the day it rained.", date(2024, 11, 27), date(2024, 11, 27)),
    ],
)
def test_what_counts_from_another_day_is_moved_there(text: str, anchor: date, day: date) -> None:
    when = read(text)[0]
    named = When(0, 1, anchor, anchor, anchor, anchor)
    assert (moved(when, named).first, moved(when, named).last) == (day, day)


def test_the_day_before_counts_from_the_day_named_before_in_its_sentence() -> None:
    assert read("It rained on Wednesday, and the day before it snowed.")[1].first == date(2024, 11, 26)


def test_an_expression_without_a_shift_is_not_moved() -> None:
    when = read("It rained on Wednesday.")[0]
    assert moved(when, read("It rained on Friday.")[0]) == when


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-3, 3), st.sampled_from(["week", "month", "year"]))
def test_spans_of_a_calendar_follow_one_another(today: date, offset: int, unit: str) -> None:
    first, last = span_of(unit, today, offset)
    assert first <= last
    assert span_of(unit, last, 1)[0] == last + timedelta(days=1)
    assert span_of(unit, first, -1)[1] == first - timedelta(days=1)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_a_date_in_figures_is_the_day_it_was_written_for(today: date, back: int) -> None:
    day = today - timedelta(days=back)
    found = read(f"It happened on {day:%Y-%m-%d}.", today)[0]
    assert (found.first, found.last) == (day, day)
    loose = read(f"It happened on {day:%d/%m/%Y}.", today)[0]
    assert loose.first is not None
    assert {loose.first.day, loose.first.month} == {day.day, day.month}


def test_without_a_day_of_publication_nothing_is_dated() -> None:
    assert all(when.first is None for when in read("It happened on Sunday, two days ago.", None))


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)),
    st.sampled_from(list(PACK.tables["time"]["weekdays"])),
)
def test_a_weekday_is_the_latest_one_up_to_today(today: date, word: str) -> None:
    when = read(f"It happened on {word.capitalize()}.", today)[0]
    assert when.first is not None
    assert timedelta(0) <= today - when.first < timedelta(days=7)
    assert when.first.weekday() == PACK.tables["time"]["weekdays"][word]


@given(st.text(alphabet=st.sampled_from("0123456789 ,.-adgontuesrlwekmch"), max_size=80), st.dates())
def test_no_text_breaks_the_reader(text: str, today: date) -> None:
    for when in read(f"It {text}", today) if today > date(1, 12, 31) and today < date(9990, 1, 1) else ():
        assert when.first is None or when.last is None or when.first <= when.last
