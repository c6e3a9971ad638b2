"""Loading the made-up archive by COPY, as far as it is not there yet."""

from __future__ import annotations

import psycopg
from rich.console import Console
from rich.progress import Progress

from bench.made_up_archive import BLOCK, COLUMNS, OWN_KEYS, Block, World


def connect(url: str) -> psycopg.Connection:
    """Open a connection that commits each statement and has no time limit."""
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True)


def load(url: str, made: World, events: int, console: Console) -> bool:
    """Grow the archive to a number of events; False when it has them."""
    with connect(url) as connection:
        # The rows agree with each other by their making, so nothing is looked up for each of them while they load.
        connection.execute("set session_replication_role = replica")
        keys = {table: next_key(connection, table) for table in ("story", "article", "event", "mention", "casualty")}
        first, last = (keys["event"] - 1) // BLOCK, events // BLOCK
        if first >= last:
            return False
        if first == 0:
            load_world(connection, made)
        with Progress(console=console) as progress:
            task = progress.add_task(f"Loading up to {events:,} events", total=last, completed=first)
            for number in range(first, last):
                copy_block(connection, Block(made, number, keys).make())
                progress.advance(task)
    return True


def next_key(connection: psycopg.Connection, table: str) -> int:
    """Return the first key that no made-up row has."""
    found = connection.execute(f"select max({table}_id) from {table} where {table}_id < {OWN_KEYS}").fetchone()
    return 1 + ((found and found[0]) or 0)


def load_world(connection: psycopg.Connection, made: World) -> None:
    """Copy what all blocks share, and let the database give its own keys from far above."""
    for table, (columns, rows) in made.tables.items():
        copy_rows(connection, table, columns, rows)
    identities = connection.execute(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'public' and is_identity = 'YES'"
    ).fetchall()
    for table, column in identities:
        connection.execute(f"select setval(pg_get_serial_sequence('{table}', '{column}'), {OWN_KEYS})")


def copy_block(connection: psycopg.Connection, block: Block) -> None:
    """Store a block in one transaction."""
    with connection.transaction():
        for table, columns in COLUMNS.items():
            copy_rows(connection, table, columns, block.rows[table])


def copy_rows(connection: psycopg.Connection, table: str, columns: str, rows: list[tuple[object, ...]]) -> None:
    """Copy rows into a table."""
    with connection.cursor().copy(f"copy {table} ({columns}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def settle(url: str) -> None:
    """Do what the server does by itself within minutes: statistics, and the map of pages that all may see."""
    with connect(url) as connection:
        connection.execute("refresh materialized view daily_counts")
        connection.execute("vacuum (analyze, parallel 0)")
