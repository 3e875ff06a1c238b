-- Before an admin leaves: is there another one? The rows of all admins are the lock, so that two who send each other away
-- at the same moment come one after the other.
create function private.keep_an_admin(leaving uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Everybody else leaves without waiting for admins.
  if not exists (select from public.user_roles r where r.user_id = keep_an_admin.leaving and r.role = 'admin') then
    return;
  end if;
  perform from public.user_roles r where r.role = 'admin' order by r.user_id for no key update;
  -- A closed account keeps no order.
  if (
    select count(*) filter (where r.user_id = keep_an_admin.leaving) > 0
      and count(*) filter (where r.user_id <> keep_an_admin.leaving) = 0
    from public.user_roles r join public.profiles p on p.id = r.user_id
    where r.role = 'admin' and p.is_active
  ) then
    perform private.fail('CONFLICT', 409, 'The last admin cannot leave.');
  end if;
end
$$;

comment on function private.keep_an_admin is
  'CONFLICT 409 when leaving is the last admin with an open account. Where an admin leaves, holds the rows of all of them until the transaction ends; asked before the profile is locked.';

revoke execute on function private.keep_an_admin from public, anon, authenticated, service_role;
