"""Which events a command is about: the options that `export` and `report` share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from db.exports import Chosen
from db.models.coding import STATUSES
from worker.events.ontology import TYPES

_DAY = click.DateTime(["%Y-%m-%d"])
_OPTIONS = (
    click.option("--since", type=_DAY, help="From this day on, by the day of the event."),
    click.option("--until", type=_DAY, help="Up to this day, it included."),
    click.option("--country", "countries", multiple=True, help="ISO 3166 alpha-3, such as SDN. May be repeated."),
    click.option(
        "--type",
        "types",
        multiple=True,
        type=click.Choice(list(TYPES), case_sensitive=False),
        metavar="TYPE",
        help="PLOVER type, such as ASSAULT. May be repeated.",
    ),
    click.option("--story", "stories", type=int, multiple=True, help="Key of a story. May be repeated."),
    click.option(
        "--status",
        "statuses",
        multiple=True,
        type=click.Choice(STATUSES, case_sensitive=False),
        help="How certain it is. May be repeated.",
    ),
)


def choosing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose events."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen_events(
    since: datetime | None,
    until: datetime | None,
    countries: tuple[str, ...],
    types: tuple[str, ...],
    stories: tuple[int, ...],
    statuses: tuple[str, ...],
) -> Chosen:
    """The events that the options choose."""
    return Chosen(
        since=since.date() if since else None,
        until=until.date() if until else None,
        countries=tuple(country.upper() for country in countries),
        types=types,
        stories=stories,
        statuses=statuses,
    )
