-- Makes the daily figures of a span of days from the facts: incremental for yesterday and today, anew for any span.
-- Both are this one function, so they cannot disagree.
create function private.rebuild_course_daily_stats(from_day date, to_day date)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  since timestamptz := rebuild_course_daily_stats.from_day::timestamp at time zone 'UTC';
  until timestamptz := (rebuild_course_daily_stats.to_day + 1)::timestamp at time zone 'UTC';
begin
  insert into public.course_daily_stats as d (course_id, day, enrollments, completions, rating_sum, rating_count)
  select f.course_id, f.day, sum(f.enrollments), sum(f.completions), sum(f.rating_sum), sum(f.rating_count)
  from (
    select e.course_id, (e.enrolled_at at time zone 'UTC')::date as day, 1 as enrollments, 0 as completions,
      0 as rating_sum, 0 as rating_count
    from public.enrollments e
    where e.enrolled_at >= since and e.enrolled_at < until
    union all
    select e.course_id, (e.completed_at at time zone 'UTC')::date, 0, 1, 0, 0
    from public.enrollments e
    where e.completed_at >= since and e.completed_at < until
    union all
    select r.course_id, (r.created_at at time zone 'UTC')::date, 0, 0, r.rating, 1
    from public.reviews r
    where r.created_at >= since and r.created_at < until and not r.is_hidden
    union all
    -- What is not there any more becomes 0; views have no facts beside themselves and stay.
    select x.course_id, x.day, 0, 0, 0, 0
    from public.course_daily_stats x
    where x.day between rebuild_course_daily_stats.from_day and rebuild_course_daily_stats.to_day
  ) f
  group by f.course_id, f.day
  -- In one order, because two jobs count.
  order by f.course_id, f.day
  on conflict on constraint course_daily_stats_pkey do update
  set enrollments = excluded.enrollments, completions = excluded.completions, rating_sum = excluded.rating_sum,
    rating_count = excluded.rating_count
  where (d.enrollments, d.completions, d.rating_sum, d.rating_count)
    is distinct from (excluded.enrollments, excluded.completions, excluded.rating_sum, excluded.rating_count);

  insert into public.course_daily_revenue as d (course_id, day, currency, sales, revenue_cents, refunded_cents)
  select f.course_id, f.day, f.currency, sum(f.sales), sum(f.revenue_cents), sum(f.refunded_cents)
  from (
    select i.course_id, (o.completed_at at time zone 'UTC')::date as day, o.currency, 1 as sales,
      i.total_cents - i.tax_cents as revenue_cents, least(i.refunded_cents, i.total_cents - i.tax_cents) as refunded_cents
    from public.orders o join public.order_items i on i.order_id = o.id
    where o.completed_at >= since and o.completed_at < until
    union all
    select x.course_id, x.day, x.currency, 0, 0, 0
    from public.course_daily_revenue x
    where x.day between rebuild_course_daily_stats.from_day and rebuild_course_daily_stats.to_day
  ) f
  group by f.course_id, f.day, f.currency
  order by f.course_id, f.day, f.currency
  on conflict on constraint course_daily_revenue_pkey do update
  set sales = excluded.sales, revenue_cents = excluded.revenue_cents, refunded_cents = excluded.refunded_cents
  where (d.sales, d.revenue_cents, d.refunded_cents)
    is distinct from (excluded.sales, excluded.revenue_cents, excluded.refunded_cents);
end
$$;

comment on function private.rebuild_course_daily_stats is
  'Makes course_daily_stats and course_daily_revenue of these days (UTC, both included) equal to the facts.';

revoke execute
on function private.rebuild_course_daily_stats
from public, anon, authenticated, service_role;

-- Today's figures are at most a quarter of an hour old. Later changes of older days (an edited rating, a refund, a
-- dispute, which may come after four months) are taken up by night.
insert into private.jobs (name, command, run_every)
values
  (
    'refresh_course_daily_stats',
    $$select private.rebuild_course_daily_stats((now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date)$$,
    interval '15 minutes'
  ),
  (
    'rebuild_course_daily_stats',
    $$select private.rebuild_course_daily_stats((now() at time zone 'UTC')::date - 130, (now() at time zone 'UTC')::date)$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
