-- Carts, orders and what Stripe says about them, made the way the edge functions make them.

create or replace function tests.billing()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select
    '{"first_name": "John", "last_name": "Doe", "email": "john@example.com", "address_line1": "123 Main St", "address_line2": "Apt 4B", "city": "San Francisco", "state": "CA", "postal_code": "94105", "country": "US", "phone": "+1234567890"}'::jsonb;
$$;

grant execute on function tests.billing() to public;

-- Somebody fills the cart with these courses and checks out; returns the order, or fails as the RPC does.
create or replace function tests.check_out(name text, course_ids uuid[], coupon_code text default null)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  claims constant text := current_setting('request.jwt.claims', true);
  answer jsonb;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', tests.user_id(check_out.name), 'role', 'authenticated')::text, true);
  delete from public.cart_items where user_id = tests.user_id(check_out.name);
  perform private.merge_guest_cart(check_out.course_ids);
  answer := private.create_order_from_cart(tests.billing(), null, check_out.coupon_code, null)::jsonb;
  perform set_config('request.jwt.claims', coalesce(claims, ''), true);
  if answer ? 'code' then
    perform private.fail(answer ->> 'code', 409, answer ->> 'message');
  end if;
  return (answer ->> 'id')::uuid;
end
$$;

grant execute on function tests.check_out(text, uuid[], text) to public;

-- The buyer was shown the form of Stripe: an intent exists. It is called pi_<name>.
create or replace function tests.begin_payment(order_id uuid, intent text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform public.remember_payment_intent(
    begin_payment.order_id,
    (public.begin_payment(begin_payment.order_id, (select user_id from public.orders where id = begin_payment.order_id)) ->> 'attempt')::integer,
    begin_payment.intent
  );
end
$$;

grant execute on function tests.begin_payment(uuid, text) to public;

-- An event arrives; returns its outcome. Without an id it is a new one.
create or replace function tests.stripe_says(
  type text,
  object jsonb,
  event_id text default null,
  created integer default 1767225600
)
returns text
language sql
security definer
set search_path = ''
as $$
  select
    public.apply_stripe_event(
      jsonb_build_object(
        'id',
        coalesce(stripe_says.event_id, 'evt_' || gen_random_uuid()),
        'object',
        'event',
        'type',
        stripe_says.type,
        'created',
        stripe_says.created,
        'livemode',
        false,
        'data',
        jsonb_build_object('object', stripe_says.object)
      )
    ) ->> 'outcome';
$$;

grant execute on function tests.stripe_says(text, jsonb, text, integer) to public;

-- An intent as Stripe shows it in an event; its charge is called ch_<name>.
create or replace function tests.intent(id text, amount_cents integer, extra jsonb default '{}')
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select
    jsonb_build_object(
      'id',
      intent.id,
      'object',
      'payment_intent',
      'amount',
      intent.amount_cents,
      'amount_received',
      intent.amount_cents,
      'currency',
      'usd',
      'latest_charge',
      replace(intent.id, 'pi_', 'ch_'),
      'metadata',
      '{}'::jsonb
    ) || intent.extra;
$$;

grant execute on function tests.intent(text, integer, jsonb) to public;

-- The buyer pays: the order is completed.
create or replace function tests.pay(order_id uuid, intent text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform tests.begin_payment(pay.order_id, pay.intent);
  return tests.stripe_says(
    'payment_intent.succeeded', tests.intent(pay.intent, (select total_cents from public.orders where id = pay.order_id))
  );
end
$$;

grant execute on function tests.pay(uuid, text) to public;

-- The time of an unpaid order is over. The books refuse such a change, so they look away for a moment.
create or replace function tests.make_overdue(order_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  set constraints all immediate;
  alter table public.orders disable trigger keep_history;
  update public.orders set expires_at = now() - interval '1 minute' where id = make_overdue.order_id;
  alter table public.orders enable trigger keep_history;
  set constraints all deferred;
end
$$;

grant execute on function tests.make_overdue(uuid) to public;
