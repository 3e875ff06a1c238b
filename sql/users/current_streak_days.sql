-- A streak falls without a write: it counts only while its last day is today or yesterday where the person lives.
create function private.current_streak_days(
  streak_days integer,
  streak_last_on date,
  timezone text,
  at timestamptz default now()
)
returns integer
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case
  when streak_last_on >= (at at time zone timezone)::date - 1 then streak_days
  else 0
end;
end
$$;

comment on function private.current_streak_days is
  'Days of the current streak. streak_days and streak_last_on as in profile_stats; timezone: IANA; at: the moment that counts as now.';

revoke execute on function private.current_streak_days from public, anon, authenticated, service_role;

grant execute on function private.current_streak_days to authenticated;
