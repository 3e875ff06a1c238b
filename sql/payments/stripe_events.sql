-- One row: one event that Stripe told us, recorded in the transaction of its effects.
create type private.stripe_event_outcome as enum ('applied', 'ignored', 'quarantined', 'failed');

create table private.stripe_events (
  id text primary key check (length(id) between 3 and 300),
  type text not null check (length(type) <= 100),
  -- The intent it is about, to find it again when the intent becomes known.
  payment_intent_id text check (length(payment_intent_id) <= 255),
  livemode boolean not null,
  api_version text check (length(api_version) <= 60),
  stripe_created_at timestamptz not null,
  payload jsonb not null,
  deliveries integer not null default 1 check (deliveries > 0),
  received_at timestamptz not null default now(),
  processed_at timestamptz,
  -- When it failed last: the one that waits for longest is tried next.
  failed_at timestamptz,
  outcome private.stripe_event_outcome,
  order_id uuid references public.orders (id)
    on delete restrict,
  error text check (length(error) <= 2000)
);

comment on table private.stripe_events is
  'The inbox. applied: it had its effect; ignored: nothing of ours (yet); quarantined: it cannot be right, see private.money_anomalies; failed: our own mistake, tried again with the next delivery.';

create index stripe_events_payment_intent_id_idx on private.stripe_events (
  payment_intent_id,
  stripe_created_at
); -- replay when the intent becomes known
create index stripe_events_order_id_idx on private.stripe_events (order_id); -- the history of an order
create index stripe_events_received_at_idx on private.stripe_events (received_at); -- age of the last event, retention
alter table private.stripe_events enable row level security;

-- No policy and no grant: apply_stripe_event is the only door.
revoke all on table private.stripe_events from public, anon, authenticated, service_role;

create trigger keep_history
after delete on private.stripe_events
for each row
execute function private.keep_history();

-- After a quarter the story of an order stands in its own rows; names and addresses in payloads are forgotten.
insert into private.jobs (name, command, run_every)
values
  (
    'strip_stripe_events',
    $$update private.stripe_events set payload = '{}' where id in (
        select id from private.stripe_events
        where coalesce(processed_at, received_at) < now() - interval '90 days' and payload <> '{}'
        for no key update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
