-- Puts a course away for good: what students paid for cannot be deleted.
create function private.archive_course(course_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_course_owner(archive_course.course_id);
  course public.courses;
  words text := btrim(coalesce(archive_course.reason, ''));
begin
  select c.* into course from public.courses c where c.id = archive_course.course_id for no key update;

  if course.status <> 'archived' then
    if caller is distinct from course.instructor_id and length(words) not between 1 and 500 then
      perform private.fail('VALIDATION_ERROR', 422, 'Say why the course is archived.', '{"reason": "1 to 500 characters"}');
    end if;
    update public.courses c set status = 'archived', archived_at = now(), is_featured = false where c.id = course.id;
    if caller is distinct from course.instructor_id then
      perform private.tell_course_decision(course.id, 'archived', words);
    end if;
  end if;
  return private.course_state(archive_course.course_id);
end
$$;

comment on function private.archive_course is 'The door behind public.archive_course.';

revoke execute on function private.archive_course from public, anon, authenticated, service_role;

grant execute on function private.archive_course to authenticated, service_role;

create function public.archive_course(course_id uuid, reason text default '')
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.archive_course(course_id, reason);
end
$$;

comment on function public.archive_course is
  'Owner or admin: takes a course off sale for good; its students keep access. An admin says why to the owner, who is told: reason (1 to 500 characters). Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422 (an admin without a reason).';

revoke execute on function public.archive_course from public, anon, authenticated, service_role;

grant execute on function public.archive_course to authenticated, service_role;
