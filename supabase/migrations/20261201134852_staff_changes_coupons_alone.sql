-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.apply_coupon (
  order_id uuid,
  code     text
)
  RETURNS json
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  typed text := nullif(private.normalise_coupon_code(apply_coupon.code), '');
  o public.orders;
  course_ids uuid[];
  coupon_id uuid;
  refusal jsonb;
  new_order_id uuid;
begin
  perform from public.carts c where c.user_id = caller for no key update;
  select * into o from public.orders x where x.id = apply_coupon.order_id and x.user_id = caller for no key update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null then
    perform private.fail('ORDER_ALREADY_PAID', 409, 'This order is paid.');
  elsif o.state = 'processing' then
    perform private.fail('PAYMENT_PROCESSING', 409, 'This order is being paid.');
  elsif o.closed_at is not null or o.expires_at <= now() then
    perform private.fail('ORDER_EXPIRED', 409, 'This order is over. Order again.');
  end if;

  course_ids := array(select i.course_id from public.order_items i where i.order_id = o.id order by i.position);
  perform private.refuse_unbuyable(caller, course_ids);

  if typed is not null then
    perform private.hold_coupons(o.coupon_id, typed);
    select u.coupon_id, u.refusal into coupon_id, refusal from private.use_coupon(typed, caller, course_ids, o.id) u;
    if refusal is not null then
      return refusal::json;
    end if;
  end if;

  -- A statement of its own: order_json, being stable, would not see what its own statement writes.
  new_order_id := private.place_order(
    caller, course_ids, coupon_id,
    (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    o
  );
  return private.order_json(new_order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.create_order_from_cart (
  billing_address jsonb,
  expected_total  numeric,
  coupon_code     text,
  idempotency_key text
)
  RETURNS json
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.hold_coupons (
  held_id uuid,
  code    text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if hold_coupons.held_id is not null then
    perform pg_advisory_xact_lock_shared(hashtextextended('table coupons', 0));
  end if;
  perform from public.coupons k
  where k.id = hold_coupons.held_id or k.code = hold_coupons.code
  order by k.id
  for no key update;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_own_coupons()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller constant uuid := auth.uid();
begin
  if private.is_admin() then
    perform pg_advisory_xact_lock(hashtextextended('table coupons', 0));
    return null;
  end if;
  perform private.hold_person(caller);
  if tg_op = 'DELETE' then
    perform from public.coupons k
    where k.course_id in (select private.owned_course_ids()) or k.instructor_id = caller
    order by k.id
    for update;
  else
    perform from public.coupons k
    where k.course_id in (select private.owned_course_ids()) or k.instructor_id = caller
    order by k.id
    for no key update;
  end if;
  return null;
end
$function$;

COMMENT ON FUNCTION "private"."hold_coupons"(uuid, text) IS 'Takes the coupon of an open order (null: none) and the one that was typed, until the transaction ends.';

COMMENT ON FUNCTION "private"."hold_own_coupons"() IS 'Trigger: an instructor takes the own coupons in the order in which checkouts take coupons; staff comes alone.';

REVOKE ALL ON FUNCTION "private"."hold_coupons"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_coupons"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_coupons"(uuid, text) TO "postgres";
