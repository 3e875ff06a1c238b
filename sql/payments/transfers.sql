-- One row: money that Stripe is told to send to an instructor's account for one line of an order, or to bring back from there.
create type private.transfer_state as enum ('requested', 'canceled', 'refused', 'made');

create table private.transfers (
  id uuid primary key default gen_random_uuid(),
  payout_id uuid not null,
  order_item_id uuid not null references public.order_items (id)
    on delete restrict,
  instructor_id uuid not null,
  -- Null: to the instructor. Otherwise the transfer of which a part comes back.
  reverses_id uuid references private.transfers (id)
    on delete restrict,
  amount_cents bigint not null check (amount_cents > 0),
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  state private.transfer_state not null default 'requested',
  -- tr_… or, for what comes back, trr_…
  stripe_id text check (length(stripe_id) <= 255),
  -- How much of it came back altogether, whoever asked for it: what Stripe says, which only grows.
  reversed_cents bigint not null default 0 check (reversed_cents between 0 and amount_cents),
  failure_code text check (length(failure_code) <= 100),
  attempts smallint not null default 0 check (attempts >= 0),
  locked_until timestamptz,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transfers_stripe_id_key unique (stripe_id),
  constraint transfers_made_has_id_check check (state != 'made' or stripe_id is not null),
  constraint transfers_only_what_was_sent_comes_back_check
    check (reversed_cents = 0 or (state = 'made' and reverses_id is null)),
  constraint transfers_payout_id_fkey
    foreign key (payout_id, instructor_id, currency) references private.payouts (id, instructor_id, currency)
      on delete restrict
);

comment on table private.transfers is
  'Transfers and their reversals. One a line and payout: each can be traced to its sale, its charge funds it, and what is refunded is brought back from exactly there.';

create unique index transfers_one_per_line_key on private.transfers (payout_id, order_item_id)
where reverses_id is null;
create index transfers_payout_id_idx on private.transfers (payout_id, instructor_id, currency); -- the foreign key
create index transfers_order_item_id_idx on private.transfers (order_item_id, instructor_id); -- recover_shares
create index transfers_reverses_id_idx on private.transfers (reverses_id); -- what comes back of one
create index transfers_requested_idx on private.transfers (created_at) where state = 'requested'; -- claim_transfers
alter table private.transfers enable row level security;

-- No policy and no grant: the functions of the payouts are the only doors.
revoke all on table private.transfers from public, anon, authenticated, service_role;

create trigger touch_updated_at
before update on private.transfers
for each row
execute function private.touch_updated_at();

create trigger keep_history
after update or delete on private.transfers
for each row
execute function private.keep_history(
  'state',
  'stripe_id',
  'reversed_cents',
  'failure_code',
  'attempts',
  'locked_until',
  'settled_at',
  'updated_at'
);

create trigger audit
after insert or update of state on private.transfers
for each row
execute function private.audit('id', 'payout_id', 'amount_cents', 'state', 'stripe_id');

-- What Stripe has made stays made; everything else can turn out to have been made.
create function private.guard_transfer_state()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if new.state < old.state or new.reversed_cents < old.reversed_cents then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'A transfer does not move back.', jsonb_build_object('from', old.state, 'to', new.state)
    );
  end if;
  return new;
end
$$;

comment on function private.guard_transfer_state is
  'Trigger: the state of a transfer, and what came back of it, only move forward.';

revoke execute on function private.guard_transfer_state from public, anon, authenticated, service_role;

create trigger guard_transfer_state
before update on private.transfers
for each row
execute function private.guard_transfer_state();
