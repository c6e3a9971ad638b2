create view public.feed_health as select 1 as one;
