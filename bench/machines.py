"""What many machines cost: processor time of an article with one, two and three machines that fetch.

    sudo python bench/machines.py [ARTICLES]

Each machine is a network namespace of this computer, so figures are of processor time, not of articles a second. The
workers' start is left out. Needs root and iproute2.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from db.schema import upgrade
from tests.machines.cluster import ENDS, running
from tests.machines.network import can_be_made
from worker.embedded.postgres import EmbeddedPostgres
from worker.embedded.valkey import EmbeddedValkey

HOSTS = 10


def measure(fetching: int, articles: int) -> tuple[float, float]:
    """Milliseconds of processor time an article, of the machines that fetch and of the one that reads."""
    with tempfile.TemporaryDirectory() as folder:
        postgres, valkey = EmbeddedPostgres(Path(folder) / "postgres"), EmbeddedValkey(Path(folder) / "valkey")
        urls = postgres.start(), valkey.start()
        upgrade(urls[0])
        try:
            each = articles // HOSTS
            with running(*urls, Path(folder), hosts=HOSTS, articles=each, spacing=0.01, fetching=fetching) as cluster:
                cluster.wait_for("select count(*) > 0 from article where state in " + ENDS)
                before = [machine.cpu_seconds() for machine in cluster.machines]
                done = cluster.rows(f"select count(*) as n from article where state in {ENDS}")[0]["n"]
                cluster.wait_for(f"select count(*) >= {each * HOSTS} from article where state in {ENDS}")
                spent = [machine.cpu_seconds() - was for machine, was in zip(cluster.machines, before, strict=True)]
                left = each * HOSTS - done
                return sum(spent[:-1]) / left * 1000, spent[-1] / left * 1000
        finally:
            valkey.stop()
            postgres.stop()


def main(articles: int) -> None:
    """Print the table."""
    if not can_be_made():
        raise SystemExit("Network namespaces cannot be made here: run this as root, with iproute2 installed.")
    print("| machines that fetch | fetching, ms of processor an article | reading, coding, clock, ms |\n|---|---|---|")
    for fetching in (1, 2, 3):
        fetch, read = measure(fetching, articles)
        print(f"| {fetching} | {fetch:.1f} | {read:.1f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
