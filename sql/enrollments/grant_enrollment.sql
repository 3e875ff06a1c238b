-- Gives a course to a student: staff's present, a replacement, a company's seat. An own edge function may, too.
create function private.grant_enrollment(
  student_id uuid,
  course_id uuid,
  reason text,
  expires_at timestamptz,
  is_gift boolean
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  operator uuid := private.require_operator();
  place uuid;
begin
  -- People say why; a job of ours may leave it out.
  if operator is not null or grant_enrollment.reason is not null then
    perform private.check_reason(grant_enrollment.reason);
  end if;
  if grant_enrollment.expires_at <= now() then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The grant is not valid.', '{"expires_at": "must be in the future, or left out"}'
    );
  end if;
  if not exists (select from public.profiles p where p.id = grant_enrollment.student_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;
  if not exists (
    select from public.courses c where c.id = grant_enrollment.course_id and c.published_at is not null
  ) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if exists (
    select from public.course_instructors i
    where i.course_id = grant_enrollment.course_id and i.user_id = grant_enrollment.student_id
  ) then
    perform private.fail('OWN_COURSE', 409, 'This person teaches the course.');
  end if;

  place := private.grant_access(
    grant_enrollment.student_id, grant_enrollment.course_id,
    case when grant_enrollment.is_gift then 'gift' else 'manual' end::public.grant_source, null, operator,
    btrim(grant_enrollment.reason), grant_enrollment.expires_at
  );
  return (
    select private.enrollment_json(e, s.lesson_count) || jsonb_build_object('user_id', e.user_id, 'course_id', e.course_id)
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place
  );
end
$$;

comment on function private.grant_enrollment is 'The door behind public.grant_enrollment.';

revoke execute on function private.grant_enrollment from public, anon, authenticated, service_role;

grant execute on function private.grant_enrollment to authenticated, service_role;

create function public.grant_enrollment(
  student_id uuid,
  course_id uuid,
  reason text default null,
  expires_at timestamptz default null,
  is_gift boolean default false
)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.grant_enrollment(student_id, course_id, reason, expires_at, is_gift);

comment on function public.grant_enrollment is
  'Admins and edge functions: gives a student (student_id: a profile) a course that is not a draft. reason: 1 to 500 characters, obligatory for people; expires_at: null for ever; is_gift: explain_access then calls it a gift, otherwise manual. Every call adds a grant. Returns the fields of my_enrollments without the course, with user_id and course_id. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, COURSE_NOT_FOUND 404, OWN_COURSE 409, VALIDATION_ERROR 422.';

revoke execute on function public.grant_enrollment from public, anon, authenticated, service_role;

grant execute on function public.grant_enrollment to authenticated, service_role;
