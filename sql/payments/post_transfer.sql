-- Brings the books up to what is known of a transfer and of what came back of it, by posting what is missing.
create function private.post_transfer(transfer_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  t private.transfers;
  share_available_at timestamptz;
begin
  select * into strict t from private.transfers x where x.id = post_transfer.transfer_id;
  select max(e.available_at) into share_available_at
  from
    private.ledger_entries e
    join private.ledger_transactions j on j.id = e.transaction_id and j.kind = 'sale'
    join private.ledger_accounts a on a.id = e.account_id and a.kind = 'instructor_payable' and a.owner_id = t.instructor_id
  where e.order_item_id = t.order_item_id;

  -- One statement, because it is checked at its end that all of it adds up.
  with missing as materialized (
    select * from private.transfer_difference(t.id)
  ), account as materialized (
    select a.account, a.owner_id, private.ledger_account(a.account, a.owner_id, t.currency) as id
    from (select distinct m.account, m.owner_id from missing m order by m.account, m.owner_id) a
  ), journal as (
    insert into private.ledger_transactions (kind, currency, payout_id)
    select m.kind, t.currency, t.payout_id from (select distinct x.kind from missing x) m order by m.kind
    returning id, kind
  )
  insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
  select j.id, a.id, t.currency, m.amount_cents, t.order_item_id,
    -- As available as the share itself: a transaction that began earlier and waited for this one has an older now(), and must
    -- not take what is gone for something that is still on hold.
    case when m.account = 'instructor_payable' then share_available_at else now() end
  from missing m
    join journal j on j.kind = m.kind
    join account a on a.account = m.account and a.owner_id is not distinct from m.owner_id
  order by m.kind, m.account;
end
$$;

comment on function private.post_transfer is
  'Posts the difference between the books and the facts of a transfer to an instructor; nothing when there is none.';

-- What of a transfer was asked back and has not come yet.
create function private.recalled_cents(transfer_id uuid)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select coalesce(sum(b.amount_cents), 0)::bigint
    from private.transfers b
    where b.reverses_id = recalled_cents.transfer_id and b.state = 'requested'
  );
end
$$;

comment on function private.recalled_cents is 'Minor units of the requested reversals of a transfer.';

-- What a transfer has to look like in the books, less what was posted.
create function private.transfer_difference(transfer_id uuid)
returns table (
  kind private.ledger_transaction_kind,
  account private.ledger_account_kind,
  owner_id uuid,
  amount_cents bigint
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return query
  with
    fact as (
      select
        t.payout_id,
        t.order_item_id,
        t.instructor_id,
        case
          when t.state in ('requested', 'made') then t.amount_cents
          else 0
        end as promised,
        case
          when t.state = 'made' then t.amount_cents
          else 0
        end as sent,
        t.reversed_cents as returned,
        -- What was asked back counts as back, so that it is not asked back twice; a refusal undoes that.
        t.reversed_cents + private.recalled_cents(t.id) as recalled
      from private.transfers as t
      where t.id = transfer_difference.transfer_id and t.reverses_id is null
    ),
    both_sides as (
      select side.*
      from
        fact as f
        cross join lateral (
          values
            (
              'payout'::private.ledger_transaction_kind,
              'instructor_payable'::private.ledger_account_kind,
              f.instructor_id,
              f.promised
            ),
            ('payout', 'transfers_in_transit', null, f.sent - f.promised),
            ('payout', 'stripe_cash', null, -f.sent),
            ('reversal', 'instructor_payable', f.instructor_id, -f.recalled),
            ('reversal', 'transfers_in_transit', null, f.recalled - f.returned),
            ('reversal', 'stripe_cash', null, f.returned)
        ) as side (kind, account, owner_id, amount_cents)
      union all
      select j.kind, a.kind, a.owner_id, -e.amount_cents
      from
        fact as f
        join private.ledger_transactions as j on j.payout_id = f.payout_id
        join private.ledger_entries as e on e.transaction_id = j.id and e.order_item_id = f.order_item_id
        join private.ledger_accounts as a on a.id = e.account_id
    )
  select b.kind, b.account, b.owner_id, sum(b.amount_cents)::bigint
  from both_sides as b
  group by b.kind, b.account, b.owner_id
  having sum(b.amount_cents) <> 0;
end
$$;

comment on function private.transfer_difference is
  'Debits (+) and credits (-) that the facts of a transfer ask for and the books lack; no row when they are right.';

revoke execute
on function private.post_transfer, private.recalled_cents, private.transfer_difference
from public, anon, authenticated, service_role;
