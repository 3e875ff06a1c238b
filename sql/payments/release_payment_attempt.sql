-- For the sweep: gives up an attempt that never got an intent, so that the next one can begin or the order can end.
create function public.release_payment_attempt(order_id uuid, attempt integer)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  o public.orders;
  begun_at timestamptz;
begin
  select * into o from public.orders x where x.id = release_payment_attempt.order_id for no key update;
  update public.payments p
  set canceled_at = now()
  where p.order_id = release_payment_attempt.order_id
    and p.attempt = release_payment_attempt.attempt
    and p.stripe_payment_intent_id is null
    and p.status = 'pending'
  returning p.created_at into begun_at;
  -- Stripe's failure is not the buyer's: without an intent no card was tried, and the attempt is none of the five an hour.
  if begun_at is not null then
    perform private.rate_limit_return('payment', o.user_id::text, interval '1 hour', begun_at);
  end if;
  if o.id is not null then
    perform private.settle_order(o.id);
  end if;
  return (
    select jsonb_build_object('payment_id', p.id, 'order_id', p.order_id, 'status', p.status)
    from public.payments p
    where p.order_id = release_payment_attempt.order_id and p.attempt = release_payment_attempt.attempt
  );
end
$$;

comment on function public.release_payment_attempt is
  'Sweep only. Cancels an attempt without an intent (first make sure that Stripe has none for it) and expires its order when that is overdue. An attempt with an intent is left alone: cancel the intent at Stripe and pass the answer to apply_stripe_event. Returns {payment_id, order_id, status}, or null when there is no such attempt.';

revoke execute on function public.release_payment_attempt from public, anon, authenticated, service_role;

grant execute on function public.release_payment_attempt to service_role;
