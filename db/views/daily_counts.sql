create materialized view public.daily_counts as select 1 as one;
