-- One row: one event of business, whose entries add up to nothing.
create type private.ledger_transaction_kind as enum (
  'sale',
  'refund',
  'dispute',
  'payout',
  'adjustment',
  'fee',
  'reversal',
  'overpayment'
);

create table private.ledger_transactions (
  id bigint generated always as identity primary key,
  kind private.ledger_transaction_kind not null,
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  order_id uuid references public.orders (id)
    on delete restrict,
  payout_id uuid references private.payouts (id)
    on delete restrict,
  note text not null default '' check (length(note) <= 300),
  created_at timestamptz not null default now(),
  constraint ledger_transactions_id_currency_key unique (id, currency),
  constraint ledger_transactions_name_their_cause_check
    check (
      case
        when kind = 'adjustment' then note != ''
        when kind = 'payout' then payout_id is not null
        else num_nonnulls(order_id, payout_id) = 1
      end
    )
);

comment on table private.ledger_transactions is
  'The journal. Append-only: a mistake is corrected by another transaction.';

create index ledger_transactions_order_id_idx on private.ledger_transactions (order_id, kind); -- what was posted for an order
create index ledger_transactions_payout_id_idx on private.ledger_transactions (payout_id); -- the foreign key
alter table private.ledger_transactions enable row level security;

-- No policy and no grant: private.post_ledger is the only door.
revoke all on table private.ledger_transactions from public, anon, authenticated, service_role;

create trigger keep_history
after update or delete on private.ledger_transactions
for each row
execute function private.keep_history();

create trigger keep_history_whole
before truncate on private.ledger_transactions
for each statement
execute function private.keep_history();
