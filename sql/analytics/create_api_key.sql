-- Makes a key and shows it, this once. Definer: keys are written by nobody directly.
create function private.create_api_key(name text, expires_in_days integer)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller constant uuid := private.require_user();
begin
  perform private.require_room_for_key(caller);
  return private.mint_api_key(caller, create_api_key.name, create_api_key.expires_in_days);
end
$$;

comment on function private.create_api_key is 'The door behind public.create_api_key.';

revoke execute on function private.create_api_key from public, anon, authenticated, service_role;

grant execute on function private.create_api_key to authenticated;

create function public.create_api_key(name text, expires_in_days integer default 90)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.create_api_key(name, expires_in_days);

comment on function public.create_api_key is
  'Makes a key for a program. name: 1 to 100 characters; expires_in_days: 1 to 365. Returns {id, name, key (shown only now), key_prefix, scopes (none), course_ids (none), seats (null), created_at, expires_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_LIMIT_REACHED 409 (10 valid ones), VALIDATION_ERROR 422.';

revoke execute on function public.create_api_key from public, anon, authenticated, service_role;

grant execute on function public.create_api_key to authenticated;
