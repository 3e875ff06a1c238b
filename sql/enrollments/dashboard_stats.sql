-- The six numbers of the learner's dashboard. Definer inside, for one statement instead of a policy a table: it reads the
-- caller's rows only.
create function private.dashboard_stats()
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
  result json;
begin
  select json_build_object(
    'courses_enrolled', s.courses_enrolled,
    'courses_completed', s.courses_completed,
    'total_hours_learned', round(s.seconds_learned / 3600.0, 2),
    -- Yesterday, wherever it is, is at most two days ago in UTC: most streaks are over without a look at the time zone.
    'current_streak_days', case
      when s.streak_last_on >= (now() at time zone 'UTC')::date - 2
        and s.streak_last_on >= private.local_date(caller) - 1
      then s.streak_days
      else 0
    end,
    'average_rating_given', round(s.rating_sum_given::numeric / nullif(s.ratings_given, 0), 1),
    'certificates_earned', s.certificates_earned
  )
  into result
  from public.profile_stats s join public.profiles p on p.id = s.user_id
  where s.user_id = caller and p.is_active;
  -- Nobody, or a closed account: the error says which.
  if result is null then perform private.require_user(); end if;
  return result;
end
$$;

comment on function private.dashboard_stats is 'The door behind public.dashboard_stats.';

revoke execute on function private.dashboard_stats from public, anon, authenticated, service_role;

grant execute on function private.dashboard_stats to authenticated;

create function public.dashboard_stats()
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.dashboard_stats();
end
$$;

comment on function public.dashboard_stats is
  'The caller''s sums: {courses_enrolled, courses_completed, total_hours_learned (hours, each second of video once), current_streak_days (0 when the last day was before yesterday, in the own time zone), average_rating_given (1 decimal, null before the first rating), certificates_earned}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.dashboard_stats from public, anon, authenticated, service_role;

grant execute on function public.dashboard_stats to authenticated;
