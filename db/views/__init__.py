"""The views that people query: one SQL file each, with what it is for on top.

They are no part of the numbered migrations. A view holds no data, so after every migration the present files replace
what is there; migrating an old database then never meets a view file that is newer than its tables.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files

from sqlalchemy import Connection, text

# In the order of their making: later ones may read earlier ones.
ORDER = (
    "events",
    "event_sources",
    "event_articles",
    "claims",
    "dyads",
    "daily_counts",
    "daily_reports",
    "stories",
    "story_articles",
    "story_history",
    "duplicates",
    "feed_health",
    "pipeline_health",
    "coverage_lag",
    "event_changes",
)


def source_of(view: str) -> str:
    """Return the SQL that makes a view: its description as a comment, the view, its comments."""
    return (files(__name__) / f"{view}.sql").read_text(encoding="utf-8")


def digest() -> str:
    """Return what the present files are recognised by."""
    together = "\n".join(source_of(view) for view in ORDER)
    return hashlib.sha256(together.encode()).hexdigest()[:16]


def drop_views(connection: Connection) -> None:
    """Drop the views. An analyst's own view that rests on one of them is named in the error, never dropped."""
    for view in reversed(ORDER):
        kind = connection.execute(
            text("select relkind from pg_class where oid = to_regclass(:view)"), {"view": f"public.{view}"}
        ).scalar()
        if kind is not None:
            connection.exec_driver_sql(f"drop {'materialized view' if kind == 'm' else 'view'} public.{view}")


def create_views(connection: Connection) -> None:
    """Create all views from their files."""
    for view in ORDER:
        connection.exec_driver_sql(source_of(view).replace("%", "%%"))
