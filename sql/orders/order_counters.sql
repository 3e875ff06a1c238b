-- One row: how many orders one year has had.
create table private.order_counters (
  year smallint primary key,
  last_number bigint not null check (last_number > 0)
);

comment on table private.order_counters is 'The last order number of each year (UTC).';

alter table private.order_counters enable row level security;

-- No policy and no grant: private.next_order_number is the only door.
revoke all on table private.order_counters from public, anon, authenticated, service_role;

-- The next number. It locks the year until the transaction ends, so callers take it as late as they can.
create function private.next_order_number()
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
  insert into private.order_counters as c (year, last_number)
  values (this_year, 1)
  on conflict (year) do update set last_number = c.last_number + 1
  returning c.last_number into number;
  return private.document_number('ORD', this_year, number);
end
$$;

comment on function private.next_order_number is 'ORD-<year>-<number of at least five digits>.';

revoke execute on function private.next_order_number from public, anon, authenticated, service_role;

-- How the numbers of orders and invoices are written.
create function private.document_number(series text, year smallint, number bigint)
returns text
language sql
immutable
parallel safe
security invoker
set search_path = ''
-- lpad cuts what is too long: order 100000 must not become another 10000.
return format('%s-%s-%s', series, year, lpad(number::text, greatest(5, length(number::text)), '0'));

comment on function private.document_number is '<series>-<year>-<number of at least five digits>.';

revoke execute on function private.document_number from public, anon, authenticated, service_role;
