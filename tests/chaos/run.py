"""The line under faults: strike after strike while articles are published, then what came of them beside a calm run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.chaos import faults
from tests.chaos.faults import Fault, Heal, Scene
from tests.gold.corpus import GoldArticle
from tests.pipeline.conftest import ENDS, RunningLine, run_line
from tests.site.news_site import NewsSite
from worker.embedded import child

PAUSE_SECONDS = (1.0, 3.0)  # between two faults
LOOK_SECONDS = 0.1

# What of a row may differ between two runs is left out: keys, when the row itself was written, and what hangs on whether
# a reprint was read before its original: then it is coded too, a mention and a quote more (of no weight: it is a copy).
EVENTS = """
select e.type, e.mode, e.status, e.date_start, e.date_end, e.date_precision, e.place, e.iso3, e.actors, e.recipients,
  e.fatalities_low, e.fatalities_best, e.fatalities_high, e.contexts, e.confidence, e.articles, e.outlets,
  e.independent_sources, e.first_reported_at, e.summary,
  (select string_agg(told, e'\\n' order by told) from (
     select s.outlet || ' ' || substring(s.url from '[^/]*$') || ': ' || coalesce(s.quote, '') as told
     from event_sources s where s.event_id = e.event_id and s.url not like '%-reprint') as sources) as sources
from events e
"""

# When a stage was last seen to have begun and finished something, by the times it stores itself.
STAGES = ("poll", "fetch", "code")
PROGRESS = {
    "poll": "select max(started_at) from fetch_attempt where purpose = 'feed' and outcome in ('ok', 'not_modified')",
    "fetch": "select max(started_at) from fetch_attempt where purpose = 'article' and outcome = 'ok'",
    "code": "select max(finished_at) from extraction",
}
HELD = "select coalesce(array_agg(token::text), '{}') from article where token is not null"


@dataclass(slots=True)
class Strike:
    """One fault as it fell, and how long each stage that it stopped took to work again."""

    fault: Fault
    at: datetime
    held: frozenset[str]  # tokens of the rows that were being worked on
    heal: Heal | None = None
    heal_at: float = 0.0
    back: dict[str, float] = field(default_factory=dict)  # stage -> seconds until it was seen to work again
    freed: float | None = None  # seconds until all that was being worked on was done, or taken up again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left in the database."""

    states: Mapping[str, int]
    leases: int
    coded_twice: int
    addresses_twice: int
    reasons: Sequence[str]  # why articles failed, if any did
    events: Sequence[tuple[Any, ...]]
    seconds: float
    strikes: Sequence[Strike] = ()
    alone: Mapping[str, float] = field(default_factory=dict)  # fault -> seconds until a batch that it struck was done

    def loose_ends(self, expected: int) -> list[str]:
        """Everything that is not as it should be after a run over ``expected`` articles."""
        wrong = {
            f"{sum(self.states.values())} articles where {expected} were published": sum(self.states.values())
            != expected,
            f"articles that reached no end: {self.states}": bool(set(self.states) - set(ENDS)),
            f"articles that failed: {self.reasons}": bool(self.reasons),
            f"{self.leases} leases or tokens are left": bool(self.leases),
            f"{self.coded_twice} texts were coded twice": bool(self.coded_twice),
            f"{self.addresses_twice} addresses are there twice": bool(self.addresses_twice),
        }
        return [said for said, is_so in wrong.items() if is_so]


def calm_run(published: Sequence[GoldArticle], home: Path, *, first: int, patience: float, **settings: str) -> Outcome:
    """Everything is published at once and nothing disturbs the line."""
    began = time.monotonic()
    with NewsSite(published, first=first) as site, run_line(site, home, **settings) as line:
        line.wait_until_over(len(published), patience)
        return _outcome(line, began)


def disturbed_run(
    published: Sequence[GoldArticle],
    home: Path,
    *,
    first: int,
    patience: float,
    seed: int,
    strikes: int,
    alone: Mapping[str, Sequence[GoldArticle]] | None = None,
    told: Callable[[str, RunningLine], None] = lambda *_: None,
    **settings: str,
) -> Outcome:
    """Articles are published little by little while faults strike, one every 1 to 3 s, each kind as often as others.

    Args:
        published: The articles, of as many outlets as there are sites.
        home: Folder for the line's servers and logs.
        first: Last number of the first site's address.
        patience: Seconds for the line to finish once the last fault has struck.
        seed: Of the order of faults and of what they hit.
        strikes: How many faults strike.
        alone: Once all is over, a batch of further articles for kinds of fault, each struck alone; no fault of that
            name: a batch that is left in peace.
        told: Called with what struck.
        **settings: Settings of the line.
    """
    began = time.monotonic()
    start, batches = _in_batches(published, strikes)
    with NewsSite(start, first=first) as site, run_line(site, home, **settings) as line:
        scene = Scene(line, site, random.Random(seed))
        # A robots.txt that cannot be read holds its site back for an hour, so all are read before anything fails.
        line.wait_for(f"select count(*) >= {len(site.feeds())} from robots", patience)
        struck: list[Strike] = []
        for kind in _kinds(scene.rng, strikes):
            _watch(line, struck, scene.rng.uniform(*PAUSE_SECONDS))
            site.publish(next(batches))
            struck.append(_strike(scene, kind))
            told(kind.name, line)
        for batch in batches:
            site.publish(batch)
        _watch_until_over(line, struck, len(published), patience)
        _watch(line, struck, 1.0)
        seconds = {}
        expected = len(published)
        for name, batch in (alone or {}).items():
            expected += len(batch)
            told(name, line)
            seconds[name] = _struck_alone(scene, faults.ALL.get(name), batch, expected, patience)
        return _outcome(line, began, struck, seconds)


