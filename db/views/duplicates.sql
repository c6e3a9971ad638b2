-- duplicates: why two articles were taken for one. One row for each pair that shares text.
--
-- Example: everything that was tied to one article, and how closely.
--   select other_title, other_outlet, kind, containment, joins, decided_at from duplicates
--   where article_id = 1 order by containment desc;
create view public.duplicates as
select
  pair.article_id,
  pair.other_id,
  n.kind,
  n.containment,
  n.joins,
  n.leaf_id,
  n.decided_at,
  n.undone_at,
  a.title,
  s.name as outlet,
  a.published_at,
  o.title as other_title,
  os.name as other_outlet,
  o.published_at as other_published_at,
  coalesce(a.duplicate_of, a.article_id) as standing_id
from near_duplicate n
cross join lateral (values (n.first_id, n.second_id), (n.second_id, n.first_id)) as pair(article_id, other_id)
join article a on a.article_id = pair.article_id
join source s on s.source_id = a.source_id
join article o on o.article_id = pair.other_id
join source os on os.source_id = o.source_id;

comment on view public.duplicates is 'Why two articles were taken for one: each pair that shares text, seen from both sides.';
comment on column public.duplicates.article_id is 'One of the two articles.';
comment on column public.duplicates.other_id is 'The other one.';
comment on column public.duplicates.kind is
  'copy (same outlet) and syndicated: the same text; partial: a part of it; update: a new version; recurring: a form filled in anew.';
comment on column public.duplicates.containment is 'Share of the shorter text''s shingles found in the longer, 0 to 1.';
comment on column public.duplicates.joins is 'True when the two count as copies of one text.';
comment on column public.duplicates.leaf_id is 'The one that is a mere part of a much longer text; null: neither.';
comment on column public.duplicates.decided_at is 'When it was decided (UTC).';
comment on column public.duplicates.undone_at is 'When the user took it back (UTC); null: it stands.';
comment on column public.duplicates.title is 'Headline of the article.';
comment on column public.duplicates.outlet is 'Outlet of the article.';
comment on column public.duplicates.published_at is 'When the article was published (UTC).';
comment on column public.duplicates.other_title is 'Headline of the other one.';
comment on column public.duplicates.other_outlet is 'Outlet of the other one.';
comment on column public.duplicates.other_published_at is 'When the other one was published (UTC).';
comment on column public.duplicates.standing_id is 'Article that stands for the group that the article is in: itself, or the earliest, wire first.';
