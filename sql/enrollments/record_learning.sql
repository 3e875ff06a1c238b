-- Notes that somebody learned: the day, the seconds, the streak.
create function private.record_learning(
  user_id uuid,
  seconds integer,
  at timestamptz default now(),
  spent_until timestamptz default null,
  today date default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  today := coalesce(today, private.local_date(record_learning.user_id, record_learning.at));
  insert into public.learning_days as d (user_id, day, seconds, spent_until)
  values (record_learning.user_id, record_learning.today, record_learning.seconds, coalesce(record_learning.spent_until, '-infinity'))
  on conflict on constraint learning_days_pkey do update
  set seconds = d.seconds + excluded.seconds, spent_until = greatest(d.spent_until, excluded.spent_until);

  -- A day before the last one (somebody flew west, or changed the zone) adds nothing, and a zone is at most one day
  -- ahead of another: nobody makes a streak by changing zones.
  update public.profile_stats s
  set seconds_learned = s.seconds_learned + record_learning.seconds,
    streak_days = case
      when s.streak_last_on >= today then s.streak_days
      when s.streak_last_on = today - 1 then s.streak_days + 1
      else 1
    end,
    streak_last_on = greatest(s.streak_last_on, today),
    last_activity_at = greatest(s.last_activity_at, record_learning.at)
  where s.user_id = record_learning.user_id;
end
$$;

comment on function private.record_learning is
  'Adds to learning_days and profile_stats. seconds: watched for the first time, 0 for a completed lesson; at: the moment that counts as now; spent_until: see learning_days; today: the day of that moment where the caller knows it. The caller holds private.lock_learner.';

revoke execute on function private.record_learning from public, anon, authenticated, service_role;
