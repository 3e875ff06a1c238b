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

-- Money is neither made nor lost: what a statement adds to a transaction adds up to nothing. So all of a transaction is written
-- by one statement, and nothing has to be read to check it: what was booked before adds up already.
create function private.check_ledger_balance()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  journal_id bigint := (
    select c.transaction_id from changed c group by c.transaction_id having sum(c.amount_cents) <> 0 limit 1
  );
begin
  if journal_id is not null then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'The entries do not add up to zero.', jsonb_build_object('transaction_id', journal_id)
    );
  end if;
  return null;
end
$$;

comment on function private.check_ledger_balance is
  'Trigger on ledger_entries (insert): what comes in adds up to zero, transaction by transaction.';

-- The entries come in the statement of their transaction: later is too late.
create function private.check_ledger_entries()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  journal_id bigint := (
    -- Looked up one by one: Postgres does not know how few they are.
    select c.id
    from changed c
    where (select e.id from private.ledger_entries e where e.transaction_id = c.id limit 1) is null
    limit 1
  );
begin
  if journal_id is not null then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'The transaction has no entries.', jsonb_build_object('transaction_id', journal_id)
    );
  end if;
  return null;
end
$$;

comment on function private.check_ledger_entries is
  'Trigger on ledger_transactions (insert): each has entries, written by the same statement.';

revoke execute
on function private.check_ledger_balance, private.check_ledger_entries
from public, anon, authenticated, service_role;

create trigger check_ledger_balance
after insert on private.ledger_entries
referencing new table as changed
for each statement
execute function private.check_ledger_balance();

create trigger check_ledger_entries
after insert on private.ledger_transactions
referencing new table as changed
for each statement
execute function private.check_ledger_entries();
