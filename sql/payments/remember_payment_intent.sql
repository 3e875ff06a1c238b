-- For create-payment-intent: ties the intent that Stripe made to its attempt.
create function public.remember_payment_intent(
  order_id uuid,
  attempt integer,
  payment_intent_id text,
  -- What Stripe said; the events decide, so it is only answered.
  status text default null
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  payment public.payments;
  is_new boolean;
begin
  perform from public.orders o where o.id = remember_payment_intent.order_id for update;
  select * into payment
  from public.payments p
  where p.order_id = remember_payment_intent.order_id and p.attempt = remember_payment_intent.attempt;

  if payment.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such attempt to pay.');
  elsif payment.stripe_payment_intent_id <> remember_payment_intent.payment_intent_id then
    perform private.fail(
      'CONFLICT', 409, 'This attempt has another intent.', jsonb_build_object('payment_intent_id', payment.stripe_payment_intent_id)
    );
  end if;

  is_new := payment.stripe_payment_intent_id is null;
  if is_new then
    update public.payments p
    set stripe_payment_intent_id = remember_payment_intent.payment_intent_id
    where p.id = payment.id;
    -- Stripe may have told about it before we knew it.
    perform private.replay_ignored_events(remember_payment_intent.payment_intent_id);
  end if;
  return (
    select jsonb_build_object(
      'payment_id', p.id, 'order_id', p.order_id, 'status', p.status, 'stripe_status', remember_payment_intent.status
    )
    from public.payments p
    where p.id = payment.id
  );
end
$$;

comment on function public.remember_payment_intent is
  'create-payment-intent only. Stores Stripe''s intent for an attempt; the same one again changes nothing. Returns {payment_id, order_id, status, stripe_status}. Errors: ORDER_NOT_FOUND 404, CONFLICT 409 (the attempt has another intent).';

revoke execute on function public.remember_payment_intent from public, anon, authenticated, service_role;

grant execute on function public.remember_payment_intent to service_role;
