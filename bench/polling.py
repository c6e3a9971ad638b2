"""What a poll costs: polls that end in 304 per second and core of a real worker, and reading against feedparser alone.

    [DATELINE_OPEN_DATA=...] python bench/polling.py [FEEDS]

The worker claims, rings, takes its turn at the host, asks, and stores; only its own processor time counts, not that of
the site, the database or the broker. The aims are 150 polls a second and core, and 1.1 times feedparser's time with
its sanitising and its resolving of links off.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import sys
import tarfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import feedparser  # type: ignore[import-untyped]
from network_worker import loopback, network_worker, serving

from worker.feeds.parse import parse_feed

ADDRESSES = 400
ROUNDS = 7  # the fastest of so many counts: a busy machine only ever makes a run slower
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANSWER = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'


async def not_modified(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request of a connection with 304."""
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def polls(feeds: int) -> tuple[float, float]:
    """Polls per second of the worker's processor time, and per second of the clock."""
    addresses = loopback(ADDRESSES)
    with (
        serving(not_modified, addresses) as port,
        network_worker(allowed_networks="127.0.0.0/8", host_spacing_seconds="0") as worker,
    ):
        worker.add_feeds([addresses[n % ADDRESSES] for n in range(feeds)], port)
        cpu, clock = worker.cpu_seconds(), time.monotonic()
        worker.send("tasks.poll.poll_due_feeds")
        worker.wait_for(f"select count(*) >= {feeds} from fetch_attempt", 600)
        cpu, clock = worker.cpu_seconds() - cpu, time.monotonic() - clock
        bad = worker.value("select count(*) from fetch_attempt where outcome <> 'not_modified'")
        if bad:
            raise SystemExit(f"{bad} polls did not end in 304.")
    return feeds / cpu, feeds / clock


def made_feed(entries: int, words: int, kind: str) -> bytes:
    """A feed as newspapers write them: so many entries with an HTML summary of so many words."""
    text = "The <b>council</b> of the district met again, and its <a href='/x'>members</a> spoke about the bridge. "
    summary = (text * (words // 15 + 1)).replace("<", "&lt;").replace(">", "&gt;")
    if kind == "rss":
        items = "".join(
            f"<item><title>Report {n}</title><link>https://example.org/{n}</link><guid>{n}</guid><description>{summary}"
            f"</description><pubDate>Sun, 01 Mar 2026 1{n % 10}:00:00 GMT</pubDate></item>"
            for n in range(entries)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
    items = "".join(
        f"<entry><id>urn:{n}</id><title>Report {n}</title><link href='https://example.org/{n}'/><summary type='html'>"
        f"{summary}</summary><updated>2026-03-01T1{n % 10}:00:00Z</updated></entry>"
        for n in range(entries)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{items}</feed>'.encode()


def collections() -> dict[str, list[bytes]]:
    """Feeds to read, by what they are."""
    found = {
        "RSS, 30 entries with summaries of 40 words": [made_feed(30, 40, "rss")] * 5,
        "RSS, 50 entries with articles of 600 words": [made_feed(50, 600, "rss")] * 5,
        "Atom, 30 entries with summaries of 40 words": [made_feed(30, 40, "atom")] * 5,
    }
    if folder := os.environ.get("DATELINE_OPEN_DATA"):
        for archive in ("w3c-feedvalidator-testcases", "feedparser-tests"):
            with tarfile.open(Path(folder, "data", "feeds", f"{archive}.tar.xz")) as tar:
                files = [tar.extractfile(member) for member in tar if member.isfile() and member.name.endswith(".xml")]
                found[archive] = [file.read() for file in files if file is not None]
    return found


def fastest(read: Callable[[bytes], object], feeds: list[bytes]) -> float:
    """Milliseconds a feed in the fastest round."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        begun = time.process_time()
        for feed in feeds:
            read(feed)
        times.append(time.process_time() - begun)
    return min(times) / len(feeds) * 1000


def bare(body: bytes) -> object:
    return feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)


def ours(body: bytes) -> object:
    return parse_feed(body, url="https://example.org/feed", now=NOW)


def main(feeds: int) -> None:
    """Print both tables."""
    rates = [polls(feeds) for _ in range(2)]
    by_core, by_clock = max(rate[0] for rate in rates), max(rate[1] for rate in rates)
    print(f"| polls ending in 304 ({feeds:,} feeds on {ADDRESSES} hosts, one network worker) | |\n|---|---|")
    print(f"| a second and core of the worker's processor time | {by_core:.0f} |")
    print(f"| a second of the clock on this machine ({os.cpu_count()} cores, servers on the same) | {by_clock:.0f} |")
    print("\n| reading a feed | kB | Dateline, ms | feedparser alone, ms | ratio |\n|---|---|---|---|---|")
    for name, bodies in collections().items():
        mine, theirs = fastest(ours, bodies), fastest(bare, bodies)
        size = statistics.mean(len(body) for body in bodies) / 1000
        print(f"| {name} | {size:.0f} | {mine:.2f} | {theirs:.2f} | {mine / theirs:.2f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
