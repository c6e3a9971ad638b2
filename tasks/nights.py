"""What is done to stories at night: it reads much and computes long, so it has a process of its own for as long."""

from __future__ import annotations

from datetime import datetime, timedelta

from db import frequencies, story_nights
from tasks import stage
from tasks.stage import Stage, transaction
from worker.app import UPKEEP_SECONDS, app
from worker.settings import settings

NIGHT_HOUR = 3  # UTC: between the American evening and the Asian noon, when the fewest reports arrive
WEEK = timedelta(
    days=6, hours=12
)  # half a day of slack, so that a week that begins late does not make the next one late


@app.task(base=Stage, name="tasks.upkeep.tend_stories", time_limit=settings().limit(UPKEEP_SECONDS))
def tend_stories() -> str:
    """Once a night, make one of stories that turned out to be one; once a week, let the words of old news fade."""
    moment = stage.now()
    night = last_night(moment)
    with transaction() as session:
        if story_nights.is_due(session, "fade terms", night - WEEK, moment):
            frequencies.fade(session)
    with transaction() as session:
        if not story_nights.is_due(session, "merge stories", night, moment):
            return "done for tonight"
        found = story_nights.find_merges(session, moment)
    merged = 0
    for merge in found:
        with transaction() as session:  # each on its own: a placement waits for one merge, not for all
            merged += story_nights.merge_if_still_one(session, merge, moment)
    return f"{merged} stories merged, {_prune_terms(moment)} terms dropped"


def last_night(now: datetime) -> datetime:
    """The latest small hours of the night, in UTC: the pass is due once after each."""
    tonight = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)


def _prune_terms(moment: datetime) -> int:
    dropped = 0
    while True:
        with transaction() as session:
            some = story_nights.prune_terms(session, moment)
        dropped += some
        if not some:
            return dropped
