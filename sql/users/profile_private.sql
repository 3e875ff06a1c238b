-- One row: what only the person and admins may see.
create table public.profile_private (
  user_id uuid primary key references public.profiles (id)
    on delete restrict,
  email text not null check (length(email) <= 320),
  phone text not null default '' check (phone ~ '^$|^\+?[0-9 ()./-]{4,20}$'),
  country text not null default '' check (length(country) <= 100),
  timezone text not null default 'UTC' check (length(timezone) <= 50),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table public.profile_private is
  'Personal data of an account, apart from the public card so that no grant can mix them.';
comment on column public.profile_private.user_id is 'Whose data.';
comment on column public.profile_private.email is 'Mirrors the address in Auth; changes only there.';
comment on column public.profile_private.phone is 'Telephone number, or empty.';
comment on column public.profile_private.country is 'Country as the person writes it, or empty.';
comment on column public.profile_private.timezone is
  'IANA time zone, for example Europe/Berlin: streaks count days in it.';
comment on column public.profile_private.created_at is 'Time of the sign-up.';
comment on column public.profile_private.updated_at is 'Time of the last change.';

alter table public.profile_private enable row level security;

revoke all on table public.profile_private from public, anon, authenticated, service_role;

grant select on table public.profile_private to authenticated;

grant update (phone, country, timezone) on table public.profile_private to authenticated;
-- No insert: the sign-up trigger. No delete: delete_my_account. No update of email: Auth owns it.

-- A deactivated person still reads the own data: the law gives that right.
create policy select_own_or_as_admin on public.profile_private
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));

create policy update_own_or_as_admin on public.profile_private
for update
to authenticated
using (user_id = (select private.active_uid()) or (select private.is_admin()))
with check (user_id = (select private.active_uid()) or (select private.is_admin()));

create trigger touch_updated_at
before update on public.profile_private
for each row
execute function private.touch_updated_at();

-- A time zone must be one that Postgres can count days in.
create function private.check_timezone()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not private.is_timezone(new.timezone) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The time zone is not an IANA time zone.',
      jsonb_build_object('timezone', 'must be an IANA name such as Europe/Berlin')
    );
  end if;
  return new;
end
$$;

comment on function private.check_timezone is 'Trigger: VALIDATION_ERROR for a zone that does not exist.';

create function private.is_timezone(name text)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Only region names and UTC: abbreviations and POSIX strings (A/B+5 is one) would ignore daylight saving time. No longer
  -- than the column.
  if length(is_timezone.name) > 50 or is_timezone.name !~ '^(UTC|[A-Za-z_]+(/[A-Za-z_-]+)+|Etc/GMT([+-]\d{1,2}|0))$' then
    return false;
  end if;
  -- Asking for the time there is a thousand times cheaper than the view of all zones.
  perform now() at time zone is_timezone.name;
  return is_timezone.name is not null;
exception
  when invalid_parameter_value then
    return false;
end
$$;

comment on function private.is_timezone is 'true for an IANA time zone.';

revoke execute
on function private.check_timezone, private.is_timezone
from public, anon, authenticated, service_role;

grant execute on function private.is_timezone to authenticated;

create trigger check_timezone
before insert or update of timezone on public.profile_private
for each row
execute function private.check_timezone();
