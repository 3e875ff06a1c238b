-- An admin has mended why a mail could not be sent, and has it sent. Definer inside: the outbox is closed to everybody.
create function private.retry_mail(mail_id bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_admin();
  perform private.lock_dead_mail(retry_mail.mail_id);
  -- Why it died stays readable until it is sent.
  update private.outbox o
  set state = 'pending', attempts = 0, next_attempt_at = now()
  where o.id = retry_mail.mail_id;
  return private.mail_json(retry_mail.mail_id);
end
$$;

comment on function private.retry_mail is 'The door behind public.retry_mail.';

-- Only a mail that the worker has given up: whoever is second finds it decided.
create function private.lock_dead_mail(mail_id bigint)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  state private.outbox_state;
begin
  select o.state into state from private.outbox o where o.id = lock_dead_mail.mail_id for no key update;
  if state is null then
    perform private.fail('MAIL_NOT_FOUND', 404, 'There is no such mail.');
  elsif state <> 'dead' then
    perform private.fail('MAIL_NOT_DEAD', 409, 'This mail was not given up.', jsonb_build_object('state', state));
  end if;
end
$$;

comment on function private.lock_dead_mail is
  'Locks a mail that was given up; MAIL_NOT_FOUND 404, MAIL_NOT_DEAD 409.';

revoke execute
on function private.retry_mail, private.lock_dead_mail
from public, anon, authenticated, service_role;

grant execute on function private.retry_mail to authenticated;

create function public.retry_mail(mail_id bigint)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.retry_mail(mail_id);
end
$$;

comment on function public.retry_mail is
  'Admins: sends a mail that was given up, after what was wrong has been mended; it has all its attempts again and goes to the address that the account has now. Returns it as list_dead_mails does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, MAIL_NOT_FOUND 404, MAIL_NOT_DEAD 409 with {state}.';

revoke execute on function public.retry_mail from public, anon, authenticated, service_role;

grant execute on function public.retry_mail to authenticated;
