-- The signed-in person: account, profile and sums in one answer.
create function public.me()
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  -- A closed account may still read its own data.
  caller uuid := (select auth.uid());
  result jsonb;
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;

  select jsonb_build_object(
    'id', p.id,
    'email', x.email,
    'first_name', p.first_name,
    'last_name', p.last_name,
    'is_instructor', p.is_instructor,
    'is_active', p.is_active,
    'roles', coalesce((select jsonb_agg(r.role order by r.role) from public.user_roles r where r.user_id = p.id), '[]'),
    'profile', jsonb_build_object(
      'headline', p.headline,
      'bio', p.bio,
      'profile_picture', p.avatar_path,
      'phone', x.phone,
      'country', x.country,
      'timezone', x.timezone,
      'total_hours_learned', round(s.seconds_learned / 3600.0, 2),
      'courses_completed', s.courses_completed,
      'certificates_earned', s.certificates_earned,
      'current_streak_days', private.current_streak_days(s.streak_days, s.streak_last_on, x.timezone),
      'last_activity', s.last_activity_at
    )
  )
  into result
  from public.profiles p
  join public.profile_private x on x.user_id = p.id
  join public.profile_stats s on s.user_id = p.id
  where p.id = caller;

  if result is null then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'This account has no profile.');
  end if;
  return result;
end
$$;

comment on function public.me is
  'The signed-in person: {id, email, first_name, last_name, is_instructor, is_active, roles[], profile{headline, bio, profile_picture (path in bucket avatars), phone, country, timezone, total_hours_learned (hours), courses_completed, certificates_earned, current_streak_days, last_activity (UTC)}}. Errors: AUTH_REQUIRED 401, PROFILE_NOT_FOUND 404.';

revoke execute on function public.me from public, anon, authenticated, service_role;

grant execute on function public.me to authenticated;
