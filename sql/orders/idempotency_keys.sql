-- One row: a request that its sender may repeat, and the order it made.
create table private.idempotency_keys (
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  key text not null check (length(key) between 8 and 255),
  -- What was asked for: the same key with another wish is a mistake of the sender.
  request_hash text not null check (length(request_hash) = 64),
  order_id uuid not null references public.orders (id)
    on delete restrict,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);

comment on table private.idempotency_keys is
  'Answers given to requests with an idempotency key; a repetition gets the same order.';

create index idempotency_keys_order_id_idx on private.idempotency_keys (order_id); -- the foreign key
create index idempotency_keys_created_at_idx on private.idempotency_keys (created_at); -- the sweep
alter table private.idempotency_keys enable row level security;

-- No policy and no grant: private.create_order_from_cart is the only door.
revoke all on table private.idempotency_keys from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_idempotency_keys',
    $$delete from private.idempotency_keys where (user_id, key) in (
        select user_id, key from private.idempotency_keys where created_at < now() - interval '30 days' for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
