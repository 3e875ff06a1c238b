-- The caller's orders, latest first.
create function public.my_orders(
  status text default null,
  page integer default 1,
  page_size integer default 10
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  asked_page integer := private.clamp_page(my_orders.page);
  asked_size integer := private.clamp_page_size(my_orders.page_size, 10);
  asked_status public.order_status;
  total bigint;
  results jsonb;
begin
  if my_orders.status is not null and my_orders.status not in ('pending', 'completed', 'failed', 'refunded') then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "pending, completed, failed or refunded"}'
    );
  end if;
  asked_status := my_orders.status::public.order_status;

  select count(*) into total
  from public.orders o
  where o.user_id = caller and (asked_status is null or o.status = asked_status);

  select jsonb_agg(
    jsonb_build_object(
      'id', o.id,
      'order_number', o.order_number,
      'status', o.status,
      'state', o.state,
      'created_at', o.created_at,
      'completed_at', o.completed_at,
      'expires_at', case when o.completed_at is null then o.expires_at end,
      'currency', o.currency,
      'total_amount', private.to_amount(o.total_cents, o.currency),
      'refunded_amount', private.to_amount(o.refunded_cents, o.currency),
      'items_count', jsonb_array_length(o.items),
      'items', o.items
    )
    order by o.created_at desc, o.id
  )
  into results
  from (
    select r.*, private.order_items_json(r.id, r.currency) as items
    from public.orders r
    where r.user_id = caller and (asked_status is null or r.status = asked_status)
    order by r.created_at desc, r.id
    limit asked_size offset (asked_page - 1) * asked_size
  ) o;

  return private.page(total, asked_page, asked_size, results);
end
$$;

comment on function public.my_orders is
  'A page of the caller''s orders: results[{id, order_number, status, state, created_at, completed_at, expires_at, currency, total_amount, refunded_amount, items_count, items[…as get_order]}]. status: pending, completed, failed or refunded; page from 1; page_size 1 to 100, 10 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

revoke execute on function public.my_orders from public, anon, authenticated, service_role;

grant execute on function public.my_orders to authenticated;
