-- One row: where Stripe sends the money of one instructor.
create table private.payout_accounts (
  user_id uuid primary key references public.profiles (id)
    on delete restrict,
  stripe_account_id text not null check (length(stripe_account_id) <= 255),
  country char(2) check (country ~ '^[A-Z]{2}$'),
  is_details_submitted boolean not null default false,
  is_payouts_enabled boolean not null default false,
  is_transfers_active boolean not null default false,
  -- Why Stripe pays nothing, and what it wants to know, in its own words.
  disabled_reason text check (length(disabled_reason) <= 100),
  requirements_due text[] not null default '{}' check (cardinality(requirements_due) <= 100),
  -- When Stripe was asked last: the newest answer counts, not the newest event.
  fetched_at timestamptz,
  is_ready boolean not null generated always as (is_payouts_enabled and is_transfers_active) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payout_accounts_stripe_account_id_key unique (stripe_account_id)
);

comment on table private.payout_accounts is
  'Connected accounts of instructors and what they may do. Only an account that is_ready is paid.';

alter table private.payout_accounts enable row level security;

-- No policy and no grant: the functions of the payouts are the only doors.
revoke all on table private.payout_accounts from public, anon, authenticated, service_role;

create trigger touch_updated_at
before update on private.payout_accounts
for each row
execute function private.touch_updated_at();

create trigger audit
after insert
or update of stripe_account_id, is_payouts_enabled, is_transfers_active
on private.payout_accounts
for each row
execute function private.audit('user_id', 'stripe_account_id', 'is_payouts_enabled', 'is_transfers_active');
