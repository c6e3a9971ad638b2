create view public.pipeline_health as select 1 as one;
