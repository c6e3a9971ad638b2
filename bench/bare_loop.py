"""The least that can be done for an article: fetch, read, sketch, group and code in a loop, with nothing around it.

No queue, no database, no politeness, no lease; copies and stories are looked up in dictionaries. What the real line
takes beyond this is what it costs that nothing is lost, and that everything can be looked up afterwards.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network

from worker.articles.body import FeedContext, read_page
from worker.events.extract import Coder
from worker.fetch.client import Client, FetchLimits
from worker.records import ArticleText, Reading
from worker.stories.duplicates import ArticleSketch, decide, edges
from worker.stories.fingerprint import Sketch, sketch
from worker.stories.place import StoryCandidate, choose_story, founded, joined
from worker.stories.terms import Frequencies, features
from worker.stories.weights import rare_terms, weighed
from worker.urls import registered_domain

SHARED_ANCHORS = 2
CANDIDATES = 12
PROCESSES = 2  # as many as the line's cpu worker has


class Grouping:
    """What is known of copies and stories so far, in dictionaries."""

    def __init__(self) -> None:
        self._anchors: dict[int, list[int]] = defaultdict(list)
        self._sketches: dict[int, ArticleSketch] = {}
        self._texts: dict[int, str] = {}
        self._terms: dict[str, set[int]] = defaultdict(set)
        self._stories: dict[int, StoryCandidate] = {}
        self._counts: Counter[str] = Counter()

    def is_copy(self, url: str, made: Sketch, reading: Reading) -> bool:
        """Is it a copy of an article seen before? Remembers it."""
        number = len(self._sketches) + 1
        new = ArticleSketch(number, made, registered_domain(url), reading.published, title=reading.title)
        shared = Counter(other for anchor in made.anchors for other in self._anchors[anchor])
        near = [self._sketches[other] for other, count in shared.items() if count >= SHARED_ANCHORS]
        self._texts[number] = reading.text
        found = decide(new, near, edges(new, near, texts=self._texts.__getitem__))
        self._sketches[number] = new
        for anchor in made.anchors:
            self._anchors[anchor].append(number)
        return found is not None and found.counts_as_copy

    def place(self, reading: Reading) -> None:
        """Let it join a story, or found one."""
        told = features(reading.text, reading.title, reading.published, reading.language)
        terms = told.all_terms
        report = weighed(told, Frequencies(len(self._sketches), {term: self._counts[term] for term in terms}))
        rare = rare_terms(report)
        shared = Counter(story for term in rare for story in self._terms[term])
        near = [self._stories[story] for story, _ in shared.most_common(CANDIDATES)]
        chosen = choose_story(report, near).story_id
        number = chosen or len(self._stories) + 1
        self._stories[number] = joined(self._stories[number], report) if chosen else founded(number, report)
        self._counts.update(terms)
        for term in rare:
            self._terms[term].add(number)


class Stopwatch:
    """Processor time by step, in seconds."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the block's time under a name."""
        began = time.process_time()
        yield
        self.spent[name] += time.process_time() - began


def run(urls: Sequence[str]) -> tuple[float, Counter[str]]:
    """Go over all pages in two processes; seconds that it took, and processor seconds by step."""
    coder = Coder.load()
    read_page(b"<p>Loads what reading needs.</p>", url=urls[0], headers={}, entry=FeedContext(), now=datetime.now(UTC))
    context = multiprocessing.get_context("fork")
    shares = [urls[part::PROCESSES] for part in range(PROCESSES)]
    answers = context.SimpleQueue()
    processes = [context.Process(target=_loop, args=(share, coder, answers)) for share in shares]
    began = time.perf_counter()
    for process in processes:
        process.start()
    spent: Counter[str] = Counter()
    for _ in processes:
        spent.update(answers.get())
    seconds = time.perf_counter() - began
    for process in processes:
        process.join()
    return seconds, spent


def _loop(urls: Sequence[str], coder: Coder, answers: multiprocessing.SimpleQueue[Counter[str]]) -> None:
    client = Client(FetchLimits(), "bench", (ip_network("127.0.0.0/8"),))
    grouping, watch = Grouping(), Stopwatch()
    for url in urls:
        with watch.step("fetch"):
            fetched = client.get(url, accept="text/html")
        with watch.step("read"):
            reading = read_page(
                fetched.body, url=url, headers=fetched.headers, entry=FeedContext(), now=datetime.now(UTC)
            )
        with watch.step("sketch and group"):
            copy = grouping.is_copy(url, sketch(reading.text), reading)
            if not copy:
                grouping.place(reading)
        if not copy:
            with watch.step("code"):
                coder.code(ArticleText(reading.text, reading.title, reading.published, reading.language, url))
    client.close()
    answers.put(watch.spent)
