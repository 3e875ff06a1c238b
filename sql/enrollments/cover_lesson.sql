-- Adds a stretch to what somebody watched and returns the seconds that are new. Every second counts once, and nobody
-- watches faster than twice the clock on the wall, in however many lessons at once. The moment is an argument, so that
-- tests move the clock.
create function private.cover_lesson(
  place public.enrollments,
  lesson public.lessons,
  from_second integer,
  to_second integer,
  position_second integer,
  at timestamptz
)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  today date := private.local_date(place.user_id, cover_lesson.at);
  seen int4multirange;
  spent timestamptz;
  fresh int4multirange;
  gained integer;
  allowed integer;
begin
  select
    coalesce(
      (select p.watched from public.lesson_progress p where p.enrollment_id = place.id and p.lesson_id = lesson.id), '{}'
    ),
    -- Nobody watched before access began.
    greatest(
      place.enrolled_at,
      cover_lesson.at - interval '5 minutes',
      (
        select d.spent_until from public.learning_days d
        where d.user_id = place.user_id and d.day = today
      )
    )
  into seen, spent;

  fresh := int4multirange(
    int4range(
      least(cover_lesson.from_second, lesson.duration_seconds), least(cover_lesson.to_second, lesson.duration_seconds)
    )
  ) - seen;
  gained := private.covered_seconds(fresh);
  -- Twice the clock that is left, and half a minute ahead for a player that reports early.
  allowed := floor(2 * extract(epoch from cover_lesson.at + interval '30 seconds' - spent));
  if gained > allowed then
    fresh := fresh * int4multirange(int4range(cover_lesson.from_second, cover_lesson.from_second + greatest(allowed, 0)));
    gained := private.covered_seconds(fresh);
  end if;

  insert into public.lesson_progress as p (
    enrollment_id, lesson_id, user_id, course_id, watched, position_seconds, last_watched_at
  )
  values (
    place.id, lesson.id, place.user_id, place.course_id, fresh,
    least(cover_lesson.position_second, lesson.duration_seconds), cover_lesson.at
  )
  on conflict on constraint lesson_progress_pkey do update
  set watched = p.watched + excluded.watched, position_seconds = excluded.position_seconds,
    last_watched_at = excluded.last_watched_at;

  perform private.record_learning(
    place.user_id, gained, cover_lesson.at,
    -- A second of video uses half a second of the clock.
    case when gained > 0 then spent + gained * interval '0.5 seconds' end,
    today
  );
  return gained;
end
$$;

comment on function private.cover_lesson is
  'Credits what of from_second..to_second is new, within the lesson and the clock; at: the moment that counts as now. The caller holds private.lock_learner.';

revoke execute on function private.cover_lesson from public, anon, authenticated, service_role;
