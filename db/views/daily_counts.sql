-- daily_counts: events by day, country and type, of what happened only. Materialised: as fresh as its last refresh.
--
-- Of rival versions of one happening the one on most sources is counted. Days without events have no row;
-- generate_series fills them. daily_reports has the other statuses.
--
-- Example: a weekly series with empty weeks filled.
--   select week::date, coalesce(sum(c.events), 0) as events
--   from generate_series(date '2025-01-06', date '2025-03-31', interval '1 week') as week
--   left join daily_counts c on c.day >= week and c.day < week + interval '1 week' and c.type = 'PROTEST'
--   group by week order by week;
create materialized view public.daily_counts as
select
  e.event_date as day,
  p.iso3,
  c.name as country,
  e.type,
  count(*) as events,
  sum(e.fatalities_low) as fatalities_low,
  sum(e.fatalities_best) as fatalities_best,
  sum(e.fatalities_high) as fatalities_high
from event e
left join place p on p.place_id = e.place_id
left join country c on c.iso3 = p.iso3
where e.merged_into is null and e.retracted_at is null and e.happened and e.version_of is null
  and e.event_date is not null
group by e.event_date, p.iso3, c.name, e.type;

-- Needed to refresh it while others read it.
create unique index uq_daily_counts on public.daily_counts (day, iso3, type) nulls not distinct;

comment on materialized view public.daily_counts is 'Events that happened, by day, country and type; as fresh as its last refresh.';
comment on column public.daily_counts.day is 'Day of the events.';
comment on column public.daily_counts.iso3 is 'Country of the place, alpha-3; null: unknown.';
comment on column public.daily_counts.country is 'Country of the place, by name.';
comment on column public.daily_counts.type is 'PLOVER type.';
comment on column public.daily_counts.events is 'Events that happened.';
comment on column public.daily_counts.fatalities_low is 'Sum of the lowest numbers of killed that stand; null: no number known.';
comment on column public.daily_counts.fatalities_best is 'Sum of the best numbers of killed; null: no number known.';
comment on column public.daily_counts.fatalities_high is 'Sum of the highest numbers of killed that anybody gave; null: no number known.';
