-- event_sources: the evidence. One row for each sentence that tells an event, with its article and who says so.
--
-- Example: everything behind one event.
--   select published_at, outlet, according_to, status, quote, url from event_sources
--   where event_id = 1 order by published_at;
create view public.event_sources as
select
  m.event_id,
  m.mention_id,
  s.name as outlet,
  s.kind as outlet_kind,
  w.name as agency,
  a.article_id,
  a.title,
  coalesce(a.canonical_url, a.url) as url,
  a.published_at,
  a.duplicate_of,
  q.number as sentence,
  q.words as quote,
  q.char_start,
  q.char_end,
  x.text_id,
  m.status,
  (select string_agg(o.name, ' < ' order by at.step) from attribution at join source o using (source_id)
   where at.mention_id = m.mention_id) as according_to,
  m.place_text,
  m.date_text,
  (select string_agg(concat_ws(' ', c.measure, c.low, case when c.high is null then 'or more'
      when c.high <> c.low then 'to ' || c.high end), '; ' order by c.casualty_id)
   from casualty c where c.mention_id = m.mention_id) as numbers,
  m.confidence,
  k.version as coder_version,
  k.pack_digest
from mention m
join extraction x using (extraction_id)
join coder k using (coder_id)
join article_text t using (text_id)
join article a using (article_id)
join source s on s.source_id = a.source_id
left join source w on w.source_id = a.wire_source_id
left join quote q on q.mention_id = m.mention_id
where m.event_id is not null;

comment on view public.event_sources is 'The evidence: one row for each sentence that tells an event, with its article and who says so.';
comment on column public.event_sources.event_id is 'The event, see events.';
comment on column public.event_sources.mention_id is 'The event as one text tells it; its sentences share this key.';
comment on column public.event_sources.outlet is 'Outlet that published the article.';
comment on column public.event_sources.outlet_kind is 'What the outlet is: publisher, news_agency, state_media and so on.';
comment on column public.event_sources.agency is 'News agency that the byline credits; null: none.';
comment on column public.event_sources.article_id is 'The article.';
comment on column public.event_sources.title is 'Headline of the article.';
comment on column public.event_sources.url is 'Address of the article.';
comment on column public.event_sources.published_at is 'When the article was published (UTC).';
comment on column public.event_sources.duplicate_of is 'Article that this one copies; null: it stands for itself.';
comment on column public.event_sources.sentence is 'Place of the sentence among those of the mention, from 1.';
comment on column public.event_sources.quote is 'The sentence; null once erased under the retention setting.';
comment on column public.event_sources.char_start is 'First character of the sentence in article_text.body, from 0.';
comment on column public.event_sources.char_end is 'Character after its last.';
comment on column public.event_sources.text_id is 'Version of the article''s text that the characters count in.';
comment on column public.event_sources.status is 'How certain this text makes it.';
comment on column public.event_sources.according_to is
  'Who says so, origin first: "army < state television" is the army, via state television. Null: the article itself.';
comment on column public.event_sources.place_text is 'Words of the text that name the place.';
comment on column public.event_sources.date_text is 'Words of the text that name the date.';
comment on column public.event_sources.numbers is 'Numbers of people in this mention; claims has them one a row.';
comment on column public.event_sources.confidence is 'The coder''s own estimate that it read rightly, 0 to 1.';
comment on column public.event_sources.coder_version is 'Version of the coder that read it.';
comment on column public.event_sources.pack_digest is 'Digest of the language pack it read with.';
