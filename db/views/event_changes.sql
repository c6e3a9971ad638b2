-- event_changes: what is new since you last looked, merges and retractions included. For programs that follow along.
--
-- Keep the pair (change_no, event_id) of the last row you read and ask for what is greater. Nothing is missed, also when
-- transactions overlap: a change is shown only once no transaction that began before it is still open, so a smaller
-- number never turns up later. After the database was restored from a dump into another server, start again from 0.
--
-- Example: the next thousand changes.
--   select * from event_changes where (change_no, event_id) > (0, 0) order by change_no, event_id limit 1000;
create view public.event_changes as
select
  e.change_no,
  e.event_id,
  case
    when e.merged_into is not null then 'merged'
    when e.retracted_at is not null then 'retracted'
    when e.revision = 1 then 'new'
    else 'changed'
  end as change,
  e.updated_at,
  e.revision,
  e.merged_into,
  e.type,
  e.mode,
  e.event_date,
  e.status,
  e.happened,
  e.summary,
  e.fatalities_low,
  e.fatalities_best,
  e.fatalities_high,
  e.independent_sources
from event e
where e.change_no < pg_snapshot_xmin(pg_current_snapshot())::text::bigint;

comment on view public.event_changes is 'What is new since you last looked: the latest change of every event, merges and retractions included.';
comment on column public.event_changes.change_no is 'Order of the changes; with event_id, the mark to keep.';
comment on column public.event_changes.event_id is 'The event, see events.';
comment on column public.event_changes.change is
  'new, changed, merged (see merged_into) or retracted (no text tells it any more).';
comment on column public.event_changes.updated_at is 'When it changed (UTC).';
comment on column public.event_changes.revision is 'Revision of the row; earlier ones are in event_revision.';
comment on column public.event_changes.merged_into is 'Event that it is part of now; null: none.';
comment on column public.event_changes.type is 'PLOVER type.';
comment on column public.event_changes.mode is 'PLOVER mode; null: none or unknown.';
comment on column public.event_changes.event_date is 'Day of the event; null: unknown.';
comment on column public.event_changes.status is 'How certain it is, see events.';
comment on column public.event_changes.happened is 'True for asserted, claimed and disputed events.';
comment on column public.event_changes.summary is 'The event in a line.';
comment on column public.event_changes.fatalities_low is 'Lowest number of killed that stands; null: unknown.';
comment on column public.event_changes.fatalities_best is 'Number of killed that most independent sources last gave; null: unknown.';
comment on column public.event_changes.fatalities_high is 'Highest number of killed that anybody gave; null: unknown.';
comment on column public.event_changes.independent_sources is 'Sources that do not rest on one another.';
