-- Changes the signed-in person's profile across the public and the private half. An argument left out keeps its value.
create function public.update_profile(
  first_name text default null,
  last_name text default null,
  headline text default null,
  bio text default null,
  phone text default null,
  country text default null,
  timezone text default null,
  avatar_path text default null
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  wrong jsonb := '{}';
begin
  if length(update_profile.first_name) > 150 then wrong := wrong || '{"first_name": "at most 150 characters"}'; end if;
  if length(update_profile.last_name) > 150 then wrong := wrong || '{"last_name": "at most 150 characters"}'; end if;
  if length(update_profile.headline) > 150 then wrong := wrong || '{"headline": "at most 150 characters"}'; end if;
  if length(update_profile.bio) > 5000 then wrong := wrong || '{"bio": "at most 5000 characters"}'; end if;
  if update_profile.phone !~ '^$|^\+?[0-9 ()./-]{4,20}$' then wrong := wrong || '{"phone": "4 to 20 digits, spaces and + ( ) . / -"}'; end if;
  if length(update_profile.country) > 100 then wrong := wrong || '{"country": "at most 100 characters"}'; end if;
  if update_profile.timezone is not null and not private.is_timezone(update_profile.timezone) then wrong := wrong || '{"timezone": "must be an IANA name such as Europe/Berlin"}'; end if;
  if update_profile.avatar_path <> '' and not (
    split_part(update_profile.avatar_path, '/', 1) = caller::text and update_profile.avatar_path ~ '^[^/]+/[^/]+$'
    and private.is_storage_path(update_profile.avatar_path) and length(update_profile.avatar_path) <= 300
  ) then
    wrong := wrong || '{"avatar_path": "must be a file in your own folder"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The profile was not changed.', wrong);
  end if;

  update public.profiles p
  set first_name = coalesce(btrim(update_profile.first_name), p.first_name),
    last_name = coalesce(btrim(update_profile.last_name), p.last_name),
    headline = coalesce(update_profile.headline, p.headline),
    bio = coalesce(update_profile.bio, p.bio),
    avatar_path = nullif(coalesce(update_profile.avatar_path, p.avatar_path), '')
  where p.id = caller;

  update public.profile_private p
  set phone = coalesce(update_profile.phone, p.phone),
    country = coalesce(update_profile.country, p.country),
    timezone = coalesce(update_profile.timezone, p.timezone)
  where p.user_id = caller;

  return public.me();
end
$$;

comment on function public.update_profile is
  'Changes the own profile; arguments left out keep their values. first_name, last_name, headline: at most 150 characters; bio: at most 5000; phone: 4 to 20 digits, spaces and + ( ) . / -, or empty; country: at most 100; timezone: an IANA name; avatar_path: a file in the bucket avatars, in the own folder, or empty for none. Returns what me() returns. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422 with the arguments that are wrong.';

revoke execute on function public.update_profile from public, anon, authenticated, service_role;

grant execute on function public.update_profile to authenticated;
