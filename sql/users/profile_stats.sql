-- One row: the sums of a person's learning, ready to be shown.
create table public.profile_stats (
  user_id uuid primary key references public.profiles (id)
    on delete restrict,
  seconds_learned bigint not null default 0 check (seconds_learned >= 0),
  courses_enrolled integer not null default 0 check (courses_enrolled >= 0),
  courses_completed integer not null default 0 check (courses_completed >= 0),
  certificates_earned integer not null default 0 check (certificates_earned >= 0),
  ratings_given integer not null default 0 check (ratings_given >= 0),
  rating_sum_given integer not null default 0 check (rating_sum_given >= 0),
  streak_days integer not null default 0 check (streak_days >= 0),
  streak_last_on date,
  last_activity_at timestamptz
)
with (fillfactor = 70); -- every heartbeat updates the row: keep it HOT
comment on table public.profile_stats is
  'Sums of a person''s learning, kept by triggers from the facts; private.recount_profile makes them anew.';
comment on column public.profile_stats.user_id is 'Whose sums.';
comment on column public.profile_stats.seconds_learned is
  'Seconds of lessons watched, each second counted once.';
comment on column public.profile_stats.courses_enrolled is 'Courses the person has access to.';
comment on column public.profile_stats.courses_completed is 'Courses completed.';
comment on column public.profile_stats.certificates_earned is 'Certificates that are not revoked.';
comment on column public.profile_stats.ratings_given is 'Ratings written.';
comment on column public.profile_stats.rating_sum_given is 'Sum of the stars of these ratings.';
comment on column public.profile_stats.streak_days is
  'Length of the run of learning days that ended on streak_last_on.';
comment on column public.profile_stats.streak_last_on is
  'Last learning day, in the person''s time zone on that day. The streak is over when it lies before yesterday.';
comment on column public.profile_stats.last_activity_at is 'Last time something was learned.';

alter table public.profile_stats enable row level security;

revoke all on table public.profile_stats from public, anon, authenticated, service_role;

grant select on table public.profile_stats to authenticated;
-- No insert, update or delete: triggers on the facts are the only writers.

create policy select_own on public.profile_stats
for select
to authenticated
using (user_id = (select auth.uid()));
