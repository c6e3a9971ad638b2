"""One Celery worker, started without Celery's command line: what that loads (Flower, shells) takes 14 MB for good.

    python -m worker.cli.serving net|cpu CONCURRENCY

``dateline worker`` becomes this process.
"""

from __future__ import annotations

import sys

from celery.utils.nodenames import host_format

from worker.app import CLOCK, CPU, NET, NIGHT, READING_STAGES, app
from worker.settings import settings


def serve(kind: str, concurrency: int) -> int:
    """Work until told to stop; the exit code.

    Args:
        kind: ``net`` fetches in threads, ``cpu`` reads and codes in processes.
        concurrency: so many at once.
    """
    waits = kind == NET
    worker = app.Worker(
        hostname=host_format(f"{kind}@%h"),
        queues=[CLOCK, NET] if waits else [CPU, NIGHT],
        pool_cls="threads" if waits else "prefork",
        include=[] if waits else READING_STAGES,
        concurrency=concurrency,
        loglevel=settings().log_level,
        quiet=True,
        # Workers that greet each other and listen to each other's events do so for nothing here.
        without_gossip=True,
        without_mingle=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1], int(sys.argv[2])))
