-- Makes an order of some courses, or finds that the open one says the same. The caller holds the buyer's cart and open order.
create function private.place_order(
  user_id uuid,
  course_ids uuid[],
  coupon_id uuid,
  billing jsonb,
  open_order public.orders,
  expected_total numeric default null
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  total record;
  new_order uuid := gen_random_uuid();
begin
  -- One statement, one moment: every line, and what the coupon is judged by. No course is locked: who changes several at once would
  -- wait for buyers in a circle.
  select array_agg(l order by l.position) as lines, min(l.currency) as currency, min(l.currency) <> max(l.currency) as is_mixed, sum(l.price_cents) as price_cents, sum(l.discount_cents) as discount_cents,
    sum(l.tax_cents) as tax_cents, sum(l.total_cents) as total_cents,
    sum(l.price_cents) filter (where private.coupon_covers(k, c)) >= greatest(min(k.minimum_cents), 1) as is_coupon_valid
  into total
  from private.price_lines(place_order.course_ids, place_order.coupon_id) l
  join public.courses c on c.id = l.course_id
  left join public.coupons k on k.id = place_order.coupon_id;
  if place_order.coupon_id is not null and total.is_coupon_valid is not true then
    -- Its prices have moved since private.use_coupon looked.
    perform private.fail('COUPON_INVALID', 404, 'This code is not valid for these courses.');
  end if;
  if total.is_mixed then
    perform private.refuse_mixed_currencies(place_order.course_ids);
  end if;

  if place_order.expected_total is not null
    and place_order.expected_total <> private.to_amount(total.total_cents, total.currency)
  then
    perform private.fail(
      'PRICE_CHANGED', 409, 'The price has changed.',
      private.priced_json(place_order.course_ids, place_order.coupon_id) || jsonb_build_object('expected_total', place_order.expected_total)
    );
  end if;
  if total.total_cents > 0 and total.total_cents < private.minimum_charge_cents(total.currency) then
    perform private.fail(
      'AMOUNT_BELOW_MINIMUM', 422, 'This total is too small to be charged.',
      jsonb_build_object(
        'total_amount', private.to_amount(total.total_cents, total.currency),
        'minimum_amount', private.to_amount(private.minimum_charge_cents(total.currency), total.currency)
      )
    );
  end if;
  -- The largest amount Stripe takes.
  if total.total_cents > 99999999 then
    perform private.fail('VALIDATION_ERROR', 422, 'This total is too large: buy some of the courses first.', '{"total_amount": "too large"}');
  end if;

  if open_order.id is not null then
    -- One that has only minutes left could be over before its card is typed.
    if open_order.expires_at > now() + interval '5 minutes'
      and open_order.coupon_id is not distinct from place_order.coupon_id
      and private.order_still_says(open_order.id, total.lines)
    then
      update public.order_billing b
      set (first_name, last_name, email, address_line1, address_line2, city, state, postal_code, country, phone) = (
        select a.first_name, a.last_name, a.email, a.address_line1, a.address_line2, a.city, a.state, a.postal_code, a.country, a.phone
        from jsonb_populate_record(null::public.order_billing, place_order.billing) a
      )
      where b.order_id = open_order.id;
      return open_order.id;
    end if;
    -- An order is never rewritten: whoever still pays the old one gets what it said.
    perform private.close_order(
      open_order.id, case when open_order.expires_at > now() then 'canceled' else 'expired' end::public.order_state
    );
  end if;

  -- One statement, because it is checked at its end that the lines add up to the order.
  with placed as (
    insert into public.orders (
      id, order_number, user_id, coupon_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, expires_at
    )
    values (
      new_order, private.next_order_number(), place_order.user_id, place_order.coupon_id, total.currency, total.price_cents,
      total.discount_cents, total.tax_cents, total.total_cents,
      now() + make_interval(mins => private.setting_int('order_ttl_minutes'))
    )
  ), billed as (
    insert into public.order_billing
    select b.*
    from jsonb_populate_record(null::public.order_billing, place_order.billing || jsonb_build_object('order_id', new_order)) b
  )
  insert into public.order_items (
    order_id, position, course_id, instructor_id, title, slug, instructor_name, thumbnail_path, list_price_cents, price_cents,
    discount_cents, tax_cents, total_cents, platform_fee_percent
  )
  select
    new_order, l.position, l.course_id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path,
    l.list_price_cents, l.price_cents, l.discount_cents, l.tax_cents, l.total_cents, l.platform_fee_percent
  from unnest(total.lines) l;

  if place_order.coupon_id is not null then
    insert into private.coupon_redemptions (order_id, coupon_id, user_id)
    values (new_order, place_order.coupon_id, place_order.user_id);
  end if;

  if total.total_cents = 0 then
    perform private.complete_order(new_order, 'free');
  end if;
  return new_order;
end
$$;

comment on function private.place_order is
  'Id of the open order when it still says the same, otherwise of a new one, which takes its place. A total of zero is complete at once.';

-- The open order has the same lines at the same prices as a new one would have.
create function private.order_still_says(order_id uuid, lines private.priced_line[])
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return not exists (
    select
    from
      unnest(order_still_says.lines) l
      full join (select * from public.order_items x where x.order_id = order_still_says.order_id) i on i.course_id = l.course_id
    where
      (l.price_cents, l.discount_cents, l.tax_cents, l.platform_fee_percent)
      is distinct from (i.price_cents, i.discount_cents, i.tax_cents, i.platform_fee_percent)
  );
end
$$;

comment on function private.order_still_says is
  'true when nothing about the order would be different if it were made now.';

revoke execute
on function private.place_order, private.order_still_says
from public, anon, authenticated, service_role;
