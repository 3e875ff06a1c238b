-- Writes down that lines of a paid order are to be refunded. The money moves when the refund worker has told Stripe. The caller holds the order's lock.
create function private.request_refund(
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
  select * into payment from public.payments p where p.order_id = request_refund.order_id and p.pays_order;

  with item as (
    select i.id,
      i.total_cents - i.refunded_cents - coalesce(
        (
          select sum(x.amount_cents)
          from private.refund_items x join private.refunds r on r.id = x.refund_id
          where x.order_item_id = i.id and r.state = 'requested'
        ),
        0
      ) as left_cents
    from public.order_items i
    where i.order_id = request_refund.order_id
      and (request_refund.order_item_ids is null or i.id = any (request_refund.order_item_ids))
  ), refund as (
    insert into private.refunds (
      id, order_id, payment_id, amount_cents, currency, origin, reason, requested_by, names_items, idempotency_key
    )
    select refund_id, payment.order_id, payment.id, sum(i.left_cents), payment.currency, request_refund.origin,
      coalesce(request_refund.reason, ''), request_refund.requested_by, true, request_refund.idempotency_key
    from item i
    where i.left_cents > 0 and payment.id is not null
    having sum(i.left_cents) > 0
    returning id
  )
  insert into private.refund_items (refund_id, order_item_id, amount_cents)
  select f.id, i.id, i.left_cents from refund f cross join item i where i.left_cents > 0;

  return case when found then refund_id end;
end
$$;

comment on function private.request_refund is
  'Id of a new requested refund of what is left of the lines, or null when nothing is.';

revoke execute on function private.request_refund from public, anon, authenticated, service_role;
