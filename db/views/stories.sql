create view public.stories as select 1 as one;
