-- Erases the caller's account, if nothing depends on it any more. Definer: it reaches into every domain and into Auth.
create function private.delete_my_account(confirm_email text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  -- A closed account keeps this right.
  caller uuid := (select auth.uid());
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  -- Typed by a person, so that no slip of a finger ends an account.
  if not exists (
    select from public.profile_private p
    where p.user_id = caller and lower(p.email) = lower(btrim(delete_my_account.confirm_email))
  ) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'Type your address to confirm.', '{"confirm_email": "must be the address of the account"}'
    );
  end if;
  -- A device that was left open must not end an account: whoever leaves has just shown the password, or whatever else
  -- opens it. Refreshing a session does not make it younger.
  if not exists (
    select from auth.sessions s
    where s.id = private.uuid_or_null((select auth.jwt()) ->> 'session_id') and s.user_id = caller
      and s.created_at > now() - interval '10 minutes'
  ) then
    perform private.fail('REAUTHENTICATION_REQUIRED', 403, 'Sign in again first.', '{"max_age_seconds": 600}');
  end if;
  if private.active_uid() is not null
    and exists (select from public.courses c where c.instructor_id = caller and c.status <> 'archived')
  then
    perform private.fail('INSTRUCTOR_HAS_COURSES', 409, 'Archive your courses or hand them over first.');
  end if;
  perform private.hold_leaver(caller);
  perform private.keep_an_admin(caller);
  perform private.lock_person(caller);
  if exists (select from public.orders o where o.user_id = caller and o.state = 'processing') then
    perform private.fail('CONFLICT', 409, 'A payment of yours is on its way: wait until it has arrived.');
  end if;

  -- A closed account can do neither: its courses are off sale, and go with it.
  update public.courses c
  set status = 'archived', archived_at = now(), is_featured = false
  where c.instructor_id = caller and c.status <> 'archived';
  perform private.close_order(o.id, 'canceled')
  from public.orders o
  where o.user_id = caller and o.state in ('pending', 'failed');
  perform private.erase_user(caller);
  return jsonb_build_object('message', 'The account is deleted.');
end
$$;

comment on function private.delete_my_account is 'The door behind public.delete_my_account.';

revoke execute on function private.delete_my_account from public, anon, authenticated, service_role;

grant execute on function private.delete_my_account to authenticated;

create function public.delete_my_account(confirm_email text)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.delete_my_account(confirm_email);

comment on function public.delete_my_account is
  'Erases the caller''s account: personal data goes, orders and ratings stay without a name. confirm_email: the address of the account. Returns {message}. The caller must have signed in within the last ten minutes. Works for a closed account too, whose courses are archived. Errors: AUTH_REQUIRED 401, VALIDATION_ERROR 422, REAUTHENTICATION_REQUIRED 403 (sign in again), INSTRUCTOR_HAS_COURSES 409, CONFLICT 409 (a payment on its way, the last admin).';

revoke execute on function public.delete_my_account from public, anon, authenticated, service_role;

grant execute on function public.delete_my_account to authenticated;
