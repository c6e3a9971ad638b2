"""A short storm: every kind of fault strikes once while the line works, and the events are those of a calm run.

`make chaos` is the long form.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import faults
from tests.chaos.newsroom import made_up
from tests.chaos.run import calm_run, differences, disturbed_run

pytestmark = pytest.mark.timeout(900)
PATIENCE_SECONDS = 600
SEED = 11
HASTY = {
    "time_scale": "0.5",
    "retry_seconds": "1",
    "host_pause_seconds": "3",
    "feed_floor_seconds": "1",
    "feed_ceiling_seconds": "2",
    "max_attempts": "20",
    "log_level": "WARNING",
}


def test_no_fault_loses_an_article_or_changes_an_event(tmp_path: Path) -> None:
    published = made_up(70, seed=SEED)
    homes = [tmp_path / "calm", tmp_path / "disturbed"]
    for home in homes:
        home.mkdir()
    calm = calm_run(published, homes[0], first=120, patience=PATIENCE_SECONDS, **HASTY)
    disturbed = disturbed_run(
        published, homes[1], first=140, patience=PATIENCE_SECONDS, seed=SEED, strikes=len(faults.ALL), **HASTY
    )
    assert {strike.fault.name for strike in disturbed.strikes} == set(faults.ALL)
    assert calm.loose_ends(len(published)) == []
    assert disturbed.loose_ends(len(published)) == []
    assert differences(calm, disturbed) == []
