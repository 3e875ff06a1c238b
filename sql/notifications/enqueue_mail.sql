-- The only door to the outbox: the mail is owed if and only if the transaction commits.
create function private.enqueue_mail(
  template text,
  user_id uuid,
  payload jsonb,
  dedupe_key text,
  preference text default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  insert into private.outbox (template, user_id, payload, dedupe_key, preference)
  select enqueue_mail.template::private.mail_template, enqueue_mail.user_id, enqueue_mail.payload, enqueue_mail.dedupe_key, enqueue_mail.preference
  where private.wants_mail(enqueue_mail.user_id, enqueue_mail.preference)
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
end
$$;

comment on function private.enqueue_mail is
  'Owes somebody a mail. template: a private.mail_template; payload: what the template shows; dedupe_key: the fact behind it, mailed once a template; preference: which wish of the reader may switch it off, null when a contract needs it.';

revoke execute on function private.enqueue_mail from public, anon, authenticated, service_role;
