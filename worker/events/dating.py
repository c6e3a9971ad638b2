"""When a deed took place: which of a sentence's time expressions is its own, and which day is meant where none is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from worker.events import scopes
from worker.events.days import moved
from worker.events.judgement import Read
from worker.events.mention import Mention
from worker.events.text import Sentence
from worker.events.times import TimeReader, When

_DEFAULT_WINDOW = 1  # days before publication in which an undated report of the morning is taken to have happened
_REACH_DAYS = 3  # how far a past perfect without a day of its own reaches back to the day named last
_NOON = 12  # hour of the own offset; what comes out after it tells of its day (measured: two days in three exact)
_DAY_SENTENCES = 4  # how far back "that day" reaches
_SAID_DATE = 4  # tokens after "said" in which a day is the day of saying


class Dating:
    """Asks the time expressions of one document."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        times: TimeReader,
        whens: Callable[[Sentence], tuple[When, ...]],
        today: date | None,
        published: datetime | None,
    ) -> None:
        self._sentences = sentences
        self._times = times
        self._whens = whens  # the time expressions of a sentence
        self._today = today
        self._published = published

    def when(self, read: Read, mention: Mention, last_day: tuple[int, When] | None) -> tuple[When | None, bool]:
        """The time expression of an event, and whether it is taken over from the sentence before."""
        best: When | None = None
        best_cost = 1e9
        for when in read.whens:
            if (when.background or when.since) and _in_another_clause(read, mention, when):
                continue
            cost = _time_cost(read, mention, when)
            if cost < best_cost:
                best, best_cost = when, cost
        if best is not None and best.shift is not None:
            anchor = self._day_named_before(read.parsed.sentence)
            best = moved(best, anchor) if anchor is not None else best
        if best is not None:
            return best, False
        if any(phrase in read.parsed.sentence.lowered for phrase in self._times.words.get("back", ())):
            named = self._day_named_before(read.parsed.sentence)
            if named is not None:
                return named, False
        if last_day is not None and last_day[0] == read.parsed.sentence.paragraph:
            return last_day[1], True
        return None, True

    def _day_named_before(self, sentence: Sentence) -> When | None:
        """The day that "that day" means: the one named last, in whatever sentence."""
        if sentence.is_title:
            return None
        for index in range(sentence.index - 1, max(-1, sentence.index - 1 - _DAY_SENTENCES), -1):
            days = [when for when in self._whens(self._sentences[index]) if when.is_day]
            if days:
                return days[-1]
        return None

    def days(
        self, when: When | None, signs: set[str], since: tuple[int, When] | None
    ) -> tuple[date | None, date | None, str | None]:
        """First and last day, and their words; ``since`` is the day named before, where the tense reaches back."""
        planned = "planned" in signs
        if when is not None and when.first is not None:
            text = when.text or None
            if planned and when.future_first is not None:
                return when.future_first, when.future_last, text
            return when.first, when.last, text
        if self._today is None or planned or signs & {"hypothetical", "historical"}:
            return None, None, None
        published = self._published
        early = published is not None and published.hour < _NOON  # a morning's paper tells of yesterday too
        first = self._today - timedelta(days=_DEFAULT_WINDOW if early else 0)
        named = since[1].first if since is not None else None
        if named is not None and timedelta() < first - named <= timedelta(days=_REACH_DAYS):
            first = named  # "had since thrown them back": at some time between that day and this
        return first, self._today, None


def last_day_of(read: Read, last: tuple[int, When] | None) -> tuple[int, When] | None:
    """The paragraph and the day that a sentence names, for those after it that name none; else ``last``."""
    days = [w for w in read.whens if w.first is not None and not w.since and not w.background]
    return (read.parsed.sentence.paragraph, days[0]) if days else last


def _time_cost(read: Read, mention: Mention, when: When) -> float:
    """How far a time expression is from an event: tokens, more across verbs, most when it dates the saying."""
    after = when.start >= mention.end
    low, high = (mention.end, when.start) if after else (when.end, mention.start)
    verbs = sum(1 for verb in read.parsed.verbs if low <= verb.main < high and verb is not mention.verb)
    cost = abs(high - low) + 6.0 * verbs
    for voice in read.voices:
        if 0 <= when.start - voice.said.cue[1] <= _SAID_DATE and not voice.said.covers(when.start):
            cost += 12
    return cost + (4 if when.since else 0)


def _in_another_clause(read: Read, mention: Mention, when: When) -> bool:
    """Whether a verb of its own stands between an event and words for the past: "asked it to free men held in May"."""
    verbs = read.parsed.verbs
    if when.start >= mention.end:
        # "an ambush left two dead in 2019": the verb that the event is part of is its own
        own = [mention.verb, *(verb for verb, _ in scopes.verbs_over(read.parsed, mention.start))]
        return any(mention.end <= verb.main < when.start and not any(verb is o for o in own) for verb in verbs)
    before = [verb for verb in verbs if verb.main < when.start]
    parted = any(when.end <= verb.main < mention.start for verb in verbs)
    return parted and bool(before) and before[-1] is not mention.verb and before[-1].relative
