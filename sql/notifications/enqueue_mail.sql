-- The door to the outbox: the mail is owed if and only if the transaction commits. Only jobs that owe thousands at a
-- time write to it themselves, and ask the same of their readers.
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
  if not private.wants_mail(enqueue_mail.user_id, enqueue_mail.preference) then
    return;
  end if;
  insert into private.outbox (template, user_id, payload, dedupe_key, preference)
  values (
    enqueue_mail.template::private.mail_template, enqueue_mail.user_id, private.mail_payload(enqueue_mail.payload), enqueue_mail.dedupe_key,
    enqueue_mail.preference
  )
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
end
$$;

comment on function private.enqueue_mail is
  'Owes somebody a mail. template: a private.mail_template; payload: what the template shows; dedupe_key: the fact behind it, mailed once a template; preference: which wish of the reader may switch it off, null when a contract needs it. Too long words are cut, because a mail never stops the story that owes it. Who was erased is owed nothing.';

-- The same for several facts at once. Only what a contract needs comes like this.
create function private.enqueue_mails(template text, user_id uuid, payloads jsonb[], dedupe_keys text[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not private.wants_mail(enqueue_mails.user_id, null) then
    return;
  end if;
  insert into private.outbox (template, user_id, payload, dedupe_key)
  select enqueue_mails.template::private.mail_template, enqueue_mails.user_id, private.mail_payload(m.payload), m.dedupe_key
  from unnest(enqueue_mails.payloads, enqueue_mails.dedupe_keys) m (payload, dedupe_key)
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
end
$$;

comment on function private.enqueue_mails is
  'enqueue_mail for each of the payloads, with its fact and without a preference.';

-- A payload as it fits into the outbox: the longer it is, the shorter are its texts and lists.
create function private.mail_payload(payload jsonb)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  -- The check of private.outbox.
  most_bytes constant integer := 20000;
  cut jsonb := mail_payload.payload;
begin
  for step in 0..4 loop
    exit when pg_column_size(cut) <= most_bytes;
    cut := private.shorten_json(mail_payload.payload, 2000 / (4 ^ step)::integer, 50 / (2 ^ step)::integer);
  end loop;
  return case when pg_column_size(cut) <= most_bytes then cut else '{}' end;
end
$$;

comment on function private.mail_payload is 'The payload, cut down to what a row of the outbox holds.';

create function private.shorten_json(value jsonb, most_characters integer, most_items integer)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return case jsonb_typeof(value)
    when 'string' then to_jsonb(left(value #>> '{}', most_characters))
    when 'array' then (
      select coalesce(jsonb_agg(private.shorten_json(i.item, most_characters, most_items) order by i.n), '[]')
      from jsonb_array_elements(value) with ordinality i (item, n)
      where i.n <= most_items
    )
    when 'object' then (
      select coalesce(jsonb_object_agg(f.key, private.shorten_json(f.value, most_characters, most_items)), '{}')
      from jsonb_each(value) f
    )
    else value
  end;
end
$$;

comment on function private.shorten_json is
  'The same JSON with at most so many characters in a text and so many items in a list.';

revoke execute
on function private.enqueue_mail, private.enqueue_mails, private.mail_payload, private.shorten_json
from public, anon, authenticated, service_role;
