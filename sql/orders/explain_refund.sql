-- Whether the buyer could have the money of one line back by asking, and why. Definer inside: refunds are closed to reading.
create function private.explain_refund(order_item_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  if not exists (
    select from public.order_items i join public.orders o on o.id = i.order_id
    where i.id = explain_refund.order_item_id and (o.user_id = caller or private.is_admin())
  ) then
    perform private.fail('ORDER_ITEM_NOT_FOUND', 404, 'There is no such line of an order.');
  end if;
  return private.refund_decision(explain_refund.order_item_id);
end
$$;

comment on function private.explain_refund is 'The door behind public.explain_refund.';

revoke execute on function private.explain_refund from public, anon, authenticated, service_role;

grant execute on function private.explain_refund to authenticated;

create function public.explain_refund(order_item_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
return private.explain_refund(order_item_id);

comment on function public.explain_refund is
  'Would request_refund give the money of this line of one''s order back? (Admins ask about any line; the answer is about its buyer.) Returns {order_item_id, order_id, course_id, can_refund, reasons[codes that request_refund would answer, the weightiest first], amount, currency, paid_at, refundable_until, window_days, days_left, percent_watched, percent_completed, max_percent, was_refunded_before, recent_refunds, max_recent_refunds, recent_days}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_ITEM_NOT_FOUND 404 (also for orders of others).';

revoke execute on function public.explain_refund from public, anon, authenticated, service_role;

grant execute on function public.explain_refund to authenticated;
