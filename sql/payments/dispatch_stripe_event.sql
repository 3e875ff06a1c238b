-- Which event means what. A type that is not here is stored and ignored.
create function private.dispatch_stripe_event(
  event private.stripe_events,
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
  object jsonb := (dispatch_stripe_event.event).payload #> '{data,object}';
  told_at timestamptz := (dispatch_stripe_event.event).stripe_created_at;
  result record;
begin
  case
    -- What happens on somebody's connected account is their business, and they can write our metadata into it.
    when (event).payload ? 'account' and (event).type <> 'account.updated' then
      select 'ignored' as outcome, null::uuid as order_id into result;
    -- requires_action changes nothing: the intent waits for its buyer as before.
    when (event).type in (
      'payment_intent.succeeded', 'payment_intent.processing', 'payment_intent.payment_failed', 'payment_intent.canceled'
    ) then
      result := private.apply_payment_intent((event).type, object, told_at);
    when (event).type = 'sweep.intent_unknown' then
      result := private.apply_unknown_intent(object);
    when (event).type = 'charge.refunded' then
      result := private.apply_charge_refunded(object);
    when (event).type in ('refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated') then
      result := private.apply_refund(object);
    when (event).type in (
      'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated'
    ) then
      result := private.apply_dispute((event).type, object, told_at);
    when (event).type = 'radar.early_fraud_warning.created' then
      result := private.apply_fraud_warning(object);
    when (event).type in ('transfer.created', 'transfer.updated', 'transfer.reversed') then
      result := private.apply_transfer(object);
    when (event).type = 'account.updated' then
      result := private.apply_account(object, ((event).payload ->> 'asked_at')::timestamptz);
    else
      select 'ignored' as outcome, null::uuid as order_id into result;
  end case;
  outcome := result.outcome;
  order_id := result.order_id;
end
$$;

comment on function private.dispatch_stripe_event is
  'Hands an event to the function that knows its object; answers outcome (applied, ignored, quarantined) and the order.';

revoke execute on function private.dispatch_stripe_event from public, anon, authenticated, service_role;
