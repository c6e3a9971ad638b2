-- dyads: who against whom. One row an event, with the principal actor and the principal recipient.
--
-- Sums are safe: an event with two actors and two recipients is one row and not four.
--
-- Example: deaths by pair in a year.
--   select actor, recipient, count(*) as events, sum(fatalities_best) as killed from dyads
--   where counts and event_date >= '2025-01-01' group by actor, recipient order by killed desc nulls last;
create view public.dyads as
select
  e.event_id,
  e.event_date,
  e.type,
  t.quad,
  e.status,
  e.happened,
  e.happened and e.version_of is null as counts,
  a.name as actor,
  a.iso3 as actor_iso3,
  a.sector as actor_sector,
  r.name as recipient,
  r.iso3 as recipient_iso3,
  r.sector as recipient_sector,
  p.iso3,
  e.fatalities_low,
  e.fatalities_best,
  e.fatalities_high
from event e
join event_type t on t.code = e.type
left join event_actor ea on ea.event_id = e.event_id and ea.role = 'actor' and ea.ord = 1
left join actor a on a.actor_id = ea.actor_id
left join event_actor er on er.event_id = e.event_id and er.role = 'recipient' and er.ord = 1
left join actor r on r.actor_id = er.actor_id
left join place p on p.place_id = e.place_id
where e.merged_into is null and e.retracted_at is null;

comment on view public.dyads is 'Who against whom: one row an event with its principal pair, so that sums are safe.';
comment on column public.dyads.event_id is 'The event, see events.';
comment on column public.dyads.event_date is 'Day of the event.';
comment on column public.dyads.type is 'PLOVER type.';
comment on column public.dyads.quad is '1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.';
comment on column public.dyads.status is 'How certain it is, see events.';
comment on column public.dyads.happened is 'True for asserted, claimed and disputed events.';
comment on column public.dyads.counts is
  'True for what happened, of rival versions for the one on most sources: filter on it before counting.';
comment on column public.dyads.actor is 'Principal actor; null: unknown.';
comment on column public.dyads.actor_iso3 is 'Country of the principal actor.';
comment on column public.dyads.actor_sector is 'PLOVER sector of the principal actor.';
comment on column public.dyads.recipient is 'Principal recipient; null: unknown or nobody.';
comment on column public.dyads.recipient_iso3 is 'Country of the principal recipient.';
comment on column public.dyads.recipient_sector is 'PLOVER sector of the principal recipient.';
comment on column public.dyads.iso3 is 'Country of the place; null: unknown.';
comment on column public.dyads.fatalities_low is 'Lowest number of killed that stands; null: unknown.';
comment on column public.dyads.fatalities_best is 'Number of killed that most independent sources last gave; null: unknown.';
comment on column public.dyads.fatalities_high is 'Highest number of killed that anybody gave; null: unknown.';
