"""Three machines, one database, one broker: polite together, and nothing lost when one is cut off and comes back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines.cluster import ENDS, Cluster, Outlets, running
from tests.machines.network import can_be_made

pytestmark = [
    pytest.mark.skipif(
        not can_be_made(), reason="network namespaces need root, iproute2 and a kernel that allows them"
    ),
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("machines"),
]
HOSTS, ARTICLES = 3, 10
SPACING = 1.0


@pytest.fixture
def cluster(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Cluster]:
    with running(database_url, redis_url, tmp_path, hosts=HOSTS, articles=ARTICLES, spacing=SPACING) as at_work:
        yield at_work


def test_machines_are_polite_together_and_lose_nothing_when_one_is_cut_off(cluster: Cluster) -> None:
    cluster.wait_for("select count(*) >= 5 from article where state <> 'found'")
    lost = cluster.machines[1]
    lost.cut_off()
    left = cluster.rows(f"select count(*) as so_far from article where state in {ENDS}")[0]["so_far"]
    cluster.wait_for(f"select count(*) >= {min(left + 6, HOSTS * ARTICLES)} from article where state in {ENDS}")
    lost.come_back()
    cluster.wait_for(f"select count(*) = {HOSTS * ARTICLES} from article where state in {ENDS}")
    ends = Counter(row["state"] for row in cluster.rows("select state from article"))
    assert ends["failed"] + ends["rejected"] == 0, cluster.rows("select url, last_error from article")
    assert cluster.rows("select 1 from article where token is not null or lease_until > now()") == []
    _was_polite(cluster.outlets)
    pages = Counter((host, path) for host, path, *_ in cluster.outlets.asked if path.startswith("/news/"))
    assert len(pages) == HOSTS * ARTICLES
    # What the lost machine had asked for and could not store is asked for once more, and nothing else is.
    assert sum(pages.values()) - len(pages) <= 4, "at most what its four threads held"


def _was_polite(outlets: Outlets) -> None:
    by_host: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for host, _, came, answered in outlets.asked:
        by_host[host].append((came, answered))
    assert len(by_host) == HOSTS
    for host, visits in by_host.items():
        visits.sort()
        span = visits[-1][0] - visits[0][0]
        # A request may arrive late and the next one early, so single pauses say less than all of them together.
        assert span >= (len(visits) - 1) * SPACING - SPACING, (host, visits)
