-- The day it is for a person. Definer: others' time zones are personal data.
create function private.local_date(user_id uuid, at timestamptz default now())
returns date
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (local_date.at at time zone coalesce(
    (select p.timezone from public.profile_private p where p.user_id = local_date.user_id), 'UTC'
  ))::date;
end
$$;

comment on function private.local_date is
  'Calendar day of a moment in the person''s own time zone; UTC when none is known.';

-- The workshop's own: definer functions call it.
revoke execute on function private.local_date from public, anon, authenticated, service_role;
