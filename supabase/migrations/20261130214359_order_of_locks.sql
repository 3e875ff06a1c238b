-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "private_outgoing"."add_spread"(bigint[], bigint, bigint[]);

DROP FUNCTION "private_outgoing"."given_back_cents"(uuid);

DROP FUNCTION "private_outgoing"."grant_items"(uuid, uuid[]);

DROP FUNCTION "private_outgoing"."ledger_difference"(uuid);

DROP FUNCTION "private_outgoing"."ledger_targets"(uuid);

DROP FUNCTION "private_outgoing"."post_sale"(uuid);

DROP FUNCTION "private_outgoing"."recalled_cents"(uuid);

DROP FUNCTION "private_outgoing"."refresh_review_anchors"(integer, integer);

DROP FUNCTION "private_outgoing"."send_receipt"(uuid);

DROP FUNCTION "private_outgoing"."sum_of"(bigint[]);

DROP FUNCTION "private_outgoing"."transfer_difference"(uuid);

DROP SCHEMA "private_outgoing";

-- Of the migration before: who called them then is gone by now.
DROP FUNCTION "private"."next_lesson"(public.enrollments);

DROP FUNCTION "private"."order_fees"(uuid);

DROP FUNCTION "private"."review_ids"(uuid, text, integer, integer);

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.keep_lessons()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('lessons', 0));
end
$function$;

CREATE OR REPLACE FUNCTION private.mark_lesson_complete (
  enrollment_id uuid,
  lesson_id     uuid,
  completed     boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  seen record;
  place public.enrollments;
  progress record;
begin
  if mark_lesson_complete.completed is null then
    perform private.require_yes_or_no('completed', mark_lesson_complete.completed);
  end if;
  perform private.keep_lessons();
  perform private.lock_learner(caller);
  -- The lesson and the place in one look: the place is named, or it is the caller's in the course of the lesson.
  select l.course_id, c.is_published, e as place
  into seen
  from (select mark_lesson_complete.lesson_id as id) asked
  left join public.lessons l on l.id = asked.id
  left join public.courses c on c.id = l.course_id
  left join public.enrollments e
    on e.user_id = caller
    and e.id = coalesce(
      mark_lesson_complete.enrollment_id,
      (select x.id from public.enrollments x where x.user_id = caller and x.course_id = l.course_id)
    );
  place := seen.place;
  if place.id is null and mark_lesson_complete.enrollment_id is not null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  elsif place.id is null and seen.is_published then
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
    else
      update public.enrollments e
      set last_lesson_id = mark_lesson_complete.lesson_id, last_activity_at = now()
      where e.id = place.id;
    end if;
  end if;

  select e.lessons_completed, s.lesson_count, e.is_completed into progress
  from public.enrollments e join public.course_stats s on s.course_id = e.course_id
  where e.id = place.id;
  if mark_lesson_complete.completed and not progress.is_completed
    and progress.lesson_count > 0 and progress.lessons_completed >= progress.lesson_count
  then
    progress.is_completed := private.complete_enrollment(place.id);
  end if;

  return jsonb_build_object(
    'lesson_id', mark_lesson_complete.lesson_id,
    'enrollment_id', place.id,
    'is_completed', mark_lesson_complete.completed,
    'enrollment_progress', private.progress_percent(progress.lessons_completed, progress.lesson_count),
    'lessons_completed', progress.lessons_completed,
    'total_lessons', progress.lesson_count,
    'course_completed', progress.is_completed,
    'certificate_url', case
      when progress.is_completed then '/certificates/' || (
        select c.code from public.certificates c where c.enrollment_id = place.id and c.revoked_at is null
      )
    end
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.record_watch_time (
  lesson_id       uuid,
  from_second     integer,
  to_second       integer,
  position_second integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  lesson public.lessons;
  place public.enrollments;
  is_published boolean;
  gained integer;
begin
  select l.* into lesson from public.lessons l where l.id = record_watch_time.lesson_id;
  perform private.keep_lessons();
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
$function$;

CREATE OR REPLACE FUNCTION private.reset_progress (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.wait_for_students()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Whoever may delete nothing keeps nobody waiting.
  if (select auth.uid()) is null or private.is_admin() or exists (select from private.taught_course_ids()) then
    perform pg_advisory_xact_lock(hashtextextended('lessons', 0));
  end if;
  return null;
end
$function$;

CREATE TRIGGER wait_for_students
  BEFORE DELETE ON public.lessons
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.wait_for_students();

COMMENT ON FUNCTION "private"."keep_lessons"() IS 'No lesson is deleted until the transaction ends. Taken before private.lock_learner by what writes lesson_progress.';

COMMENT ON FUNCTION "private"."wait_for_students"() IS 'Trigger on lessons (delete): waits for the transactions of private.keep_lessons, and new ones wait for it.';

REVOKE ALL ON FUNCTION "private"."keep_lessons"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."keep_lessons"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_lessons"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."wait_for_students"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."wait_for_students"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."wait_for_students"() TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_person (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.profiles p where p.id = lock_person.user_id for no key update;
  perform from public.carts k where k.user_id = lock_person.user_id for no key update;
  perform from public.orders o where o.user_id = lock_person.user_id order by o.id for update;
  -- Their own, and those they voted for: both change when their votes go, and then the sums of their authors.
  perform from public.reviews r
  where r.user_id = lock_person.user_id
    or r.id in (select v.review_id from public.review_votes v where v.user_id = lock_person.user_id)
  order by r.id
  for update;
  perform private.lock_learner(lock_person.user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.find_payment (
  payment_intent_id text,
  metadata          jsonb DEFAULT '{}'::jsonb
)
  RETURNS public.payments
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
  is_held boolean;
begin
  -- The order first: everything that happens to it happens one after another.
  perform from public.orders o
  where o.id = (select p.order_id from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id)
  for update;
  is_held := found;
  select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
  -- The id was stored between the two statements: without the order's lock the next event would wait for this one, and this
  -- one for it.
  if payment.id is not null and not is_held then
    perform from public.orders o where o.id = payment.order_id for update;
    select * into payment from public.payments p where p.id = payment.id;
  end if;

  if payment.id is null and find_payment.payment_intent_id is not null
    and pg_input_is_valid(find_payment.metadata ->> 'order_id', 'uuid')
    and pg_input_is_valid(find_payment.metadata ->> 'attempt', 'smallint')
  then
    perform from public.orders o where o.id = (find_payment.metadata ->> 'order_id')::uuid for update;
    -- Stripe's answer was lost, or its event was faster; or we have learnt the id while waiting for the order.
    select * into payment
    from public.payments p
    where p.order_id = (find_payment.metadata ->> 'order_id')::uuid
      and p.attempt = (find_payment.metadata ->> 'attempt')::smallint
      and coalesce(p.stripe_payment_intent_id, find_payment.payment_intent_id) = find_payment.payment_intent_id;
    if payment.id is not null then
      perform private.tie_intent(payment.id, find_payment.payment_intent_id);
      select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
    end if;
  end if;

  -- Whoever learns the id in this moment waits until this event stands in the inbox as one to do again, or has done its work.
  if payment.id is null and find_payment.payment_intent_id is not null then
    perform private.lock_intent(find_payment.payment_intent_id);
    select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
    perform from public.orders o where o.id = payment.order_id for update;
    select * into payment from public.payments p where p.id = payment.id;
  end if;
  return payment;
end
$function$;
