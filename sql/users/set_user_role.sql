-- Gives or takes a role.
create function private.set_user_role(user_id uuid, role public.user_role, has_role boolean)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  admin uuid := private.require_admin();
begin
  perform private.require_yes_or_no('has_role', set_user_role.has_role);
  if set_user_role.role is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Name the role.', '{"role": "instructor, moderator or admin"}');
  end if;
  if not exists (select from public.profiles p where p.id = set_user_role.user_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;

  -- The profile before its roles, as in lock_person; the admins before it: see keep_an_admin.
  if set_user_role.has_role then
    perform from public.profiles p where p.id = set_user_role.user_id for no key update;
    insert into public.user_roles (user_id, role, granted_by)
    values (set_user_role.user_id, set_user_role.role, admin)
    on conflict do nothing;
  else
    -- Nobody could undo it.
    if set_user_role.user_id = admin and set_user_role.role = 'admin' then
      perform private.fail('CONFLICT', 409, 'Another admin has to take this role from you.');
    end if;
    if set_user_role.role = 'admin' then
      perform private.keep_an_admin(set_user_role.user_id);
    end if;
    perform from public.profiles p where p.id = set_user_role.user_id for no key update;
    delete from public.user_roles r where r.user_id = set_user_role.user_id and r.role = set_user_role.role;
  end if;

  return jsonb_build_object(
    'user_id', set_user_role.user_id,
    'roles', coalesce(
      (select jsonb_agg(r.role order by r.role) from public.user_roles r where r.user_id = set_user_role.user_id), '[]'
    )
  );
end
$$;

comment on function private.set_user_role is 'The door behind public.set_user_role.';

revoke execute on function private.set_user_role from public, anon, authenticated, service_role;

grant execute on function private.set_user_role to authenticated;

create function public.set_user_role(user_id uuid, role public.user_role, has_role boolean default true)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.set_user_role(user_id, role, has_role);

comment on function public.set_user_role is
  'Admins: gives a role, or takes it with has_role false. Returns {user_id, roles[]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, CONFLICT 409 (the own admin role, the last admin), VALIDATION_ERROR 422.';

revoke execute on function public.set_user_role from public, anon, authenticated, service_role;

grant execute on function public.set_user_role to authenticated;
