-- Keeps what is counted about enrolments: students of a course (people with access who do not teach it),
-- and the courses of a person.

create function private.count_new_enrollments()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update public.profile_stats s
  set courses_enrolled = s.courses_enrolled + n.enrolled, courses_completed = s.courses_completed + n.completed
  from (
    select e.user_id, count(*) filter (where e.status = 'active')::integer as enrolled,
      count(e.completed_at)::integer as completed
    from changed e group by e.user_id
  ) n
  where s.user_id = n.user_id;

  perform private.add_students(array_agg(n.course_id order by n.course_id), array_agg(n.students order by n.course_id))
  from (
    select e.course_id, count(*)::integer as students
    from changed e
    where e.status = 'active'
      and not exists (select from public.course_instructors i where i.course_id = e.course_id and i.user_id = e.user_id)
    group by e.course_id
  ) n
  having count(*) > 0;
  return null;
end
$$;

comment on function private.count_new_enrollments is
  'Trigger on enrollments (insert): adds to course_stats.student_count and profile_stats.';

-- Each row, because its WHEN costs the many updates of progress nothing.
create function private.count_changed_enrollment()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  access_change integer := (new.status = 'active')::integer - (old.status = 'active')::integer;
begin
  update public.profile_stats s
  set courses_enrolled = s.courses_enrolled + access_change,
    courses_completed = s.courses_completed + new.is_completed::integer - old.is_completed::integer
  where s.user_id = new.user_id;

  if not exists (select from public.course_instructors i where i.course_id = new.course_id and i.user_id = new.user_id) then
    perform private.add_students(array[new.course_id], array[access_change]);
  end if;
  return null;
end
$$;

comment on function private.count_changed_enrollment is
  'Trigger on enrollments (update of status or completion): the same by differences.';

-- A student who begins to teach the course stops counting as one, and the other way round.
create function private.count_author_as_student()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  change constant integer := case tg_op when 'INSERT' then -1 else 1 end;
begin
  -- Who enrols at this moment does not see that he teaches, nor this here that he studies: one after the other.
  perform from public.profile_stats s where s.user_id in (select a.user_id from changed a) order by s.user_id for no key update;
  perform private.add_students(array_agg(n.course_id order by n.course_id), array_agg(n.students order by n.course_id))
  from (
    select e.course_id, count(*)::integer * change as students
    from changed a join public.enrollments e on e.user_id = a.user_id and e.course_id = a.course_id and e.status = 'active'
    group by e.course_id
  ) n
  having count(*) > 0;
  return null;
end
$$;

comment on function private.count_author_as_student is
  'Trigger on course_instructors: authors are not students of their course. Definer: an owner adds authors, nobody writes counts.';

revoke execute
on function private.count_new_enrollments, private.count_changed_enrollment, private.count_author_as_student
from public, anon, authenticated, service_role;

create trigger count_new_enrollments
after insert on public.enrollments
referencing new table as changed
for each statement
execute function private.count_new_enrollments();

create trigger count_changed_enrollment
after update on public.enrollments
for each row
when (old.status != new.status or (old.completed_at is null) != (new.completed_at is null))
execute function private.count_changed_enrollment();

create trigger count_new_authors
after insert on public.course_instructors
referencing new table as changed
for each statement
execute function private.count_author_as_student();

create trigger count_former_authors
after delete on public.course_instructors
referencing old table as changed
for each statement
execute function private.count_author_as_student();
