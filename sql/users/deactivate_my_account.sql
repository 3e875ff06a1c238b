-- Closes the caller's account and keeps everything. Definer: nobody changes is_active, and sessions belong to Auth.
create function private.deactivate_my_account()
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  perform private.close_account(caller);
  return jsonb_build_object('user_id', caller, 'is_active', false);
end
$$;

comment on function private.deactivate_my_account is 'The door behind public.deactivate_my_account.';

revoke execute on function private.deactivate_my_account from public, anon, authenticated, service_role;

grant execute on function private.deactivate_my_account to authenticated;

create function public.deactivate_my_account()
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.deactivate_my_account();

comment on function public.deactivate_my_account is
  'Closes the caller''s account without erasing anything: sessions end, courses go off sale, and nothing can be done any more but to sign in, to export the own data and to delete the account. Staff opens it again. Returns {user_id, is_active}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, CONFLICT 409 (the last admin).';

revoke execute on function public.deactivate_my_account from public, anon, authenticated, service_role;

grant execute on function public.deactivate_my_account to authenticated;
