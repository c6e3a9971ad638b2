"""Keep every earlier state of an event, and give the anchor index its first partition.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A trigger, so that a correction by hand leaves the same trail as the program's. What PostgreSQL or the trigger itself
# writes is left out of the comparison: a generated column is not yet computed when the trigger runs.
KEEP_REVISION = """
create function keep_event_revision() returns trigger language plpgsql as $$
declare
  by_machine constant text[] := array['happened', 'event_date', 'revision', 'updated_at', 'change_no'];
begin
  if to_jsonb(old) - by_machine = to_jsonb(new) - by_machine then
    -- Only a number that a restore carried over from another server is set anew without being a change.
    if new.change_no = old.change_no then
      return null;
    end if;
    return new;
  end if;
  insert into event_revision (event_id, revision, replaced_at, was)
  values (old.event_id, old.revision, now(), to_jsonb(old));
  new.revision := old.revision + 1;
  new.change_no := pg_current_xact_id()::text::bigint;
  if new.updated_at = old.updated_at then
    new.updated_at := now();
  end if;
  return new;
end $$
"""
DESCRIBE = (
    "comment on function keep_event_revision() is "
    "'Keeps the row as it was in event_revision, numbers the change, and drops updates that change nothing.'"
)
ON_UPDATE = (
    "create trigger keep_event_revision before update on event for each row execute function keep_event_revision()"
)

LOCAL_PLACE = "create sequence local_place_id increment by -1 start with -1 minvalue -4611686018427387904 maxvalue -1"
REST = (
    "create table anchor_rest partition of anchor default",
    "comment on table anchor_rest is 'Anchors of weeks that have no partition of their own; see table anchor.'",
)


def upgrade() -> None:
    for statement in (KEEP_REVISION, DESCRIBE, ON_UPDATE, LOCAL_PLACE, *REST):
        op.execute(statement)


def downgrade() -> None:
    # The weekly partitions go with their parent table in the revision before.
    op.execute("drop table anchor_rest")
    op.execute("drop sequence local_place_id")
    op.execute("drop trigger keep_event_revision on event")
    op.execute("drop function keep_event_revision()")
