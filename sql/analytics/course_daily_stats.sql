-- One row: what happened to one course on one day (UTC). Its money stands apart, in course_daily_revenue.
create table public.course_daily_stats (
  course_id uuid not null references public.courses (id)
    on delete cascade,
  day date not null,
  views integer not null default 0 check (views >= 0),
  enrollments integer not null default 0 check (enrollments >= 0),
  completions integer not null default 0 check (completions >= 0),
  rating_sum integer not null default 0 check (rating_sum >= 0),
  rating_count integer not null default 0 check (rating_count >= 0),
  avg_rating numeric(3, 2) generated always as (
    round(rating_sum::numeric / nullif(rating_count, 0), 2)
  ) stored,
  primary key (course_id, day)
)
with (fillfactor = 80);

comment on table public.course_daily_stats is
  'Daily figures of courses. Views are counted as they happen; the rest is made from the facts and can be made anew.';
comment on column public.course_daily_stats.course_id is 'The course.';
comment on column public.course_daily_stats.day is 'Day in UTC.';
comment on column public.course_daily_stats.views is 'People who looked at the course; each once a day.';
comment on column public.course_daily_stats.enrollments is 'New students.';
comment on column public.course_daily_stats.completions is 'Students who completed the course.';
comment on column public.course_daily_stats.rating_sum is 'Sum of the stars given on that day.';
comment on column public.course_daily_stats.rating_count is 'Ratings given on that day.';
comment on column public.course_daily_stats.avg_rating is 'Mean of these ratings; null without any.';

create index course_daily_stats_day_idx on public.course_daily_stats (day); -- the rebuild
alter table public.course_daily_stats enable row level security;

revoke all on table public.course_daily_stats from public, anon, authenticated, service_role;

grant select on table public.course_daily_stats to authenticated;
-- No insert, update or delete: record_course_view and rebuild_course_daily_stats are the only writers.

create policy select_taught_or_as_admin on public.course_daily_stats
for select
to authenticated
using (
  course_id = any (
    array(
      select private.taught_course_ids()
      union all
      select private.administered_course_ids()
    )
  )
);
