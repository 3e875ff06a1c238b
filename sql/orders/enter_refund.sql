-- Writes down that lines of a paid order are to be refunded. The money moves when the refund worker has told Stripe. The caller holds the order's lock.
create function private.enter_refund(
  order_id uuid,
  -- Null: everything that is left.
  order_item_ids uuid[],
  origin private.refund_origin,
  reason text,
  requested_by uuid default null,
  idempotency_key text default null
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  payment public.payments;
  refund_id uuid := gen_random_uuid();
begin
  select * into payment from public.payments p where p.order_id = enter_refund.order_id and p.pays_order;

  with item as (
    select l.order_item_id as id, l.left_cents, l.is_free
    from private.refundable_items(enter_refund.order_id) l
    where enter_refund.order_item_ids is null or l.order_item_id = any (enter_refund.order_item_ids)
  ), refund as (
    insert into private.refunds (
      id, order_id, payment_id, amount_cents, currency, origin, reason, requested_by, names_items, asked_item_ids, idempotency_key
    )
    select refund_id, payment.order_id, payment.id, sum(i.left_cents), payment.currency, enter_refund.origin,
      coalesce(enter_refund.reason, ''), enter_refund.requested_by, true, enter_refund.order_item_ids,
      enter_refund.idempotency_key
    from item i
    where i.left_cents > 0 and payment.id is not null
    having sum(i.left_cents) > 0
    returning id
  )
  insert into private.refund_items (refund_id, order_item_id, amount_cents)
  select f.id, i.id, i.left_cents
  from refund f cross join item i
  -- A line that cost nothing goes with those it is named with.
  where i.left_cents > 0 or i.is_free;

  return case when found then refund_id end;
end
$$;

comment on function private.enter_refund is
  'Id of a new requested refund of what is left of the lines, or null when nothing is.';

revoke execute on function private.enter_refund from public, anon, authenticated, service_role;

-- What could still be given back of each line.
create function private.refundable_items(order_id uuid)
returns table (order_item_id uuid, left_cents integer, is_free boolean)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    i.id,
    -- The facts and not the line's own sum: Stripe may have told of a refund before it told that the order is paid.
    i.total_cents - c.refunded_cents - c.lost_cents - coalesce(
      (
        select sum(x.amount_cents)
        from
          private.refund_items as x
          join private.refunds as r on r.id = x.refund_id
        where x.order_item_id = i.id and r.state = 'requested'
      ),
      0
    )::integer,
    i.total_cents = 0
  from
    private.order_claims(refundable_items.order_id) as c
    join public.order_items as i on i.id = c.order_item_id;
$$;

comment on function private.refundable_items is
  'Minor units of each line that were neither given back nor are requested to be.';

revoke execute on function private.refundable_items from public, anon, authenticated, service_role;