def differences(calm: Outcome, disturbed: Outcome) -> list[str]:
    """The events that one run has and the other has not, row by row."""
    return [
        f"{name}: {row}"
        for name, here, there in (("only calm", calm, disturbed), ("only disturbed", disturbed, calm))
        for row in _only_here(here.events, there.events)
    ]


def _only_here(here: Sequence[tuple[Any, ...]], there: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    rest = list(there)
    alone = []
    for row in here:
        if row in rest:
            rest.remove(row)
        else:
            alone.append(row)
    return alone


def _in_batches(
    published: Sequence[GoldArticle], strikes: int
) -> tuple[Sequence[GoldArticle], Iterator[Sequence[GoldArticle]]]:
    """A first part that has every outlet, and the rest in as many parts as there are strikes."""
    houses = {article.outlet.slug for article in published}
    first = next(n for n in range(1, len(published) + 1) if {a.outlet.slug for a in published[:n]} == houses)
    rest = published[first:]
    size = -(-len(rest) // strikes)
    return published[:first], iter([rest[at * size : (at + 1) * size] for at in range(strikes)])


def _kinds(rng: random.Random, strikes: int) -> Iterator[Fault]:
    """Every kind of fault as often as the others, in a random order."""
    bag: list[Fault] = []
    for _ in range(strikes):
        if not bag:
            bag = rng.sample(list(faults.ALL.values()), len(faults.ALL))
        yield bag.pop()


def _strike(scene: Scene, kind: Fault) -> Strike:
    """Let one fault fall, once there is something that it can hit."""
    result: list[Heal | bool] = []
    held = scene.line.ask(HELD) or []

    def fell() -> bool:
        result[:] = [kind.strike(scene)]
        return result[0] is not False

    assert child.wait_until(fell, 120), f"{kind.name}: there was nothing to strike within 120 s"
    strike = Strike(kind, datetime.now(UTC), frozenset(held))
    if callable(result[0]):
        lasts = scene.rng.uniform(*faults.SITE_FAULT_SECONDS)
        strike.heal, strike.heal_at = result[0], time.monotonic() + lasts
    return strike


def _watch(line: RunningLine, strikes: Sequence[Strike], seconds: float) -> None:
    """For so long, end the faults that last, and note what works again."""
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        for strike in strikes:
            if strike.heal is not None and now >= strike.heal_at:
                strike.heal()
                strike.heal, strike.at = None, datetime.now(UTC)
        _note_what_works(line, [strike for strike in strikes if strike.heal is None])
        time.sleep(LOOK_SECONDS)


def _watch_until_over(line: RunningLine, strikes: Sequence[Strike], articles: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not _over(line, articles) and time.monotonic() < deadline:
        _watch(line, strikes, LOOK_SECONDS)
    line.wait_until_over(articles, 1.0)


def _struck_alone(
    scene: Scene, kind: Fault | None, batch: Sequence[GoldArticle], expected: int, patience: float
) -> float:
    """Seconds from a fault that strikes while a batch is worked on until all of the batch has reached an end."""
    scene.site.publish(batch)
    scene.line.wait_for(f"select count(*) > {expected - len(batch)} from article", patience)
    strikes = [_strike(scene, kind)] if kind else []
    began = time.monotonic()
    _watch_until_over(scene.line, strikes, expected, patience)
    return time.monotonic() - began


def _note_what_works(line: RunningLine, strikes: Sequence[Strike]) -> None:
    for stage, query in PROGRESS.items():
        waiting = [s for s in strikes if stage in s.fault.stops and stage not in s.back]
        if waiting and (seen := line.ask(query)) is not None:
            for strike in waiting:
                if seen > strike.at:
                    strike.back[stage] = (datetime.now(UTC) - strike.at).total_seconds()
    held = [strike for strike in strikes if strike.freed is None]
    if held and (tokens := line.ask(HELD)) is not None:
        for strike in held:
            if not strike.held & set(tokens):
                strike.freed = (datetime.now(UTC) - strike.at).total_seconds()


def _over(line: RunningLine, articles: int) -> bool:
    ends = ", ".join(f"'{end}'" for end in ENDS)
    return bool(line.ask(f"select count(*) >= {articles} from article where state in ({ends})"))


def _outcome(
    line: RunningLine, began: float, strikes: Sequence[Strike] = (), alone: Mapping[str, float] | None = None
) -> Outcome:
    twice = "select count(*) from (select {0} from {1} group by {0} having count(*) > 1) as twice"
    return Outcome(
        states={row["state"]: row["count"] for row in line.rows("select state, count(*) from article group by state")},
        leases=line.value("select count(*) from article where lease_until is not null or token is not null"),
        coded_twice=line.value(twice.format("text_id", "extraction")),
        addresses_twice=line.value(twice.format("url", "article")),
        reasons=[str(row["last_error"]) for row in line.rows("select last_error from article where state = 'failed'")],
        events=sorted((tuple(row.values()) for row in line.rows(EVENTS)), key=repr),
        seconds=time.monotonic() - began,
        strikes=strikes,
        alone=alone or {},
    )
