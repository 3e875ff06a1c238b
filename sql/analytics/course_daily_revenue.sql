-- One row: what one course earned by the sales of one day (UTC), in one currency.
create table public.course_daily_revenue (
  course_id uuid not null references public.courses (id)
    on delete restrict,
  day date not null,
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  sales integer not null default 0 check (sales >= 0),
  revenue_cents bigint not null default 0 check (revenue_cents >= 0),
  refunded_cents bigint not null default 0 check (refunded_cents >= 0),
  primary key (course_id, day, currency)
);

comment on table public.course_daily_revenue is
  'Daily revenue of courses. Apart from course_daily_stats, because co-instructors see figures but no money.';
comment on column public.course_daily_revenue.course_id is 'The course.';
comment on column public.course_daily_revenue.day is 'Day of the sales in UTC.';
comment on column public.course_daily_revenue.currency is 'Lower-case ISO 4217.';
comment on column public.course_daily_revenue.sales is 'Lines of paid orders.';
comment on column public.course_daily_revenue.revenue_cents is
  'Minor units paid for them, after coupons, without tax, before the platform''s share.';
comment on column public.course_daily_revenue.refunded_cents is
  'Minor units of these sales that have been given back since.';

create index course_daily_revenue_day_idx on public.course_daily_revenue (day); -- the rebuild
alter table public.course_daily_revenue enable row level security;

revoke all on table public.course_daily_revenue from public, anon, authenticated, service_role;

grant select on table public.course_daily_revenue to authenticated;
-- No insert, update or delete: rebuild_course_daily_stats is the only writer. Co-instructors see no revenue.

create policy select_owned_or_as_admin on public.course_daily_revenue
for select
to authenticated
using (
  course_id = any (
    array(
      select private.owned_course_ids()
      union all
      select private.administered_course_ids()
    )
  )
);
