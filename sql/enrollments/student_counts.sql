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

create function private.add_students(course_id uuid, change integer)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if add_students.change = 0 then
    return;
  end if;
  perform from public.course_stats s where s.course_id = add_students.course_id for no key update skip locked;
  if found then
    perform private.fold_students(add_students.course_id, add_students.change);
  else
    insert into private.student_count_changes (course_id, change) values (add_students.course_id, add_students.change);
  end if;
end
$$;

comment on function private.add_students is
  'Changes the number of students of a course without ever waiting for another enrolment.';

create function private.fold_students(course_id uuid, change integer default 0)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  with waiting as (
    delete from private.student_count_changes w where w.course_id = fold_students.course_id returning w.change
  )
  update public.course_stats s
  set student_count = s.student_count + fold_students.change + coalesce((select sum(w.change) from waiting w), 0)
  where s.course_id = fold_students.course_id;
end
$$;

comment on function private.fold_students is
  'Adds a change and everything that waits to course_stats.student_count. The caller holds the row.';

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
    perform private.fold_students(course);
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
