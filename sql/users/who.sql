-- Who is asking, and what may they do: the helpers of every policy. They read the tables, never the token,
-- because a token outlives a role that was taken away. Definer: the callers cannot read the tables for others.
-- plpgsql keeps its plans; a SQL function with a set clause would be planned anew at every call.

create function private.active_uid()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  -- A value is cheaper than a call within the query: this is asked before nearly everything.
  caller uuid := auth.uid();
  open_id uuid;
begin
  select p.id into open_id from public.profiles p where p.id = caller and p.is_active;
  return open_id;
end
$$;

comment on function private.active_uid is 'The caller''s id, or null for nobody and for a closed account.';

create function private.has_role(role public.user_role)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
begin
  return exists (
    select from public.user_roles r
    join public.profiles p on p.id = r.user_id
    where r.user_id = caller and r.role = has_role.role and p.is_active
  );
end
$$;

comment on function private.has_role is 'true when the caller has the role and an open account.';

create function private.is_admin()
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return private.has_role('admin');
end
$$;

comment on function private.is_admin is 'true for admins.';

create function private.is_staff()
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
begin
  -- private.has_role of either, in one look.
  return exists (
    select from public.user_roles r
    join public.profiles p on p.id = r.user_id
    where r.user_id = caller and r.role in ('moderator', 'admin') and p.is_active
  );
end
$$;

comment on function private.is_staff is
  'true for moderators and admins: they see content, moderators never personal data.';

create function private.is_instructor()
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
begin
  -- private.has_role of either, in one look.
  return exists (
    select from public.user_roles r
    join public.profiles p on p.id = r.user_id
    where r.user_id = caller and r.role in ('instructor', 'admin') and p.is_active
  );
end
$$;

comment on function private.is_instructor is 'true for those who may make courses.';

revoke execute
on function private.active_uid, private.has_role, private.is_admin, private.is_staff, private.is_instructor
from public, anon, authenticated, service_role;

grant execute
on function private.active_uid, private.is_admin, private.is_staff, private.is_instructor
to authenticated;

create function private.require_user()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  if not exists (select from public.profiles p where p.id = caller and p.is_active) then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is closed.');
  end if;
  return caller;
end
$$;

comment on function private.require_user is
  'The caller''s id; AUTH_REQUIRED 401 for nobody, ACCOUNT_DISABLED 403 for a closed account.';

-- Signing in as nobody makes a cart and a wishlist, no contract and no opinion.
create function private.require_account()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  if coalesce(auth.jwt() ->> 'is_anonymous' = 'true', false) then
    perform private.fail('FORBIDDEN', 403, 'Make an account first.');
  end if;
  return caller;
end
$$;

comment on function private.require_account is
  'The caller''s id when somebody by name; FORBIDDEN 403 for a guest, otherwise the errors of require_user.';

create function private.require_admin()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  if not private.is_admin() then
    perform private.fail('FORBIDDEN', 403, 'Only an admin may do this.');
  end if;
  return caller;
end
$$;

comment on function private.require_admin is
  'The caller''s id when an admin; otherwise AUTH_REQUIRED, ACCOUNT_DISABLED or FORBIDDEN 403.';

create function private.require_staff()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  if not private.is_staff() then
    perform private.fail('FORBIDDEN', 403, 'Only staff may do this.');
  end if;
  return caller;
end
$$;

comment on function private.require_staff is
  'The caller''s id when a moderator or admin; otherwise AUTH_REQUIRED, ACCOUNT_DISABLED or FORBIDDEN 403.';

revoke execute
on function private.require_user, private.require_account, private.require_admin, private.require_staff
from public, anon, authenticated, service_role;

grant execute on function private.require_user, private.require_account to authenticated;
