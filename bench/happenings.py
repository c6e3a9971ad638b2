"""How well mentions of one story are merged into happenings, on the labelled corpus.

    python bench/happenings.py [--misses]

Every labelled event of the development articles is taken as a mention read rightly, so that only the merging is
measured. Two mentions belong together when they carry the same key in the same story. Printed are B-cubed precision,
recall and F1 over all mentions, beside two trivial baselines: every mention its own happening, and one happening for
each type within a story.
"""

from __future__ import annotations

import sys
import tomllib
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from worker.events.happenings import merge
from worker.events.ontology import TYPES
from worker.events.sameness import Facts, Participant, Where
from worker.events.standing import Voice
from worker.events.tellings import Telling, TollMention

ARTICLES = Path(__file__).parent.parent / "tests" / "gold" / "articles"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A mention with the key that its label carries."""

    story: str
    key: str
    telling: Telling


def number(text: str) -> int:
    """Return a key for a name: the corpus has names where the database has keys."""
    return zlib.crc32(text.encode())


def labelled_mentions() -> list[Labelled]:
    """Read every fully coded development article."""
    found: list[Labelled] = []
    for path in sorted(ARTICLES.glob("*/*.toml")):
        if path.name == "outlet.toml":
            continue
        article = tomllib.loads(path.read_text(encoding="utf-8"))
        if article["split"] != "dev" or not article["coded"]:
            continue
        outlet = tomllib.loads((path.parent / "outlet.toml").read_text(encoding="utf-8"))
        for at, event in enumerate(article.get("event", [])):
            telling = as_telling(path, article, outlet, event, at)
            found.append(Labelled(article["story"], event["key"], telling))
    return found


def as_telling(path: Path, article: dict[str, Any], outlet: dict[str, Any], event: dict[str, Any], at: int) -> Telling:
    """Return a labelled event as the mention that a coder without error would make of it."""
    place = event.get("place")
    where = None
    if place:
        where = Where(number(place), event.get("country") or None, None, None, None, event.get("place_precision", 1))
    facts = Facts(
        type=event["type"],
        quad=TYPES[event["type"]].quad,
        mode=event.get("mode") or None,
        actors=tuple(Participant(name) for name in event.get("actors", [])),
        recipients=tuple(Participant(name) for name in event.get("recipients", [])),
        place=where,
        date_start=event.get("date_start"),
        date_end=event.get("date_end"),
        planned=event["status"] == "planned",
        reported_at=article["published"].astimezone(UTC),
    )
    name = f"{path.parent.name}/{path.stem}"
    return Telling(
        mention_id=number(f"{name} {at}"),
        event_id=None,
        text_id=number(name),
        order=f"{name} {at:03}",
        facts=facts,
        acled_sub_event=event.get("acled_sub_event") or None,
        contexts=(),
        date_precision=event.get("date_precision", "unknown"),
        status=event["status"],
        confidence=1.0,
        chain=tuple(Voice(source, "official") for source in event.get("attribution", [])),
        wire=None,
        publisher=Voice(outlet["name"], outlet["kind"], outlet.get("family") or None),
        is_copy="copy_of" in article,
        articles=frozenset({number(name)}),
        outlets=frozenset({number(path.parent.name)}),
        sentences=1,
        tolls=tuple(
            TollMention(t["measure"], t["low"], None if t.get("open") else t.get("high") or t["low"], t["status"], ())
            for t in event.get("tolls", [])
        ),
    )


def b_cubed(truth: Sequence[object], answer: Sequence[object]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a grouping: Bagga and Baldwin, 1998."""
    both, true, said = Counter(zip(truth, answer, strict=True)), Counter(truth), Counter(answer)
    pairs = list(zip(truth, answer, strict=True))
    precision = sum(both[t, a] / said[a] for t, a in pairs) / len(pairs)
    recall = sum(both[t, a] / true[t] for t, a in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def main() -> None:
    """Measure and print."""
    mentions = labelled_mentions()
    stories: dict[str, list[Labelled]] = defaultdict(list)
    for mention in mentions:
        stories[mention.story].append(mention)
    happening: dict[int, object] = {}
    for story, told in stories.items():
        for place, found in enumerate(merge(m.telling for m in told).happenings):
            happening |= dict.fromkeys(found.mentions, (story, place))
    truth = [(m.story, m.key) for m in mentions]
    rows = {
        "merged": [happening[m.telling.mention_id] for m in mentions],
        "each its own": [m.telling.mention_id for m in mentions],
        "one a type": [(m.story, m.telling.facts.type) for m in mentions],
    }
    print(f"{len(mentions)} mentions of {len(set(truth))} happenings in {len(stories)} stories")
    for name, answer in rows.items():
        print(f"{name:14}  precision {{:.3f}}  recall {{:.3f}}  F1 {{:.3f}}".format(*b_cubed(truth, answer)))
    if "--misses" in sys.argv:
        print_misses(mentions, happening)


def print_misses(mentions: Sequence[Labelled], happening: dict[int, object]) -> None:
    """Print happenings that were split and groups that hold several."""
    by_key: dict[object, set[object]] = defaultdict(set)
    by_group: dict[object, set[object]] = defaultdict(set)
    for mention in mentions:
        group = happening[mention.telling.mention_id]
        by_key[mention.story, mention.key].add(group)
        by_group[group].add((mention.story, mention.key))
    for mention in sorted(mentions, key=lambda m: (m.story, m.key, m.telling.order)):
        key = (mention.story, mention.key)
        group = happening[mention.telling.mention_id]
        if len(by_key[key]) > 1 or len(by_group[group]) > 1:
            facts = mention.telling.facts
            people = " -> ".join(",".join(p.name for p in side) for side in (facts.actors, facts.recipients))
            where = facts.place.place_id if facts.place else None
            print(f"{mention.story} {mention.key} {group}: {mention.telling.order} {facts.type}/{facts.mode} {people}")
            print(f"    {where} {facts.date_start}..{facts.date_end} {mention.telling.status}")


if __name__ == "__main__":
    main()
