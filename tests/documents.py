"""The parts of docs/ that are written by the program: `make docs` writes them, tests compare them.

A generated part stands between two marks in its file, so that people can write around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import click
from pydantic_core import PydanticUndefined

from worker.cli import dateline
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

    def walk(command: click.Command, path: str, parent: click.Context | None) -> None:
        context = click.Context(
            command, info_name=path.rsplit(maxsplit=1)[-1], parent=parent, max_content_width=100, terminal_width=100
        )
        parts.append(f"### `{path}`\n\n```\n{command.get_help(context)}\n```")
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                walk(found, f"{path} {name}", context)

    walk(dateline, "dateline", None)
    return "\n\n".join(parts)


GENERATED: Mapping[str, tuple[str, Callable[[], str]]] = {
    "settings": ("docs/configuration.md", configuration_table),
    "commands": ("docs/commands.md", command_help),
}


def with_part(page: str, name: str, part: str) -> str:
    """The page with the named generated part replaced."""
    marks = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    assert marks.search(page), f"the page has no marks for {name!r}"
    return marks.sub(lambda found: f"{found[1]}{part}\n{found[2]}", page)


def main() -> None:
    """Write every generated part anew."""
    for name, (file, make) in GENERATED.items():
        path = ROOT / file
        path.write_text(with_part(path.read_text(), name, make()))


if __name__ == "__main__":
    main()
