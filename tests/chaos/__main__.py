"""`make chaos`: the whole line while everything that can be killed is killed, beside a run that nobody disturbs.

    python -m tests.chaos [--articles N] [--strikes N] [--seed N]

Prints how soon the line worked again after each kind of fault. Exit code 1 when an article was lost, an event is not
as in the calm run, anything came twice, or a lease was left behind.
"""

from __future__ import annotations

import contextlib
import secrets
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.chaos import faults
from tests.chaos.newsroom import made_up
from tests.chaos.run import STAGES, Outcome, Strike, calm_run, differences, disturbed_run
from tests.pipeline.conftest import RunningLine
from worker import logs

PATIENCE_SECONDS = 1800
SHOWN = 10
BATCH = 24  # articles that a fault strikes alone: about 3 s of work on two cores
IN_PEACE = "no fault"

HASTY = {
    "time_scale": "0.5",  # leases of half their length, so that what a killed worker held comes back sooner
    "retry_seconds": "2",
    "host_pause_seconds": "5",
    "total_seconds": "10",
    "feed_floor_seconds": "1",
    "feed_ceiling_seconds": "2",
    "max_attempts": "12",  # so many faults in a few minutes are months of an ordinary machine's
    "log_level": "WARNING",
}
"""Settings under which waits that fit a day of real outages fit into minutes."""


@click.command()
@click.option(
    "--articles", default=1500, show_default=True, type=click.IntRange(50), help="Published while faults strike."
)
@click.option("--strikes", default=65, show_default=True, type=click.IntRange(1))
@click.option("--seed", type=int, help="Of articles and faults; drawn and printed when not given.")
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Empty folder for data and logs, kept for a look at them."
)
def main(articles: int, strikes: int, seed: int | None, keep: Path | None) -> None:
    """Run the line twice over the same articles, the second time under faults, and compare."""
    logs.configure("ERROR", "console")  # what the faults make of servers and processes is shown in one table
    console = Console(width=max(120, Console().width))
    seed = seed if seed is not None else secrets.randbelow(10**6)
    kinds = [IN_PEACE, *faults.ALL]
    everything = made_up(articles + BATCH * len(kinds), seed=seed)
    console.print(
        f"[bold]{len(everything)} articles, {strikes} faults and {len(faults.ALL)} one by one, seed {seed}[/]"
    )
    with contextlib.ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dateline-chaos-")))
        with console.status("A calm run ..."):
            calm = calm_run(everything, _home(folder, "calm"), first=20, patience=PATIENCE_SECONDS, **HASTY)
        console.print(f"The calm run took {calm.seconds:.0f} s and found {len(calm.events)} events.")
        columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            bars = {
                name: progress.add_task(name, total=most)
                for name, most in (("faults", strikes + len(kinds)), ("coded", len(everything)))
            }

            def show(name: str, line: RunningLine) -> None:
                progress.advance(bars["faults"])
                done = line.ask("select count(*) from article where state not in ('found', 'fetched', 'read')")
                progress.update(bars["coded"], completed=done)
                progress.console.print(f"[dim]{datetime.now(UTC):%H:%M:%S} {name}")

            batches = {
                kind: everything[at : at + BATCH]
                for kind, at in zip(kinds, range(articles, len(everything), BATCH), strict=True)
            }
            disturbed = disturbed_run(
                everything[:articles], _home(folder, "disturbed"), first=60, patience=PATIENCE_SECONDS, seed=seed,
                strikes=strikes, alone=batches, told=show, **HASTY,
            )  # fmt: skip
            progress.update(bars["coded"], completed=len(everything))
    console.print(recoveries(disturbed))
    sys.exit(0 if _is_whole(calm, disturbed, len(everything), console) else f"Not whole; run again with --seed {seed}.")


def recoveries(outcome: Outcome) -> Table:
    """How soon the line worked again after each kind of fault: in the storm, and after that fault alone."""
    table = Table(
        title=f"Seconds until it works again: median (longest); a batch: {BATCH} articles", title_justify="left"
    )
    table.add_column("fault", no_wrap=True)
    for name in ("times", "polls", "fetches", "codes", "had in hand", "batch struck alone"):
        table.add_column(name, justify="right")
    kinds: dict[str, list[Strike]] = defaultdict(list)
    for strike in outcome.strikes:
        kinds[strike.fault.name].append(strike)
    for name in (IN_PEACE, *sorted(faults.ALL)):
        struck = kinds[name]
        cells = [[strike.back[stage] for strike in struck if stage in strike.back] for stage in STAGES]
        cells.append([strike.freed for strike in struck if strike.freed is not None])
        table.add_row(name, str(len(struck)), *(_spread(seconds) for seconds in cells), f"{outcome.alone[name]:.1f}")
    return table


def _spread(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.1f} ({max(seconds):.1f})" if seconds else ""


def _is_whole(calm: Outcome, disturbed: Outcome, articles: int, console: Console) -> bool:
    console.print(f"Calm:      {dict(calm.states)}, {len(calm.events)} events, {calm.seconds:.0f} s")
    console.print(f"Disturbed: {dict(disturbed.states)}, {len(disturbed.events)} events, {disturbed.seconds:.0f} s")
    differing = differences(calm, disturbed)
    wrong = [*calm.loose_ends(articles), *disturbed.loose_ends(articles), *differing]
    for said in wrong[:SHOWN]:
        console.print(f"[red]{said}", highlight=False)
    if not wrong:
        console.print("[green]Nothing lost, nothing twice, every event as in the calm run, no lease left.")
    return not wrong


def _home(folder: Path, name: str) -> Path:
    home = folder / name
    home.mkdir(parents=True)
    return home


if __name__ == "__main__":
    main()
