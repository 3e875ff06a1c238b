-- Brings the books of an order up to what its refunds, disputes, fees and overpayments say, by posting what is missing.
create function private.post_ledger(order_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  o public.orders;
begin
  select * into strict o from public.orders x where x.id = post_ledger.order_id;

  -- One statement, because it is checked at its end that all of it adds up.
  with missing as materialized (
    select * from private.ledger_difference(o.id)
  ), locked as materialized (
    -- Nobody pays out a share while it is being taken back.
    select private.lock_shares(o.id) where exists (select from missing)
  ), account as materialized (
    select a.account, a.owner_id, private.ledger_account(a.account, a.owner_id, o.currency) as id
    from (select distinct m.account, m.owner_id from locked, missing m order by m.account, m.owner_id) a
  ), journal as (
    insert into private.ledger_transactions (kind, currency, order_id)
    select m.kind, o.currency, o.id
    from locked, (select distinct x.kind from missing x) m
    order by m.kind
    returning id, kind
  )
  insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
  select j.id, a.id, o.currency, m.amount_cents, m.order_item_id, m.available_at
  from missing m
    join journal j on j.kind = m.kind
    join account a on a.account = m.account and a.owner_id is not distinct from m.owner_id
  order by m.kind, m.order_item_id, m.account, m.owner_id;
end
$$;

comment on function private.post_ledger is
  'Posts the difference between the books and the facts; nothing when there is none.';

-- Payouts and whatever takes shares back change an instructor's balance one after another; sales only add to it and wait for nobody.
create function private.lock_shares(order_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform from private.ledger_accounts a
  where a.kind = 'instructor_payable' and a.id in (
    select e.account_id
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
    where t.order_id = lock_shares.order_id and t.kind = 'sale'
  )
  order by a.id
  for no key update;
end
$$;

comment on function private.lock_shares is
  'Locks the accounts of the instructors that have a share of the order, always in the same order.';

-- What the refunds, disputes, fees and overpayments of an order have to look like in the books.
create function private.ledger_targets(order_id uuid)
returns table (
  kind private.ledger_transaction_kind,
  order_item_id uuid,
  account private.ledger_account_kind,
  owner_id uuid,
  amount_cents bigint,
  available_at timestamptz
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  -- The platform bears what Stripe and the banks keep, of a payment that is given back too.
  fees bigint;
  is_overpaid boolean;
begin
  select
    coalesce(sum(p.processing_fee_cents), 0) + coalesce(
      sum((select sum(d.fee_cents) from private.disputes d where d.payment_id = p.id and d.currency = p.currency)), 0
    ),
    bool_or(p.succeeded_at is not null and not p.pays_order)
  into fees, is_overpaid
  from public.payments p
  where p.order_id = ledger_targets.order_id;

  if fees <> 0 then
    return query values
      ('fee'::private.ledger_transaction_kind, null::uuid, 'processing_fees'::private.ledger_account_kind, null::uuid, fees, now()),
      ('fee', null, 'stripe_cash', null, -fees, now());
  end if;
  if is_overpaid then
    return query select t.kind, null::uuid, t.account, null::uuid, t.amount_cents, now() from private.overpayment_targets(ledger_targets.order_id) t;
  end if;
  if not private.has_claims(ledger_targets.order_id) then
    return;
  end if;

  return query
  with
    -- Each line's money was credited to these accounts when it was sold; what goes back comes from them in proportion.
    sold as (
      select c.order_item_id, c.refunded_cents, c.lost_cents, c.frozen_cents, array_agg(e.account_id order by e.id) as accounts,
        array_agg(e.available_at order by e.id) as available_at, array_agg(-e.amount_cents order by e.id) as credits
      from private.order_claims(ledger_targets.order_id) c
        join private.ledger_entries e on e.order_item_id = c.order_item_id and e.amount_cents < 0
        join private.ledger_transactions t on t.id = e.transaction_id and t.kind = 'sale'
      group by c.order_item_id, c.refunded_cents, c.lost_cents, c.frozen_cents
    ),
    -- Cumulative, so that the last cent of a line empties its accounts exactly.
    part as (
      select s.order_item_id, a.kind as account, a.owner_id, u.available_at, u.refunded, u.lost, u.frozen
      from sold s,
        unnest(
          s.accounts, s.available_at, private.spread_cents(s.refunded_cents, s.credits),
          private.spread_cents(s.refunded_cents + s.lost_cents, s.credits),
          private.spread_cents(s.refunded_cents + s.lost_cents + s.frozen_cents, s.credits)
        ) u (account_id, available_at, refunded, lost, frozen)
        join private.ledger_accounts a on a.id = u.account_id
    ),
    side as (
      select 'refund'::private.ledger_transaction_kind as kind, p.order_item_id, p.account, p.owner_id, p.refunded as amount_cents, p.available_at
      from part p
      union all
      select 'dispute', p.order_item_id, p.account, p.owner_id, p.lost - p.refunded, p.available_at
      from part p
      union all
      -- Frozen: the instructor's share is held, the platform's waits in the disputed funds.
      select 'dispute', p.order_item_id, p.account, p.owner_id, p.frozen - p.lost, p.available_at
      from part p
      where p.account = 'instructor_payable'
      union all
      select 'dispute', p.order_item_id, 'instructor_held', p.owner_id, -(p.frozen - p.lost), now()
      from part p
      where p.account = 'instructor_payable'
      union all
      select 'refund', s.order_item_id, 'stripe_cash', null, -s.refunded_cents, now()
      from sold s
      union all
      select 'dispute', s.order_item_id, 'stripe_cash', null, -(s.lost_cents + s.frozen_cents), now()
      from sold s
      union all
      select 'dispute', s.order_item_id, 'disputed_funds', null, s.frozen_cents, now()
      from sold s
    )
  select s.kind, s.order_item_id, s.account, s.owner_id, sum(s.amount_cents)::bigint, max(s.available_at)
  from side s
  group by s.kind, s.order_item_id, s.account, s.owner_id
  having sum(s.amount_cents) <> 0;
end
$$;

comment on function private.ledger_targets is
  'Debits (+) and credits (-) by kind, line and account that the facts ask for. Derived from the sale that was posted, so that later changes of shares change nothing.';

-- An order was paid more than once: what came too much is its buyer's, until a refund, or a bank, has given it back. Like any
-- refund it has left Stripe when Stripe has it; one that failed is owed again.
create function private.overpayment_targets(order_id uuid)
returns table (kind private.ledger_transaction_kind, account private.ledger_account_kind, amount_cents bigint)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return query
  select side.kind, side.account, sum(side.amount_cents)::bigint
  from public.payments p
  cross join lateral private.payment_claims(p) c
  cross join lateral (select least(c.refunded_cents, p.amount_cents) as refunded) r
  cross join lateral (select least(c.lost_cents, p.amount_cents - r.refunded) as lost) l
  cross join lateral (select least(c.frozen_cents, p.amount_cents - r.refunded - l.lost) as frozen) f
  cross join lateral (
    values
      ('overpayment'::private.ledger_transaction_kind, 'stripe_cash'::private.ledger_account_kind, p.amount_cents::bigint),
      ('overpayment', 'refunds_payable', -p.amount_cents),
      ('refund', 'refunds_payable', r.refunded),
      ('refund', 'stripe_cash', -r.refunded),
      ('dispute', 'refunds_payable', l.lost),
      ('dispute', 'disputed_funds', f.frozen),
      ('dispute', 'stripe_cash', -l.lost - f.frozen)
  ) side (kind, account, amount_cents)
  where p.order_id = overpayment_targets.order_id and p.succeeded_at is not null and not p.pays_order
  group by side.kind, side.account
  having sum(side.amount_cents) <> 0;
end
$$;

comment on function private.overpayment_targets is
  'The part of ledger_targets about payments that came after the one that pays the order.';

-- What the books lack.
create function private.ledger_difference(order_id uuid)
returns table (
  kind private.ledger_transaction_kind,
  order_item_id uuid,
  account private.ledger_account_kind,
  owner_id uuid,
  amount_cents bigint,
  available_at timestamptz
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return query
  with both_sides as (
    select t.kind, t.order_item_id, t.account, t.owner_id, t.amount_cents, t.available_at
    from private.ledger_targets(ledger_difference.order_id) t
    union all
    select t.kind, e.order_item_id, a.kind, a.owner_id, -e.amount_cents, e.available_at
    from private.ledger_transactions t
      join private.ledger_entries e on e.transaction_id = t.id
      join private.ledger_accounts a on a.id = e.account_id
    where t.order_id = ledger_difference.order_id and t.kind in ('refund', 'dispute', 'fee', 'overpayment')
  )
  select b.kind, b.order_item_id, b.account, b.owner_id, sum(b.amount_cents)::bigint,
    -- A share that is still on hold is taken from what is on hold.
    case when b.account = 'instructor_payable' then max(b.available_at) else now() end
  from both_sides b
  group by b.kind, b.order_item_id, b.account, b.owner_id
  having sum(b.amount_cents) <> 0;
end
$$;

comment on function private.ledger_difference is
  'ledger_targets less what was posted; no row when the books are right.';

revoke execute
on function private.post_ledger,
private.lock_shares,
private.ledger_targets,
private.overpayment_targets,
private.ledger_difference
from public, anon, authenticated, service_role;

-- Overpayments from before there was an account for them.
select private.post_ledger(p.order_id)
from
  (
    select distinct x.order_id
    from public.payments as x
    where x.succeeded_at is not null and not x.pays_order
  ) as p;
