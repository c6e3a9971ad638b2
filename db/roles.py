"""Who may do what: the owner migrates, ``worker`` runs the line, ``analyst`` reads.

Both roles are made without a password, so nobody can log in as them until :func:`let_in` gave them one. A server whose
owner may not make roles works all the same, with the owner for everything.
"""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection

WORKER: Final = "worker"
ANALYST: Final = "analyst"

# Roles belong to the whole server: another database, or somebody at the same moment, may have made them already.
_MAKE = """
do $$
begin
  if not exists (select from pg_roles where rolname = '{role}') then
    create role {role} nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise notice 'The role {role} is missing and % may not create it: let a superuser run CREATE ROLE {role} NOLOGIN '
      'and migrate again.', current_user;
end $$;
"""

# Default privileges cover what later migrations create, so that nobody has to think of it.
_LET_READ = """
do $$
begin
  if exists (select from pg_roles where rolname = 'analyst') then
    grant usage on schema public to analyst;
    grant select on all tables in schema public to analyst;
    alter default privileges in schema public grant select on tables to analyst;
  end if;
end $$;
"""

# Rows, but no tables; the lookups and the number of the revision are the migrations' own. Two things have to be made
# and remade while the line runs, and PostgreSQL lets only their owner do that: the weeks of the anchor index, and the
# counts by day. These, and nothing else, are the worker's. An owner is changed only where it differs: it takes the
# table's strongest lock, and migrating an up-to-date database must disturb nobody.
_LET_WORK = """
do $$
declare
  it regclass;
begin
  if not exists (select from pg_roles where rolname = 'worker') then
    return;
  end if;
  if not pg_has_role(current_user, 'worker', 'member') then
    execute format('grant worker to %I', current_user);
  end if;
  grant usage, create on schema public to worker;
  grant select, insert, update, delete on all tables in schema public to worker;
  grant usage on all sequences in schema public to worker;
  alter default privileges in schema public grant select, insert, update, delete on tables to worker;
  alter default privileges in schema public grant usage on sequences to worker;
  revoke insert, update, delete on alembic_version, event_type, event_mode, acled_sub_event, sector, country
    from worker;
  for it in
    select oid from pg_class
    where relnamespace = 'public'::regnamespace and relowner <> 'worker'::regrole
      and (relname = 'daily_counts' or relname = 'anchor' or oid in (
        select inhrelid from pg_inherits where inhparent = to_regclass('public.anchor')))
  loop
    execute format(
      'alter %s %s owner to worker',
      case when (select relkind from pg_class where oid = it) = 'm' then 'materialized view' else 'table' end, it);
  end loop;
exception
  when insufficient_privilege then
    raise notice 'The role worker cannot be given its rights by %: let a superuser run GRANT worker TO % and migrate '
      'again.', current_user, current_user;
end $$;
"""


def grant_rights(connection: Connection) -> None:
    """Make the roles if the migrating user may, and give them what they need in schema public."""
    for statement in (_MAKE.format(role=ANALYST), _MAKE.format(role=WORKER), _LET_READ, _LET_WORK):
        connection.exec_driver_sql(statement.replace("%", "%%"))


def let_in(url: str, role: str, password: str) -> None:
    """Let a role log in with a password; the server is sent only what it keeps of it (SCRAM, RFC 5802).

    Args:
        url: The database, as its owner.
        role: ``worker`` or ``analyst``.
        password: What it shall log in with from now on.

    Raises:
        psycopg.Error: There is no such role, or the owner may not change it.
    """
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        # A statement that sets a password may end up in the server's log, so it holds the verifier alone.
        verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        connection.execute(
            sql.SQL("alter role {} login password {}").format(sql.Identifier(role), sql.Literal(verifier))
        )
