-- story_history: merges and splits of stories, the nightly ones and the user's. One row each.
--
-- Example: what the last night made one.
--   select edit_id, part_title, whole_title, score from story_history
--   where not by_user and made_at > now() - interval '1 day' order by score;
create view public.story_history as
select
  e.edit_id,
  e.made_at,
  e.kind,
  e.by_user,
  e.score,
  e.story_id as part_id,
  part.title as part_title,
  e.other_id as whole_id,
  whole.title as whole_title,
  cardinality(e.articles) as articles,
  e.undone_at
from story_edit e
join story part on part.story_id = e.story_id
join story whole on whole.story_id = e.other_id;

comment on view public.story_history is 'Merges and splits of stories: the nightly pass''s and the user''s.';
comment on column public.story_history.edit_id is 'Key of the edit, by which `dateline stories undo` takes it back.';
comment on column public.story_history.made_at is 'When it was done (UTC).';
comment on column public.story_history.kind is 'merge: the part became one with the whole; split: it was taken out of it.';
comment on column public.story_history.by_user is 'True when a command asked for it; false: the nightly pass.';
comment on column public.story_history.score is 'How much the two were one to the nightly pass, 0 to 1; null: the user''s.';
comment on column public.story_history.part_id is 'Story that was merged, or split off.';
comment on column public.story_history.part_title is 'Its title.';
comment on column public.story_history.whole_id is 'Story that it was merged into, or split off from.';
comment on column public.story_history.whole_title is 'Its title.';
comment on column public.story_history.articles is 'Articles that moved.';
comment on column public.story_history.undone_at is 'When it was taken back (UTC); null: it stands.';
