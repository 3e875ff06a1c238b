-- One row: one side of a transaction. Debits are positive, credits negative.
create table private.ledger_entries (
  id bigint generated always as identity primary key,
  transaction_id bigint not null,
  account_id uuid not null,
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  amount_cents bigint not null check (amount_cents != 0),
  -- The line of the order that it comes from.
  order_item_id uuid references public.order_items (id)
    on delete restrict,
  -- From when on it counts as available: an instructor's share waits until the refund window is over.
  available_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  -- One currency a transaction, and the one of the account.
  constraint ledger_entries_transaction_id_currency_fkey
    foreign key (transaction_id, currency) references private.ledger_transactions (id, currency)
      on delete restrict,
  constraint ledger_entries_account_id_currency_fkey
    foreign key (account_id, currency) references private.ledger_accounts (id, currency)
      on delete restrict
);

comment on table private.ledger_entries is 'The entries of the ledger. Append-only; balances are their sums.';

create index ledger_entries_transaction_id_idx on private.ledger_entries (transaction_id, currency); -- the sum to zero
create index ledger_entries_account_id_idx on private.ledger_entries (account_id, currency, available_at)
include (amount_cents); -- balances
create index ledger_entries_order_item_id_idx on private.ledger_entries (order_item_id); -- what a line was split into
alter table private.ledger_entries enable row level security;

-- No policy and no grant: private.post_ledger is the only door.
revoke all on table private.ledger_entries from public, anon, authenticated, service_role;

create trigger keep_history
after update or delete on private.ledger_entries
for each row
execute function private.keep_history();

create trigger keep_history_whole
before truncate on private.ledger_entries
for each statement
execute function private.keep_history();

-- Money is neither made nor lost: the entries of a transaction add up to nothing. Deferred: they come one after another.
create function private.check_ledger_balance()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  journal_id bigint;
begin
  if tg_table_name = 'ledger_entries' then
    journal_id := new.transaction_id;
  else
    journal_id := new.id;
  end if;
  -- Not zero, or without entries at all.
  if (select sum(e.amount_cents) from private.ledger_entries e where e.transaction_id = journal_id) is distinct from 0 then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'The entries do not add up to zero.', jsonb_build_object('transaction_id', journal_id)
    );
  end if;
  return null;
end
$$;

comment on function private.check_ledger_balance is
  'Trigger: each transaction has entries and they add up to zero.';

revoke execute on function private.check_ledger_balance from public, anon, authenticated, service_role;

create constraint trigger check_ledger_balance
after insert on private.ledger_entries
deferrable initially deferred
for each row
execute function private.check_ledger_balance();

create constraint trigger check_ledger_balance
after insert on private.ledger_transactions
deferrable initially deferred
for each row
execute function private.check_ledger_balance();
