-- true when an edge function is calling with the secret key. The role of the session, which nobody can set from outside.
create function private.is_service()
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return current_setting('role', true) = 'service_role';
end
$$;

comment on function private.is_service is 'true for a call with the secret key.';

-- An admin in person, or one of our own edge functions.
create function private.require_operator()
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case when not private.is_service() then private.require_admin() end;
end
$$;

comment on function private.require_operator is
  'The admin''s id, or null for a call with the secret key; otherwise AUTH_REQUIRED, ACCOUNT_DISABLED or FORBIDDEN 403.';

revoke execute
on function private.is_service, private.require_operator
from public, anon, authenticated, service_role;
