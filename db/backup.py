"""A whole database in one file and back, with a check that both are equal.

The file is what ``pg_dump`` makes of it (its custom format, so that ``pg_restore`` alone can read it too). Beside it
lies a list of all tables with their number of rows and a digest, taken in the same snapshot; after a restore the same
is computed anew and compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from db import pg_programs
from db.schema import downgrade, upgrade, version
from db.session import engine_for
from worker.errors import BackupError, InputError

Watch = Callable[[str, str], None]
"""Is told what is being done ("copied" or "checked") and to which table."""

APPLICATION = "dateline backup"
"""Shown in ``pg_stat_activity``."""

FILLED_BY_MIGRATION = frozenset({"alembic_version", "country", "sector", "event_type", "event_mode", "acled_sub_event"})
"""Tables with rows in a database that nobody has put anything into yet."""

# Text is compared, so its form is fixed. The server's version is none of it: md5 is the same everywhere.
FORM = {"timezone": "UTC", "datestyle": "ISO", "extra_float_digits": "1", "bytea_output": "hex"}

_TABLES = text(
    """
    select c.relname, array_agg(a.attname order by a.attnum)
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attgenerated = ''
    group by c.relname order by c.relname
    """
)


@dataclass(frozen=True, slots=True)
class TableDigest:
    """What a table holds."""

    rows: int
    digest: str  # the same for the same rows in any order; columns that PostgreSQL computes are left out


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    made_at: datetime  # UTC
    revision: str  # of the schema
    server: str  # version of PostgreSQL
    tables: Mapping[str, TableDigest]

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(table.rows for table in self.tables.values())


def manifest_of(file: Path) -> Path:
    """Return where the list of a backup's tables lies."""
    return file.with_name(f"{file.name}.json")


def back_up(url: str, file: Path, now: datetime, watch: Watch, folders: Sequence[Path] = ()) -> Manifest:
    """Write the database into a file, which appears once it is whole, and its list beside it.

    Args:
        url: SQLAlchemy URL of the database.
        file: Is written; it must not be there yet.
        now: The present instant, in UTC.
        watch: Is told how far it is.
        folders: Where PostgreSQL's programs are looked for first.

    Raises:
        InputError: The file is there already, or the database holds no schema.
        BackupError: ``pg_dump`` is missing, too old, or failed; the text says why.
    """
    for path in (file, manifest_of(file)):
        if path.exists():
            raise InputError(f"{path} is there already, and is left as it is: choose another name.")
    engine = engine_for(url, pooled=False, application=APPLICATION)
    part = file.with_name(f".{file.name}.part")
    snapshot = engine.connect().execution_options(isolation_level="REPEATABLE READ")
    try:
        with snapshot as connection, connection.begin():
            _take_your_time(connection)
            revision = version(connection)
            if revision is None:
                raise InputError("The database holds no schema yet: there is nothing to back up.")
            programs = pg_programs.find(_server_major(connection), folders)
            name = connection.execute(text("select pg_export_snapshot()")).scalar_one()
            pg_programs.dump(programs, url, part, name, lambda table: watch("copied", table))
            manifest = Manifest(now, revision, _server(connection), digests(connection, watch))
        manifest_of(file).write_text(_as_json(manifest), encoding="utf-8")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
        engine.dispose()
    return manifest


def restore(url: str, file: Path, watch: Watch, folders: Sequence[Path] = ()) -> Manifest:
    """Fill an empty database from a backup, check that it holds the same, and bring its schema up to date.

    It is filled in one transaction: what fails leaves the database as empty as it was.

    Raises:
        InputError: The file is no backup, its list is missing, or the database has rows or workers.
        BackupError: ``pg_restore`` is missing, too old, or failed; or what it restored differs from what was backed up.
    """
    manifest = read_manifest(file)
    engine = engine_for(url, pooled=False, application=APPLICATION)
    try:
        with engine.connect() as connection:
            _must_be_free(connection)
            programs = pg_programs.find(_server_major(connection), folders)
            has_schema = version(connection) is not None
        listed = pg_programs.list_archive(programs, file)
        if has_schema:
            downgrade(url, "base")
            with engine.begin() as connection:
                connection.execute(text("drop table alembic_version"))
        try:
            pg_programs.restore(programs, url, file, listed, lambda table: watch("copied", table))
        except BackupError:
            if has_schema:
                upgrade(url)
            raise
        with engine.begin() as connection:
            _take_your_time(connection)
            _must_equal(manifest, digests(connection, watch), file)
    finally:
        engine.dispose()
    upgrade(url)
    return manifest


