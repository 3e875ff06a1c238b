-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.course_analytics (
  course_id uuid,
  from_day  date,
  to_day    date,
  bucket    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  today constant date := (now() at time zone 'UTC')::date;
  last_day constant date := coalesce(course_analytics.to_day, today);
  first_day constant date := coalesce(course_analytics.from_day, last_day - 29);
  sees_money constant boolean := private.is_course_owner(course_analytics.course_id) or private.is_admin();
  most_days constant integer := case course_analytics.bucket when 'day' then 366 else 3660 end;
  course record;
  students record;
  result jsonb;
begin
  perform private.require_course_author(course_analytics.course_id);
  if course_analytics.bucket is null or course_analytics.bucket not in ('day', 'week', 'month') then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such step.', '{"bucket": "day, week or month"}');
  end if;
  if first_day > last_day or last_day - first_day > most_days then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The span of days is not possible.',
      '{"from_day": "not after to_day, and at most 366 days before it, or ten years by week or month"}'
    );
  end if;

  select c.currency, s.rating, s.rating_count, s.student_count into strict course
  from public.courses c join public.course_stats s on s.course_id = c.id
  where c.id = course_analytics.course_id;
  select count(*) as active, count(*) filter (where e.is_completed) as completed,
    count(*) filter (where e.last_activity_at >= now() - interval '7 days') as studied_lately
  into students
  from public.enrollments e
  where e.course_id = course_analytics.course_id and e.status = 'active'
    and not exists (select from public.course_instructors i where i.course_id = e.course_id and i.user_id = e.user_id);

  with figures as (
    select greatest(date_trunc(course_analytics.bucket, d.day)::date, first_day) as starts_on, d.views, d.enrollments, d.completions,
      d.rating_sum, d.rating_count, 0 as sales, 0::bigint as revenue_cents, 0::bigint as refunded_cents
    from public.course_daily_stats d
    where d.course_id = course_analytics.course_id and d.day between first_day and last_day
    union all
    select greatest(date_trunc(course_analytics.bucket, r.day)::date, first_day), 0, 0, 0, 0, 0, r.sales, r.revenue_cents, r.refunded_cents
    from public.course_daily_revenue r
    where r.course_id = course_analytics.course_id and r.day between first_day and last_day and r.currency = course.currency
  ), period as (
    -- A period in which nothing happened is a figure too.
    select greatest(g.at::date, first_day) as starts_on
    from generate_series(
      date_trunc(course_analytics.bucket, first_day::timestamp), last_day::timestamp, ('1 ' || course_analytics.bucket)::interval
    ) g (at)
  ), told as (
    select p.starts_on, grouping(p.starts_on) as is_total,
      jsonb_build_object(
        'views', coalesce(sum(f.views), 0), 'enrollments', coalesce(sum(f.enrollments), 0),
        'completions', coalesce(sum(f.completions), 0), 'rating_count', coalesce(sum(f.rating_count), 0),
        'average_rating', round(sum(f.rating_sum)::numeric / nullif(sum(f.rating_count), 0), 2),
        'sales', case when sees_money then coalesce(sum(f.sales), 0) end,
        'revenue', case when sees_money then private.to_amount(coalesce(sum(f.revenue_cents), 0)::bigint, course.currency) end,
        'refunded', case when sees_money then private.to_amount(coalesce(sum(f.refunded_cents), 0)::bigint, course.currency) end
      ) as counts
    from period p left join figures f on f.starts_on = p.starts_on
    group by grouping sets ((p.starts_on), ())
  )
  select jsonb_build_object(
    'course_id', course_analytics.course_id, 'from_day', first_day, 'to_day', last_day, 'bucket', course_analytics.bucket,
    'currency', course.currency,
    'now', jsonb_build_object(
      'students', course.student_count, 'studied_last_week', students.studied_lately,
      'completion_percent', coalesce(students.completed * 100 / nullif(students.active, 0), 0),
      'rating', course.rating, 'rating_count', course.rating_count
    ),
    'total', (select t.counts from told t where t.is_total = 1),
    'periods', (
      select jsonb_agg(jsonb_build_object('starts_on', t.starts_on) || t.counts order by t.starts_on) from told t where t.is_total = 0
    )
  )
  into result;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.course_lesson_stats (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  perform private.require_course_author(course_lesson_stats.course_id);

  with student as (
    select e.id, e.is_completed, e.last_lesson_id, e.last_activity_at
    from public.enrollments e
    where e.course_id = course_lesson_stats.course_id and e.status = 'active'
      and not exists (select from public.course_instructors i where i.course_id = e.course_id and i.user_id = e.user_id)
  ), reached as (
    select p.lesson_id, count(*) as began, count(*) filter (where p.is_completed) as completed,
      sum(p.watch_time_seconds) as seconds_watched
    from public.lesson_progress p join student s on s.id = p.enrollment_id
    -- The lesson too, for the index.
    where p.course_id = course_lesson_stats.course_id
      and p.lesson_id = any (array(select l.id from public.lessons l where l.course_id = course_lesson_stats.course_id))
    group by p.lesson_id
  ), stopped as (
    select s.last_lesson_id as lesson_id, count(*) as stopped
    from student s
    where not s.is_completed and s.last_activity_at < now() - interval '14 days'
    group by s.last_lesson_id
  )
  select jsonb_build_object(
    'course_id', course_lesson_stats.course_id,
    'students', (select count(*) from student),
    'results', coalesce(
      jsonb_agg(
        jsonb_build_object(
          'lesson_id', l.id, 'title', l.title, 'section_id', x.id, 'section_title', x.title,
          'began', coalesce(r.began, 0), 'completed', coalesce(r.completed, 0), 'stopped_here', coalesce(p.stopped, 0),
          'watched_percent', case
            when l.duration_seconds > 0 and r.began > 0 then least(r.seconds_watched * 100 / (r.began * l.duration_seconds), 100)
          end
        )
        order by x.position, l.position
      ),
      '[]'
    )
  )
  into result
  from
    public.lessons l
    join public.curriculum_sections x on x.id = l.section_id
    left join reached r on r.lesson_id = l.id
    left join stopped p on p.lesson_id = l.id
  where l.course_id = course_lesson_stats.course_id;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.move_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  cart uuid := private.own_cart_id();
  refusal text;
begin
  if move_to_cart.course_id is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- The lock lets the second click see what the first has done.
  perform from public.carts c where c.id = cart for no key update;
  refusal := private.cart_refusal(caller, move_to_cart.course_id);
  if refusal is distinct from 'ALREADY_IN_CART' then
    perform private.refuse_course(refusal, move_to_cart.course_id);
    insert into public.cart_items (cart_id, user_id, course_id) values (cart, caller, move_to_cart.course_id);
  end if;
  delete from public.wishlists w where w.user_id = caller and w.course_id = move_to_cart.course_id;
  return private.cart_json(caller);
end
$function$;

CREATE OR REPLACE FUNCTION public.course_analytics (
  course_id uuid,
  from_day  date DEFAULT NULL::date,
  to_day    date DEFAULT NULL::date,
  bucket    text DEFAULT 'day'::text
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.course_analytics(course_id, from_day, to_day, bucket);

REVOKE ALL ON FUNCTION "public"."course_analytics"(uuid, date, date, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.course_lesson_stats (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.course_lesson_stats(course_id);

REVOKE ALL ON FUNCTION "public"."course_lesson_stats"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.move_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.move_to_cart(course_id);

REVOKE ALL ON FUNCTION "public"."move_to_cart"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.save_for_later (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  perform public.add_to_wishlist(save_for_later.course_id);
  delete from public.cart_items i where i.user_id = caller and i.course_id = save_for_later.course_id;
  return public.get_cart();
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_for_later"(uuid) FROM PUBLIC, "anon", "service_role";

COMMENT ON FUNCTION "private"."course_analytics"(uuid, date, date, text) IS 'The door behind public.course_analytics.';

COMMENT ON FUNCTION "private"."course_lesson_stats"(uuid) IS 'The door behind public.course_lesson_stats.';

COMMENT ON FUNCTION "private"."move_to_cart"(uuid) IS 'The door behind public.move_to_cart.';

COMMENT ON FUNCTION "public"."course_analytics"(uuid, date, date, text) IS 'Authors of the course and admins: its figures from from_day to to_day (UTC, both included; by default the 30 days up to today), by bucket day (at most 366 days), week or month (at most ten years). Returns {course_id, from_day, to_day, bucket, currency, now{students, studied_last_week, completion_percent (whole, rounded down), rating, rating_count}, total, periods[{starts_on, …}]}; total and each period hold {views, enrollments, completions, rating_count, average_rating (null without ratings), sales, revenue, refunded}: revenue after coupons, without tax, before the platform''s share; the last three are null for co-instructors. Views and sums are at most a quarter of an hour old. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."course_lesson_stats"(uuid) IS 'Authors of the course and admins: how far its present students come. Returns {course_id, students, results[{lesson_id, title, section_id, section_title, began (students who opened it), completed, stopped_here (did not complete the course, studied this lesson last, and nothing for 14 days), watched_percent (of the video, by those who began; null without one)}]} in the order of the curriculum: sums, and nobody by name. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."move_to_cart"(uuid) IS 'Puts a course into the caller''s cart and takes it off the wishlist, in one step; the same again changes nothing. Returns the cart as get_cart does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, CURRENCY_MISMATCH 409, CART_LIMIT_REACHED 422, VALIDATION_ERROR 422; the wishlist then stays as it is.';

COMMENT ON FUNCTION "public"."save_for_later"(uuid) IS 'Puts a published course on the caller''s wishlist and takes it out of the cart, in one step; the same again changes nothing. Returns the cart as get_cart does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404 (the cart stays as it is), VALIDATION_ERROR 422.';

REVOKE ALL ON FUNCTION "private"."course_analytics"(uuid, date, date, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."course_analytics"(uuid, date, date, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."course_analytics"(uuid, date, date, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_analytics"(uuid, date, date, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."course_lesson_stats"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."course_lesson_stats"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."course_lesson_stats"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_lesson_stats"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."move_to_cart"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."move_to_cart"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."move_to_cart"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."move_to_cart"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_analytics"(uuid, date, date, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."course_analytics"(uuid, date, date, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_analytics"(uuid, date, date, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_lesson_stats"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."course_lesson_stats"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_lesson_stats"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."move_to_cart"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."move_to_cart"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."move_to_cart"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."save_for_later"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."save_for_later"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."save_for_later"(uuid) TO "postgres";
