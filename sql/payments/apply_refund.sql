-- Stripe tells of a refund: one of ours, or one that somebody made in its dashboard.
create function private.apply_refund(refund jsonb, out outcome text, out order_id uuid)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_refund.refund -> 'payment_intent'));
  known private.refunds;
  amount integer := (apply_refund.refund ->> 'amount')::integer;
  new_state private.refund_state := case apply_refund.refund ->> 'status'
    when 'succeeded' then 'succeeded'
    when 'failed' then 'failed'
    when 'canceled' then 'canceled'
    else 'pending'
  end;
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;

  select * into known
  from private.refunds r
  where r.payment_id = payment.id
    and (
      r.stripe_refund_id = apply_refund.refund ->> 'id'
      or (r.stripe_refund_id is null and r.id::text = apply_refund.refund #>> '{metadata,refund_id}')
    )
  order by r.stripe_refund_id is null
  limit 1;

  if known.id is null then
    known.id := private.mirror_refund(payment, apply_refund.refund, amount);
  elsif known.amount_cents <> amount then
    -- Not what we asked for: the money counts, the lines do not follow from it any more.
    perform private.report_anomaly(
      'refund_mismatch', known.id::text, order_id, jsonb_build_object('expected', known.amount_cents, 'received', amount)
    );
    update private.refunds r set amount_cents = amount, names_items = false where r.id = known.id;
  end if;

  update private.refunds r
  set stripe_refund_id = apply_refund.refund ->> 'id',
    state = greatest(r.state, new_state),
    failure_code = coalesce(left(apply_refund.refund ->> 'failure_reason', 100), r.failure_code),
    settled_at = case when greatest(r.state, new_state) in ('succeeded', 'canceled', 'failed') then coalesce(r.settled_at, now()) end,
    locked_until = null
  where r.id = known.id;

  if new_state in ('failed', 'canceled') and known.state is distinct from new_state then
    perform private.report_anomaly(
      'refund_failed', known.id::text, order_id, jsonb_build_object('failure_reason', apply_refund.refund -> 'failure_reason')
    );
    select * into known from private.refunds r where r.id = known.id;
    perform private.send_refund_failure(known);
  end if;
  perform private.settle_order(order_id);
  outcome := 'applied';
end
$$;

comment on function private.apply_refund is
  'Stores the state of a refund, which only moves forward, and settles its order.';

-- A refund that we did not ask for. It names lines only when its maker wrote their ids into the metadata.
create function private.mirror_refund(payment public.payments, refund jsonb, amount integer)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  new_id uuid;
  named uuid[];
  left_cents bigint[];
begin
  select array_agg(i.id order by i.position), array_agg(i.total_cents::bigint order by i.position)
  into named, left_cents
  from public.order_items i
  where i.order_id = (mirror_refund.payment).order_id
    and i.total_cents > 0
    and i.id::text = any (string_to_array(replace(mirror_refund.refund #>> '{metadata,order_item_ids}', ' ', ''), ','));

  insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, reason, names_items)
  values (
    (mirror_refund.payment).order_id, (mirror_refund.payment).id, mirror_refund.amount, (mirror_refund.payment).currency,
    'stripe', left(coalesce(mirror_refund.refund ->> 'reason', ''), 500), named is not null
  )
  returning id into new_id;

  insert into private.refund_items (refund_id, order_item_id, amount_cents)
  select new_id, part.order_item_id, part.amount_cents
  from unnest(named, private.spread_cents(mirror_refund.amount, left_cents)) part (order_item_id, amount_cents)
  where part.amount_cents > 0;
  return new_id;
end
$$;

comment on function private.mirror_refund is
  'Id of a new row for a refund made at Stripe; order_item_ids in its metadata (ids, comma) name the lines.';

-- The charge says how much of it was given back altogether. It is a floor for what the refunds say one by one.
create function private.apply_charge_refunded(charge jsonb, out outcome text, out order_id uuid)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  payment public.payments := private.find_payment(
    private.stripe_id(apply_charge_refunded.charge -> 'payment_intent'), apply_charge_refunded.charge -> 'metadata'
  );
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;
  update public.payments p
  set charge_refunded_cents = greatest(p.charge_refunded_cents, (apply_charge_refunded.charge ->> 'amount_refunded')::integer)
  where p.id = payment.id;
  perform private.settle_order(order_id);
  outcome := 'applied';
end
$$;

comment on function private.apply_charge_refunded is
  'Stores the cumulative refund of a charge, which only grows, and settles its order.';

revoke execute
on function private.apply_refund, private.mirror_refund, private.apply_charge_refunded
from public, anon, authenticated, service_role;
