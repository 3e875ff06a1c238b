-- An order as its buyer sees it: one shape for every function that answers an order.
create function private.order_json(order_id uuid)
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
    'id', o.id,
    'order_number', o.order_number,
    'status', o.status,
    'state', o.state,
    'currency', o.currency,
    'subtotal', private.to_amount(o.subtotal_cents, o.currency),
    'discount_amount', private.to_amount(o.discount_cents, o.currency),
    'tax_amount', private.to_amount(o.tax_cents, o.currency),
    'total_amount', private.to_amount(o.total_cents, o.currency),
    'refunded_amount', private.to_amount(o.refunded_cents, o.currency),
    'coupon_code', (select k.code from public.coupons k where k.id = o.coupon_id),
    'created_at', o.created_at,
    'completed_at', o.completed_at,
    'expires_at', case when o.completed_at is null then o.expires_at end,
    'items_count', (select count(*) from public.order_items i where i.order_id = o.id),
    'items', private.order_items_json(o.id, o.currency),
    'billing_address', (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    'payment', (
      select jsonb_build_object(
        'method', coalesce(o.payment_method, p.provider),
        'status', case when o.payment_method = 'free' then 'succeeded' else p.status::text end,
        'transaction_id', p.stripe_charge_id
      )
      from (values (o.id)) as this (id)
      left join lateral (
        select y.provider, y.status, y.stripe_charge_id
        from public.payments y
        where y.order_id = this.id
        order by y.pays_order desc, y.attempt desc
        limit 1
      ) p on true
      where o.payment_method is not null or p.status is not null
    ),
    'invoices', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', v.id, 'number', v.number, 'kind', v.kind, 'total_amount', private.to_amount(v.total_cents, v.currency),
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
  from public.orders o
  where o.id = order_json.order_id;
  return result;
end
$$;

comment on function private.order_json is
  'The JSON of get_order. payment is null until somebody tried to pay.';

revoke execute on function private.order_json from public, anon, authenticated, service_role;

-- The lines. Invoker, and callable by people: my_orders shows them under row-level security.
create function private.order_items_json(order_id uuid, currency text)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return coalesce(
    (
      select jsonb_agg(
        jsonb_build_object(
          'id', i.id,
          'course', jsonb_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
          'instructor_name', i.instructor_name,
          'price_at_purchase', private.to_amount(i.price_cents, order_items_json.currency),
          'discount_amount', private.to_amount(i.discount_cents, order_items_json.currency),
          'total_amount', private.to_amount(i.total_cents, order_items_json.currency),
          'refunded_amount', private.to_amount(i.refunded_cents, order_items_json.currency),
          'access', i.access
        )
        order by i.position
      )
      from public.order_items i
      where i.order_id = order_items_json.order_id
    ),
    '[]'
  );
end
$$;

comment on function private.order_items_json is 'The lines of an order, in their order.';

revoke execute on function private.order_items_json from public, anon, authenticated, service_role;

grant execute on function private.order_items_json to authenticated;
