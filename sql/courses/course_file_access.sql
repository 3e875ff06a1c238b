-- Who may put files under a course: the pictures lie at {course_id}/file. Definer: one look at the course, whoever asks.
create function private.may_write_course_file(name text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select
    exists (
      select
      from public.courses as c
      where
        c.id = case
          when pg_input_is_valid(split_part(may_write_course_file.name, '/', 1), 'uuid') then split_part(
            may_write_course_file.name,
            '/',
            1
          )::uuid
        end
        and private.is_storage_path(may_write_course_file.name)
        and split_part(may_write_course_file.name, '/', 2) != ''
        and (private.is_course_author(c.id) or private.is_admin())
    );
$$;

comment on function private.may_write_course_file is
  'true when the path begins with a course that the caller teaches, or the caller is an admin.';

revoke execute on function private.may_write_course_file from public, anon, authenticated, service_role;

grant execute on function private.may_write_course_file to authenticated;
