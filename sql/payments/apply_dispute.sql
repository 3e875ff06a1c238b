-- A bank asks, demands, wins or loses. The status that is more final counts, then the later one.
create function private.apply_dispute(
  event_type text,
  dispute jsonb,
  told_at timestamptz,
  out outcome text,
  out order_id uuid
)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_dispute.dispute -> 'payment_intent'));
  told private.disputes;
begin
  if payment.id is null then
    select f.* into payment
    from public.payments p cross join lateral private.find_payment(p.stripe_payment_intent_id) f
    where p.stripe_charge_id = private.stripe_id(apply_dispute.dispute -> 'charge');
  end if;
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;
  if apply_dispute.dispute ->> 'currency' <> payment.currency then
    perform private.report_anomaly(
      'currency_mismatch', apply_dispute.dispute ->> 'id', order_id,
      jsonb_build_object(
        'event_type', apply_dispute.event_type, 'expected', payment.currency,
        'received', jsonb_build_object('amount', apply_dispute.dispute -> 'amount', 'currency', apply_dispute.dispute -> 'currency')
      )
    );
    outcome := 'quarantined';
    return;
  end if;

  insert into private.disputes (
    stripe_dispute_id, payment_id, amount_cents, currency, reason, stripe_status, stripe_status_at
  )
  values (
    apply_dispute.dispute ->> 'id', payment.id, (apply_dispute.dispute ->> 'amount')::integer,
    payment.currency,
    left(coalesce(apply_dispute.dispute ->> 'reason', ''), 100), left(apply_dispute.dispute ->> 'status', 60),
    apply_dispute.told_at
  )
  on conflict on constraint disputes_stripe_dispute_id_key do nothing
  returning * into told;

  if told.id is null then
    update private.disputes d
    set stripe_status = apply_dispute.dispute ->> 'status', stripe_status_at = apply_dispute.told_at,
      amount_cents = (apply_dispute.dispute ->> 'amount')::integer
    where d.stripe_dispute_id = apply_dispute.dispute ->> 'id'
      and (private.dispute_finality(apply_dispute.dispute ->> 'status'), apply_dispute.told_at, apply_dispute.dispute ->> 'status')
      > (private.dispute_finality(d.stripe_status), d.stripe_status_at, d.stripe_status);
  end if;

  update private.disputes d
  set
    funds_withdrawn_at = case
      when apply_dispute.event_type = 'charge.dispute.funds_withdrawn' then coalesce(d.funds_withdrawn_at, apply_dispute.told_at)
      else d.funds_withdrawn_at
    end,
    funds_reinstated_at = case
      when apply_dispute.event_type = 'charge.dispute.funds_reinstated' then coalesce(d.funds_reinstated_at, apply_dispute.told_at)
      else d.funds_reinstated_at
    end
  where d.stripe_dispute_id = apply_dispute.dispute ->> 'id';

  update private.disputes d
  set fee_cents = movement.fee_cents, fee_movements = movement.number
  from (
    select count(*)::smallint as number, coalesce(sum((m.value ->> 'fee')::integer), 0)::integer as fee_cents
    from jsonb_array_elements(coalesce(apply_dispute.dispute -> 'balance_transactions', '[]')) m (value)
    where m.value ->> 'currency' = payment.currency
  ) movement
  where d.stripe_dispute_id = apply_dispute.dispute ->> 'id' and movement.number > d.fee_movements;

  perform private.settle_order(order_id);
  outcome := 'applied';
end
$$;

comment on function private.apply_dispute is
  'Stores what an event says about a dispute and settles its order. Quarantined when it is of another currency than the payment.';

-- A warning before any dispute: nobody's access is touched, staff decide whether to refund.
create function private.apply_fraud_warning(warning jsonb, out outcome text, out order_id uuid)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_fraud_warning.warning -> 'payment_intent'));
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;
  perform private.report_anomaly(
    'early_fraud_warning', apply_fraud_warning.warning ->> 'id', order_id,
    jsonb_build_object('fraud_type', apply_fraud_warning.warning -> 'fraud_type')
  );
  outcome := 'applied';
end
$$;

comment on function private.apply_fraud_warning is 'Shows an early fraud warning to staff.';

revoke execute
on function private.apply_dispute, private.apply_fraud_warning
from public, anon, authenticated, service_role;
