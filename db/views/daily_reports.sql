-- daily_reports: what was reported, by day, country, type and status, of all statuses. Not a count of what happened.
--
-- Example: what is announced for the days to come.
--   select day, country, type, events from daily_reports where status = 'planned' and day >= current_date order by day;
create view public.daily_reports as
select
  e.event_date as day,
  p.iso3,
  c.name as country,
  e.type,
  e.status,
  e.happened,
  count(*) as events,
  sum(e.articles) as articles,
  sum(e.mentions) as mentions
from event e
left join place p on p.place_id = e.place_id
left join country c on c.iso3 = p.iso3
where e.merged_into is null and e.retracted_at is null
group by e.event_date, p.iso3, c.name, e.type, e.status, e.happened;

comment on view public.daily_reports is 'What was reported, by day, country, type and status; all statuses, so not a count of what happened.';
comment on column public.daily_reports.day is 'Day of the events; null: unknown.';
comment on column public.daily_reports.iso3 is 'Country of the place, alpha-3; null: unknown.';
comment on column public.daily_reports.country is 'Country of the place, by name.';
comment on column public.daily_reports.type is 'PLOVER type.';
comment on column public.daily_reports.status is 'How certain the events are, see events.';
comment on column public.daily_reports.happened is 'True for asserted, claimed and disputed events.';
comment on column public.daily_reports.events is 'Events of this status.';
comment on column public.daily_reports.articles is 'Articles that tell them; one that tells two counts twice.';
comment on column public.daily_reports.mentions is 'Sentences that tell them.';
