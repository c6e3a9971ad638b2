"""The parts of docs/ that are written by the program: `make docs` writes them, tests compare them.

A generated part stands between two marks in its file, so that people can write around it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import click
from pydantic_core import PydanticUndefined
from sqlalchemy import Connection, text

from db import views
from db.models import Base
from db.schema import upgrade
from db.session import engine_for
from worker.cli import dateline
from worker.embedded.postgres import EmbeddedPostgres
from worker.settings import Settings

ROOT = Path(__file__).parent.parent


def configuration_table() -> str:
    """Every setting with its default and its reason."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = "unset" if default in (None, PydanticUndefined) else "" if default in ((), "") else f"`{default}`"
        rows.append(f"| `DATELINE_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def command_help() -> str:
    """The help of every command, as it is printed."""
    parts = []

    def walk(found_command: click.Command, path: str, parent: click.Context | None) -> None:
        command = copy.copy(found_command)
        command._help_option = None  # click keeps the first one made, with the names of whoever asked first
        own = {**command.context_settings, "max_content_width": 100, "terminal_width": 100}
        context = click.Context(command, info_name=path.rsplit(maxsplit=1)[-1], parent=parent, **own)
        parts.append(f"### `{path}`\n\n```\n{command.get_help(context)}\n```")
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                walk(found, f"{path} {name}", context)

    walk(dateline, "dateline", None)
    return "\n\n".join(parts)


def view_table(connection: Connection) -> str:
    """Every view with what it is for."""
    rows = ["| view | what it is for |", "|---|---|"]
    rows += [f"| [`{view}`](columns.md#{view}) | {_cell(_comment(connection, view))} |" for view in views.ORDER]
    return "\n".join(rows)


def view_columns(connection: Connection) -> str:
    """Every view with its description, its example and its columns."""
    return "\n\n".join(
        f"### {view}\n\n{_comment(connection, view)}\n\n```sql\n{example_of(view)}\n```\n\n{_columns(connection, view)}"
        for view in views.ORDER
    )


def table_columns(connection: Connection) -> str:
    """Every table with its description and its columns, in the order in which they build on one another."""
    return "\n\n".join(
        f"### {table.name}\n\n{_comment(connection, table.name)}\n\n{_columns(connection, table.name)}"
        for table in Base.metadata.sorted_tables
    )


def example_of(view: str) -> str:
    """The example on top of a view's file."""
    head = re.match(r"(?:--.*\n)+", views.source_of(view))
    assert head is not None, f"db/views/{view}.sql has no description on top"
    after = head[0].partition("-- Example:")[2].partition("\n")[2]
    return dedent("\n".join(line.removeprefix("--") for line in after.splitlines()))


def _comment(connection: Connection, relation: str) -> str:
    found = connection.execute(text("select obj_description(to_regclass(:name), 'pg_class')"), {"name": relation})
    return str(found.scalar_one())


# A key that points to another table is shown with that table: it says what to join.
_COLUMNS = text(
    """
    select a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum),
      (select min(f.confrelid::regclass::text) from pg_constraint f
       where f.contype = 'f' and f.conrelid = a.attrelid and f.conkey = array[a.attnum])
    from pg_attribute a
    where a.attrelid = to_regclass(:name) and a.attnum > 0 and not a.attisdropped
    order by a.attnum
    """
)
_SHORT_TYPES = {"timestamp with time zone": "timestamptz", "double precision": "float8", "character(": "char("}


def _columns(connection: Connection, relation: str) -> str:
    rows = ["| column | type | what it is |", "|---|---|---|"]
    for column, kind, comment, points_to in connection.execute(_COLUMNS, {"name": relation}):
        for long, short in _SHORT_TYPES.items():
            kind = kind.replace(long, short)  # noqa: PLW2901 - the same type by its other name
        key = f", key of [{points_to}](#{points_to})" if points_to else ""
        rows.append(f"| `{column}` | {kind}{key} | {_cell(comment)} |")
    return "\n".join(rows)


def _cell(words: str) -> str:
    return words.replace("|", r"\|")


GENERATED: Mapping[str, tuple[str, Callable[[], str]]] = {
    "settings": ("docs/configuration.md", configuration_table),
    "commands": ("docs/commands.md", command_help),
}

FROM_DATABASE: Mapping[str, tuple[str, Callable[[Connection], str]]] = {
    "views": ("docs/views.md", view_table),
    "view columns": ("docs/columns.md", view_columns),
    "table columns": ("docs/columns.md", table_columns),
}
"""Parts that are made of the comments of a migrated database."""


def with_part(page: str, name: str, part: str) -> str:
    """The page with the named generated part replaced."""
    marks = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    assert marks.search(page), f"the page has no marks for {name!r}"
    return marks.sub(lambda found: f"{found[1]}{part}\n{found[2]}", page)


def main() -> None:
    """Write every generated part anew."""
    for name, (file, make) in GENERATED.items():
        _write(file, name, make())
    with TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", durable=False)
        engine = engine_for(server.start(), pooled=False)
        try:
            upgrade(server.url)
            with engine.connect() as connection:
                for name, (file, from_database) in FROM_DATABASE.items():
                    _write(file, name, from_database(connection))
        finally:
            engine.dispose()
            server.stop()


def _write(file: str, name: str, part: str) -> None:
    path = ROOT / file
    path.write_text(with_part(path.read_text(), name, part))


if __name__ == "__main__":
    main()
