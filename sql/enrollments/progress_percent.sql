-- Percent of a course: rounded down, so that 199 of 200 is not 100, and 100 only when every lesson is done.
create function private.progress_percent(lessons_completed integer, lesson_count integer)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return case when lesson_count > 0 then least(lessons_completed * 100 / lesson_count, 100) else 0 end;
end
$$;

comment on function private.progress_percent is '0 to 100, rounded down; 0 for a course without lessons.';

revoke execute on function private.progress_percent from public, anon, authenticated, service_role;
