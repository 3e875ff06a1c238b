-- One row: a bank asks a payment back for its customer.
create table private.disputes (
  id uuid primary key default gen_random_uuid(),
  stripe_dispute_id text not null check (length(stripe_dispute_id) <= 255),
  payment_id uuid not null references public.payments (id)
    on delete restrict,
  amount_cents integer not null check (amount_cents >= 0),
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  reason text not null default '' check (length(reason) <= 100),
  stripe_status text not null check (length(stripe_status) <= 60),
  stripe_status_at timestamptz not null,
  -- An inquiry moves no money and takes no course away; neither does a status that we do not know.
  effect text not null generated always as (
    case
      when stripe_status = 'lost' then 'lost'
      when stripe_status in (
        'needs_response',
        'under_review',
        'appeal_needs_response',
        'appeal_under_review'
      ) then 'open'
      else 'none'
    end
  ) stored,
  funds_withdrawn_at timestamptz,
  funds_reinstated_at timestamptz,
  -- What the bank's fee comes to, over all the movements of money that Stripe has told; it tells more of them, never fewer.
  fee_cents integer not null default 0,
  fee_movements smallint not null default 0 check (fee_movements >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint disputes_stripe_dispute_id_key unique (stripe_dispute_id)
);

comment on table private.disputes is
  'Chargebacks and inquiries. open suspends access and freezes the earning, lost takes both, anything else leaves them.';

create index disputes_payment_id_idx on private.disputes (payment_id); -- settle_order
alter table private.disputes enable row level security;

-- No policy and no grant: the payment events are the only door.
revoke all on table private.disputes from public, anon, authenticated, service_role;

create trigger touch_updated_at
before update on private.disputes
for each row
execute function private.touch_updated_at();

create trigger keep_history
after delete on private.disputes
for each row
execute function private.keep_history();
