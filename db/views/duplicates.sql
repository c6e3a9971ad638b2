create view public.duplicates as select 1 as one;
