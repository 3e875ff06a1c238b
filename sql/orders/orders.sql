-- One row: somebody undertook to buy some courses for a fixed price.
create table public.orders (
  id uuid primary key default gen_random_uuid(),
  order_number text not null check (order_number ~ '^ORD-\d{4}-\d{5,}$' and length(order_number) <= 30),
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  coupon_id uuid references public.coupons (id)
    on delete restrict,
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  subtotal_cents integer not null check (subtotal_cents >= 0),
  discount_cents integer not null default 0 check (discount_cents >= 0),
  tax_cents integer not null default 0 check (tax_cents >= 0),
  total_cents integer not null check (total_cents >= 0),
  refunded_cents integer not null default 0 check (refunded_cents >= 0),
  payment_method text check (payment_method in ('stripe', 'free')),
  state public.order_state not null default 'pending',
  -- A declined card is no failed order: the buyer may try the next one.
  status public.order_status not null generated always as (
    case state
      when 'completed' then 'completed'::public.order_status
      when 'partially_refunded' then 'completed'
      when 'disputed' then 'completed'
      when 'refunded' then 'refunded'
      when 'canceled' then 'failed'
      when 'expired' then 'failed'
      else 'pending'
    end
  ) stored,
  expires_at timestamptz not null,
  completed_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint orders_order_number_key unique (order_number),
  constraint orders_total_adds_up_check check (total_cents = subtotal_cents - discount_cents + tax_cents),
  constraint orders_refunds_within_total_check check (refunded_cents <= total_cents),
  constraint orders_paid_means_completed_at_check
    check (
      (completed_at is not null) = (state in ('completed', 'partially_refunded', 'refunded', 'disputed'))
    ),
  constraint orders_paid_means_payment_method_check check (completed_at is null or payment_method is not null)
);

comment on table public.orders is
  'Purchases. The prices in them are a promise until expires_at and history after payment; they are never changed.';
comment on column public.orders.id is 'Identity of the order.';
comment on column public.orders.order_number is
  'Number for people, counted by year: ORD-2026-00001. Unpaid orders leave gaps.';
comment on column public.orders.user_id is 'The buyer.';
comment on column public.orders.coupon_id is 'The coupon that made discount_cents.';
comment on column public.orders.currency is 'Lower-case ISO 4217 of every amount of the order.';
comment on column public.orders.subtotal_cents is 'Minor units: sum of the sale prices of the lines.';
comment on column public.orders.discount_cents is 'Minor units taken off by the coupon.';
comment on column public.orders.tax_cents is 'Minor units of tax.';
comment on column public.orders.total_cents is 'Minor units to pay: subtotal - discount + tax.';
comment on column public.orders.refunded_cents is 'Minor units given back by refunds and lost disputes.';
comment on column public.orders.payment_method is
  'stripe, or free when there was nothing to pay; null until paid.';
comment on column public.orders.state is
  'Where the order stands, exactly. Its moves are the rows of private.order_transitions.';
comment on column public.orders.status is
  'Where the order stands, in four words: pending, completed, failed, refunded.';
comment on column public.orders.expires_at is 'Until when an unpaid order keeps its prices and its coupon.';
comment on column public.orders.completed_at is 'When it was paid.';
comment on column public.orders.closed_at is 'When it was canceled or expired unpaid.';
comment on column public.orders.created_at is 'When it was made.';
comment on column public.orders.updated_at is 'Time of the last change.';

-- One open order a person. A payment that is processing for days must not keep its buyer from buying other things.
create unique index orders_one_open_per_user_key on public.orders (user_id)
where state in ('pending', 'failed');
create index orders_user_id_created_at_idx on public.orders (user_id, created_at desc, id); -- my_orders
create index orders_user_id_status_idx on public.orders (user_id, status, created_at desc, id); -- my_orders by status
create index orders_created_at_idx on public.orders (created_at desc, id); -- staff's list
create index orders_completed_at_idx on public.orders (completed_at)
where completed_at is not null; -- daily revenue
create index orders_coupon_id_idx on public.orders (coupon_id); -- the foreign key
-- The job that expires them. Pending or failed in other words than those of the key above: a plan that was made while few
-- orders were open would look for the one of a person by reading all that are open.
create index orders_expires_at_idx on public.orders (expires_at)
where status = 'pending' and state != 'processing';
alter table public.orders enable row level security;

revoke all on table public.orders from public, anon, authenticated, service_role;

grant select on table public.orders to authenticated;
-- No insert, update or delete: create_order_from_cart, cancel_order and the payment events are the only doors.

create policy select_own_or_as_admin on public.orders
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));

create trigger touch_updated_at
before update on public.orders
for each row
execute function private.touch_updated_at();

create trigger keep_history
after update of
  id,
  order_number,
  user_id,
  coupon_id,
  currency,
  subtotal_cents,
  discount_cents,
  tax_cents,
  total_cents,
  expires_at,
  created_at
or delete
on public.orders
for each row
execute function private.keep_history(
  'state',
  'status',
  'refunded_cents',
  'payment_method',
  'completed_at',
  'closed_at',
  'updated_at'
);

create trigger audit
after update of state on public.orders
for each row
execute function private.audit('id', 'state', 'refunded_cents');
