"""What is done to stories at night: it reads much and computes long, so it has a process of its own for as long."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import chores, frequencies, story_nights
from db.story_nights import CLOCKS_APART, Change
from tasks import stage
from tasks.stage import Stage, transaction
from worker.app import UPKEEP_SECONDS, app
from worker.settings import settings
from worker.stories.place import Merge, choose_merges

NIGHT_HOUR = 3  # UTC: between the American evening and the Asian noon, when the fewest reports arrive
WEEK = timedelta(
    days=6, hours=12
)  # half a day of slack, so that a week that begins late does not make the next one late

PASS_SHARE = 0.5
"""Share of its time limit that a pass looks for pairs; the rest is for merging. What it does not come to is looked at
when the pass is rung for again, ten minutes later."""

COMPARED = "compare stories"
"""Chore of which the hour says up to which change of a story all of them were compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a pass has found, and how far it has come."""

    possible: tuple[Merge, ...]
    until: datetime  # every change up to here was looked at, and none will come any more
    all_of_them: bool


@app.task(base=Stage, name="tasks.upkeep.tend_stories", time_limit=settings().limit(UPKEEP_SECONDS))
def tend_stories() -> str:
    """Once a night, make one of stories that turned out to be one; once a week, let the words of old news fade."""
    moment = stage.now()
    night = last_night(moment)
    with transaction() as session:
        if chores.is_due(session, "fade terms", night - WEEK, moment):
            frequencies.fade(session)
    with transaction() as session:
        if not chores.is_due(session, "merge stories", night, moment):
            return "done for tonight"
        since = chores.done_until(session, COMPARED)
    found = compare_stories(since, moment)
    merged = 0
    for merge in choose_merges(found.possible):
        with transaction() as session:  # each on its own: a placement waits for one merge, not for all
            merged += story_nights.merge_if_still_one(session, merge, moment)
    with transaction() as session:
        chores.note_done(session, COMPARED, found.until)
        if not found.all_of_them:
            chores.make_due(session, "merge stories")
            return f"{merged} stories merged so far, to be gone on with"
    return f"{merged} stories merged, {_prune_terms(moment)} terms dropped"


def compare_stories(since: datetime, moment: datetime) -> Compared:
    """Compare the stories that changed after ``since``, for as long as a pass may take."""
    ends = time.monotonic() + PASS_SHARE * settings().limit(UPKEEP_SECONDS)
    possible: list[Merge] = []
    last = Change(since, 0)
    while True:
        with transaction() as session:
            changed = story_nights.changed_stories(session, last, moment)
            if not changed:
                return Compared(tuple(possible), moment - CLOCKS_APART, all_of_them=True)
            possible += story_nights.possible_merges(session, [change.story_id for change in changed])
        last = changed[-1]
        if time.monotonic() > ends:
            return Compared(tuple(possible), last.at, all_of_them=False)


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
