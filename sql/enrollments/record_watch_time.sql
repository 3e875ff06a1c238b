-- The heartbeat of the player. Definer: nobody writes progress directly.
create function private.record_watch_time(
  lesson_id uuid,
  from_second integer,
  to_second integer,
  position_second integer
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  lesson public.lessons;
  place public.enrollments;
  is_published boolean;
  gained integer;
begin
  perform private.keep_lessons();
  select l.* into lesson from public.lessons l where l.id = record_watch_time.lesson_id;
  perform private.lock_learner(caller);
  select e.* into place from public.enrollments e where e.user_id = caller and e.course_id = lesson.course_id;

  if place.id is null then
    select c.is_published into is_published from public.courses c where c.id = lesson.course_id;
    if is_published then
      perform private.fail('NOT_ENROLLED', 403, 'You are not enrolled in this course.');
    end if;
    perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson.');
  end if;
  perform private.require_open_place(place);

  -- A player may round up by a moment; a negative, reversed or far too long stretch is nonsense.
  if (
    record_watch_time.from_second >= 0 and record_watch_time.to_second > record_watch_time.from_second
    and record_watch_time.position_second >= 0
    and greatest(record_watch_time.to_second, record_watch_time.position_second) <= lesson.duration_seconds + 60
  ) is not true then
    perform private.fail(
      'WATCH_TIME_INVALID', 422, 'This stretch does not exist in the lesson.',
      jsonb_build_object('duration_seconds', lesson.duration_seconds)
    );
  end if;

  -- To the minute: the enrolment is not written by every heartbeat.
  if (place.last_lesson_id = lesson.id and place.last_activity_at > now() - interval '1 minute') is not true then
    update public.enrollments e set last_lesson_id = lesson.id, last_activity_at = now() where e.id = place.id;
  end if;

  gained := private.cover_lesson(
    place, lesson, record_watch_time.from_second, record_watch_time.to_second, record_watch_time.position_second, now()
  );
  return (
    select jsonb_build_object(
      'lesson_id', p.lesson_id, 'enrollment_id', p.enrollment_id, 'watch_time_seconds', p.watch_time_seconds,
      'credited_seconds', gained, 'position_seconds', p.position_seconds, 'duration_seconds', lesson.duration_seconds
    )
    from public.lesson_progress p
    where p.enrollment_id = place.id and p.lesson_id = lesson.id
  );
end
$$;

comment on function private.record_watch_time is 'The door behind public.record_watch_time.';

revoke execute on function private.record_watch_time from public, anon, authenticated, service_role;

grant execute on function private.record_watch_time to authenticated;

create function public.record_watch_time(
  lesson_id uuid,
  from_second integer,
  to_second integer,
  position_second integer
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.record_watch_time(lesson_id, from_second, to_second, position_second);
end
$$;

comment on function public.record_watch_time is
  'The heartbeat of the player, every 10 to 60 seconds. from_second, to_second: the stretch played since the last one, in seconds from the start of the lesson; position_second: where to resume. A second counts once, and at most two seconds of video count a second of the clock. Returns {lesson_id, enrollment_id, watch_time_seconds (distinct seconds so far), credited_seconds (new by this call), position_seconds, duration_seconds}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, LESSON_NOT_FOUND 404, WATCH_TIME_INVALID 422.';

revoke execute on function public.record_watch_time from public, anon, authenticated, service_role;

grant execute on function public.record_watch_time to authenticated;
