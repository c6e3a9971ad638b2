-- event_articles: every article that tells an event, one row each, the copies of wires and of other papers included.
--
-- A copy is not coded, so its row names the article that it copies (duplicate_of) in place of sentences. Counted over
-- one event, the rows are the column articles of events and their outlets are its column outlets.
--
-- Example: who carried one event, in the order of publication.
--   select published_at, outlet, duplicate_of is not null as is_copy, title, url from event_articles
--   where event_id = 1 order by published_at;
create view public.event_articles as
select
  told.event_id,
  a.article_id,
  s.name as outlet,
  s.kind as outlet_kind,
  w.name as agency,
  a.title,
  coalesce(a.canonical_url, a.url) as url,
  a.published_at,
  a.found_at,
  a.duplicate_of,
  (select string_agg(distinct m.status, ', ') from mention m where m.mention_id = any(told.mentions)) as statuses,
  (
    select string_agg(q.words, chr(10) order by q.char_start, q.number) from quote q where q.mention_id = any(told.mentions)
  ) as quotes
from (
  -- An article may be both: coded on its own, and found out as a copy of another one later.
  select m.event_id, one.article_id, array_agg(m.mention_id) filter (where one.coded) as mentions
  from mention m
  join extraction x using (extraction_id)
  join article_text t using (text_id)
  cross join lateral (
    select t.article_id, true as coded
    union all
    select c.article_id, false from article c where c.duplicate_of = t.article_id
  ) as one
  where m.event_id is not null
  group by m.event_id, one.article_id
) as told
join article a on a.article_id = told.article_id
join source s on s.source_id = a.source_id
left join source w on w.source_id = a.wire_source_id;

comment on view public.event_articles is 'Every article that tells an event, one row each, copies included.';
comment on column public.event_articles.event_id is 'The event, see events.';
comment on column public.event_articles.article_id is 'The article.';
comment on column public.event_articles.outlet is 'Outlet that published it.';
comment on column public.event_articles.outlet_kind is 'What the outlet is: publisher, news_agency, state_media and so on.';
comment on column public.event_articles.agency is 'News agency that the byline credits; null: none.';
comment on column public.event_articles.title is 'Headline of the article.';
comment on column public.event_articles.url is 'Address of the article.';
comment on column public.event_articles.published_at is 'When it was published (UTC); null: unknown.';
comment on column public.event_articles.found_at is 'When a feed first named it (UTC).';
comment on column public.event_articles.duplicate_of is 'Article that this one copies; null: it stands for itself.';
comment on column public.event_articles.statuses is 'How certain this text makes it, more than one where it tells both sides; null: a copy.';
comment on column public.event_articles.quotes is
  'Its sentences that tell the event, a line each; null: a copy, or erased under the retention setting.';
