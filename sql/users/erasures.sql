-- One row: this account was erased. After a restore of an older backup the list is applied again.
create table private.erasures (
  -- No foreign key: the list is carried over into a restored database.
  user_id uuid primary key,
  erased_at timestamptz not null default now()
);

comment on table private.erasures is
  'Accounts that were erased; after a restore, private.erase_user is called for each again.';

alter table private.erasures enable row level security;

-- No policy and no grant: private.erase_user is the only writer.
revoke all on table private.erasures from public, anon, authenticated, service_role;
