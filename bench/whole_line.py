"""The whole line beside a bare loop and a plain Celery pipeline, over the same bytes.

    python -m bench.whole_line [--houses N] [--pages N] [--rounds N]

Each round runs all three; printed are the medians: articles a second, processor time of an article by part, memory.
The site runs in a process of its own, whose time is not counted, but it shares the machine. Aims: the line reaches .65
of the bare loop's articles per second, and 1.3 times those of the plain pipeline.
"""

from __future__ import annotations

import os
import statistics
from collections import Counter
from collections.abc import Sequence

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench import bare_loop
from bench.line_run import Run, run_line, run_plain
from bench.newsstand import newsstand

PARTS = ("net", "cpu", "beat", "PostgreSQL", "Valkey")


@click.command()
@click.option("--houses", default=5, show_default=True, help="Sites, each with a feed.")
@click.option("--pages", default=100, show_default=True, help="Articles of each.")
@click.option("--rounds", default=3, show_default=True, help="Medians of so many.")
def main(houses: int, pages: int, rounds: int) -> None:
    """Measure and print."""
    console = Console(width=110)
    loops: list[tuple[float, Counter[str]]] = []
    lines: list[Run] = []
    plains: list[Run] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with newsstand(houses, pages) as stand, Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("runs", total=3 * rounds)
        for _ in range(rounds):
            for measure in (
                lambda: loops.append(bare_loop.run(stand.pages)),
                lambda: lines.append(run_line(stand)),
                lambda: plains.append(run_plain(stand)),
            ):
                measure()
                progress.advance(bar)
    articles = houses * pages
    console.print(f"{articles} articles of {houses} sites, {rounds} rounds, {os.cpu_count()} cores")
    console.print(f"load of the machine over the last minutes: {os.getloadavg()[0]:.1f} (a quiet one shows about 3)")
    console.print(_speeds(loops, lines, plains, articles))
    console.print(_itemised(loops, lines, plains, articles))
    console.print(_memory(lines, plains))


def _speeds(
    loops: Sequence[tuple[float, Counter[str]]], lines: Sequence[Run], plains: Sequence[Run], articles: int
) -> Table:
    table = Table(title="Articles a second", title_justify="left")
    for name in (
        "",
        "articles/s",
        "the line against it",
        "CPU ms/article",
        "of the line's CPU",
        "transactions/article",
    ):
        table.add_column(name, justify="left" if not name else "right")
    line = articles / statistics.median(run.seconds for run in lines)
    line_cpu = _total(lines)
    loop_cpu = 1000 * statistics.median(sum(spent.values()) for _, spent in loops) / articles
    rows = (
        ("bare loop", articles / statistics.median(seconds for seconds, _ in loops), loop_cpu, None),
        ("plain Celery", articles / statistics.median(run.seconds for run in plains), _total(plains), plains),
        ("the line", line, line_cpu, lines),
    )
    for name, speed, cpu, runs in rows:
        transactions = f"{statistics.median(run.transactions for run in runs) / articles:.1f}" if runs else ""
        table.add_row(name, f"{speed:.1f}", f"{line / speed:.2f}", f"{cpu:.1f}", f"{cpu / line_cpu:.0%}", transactions)
    return table


def _itemised(
    loops: Sequence[tuple[float, Counter[str]]], lines: Sequence[Run], plains: Sequence[Run], articles: int
) -> Table:
    """Where an article's processor time goes."""
    table = Table(title="Processor milliseconds of an article", title_justify="left")
    for name in ("part", "bare loop", "plain Celery", "the line"):
        table.add_column(name, justify="left" if name == "part" else "right")
    steps = {step: 1000 * statistics.median(spent[step] for _, spent in loops) / articles for step in loops[0][1]}
    for step, spent in steps.items():
        table.add_row(step, f"{spent:.1f}", "", "")
    for part in PARTS:
        table.add_row(part, "", _of(plains, part), _of(lines, part))
    table.add_row("all", f"{sum(steps.values()):.1f}", f"{_total(plains):.1f}", f"{_total(lines):.1f}")
    return table


def _memory(lines: Sequence[Run], plains: Sequence[Run]) -> Table:
    table = Table(title="MB of each part's largest process at the end", title_justify="left")
    for name in ("part", "plain Celery", "the line"):
        table.add_column(name, justify="left" if name == "part" else "right")
    for part in PARTS:
        cells = [[run.memory[part] for run in runs if part in run.memory] for runs in (plains, lines)]
        table.add_row(part, *(f"{statistics.median(held):.0f}" if held else "" for held in cells))
    return table


def _of(runs: Sequence[Run], part: str) -> str:
    spent = [1000 * run.cpu[part] / run.articles for run in runs if part in run.cpu]
    return f"{statistics.median(spent):.1f}" if spent else ""


def _total(runs: Sequence[Run]) -> float:
    return statistics.median(1000 * sum(run.cpu.values()) / run.articles for run in runs)


if __name__ == "__main__":
    main()
