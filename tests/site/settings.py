"""Settings under which the line runs on the local news site: quick ticks, no pauses, loopback allowed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.site.news_site import NewsSite
from worker.settings import Settings

QUICK: Mapping[str, str] = {
    "DATELINE_TICK_SECONDS": "1",
    "DATELINE_SWEEP_SECONDS": "2",
    "DATELINE_HOST_SPACING_SECONDS": "0",
    "DATELINE_FEED_FLOOR_SECONDS": "2",
    "DATELINE_FEED_CEILING_SECONDS": "10",
    "DATELINE_ALLOWED_NETWORKS": "127.0.0.0/8",
    "DATELINE_CONTACT": "https://dateline.example/demo",
}


def environment_for(**settings: str) -> dict[str, str]:
    """This process's environment with the quick settings and the given ones (``home="..."`` is DATELINE_HOME)."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
    return {**own, **QUICK, **{f"DATELINE_{name.upper()}": value for name, value in settings.items()}}


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings that a process with this environment reads."""
    prefix = "DATELINE_"
    given = {name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)}
    return Settings.model_validate({name: value for name, value in given.items() if name in Settings.model_fields})


def write_feed_list(site: NewsSite, file: Path) -> None:
    """A feeds.toml that names every feed of the site."""
    entries = [
        {
            "url": url,
            "outlet": outlet.name,
            "kind": outlet.kind,
            "family": outlet.family,
            "language": outlet.language,
            "time_zone": outlet.timezone,
        }
        for outlet, url in site.feeds().items()
    ]
    lines = [
        "\n".join(["[[feed]]", *(f'{key} = "{value}"' for key, value in entry.items() if value)]) for entry in entries
    ]
    file.write_text("\n\n".join(lines) + "\n")