def digests(connection: Connection, watch: Watch) -> dict[str, TableDigest]:
    """Return number of rows and digest of every table, inside the connection's transaction."""
    for setting, value in FORM.items():
        connection.exec_driver_sql(f"set local {setting} = '{value}'")
    found = {}
    for table, columns in connection.execute(_TABLES).all():
        watch("checked", table)
        row = ", ".join(f'"{column}"' for column in columns)
        # A sum does not depend on the order of the rows, and 64 bits of each make a chance match a matter of 2^-64.
        counted = connection.exec_driver_sql(
            "select count(*), coalesce(sum(('x' || left(md5(row("  # noqa: S608 - names from the catalogue
            f'{row})::text), 16))::bit(64)::bigint::numeric), 0) from only "{table}"'
        ).one()
        found[table] = TableDigest(counted[0], hashlib.sha256(f"{row}:{counted[1]}".encode()).hexdigest()[:32])
    return found


def read_manifest(file: Path) -> Manifest:
    """Return the list that lies beside a backup.

    Raises:
        InputError: The backup or its list is missing, or the list cannot be read.
    """
    beside = manifest_of(file)
    if not file.is_file():
        raise InputError(f"There is no file {file}.")
    if not beside.is_file():
        raise InputError(
            f"{beside} is missing, so nobody could check what is restored: put it beside {file.name} again, or restore "
            "by hand with pg_restore and run `dateline db upgrade`."
        )
    try:
        read = json.loads(beside.read_text(encoding="utf-8"))
        tables = {name: TableDigest(**table) for name, table in read["tables"].items()}
        return Manifest(datetime.fromisoformat(read["made_at"]), read["revision"], read["server"], tables)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{beside} is no list of a backup's tables ({error!r}): was it changed by hand?") from None


def _as_json(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest) | {"made_at": manifest.made_at.isoformat()}, indent=1)


def _must_equal(manifest: Manifest, now: Mapping[str, TableDigest], file: Path) -> None:
    wrong = sorted(
        f"{name} ({_rows(manifest.tables.get(name))} in the backup, {_rows(now.get(name))} restored)"
        for name in {*manifest.tables, *now}
        if manifest.tables.get(name) != now.get(name)
    )
    if wrong:
        raise BackupError(
            f"What was restored is not what {file} was made of: {'; '.join(wrong)}. Do not work with this database: "
            "restore another backup into an empty one."
        )


def _rows(table: TableDigest | None) -> str:
    return "no such table" if table is None else f"{table.rows} rows"


def _must_be_free(connection: Connection) -> None:
    filled = [
        table
        for table, _ in connection.execute(_TABLES).all()
        if table not in FILLED_BY_MIGRATION
        and connection.exec_driver_sql(f'select exists (select from "{table}")').scalar_one()  # noqa: S608 - as above
    ]
    if filled:
        raise InputError(
            f"The database has rows already (in {', '.join(filled[:5])}), and a restore never overwrites any: point "
            "DATELINE_DATABASE_URL or DATELINE_HOME to an empty one."
        )
    others = connection.execute(
        text(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() "
            "and application_name = 'dateline'"
        )
    ).scalar_one()
    if others:
        raise InputError("Workers are connected to this database: stop them first (`dateline up`, `dateline worker`).")


def _take_your_time(connection: Connection) -> None:
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"set local {limit} = 0")


def _server(connection: Connection) -> str:
    return str(connection.execute(text("show server_version")).scalar_one())


def _server_major(connection: Connection) -> int:
    return int(connection.execute(text("select current_setting('server_version_num')::int / 10000")).scalar_one())
