-- Counts orders, all years in one row: nobody waits for another order's commit, as with a counter in a table.
create sequence private.order_numbers;

comment on sequence private.order_numbers is
  'The orders that were numbered; those that were undone leave gaps.';

-- No grant: private.next_order_number is the only caller.
revoke all on sequence private.order_numbers from public, anon, authenticated, service_role;

-- One row: where the count stood when a year began.
create table private.order_counters (
  year smallint primary key,
  numbered_before bigint not null default 0 check (numbered_before >= 0)
);

comment on table private.order_counters is
  'What private.order_numbers had counted before the first order of each year (UTC).';

alter table private.order_counters enable row level security;

-- No policy and no grant: private.next_order_number is the only door.
revoke all on table private.order_counters from public, anon, authenticated, service_role;

-- The next number of this year. It waits for nobody, but for the very first order of the year.
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
  before bigint;
begin
  loop
    number := nextval('private.order_numbers');
    select c.numbered_before into before from private.order_counters c where c.year = this_year;
    if not found then
      insert into private.order_counters (year, numbered_before) values (this_year, number - 1) on conflict (year) do nothing;
      select c.numbered_before into strict before from private.order_counters c where c.year = this_year;
    end if;
    -- Another was the first of the year with a later number: this one belongs to no year.
    exit when number > before;
  end loop;
  return private.document_number('ORD', this_year, number - before);
end
$$;

comment on function private.next_order_number is
  'ORD-<year>-<number of at least five digits>, without two of a kind; numbers can be missing.';

revoke execute on function private.next_order_number from public, anon, authenticated, service_role;

-- Orders that were numbered before there was a sequence: it goes on after the last one of this year.
select setval('private.order_numbers', n.highest)
from
  private.order_numbers as s
  cross join (
    select max(split_part(o.order_number, '-', 3)::bigint) as highest
    from public.orders as o
    where o.order_number like 'ORD-' || extract(year from now() at time zone 'UTC') || '-%'
  ) as n
where n.highest >= s.last_value;

-- How the numbers of orders and invoices are written.
create function private.document_number(series text, year smallint, number bigint)
returns text
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  -- lpad cuts what is too long: order 100000 must not become another 10000.
  return format('%s-%s-%s', series, year, lpad(number::text, greatest(5, length(number::text)), '0'));
end
$$;

comment on function private.document_number is '<series>-<year>-<number of at least five digits>.';

revoke execute on function private.document_number from public, anon, authenticated, service_role;
