-- What people paid for is archived, never deleted.
create function private.guard_course_delete()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if exists (select from public.enrollments e where e.course_id = old.id) then
    perform private.fail('COURSE_HAS_STUDENTS', 409, 'A course that had students can be archived, not deleted.');
  end if;
  return old;
end
$$;

comment on function private.guard_course_delete is 'Trigger: COURSE_HAS_STUDENTS 409.';

revoke execute on function private.guard_course_delete from public, anon, authenticated, service_role;

create trigger guard_course_delete
before delete on public.courses
for each row
execute function private.guard_course_delete();
