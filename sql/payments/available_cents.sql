-- What could be paid out to an instructor now.
create function private.available_cents(instructor_id uuid, currency char(3))
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(-sum(e.amount_cents), 0)::bigint
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id and e.currency = a.currency
  where
    a.owner_id = available_cents.instructor_id
    and a.currency = available_cents.currency
    and a.kind = 'instructor_payable'
    and e.available_at <= now();
$$;

comment on function private.available_cents is
  'Minor units that are beyond the hold and not paid out; negative after a late refund.';

-- The shares behind it, line by line: what is still to be paid of each, or was paid too much.
create function private.open_shares(instructor_id uuid, currency char(3))
returns table (order_item_id uuid, open_cents bigint, since timestamptz)
language sql
stable
security invoker
set search_path = ''
as $$
  select e.order_item_id, -sum(e.amount_cents)::bigint, min(e.available_at)
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id and e.currency = a.currency
  where
    a.owner_id = open_shares.instructor_id
    and a.currency = open_shares.currency
    and a.kind = 'instructor_payable'
    and e.available_at <= now()
    and e.order_item_id is not null
  group by e.order_item_id
  having sum(e.amount_cents) != 0;
$$;

comment on function private.open_shares is
  'One row a line of an order that is not settled: open_cents to be paid (or, negative, to come back), since when.';

revoke execute
on function private.available_cents, private.open_shares
from public, anon, authenticated, service_role;
