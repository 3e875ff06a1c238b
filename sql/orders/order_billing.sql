-- One row: to whom one order is billed.
create table public.order_billing (
  order_id uuid primary key references public.orders (id)
    on delete restrict,
  first_name text not null check (length(first_name) between 1 and 150),
  last_name text not null check (length(last_name) between 1 and 150),
  email text not null check (length(email) between 3 and 320),
  address_line1 text not null check (length(address_line1) between 1 and 200),
  address_line2 text not null default '' check (length(address_line2) <= 200),
  city text not null check (length(city) between 1 and 100),
  state text not null default '' check (length(state) <= 100),
  postal_code text not null default '' check (length(postal_code) <= 20),
  country char(2) not null check (country ~ '^[A-Z]{2}$'),
  phone text not null default '' check (length(phone) <= 20)
);

comment on table public.order_billing is 'Billing addresses, kept as long as the books must be.';
comment on column public.order_billing.order_id is 'The order.';
comment on column public.order_billing.first_name is 'Given name of the payer.';
comment on column public.order_billing.last_name is 'Family name of the payer.';
comment on column public.order_billing.email is 'Where the receipt goes.';
comment on column public.order_billing.address_line1 is 'Street and number.';
comment on column public.order_billing.address_line2 is 'More of the address; may be empty.';
comment on column public.order_billing.city is 'City.';
comment on column public.order_billing.state is 'State or region; may be empty.';
comment on column public.order_billing.postal_code is 'Postal code; empty where there is none.';
comment on column public.order_billing.country is 'ISO 3166-1 alpha-2, upper case.';
comment on column public.order_billing.phone is 'Telephone number; may be empty.';

alter table public.order_billing enable row level security;

revoke all on table public.order_billing from public, anon, authenticated, service_role;

grant select on table public.order_billing to authenticated;
-- No insert, update or delete: the address comes with the order.

create policy select_own_or_as_admin on public.order_billing
for select
to authenticated
using (
  order_id in (select o.id from public.orders as o where o.user_id = (select auth.uid()))
  or (select private.is_admin())
);
