create view public.event_sources as select 1 as one;
