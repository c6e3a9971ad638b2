"""What a person types: ``dateline COMMAND``. Each command's module is loaded only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from worker import __version__
from worker.errors import DatelineError

COMMANDS = {
    "up": "worker.cli.run:up",
    "worker": "worker.cli.run:worker",
    "beat": "worker.cli.run:beat",
    "flower": "worker.cli.run:flower",
    "db": "worker.cli.database:db",
    "feeds": "worker.cli.feeds:feeds",
    "status": "worker.cli.look:status",
    "events": "worker.cli.look:events",
    "retry": "worker.cli.look:retry",
    "stories": "worker.cli.stories:stories",
    "duplicates": "worker.cli.stories:duplicates",
    "recode": "worker.cli.recode:recode",
    "report": "worker.cli.report:report",
    "export": "worker.cli.export:export",
    "forget": "worker.cli.keeping:forget",
    "backup": "worker.cli.keeping:backup",
    "restore": "worker.cli.keeping:restore",
    "parse-feed": "worker.cli.filters:parse_feed",
    "read": "worker.cli.filters:read",
    "group": "worker.cli.filters:group",
    "code": "worker.cli.filters:code",
}


class _Commands(click.Group):
    """A group that knows its commands by name and loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)  # noqa: S101 - the table above is ours
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="dateline")
def dateline() -> None:
    """Your own event database from the feeds you choose: who did what to whom, according to whom.

    Start with `dateline up`; look with `dateline status --watch` and `dateline events`.
    """


def main() -> None:
    """Run the command line; an error of our own is one sentence on standard error and exit code 1."""
    said: str | None
    try:
        dateline(prog_name="dateline")
    except DatelineError as error:
        said = str(error)
    except OSError as error:
        said = f"{error.filename or 'The system'}: {error.strerror or error}."
    except Exception as error:
        if (said := _of_the_database(error)) is None:
            raise
    else:
        return
    click.secho(f"dateline: {said}", fg="red", err=True)
    sys.exit(1)


def _of_the_database(error: Exception) -> str | None:
    """A sentence for an error that the database or Alembic raised; None for any other, which is a bug of ours."""
    family = type(error).__module__.partition(".")[0]
    first = str(error).partition("\n")[0]
    if family == "sqlalchemy" and "does not exist" in first:
        return f"The database lacks what this command needs ({first}): run `dateline db upgrade` first."
    if family == "sqlalchemy":
        return f"The database cannot do that: {first}"
    return f"The schema cannot be changed so: {first}" if family == "alembic" else None
