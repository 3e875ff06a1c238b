-- One row: a place where money is, or somebody to whom it belongs.
create type private.ledger_account_kind as enum (
  'stripe_cash', -- what Stripe holds for us, its fees taken off
  'disputed_funds', -- taken back by a bank while a dispute is open
  'platform_revenue', -- our fees
  'instructor_payable', -- owed to an instructor, payable from available_at on
  'instructor_held', -- owed to an instructor, frozen by a dispute
  'tax_payable', -- owed to a state
  'processing_fees', -- what Stripe and the banks kept; the platform bears it
  'transfers_in_transit', -- on its way to an instructor's account or back
  'refunds_payable' -- owed to buyers who paid for an order once too often, until it is given back
);

create table private.ledger_accounts (
  id uuid primary key default gen_random_uuid(),
  kind private.ledger_account_kind not null,
  owner_id uuid references public.profiles (id)
    on delete restrict,
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  created_at timestamptz not null default now(),
  constraint ledger_accounts_id_currency_key unique (id, currency),
  constraint ledger_accounts_instructors_have_owners_check
    check ((owner_id is not null) = (kind in ('instructor_payable', 'instructor_held')))
);

comment on table private.ledger_accounts is
  'Accounts of the ledger. A balance is never stored: it is the sum of the entries.';

create unique index ledger_accounts_of_platform_key on private.ledger_accounts (kind, currency)
where owner_id is null;
create unique index ledger_accounts_of_instructor_key on private.ledger_accounts (kind, owner_id, currency)
where owner_id is not null;
create index ledger_accounts_owner_id_idx on private.ledger_accounts (owner_id); -- what one instructor has
alter table private.ledger_accounts enable row level security;

-- No policy and no grant: private.post_ledger is the only door.
revoke all on table private.ledger_accounts from public, anon, authenticated, service_role;

create trigger keep_history
after update or delete on private.ledger_accounts
for each row
execute function private.keep_history();

create trigger keep_history_whole
before truncate on private.ledger_accounts
for each statement
execute function private.keep_history();

-- The account, made when it is needed first.
create function private.ledger_account(kind private.ledger_account_kind, owner_id uuid, currency char(3))
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  account uuid;
begin
  loop
    -- Not "is not distinct from": no index answers that, and there is an account for every instructor.
    if ledger_account.owner_id is null then
      select a.id into account
      from private.ledger_accounts a
      where a.kind = ledger_account.kind and a.owner_id is null and a.currency = ledger_account.currency;
    else
      select a.id into account
      from private.ledger_accounts a
      where a.kind = ledger_account.kind and a.owner_id = ledger_account.owner_id and a.currency = ledger_account.currency;
    end if;
    exit when found;
    -- Somebody else may make it meanwhile: then it is found the next time.
    insert into private.ledger_accounts (kind, owner_id, currency)
    values (ledger_account.kind, ledger_account.owner_id, ledger_account.currency)
    on conflict do nothing;
  end loop;
  return account;
end
$$;

comment on function private.ledger_account is
  'Id of the account of this kind, owner (null: the platform) and currency.';

revoke execute on function private.ledger_account from public, anon, authenticated, service_role;
