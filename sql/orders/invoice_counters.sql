-- One row: how many invoices, credit notes or debit notes one year has had.
create table private.invoice_counters (
  kind public.invoice_kind not null,
  year smallint not null,
  last_number bigint not null check (last_number > 0),
  primary key (kind, year)
);

comment on table private.invoice_counters is
  'The last number of each kind of document in each year (UTC). No number is ever missing: it is taken in the transaction that issues the document, and a transaction that is undone gives it back.';

alter table private.invoice_counters enable row level security;

-- No policy and no grant: private.next_invoice_number is the only door.
revoke all on table private.invoice_counters from public, anon, authenticated, service_role;

-- The next number. Whoever has it keeps all others waiting until it commits: it is taken last, after the order's lock and
-- every other, so that nobody waits long and never in a circle.
create function private.next_invoice_number(kind public.invoice_kind)
returns text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  this_year smallint := extract(year from now() at time zone 'UTC');
  number bigint;
begin
  insert into private.invoice_counters as c (kind, year, last_number)
  values (next_invoice_number.kind, this_year, 1)
  on conflict on constraint invoice_counters_pkey do update set last_number = c.last_number + 1
  returning c.last_number into number;
  return private.document_number(
    case next_invoice_number.kind when 'invoice' then 'INV' when 'credit_note' then 'CN' else 'DN' end, this_year, number
  );
end
$$;

comment on function private.next_invoice_number is 'INV-, CN- or DN-<year>-<number of at least five digits>.';

revoke execute on function private.next_invoice_number from public, anon, authenticated, service_role;
