-- coverage_lag: how long news takes from publication to the database, by outlet, over the last 7 days.
--
-- Example: outlets that are found late.
--   select outlet, articles, found_minutes_median, found_minutes_p90 from coverage_lag order by found_minutes_p90 desc;
create view public.coverage_lag as
select
  s.source_id,
  s.name as outlet,
  count(*) as articles,
  round((percentile_cont(0.5) within group (order by lag.found))::numeric, 1) as found_minutes_median,
  round((percentile_cont(0.9) within group (order by lag.found))::numeric, 1) as found_minutes_p90,
  round((percentile_cont(0.5) within group (order by lag.done))::numeric, 1) as done_minutes_median,
  round((percentile_cont(0.9) within group (order by lag.done))::numeric, 1) as done_minutes_p90,
  count(*) filter (where a.state = 'failed') as failed,
  max(a.published_at) as last_published_at
from article a
join source s on s.source_id = a.source_id
cross join lateral (
  select
    extract(epoch from a.found_at - a.published_at) / 60 as found,
    case when a.state in ('coded', 'duplicate', 'uncoded', 'rejected')
      then extract(epoch from a.state_since - a.found_at) / 60 end as done
) as lag
where a.found_at > now() - interval '7 days' and a.published_at is not null
group by s.source_id, s.name;

comment on view public.coverage_lag is 'How long news takes from publication to the database, by outlet, over the last 7 days.';
comment on column public.coverage_lag.source_id is 'Key of the outlet.';
comment on column public.coverage_lag.outlet is 'The outlet.';
comment on column public.coverage_lag.articles is 'Articles found in the last 7 days.';
comment on column public.coverage_lag.found_minutes_median is 'Minutes from publication until a feed named it: half are found sooner.';
comment on column public.coverage_lag.found_minutes_p90 is 'Likewise: nine in ten are found sooner.';
comment on column public.coverage_lag.done_minutes_median is 'Minutes from then until it was coded or set aside: half are done sooner.';
comment on column public.coverage_lag.done_minutes_p90 is 'Likewise: nine in ten are done sooner.';
comment on column public.coverage_lag.failed is 'Articles among them that were given up.';
comment on column public.coverage_lag.last_published_at is 'Latest publication among them (UTC).';
