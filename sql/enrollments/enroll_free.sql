-- Enrols in a free course. Paid ones are enrolled in by paying only.
create function private.enroll_free(course_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_account();
  course record;
  place uuid;
begin
  select c.price_cents, c.is_published into course
  from public.courses c
  where c.id = enroll_free.course_id;

  if course.is_published and private.is_course_author(enroll_free.course_id) then
    perform private.fail('OWN_COURSE', 409, 'You teach this course.');
  end if;
  perform private.lock_learner(caller);
  if private.is_enrolled(caller, enroll_free.course_id) then
    perform private.fail(
      'ALREADY_ENROLLED', 409, 'You are enrolled in this course already.',
      jsonb_build_object('course_id', enroll_free.course_id)
    );
  end if;
  if course.is_published is not true then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if course.price_cents > 0 then
    perform private.fail(
      'COURSE_NOT_FREE', 402, 'This course has to be bought.', jsonb_build_object('course_id', enroll_free.course_id)
    );
  end if;

  place := private.grant_access(caller, enroll_free.course_id, 'free');
  return (
    select jsonb_build_object(
      'id', e.id, 'course_id', e.course_id, 'enrolled_at', e.enrolled_at,
      'progress_percent', private.progress_percent(e.lessons_completed, s.lesson_count), 'is_completed', e.is_completed
    )
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place
  );
end
$$;

comment on function private.enroll_free is 'The door behind public.enroll_free.';

revoke execute on function private.enroll_free from public, anon, authenticated, service_role;

grant execute on function private.enroll_free to authenticated;

create function public.enroll_free(course_id uuid)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.enroll_free(course_id);
end
$$;

comment on function public.enroll_free is
  'Enrols in a published free course. Returns {id, course_id, enrolled_at, progress_percent, is_completed}; progress is kept from an earlier time. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), COURSE_NOT_FREE 402, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409.';

revoke execute on function public.enroll_free from public, anon, authenticated, service_role;

grant execute on function public.enroll_free to authenticated;
