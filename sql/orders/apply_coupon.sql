-- Prices the caller's open order with a code, or without one. Definer inside, as create_order_from_cart.
create function private.apply_coupon(order_id uuid, code text)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;

comment on function private.apply_coupon is 'The door behind public.apply_coupon.';

revoke execute on function private.apply_coupon from public, anon, authenticated, service_role;

grant execute on function private.apply_coupon to authenticated;

create function public.apply_coupon(order_id uuid, code text default null)
returns json
language sql
volatile
security invoker
set search_path = ''
return private.apply_coupon(order_id, code);

comment on function public.apply_coupon is
  'Prices the caller''s open order with a code (null: without one). An order is never rewritten: when the price changes the answer is a new order, with a new id, that takes its place. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404, ORDER_ALREADY_PAID 409, ORDER_EXPIRED 409, PAYMENT_PROCESSING 409, ALREADY_ENROLLED 409, OWN_COURSE 409, COURSE_NOT_FOUND 404, CURRENCY_MISMATCH 409, AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

revoke execute on function public.apply_coupon from public, anon, authenticated, service_role;

grant execute on function public.apply_coupon to authenticated;
