-- One row: a day on which somebody learned, as that person counts days.
create table public.learning_days (
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  day date not null,
  seconds integer not null default 0 check (seconds >= 0),
  spent_until timestamptz not null default '-infinity',
  primary key (user_id, day)
)
with (fillfactor = 70); -- every heartbeat updates the row: keep it HOT
comment on table public.learning_days is
  'Days of learning in the person''s own time zone: the heat map, and what streaks and hours are made of.';
comment on column public.learning_days.user_id is 'Who learned.';
comment on column public.learning_days.day is 'Calendar day in the person''s time zone at that time.';
comment on column public.learning_days.seconds is
  'Seconds watched for the first time; 0 when lessons were completed or repeated.';
comment on column public.learning_days.spent_until is
  'Up to where the clock on the wall is used up by what was watched: nobody learns 25 hours a day.';

create index learning_days_day_idx on public.learning_days (day); -- the weekly summary
alter table public.learning_days enable row level security;

revoke all on table public.learning_days from public, anon, authenticated, service_role;

grant select (user_id, day, seconds) on table public.learning_days to authenticated;
-- No insert, update or delete: private.record_learning is the only door. spent_until is nobody's business.

create policy select_own on public.learning_days
for select
to authenticated
using (user_id = (select auth.uid()));
