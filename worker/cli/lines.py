"""JSON lines in, JSON lines out: each answer in order, flushed as soon as it is ready, whatever comes in."""

from __future__ import annotations

import functools
import json
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, BinaryIO, TypeVar

Json = dict[str, Any]
Answer = Callable[[Json], Json]
Ready = TypeVar("Ready")
Result = TypeVar("Result")

AHEAD = 4  # lines read ahead for each process: keeps them busy, and memory small


def answer_lines(answer: Answer, *, source: BinaryIO | None = None, sink: BinaryIO | None = None) -> None:
    """Answer each line in this process.

    Args:
        answer: takes the line's object and returns the answer without its id; what it raises becomes ``error``.
        source: where lines come from; standard input when None.
        sink: where answers go; standard output when None.
    """
    for line in _lines(source or sys.stdin.buffer):
        _put(sink or sys.stdout.buffer, answer_one(answer, line))


def answer_lines_in_processes(make: Callable[[], Answer], jobs: int) -> None:
    """Answer standard input's lines in ``jobs`` processes, in order; ``make`` builds the answering function in each.

    A caller that waits for an answer before it sends the next line gets it: reading and writing are two threads.
    """
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(make,)) as pool:
        for answered in _in_order(lambda line: pool.submit(_answer_here, line), jobs):
            _put(sys.stdout.buffer, answered)


def answer_lines_in_two_steps(prepare: Callable[[Json], Ready], answer: Callable[[Ready], Json], jobs: int) -> None:
    """Answer standard input's lines in order, where an answer rests on the lines before: only the first step is spread.

    Args:
        prepare: what can be done with a line alone, in ``jobs`` processes; a function of a module.
        answer: what is done with that in this process, line after line.
        jobs: how many processes.
    """
    with ProcessPoolExecutor(jobs) as pool:
        for line, ready in _in_order(lambda line: pool.submit(_prepare_here, prepare, line), jobs):
            _put(sys.stdout.buffer, answer_one(functools.partial(_second_step, answer, ready), line))


def answer_one(answer: Answer, line: bytes) -> bytes:
    """The answer to one line, as a line; a line that cannot be answered gets ``{"id": ..., "error": ...}``."""
    given: object = None
    try:
        given = json.loads(line)
        if not isinstance(given, dict):
            raise TypeError("a line must be a JSON object")  # noqa: TRY301 - said in the same way as any bad line
        said = {"id": given.get("id"), **answer(given)}
    except Exception as error:  # noqa: BLE001 - whatever a line does, the next ones are answered
        said = {"id": given.get("id") if isinstance(given, dict) else None, "error": explain(error)}
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def explain(error: Exception) -> str:
    """The error as a sentence that names its kind where the text alone would not."""
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error}"
    if isinstance(error, KeyError):
        return f"the field {error.args[0]!r} is missing"
    text = str(error) or type(error).__name__
    return text if isinstance(error, (TypeError, ValueError)) else f"{type(error).__name__}: {text}"


def _in_order(submit: Callable[[bytes], Future[Result]], jobs: int) -> Iterator[Result]:
    """Give each line away as soon as it comes, and yield what comes back in the order of the lines."""
    waiting: queue.Queue[Future[Result] | None] = queue.Queue(maxsize=jobs * AHEAD)

    def read() -> None:
        for line in _lines(sys.stdin.buffer):
            waiting.put(submit(line))
        waiting.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (future := waiting.get()) is not None:
        yield future.result()


def _prepare_here(prepare: Callable[[Json], Ready], line: bytes) -> tuple[bytes, Ready | Exception]:
    try:
        return line, prepare(json.loads(line))
    except Exception as error:  # noqa: BLE001 - told when its turn comes
        return line, error


def _second_step(answer: Callable[[Ready], Json], ready: Ready | Exception, _: Json) -> Json:
    if isinstance(ready, Exception):
        raise ready
    return answer(ready)


def _lines(source: BinaryIO) -> Iterator[bytes]:
    return (line for line in iter(source.readline, b"") if line.strip())


def _put(sink: BinaryIO, line: bytes) -> None:
    sink.write(line)
    sink.flush()


_answer: Answer | None = None


def _begin(make: Callable[[], Answer]) -> None:
    global _answer  # noqa: PLW0603 - a process of the pool has one answering function for its life
    _answer = make()


def _answer_here(line: bytes) -> bytes:
    assert _answer is not None  # noqa: S101 - the pool's initializer ran first
    return answer_one(_answer, line)
