-- The number of students of a course, counted from the facts.
create function private.count_students_of(course_id uuid)
returns integer
language sql
stable
security invoker
set search_path = ''
as $$
  select count(*)::integer
  from public.enrollments as e
  where
    e.course_id = count_students_of.course_id
    and e.status = 'active'
    and not exists (
      select
      from public.course_instructors as i
      where i.course_id = e.course_id and i.user_id = e.user_id
    );
$$;

comment on function private.count_students_of is
  'People who may study the course now and do not teach it. Grows with the students: for recounts only.';

create function private.recount_students(course_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform from public.course_stats s where s.course_id = recount_students.course_id for no key update;
  -- One statement, one moment: who had enrolled by then is counted and does not wait any more, who comes later waits.
  with waiting as (
    delete from private.student_count_changes w where w.course_id = recount_students.course_id
  )
  update public.course_stats s
  set student_count = private.count_students_of(recount_students.course_id)
  where s.course_id = recount_students.course_id;
end
$$;

comment on function private.recount_students is
  'Makes course_stats.student_count anew. Changes nothing when the triggers did their work.';

revoke execute
on function private.count_students_of, private.recount_students
from public, anon, authenticated, service_role;
