-- Starts a course again. What was watched stays watched, so that hours are not counted twice; a completion stays earned.
create function private.reset_progress(enrollment_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  place public.enrollments;
begin
  perform private.keep_lessons();
  perform private.lock_learner(caller);
  select e.* into place
  from public.enrollments e
  where e.id = reset_progress.enrollment_id and e.user_id = caller;
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;
  perform private.require_open_place(place);

  update public.lesson_progress p
  set is_completed = false, completed_at = null, position_seconds = 0
  where p.enrollment_id = place.id and (p.is_completed or p.position_seconds > 0);
  update public.enrollments e set last_lesson_id = null where e.id = place.id;
  return (
    select private.enrollment_json(e, s.lesson_count)
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place.id
  );
end
$$;

comment on function private.reset_progress is 'The door behind public.reset_progress.';

revoke execute on function private.reset_progress from public, anon, authenticated, service_role;

grant execute on function private.reset_progress to authenticated;

create function public.reset_progress(enrollment_id uuid)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.reset_progress(enrollment_id);

comment on function public.reset_progress is
  'Starts a course again: no lesson is completed, players start at 0. Hours, completion and certificate stay. Returns the fields of my_enrollments without the course. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ENROLLMENT_NOT_FOUND 404, ENROLLMENT_REVOKED 403.';

revoke execute on function public.reset_progress from public, anon, authenticated, service_role;

grant execute on function public.reset_progress to authenticated;
