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
begin
  perform from public.orders o where o.id = remember_payment_intent.order_id for no key update;
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

  perform private.tie_intent(payment.id, remember_payment_intent.payment_intent_id);
  -- The attempt was given up in this moment: a second intent that can be paid must not be.
  if exists (
    select
    from public.payments p join public.payments x on x.order_id = p.order_id and x.id <> p.id
    where p.id = payment.id and p.status = 'canceled' and x.status in ('pending', 'processing', 'failed')
  ) then
    perform private.fail('CONFLICT', 409, 'Another attempt to pay this order is under way.');
  end if;
  -- It was given up and has an intent after all: it is one of the five an hour again.
  if payment.status = 'canceled' and payment.stripe_payment_intent_id is null then
    perform private.rate_limit_hit('payment', o.user_id::text, 5, interval '1 hour')
    from public.orders o
    where o.id = payment.order_id;
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
  'create-payment-intent only. Stores Stripe''s intent for an attempt; the same one again changes nothing. Returns {payment_id, order_id, status, stripe_status}. Errors: ORDER_NOT_FOUND 404, CONFLICT 409 (the attempt has another intent, or was given up and another took its place): cancel this intent at Stripe.';

revoke execute on function public.remember_payment_intent from public, anon, authenticated, service_role;

grant execute on function public.remember_payment_intent to service_role;
