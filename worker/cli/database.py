"""Commands about the database: bring its schema up to date, say where it is."""

from __future__ import annotations

import click

from worker.cli import servers
from worker.settings import settings


@click.group()
def db() -> None:
    """Bring the database's schema up to date, or say where the database is."""


@db.command()
@click.option("--revision", default="head", show_default=True, help="Where to stop.")
def upgrade(revision: str) -> None:
    """Create or update all tables and views. Safe to run twice, and while workers run."""
    from db import roles, schema  # noqa: PLC0415 - the models take .3 s to load

    passwords = {roles.WORKER: settings().worker_password, roles.ANALYST: settings().analyst_password}
    with servers.reach(settings()) as addresses:
        schema.upgrade(addresses.database, revision)
        for role, password in passwords.items():
            if password is not None:
                roles.let_in(addresses.database, role, password.get_secret_value())
        click.echo(_version(addresses.database))


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to an earlier revision (base removes everything)."""
    from db import schema  # noqa: PLC0415 - likewise

    with servers.reach(settings()) as addresses:
        schema.downgrade(addresses.database, revision)
        click.echo(_version(addresses.database))


@db.command()
def url() -> None:
    """Print the database's URL for psql and other programs, password included."""
    servers.must_have_data(settings())
    with servers.reach(settings()) as addresses:
        click.echo(addresses.database.replace("postgresql+psycopg://", "postgresql://", 1))


def _version(url: str) -> str:
    from db.schema import version  # noqa: PLC0415 - likewise
    from db.session import engine_for  # noqa: PLC0415 - likewise

    with engine_for(url, pooled=False).connect() as connection:
        return f"The database is at revision {version(connection) or 'base (empty)'}."
