-- stories: what several reports tell about together, with how many there are.
--
-- Example: the most told stories of the last two days.
--   select title, articles, outlets, events, last_published_at from stories
--   where last_published_at > now() - interval '2 days' order by outlets desc limit 20;
create view public.stories as
select
  s.story_id,
  s.title,
  s.language,
  s.first_published_at,
  s.last_published_at,
  s.reports,
  coalesce(a.articles, 0) as articles,
  coalesce(a.copies, 0) as copies,
  coalesce(a.outlets, 0) as outlets,
  (select count(*) from event e
   where e.story_id = s.story_id and e.merged_into is null and e.retracted_at is null) as events
from story s
left join lateral (
  select count(*) as articles, count(duplicate_of) as copies, count(distinct source_id) as outlets
  from article where article.story_id = s.story_id
) as a on true
where s.merged_into is null;

comment on view public.stories is 'What several reports tell about together.';
comment on column public.stories.story_id is 'Key of the story; never changes.';
comment on column public.stories.title is 'Headline of its first report.';
comment on column public.stories.language is 'Language of its reports, ISO 639-1.';
comment on column public.stories.first_published_at is 'Publication of its first report (UTC).';
comment on column public.stories.last_published_at is 'Publication of its last report that is no copy (UTC).';
comment on column public.stories.reports is 'Reports that are no copies of each other.';
comment on column public.stories.articles is 'All its articles, copies included.';
comment on column public.stories.copies is 'Articles among them that copy another one.';
comment on column public.stories.outlets is 'Outlets that published them.';
comment on column public.stories.events is 'Events that its articles tell.';
