create view public.events as select 1 as one;
