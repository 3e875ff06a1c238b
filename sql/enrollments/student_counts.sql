-- One row: a change of a student count that has not been added up yet.
-- On a hot course every enrolment would wait for the same row of course_stats: whoever finds it busy leaves a note here.
create table private.student_count_changes (
  id bigint generated always as identity primary key,
  course_id uuid not null references public.courses (id)
    on delete cascade,
  change integer not null
);

comment on table private.student_count_changes is
  'Changes of course_stats.student_count that wait for the next writer or the job.';

create index student_count_changes_course_id_idx on private.student_count_changes (course_id);

alter table private.student_count_changes enable row level security;

-- No policy and no grant: private.add_students and its job are the only doors.
revoke all on table private.student_count_changes from public, anon, authenticated, service_role;

-- Keys are arrays, for which Postgres would plan anew each time.
create function private.add_students(course_ids uuid[], changes integer[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  free uuid[];
begin
  if 0 = all (add_students.changes) then
    return;
  end if;
  free := array(
    select s.course_id from public.course_stats s
    where s.course_id = any (add_students.course_ids)
    order by s.course_id
    for no key update skip locked
  );
  if free <> '{}' then
    perform private.fold_students(free, add_students.course_ids, add_students.changes);
  end if;
  if cardinality(free) < cardinality(add_students.course_ids) then
    insert into private.student_count_changes (course_id, change)
    select c.course_id, c.change
    from unnest(add_students.course_ids, add_students.changes) c (course_id, change)
    where c.course_id <> all (free);
  end if;
end
$$;

comment on function private.add_students is
  'Changes the numbers of students of some courses without ever waiting for another enrolment.';

create function private.fold_students(
  free_course_ids uuid[],
  course_ids uuid[] default '{}',
  changes integer[] default '{}'
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  with waiting as (
    delete from private.student_count_changes w where w.course_id = any (fold_students.free_course_ids) returning w.course_id, w.change
  )
  update public.course_stats s
  set student_count = s.student_count + d.change
  from (
    select x.course_id, sum(x.change)::integer as change
    from (
      select c.course_id, c.change from unnest(fold_students.course_ids, fold_students.changes) c (course_id, change)
      union all
      select w.course_id, w.change from waiting w
    ) x
    group by x.course_id
  ) d
  where s.course_id = d.course_id and s.course_id = any (fold_students.free_course_ids);
end
$$;

comment on function private.fold_students is
  'Adds changes and everything that waits to course_stats.student_count of the free courses. The caller holds their rows.';

create function private.fold_student_counts()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  course uuid;
  folded integer := 0;
begin
  for course in
    select s.course_id from public.course_stats s
    where s.course_id in (select w.course_id from private.student_count_changes w)
    order by s.course_id
    for no key update skip locked
  loop
    perform private.fold_students(array[course]);
    folded := folded + 1;
  end loop;
  return folded;
end
$$;

comment on function private.fold_student_counts is 'Job: adds up what waits; returns of how many courses.';

revoke execute
on function private.add_students, private.fold_students, private.fold_student_counts
from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('fold_student_counts', 'select private.fold_student_counts()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
