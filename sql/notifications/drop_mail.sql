-- An admin gives a dead mail up, because its address does not exist: it is not shown any more. Definer inside: the
-- outbox is closed to everybody.
create function private.drop_mail(mail_id bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_admin();
  perform private.lock_dead_mail(drop_mail.mail_id);
  update private.outbox o set state = 'dropped' where o.id = drop_mail.mail_id;
  return private.mail_json(drop_mail.mail_id);
end
$$;

comment on function private.drop_mail is 'The door behind public.drop_mail.';

revoke execute on function private.drop_mail from public, anon, authenticated, service_role;

grant execute on function private.drop_mail to authenticated;

create function public.drop_mail(mail_id bigint)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.drop_mail(mail_id);
end
$$;

comment on function public.drop_mail is
  'Admins: gives up a mail that cannot be sent, so that it no longer waits for a person. Returns it as list_dead_mails does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, MAIL_NOT_FOUND 404, MAIL_NOT_DEAD 409 with {state}.';

revoke execute on function public.drop_mail from public, anon, authenticated, service_role;

grant execute on function public.drop_mail to authenticated;
