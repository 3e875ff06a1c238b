-- Which lesson a stored file belongs to, and who may put files there. Files lie at {course_id}/{lesson_id}/….

create function private.lesson_id_of_file(name text)
returns uuid
language sql
stable
security invoker
set search_path = ''
-- No cast that could fail, and no path that climbs.
return case
  when private.is_storage_path(name)
  and pg_input_is_valid(split_part(name, '/', 2), 'uuid')
  and split_part(name, '/', 3) != '' then split_part(name, '/', 2)::uuid
end;

comment on function private.lesson_id_of_file is
  'The lesson in the path of a file of the buckets lesson-videos and lesson-resources; null for any other path.';

-- Definer: one look at the lesson, whoever asks.
create function private.may_write_lesson_file(name text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select
    exists (
      select
      from public.lessons as l
      where
        l.id = private.lesson_id_of_file(may_write_lesson_file.name)
        and l.course_id::text = split_part(may_write_lesson_file.name, '/', 1)
        and (private.is_course_author(l.course_id) or private.is_admin())
    );
$$;

comment on function private.may_write_lesson_file is
  'true when the path is that of a lesson whose course the caller teaches, or the caller is an admin.';

-- Definer for the same reason; has_course_access is the rule of lesson_contents.
create function private.may_read_lesson_file(name text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select
    exists (
      select
      from
        public.lessons as l
        join public.courses as c on c.id = l.course_id
      where
        l.id = private.lesson_id_of_file(may_read_lesson_file.name)
        and l.course_id::text = split_part(may_read_lesson_file.name, '/', 1)
        and ((l.is_preview and c.is_published) or private.has_course_access(l.course_id))
    );
$$;

comment on function private.may_read_lesson_file is
  'true when the caller may see the content of the lesson in the path: the rule of lesson_contents.';

revoke execute
on function private.lesson_id_of_file, private.may_write_lesson_file, private.may_read_lesson_file
from public, anon, authenticated, service_role;

grant execute on function private.may_write_lesson_file to authenticated;

grant execute on function private.may_read_lesson_file to anon, authenticated;
