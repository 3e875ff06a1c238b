-- One row: money sent, or to be sent, to one instructor.
create type private.payout_state as enum ('requested', 'sent', 'failed', 'reversed');

create table private.payouts (
  id uuid primary key default gen_random_uuid(),
  instructor_id uuid not null references public.profiles (id)
    on delete restrict,
  amount_cents bigint not null check (amount_cents > 0),
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  state private.payout_state not null default 'requested',
  requested_by uuid references public.profiles (id)
    on delete restrict,
  stripe_transfer_id text check (length(stripe_transfer_id) <= 255),
  failure_code text check (length(failure_code) <= 100),
  attempts smallint not null default 0 check (attempts >= 0),
  locked_until timestamptz,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payouts_stripe_transfer_id_key unique (stripe_transfer_id)
);

comment on table private.payouts is
  'Payouts. The ledger is debited when one is requested, so that two at once cannot spend the same balance, and credited again when it fails.';

create index payouts_instructor_id_idx on private.payouts (instructor_id, created_at desc); -- statements
create index payouts_requested_by_idx on private.payouts (requested_by); -- the foreign key
create index payouts_requested_idx on private.payouts (created_at) where state = 'requested'; -- the worker
alter table private.payouts enable row level security;

-- No policy and no grant: the functions of the payouts are the only doors.
revoke all on table private.payouts from public, anon, authenticated, service_role;

create trigger touch_updated_at
before update on private.payouts
for each row
execute function private.touch_updated_at();

create trigger keep_history
after update or delete on private.payouts
for each row
execute function private.keep_history(
  'state',
  'stripe_transfer_id',
  'failure_code',
  'attempts',
  'locked_until',
  'settled_at',
  'updated_at'
);
