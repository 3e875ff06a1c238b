-- Closes an account, or opens it again. The person keeps the right to read, export and erase the own data.
create function private.deactivate_user(user_id uuid, is_active boolean)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  admin uuid := private.require_admin();
begin
  perform private.require_yes_or_no('is_active', deactivate_user.is_active);
  if deactivate_user.user_id = admin then
    perform private.fail('CONFLICT', 409, 'You cannot close your own account here.');
  end if;
  if not exists (select from public.profiles p where p.id = deactivate_user.user_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;

  if deactivate_user.is_active then
    update public.profiles p set is_active = true where p.id = deactivate_user.user_id;
  else
    perform private.close_account(deactivate_user.user_id);
  end if;
  return jsonb_build_object('user_id', deactivate_user.user_id, 'is_active', deactivate_user.is_active);
end
$$;

comment on function private.deactivate_user is 'The door behind public.deactivate_user.';

revoke execute on function private.deactivate_user from public, anon, authenticated, service_role;

grant execute on function private.deactivate_user to authenticated;

create function public.deactivate_user(user_id uuid, is_active boolean default false)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.deactivate_user(user_id, is_active);

comment on function public.deactivate_user is
  'Admins: closes an account, ends its sessions and takes its courses off sale; is_active true opens it again, and leaves publishing to its owner. Returns {user_id, is_active}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, VALIDATION_ERROR 422, CONFLICT 409 (oneself, the last admin).';

revoke execute on function public.deactivate_user from public, anon, authenticated, service_role;

grant execute on function public.deactivate_user to authenticated;
