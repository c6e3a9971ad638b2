"""What a feed says, and what of it is new: its bytes are read, and each article not known yet is entered."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from db import articles, entries, feeds
from db.claims import Claim
from db.models import Feed
from tasks import stage
from tasks.stage import Stage, ring, transaction
from worker.app import READ_FEED_SECONDS, app
from worker.feeds.identity import EntryKind, sort_entries, wanted
from worker.feeds.interval import after_failure, counted, next_poll
from worker.feeds.parse import ParseLimits, parse_feed
from worker.records import FeedState, FetchClass, NextPoll, ParsedFeed
from worker.settings import settings


@app.task(base=Stage, name="tasks.poll.read_feed", time_limit=settings().limit(READ_FEED_SECONDS))
def read_feed(feed_id: int) -> str:
    """Read the bytes of one feed, and enter every article that is not known yet."""
    held = stage.claim(Feed, feed_id, "fetched", READ_FEED_SECONDS)
    if held is None:
        return "already read"
    with stage.explaining(held, f"feed {feed_id}"):
        bounds = feeds.Bounds(settings().feed_floor_seconds, settings().feed_ceiling_seconds)
        with transaction() as session:
            feed = feeds.load_for_reading(session, feed_id, bounds)
        if feed is None:
            return stage.give_up(held, "its bytes are no longer kept")
        limits = ParseLimits()
        parsed = parse_feed(
            feed.payload.body,
            url=feed.payload.final_url,
            headers=feed.payload.headers,
            now=stage.now(),
            limits=limits,
            zone=ZoneInfo(feed.time_zone) if feed.time_zone else UTC,
        )
        found, said = _enter(held, feed, parsed)
    for article_id, url in found:
        ring("tasks.fetch.fetch_article", article_id=article_id, label=url)
    return said


def _enter(held: Claim, feed: feeds.FeedToRead, parsed: ParsedFeed) -> tuple[list[tuple[int, str]], str]:
    """Store what a feed says; the articles found, each with its URL, and what to show."""
    moment = stage.now()
    with transaction() as session:
        known = entries.known_entries(session, feed.state.feed_id, wanted(parsed), moment)
        decisions = sort_entries(parsed, known, moment)
        found = entries.insert_found(session, feed.state.feed_id, decisions, moment)
        urls = articles.urls_of(session, found)
        state, again = after_reading(feed.state, parsed, len(found), moment, random.random())  # noqa: S311
        feeds.store_feed_reading(
            session, held, state, again, moment,
            title=parsed.title, home_url=parsed.home_url, problems=parsed.problems,
        )  # fmt: skip
    refused = sum(decision.kind is EntryKind.REFUSED for decision in decisions)
    said = f"{len(parsed.entries)} entries, {len(found)} new" + (f", {refused} refused" if refused else "")
    return [(article_id, urls[article_id]) for article_id in found], said + (
        f"; {len(parsed.problems)} problems" if parsed.problems else ""
    )


def after_reading(
    state: FeedState, parsed: ParsedFeed, new: int, now: datetime, rng: float
) -> tuple[FeedState, NextPoll]:
    """Decide what the entries of a feed change of it, and when it is asked again.

    Args:
        state: the feed as its poll left it.
        parsed: what its bytes say.
        new: entries that were not known.
        now: the present instant.
        rng: a random number in [0, 1), for jitter.
    """
    published = tuple(entry.published for entry in parsed.entries if entry.published)[:50]
    known = replace(state, hints=parsed.hints, recent_published=published)
    after = counted(known, new=new, shown=len(parsed.entries))
    if not parsed.kind:  # a page, or nothing at all, where a feed should be
        failed = after_failure(after, outcome=FetchClass.BAD_CONTENT, retry_after=None, now=now, rng=rng)
        return replace(after, failures=failed.failures, failure_class=failed.failure_class), failed.next_poll
    again = next_poll(
        known, outcome=FetchClass.OK, retry_after=None, new_entries=new, total_entries=len(parsed.entries), now=now,
        rng=rng,
    )  # fmt: skip
    return replace(after, interval_seconds=again.interval_seconds), again
