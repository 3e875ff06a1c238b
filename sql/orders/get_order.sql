-- One order, for its buyer and for admins. Definer inside: Stripe's number of the transaction is closed to direct reading.
create function private.get_order(order_id uuid)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
  buyer uuid;
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  -- A closed account still reads its own receipts.
  select o.user_id into buyer from public.orders o where o.id = get_order.order_id;
  if buyer is null or buyer <> caller and not private.is_admin() then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  return private.order_json(get_order.order_id);
end
$$;

comment on function private.get_order is 'The door behind public.get_order.';

revoke execute on function private.get_order from public, anon, authenticated, service_role;

grant execute on function private.get_order to authenticated;

create function public.get_order(order_id uuid)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.get_order(order_id);
end
$$;

comment on function public.get_order is
  'One of the caller''s orders (any order for admins): {id, order_number, status, state, currency, subtotal, discount_amount, tax_amount, total_amount, refunded_amount, coupon_code, created_at, completed_at, expires_at, items_count, items[{id, course{id, title, slug, thumbnail}, instructor_name, price_at_purchase, discount_amount, total_amount, refunded_amount, access}], billing_address, payment{method, status, transaction_id} or null, invoices[{id, number, kind, total_amount, issued_at}]}. invoices: the invoice of a paid order, and the notes that changed it since; the edge function signed-invoice-url gives their PDFs. Errors: AUTH_REQUIRED 401, ORDER_NOT_FOUND 404 (also for orders of others).';

revoke execute on function public.get_order from public, anon, authenticated, service_role;

grant execute on function public.get_order to authenticated;
