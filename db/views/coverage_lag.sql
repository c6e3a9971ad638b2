create view public.coverage_lag as select 1 as one;
