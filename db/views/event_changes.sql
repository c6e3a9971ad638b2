create view public.event_changes as select 1 as one;
