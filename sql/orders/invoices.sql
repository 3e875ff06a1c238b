-- One row: one document of the books, as it was issued: an invoice, or what changed it later.
create type public.invoice_kind as enum ('invoice', 'credit_note', 'debit_note');

create type public.invoice_cause as enum ('sale', 'refund', 'dispute');

create table public.invoices (
  id uuid primary key default gen_random_uuid(),
  number text not null check (number ~ '^(INV|CN|DN)-\d{4}-\d{5,}$' and length(number) <= 30),
  kind public.invoice_kind not null,
  cause public.invoice_cause not null,
  order_id uuid not null references public.orders (id)
    on delete restrict,
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  invoice_id uuid,
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  subtotal_cents integer not null check (subtotal_cents >= 0),
  discount_cents integer not null default 0 check (discount_cents >= 0),
  tax_cents integer not null default 0 check (tax_cents >= 0),
  total_cents integer not null check (total_cents > 0),
  seller jsonb not null check (jsonb_typeof(seller) = 'object'),
  buyer jsonb not null check (jsonb_typeof(buyer) = 'object'),
  lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) > 0),
  issued_at timestamptz not null default now(),
  constraint invoices_number_key unique (number),
  constraint invoices_id_order_id_key unique (id, order_id),
  -- A note belongs to the invoice of the same order.
  constraint invoices_invoice_id_order_id_fkey
    foreign key (invoice_id, order_id) references public.invoices (id, order_id)
      on delete restrict,
  constraint invoices_notes_refer_to_an_invoice_check check ((kind = 'invoice') = (invoice_id is null)),
  constraint invoices_invoices_are_for_sales_check check ((kind = 'invoice') = (cause = 'sale')),
  constraint invoices_total_adds_up_check check (total_cents = subtotal_cents - discount_cents + tax_cents)
);

comment on table public.invoices is
  'Invoices, credit notes (money given back by a refund or a lost dispute) and debit notes (a refund that did not arrive, a dispute that was won after all, reverses a credit note). Issued once and never changed. An order without money has none.';
comment on column public.invoices.id is 'Identity of the document.';
comment on column public.invoices.number is
  'Number of the document, by kind and year, without gaps: INV-2026-00001, CN-2026-00001, DN-2026-00001.';
comment on column public.invoices.kind is 'invoice, credit_note or debit_note.';
comment on column public.invoices.cause is 'What it documents: the sale, a refund or a dispute.';
comment on column public.invoices.order_id is 'The order. It has one invoice and any number of notes.';
comment on column public.invoices.user_id is 'The buyer.';
comment on column public.invoices.invoice_id is
  'The invoice that a note changes; null for the invoice itself.';
comment on column public.invoices.currency is 'Lower-case ISO 4217 of every amount.';
comment on column public.invoices.subtotal_cents is
  'Minor units: sale prices before the coupon; of a note, its total without tax.';
comment on column public.invoices.discount_cents is 'Minor units taken off by a coupon.';
comment on column public.invoices.tax_cents is 'Minor units of tax.';
comment on column public.invoices.total_cents is
  'Minor units paid, given back or charged again: always positive, the kind says which.';
comment on column public.invoices.seller is 'Who sold, as it was then: {name, address, tax_id, email}.';
comment on column public.invoices.buyer is
  'To whom it is billed, as the buyer wrote it, and no more than the law asks for: {first_name, last_name, address_line1, address_line2, city, state, postal_code, country}.';
comment on column public.invoices.lines is
  'What was sold, in minor units: [{order_item_id, course_id, title, instructor_name, price_cents, discount_cents, tax_cents, total_cents}].';
comment on column public.invoices.issued_at is 'When it was issued; of an invoice, when the order was paid.';

-- One invoice an order, however often its payment is told.
create unique index invoices_one_per_order_key on public.invoices (order_id)
where kind = 'invoice';
create index invoices_order_id_idx on public.invoices (order_id, issued_at); -- get_order, issue_invoices
create index invoices_user_id_issued_at_idx on public.invoices (user_id, issued_at desc, id); -- the buyer's list, and the policy
create index invoices_invoice_id_idx on public.invoices (invoice_id, order_id); -- the foreign key
create index invoices_issued_at_idx on public.invoices (issued_at desc, id); -- staff's list
alter table public.invoices enable row level security;

revoke all on table public.invoices from public, anon, authenticated, service_role;

grant select on table public.invoices to authenticated;
-- No insert, update or delete: private.issue_invoices is the only door, and a document that was issued stays as it is.

create policy select_own_or_as_admin on public.invoices
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));

create trigger keep_history
after update or delete on public.invoices
for each row
execute function private.keep_history();

create trigger keep_history_whole
before truncate on public.invoices
for each statement
execute function private.keep_history();

create trigger audit
after insert on public.invoices
for each row
execute function private.audit('id', 'number', 'kind', 'cause', 'order_id', 'total_cents', 'currency');

-- A document adds up, whoever wrote it.
create function private.check_invoice_sums()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  lines record;
begin
  select sum(l.price_cents) as subtotal, sum(l.discount_cents) as discount, sum(l.tax_cents) as tax, sum(l.total_cents) as total,
    bool_and(l.total_cents = l.price_cents - l.discount_cents + l.tax_cents) as is_right
  into lines
  from jsonb_to_recordset(new.lines) l (price_cents integer, discount_cents integer, tax_cents integer, total_cents integer);

  if lines.is_right is not true
    or (lines.subtotal, lines.discount, lines.tax, lines.total)
    is distinct from (new.subtotal_cents, new.discount_cents, new.tax_cents, new.total_cents)
  then
    perform private.fail('INTERNAL_ERROR', 500, 'The lines do not add up to the invoice.', jsonb_build_object('order_id', new.order_id));
  end if;
  return null;
end
$$;

comment on function private.check_invoice_sums is
  'Trigger: the amounts of a document are the sums of its lines.';

revoke execute on function private.check_invoice_sums from public, anon, authenticated, service_role;

create trigger check_invoice_sums
after insert on public.invoices
for each row
execute function private.check_invoice_sums();

-- Who sells. A value that was changed on a running system is kept.
insert into private.app_config (name, value, note)
values
  ('seller_name', 'LearnFlow', 'Invoices: legal name of the seller.'),
  ('seller_address', '', 'Invoices: address of the seller, its lines separated by line breaks.'),
  ('seller_tax_id', '', 'Invoices: tax number of the seller; empty where there is none.'),
  ('seller_email', 'billing@learnflow.com', 'Invoices: whom to ask about them.')
on conflict (name) do nothing;
