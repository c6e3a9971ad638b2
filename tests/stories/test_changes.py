from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.stories.test_duplicates import OTHER, WIRE, first_lines
from worker.stories.changes import is_changed, is_rewritten, may_tell_otherwise
from worker.stories.fingerprint import sketch
from worker.stories.versions import Version

READ = Version(WIRE, "Shells hit a camp in Goma", datetime(2025, 3, 4, 12, 0, tzinfo=UTC), "en")
TOLD = (
    "Shells hit a camp for displaced families on the edge of Goma before dawn on Tuesday, killing at least seven people",
)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (WIRE, False),
        (WIRE.upper(), False),
        (WIRE.replace("Tuesday", "Wednesday"), False),
        (WIRE.replace("seven", "nine"), True),
        (WIRE + "\n" + OTHER, True),
        (first_lines(WIRE, 4), True),
        (OTHER, True),
    ],
)
def test_a_text_fetched_again_is_coded_again_when_its_words_or_numbers_changed(text: str, changed: bool) -> None:
    assert is_changed(sketch(WIRE), sketch(text)) is changed


@pytest.mark.parametrize(
    ("new", "otherwise"),
    [
        (READ, False),
        (replace(READ, title="Shells hit a camp, in Goma"), False),
        (replace(READ, text=WIRE.replace("mattresses", "bedding")), False),
        (replace(READ, text=WIRE + "\nPhotograph by our own staff."), False),
        (replace(READ, published=datetime(2025, 3, 4, 20, 0, tzinfo=UTC)), False),
        (replace(READ, published=datetime(2025, 3, 5, 1, 0, tzinfo=UTC)), True),
        (replace(READ, published=datetime(2025, 3, 4, 23, 0, tzinfo=timezone(timedelta(hours=-14)))), False),
        (replace(READ, title="Rockets hit a camp in Goma"), True),
        (replace(READ, text=WIRE.replace("Shells hit", "Rockets hit")), True),
        (replace(READ, text=WIRE.replace("twenty", "thirty")), True),
        (replace(READ, text=WIRE + "\n" + OTHER), True),
        (replace(READ, language="fr"), True),
        (replace(READ, published=None), True),
    ],
)
def test_a_report_is_coded_again_only_when_it_may_tell_otherwise(new: Version, otherwise: bool) -> None:
    assert may_tell_otherwise(READ, new, TOLD) is otherwise


@pytest.mark.parametrize(
    ("text", "rewritten"), [(WIRE, False), (first_lines(WIRE, 2), False), (WIRE + "\n" + OTHER, False), (OTHER, True)]
)
def test_an_address_that_is_used_again_holds_another_text(text: str, rewritten: bool) -> None:
    assert is_rewritten(sketch(WIRE), sketch(text)) is rewritten
