-- Takes a course from a student, whatever the reasons for access were: fraud, abuse. Money is given back by a refund only.
create function private.revoke_enrollment(enrollment_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  operator uuid := private.require_operator();
  place public.enrollments;
  live_grant uuid;
begin
  perform private.check_reason(revoke_enrollment.reason);
  select e.* into place from public.enrollments e where e.id = revoke_enrollment.enrollment_id;
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  perform private.lock_learner(place.user_id);
  for live_grant in
    select g.id from private.access_grants g where g.enrollment_id = place.id and g.revoked_at is null order by g.granted_at, g.id
  loop
    perform private.revoke_grant(live_grant, btrim(revoke_enrollment.reason), operator);
  end loop;
  return (
    select private.enrollment_json(e, s.lesson_count) || jsonb_build_object('user_id', e.user_id, 'course_id', e.course_id)
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place.id
  );
end
$$;

comment on function private.revoke_enrollment is 'The door behind public.revoke_enrollment.';

revoke execute on function private.revoke_enrollment from public, anon, authenticated, service_role;

grant execute on function private.revoke_enrollment to authenticated, service_role;

create function public.revoke_enrollment(enrollment_id uuid, reason text)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.revoke_enrollment(enrollment_id, reason);

comment on function public.revoke_enrollment is
  'Admins and edge functions: ends every grant of an enrolment; the student is told why. reason: 1 to 500 characters. Nothing is refunded: that is refund_order. Progress stays. Returns the fields of my_enrollments without the course, with user_id and course_id. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, ENROLLMENT_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.revoke_enrollment from public, anon, authenticated, service_role;

grant execute on function public.revoke_enrollment to authenticated, service_role;
