-- One row: money that was or is to be given back, wherever that was decided.
create type private.refund_origin as enum ('staff', 'buyer', 'automatic', 'stripe');

create type private.refund_state as enum ('requested', 'pending', 'succeeded', 'canceled', 'failed');

create table private.refunds (
  id uuid primary key default gen_random_uuid(),
  order_id uuid not null references public.orders (id)
    on delete restrict,
  payment_id uuid not null references public.payments (id)
    on delete restrict,
  amount_cents integer not null check (amount_cents > 0),
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  origin private.refund_origin not null,
  reason text not null default '' check (length(reason) <= 500),
  requested_by uuid references public.profiles (id)
    on delete restrict,
  -- A refund that names no items gives back money and leaves the courses.
  names_items boolean not null,
  -- The lines that were asked for, to know a repeated request again; null: all that was left.
  asked_item_ids uuid[] check (cardinality(asked_item_ids) <= 1000),
  idempotency_key text check (length(idempotency_key) between 8 and 255),
  state private.refund_state not null default 'requested',
  stripe_refund_id text check (length(stripe_refund_id) <= 255),
  failure_code text check (length(failure_code) <= 100),
  attempts smallint not null default 0 check (attempts >= 0),
  locked_until timestamptz,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint refunds_stripe_refund_id_key unique (stripe_refund_id),
  constraint refunds_order_id_idempotency_key_key unique (order_id, idempotency_key)
);

comment on table private.refunds is
  'Refunds. Ours begin as requested and are carried to Stripe by an edge function; those of Stripe''s dashboard are mirrored. The state only moves to the right: requested, pending, succeeded, canceled, failed.';

create index refunds_payment_id_idx on private.refunds (payment_id); -- settle_order
create index refunds_requested_by_idx on private.refunds (requested_by); -- the foreign key; how often somebody asked
create index refunds_requested_idx on private.refunds (created_at) where state = 'requested'; -- claim_refunds
alter table private.refunds enable row level security;

-- No policy and no grant: refund_order, the payment events and the worker's functions are the only doors.
revoke all on table private.refunds from public, anon, authenticated, service_role;

create trigger touch_updated_at
before update on private.refunds
for each row
execute function private.touch_updated_at();

create function private.guard_refund_state()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if new.state < old.state then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'A refund does not move back.', jsonb_build_object('from', old.state, 'to', new.state)
    );
  end if;
  return new;
end
$$;

comment on function private.guard_refund_state is 'Trigger: the state of a refund only moves forward.';

revoke execute on function private.guard_refund_state from public, anon, authenticated, service_role;

create trigger guard_refund_state
before update on private.refunds
for each row
execute function private.guard_refund_state();

create trigger audit
after insert or update of state on private.refunds
for each row
execute function private.audit('id', 'order_id', 'amount_cents', 'origin', 'state', 'stripe_refund_id');

-- What we ask Stripe for is never more than was paid, whoever asks: the money stays right even where a door is wrong.
-- What Stripe tells us about is a fact, and stored whatever it says.
create function private.check_refund_within_payment()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  paid_cents integer;
begin
  -- The row is the lock: two refunds of one payment are counted one after the other.
  select p.amount_cents into paid_cents
  from public.payments p
  where p.id = new.payment_id and p.succeeded_at is not null
  for no key update;

  if paid_cents is null or paid_cents < (
    select sum(r.amount_cents)
    from private.refunds r
    where r.payment_id = new.payment_id and r.state in ('requested', 'pending', 'succeeded')
  ) then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'More would be given back than was paid.',
      jsonb_build_object('payment_id', new.payment_id, 'amount_cents', new.amount_cents)
    );
  end if;
  return null;
end
$$;

comment on function private.check_refund_within_payment is
  'Trigger: the refunds of a payment, with the one we are about to ask for, are never more than the payment.';

revoke execute on function private.check_refund_within_payment from public, anon, authenticated, service_role;

create trigger check_refund_within_payment
after insert on private.refunds
for each row
when (new.origin != 'stripe')
execute function private.check_refund_within_payment();
