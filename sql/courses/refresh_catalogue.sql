-- Carries the counters that lists are ordered and filtered by into the catalogue. A job, and no trigger: a course gets
-- one write a minute, however many enrol in it, and no enrolment waits for an index.
create function private.refresh_catalogue()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  changed uuid[];
begin
  -- Whoever changes a course has its entry before its card and its search row. One that is busy has its turn in a minute: the
  -- job waits for nobody.
  changed := array(
    select e.course_id
    from private.catalogue_entries e join public.course_stats s on s.course_id = e.course_id
    where (e.student_count, e.rating) is distinct from (s.student_count, s.rating)
    order by e.course_id
    for no key update of e skip locked
  );

  update private.catalogue_entries e
  set student_count = s.student_count, rating = s.rating
  from public.course_stats s
  where e.course_id = any (changed) and s.course_id = e.course_id;

  update private.course_search d
  set student_count = e.student_count, rating = e.rating, rating_band = e.rating_band
  from private.catalogue_entries e
  where d.course_id = any (changed) and e.course_id = d.course_id;
  return cardinality(changed);
end
$$;

comment on function private.refresh_catalogue is
  'Job: brings student_count and rating of the catalogue up to date; returns of how many courses. Orderings and the filter by rating are a minute old at most; cards always show the true numbers.';

revoke execute on function private.refresh_catalogue from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('refresh_catalogue', 'select private.refresh_catalogue()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
