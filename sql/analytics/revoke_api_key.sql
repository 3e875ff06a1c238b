-- Ends a key: the own one, for an admin or an edge function anyone's. The row stays.
create function private.revoke_api_key(key_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := case when not private.is_service() then private.require_user() end;
  revoked public.api_keys;
begin
  update public.api_keys k
  set revoked_at = coalesce(k.revoked_at, now())
  where k.id = revoke_api_key.key_id and (caller is null or k.user_id = caller or private.is_admin())
  returning * into revoked;
  if revoked.id is null then
    perform private.fail('API_KEY_NOT_FOUND', 404, 'There is no such key.');
  end if;
  return jsonb_build_object('id', revoked.id, 'is_active', revoked.is_active, 'revoked_at', revoked.revoked_at);
end
$$;

comment on function private.revoke_api_key is 'The door behind public.revoke_api_key.';

revoke execute on function private.revoke_api_key from public, anon, authenticated, service_role;

grant execute on function private.revoke_api_key to authenticated, service_role;

create function public.revoke_api_key(key_id uuid)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.revoke_api_key(key_id);

comment on function public.revoke_api_key is
  'Revokes an own key; admins and edge functions any. Returns {id, is_active, revoked_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_NOT_FOUND 404.';

revoke execute on function public.revoke_api_key from public, anon, authenticated, service_role;

grant execute on function public.revoke_api_key to authenticated, service_role;
