-- One row: something about money that must never be so. Empty, or somebody is called.
create view private.money_invariants
with (security_invoker = true)
as
  select 'order_lines_do_not_add_up' as invariant, o.id::text as subject
  from
    public.orders as o
    left join public.order_items as i on i.order_id = o.id
  group by o.id
  having
    (sum(i.price_cents), sum(i.discount_cents), sum(i.tax_cents), sum(i.total_cents)) is distinct from (
      o.subtotal_cents,
      o.discount_cents,
      o.tax_cents,
      o.total_cents
    )
  union all
  select 'refunded_lines_do_not_add_up', o.id::text
  from
    public.orders as o
    join public.order_items as i on i.order_id = o.id
  group by o.id
  having sum(i.refunded_cents) != o.refunded_cents
  union all
  select 'paid_without_completed_order', p.order_id::text
  from
    public.payments as p
    join public.orders as o on o.id = p.order_id
  where p.status = 'succeeded' and o.completed_at is null
  union all
  select 'completed_without_payment', o.id::text
  from public.orders as o
  where
    o.completed_at is not null
    and o.total_cents > 0
    and not exists (
      select
      from public.payments as p
      where p.order_id = o.id and p.pays_order and (p.amount_cents, p.currency) = (o.total_cents, o.currency)
    )
  union all
  -- One at a time, or the buyer pays twice.
  select 'second_live_payment', p.order_id::text
  from public.payments as p
  where p.status in ('pending', 'processing', 'failed')
  group by p.order_id
  having count(*) > 1
  union all
  select 'second_payment_kept', p.id::text
  from public.payments as p
  where p.status = 'succeeded' and not p.pays_order and private.given_back_cents(p.id) < p.amount_cents
  union all
  select 'line_without_its_grant', i.id::text
  from
    public.order_items as i
    left join private.access_grants as g on g.order_item_id = i.id
  where
    case i.access
      when 'granted' then g.id is null
      or g.suspended_at is not null
      when 'suspended' then g.id is null
      or (g.suspended_at is null and g.revoked_at is null)
      when 'revoked' then g.revoked_at is null
      else g.id is not null
    end
  union all
  select 'paid_line_that_gives_nothing', i.id::text
  from
    public.order_items as i
    join public.orders as o on o.id = i.order_id
  where (i.access = 'pending') != (o.completed_at is null)
  union all
  select 'refunded_beyond_payment', p.id::text
  from
    public.payments as p
    join private.refunds as r on r.payment_id = p.id and r.state in ('pending', 'succeeded')
  group by p.id
  having sum(r.amount_cents) > p.amount_cents
  union all
  select 'coupon_seats_miscounted', k.id::text
  from
    public.coupons as k
    left join private.coupon_redemptions as r on r.coupon_id = k.id and r.state != 'released'
  group by k.id
  having count(r.order_id) != k.redeemed_count or count(r.order_id) > k.max_redemptions
  union all
  select 'coupon_used_too_often', r.coupon_id || ' by ' || r.user_id
  from
    private.coupon_redemptions as r
    join public.coupons as k on k.id = r.coupon_id
  where r.state != 'released'
  group by r.coupon_id, r.user_id, k.max_per_user
  having count(*) > k.max_per_user
  union all
  select 'seat_outlives_its_order', r.order_id::text
  from
    private.coupon_redemptions as r
    join public.orders as o on o.id = r.order_id
  where r.state = 'reserved' and o.state not in ('pending', 'processing', 'failed')
  union all
  select 'ledger_out_of_balance', e.transaction_id::text
  from private.ledger_entries as e
  group by e.transaction_id
  having sum(e.amount_cents) != 0
  union all
  select 'sale_not_in_the_books', o.id::text
  from public.orders as o
  where
    o.completed_at is not null
    and o.total_cents is distinct from (
      select coalesce(sum(e.amount_cents), 0)
      from
        private.ledger_transactions as t
        join private.ledger_entries as e on e.transaction_id = t.id
        join private.ledger_accounts as a on a.id = e.account_id
      where t.order_id = o.id and t.kind = 'sale' and a.kind = 'stripe_cash'
    )
  union all
  -- What came too much is there, and the buyer's.
  select 'overpayment_not_in_the_books', p.order_id::text
  from public.payments as p
  where p.succeeded_at is not null and not p.pays_order
  group by p.order_id
  having
    sum(p.amount_cents) is distinct from (
      select -sum(e.amount_cents)
      from
        private.ledger_transactions as t
        join private.ledger_entries as e on e.transaction_id = t.id
        join private.ledger_accounts as a on a.id = e.account_id
      where t.order_id = p.order_id and t.kind = 'overpayment' and a.kind = 'refunds_payable'
    )
  union all
  select 'sale_booked_twice', t.order_id::text
  from private.ledger_transactions as t
  where t.kind = 'sale'
  group by t.order_id
  having count(*) > 1
  union all
  select 'receipt_owed_twice', x.payload ->> 'order_id'
  from private.outbox as x
  where x.template = 'receipt'
  group by x.payload ->> 'order_id'
  having count(*) > 1
  union all
  select 'books_behind_the_facts', o.id::text
  from public.orders as o
  where o.completed_at is not null and exists (select from private.ledger_difference(o.id))
  union all
  select p.invariant, p.subject
  from private.payout_invariants as p;

comment on view private.money_invariants is
  'What must never be so, and of what. Read after every suite, drill and restore; private.v_invariants takes it in.';

revoke all on table private.money_invariants from public, anon, authenticated, service_role;
