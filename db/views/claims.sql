create view public.claims as select 1 as one;
