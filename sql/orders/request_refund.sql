-- The buyer gives one course back. Definer inside: refunds are closed to everybody.
create function private.request_refund(order_item_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  order_id uuid;
  refund_id uuid;
  decision jsonb;
begin
  if length(request_refund.reason) > 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'The reason is too long.', '{"reason": "at most 500 characters"}');
  end if;
  select o.id into order_id
  from public.order_items i join public.orders o on o.id = i.order_id
  where i.id = request_refund.order_item_id and o.user_id = caller;
  if order_id is null then
    perform private.fail('ORDER_ITEM_NOT_FOUND', 404, 'There is no such line of an order.');
  end if;

  -- The order: two requests, or a request and Stripe's news, come one after the other. The learner: so do two requests
  -- for different orders, and nothing more is watched while it is decided.
  perform from public.orders o where o.id = order_id for no key update;
  perform private.lock_learner(caller);

  -- Asked twice is asked once.
  select r.id into refund_id
  from private.refund_items x join private.refunds r on r.id = x.refund_id
  where x.order_item_id = request_refund.order_item_id and r.requested_by = caller and r.origin = 'buyer'
    and r.state in ('requested', 'pending')
  order by r.created_at desc
  limit 1;
  if refund_id is not null then
    return private.refund_json(refund_id);
  end if;

  decision := private.refund_decision(request_refund.order_item_id);
  case decision #>> '{reasons,0}'
    when 'ORDER_NOT_REFUNDABLE' then
      perform private.fail('ORDER_NOT_REFUNDABLE', 409, 'This order is not paid.', decision);
    when 'NOTHING_PAID' then
      perform private.fail('NOTHING_PAID', 409, 'Nothing was paid for this course.', decision);
    when 'ALREADY_REFUNDED' then
      perform private.fail('ALREADY_REFUNDED', 409, 'This course is refunded already.', decision);
    when 'REFUND_IN_PROGRESS' then
      perform private.fail('REFUND_IN_PROGRESS', 409, 'The refund of this course is on its way.', decision);
    when 'ORDER_DISPUTED' then
      perform private.fail('ORDER_DISPUTED', 409, 'A bank is asked for this money: its decision comes first.', decision);
    when 'REFUND_WINDOW_CLOSED' then
      perform private.fail('REFUND_WINDOW_CLOSED', 409, 'The days in which this course can be given back are over.', decision);
    when 'REFUND_TOO_MUCH_WATCHED' then
      perform private.fail('REFUND_TOO_MUCH_WATCHED', 409, 'Too much of this course was studied to give it back.', decision);
    when 'REFUNDED_BEFORE' then
      perform private.fail('REFUNDED_BEFORE', 409, 'This course was given back before.', decision);
    when 'REFUND_LIMIT_REACHED' then
      perform private.fail('REFUND_LIMIT_REACHED', 409, 'Too many courses were given back. Our staff can help.', decision);
    else
      null;
  end case;

  refund_id := private.enter_refund(
    order_id, array[request_refund.order_item_id], 'buyer', request_refund.reason, caller
  );
  return private.refund_json(refund_id);
end
$$;

comment on function private.request_refund is 'The door behind public.request_refund.';

revoke execute on function private.request_refund from public, anon, authenticated, service_role;

grant execute on function private.request_refund to authenticated;

create function public.request_refund(order_item_id uuid, reason text default null)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.request_refund(order_item_id, reason);

comment on function public.request_refund is
  'Gives one bought course back, by the rules that explain_refund explains. reason: at most 500 characters. The money moves and access ends when Stripe has confirmed it; while it has not, the same request gives the same refund. Returns the refund as refund_order does. A refusal has the numbers of explain_refund as its details. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_ITEM_NOT_FOUND 404 (also for orders of others), VALIDATION_ERROR 422, ORDER_NOT_REFUNDABLE 409 (not paid), NOTHING_PAID 409, ALREADY_REFUNDED 409, REFUND_IN_PROGRESS 409 (somebody else began it), ORDER_DISPUTED 409, REFUND_WINDOW_CLOSED 409, REFUND_TOO_MUCH_WATCHED 409, REFUNDED_BEFORE 409 (the same course, bought again), REFUND_LIMIT_REACHED 409.';

revoke execute on function public.request_refund from public, anon, authenticated, service_role;

grant execute on function public.request_refund to authenticated;
