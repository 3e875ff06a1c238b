-- One row: one attempt to be paid for one order, which is one PaymentIntent of Stripe.
create type public.payment_status as enum ('pending', 'processing', 'succeeded', 'failed', 'canceled');

create table public.payments (
  id uuid primary key default gen_random_uuid(),
  order_id uuid not null references public.orders (id)
    on delete restrict,
  attempt smallint not null check (attempt > 0),
  provider text not null default 'stripe' check (provider in ('stripe')),
  amount_cents integer not null check (amount_cents > 0),
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  -- The facts that events reported. They only pile up, so that the order of the events does not matter.
  stripe_payment_intent_id text check (length(stripe_payment_intent_id) <= 255),
  stripe_charge_id text check (length(stripe_charge_id) <= 255),
  processing_charges text[] not null default '{}' check (cardinality(processing_charges) <= 1000),
  failed_charges text[] not null default '{}' check (cardinality(failed_charges) <= 1000),
  failed_at timestamptz,
  failure_code text check (length(failure_code) <= 100),
  canceled_at timestamptz,
  succeeded_at timestamptz,
  charge_refunded_cents integer not null default 0 check (charge_refunded_cents >= 0),
  -- What Stripe kept of it; null until Stripe was asked.
  processing_fee_cents integer check (processing_fee_cents >= 0),
  -- The payment that completed the order; another one that came too is given back.
  pays_order boolean not null default false,
  -- A parameter of the intent: the same attempt asks with the same address, whatever the profile says by then.
  receipt_email text check (length(receipt_email) <= 320),
  status public.payment_status not null generated always as (
    case
      when succeeded_at is not null then 'succeeded'::public.payment_status
      when canceled_at is not null then 'canceled'
      when not processing_charges <@ failed_charges then 'processing'
      when failed_at is not null then 'failed'
      else 'pending'
    end
  ) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payments_order_id_attempt_key unique (order_id, attempt),
  constraint payments_stripe_payment_intent_id_key unique (stripe_payment_intent_id),
  constraint payments_pays_order_means_succeeded_check check (not pays_order or succeeded_at is not null)
);

comment on table public.payments is
  'Attempts to be paid. A declined card leaves the attempt alive: the same intent takes the next card.';
comment on column public.payments.id is 'Identity of the attempt.';
comment on column public.payments.order_id is 'The order to pay.';
comment on column public.payments.attempt is
  'Number of the attempt in its order, from 1; part of the idempotency key at Stripe.';
comment on column public.payments.provider is 'Who moves the money: stripe.';
comment on column public.payments.amount_cents is 'Minor units asked for.';
comment on column public.payments.currency is 'Lower-case ISO 4217.';
comment on column public.payments.stripe_payment_intent_id is 'The intent; null until Stripe answered.';
comment on column public.payments.stripe_charge_id is 'The charge that succeeded.';
comment on column public.payments.processing_charges is 'Charges that were reported to be on their way.';
comment on column public.payments.failed_charges is 'Charges that were reported to have failed.';
comment on column public.payments.failed_at is 'Stripe''s time of the last reported failure.';
comment on column public.payments.failure_code is
  'Why that one failed: Stripe''s code, such as card_declined.';
comment on column public.payments.canceled_at is
  'When the intent was canceled, or given up before Stripe answered.';
comment on column public.payments.succeeded_at is 'When the money was reported to be there.';
comment on column public.payments.charge_refunded_cents is
  'Largest cumulative refund that the charge reported.';
comment on column public.payments.processing_fee_cents is
  'Minor units that Stripe kept of it; null until known. The platform bears it.';
comment on column public.payments.pays_order is 'True for the payment that completed the order.';
comment on column public.payments.receipt_email is
  'Where Stripe sends its receipt, as the profile said when the attempt began.';
comment on column public.payments.status is
  'Derived from the facts. failed: the last card was declined, the intent takes another.';
comment on column public.payments.created_at is 'When the attempt began.';
comment on column public.payments.updated_at is 'Time of the last change.';

-- One live intent an order: whatever goes wrong above, a buyer is not asked for money twice.
create unique index payments_one_live_per_order_key on public.payments (order_id)
where status in ('pending', 'processing', 'failed');
create unique index payments_one_pays_order_key on public.payments (order_id)
where pays_order;
-- list_open_payments. The live ones in other words than those of the key above: a plan that was made while none was live
-- would look for the one of an order by reading all that are.
create index payments_live_idx on public.payments (created_at)
where succeeded_at is null and canceled_at is null;
create index payments_without_fee_idx on public.payments (succeeded_at)
where succeeded_at is not null and processing_fee_cents is null; -- payments_without_fee
alter table public.payments enable row level security;

revoke all on table public.payments from public, anon, authenticated, service_role;

grant
  select (
    id,
    order_id,
    attempt,
    provider,
    amount_cents,
    currency,
    status,
    failure_code,
    created_at,
    updated_at
  )
on table public.payments
to authenticated;
-- No select of Stripe's ids, of the facts and of the address: get_order shows the transaction to its buyer.
-- No insert, update or delete: begin_payment and the payment events are the only doors.

create policy select_own_or_as_admin on public.payments
for select
to authenticated
using (
  order_id in (select o.id from public.orders as o where o.user_id = (select auth.uid()))
  or (select private.is_admin())
);

create trigger touch_updated_at
before update on public.payments
for each row
execute function private.touch_updated_at();

-- What was asked for and whom it was asked of stays.
create trigger keep_history
after update of id, order_id, attempt, provider, amount_cents, currency, created_at
or delete
on public.payments
for each row
execute function private.keep_history(
  'stripe_payment_intent_id',
  'stripe_charge_id',
  'processing_charges',
  'failed_charges',
  'failed_at',
  'failure_code',
  'canceled_at',
  'succeeded_at',
  'charge_refunded_cents',
  'processing_fee_cents',
  'pays_order',
  'receipt_email',
  'status',
  'updated_at'
);
