create view public.dyads as select 1 as one;
