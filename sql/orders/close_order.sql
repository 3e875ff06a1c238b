-- Ends an unpaid order: canceled or expired. Its seat of a coupon is free again. The caller holds the order's lock.
create function private.close_order(order_id uuid, state public.order_state)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update public.orders o
  set state = close_order.state, closed_at = coalesce(o.closed_at, now())
  where o.id = close_order.order_id;

  update private.coupon_redemptions r
  set state = 'released', settled_at = now()
  where r.order_id = close_order.order_id and r.state = 'reserved';
end
$$;

comment on function private.close_order is
  'Moves an unpaid order to canceled or expired and releases its coupon. Money that arrives all the same completes it.';

revoke execute on function private.close_order from public, anon, authenticated, service_role;
