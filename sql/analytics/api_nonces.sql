-- One row: one signed request that was let in. The same one is not let in again.
create table private.api_nonces (
  key_id uuid not null references public.api_keys (id)
    on delete cascade,
  nonce text not null check (nonce ~ '^[A-Za-z0-9_-]{16,64}$'),
  used_at timestamptz not null default now(),
  primary key (key_id, nonce)
);

comment on table private.api_nonces is
  'Nonces of signed requests, kept longer than the time for which a signature is good.';

create index api_nonces_used_at_idx on private.api_nonces (used_at); -- the sweep
alter table private.api_nonces enable row level security;

-- No policy and no grant: authenticate_signed_request is the only door.
revoke all on table private.api_nonces from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_api_nonces',
    $$delete from private.api_nonces where (key_id, nonce) in (
        select key_id, nonce from private.api_nonces where used_at < now() - interval '1 hour' for update skip locked
      )$$,
    interval '10 minutes'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
