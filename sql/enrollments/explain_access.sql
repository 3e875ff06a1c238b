-- Why the caller may, or may not, study a course: every reason there is and was.
create function private.explain_access(course_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  place public.enrollments;
  is_published boolean;
  is_author boolean := private.is_course_author(explain_access.course_id);
  is_open boolean;
  grants jsonb;
begin
  select c.is_published into is_published from public.courses c where c.id = explain_access.course_id;
  select e.* into place from public.enrollments e where e.user_id = caller and e.course_id = explain_access.course_id;
  if is_published is null or not (is_published or is_author or place.id is not null or private.is_staff()) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  select jsonb_agg(
    jsonb_build_object(
      'source', g.source,
      'state', case
        when g.revoked_at is not null then 'revoked'
        when g.expires_at <= now() then 'over'
        when g.suspended_at is not null then 'suspended'
        else 'live'
      end,
      'granted_at', g.granted_at, 'expires_at', g.expires_at, 'suspended_at', g.suspended_at, 'revoked_at', g.revoked_at,
      'revoke_reason', g.revoke_reason, 'order_id', i.order_id
    )
    order by g.granted_at, g.id
  )
  into grants
  from private.access_grants g left join public.order_items i on i.id = g.order_item_id
  where g.enrollment_id = place.id;

  is_open := private.is_enrolled(caller, explain_access.course_id);
  return jsonb_build_object(
    'course_id', explain_access.course_id,
    'has_access', is_open or is_author or private.is_staff(),
    'reason', case
      when is_author then 'author'
      when is_open then 'enrolled'
      when private.is_staff() then 'staff'
      when place.id is null then 'not_enrolled'
      when place.status = 'suspended' then 'suspended'
      when exists (
        select from private.access_grants g where g.enrollment_id = place.id and g.revoked_at is null and g.expires_at <= now()
      ) then 'over'
      else 'revoked'
    end,
    'enrollment_id', place.id,
    'access_ends_at', place.access_ends_at,
    'grants', coalesce(grants, '[]')
  );
end
$$;

comment on function private.explain_access is 'The door behind public.explain_access.';

revoke execute on function private.explain_access from public, anon, authenticated, service_role;

grant execute on function private.explain_access to authenticated;

create function public.explain_access(course_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
return private.explain_access(course_id);

comment on function public.explain_access is
  'Why the caller may or may not study a course: {course_id, has_access, reason: author, enrolled, staff, not_enrolled, suspended, over or revoked, enrollment_id, access_ends_at, grants[{source, state: live, suspended, revoked or over, granted_at, expires_at, suspended_at, revoked_at, revoke_reason, order_id}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404.';

revoke execute on function public.explain_access from public, anon, authenticated, service_role;

grant execute on function public.explain_access to authenticated;
