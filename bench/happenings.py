"""How well mentions of one story are merged into happenings, on the labelled corpus.

    python bench/happenings.py [--misses]

Every labelled event of the development articles is taken as a mention read rightly, so that only the merging is
measured. Two mentions belong together when they carry the same key in the same story. Printed are precision, recall and
F1, B-cubed over all mentions and over all pairs of them, beside two trivial baselines: every mention its own happening,
and one happening for each type within a story. Then: in how many stories no happening is counted twice (of those that
several articles tell, since in the others nothing could be), and for how many happenings with killed the lowest, best
and highest number are all three as labelled, in ``happening_tolls.toml`` where more than one number is given.
"""

from __future__ import annotations

import sys
import tomllib
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC
from functools import lru_cache
from pathlib import Path
from typing import Any

from worker.events.gazetteer import open_gazetteer
from worker.events.happenings import merge
from worker.events.ontology import TYPES
from worker.events.pack import load_pack
from worker.events.sameness import Facts, Participant, Where
from worker.events.standing import POSITIVE, Fatalities, Voice
from worker.events.tellings import Merge, Telling, TollMention
from worker.events.toll_words import TollWords

TOLLS = Path(__file__).parent / "happening_tolls.toml"
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
    where = as_place(event) if event.get("place") else None
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
            TollMention(
                t["measure"],
                t["low"],
                None if t.get("open") else t.get("high") or t["low"],
                t["status"],
                tuple(Voice(source, "official") for source in t["sources"]),
                approximate=t["approximate"],
                side=side_of(t["who"]),
            )
            for t in event.get("tolls", [])
        ),
    )


def side_of(who: str) -> str | None:
    """Return whose losses a labelled number gives, as the coder reads it off the same words."""
    return english_tolls().side_of(who.lower().split())


@lru_cache(maxsize=1)
def english_tolls() -> TollWords:
    """The English pack's words for tolls."""
    return TollWords.of(load_pack("en"))


def as_place(event: dict[str, Any]) -> Where:
    """Return a labelled place with the key and the coordinates that the gazetteer has for it."""
    name, country, precision = event["place"], event.get("country") or None, event.get("place_precision", 1)
    named = [place for place in open_gazetteer().places(name) if place.country == country]
    found = next((place for place in named if place.precision == precision), next(iter(named), None))
    if found is None:
        return Where(number(name), country, None, None, None, precision, name)
    return Where(found.id, country, found.admin1, found.latitude, found.longitude, precision, found.name)


def b_cubed(truth: Sequence[object], answer: Sequence[object]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a grouping: Bagga and Baldwin, 1998."""
    both, true, said = Counter(zip(truth, answer, strict=True)), Counter(truth), Counter(answer)
    pairs = list(zip(truth, answer, strict=True))
    precision = sum(both[t, a] / said[a] for t, a in pairs) / len(pairs)
    recall = sum(both[t, a] / true[t] for t, a in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pairwise(truth: Sequence[object], answer: Sequence[object]) -> tuple[float, float, float]:
    """Return precision, recall and F1 over all pairs of mentions: of those put together, how many belong together."""

    def pairs(groups: Counter[Any]) -> int:
        return sum(size * (size - 1) // 2 for size in groups.values())

    both, true, said = (pairs(Counter(keys)) for keys in (zip(truth, answer, strict=True), truth, answer))
    precision, recall = both / said if said else 1.0, both / true if true else 1.0
    return precision, recall, 2 * both / (true + said)


def main() -> None:
    """Measure and print."""
    mentions = labelled_mentions()
    stories: dict[str, list[Labelled]] = defaultdict(list)
    for mention in mentions:
        stories[mention.story].append(mention)
    happening: dict[int, object] = {}
    merged = {story: merge(m.telling for m in told) for story, told in stories.items()}
    for story, found in merged.items():
        for place, one in enumerate(found.happenings):
            happening |= dict.fromkeys(one.mentions, (story, place))
    truth = [(m.story, m.key) for m in mentions]
    rows = {
        "merged": [happening[m.telling.mention_id] for m in mentions],
        "each its own": [m.telling.mention_id for m in mentions],
        "one a type": [(m.story, m.telling.facts.type) for m in mentions],
    }
    print(f"{len(mentions)} mentions of {len(set(truth))} happenings in {len(stories)} stories")
    for name, answer in rows.items():
        print(f"{name:14}  B-cubed   precision {{:.3f}}  recall {{:.3f}}  F1 {{:.3f}}".format(*b_cubed(truth, answer)))
        print(f"{'':14}  pairwise  precision {{:.3f}}  recall {{:.3f}}  F1 {{:.3f}}".format(*pairwise(truth, answer)))
    told_by_several = [story for story, told in stories.items() if len({m.telling.text_id for m in told}) > 1]
    doubled = {story: counted_twice(stories[story], merged[story]) for story in told_by_several}
    once = sum(not keys for keys in doubled.values())
    print(
        f"no happening counted twice: {once} of {len(told_by_several)} stories with several articles, "
        f"{once + len(stories) - len(told_by_several)} of all {len(stories)}"
    )
    wrong = dict(wrong_tolls(stories, merged))
    print(f"tolls low, best and high as labelled: {sum(not w for w in wrong.values())} of {len(wrong)} happenings")
    if "--misses" in sys.argv:
        for keys in filter(None, doubled.values()):
            print("counted twice:", ", ".join(keys))
        for (story, key), why in sorted(wrong.items()):
            if why:
                print(f"toll of {story} {key}: {why}")
        print_misses(mentions, happening)


def counted_twice(told: Sequence[Labelled], merged: Merge) -> list[str]:
    """Return the keys of what happened once and is in more than one event that counts."""
    counts = [h for place, h in enumerate(merged.happenings) if h.status in POSITIVE and place not in merged.versions]
    groups = {mention: place for place, h in enumerate(counts) for mention in h.mentions}
    by_key: dict[str, set[int]] = defaultdict(set)
    for mention in told:
        if mention.telling.mention_id in groups:
            by_key[mention.key].add(groups[mention.telling.mention_id])
    return sorted(key for key, places in by_key.items() if len(places) > 1)


def wrong_tolls(
    stories: dict[str, list[Labelled]], merged: dict[str, Merge]
) -> Iterator[tuple[tuple[str, str], str | None]]:
    """Yield each happening with killed, and what is wrong with its numbers: None when nothing is."""
    labelled = tomllib.loads(TOLLS.read_text(encoding="utf-8"))
    for story, told in stories.items():
        given: dict[str, list[TollMention]] = defaultdict(list)
        for mention in told:
            given[mention.key] += [toll for toll in mention.telling.tolls if toll.measure == "killed"]
        for key, tolls in given.items():
            if not tolls:
                continue
            mentions = {m.telling.mention_id for m in told if m.key == key}
            # Where mentions were not merged, the event that most of them are in stands for the happening.
            found = max(merged[story].happenings, key=lambda h: len(mentions & set(h.mentions))).fatalities
            wanted = labelled[story][key] if len(tolls) > 1 else asdict(fatalities_of_one(tolls[0]))
            yield (story, key), None if asdict(found) == wanted else f"{found}, labelled {wanted}"


def fatalities_of_one(toll: TollMention) -> Fatalities:
    """Return what a single number comes to: what is unverified or denied is no number that stands."""
    stands = toll.low if toll.status in POSITIVE else None
    return Fatalities(stands, stands, toll.low if toll.high is None or toll.approximate else toll.high)


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
