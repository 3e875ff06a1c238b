-- For create-payment-intent: may this buyer pay this order now? Opens its next attempt, or takes up the one that is alive.
create function public.begin_payment(order_id uuid, user_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  o public.orders;
  payment public.payments;
  item public.order_items;
  refusal text;
begin
  if not exists (select from public.profiles p where p.id = begin_payment.user_id and p.is_active) then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is closed.');
  end if;

  select * into o
  from public.orders x
  where x.id = begin_payment.order_id and x.user_id = begin_payment.user_id
  for no key update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null then
    perform private.fail('ORDER_ALREADY_PAID', 409, 'This order is paid.');
  elsif o.state in ('canceled', 'expired') or (o.state <> 'processing' and o.expires_at <= now()) then
    perform private.fail('ORDER_EXPIRED', 409, 'This order is over. Order again.');
  end if;

  select * into payment
  from public.payments p
  where p.order_id = o.id and p.status in ('pending', 'processing', 'failed');

  -- While money is on its way, only Stripe can say what comes next.
  if o.state <> 'processing' then
    for item in select * from public.order_items i where i.order_id = o.id order by i.position loop
      refusal := private.purchase_refusal(o.user_id, item.course_id);
      perform private.refuse_course(
        case refusal when 'COURSE_NOT_FOUND' then 'COURSE_UNAVAILABLE' else refusal end, item.course_id
      );
    end loop;
  end if;

  if payment.id is null then
    -- New intents are limited, retries of one are not: a buyer may try all the cards they have.
    if not private.rate_limit_hit('payment', o.user_id::text, 5, interval '1 hour') then
      perform private.fail(
        'RATE_LIMITED', 429, 'Too many payments were begun. Try again later.', '{"limit": 5, "window_seconds": 3600}',
        jsonb_build_object('Retry-After', private.retry_after(interval '1 hour'))
      );
    end if;
    insert into public.payments (order_id, attempt, amount_cents, currency, receipt_email)
    values (
      o.id, (select coalesce(max(p.attempt), 0) + 1 from public.payments p where p.order_id = o.id), o.total_cents, o.currency,
      (
        select coalesce(nullif(v.email, ''), b.email)
        from public.order_billing b left join public.profile_private v on v.user_id = o.user_id
        where b.order_id = o.id
      )
    )
    returning * into payment;
  end if;

  return jsonb_build_object(
    'order_id', o.id,
    'user_id', o.user_id,
    'order_number', o.order_number,
    'state', o.state,
    'expires_at', o.expires_at,
    'payment_id', payment.id,
    'attempt', payment.attempt,
    'amount_cents', payment.amount_cents,
    'currency', payment.currency,
    'payment_intent_id', payment.stripe_payment_intent_id,
    'receipt_email', payment.receipt_email,
    'created_at', payment.created_at
  );
end
$$;

comment on function public.begin_payment is
  'create-payment-intent only. The live attempt to pay the order, or a new one (5 an hour and buyer): {order_id, user_id, order_number, state, expires_at, payment_id, attempt, amount_cents, currency, payment_intent_id or null, receipt_email, created_at (of the attempt)}. The idempotency key at Stripe is pi:create:<order_id>:<attempt>. Errors: ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404 (also for orders of others), ORDER_ALREADY_PAID 409, ORDER_EXPIRED 409, COURSE_UNAVAILABLE 409, ALREADY_ENROLLED 409, OWN_COURSE 409, RATE_LIMITED 429.';

revoke execute on function public.begin_payment from public, anon, authenticated, service_role;

grant execute on function public.begin_payment to service_role;
