-- pipeline_health: one row for each stage of the line: what waits, what runs, what got through, what failed.
--
-- Only pending rows are counted one by one, over the small index that holds them, so it costs the same at any archive.
--
-- Example: is anything stuck?
--   select stage, pending, oldest_pending_at, failed_24h from pipeline_health;
create view public.pipeline_health as
with waiting as (
  select state, count(*) as pending,
    count(*) filter (where lease_until > now()) as running,
    count(*) filter (where next_attempt_at > now()) as waiting_for_turn,
    min(state_since) as oldest_pending_at
  from article where state in ('found', 'fetched', 'read') group by state
),
failing as (
  select failed_in, count(*) as failed_24h
  from article where state = 'failed' and state_since > now() - interval '1 day' group by failed_in
),
stages(step, stage, state) as (
  values (2, 'fetch', 'found'), (3, 'read', 'fetched'), (4, 'code', 'read')
)
select
  1 as step,
  'poll' as stage,
  count(*) filter (where f.state = 'fetched' or f.next_poll_at <= now()) as pending,
  count(*) filter (where f.lease_until > now()) as running,
  count(*) filter (where f.state <> 'fetched' and f.next_poll_at > now()) as waiting_for_turn,
  min(f.next_poll_at) filter (where f.next_poll_at <= now()) as oldest_pending_at,
  (select count(*) from fetch_attempt where purpose = 'feed' and started_at > now() - interval '1 hour') as done_1h,
  count(*) filter (where f.failures > 0) as failed_24h
from feed f where f.active
union all
select
  s.step,
  s.stage,
  coalesce(w.pending, 0),
  coalesce(w.running, 0),
  coalesce(w.waiting_for_turn, 0),
  w.oldest_pending_at,
  case s.stage
    when 'fetch' then
      (select count(*) from fetch_attempt where purpose = 'article' and outcome = 'ok' and started_at > now() - interval '1 hour')
    when 'read' then (select count(*) from article_text where created_at > now() - interval '1 hour')
    else (select count(*) from extraction where finished_at > now() - interval '1 hour')
  end,
  coalesce(f.failed_24h, 0)
from stages s
left join waiting w on w.state = s.state
left join failing f on f.failed_in = s.state;

comment on view public.pipeline_health is 'Each stage of the line: what waits, what runs, what got through, what failed.';
comment on column public.pipeline_health.step is 'Place of the stage in the line, from 1.';
comment on column public.pipeline_health.stage is 'poll (feeds), fetch (pages), read (pages) or code (texts).';
comment on column public.pipeline_health.pending is 'Rows that this stage has still to work on.';
comment on column public.pipeline_health.running is 'Rows that a worker holds now.';
comment on column public.pipeline_health.waiting_for_turn is 'Rows that are not yet due: backoff, or politeness to their host.';
comment on column public.pipeline_health.oldest_pending_at is 'Since when the oldest pending row waits (UTC); null: none waits.';
comment on column public.pipeline_health.done_1h is 'What the stage got through in the last hour.';
comment on column public.pipeline_health.failed_24h is 'Articles given up at this stage in the last 24 hours; for poll, feeds that fail now.';
