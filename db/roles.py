"""Who may read: the role ``analyst`` sees every table and view and changes nothing."""

from __future__ import annotations

from sqlalchemy import Connection

# Roles belong to the whole server: another database, or somebody at the same moment, may have made it already.
MAKE_ANALYST = """
do $$
begin
  if not exists (select from pg_roles where rolname = 'analyst') then
    create role analyst nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise notice 'The role analyst is missing and % may not create it: let a superuser run CREATE ROLE analyst NOLOGIN '
      'and migrate again.', current_user;
end $$;
"""

# Default privileges cover what later migrations create, so that nobody has to think of it.
GRANT_READING = """
do $$
begin
  if exists (select from pg_roles where rolname = 'analyst') then
    grant usage on schema public to analyst;
    grant select on all tables in schema public to analyst;
    alter default privileges in schema public grant select on tables to analyst;
  end if;
end $$;
"""


def grant_reading(connection: Connection) -> None:
    """Create the role if the migrating user may, and let it read everything in schema public."""
    connection.exec_driver_sql(MAKE_ANALYST.replace("%", "%%"))
    connection.exec_driver_sql(GRANT_READING)
