"""The report: one HTML file that holds its data, its styles and its scripts, and asks no network for anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from worker.exports.stored import PLACE_CREDIT, StoredEvent, number_in_words
from worker.reports.certainty import GROUPS
from worker.reports.figures import map_figure, timeline_figure
from worker.reports.outlines import OUTLINE_CREDIT, box_around
from worker.reports.rows import deaths, for_script, is_followable, row_of


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on top of the page."""

    title: str
    chosen: str  # which events were asked for, in words
    made_at: datetime  # UTC
    left_out: int = 0  # events that were chosen beyond those that are shown


def render(events: Sequence[StoredEvent], heading: Heading) -> str:
    """The page about these events, the latest first.

    Every word of an article is escaped by the template; the page forbids itself any request (Content-Security-Policy).
    """
    rows = [row_of(event) for event in sorted(events, key=_latest_first)]
    located = [row.event.facts for row in rows if row.event.facts["latitude"] is not None]
    data = {
        "events": for_script(rows),
        "groups": [group.key for group in GROUPS],
        "map": map_figure(box_around([(facts["longitude"], facts["latitude"]) for facts in located])),
        "timeline": timeline_figure(),
    }
    page: str = _template().render(
        heading=heading,
        rows=rows,
        groups=GROUPS,
        unlocated=len(rows) - len(located),
        deaths=deaths(events),
        types=sorted({event.facts["type"] for event in events}),
        statuses=[status for group in GROUPS for status in group.statuses],
        countries=sorted({(event.facts["country"], event.facts["iso3"]) for event in events if event.facts["iso3"]}),
        reports=len({report.article_id for event in events for report in event.reports}),
        outlets=len({report.outlet for event in events for report in event.reports}),
        credits=(PLACE_CREDIT, OUTLINE_CREDIT),
        data=_for_script(data),
        plotly=Markup(get_plotlyjs()),  # noqa: S704 - a library's own file
        style=Markup(_own("page.css")),  # noqa: S704 - our own
        script=Markup(_own("page.js")),  # noqa: S704 - our own
    )
    return page


def _latest_first(event: StoredEvent) -> tuple[int, int]:
    day = event.facts["event_date"]
    return (-day.toordinal() if day else 0, -event.event_id)


def _for_script(data: Any) -> Markup:
    """JSON that may stand inside a script element: no text in it can close the element (HTML, 4.12.1.3)."""
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(told.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def _own(name: str) -> str:
    return files("worker.reports").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("worker.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["followable"] = is_followable
    environment.filters["number"] = lambda toll: number_in_words(toll.low, toll.high, approximate=toll.approximate)
    environment.filters["moment"] = lambda at: at.strftime("%-d %B %Y, %H:%M UTC") if at else "time unknown"
    return environment.get_template("page.html.j2")
