"""How fast the coder is: articles of 3,000 characters a second on one core, with its start and its memory.

Run by hand: ``python -m bench.code [FOLDER]``. FOLDER holds text files or ``.toml`` articles of the labelled corpus;
without it ``tests/gold/articles`` is read. Time is processor time, so other work on the machine does not count.
"""

from __future__ import annotations

import resource
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from worker.events.extract import Coder
from worker.records import ArticleText

CHARACTERS = 3_000  # the median length of a news article with its boilerplate gone
ARTICLES = 200
PUBLISHED = datetime(2025, 3, 15, 12, tzinfo=UTC)


def texts(folder: Path) -> list[str]:
    """The folder's texts, joined and cut into articles of equal length."""
    bodies = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".txt":
            bodies.append(path.read_text())
        elif path.suffix == ".toml" and path.stem != "outlet":
            bodies.append(str(tomllib.loads(path.read_text()).get("text", "")))
    whole = "\n".join(bodies)
    return [whole[at : at + CHARACTERS] for at in range(0, len(whole) - CHARACTERS, CHARACTERS)][:ARTICLES]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "tests" / "gold" / "articles"
    began = time.process_time()
    coder = Coder.load()
    loaded = time.process_time() - began
    articles = texts(folder)
    for text in articles[:10]:  # the gazetteer's caches fill
        coder.code(ArticleText(text, published=PUBLISHED, language="en"))
    began = time.process_time()
    events = sum(len(coder.code(ArticleText(text, published=PUBLISHED, language="en")).events) for text in articles)
    spent = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"coder {coder.version}: start {loaded:.2f} s, {memory:.0f} MB")
    print(f"{len(articles)} articles of {CHARACTERS} characters: {len(articles) / spent:.0f} a second, {events} events")


if __name__ == "__main__":
    main()
