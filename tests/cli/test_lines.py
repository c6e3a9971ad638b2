"""Filters answer every line in order, whatever comes in, and do not wait for the next one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from worker.cli.lines import answer_lines


def _double(line: dict[str, Any]) -> dict[str, Any]:
    return {"twice": line["number"] * 2}


def _answers(text: bytes) -> list[dict[str, Any]]:
    sink = io.BytesIO()
    answer_lines(_double, source=io.BytesIO(text), sink=sink)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b'{"id": 1, "number": 2}', {"id": 1, "twice": 4}),
        (b'{"number": 2}', {"id": None, "twice": 4}),
        (b'{"id": "a"}', {"id": "a", "error": "the field 'number' is missing"}),
        (b"[1, 2]", {"id": None, "error": "a line must be a JSON object"}),
        (b'{"id": 3, "number": null}', {"id": 3, "error": "unsupported operand type(s) for *: 'NoneType' and 'int'"}),
    ],
)
def test_each_line_gets_its_answer_or_its_error(line: bytes, answer: dict[str, Any]) -> None:
    assert _answers(line + b"\n") == [answer]


def test_bad_lines_do_not_stop_the_good_ones_and_empty_ones_are_passed_over() -> None:
    given = b'{"id": 1, "number": 1}\n\nnot json\n\xff\xfe\n{"id": 2, "number": 2}'
    first, second, third, last = _answers(given)
    assert (first, last) == ({"id": 1, "twice": 2}, {"id": 2, "twice": 4})
    assert second["error"].startswith("not JSON")
    assert "error" in third


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_caller_may_wait_for_each_answer_before_the_next_line(jobs: int) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "worker.cli", "parse-feed", "--jobs", str(jobs)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip
    assert running.stdin
    assert running.stdout
    for number in range(5):
        running.stdin.write(json.dumps({"id": number, "body_base64": ""}) + "\n")
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["id"] == number
    running.stdin.close()
    assert running.wait(10) == 0
    running.stdout.close()


def test_groups_name_what_came_before_and_bad_lines_do_not_stop_them() -> None:
    text = " ".join(f"The council of Porto Novo closed bridge {word} today." for word in "abcdefghijkl")
    given = [
        {"id": "first", "url": "https://a.example/1", "title": "Bridges close", "text": text, "source": "A"},
        {"id": "bad", "url": "https://a.example/2", "text": text},
        {"id": "copy", "url": "https://b.example/1", "title": "All shut", "text": f"{text}\nRead on.", "source": "B"},
    ]
    done = subprocess.run(
        [sys.executable, "-m", "worker.cli", "group", "--jobs", "2"],
        input="\n".join(json.dumps(line) for line in given), capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, bad, copy = map(json.loads, done.stdout.splitlines())
    assert (first["story"], first["duplicate_of"]) == ("first", None)
    assert bad == {"id": "bad", "error": "the field 'source' is missing"}
    assert (copy["story"], copy["duplicate_of"], copy["kind"]) == ("first", "first", "syndicated")
