-- Takes a course off sale, or back from review. Who studies it goes on. What somebody else than its owner takes off
-- sale is held there, or the owner would put it back at once.
create function private.unpublish_course(course_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_course_owner(unpublish_course.course_id);
  course public.courses;
begin
  select c.* into course from public.courses c where c.id = unpublish_course.course_id for no key update;

  if course.status in ('published', 'in_review') then
    if caller is distinct from course.instructor_id then
      return private.review_course(course.id, false, unpublish_course.reason);
    end if;
    update public.courses c
    set status = case when c.published_at is null then 'draft' else 'unpublished' end::public.course_status
    where c.id = course.id;
  end if;
  return private.course_state(unpublish_course.course_id);
end
$$;

comment on function private.unpublish_course is 'The door behind public.unpublish_course.';

revoke execute on function private.unpublish_course from public, anon, authenticated, service_role;

grant execute on function private.unpublish_course to authenticated, service_role;

create function public.unpublish_course(course_id uuid, reason text default '')
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.unpublish_course(course_id, reason);
end
$$;

comment on function public.unpublish_course is
  'Owner or admin: takes a course off sale; its students keep access. A course in review goes back to where it was, any other stays as it is. An admin refuses it, as by review_course: reason (1 to 500 characters) is obligatory then, and the course is held. Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422 (an admin without a reason).';

revoke execute on function public.unpublish_course from public, anon, authenticated, service_role;

grant execute on function public.unpublish_course to authenticated, service_role;
