"""How fast the coder is: articles of 3,000 characters a second on one core, with its start and its memory.

``make bench-code``, or ``python -m bench.code [FOLDER]``. FOLDER holds text files or ``.toml`` articles of the labelled
corpus; without it ``tests/gold/articles`` is read. Time is processor time, so other work on the machine counts
little. The lengths show how it grows: linear means the same time for each 1,000 characters.
"""

from __future__ import annotations

import resource
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from worker.events.extract import Coder
from worker.records import ArticleText

CHARACTERS = 3_000  # the median length of a news article with its boilerplate gone
ARTICLES = 200
LENGTHS = (1_500, CHARACTERS, 6_000, 12_000, 48_000)
PUBLISHED = datetime(2025, 3, 15, 12, tzinfo=UTC)


def texts(folder: Path) -> str:
    """The folder's texts as one."""
    bodies = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".txt":
            bodies.append(path.read_text())
        elif path.suffix == ".toml" and path.stem != "outlet":
            bodies.append(str(tomllib.loads(path.read_text()).get("text", "")))
    return "\n".join(bodies)


def cut(whole: str, characters: int) -> list[str]:
    """Articles of equal length; a text shorter than five of them is read again from its beginning."""
    while len(whole) < 5 * characters:
        whole += "\n" + whole
    return [whole[at : at + characters] for at in range(0, len(whole) - characters + 1, characters)]


def _seconds(coder: Coder, articles: list[str]) -> tuple[float, int]:
    """Processor time of coding articles, and the events found."""
    began = time.process_time()
    events = sum(len(coder.code(ArticleText(text, published=PUBLISHED, language="en")).events) for text in articles)
    return time.process_time() - began, events


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "tests" / "gold" / "articles"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.process_time()
    coder = Coder.load()
    loaded = time.process_time() - began
    whole = texts(folder)
    _seconds(coder, cut(whole, CHARACTERS)[:10])  # the gazetteer's caches fill
    table = Table("characters", "articles", "a second and core", "ms an article", "ms / 1,000 characters", "events")
    for characters in track(LENGTHS, "coding", console=Console(stderr=True)):
        articles = cut(whole, characters)[: max(5, ARTICLES * CHARACTERS // characters)]
        spent, events = _seconds(coder, articles)
        each = spent / len(articles)
        table.add_row(
            f"{characters:,}",
            f"{len(articles):,}",
            f"{1 / each:.1f}",
            f"{each * 1_000:.1f}",
            f"{each * 1_000_000 / characters:.2f}",
            f"{events:,}",
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(table)
    print(
        f"coder {coder.version}: start {loaded:.2f} s of processor time, {memory:.0f} MB at most ({before:.0f} before)"
    )


if __name__ == "__main__":
    main()
