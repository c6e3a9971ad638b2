"""What a network worker holds in memory while 200 sites drip slowly, all of them at once.

    python bench/dripping.py [SITES]

Each site sends a kilobyte every half second of a feed that it says has five megabytes, and never ends. The worker has
a thread for each, so that nothing waits outside it. The aim is less than 150 MB at the peak.
"""

from __future__ import annotations

import asyncio
import sys
import time

from network_worker import loopback, network_worker, serving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 5000000\r\n\r\n<rss><channel>"
PIECE = b"<item><title>Drip</title></item>".ljust(1000)
EVERY_SECONDS = 0.5


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer slowly until the other side has had enough."""
    try:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD)
        while True:
            writer.write(PIECE)
            await writer.drain()
            await asyncio.sleep(EVERY_SECONDS)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def main(sites: int) -> None:
    """Print the worker's memory before, while and after all sites drip."""
    addresses = loopback(sites)
    with (
        serving(drip, addresses) as port,
        network_worker(allowed_networks="127.0.0.0/8", net_threads=str(sites)) as worker,
    ):
        before = worker.memory()
        worker.add_feeds(addresses, port)
        worker.send("tasks.poll.poll_due_feeds")
        begun = time.monotonic()
        worker.wait_for("select count(*) > 0 from fetch_attempt", 120)
        first = worker.memory()
        worker.wait_for(f"select count(*) >= {sites} from fetch_attempt", 120)
        took = time.monotonic() - begun
        outcomes = worker.value("select string_agg(distinct outcome || ' ' || purpose, ', ') from fetch_attempt")
        print("| a network worker with a thread for each site | |\n|---|---|")
        print(f"| sites that drip at once | {sites} |")
        print(f"| MB before | {before:.0f} |")
        print(f"| MB when the first time-out comes | {first:.0f} |")
        print(f"| MB at the peak | {worker.memory('VmHWM'):.0f} |")
        print(f"| outcomes; seconds until all had ended | {outcomes}; {took:.0f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
