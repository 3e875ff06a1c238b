-- An order as its buyer sees it: one shape for every function that answers an order. my_orders writes the same lines.
create function private.order_json(order_id uuid)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  result json;
begin
  -- private.to_amount, written out: no function a line. json, because jsonb in jsonb is taken apart and put together again at
  -- every step. An invoice has the currency of its order.
  select json_build_object(
    'id', o.id,
    'order_number', o.order_number,
    'status', o.status,
    'state', o.state,
    'currency', o.currency,
    'subtotal', o.subtotal_cents * o.unit,
    'discount_amount', o.discount_cents * o.unit,
    'tax_amount', o.tax_cents * o.unit,
    'total_amount', o.total_cents * o.unit,
    'refunded_amount', o.refunded_cents * o.unit,
    'coupon_code', (select k.code from public.coupons k where k.id = o.coupon_id),
    'created_at', o.created_at,
    'completed_at', o.completed_at,
    'expires_at', case when o.completed_at is null then o.expires_at end,
    'items_count', l.lines,
    'items', coalesce(l.items, '[]'),
    'billing_address', (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    'payment', case when o.payment_method is not null or p.status is not null then
      json_build_object(
        'method', coalesce(o.payment_method, p.provider),
        'status', case when o.payment_method = 'free' then 'succeeded' else p.status::text end,
        'transaction_id', p.stripe_charge_id
      )
    end,
    'invoices', (
      select coalesce(
        json_agg(
          json_build_object(
            'id', v.id, 'number', v.number, 'kind', v.kind, 'total_amount', v.total_cents * o.unit,
            'issued_at', v.issued_at
          )
          order by v.issued_at, v.kind, v.number
        ),
        '[]'
      )
      from public.invoices v
      where v.order_id = o.id
    )
  )
  into result
  -- offset 0: the currency is looked up once, not once an amount.
  from (
    select r.*, case private.minor_unit_digits(r.currency) when 0 then 1 else 0.01 end as unit
    from public.orders r
    where r.id = order_json.order_id
    offset 0
  ) o
  cross join lateral (
    select count(*) as lines, json_agg(
      json_build_object(
        'id', i.id,
        'course', json_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
        'instructor_name', i.instructor_name,
        'price_at_purchase', i.price_cents * o.unit,
        'discount_amount', i.discount_cents * o.unit,
        'total_amount', i.total_cents * o.unit,
        'refunded_amount', i.refunded_cents * o.unit,
        'access', i.access
      )
      order by i.position
    ) as items
    from public.order_items i
    where i.order_id = o.id
  ) l
  left join lateral (
    select y.provider, y.status, y.stripe_charge_id
    from public.payments y
    where y.order_id = o.id
    order by y.pays_order desc, y.attempt desc
    limit 1
  ) p on true;
  return result;
end
$$;

comment on function private.order_json is
  'The JSON of get_order. payment is null until somebody tried to pay.';

revoke execute on function private.order_json from public, anon, authenticated, service_role;
