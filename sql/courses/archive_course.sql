-- Puts a course away for good: what students paid for cannot be deleted.
create function private.archive_course(course_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_course_owner(archive_course.course_id);

  update public.courses c
  set status = 'archived', archived_at = now(), is_featured = false
  where c.id = archive_course.course_id and c.status <> 'archived';
  return private.course_state(archive_course.course_id);
end
$$;

comment on function private.archive_course is 'The door behind public.archive_course.';

revoke execute on function private.archive_course from public, anon, authenticated, service_role;

grant execute on function private.archive_course to authenticated, service_role;

create function public.archive_course(course_id uuid)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.archive_course(course_id);
end
$$;

comment on function public.archive_course is
  'Owner or admin: takes a course off sale for good; its students keep access. Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

revoke execute on function public.archive_course from public, anon, authenticated, service_role;

grant execute on function public.archive_course to authenticated, service_role;
