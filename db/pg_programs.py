"""PostgreSQL's own ``pg_dump`` and ``pg_restore``: found in the right version, run, and their words made an error."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url

from worker.errors import BackupError, InputError

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian and its children keep the programs of each version (postgresql-common)."""

_TABLE = re.compile(r'(?:dumping contents of|processing data for) table "public\.(\w+)"')
_VERSION = re.compile(r"\) (\d+)")
LAST_LINES = 5
"""Of a failed program's words: the cause stands at the end."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Both programs, in a version that knows the server."""

    dump: str
    restore: str


def find(server_major: int, folders: Sequence[Path] = ()) -> Programs:
    """Return the programs of the server's version, else of the next later one.

    Args:
        server_major: 18 for PostgreSQL 18.1.
        folders: Looked into first, before the PATH and Debian's own places.

    Raises:
        BackupError: There are none; the text says what to install.
    """
    return Programs(*(_find(name, server_major, folders) for name in ("pg_dump", "pg_restore")))


def dump(programs: Programs, url: str, file: Path, snapshot: str, watch: Callable[[str], None]) -> None:
    """Write a database into a file in pg_dump's custom format, as it was in an exported snapshot.

    Owners and rights are left out: roles belong to the server, and migrating gives the rights anew.

    Args:
        programs: From :func:`find`.
        url: SQLAlchemy URL of the database.
        file: Is overwritten.
        snapshot: From ``pg_export_snapshot()``, by a transaction that stays open meanwhile.
        watch: Is told each table's name when its rows begin.

    Raises:
        BackupError: The program failed.
    """
    options = ["--format=custom", "--no-owner", "--no-privileges", "--verbose", f"--snapshot={snapshot}"]
    _run([programs.dump, *options, "--schema=public", f"--file={file}"], url, watch)


def list_archive(programs: Programs, file: Path) -> tuple[str, ...]:
    """Return what is in such a file, a line each, without the schema itself: that one is there in every database.

    Raises:
        InputError: It is no archive of pg_dump.
    """
    looked = subprocess.run([programs.restore, "--list", str(file)], capture_output=True, text=True, check=False)  # noqa: S603 - found by ourselves
    if looked.returncode:
        raise InputError(f"{file} is no backup: {looked.stderr.strip()}")
    return tuple(line for line in looked.stdout.splitlines() if " SCHEMA " not in line)


def restore(programs: Programs, url: str, file: Path, listed: Sequence[str], watch: Callable[[str], None]) -> None:
    """Fill a database with what was listed of a file, in one transaction; errors as for :func:`dump`."""
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as wanted:
        wanted.write("\n".join(listed))
        wanted.flush()
        options = ["--no-owner", "--no-privileges", "--verbose", "--exit-on-error", "--single-transaction"]
        _run([programs.restore, *options, f"--use-list={wanted.name}", str(file)], url, watch)


def _find(name: str, server_major: int, folders: Sequence[Path]) -> str:
    found = {major: path for path in reversed([*_candidates(name, folders)]) if (major := _major(path)) is not None}
    fitting = [major for major in found if major >= server_major]
    if fitting:
        return found[min(fitting)]
    there = f"; here are only {', '.join(map(str, sorted(found)))}" if found else ""
    raise BackupError(
        f"{name} of PostgreSQL {server_major} or later is needed{there}: install the client programs (Debian, Ubuntu: "
        f"apt-get install postgresql-client-{server_major}; macOS: brew install postgresql@{server_major})."
    )


def _candidates(name: str, folders: Sequence[Path]) -> Iterator[str]:
    for folder in folders:
        if (folder / name).exists():
            yield str(folder / name)
    if on_path := shutil.which(name):
        yield on_path
    yield from (str(path) for path in sorted(DEBIAN.glob(f"*/bin/{name}")))


def _major(program: str) -> int | None:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - likewise
    found = _VERSION.search(said.stdout)
    return int(found[1]) if found and said.returncode == 0 else None


def _run(command: Sequence[str], url: str, watch: Callable[[str], None]) -> None:
    given = make_url(url)
    password = given.password
    # A password among the arguments would be readable by every user of the machine.
    where = URL.create(
        "postgresql", given.username, host=given.host, port=given.port, database=given.database, query=given.query
    ).render_as_string()
    environment = {**os.environ, "PGAPPNAME": "dateline backup", **({"PGPASSWORD": password} if password else {})}
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603 - likewise
        [*command, f"--dbname={where}"], stderr=subprocess.PIPE, text=True, env=environment, errors="replace"
    ) as process:
        assert process.stderr is not None  # noqa: S101 - asked for above
        for line in process.stderr:
            said = [*said[1 - LAST_LINES :], line.strip()]
            if begun := _TABLE.search(line):
                watch(begun[1])
    if process.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {' / '.join(said)}")
