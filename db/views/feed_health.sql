-- feed_health: how each feed does, with the sentence that says why it is asked when it is asked.
--
-- Example: what needs a look.
--   select outlet, url, health, failures, detail from feed_health where health in ('failing', 'gone') order by failures desc;
create view public.feed_health as
select
  f.feed_id,
  s.name as outlet,
  f.url,
  f.section,
  case
    when not f.active then 'gone'
    when f.failures > 0 then 'failing'
    when f.last_polled_at is null then 'new'
    when coalesce(week.articles, 0) = 0 and f.added_at < now() - interval '7 days' then 'quiet'
    else 'ok'
  end as health,
  f.last_polled_at,
  f.last_ok_at,
  f.last_changed_at,
  f.next_poll_at,
  f.next_poll_reason,
  f.interval_seconds,
  f.failures,
  f.failure_class,
  f.failure_detail as detail,
  f.problems,
  coalesce(day.polls, 0) as polls_24h,
  coalesce(day.unchanged, 0) as unchanged_24h,
  coalesce(day.failed, 0) as failed_24h,
  coalesce(week.articles_24h, 0) as articles_24h,
  coalesce(week.articles, 0) as articles_7d
from feed f
join source s on s.source_id = f.source_id
left join lateral (
  select count(*) as polls,
    count(*) filter (where outcome in ('ok', 'not_modified') and not new_bytes) as unchanged,
    count(*) filter (where outcome not in ('ok', 'not_modified')) as failed
  from fetch_attempt a where a.feed_id = f.feed_id and started_at > now() - interval '1 day'
) as day on true
left join lateral (
  select count(*) as articles, count(*) filter (where found_at > now() - interval '1 day') as articles_24h
  from article where article.feed_id = f.feed_id and found_at > now() - interval '7 days'
) as week on true
where f.removed_at is null;

comment on view public.feed_health is 'How each feed does, and why it is asked when it is asked.';
comment on column public.feed_health.feed_id is 'Key of the feed.';
comment on column public.feed_health.outlet is 'Outlet that publishes it.';
comment on column public.feed_health.url is 'Address that is polled.';
comment on column public.feed_health.section is 'Section of the outlet.';
comment on column public.feed_health.health is
  'ok; new (not yet polled); quiet (no article for 7 days); failing; gone (no longer polled).';
comment on column public.feed_health.last_polled_at is 'Last request (UTC).';
comment on column public.feed_health.last_ok_at is 'Last good answer (UTC).';
comment on column public.feed_health.last_changed_at is 'Last answer with new bytes (UTC).';
comment on column public.feed_health.next_poll_at is 'When it is asked next (UTC).';
comment on column public.feed_health.next_poll_reason is 'Why it is asked then.';
comment on column public.feed_health.interval_seconds is 'Interval between polls in seconds, before jitter.';
comment on column public.feed_health.failures is 'Failed polls in a row.';
comment on column public.feed_health.failure_class is 'Class of the last failure; null after a success.';
comment on column public.feed_health.detail is 'The last failure as a sentence; null after a success.';
comment on column public.feed_health.problems is 'What was wrong with the feed when it was last read.';
comment on column public.feed_health.polls_24h is 'Requests of the last 24 hours.';
comment on column public.feed_health.unchanged_24h is 'Those among them that brought nothing new.';
comment on column public.feed_health.failed_24h is 'Those among them that failed.';
comment on column public.feed_health.articles_24h is 'Articles found in the last 24 hours.';
comment on column public.feed_health.articles_7d is 'Articles found in the last 7 days.';
