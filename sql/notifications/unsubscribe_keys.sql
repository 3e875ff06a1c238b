-- One row: what the unsubscribe links in one person's mails are signed with.
create table private.unsubscribe_keys (
  user_id uuid primary key references public.profiles (id)
    on delete restrict,
  -- What a link names instead of the person: it means nothing anywhere else.
  id uuid not null unique default gen_random_uuid(),
  secret bytea not null default extensions.gen_random_bytes(32) check (octet_length(secret) = 32),
  created_at timestamptz not null default now()
);

comment on table private.unsubscribe_keys is
  'Keys of unsubscribe links. They do not end: a mail is opened years later. Deleting a row ends all links of a person.';

alter table private.unsubscribe_keys enable row level security;

-- No policy and no grant: claim_outbox signs, unsubscribe verifies.
revoke all on table private.unsubscribe_keys from public, anon, authenticated, service_role;

create function private.unsubscribe_signature(secret bytea, preference text)
returns text
language sql
immutable
parallel safe
security invoker
set search_path = ''
return encode(
  substr(
    extensions.hmac(
      convert_to('LF1 unsubscribe ' || preference, 'UTF8'),
      unsubscribe_signature.secret,
      'sha256'
    ),
    1,
    16
  ),
  'hex'
);

comment on function private.unsubscribe_signature is
  'The second half of a link: HMAC-SHA256 over the kind of mail, 128 bits of it in hex.';

create function private.unsubscribe_token(user_id uuid, preference text)
returns text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  key private.unsubscribe_keys;
begin
  -- Only who is sent such mail has a key.
  insert into private.unsubscribe_keys (user_id) values (unsubscribe_token.user_id) on conflict do nothing;
  select * into strict key from private.unsubscribe_keys k where k.user_id = unsubscribe_token.user_id;
  return replace(key.id::text, '-', '') || private.unsubscribe_signature(key.secret, unsubscribe_token.preference);
end
$$;

comment on function private.unsubscribe_token is
  'The token with which somebody ends one kind of mail without signing in: 64 hex digits that tell nothing.';

revoke execute
on function private.unsubscribe_signature, private.unsubscribe_token
from public, anon, authenticated, service_role;
