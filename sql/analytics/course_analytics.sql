-- How a course does, day by day: for its authors, with the money for its owner. Definer: it counts enrolments, which
-- authors do not read.
create function private.course_analytics(course_id uuid, from_day date, to_day date, bucket text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;

comment on function private.course_analytics is 'The door behind public.course_analytics.';

revoke execute on function private.course_analytics from public, anon, authenticated, service_role;

grant execute on function private.course_analytics to authenticated;

create function public.course_analytics(
  course_id uuid,
  from_day date default null,
  to_day date default null,
  bucket text default 'day'
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
return private.course_analytics(course_id, from_day, to_day, bucket);

comment on function public.course_analytics is
  'Authors of the course and admins: its figures from from_day to to_day (UTC, both included; by default the 30 days up to today), by bucket day (at most 366 days), week or month (at most ten years). Returns {course_id, from_day, to_day, bucket, currency, now{students, studied_last_week, completion_percent (whole, rounded down), rating, rating_count}, total, periods[{starts_on, …}]}; total and each period hold {views, enrollments, completions, rating_count, average_rating (null without ratings), sales, revenue, refunded}: revenue after coupons, without tax, before the platform''s share; the last three are null for co-instructors. Views and sums are at most a quarter of an hour old. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.course_analytics from public, anon, authenticated, service_role;

grant execute on function public.course_analytics to authenticated;
