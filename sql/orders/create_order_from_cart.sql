-- Makes the caller's cart an order. Definer inside: nobody writes orders, and the coupon and the counters are hidden.
create function private.create_order_from_cart(
  billing_address jsonb,
  expected_total numeric,
  coupon_code text,
  idempotency_key text
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
-- A cart is an array of courses, for which every statement would be planned anew.
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  caller uuid := private.require_account();
  billing jsonb;
  typed text := nullif(private.normalise_coupon_code(create_order_from_cart.coupon_code), '');
  request_hash text;
  known private.idempotency_keys;
  course_ids uuid[];
  open_order public.orders;
  coupon_id uuid;
  refusal jsonb;
  order_id uuid;
begin
  billing := private.parse_billing_address(create_order_from_cart.billing_address);
  if length(create_order_from_cart.idempotency_key) not between 8 and 255 then
    perform private.fail('VALIDATION_ERROR', 422, 'This key cannot be used.', '{"idempotency_key": "8 to 255 characters"}');
  end if;

  -- One checkout a person at a time: a double click waits here and finds the order of the first.
  perform from public.carts c where c.user_id = caller for no key update;

  if create_order_from_cart.idempotency_key is not null then
    request_hash := encode(
      sha256(convert_to(jsonb_build_array(billing, create_order_from_cart.expected_total, typed)::text, 'UTF8')), 'hex'
    );
    select * into known
    from private.idempotency_keys k
    where k.user_id = caller and k.key = create_order_from_cart.idempotency_key;
    if known.order_id is not null then
      if known.request_hash <> request_hash then
        perform private.fail('IDEMPOTENCY_KEY_REUSED', 409, 'This key was used for another request.');
      end if;
      return private.order_json(known.order_id);
    end if;
  end if;

  course_ids := array(select i.course_id from public.cart_items i where i.user_id = caller order by i.added_at, i.id);
  if cardinality(course_ids) = 0 then
    perform private.fail('CART_EMPTY', 422, 'Your cart is empty.');
  end if;
  perform private.refuse_unbuyable(caller, course_ids);

  select o.* into open_order from public.orders o where o.user_id = caller and o.state in ('pending', 'failed') for no key update;

  if typed is not null then
    perform private.hold_coupons(open_order.coupon_id, typed);
    select u.coupon_id, u.refusal into coupon_id, refusal
    from private.use_coupon(typed, caller, course_ids, open_order.id) u;
    if refusal is not null then
      return refusal::json;
    end if;
  end if;

  order_id := private.place_order(caller, course_ids, coupon_id, billing, open_order, create_order_from_cart.expected_total);
  if create_order_from_cart.idempotency_key is not null then
    insert into private.idempotency_keys (user_id, key, request_hash, order_id)
    values (caller, create_order_from_cart.idempotency_key, request_hash, order_id);
  end if;
  return private.order_json(order_id);
end
$$;

comment on function private.create_order_from_cart is 'The door behind public.create_order_from_cart.';

revoke execute on function private.create_order_from_cart from public, anon, authenticated, service_role;

grant execute on function private.create_order_from_cart to authenticated;

-- Nobody pays for what cannot be given.
create function private.refuse_unbuyable(user_id uuid, course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  codes text[] := private.purchase_refusals(refuse_unbuyable.user_id, refuse_unbuyable.course_ids);
  paying uuid;
begin
  for n in 1 .. cardinality(codes) loop
    if codes[n] is not null then
      perform private.refuse_course(codes[n], refuse_unbuyable.course_ids[n]);
    end if;
  end loop;

  select o.id into paying
  from public.orders o
  -- The status only because there is an index of it.
  where o.user_id = refuse_unbuyable.user_id and o.status = 'pending' and o.state = 'processing'
    and exists (
      select from public.order_items i where i.order_id = o.id and i.course_id = any (refuse_unbuyable.course_ids)
    )
  limit 1;
  if paying is not null then
    perform private.fail(
      'PAYMENT_PROCESSING', 409, 'One of these courses is being paid already.', jsonb_build_object('order_id', paying)
    );
  end if;
end
$$;

comment on function private.refuse_unbuyable is
  'Raises COURSE_NOT_FOUND, OWN_COURSE, ALREADY_ENROLLED or PAYMENT_PROCESSING for the first course that the person cannot buy.';

revoke execute on function private.refuse_unbuyable from public, anon, authenticated, service_role;

create function public.create_order_from_cart(
  billing_address jsonb,
  expected_total numeric default null,
  coupon_code text default null,
  idempotency_key text default null
)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.create_order_from_cart(billing_address, expected_total, coupon_code, idempotency_key);
end
$$;

comment on function public.create_order_from_cart is
  'Makes the caller''s cart an order at today''s prices, fixed until expires_at. billing_address: {first_name, last_name, email, address_line1, city, country (ISO 3166-1 alpha-2)} and, where there are any, address_line2, state, postal_code, phone. expected_total: the decimal total the buyer was shown. coupon_code: as apply_coupon takes it. idempotency_key: 8 to 255 characters; the same key gives the same order. While an order is open, calling again returns it, or replaces it when the cart, a price or the coupon changed. A total of zero is completed at once. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), INVALID_BILLING_ADDRESS 422, VALIDATION_ERROR 422, IDEMPOTENCY_KEY_REUSED 409, CART_EMPTY 422, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, PAYMENT_PROCESSING 409, CURRENCY_MISMATCH 409, PRICE_CHANGED 409 (details: the new prices), AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

revoke execute on function public.create_order_from_cart from public, anon, authenticated, service_role;

grant execute on function public.create_order_from_cart to authenticated;
