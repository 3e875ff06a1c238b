-- One row: a key with which a program acts for somebody. Only its fingerprint is kept.
create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  name text not null check (length(btrim(name)) between 1 and 100 and length(name) <= 100),
  key_prefix text not null check (key_prefix ~ '^lf_[0-9a-f]{8}$'),
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null default '{}' check (scopes <@ '{enroll}'),
  course_ids uuid[] not null default '{}' check (cardinality(course_ids) <= 100),
  seats integer check (seats between 1 and 100000),
  is_active boolean not null generated always as (revoked_at is null) stored,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  rotated_at timestamptz,
  constraint api_keys_expire_after_creation_check check (expires_at > created_at),
  constraint api_keys_seats_are_for_enroll_check check (seats is null or 'enroll' = any (scopes)),
  constraint api_keys_enroll_names_courses_check
    check (('enroll' = any (scopes)) = (cardinality(course_ids) > 0))
);

comment on table public.api_keys is 'Keys of programs. The key itself is shown once, when it is made.';
comment on column public.api_keys.id is 'Identity of the key.';
comment on column public.api_keys.user_id is 'For whom it acts.';
comment on column public.api_keys.name is 'What it is for, in the owner''s words.';
comment on column public.api_keys.key_prefix is 'How it begins, to recognise it.';
comment on column public.api_keys.key_hash is
  'SHA-256 (hex) of the SHA-256 of the key. It checks signatures and makes none, so a backup signs nothing.';
comment on column public.api_keys.scopes is
  'What it may do. enroll: give the courses of course_ids to people.';
comment on column public.api_keys.course_ids is
  'The courses that a key with the scope enroll may give; an admin chose them.';
comment on column public.api_keys.seats is
  'To how many people the company may give courses, all its keys and lists together; null without the scope enroll.';
comment on column public.api_keys.is_active is 'Not revoked.';
comment on column public.api_keys.created_at is 'When it was made.';
comment on column public.api_keys.expires_at is 'When it ends by itself.';
comment on column public.api_keys.last_used_at is 'Last use, to the minute.';
comment on column public.api_keys.revoked_at is 'When it was revoked.';
comment on column public.api_keys.rotated_at is 'When rotate_api_key made its successor; a key has one.';

create index api_keys_user_id_idx on public.api_keys (user_id);
alter table public.api_keys enable row level security;

revoke all on table public.api_keys from public, anon, authenticated, service_role;

grant
  select (
    id,
    user_id,
    name,
    key_prefix,
    scopes,
    course_ids,
    seats,
    is_active,
    created_at,
    expires_at,
    last_used_at,
    revoked_at,
    rotated_at
  )
on table public.api_keys
to authenticated;
-- No select of key_hash. No insert or update: create_api_key, revoke_api_key. No delete: the log survives.

create policy select_own_or_as_admin on public.api_keys
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));

-- Not the name: it is the owner's words, which erasure takes back, and the log is never changed.
create trigger audit
after insert or update on public.api_keys
for each row
execute function private.audit('id', 'user_id', 'scopes', 'course_ids', 'expires_at', 'revoked_at');

-- Once it was written down.
update public.audit_log
set
  before = before - 'name',
  after = after - 'name'
where table_name = 'api_keys' and (before ? 'name' or after ? 'name');
