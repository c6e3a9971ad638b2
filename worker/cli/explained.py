"""``dateline code --explain``: for each event the words behind each field and the rules that fired, for a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli.answers import NOT_STORED
from worker.cli.filters import article_text
from worker.cli.lines import explain
from worker.events.extract import Coder
from worker.records import ArticleText, Event, EventPlace, Party, Source, Toll


def explain_lines(*, all_statuses: bool) -> None:
    """Explain the events of each article on standard input."""
    coder = Coder.load()
    console = Console()
    for line in filter(None, map(str.strip, sys.stdin)):
        try:
            article = article_text(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            console.print(f"[red]This line cannot be coded:[/] {explain(error)}")
            continue
        coded = coder.code(article)
        console.rule(Text(article.title or article.text[:60]))
        if coded.pack is None:
            console.print(f"There is no language pack for {coded.language!r}: this article stays uncoded.")
        shown = [event for event in coded.events if all_statuses or event.status not in NOT_STORED]
        if not shown and coded.pack is not None:
            console.print("No event.")
        for number, event in enumerate(shown, 1):
            console.print(event_table(number, event, article))


def event_table(number: int, event: Event, article: ArticleText) -> Table:
    """One event: a row a field, with the words of the article it was read from."""
    mode = f" / {event.mode}" if event.mode else ""
    table = Table(title=f"{number}. {event.type}{mode}", title_justify="left", title_style="bold", expand=True)
    table.add_column("field", style="cyan", no_wrap=True)
    table.add_column("value", ratio=2)
    table.add_column("words", ratio=3)
    for field, value, words in _rows(event):
        table.add_row(field, Text(value), Text(words, style="italic"))
    for quote, trigger in zip(event.quotes, event.triggers, strict=True):
        shown = Text(quote.text)
        if quote.start <= trigger.start < quote.end:
            shown.stylize("bold yellow", trigger.start - quote.start, trigger.end - quote.start)
        where = "headline" if article.text[quote.start : quote.end] != quote.text else f"{quote.start}-{quote.end}"
        table.add_row("quote", where, shown)
    if event.rules:
        table.add_row("rules", "", Text("\n".join(event.rules)))
    return table


def _rows(event: Event) -> Iterator[tuple[str, str, str]]:
    yield "ACLED", event.acled_sub_event or "none", ""
    yield from _party_rows("actor", event.actors)
    yield from _party_rows("recipient", event.recipients)
    if event.place:
        yield "place", _place(event.place), event.place.text
    dates = (
        f"{event.date_start or '?'} to {event.date_end or '?'}"
        if event.date_precision != "day"
        else str(event.date_start)
    )
    yield "date", dates if event.date_start or event.date_end else "unknown", event.date_text or ""
    yield "status", f"{event.status} ({'happened' if event.happened else 'not counted'})", ""
    yield from (("according to", f"{source.name} ({source.kind})", source.text) for source in event.attribution)
    yield from (("toll", _toll(toll), toll.quote.text) for toll in event.tolls)
    yield "confidence", f"{event.confidence:.2f}", ""


def _party_rows(field: str, parties: Iterable[Party]) -> Iterator[tuple[str, str, str]]:
    for party in parties:
        labels = ", ".join(filter(None, (party.country, party.sector)))
        yield field, f"{party.name} ({labels})" if labels else party.name, party.text


def _place(place: EventPlace) -> str:
    parts = [place.name, place.admin1, place.country]
    return ", ".join(part for part in parts if part) + f" (precision {place.precision})"


def _toll(toll: Toll) -> str:
    if toll.high is None:
        number = f"{toll.low} or more" if toll.low is not None else "some"
    else:
        number = str(toll.low) if toll.low == toll.high else f"{toll.low} to {toll.high}"
    about = "about " if toll.approximate else ""
    kind = " (part of another toll)" if toll.subset else " (cumulative)" if toll.cumulative else ""
    said = f", {toll.status}: {_names(toll.sources)}" if toll.sources else f", {toll.status}"
    return f"{about}{number} {toll.measure}{kind}{said}"


def _names(sources: Iterable[Source]) -> str:
    return " via ".join(source.name for source in sources)
