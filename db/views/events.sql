-- events: one row for each real-world happening, flat, with everything readable. Start here.
--
-- Rows are merged over all reports; count rows, never mentions. Events that were planned, rumoured, denied or are
-- unverified are here too, and a happening for which each side blames the other has a row for each version: filter on
-- counts before you count. Coordinates of a province or a country are those of its centre: place_precision says so.
--
-- Example: deadly events of a week in one country.
--   select event_date, place, actors, recipients, fatalities_best, independent_sources from events
--   where iso3 = 'SDN' and counts and event_date between '2025-03-03' and '2025-03-09' and fatalities_best > 0
--   order by event_date;
create view public.events as
select
  e.event_id,
  e.event_date,
  e.date_start,
  e.date_end,
  e.date_precision,
  e.type,
  e.mode,
  t.quad,
  t.score,
  s.disorder_type as acled_disorder_type,
  s.event_type as acled_event_type,
  e.acled_sub_event,
  e.contexts,
  e.summary,
  e.status,
  e.happened,
  e.happened and e.version_of is null as counts,
  e.confidence,
  array_to_string(e.actors, '; ') as actors,
  array_to_string(e.recipients, '; ') as recipients,
  e.civilian_targeting,
  e.fatalities_low,
  e.fatalities_best,
  e.fatalities_high,
  p.iso3,
  c.name as country,
  p.admin1,
  p.name as place,
  p.latitude,
  p.longitude,
  e.place_precision,
  e.mentions,
  e.articles,
  e.outlets,
  e.independent_sources,
  e.first_reported_at,
  e.last_reported_at,
  e.story_id,
  e.version_of,
  e.revision,
  e.updated_at
from event e
join event_type t on t.code = e.type
left join acled_sub_event s on s.name = e.acled_sub_event
left join place p on p.place_id = e.place_id
left join country c on c.iso3 = p.iso3
where e.merged_into is null and e.retracted_at is null;

comment on view public.events is
  'One row for each real-world happening, merged over all its reports. Filter on counts before counting.';
comment on column public.events.event_id is 'Key of the event; never changes. Look it up in event_sources, claims and dyads.';
comment on column public.events.event_date is 'Day to count it under: date_start.';
comment on column public.events.date_start is 'First day it may have happened on; null: unknown.';
comment on column public.events.date_end is 'Last day it may have happened on; null: unknown.';
comment on column public.events.date_precision is 'day, range or unknown.';
comment on column public.events.type is 'What was done: one of the 16 PLOVER types, see event_type.';
comment on column public.events.mode is 'How: PLOVER mode, see event_mode; null: none or unknown.';
comment on column public.events.quad is '1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.';
comment on column public.events.score is 'Weight of the type from -10 (most hostile) to 10 (most friendly).';
comment on column public.events.acled_disorder_type is 'ACLED disorder type; null: ACLED has none for it.';
comment on column public.events.acled_event_type is 'ACLED event type; null: ACLED has none for it.';
comment on column public.events.acled_sub_event is 'ACLED sub-event type; null: ACLED has none for it.';
comment on column public.events.contexts is 'PLOVER contexts, such as election; empty when none.';
comment on column public.events.summary is 'The event in a line, made from its own columns.';
comment on column public.events.status is
  'asserted, claimed (on someone''s word), disputed (said and denied), unverified, rumoured, planned or denied.';
comment on column public.events.happened is 'True for asserted, claimed and disputed events.';
comment on column public.events.counts is
  'True for what happened, of rival versions for the one on most sources: the rows to count and to sum.';
comment on column public.events.confidence is 'The coder''s own estimate that it read rightly, 0 to 1.';
comment on column public.events.actors is 'Who did it, the principal first; empty: unknown. Lower case: a generic party.';
comment on column public.events.recipients is 'Whom it was done to, the principal first; empty: unknown or nobody.';
comment on column public.events.civilian_targeting is 'True when force was used and all its recipients were civilians.';
comment on column public.events.fatalities_low is 'Lowest number of killed that stands; null: unknown, never 0.';
comment on column public.events.fatalities_best is 'Number of killed that most independent sources last gave; null: unknown.';
comment on column public.events.fatalities_high is 'Highest number of killed that anybody gave; null: unknown.';
comment on column public.events.iso3 is 'Country of the place, ISO 3166-1 alpha-3 (KOS is Kosovo); null: unknown.';
comment on column public.events.country is 'Country of the place, by name.';
comment on column public.events.admin1 is 'Province, state or governorate of the place.';
comment on column public.events.place is 'Place, by its usual English name; null: not said.';
comment on column public.events.latitude is 'Degrees north of the place, WGS 84; see place_precision.';
comment on column public.events.longitude is 'Degrees east of the place, WGS 84; see place_precision.';
comment on column public.events.place_precision is
  'As UCDP GED: 1 exact, 2 within 25 km, 3 district, 4 province, 5 area, 6 country, 7 international waters or airspace.';
comment on column public.events.mentions is 'Sentences that tell it, over all articles.';
comment on column public.events.articles is 'Articles that tell it, copies included.';
comment on column public.events.outlets is 'Outlets whose articles tell it, copies included.';
comment on column public.events.independent_sources is
  'Sources that do not rest on one another: copies and outlets of one family or agency count once.';
comment on column public.events.first_reported_at is 'Publication of its first report (UTC).';
comment on column public.events.last_reported_at is 'Publication of its last report (UTC).';
comment on column public.events.story_id is 'Story that tells it, see stories.';
comment on column public.events.version_of is
  'Event that tells the same happening with another culprit and is counted in place of this one; null: no such event.';
comment on column public.events.revision is '1 at first; one more with every change, see event_revision.';
comment on column public.events.updated_at is 'When the row last changed (UTC).';
