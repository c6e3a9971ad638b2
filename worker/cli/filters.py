"""Filters: JSON lines in, JSON lines out. Try a feed, a page or a text, or measure Dateline; no server to set up."""

from __future__ import annotations

import base64
import functools
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from worker.cli import answers
from worker.cli.lines import Answer, answer_lines, answer_lines_in_processes, answer_lines_in_two_steps

Json = dict[str, Any]

_jobs = click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes.")


def _run(make: Callable[[], Answer], jobs: int) -> None:
    if jobs == 1:
        answer_lines(make())
    else:
        answer_lines_in_processes(make, jobs)


@click.command("parse-feed")
@_jobs
def parse_feed(jobs: int) -> None:
    """Read feeds: {"id", "body_base64", "url"?, "headers"?} in; title, entries and problems out."""
    _run(_feed_parser, jobs)


def _feed_parser() -> Answer:
    from worker.feeds.parse import ParseLimits, parse_feed  # noqa: PLC0415 - feedparser takes .2 s to load

    def answer(line: Json) -> Json:
        parsed = parse_feed(
            base64.b64decode(line["body_base64"], validate=True),
            url=line.get("url"),
            headers=_headers(line),
            now=datetime.now(UTC),
            limits=ParseLimits(),
        )
        return answers.feed(parsed)

    return answer


@click.command()
@_jobs
def read(jobs: int) -> None:
    """Read pages: {"id", "html" or "html_base64", "url"?, "feed_published"?, "headers"?} in; text, date ... out."""
    _run(_page_reader, jobs)


def _page_reader() -> Answer:
    from worker.articles.body import FeedContext, ReadLimits, read_page  # noqa: PLC0415 - trafilatura takes .5 s to load

    def answer(line: Json) -> Json:
        if "html_base64" in line:
            html, headers = base64.b64decode(line["html_base64"], validate=True), _headers(line)
        else:  # a string has been decoded already, whatever the page says of itself
            html = _text(line, "html").encode("utf-8", "replace")
            headers = {**_headers(line), "content-type": "text/html; charset=utf-8"}
        read = read_page(
            html,
            url=line.get("url"),
            headers=headers,
            entry=FeedContext(published=moment_of(line.get("feed_published"))),
            limits=ReadLimits(),
            now=datetime.now(UTC),
        )
        return answers.reading(read)

    return answer


@click.command()
@click.option("--all", "all_statuses", is_flag=True, help="Show hypothetical and historical ones too.")
@click.option("--layers", is_flag=True, help="Show every attribution and entity of the text as well.")
@click.option("--explain", is_flag=True, help="Show, for a person, the words behind each field and the rules.")
@_jobs
def code(all_statuses: bool, layers: bool, explain: bool, jobs: int) -> None:  # noqa: FBT001 - click's way
    """Code texts: {"id", "text", "title"?, "published"?, "language"?, "url"?, "section"?} in; events out."""
    if explain:
        from worker.cli.explained import explain_lines  # noqa: PLC0415 - rich is needed for this alone

        explain_lines(all_statuses=all_statuses)
        return
    _run(functools.partial(_text_coder, all_statuses=all_statuses, layers=layers), jobs)


def _text_coder(*, all_statuses: bool, layers: bool) -> Answer:
    from worker.events.extract import Coder  # noqa: PLC0415 - the packs take a moment to load

    coder = Coder.load()

    def answer(line: Json) -> Json:
        coded = coder.code(article_text(line), layers=layers)
        return answers.coded(coded, all_statuses=all_statuses, layers=layers)

    return answer


def article_text(line: Json) -> Any:
    """The coder's input from one line.

    Raises:
        KeyError: there is no text.
        ValueError: a field has a value that cannot be read; the text says which.
    """
    from worker.records import ArticleText  # noqa: PLC0415 - kept with the coder

    return ArticleText(
        text=_text(line, "text"),
        title=line.get("title") or "",
        published=moment_of(line.get("published")),
        language=line.get("language"),
        url=line.get("url"),
        section=line.get("section"),
    )


@click.command()
@_jobs
def group(jobs: int) -> None:
    """Group articles: {"id", "url", "title", "text", "published", "source"} in, as they arrived; story and copies out.

    Starts a temporary database, so that the statements that run in production answer here. Each article is placed
    after the one before it; with --jobs, what it is recognised by is worked out in other processes meanwhile.
    """
    from db.schema import upgrade  # noqa: PLC0415 - the models take .3 s to load
    from worker.cli.grouping import Grouper, prepared  # noqa: PLC0415 - likewise
    from worker.embedded.postgres import EmbeddedPostgres  # noqa: PLC0415 - likewise

    with tempfile.TemporaryDirectory(prefix="dateline-group-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", durable=False)
        upgrade(server.start())
        try:
            with Grouper(server.url) as grouper:
                if jobs == 1:
                    answer_lines(lambda line: grouper.answer(prepared(line)))
                else:
                    answer_lines_in_two_steps(prepared, grouper.answer, jobs)
        finally:
            server.stop()


def _headers(line: Json) -> dict[str, str]:
    given = line.get("headers") or {}
    if not isinstance(given, dict):
        raise TypeError("headers must be an object of names and values")
    return {str(name).lower(): str(value) for name, value in given.items()}


def _text(line: Json, field: str) -> str:
    if not isinstance(line[field], str):
        raise TypeError(f"{field} must be a string")
    return str(line[field])


def moment_of(value: str | None) -> datetime | None:
    """An ISO 8601 instant; without an offset it is UTC."""
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no ISO 8601 date, such as 2024-12-01T18:00:00+00:00") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
