-- story_articles: which articles tell a story, and why each was put there. One row an article.
--
-- Example: everything that tells one story, in the order of publication.
--   select published_at, outlet, title, copy_of, why from story_articles
--   where story_id = 1 order by published_at;
create view public.story_articles as
select
  a.story_id,
  a.article_id,
  s.name as outlet,
  a.title,
  a.published_at,
  a.duplicate_of as copy_of,
  a.story_why as why,
  a.url
from article a
join source s on s.source_id = a.source_id
where a.story_id is not null and a.forgotten_at is null;

comment on view public.story_articles is 'Which articles tell a story, and why each was put there.';
comment on column public.story_articles.story_id is 'The story.';
comment on column public.story_articles.article_id is 'Key of the article.';
comment on column public.story_articles.outlet is 'Outlet that published it.';
comment on column public.story_articles.title is 'Its headline.';
comment on column public.story_articles.published_at is 'When it was published (UTC).';
comment on column public.story_articles.copy_of is 'Article that it is a copy of; null: a report of its own.';
comment on column public.story_articles.why is 'A sentence: why it was put into that story.';
comment on column public.story_articles.url is 'Its address.';
