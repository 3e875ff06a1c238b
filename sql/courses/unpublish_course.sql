-- Takes a course off sale, or back from review. Who studies it goes on.
create function private.unpublish_course(course_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_course_owner(unpublish_course.course_id);

  update public.courses c
  set status = case c.status when 'published' then 'unpublished' else 'draft' end::public.course_status
  where c.id = unpublish_course.course_id and c.status in ('published', 'in_review');
  return private.course_state(unpublish_course.course_id);
end
$$;

comment on function private.unpublish_course is 'The door behind public.unpublish_course.';

revoke execute on function private.unpublish_course from public, anon, authenticated, service_role;

grant execute on function private.unpublish_course to authenticated, service_role;

create function public.unpublish_course(course_id uuid)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.unpublish_course(course_id);
end
$$;

comment on function public.unpublish_course is
  'Owner or admin: takes a course off sale; its students keep access. A course in review goes back to draft, any other stays as it is. Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

revoke execute on function public.unpublish_course from public, anon, authenticated, service_role;

grant execute on function public.unpublish_course to authenticated, service_role;
