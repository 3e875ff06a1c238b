-- What the cart would cost with a code. Nothing is reserved: that is the order's business. Definer inside: nobody can read coupons.
create function private.preview_coupon(code text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  course_ids uuid[];
  coupon_id uuid;
  refusal jsonb;
begin
  if coalesce(length(preview_coupon.code), 0) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Type a code.', '{"code": "1 to 100 characters"}');
  end if;

  course_ids := array(
    select i.course_id from public.cart_items i
    where i.user_id = caller and private.purchase_refusal(caller, i.course_id) is null
    order by i.added_at, i.id
  );
  if cardinality(course_ids) = 0 then
    perform private.fail('CART_EMPTY', 422, 'There is nothing in your cart that you can buy.');
  end if;

  perform private.refuse_mixed_currencies(course_ids);
  select u.coupon_id, u.refusal into coupon_id, refusal
  from private.use_coupon(
    preview_coupon.code, caller, course_ids,
    (select o.id from public.orders o where o.user_id = caller and o.state in ('pending', 'failed'))
  ) u;
  if refusal is not null then
    return refusal;
  end if;
  return private.priced_json(course_ids, coupon_id);
end
$$;

comment on function private.preview_coupon is 'The door behind public.preview_coupon.';

revoke execute on function private.preview_coupon from public, anon, authenticated, service_role;

grant execute on function private.preview_coupon to authenticated;

-- The price of some courses with a coupon, for showing.
create function private.priced_json(course_ids uuid[], coupon_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  result jsonb;
begin
  select jsonb_build_object(
    'code', (select k.code from public.coupons k where k.id = priced_json.coupon_id),
    'subtotal', private.to_amount(sum(l.price_cents), min(l.currency)),
    'discount_amount', private.to_amount(sum(l.discount_cents), min(l.currency)),
    'tax_amount', private.to_amount(sum(l.tax_cents), min(l.currency)),
    'total_amount', private.to_amount(sum(l.total_cents), min(l.currency)),
    'currency', min(l.currency),
    'items', jsonb_agg(
      jsonb_build_object(
        'course_id', l.course_id,
        'title', l.title,
        'price', private.to_amount(l.price_cents, l.currency),
        'discount_amount', private.to_amount(l.discount_cents, l.currency),
        'total_amount', private.to_amount(l.total_cents, l.currency)
      )
      order by l.position
    )
  )
  into result
  from private.price_lines(priced_json.course_ids, priced_json.coupon_id) l;
  return result;
end
$$;

comment on function private.priced_json is
  '{code, subtotal, discount_amount, tax_amount, total_amount, currency, items[{course_id, title, price, discount_amount, total_amount}]}.';

revoke execute on function private.priced_json from public, anon, authenticated, service_role;

create function public.preview_coupon(code text)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.preview_coupon(code);

comment on function public.preview_coupon is
  'What the caller''s cart costs with a code: {code, subtotal, discount_amount, tax_amount, total_amount, currency, items[{course_id, title, price, discount_amount, total_amount}]}. Nothing is reserved. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422, CART_EMPTY 422, CURRENCY_MISMATCH 409 (a course has changed its currency), COUPON_INVALID 404 (unknown, over, used up, not for these courses), COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409 (only for who has applied it before), TOO_MANY_COUPON_ATTEMPTS 429 (10 new codes an hour).';

revoke execute on function public.preview_coupon from public, anon, authenticated, service_role;

grant execute on function public.preview_coupon to authenticated;
