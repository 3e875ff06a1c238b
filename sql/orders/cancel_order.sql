-- Gives up an unpaid order. Its intent at Stripe is canceled afterwards by the sweep; if it is paid first, the order is completed.
create function private.cancel_order(order_id uuid)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  is_service boolean := private.is_service();
  caller uuid := case when not is_service then private.require_user() end;
  o public.orders;
begin
  select * into o
  from public.orders x
  where x.id = cancel_order.order_id and (x.user_id = caller or is_service or private.is_admin())
  for no key update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null or o.state = 'processing' then
    perform private.fail('ORDER_NOT_CANCELLABLE', 409, 'This order is paid or being paid.', jsonb_build_object('status', o.status));
  end if;

  -- Twice is once.
  if o.state in ('pending', 'failed') then
    perform private.close_order(o.id, 'canceled');
  end if;
  return private.order_json(o.id);
end
$$;

comment on function private.cancel_order is 'The door behind public.cancel_order.';

revoke execute on function private.cancel_order from public, anon, authenticated, service_role;

grant execute on function private.cancel_order to authenticated, service_role;

create function public.cancel_order(order_id uuid)
returns json
language sql
volatile
security invoker
set search_path = ''
return private.cancel_order(order_id);

comment on function public.cancel_order is
  'Cancels an unpaid order of the caller (any for admins) and frees its coupon. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404, ORDER_NOT_CANCELLABLE 409 (paid, or being paid).';

revoke execute on function public.cancel_order from public, anon, authenticated, service_role;

grant execute on function public.cancel_order to authenticated, service_role;
