-- claims: rival numbers side by side. One row for each number of people that one source gave for one event.
--
-- Numbers are kept as given: rival ones are never to be added up. One source's numbers for several sides are parts of one.
--
-- Example: who gave which number of killed for one event.
--   select published_at, claimed_by, low, high, approximate, status, quote from claims
--   where event_id = 1 and measure = 'killed' and not subset and not cumulative order by published_at;
create view public.claims as
select
  m.event_id,
  e.event_date,
  e.type,
  c.casualty_id,
  c.measure,
  c.low,
  c.high,
  c.approximate,
  c.who,
  c.side,
  c.subset,
  c.cumulative,
  c.status,
  coalesce(given.origin, told.origin, w.name, s.name) as claimed_by,
  coalesce(given.chain, told.chain) as according_to,
  s.name as outlet,
  a.article_id,
  coalesce(a.canonical_url, a.url) as url,
  a.published_at,
  c.words as quote
from casualty c
join mention m using (mention_id)
join event e using (event_id)
join extraction x using (extraction_id)
join article_text t using (text_id)
join article a using (article_id)
join source s on s.source_id = a.source_id
left join source w on w.source_id = a.wire_source_id
left join lateral (
  select string_agg(o.name, ' < ' order by cs.step) as chain, min(o.name) filter (where cs.step = 1) as origin
  from casualty_source cs join source o using (source_id) where cs.casualty_id = c.casualty_id
) as given on true
left join lateral (
  select string_agg(o.name, ' < ' order by at.step) as chain, min(o.name) filter (where at.step = 1) as origin
  from attribution at join source o using (source_id) where at.mention_id = m.mention_id
) as told on true;

comment on view public.claims is 'Rival numbers side by side: one row for each number of people that one source gave for one event.';
comment on column public.claims.event_id is 'The event, see events.';
comment on column public.claims.event_date is 'Day of the event.';
comment on column public.claims.type is 'PLOVER type of the event.';
comment on column public.claims.casualty_id is 'Key of the number.';
comment on column public.claims.measure is 'killed, injured, captured, missing or displaced.';
comment on column public.claims.low is 'At least so many; null: unknown.';
comment on column public.claims.high is 'At most so many; null: open, as in "at least 12".';
comment on column public.claims.approximate is 'True for "around", "dozens" and the like.';
comment on column public.claims.who is 'Whom it befell, in the text''s words.';
comment on column public.claims.side is 'Whose losses: forces (of a state), fighters (of nobody''s state), others; null: of all.';
comment on column public.claims.subset is 'True when these are among others already counted ("including three children").';
comment on column public.claims.cumulative is 'True for a total over time: not this event''s alone.';
comment on column public.claims.status is 'How certain the text makes the number.';
comment on column public.claims.claimed_by is 'Who gave the number: the origin, else the agency, else the outlet.';
comment on column public.claims.according_to is 'The whole chain, origin first; null: the article itself.';
comment on column public.claims.outlet is 'Outlet that published the article.';
comment on column public.claims.article_id is 'The article.';
comment on column public.claims.url is 'Address of the article.';
comment on column public.claims.published_at is 'When the article was published (UTC).';
comment on column public.claims.quote is 'Words of the text; null once erased under the retention setting.';
