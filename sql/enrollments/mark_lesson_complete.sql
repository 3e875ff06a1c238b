-- Completes a lesson, or takes that back. Definer: nobody writes progress directly.
create function private.mark_lesson_complete(enrollment_id uuid, lesson_id uuid, completed boolean)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  seen record;
  place public.enrollments;
  is_completed boolean;
  certificate_url text;
begin
  if mark_lesson_complete.completed is null then
    perform private.require_yes_or_no('completed', mark_lesson_complete.completed);
  end if;
  perform private.keep_lessons();
  perform private.lock_learner(caller);
  -- The lesson and the place in one look: the place is named, or it is the caller's in the course of the lesson.
  select l.course_id, s.lesson_count, e as place
  into seen
  from (select mark_lesson_complete.lesson_id as id) asked
  left join public.lessons l on l.id = asked.id
  left join public.course_stats s on s.course_id = l.course_id
  left join public.enrollments e
    on e.user_id = caller
    and e.id = coalesce(
      mark_lesson_complete.enrollment_id,
      (select x.id from public.enrollments x where x.user_id = caller and x.course_id = l.course_id)
    );
  place := seen.place;
  if place.id is null and mark_lesson_complete.enrollment_id is not null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  elsif place.id is null and exists (select from public.courses c where c.id = seen.course_id and c.is_published) then
    perform private.fail('NOT_ENROLLED', 403, 'You are not enrolled in this course.');
  end if;
  if place.id is null or seen.course_id is distinct from place.course_id then
    perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson in this course.');
  end if;
  perform private.require_open_place(place);

  insert into public.lesson_progress as p (enrollment_id, lesson_id, user_id, course_id, is_completed, completed_at)
  values (
    place.id, mark_lesson_complete.lesson_id, caller, place.course_id, mark_lesson_complete.completed,
    case when mark_lesson_complete.completed then now() end
  )
  on conflict on constraint lesson_progress_pkey do update
  set is_completed = excluded.is_completed, completed_at = excluded.completed_at
  where p.is_completed <> excluded.is_completed;

  if found then
    if mark_lesson_complete.completed then
      perform private.record_learning(caller, 0);
      -- The trigger of lesson_progress has counted it; the place is held, so that nobody else did.
      place.lessons_completed := place.lessons_completed + 1;
    else
      update public.enrollments e
      set last_lesson_id = mark_lesson_complete.lesson_id, last_activity_at = now()
      where e.id = place.id
      returning * into place;
    end if;
  end if;

  is_completed := place.is_completed;
  if mark_lesson_complete.completed and not is_completed
    and seen.lesson_count > 0 and place.lessons_completed >= seen.lesson_count
  then
    is_completed := private.complete_enrollment(place.id);
  end if;
  if is_completed then
    certificate_url := '/certificates/' || (
      select c.code from public.certificates c where c.enrollment_id = place.id and c.revoked_at is null
    );
  end if;

  return jsonb_build_object(
    'lesson_id', mark_lesson_complete.lesson_id,
    'enrollment_id', place.id,
    'is_completed', mark_lesson_complete.completed,
    'enrollment_progress', private.progress_percent(place.lessons_completed, seen.lesson_count),
    'lessons_completed', place.lessons_completed,
    'total_lessons', seen.lesson_count,
    'course_completed', is_completed,
    'certificate_url', certificate_url
  );
end
$$;

comment on function private.mark_lesson_complete is 'The door behind public.mark_lesson_complete.';

revoke execute on function private.mark_lesson_complete from public, anon, authenticated, service_role;

grant execute on function private.mark_lesson_complete to authenticated;

create function public.mark_lesson_complete(
  enrollment_id uuid,
  lesson_id uuid,
  completed boolean default true
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.mark_lesson_complete(enrollment_id, lesson_id, completed);
end
$$;

comment on function public.mark_lesson_complete is
  'Marks a lesson as completed; completed false takes it back. Calling it twice changes nothing. enrollment_id: null means the own enrolment in the course of the lesson. The last lesson completes the course for good and issues the certificate. Returns {lesson_id, enrollment_id, is_completed (of the lesson), enrollment_progress (percent, rounded down), lessons_completed, total_lessons, course_completed, certificate_url (path in the app, or null)}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, ENROLLMENT_NOT_FOUND 404, LESSON_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.mark_lesson_complete from public, anon, authenticated, service_role;

grant execute on function public.mark_lesson_complete to authenticated;
