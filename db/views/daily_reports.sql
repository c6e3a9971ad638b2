create view public.daily_reports as select 1 as one;
